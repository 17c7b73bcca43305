//! The same C, as a shared library that is loaded while the program runs.

use std::{
    error::Error,
    ffi::{CStr, CString, c_char},
    path::Path,
    ptr::null_mut,
};

use ffi_demo::{
    View,
    sys::{PG_BUFFER_TOO_SMALL, PG_OK, PgStatus},
};
use libloading::Library;

use crate::compare::side::{Failure, Operations};

/// The functions stay good because the library stays loaded as long as this lives, and none of them
/// is handed out.
pub struct Loaded {
    _library: Library,
    add: unsafe extern "C" fn(i32, i32) -> i32,
    greet: unsafe extern "C" fn(*const c_char, *mut c_char, usize, *mut usize) -> PgStatus,
    checksum: unsafe extern "C" fn(*const u8, usize) -> u32,
    mandelbrot_check: unsafe extern "C" fn(u32, u32, View, u32) -> PgStatus,
    mandelbrot: unsafe extern "C" fn(u32, u32, View, u32, *mut u32, usize) -> PgStatus,
}

impl Loaded {
    /// `path` is where ffi-demo's build script has put the library.
    pub fn open(path: &Path) -> Result<Self, String> {
        let path_shown = path.display();
        if !path.exists() {
            return Err(format!(
                "{path_shown} is gone: `cargo clean -p ffi-demo` and `cargo build` make it again"
            ));
        }
        // Why is in the source; the error itself says which of the system's functions failed.
        Self::load(path).map_err(|error| match error.source() {
            Some(why) => format!("cannot load {path_shown}: {why}"),
            None => format!("cannot load {path_shown}: {error}"),
        })
    }

    fn load(path: &Path) -> Result<Self, libloading::Error> {
        // SAFETY: the library has no initialisers. The path is absolute, so that nobody else's
        // library is found.
        let library = unsafe { Library::new(path)? };
        // SAFETY: these are polyglot.h's types, of the very build that declares them in
        // ffi_demo::sys; the library is kept as long as the functions.
        unsafe {
            Ok(Self {
                add: *library.get(b"pg_add")?,
                greet: *library.get(b"pg_greet")?,
                checksum: *library.get(b"pg_checksum")?,
                mandelbrot_check: *library.get(b"pg_mandelbrot_check")?,
                mandelbrot: *library.get(b"pg_mandelbrot")?,
                _library: library,
            })
        }
    }
}

/// What ffi_demo's safe functions do, call for call.
impl Operations for Loaded {
    fn add(&mut self, a: i32, b: i32) -> Result<i32, Failure> {
        // SAFETY: polyglot.h: it wraps, so any two numbers are valid.
        Ok(unsafe { (self.add)(a, b) })
    }

    fn greet(&mut self, name: &str) -> Result<String, Failure> {
        let name = CString::new(name)?;
        let mut needed = 0;
        // SAFETY: polyglot.h: a NUL-terminated name, a place for the size, and `out` may be NULL as
        // `out_size` is 0.
        let status = unsafe { (self.greet)(name.as_ptr(), null_mut(), 0, &mut needed) };
        check("pg_greet", status, PG_BUFFER_TOO_SMALL)?;
        let mut buffer = vec![0; needed];
        // SAFETY: as above, and the buffer is `out_size` bytes of our own.
        let status = unsafe {
            (self.greet)(name.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len(), &mut needed)
        };
        check("pg_greet", status, PG_OK)?;
        Ok(CStr::from_bytes_until_nul(&buffer)?.to_str()?.to_owned())
    }

    fn checksum(&mut self, data: &[u8]) -> Result<u32, Failure> {
        // SAFETY: polyglot.h: `length` readable bytes, which a slice is.
        Ok(unsafe { (self.checksum)(data.as_ptr(), data.len()) })
    }

    fn mandelbrot(
        &mut self,
        width: u32,
        height: u32,
        wasm_demo::View { center_re, center_im, width: view_width }: wasm_demo::View,
        max_iterations: u32,
    ) -> Result<Vec<u32>, Failure> {
        let view = View { center_re, center_im, width: view_width };
        // SAFETY: polyglot.h: it answers for any arguments.
        let status = unsafe { (self.mandelbrot_check)(width, height, view, max_iterations) };
        check("pg_mandelbrot_check", status, PG_OK)?;
        let mut pixels = vec![0; width as usize * height as usize];
        // SAFETY: polyglot.h: `out_length` writable elements, which the vector is.
        let status = unsafe {
            let (out, out_length) = (pixels.as_mut_ptr(), pixels.len());
            (self.mandelbrot)(width, height, view, max_iterations, out, out_length)
        };
        check("pg_mandelbrot", status, PG_OK)?;
        Ok(pixels)
    }
}

fn check(function: &str, status: PgStatus, expected: PgStatus) -> Result<(), Failure> {
    if status == expected {
        return Ok(());
    }
    Err(format!("{function} answered status {status}: polyglot.h says what is wrong").into())
}
