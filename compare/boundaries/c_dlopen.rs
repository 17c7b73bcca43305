//! The same C, as a shared library that is loaded while the program runs.

use std::{
    ffi::{CStr, CString, c_char},
    ptr::null_mut,
};

use ffi_demo::{
    View,
    bench::SHARED_LIBRARY,
    sys::{PG_BUFFER_TOO_SMALL, PG_OK, PgStatus},
};
use libloading::Library;

use super::{Boundary, Technique};
use crate::compare::{
    operation::Picture,
    side::{Failure, Operations},
};

pub const COLUMN: Boundary =
    Boundary::new("c-dlopen", "C, dlopen", Technique::Ffi, |_| super::opened(Loaded::open()));

/// The functions are valid as long as the library is loaded, which is as long as this exists. None
/// of them leaves this struct.
struct Loaded {
    _library: Library,
    add: unsafe extern "C" fn(i32, i32) -> i32,
    greet: unsafe extern "C" fn(*const c_char, *mut c_char, usize, *mut usize) -> PgStatus,
    checksum: unsafe extern "C" fn(*const u8, usize) -> u32,
    mandelbrot: unsafe extern "C" fn(u32, u32, View, u32, *mut u32, usize) -> PgStatus,
}

impl Loaded {
    fn open() -> Result<Self, libloading::Error> {
        // SAFETY: the library has no initialisers, and its path, from ffi-demo, is absolute, so
        // that no other library is found. The types are those of polyglot.h, and this same build
        // declares them in ffi_demo::sys; the library is kept as long as the functions.
        unsafe {
            let library = Library::new(SHARED_LIBRARY)?;
            Ok(Self {
                add: *library.get(b"pg_add")?,
                greet: *library.get(b"pg_greet")?,
                checksum: *library.get(b"pg_checksum")?,
                mandelbrot: *library.get(b"pg_mandelbrot")?,
                _library: library,
            })
        }
    }
}

/// Like ffi_demo's safe functions, but without checking the arguments.
impl Operations for Loaded {
    fn add(&mut self, a: i32, b: i32) -> Result<i32, Failure> {
        // SAFETY: polyglot.h: addition wraps, so any two numbers are valid.
        Ok(unsafe { (self.add)(a, b) })
    }

    fn greet(&mut self, name: &str) -> Result<String, Failure> {
        let (name, mut needed) = (CString::new(name)?, 0);
        // SAFETY: polyglot.h: a NUL-terminated name, a writable size, and `out` may be NULL because
        // `out_size` is 0.
        let status = unsafe { (self.greet)(name.as_ptr(), null_mut(), 0, &mut needed) };
        check("pg_greet", status, PG_BUFFER_TOO_SMALL)?;
        let mut out = vec![0_u8; needed];
        let (start, size) = (out.as_mut_ptr().cast(), out.len());
        // SAFETY: polyglot.h: a NUL-terminated name, and `out_size` writable bytes.
        let status = unsafe { (self.greet)(name.as_ptr(), start, size, &mut needed) };
        check("pg_greet", status, PG_OK)?;
        Ok(CStr::from_bytes_until_nul(&out)?.to_str()?.to_owned())
    }

    fn checksum(&mut self, data: &[u8]) -> Result<u32, Failure> {
        // SAFETY: polyglot.h: `length` readable bytes, which a slice has.
        Ok(unsafe { (self.checksum)(data.as_ptr(), data.len()) })
    }

    fn mandelbrot(&mut self, picture: Picture) -> Result<Vec<u32>, Failure> {
        let Picture { width, height, max_iterations, .. } = picture;
        let mut pixels = vec![0; width as usize * height as usize];
        let (out, length) = (pixels.as_mut_ptr(), pixels.len());
        // SAFETY: polyglot.h: `out_length` writable elements, which the vector has.
        let status = unsafe {
            (self.mandelbrot)(width, height, picture.c_view(), max_iterations, out, length)
        };
        check("pg_mandelbrot", status, PG_OK)?;
        Ok(pixels)
    }
}

fn check(function: &str, status: PgStatus, expected: PgStatus) -> Result<(), Failure> {
    if status == expected {
        return Ok(());
    }
    Err(format!("{function} returned status {status}: polyglot.h says what it means").into())
}
