//! The shared operations with a C ABI, for programs that load this crate as a shared library.
//!
//! `examples/ffi/python/ops.py` and `examples/ffi/node/ops.js` do. This builds the library in
//! seconds, as `target/debug/libwasm_demo.so` on Linux:
//!
//! ```sh
//! cargo rustc -p wasm-demo --lib --crate-type cdylib --features exports
//! ```
//!
//! The contract is the one that `c_src/include/polyglot.h` has for the same operations in C, so a
//! caller's code fits both: the caller owns every buffer, and Rust keeps no pointer after it
//! returns. The functions may be called from any thread at any time.
//!
//! [`pgo_greet`] and [`pgo_mandelbrot`] answer a panic with a status. [`pgo_add`] and
//! [`pgo_checksum`] return a bare number, which has no value left for a status. Nothing in them
//! panics; if it did, `extern "C"` would end the process rather than unwind into the caller.

// The names are C's: a program that loads the library looks them up as they are written here.
#![allow(non_camel_case_types)]

use core::{
    ffi::{CStr, c_char},
    ptr, slice,
};
use std::{
    iter, mem,
    panic::{AssertUnwindSafe, catch_unwind},
};

use self::pgo_status::*;
use crate::{Error, View};

#[cfg(test)]
mod tests;

/// The outcome of a call. Any but `PGO_OK` means that nothing was written, except where the
/// function says so. A status that `pg_status` has as well has the same number there.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum pgo_status {
    /// Done.
    PGO_OK = 0,
    /// A pointer was NULL.
    PGO_NULL_POINTER = 1,
    /// The caller's buffer cannot hold the answer.
    PGO_BUFFER_TOO_SMALL = 2,
    /// The width or the height is 0.
    PGO_EMPTY_SIZE = 3,
    /// There are more than [`crate::MAX_PIXELS`].
    PGO_TOO_MANY_PIXELS = 4,
    /// A coordinate is not finite, or the view's width is not positive.
    PGO_INVALID_VIEW = 5,
    /// The limit is 0, or over [`crate::MAX_ITERATIONS`].
    PGO_INVALID_ITERATIONS = 6,
    /// A string is not UTF-8, which Rust's strings have to be. The C library does not check that.
    PGO_INVALID_UTF8 = 12,
    /// Rust panicked: there is a bug in the library. The process continues; what the caller's buffer
    /// holds is unspecified.
    PGO_PANIC = 13,
}

/// A rectangle of the complex plane, by its centre and its width: `pg_view`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct pgo_view {
    /// The real part of the centre.
    pub center_re: f64,
    /// The imaginary part of the centre.
    pub center_im: f64,
    /// The width of the rectangle; its height follows from the picture's.
    pub width: f64,
}

/// `a + b`, modulo 2³².
#[unsafe(no_mangle)]
pub extern "C" fn pgo_add(a: i32, b: i32) -> i32 {
    crate::add(a, b)
}

/// Writes `Hello, NAME!` and a terminating NUL to `out`, and the size that takes, NUL included, to
/// `needed`: on `PGO_OK`, and on `PGO_BUFFER_TOO_SMALL`. `out` may be NULL when `out_size` is 0:
/// that asks for the size.
///
/// # Safety
///
/// `name` is NULL or a NUL-terminated string; `out` is NULL or points to `out_size` writable bytes
/// that do not overlap `name`; `needed` is NULL or points to a writable and aligned `size_t`. No
/// other thread writes to any of them during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgo_greet(
    name: *const c_char,
    out: *mut c_char,
    out_size: usize,
    needed: *mut usize,
) -> pgo_status {
    guard(|| {
        if name.is_null() || needed.is_null() || (out.is_null() && out_size > 0) {
            return Err(PGO_NULL_POINTER);
        }
        // SAFETY: it is not NULL, so by the contract it is NUL-terminated and does not change.
        let name = unsafe { CStr::from_ptr(name) };
        let greeting = crate::greet(name.to_str().map_err(|_| PGO_INVALID_UTF8)?);

        let size = greeting.len() + 1;
        // SAFETY: it is not NULL, so by the contract it is writable and aligned.
        unsafe { needed.write(size) };
        if out_size < size {
            return Err(PGO_BUFFER_TOO_SMALL);
        }
        // SAFETY: out_size is not 0, so out is not NULL and has room for out_size bytes, and the
        // greeting takes at most that. It is this function's own, so nothing overlaps.
        unsafe {
            ptr::copy_nonoverlapping(greeting.as_ptr().cast(), out, greeting.len());
            out.add(greeting.len()).write(0);
        }
        Ok(())
    })
}

/// CRC-32C of `length` bytes at `data`.
///
/// # Safety
///
/// `length` is 0, or `data` points to `length` readable bytes that do not change during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgo_checksum(data: *const u8, length: usize) -> u32 {
    // C may pass NULL for no bytes, and a Rust slice may not be NULL.
    let data = match length {
        0 => &[],
        // SAFETY: by the contract, the bytes are readable and do not change, so they are not more
        // than memory can hold.
        _ => unsafe { slice::from_raw_parts(data, length) },
    };
    crate::checksum(data)
}

/// Draws the Mandelbrot set, row by row from the top: each element of `out` becomes the number of
/// iterations of one pixel.
///
/// # Safety
///
/// `out` is NULL, or points to `out_length` writable and aligned elements that no other thread reads
/// or writes during the call. They may be uninitialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgo_mandelbrot(
    width: u32,
    height: u32,
    view: pgo_view,
    max_iterations: u32,
    out: *mut u32,
    out_length: usize,
) -> pgo_status {
    guard(|| {
        let pgo_view { center_re, center_im, width: view_width } = view;
        let view = View { center_re, center_im, width: view_width };
        let draw =
            |row| crate::mandelbrot_row(width, height, view, max_iterations, row).map_err(status);
        // A picture that cannot be drawn has no first row either.
        let first = draw(0)?;
        if out.is_null() {
            return Err(PGO_NULL_POINTER);
        }
        if (out_length as u64) < u64::from(width) * u64::from(height) {
            return Err(PGO_BUFFER_TOO_SMALL);
        }
        for (row, pixels) in iter::once(Ok(first)).chain((1..height).map(draw)).enumerate() {
            let pixels = pixels?;
            // SAFETY: row is below height, and there is room for width * height elements, so for
            // this row. It was made by Rust, so nothing overlaps.
            unsafe {
                let out = out.add(row * width as usize);
                ptr::copy_nonoverlapping(pixels.as_ptr(), out, pixels.len());
            }
        }
        Ok(())
    })
}

fn status(error: Error) -> pgo_status {
    match error {
        Error::EmptySize { .. } => PGO_EMPTY_SIZE,
        Error::TooManyPixels { .. } => PGO_TOO_MANY_PIXELS,
        Error::InvalidView { .. } => PGO_INVALID_VIEW,
        Error::InvalidIterations { .. } => PGO_INVALID_ITERATIONS,
        other => unreachable!("the rows are those of the picture: {other}"),
    }
}

/// Runs the body of an exported function; a panic becomes a status.
///
/// `AssertUnwindSafe` is a promise that no half-made change can be seen after a panic. The bodies
/// change only the caller's buffers, and the status tells the caller.
fn guard(body: impl FnOnce() -> Result<(), pgo_status>) -> pgo_status {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => PGO_OK,
        Ok(Err(status)) => status,
        Err(payload) => {
            // Dropping it could panic again, outside the guard.
            mem::forget(payload);
            PGO_PANIC
        }
    }
}
