//! Declarations of the C library's functions. The contracts are in the headers in `c_src/include`:
//! this file declares `polyglot.h`, and the module below it `series.h`.
//!
//! The linker matches names and not types, so every line has to agree with the headers.

mod series;

use core::ffi::{c_char, c_double, c_int};

pub use series::*;

/// `pg_view`: a rectangle of the complex plane.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PgView {
    /// The real part of the centre.
    pub center_re: c_double,
    /// The imaginary part of the centre.
    pub center_im: c_double,
    /// The width of the rectangle; its height follows from the picture's.
    pub width: c_double,
}

/// `pg_status`. An integer, not a Rust `enum`: C may return a value that this file does not list,
/// and an `enum` holding one would be undefined behaviour.
pub type PgStatus = c_int;

/// `PG_OK`
pub const PG_OK: PgStatus = 0;
/// `PG_NULL_POINTER`
pub const PG_NULL_POINTER: PgStatus = 1;
/// `PG_BUFFER_TOO_SMALL`
pub const PG_BUFFER_TOO_SMALL: PgStatus = 2;
/// `PG_EMPTY_SIZE`
pub const PG_EMPTY_SIZE: PgStatus = 3;
/// `PG_TOO_MANY_PIXELS`
pub const PG_TOO_MANY_PIXELS: PgStatus = 4;
/// `PG_INVALID_VIEW`
pub const PG_INVALID_VIEW: PgStatus = 5;
/// `PG_INVALID_ITERATIONS`
pub const PG_INVALID_ITERATIONS: PgStatus = 6;
/// `PG_ROW_OUT_OF_RANGE`
pub const PG_ROW_OUT_OF_RANGE: PgStatus = 7;
/// `PG_UNKNOWN_UNIT`
pub const PG_UNKNOWN_UNIT: PgStatus = 8;
/// `PG_NO_SAMPLES`
pub const PG_NO_SAMPLES: PgStatus = 9;
/// `PG_OUT_OF_MEMORY`
pub const PG_OUT_OF_MEMORY: PgStatus = 10;
/// `PG_NO_THREAD`
pub const PG_NO_THREAD: PgStatus = 11;

unsafe extern "C" {
    /// `double my_c_function(int32_t, double)`; `safe`, because any two arguments are valid.
    pub safe fn my_c_function(arg1: i32, arg2: c_double) -> c_double;

    /// `int32_t pg_add(int32_t, int32_t)`; `safe`, because the header says that it wraps.
    pub safe fn pg_add(a: i32, b: i32) -> i32;

    /// `pg_status pg_greet(const char *, char *, size_t, size_t *)`
    ///
    /// # Safety
    ///
    /// `name` is NULL or NUL-terminated, `out` is NULL or points to `out_size` writable bytes that
    /// do not overlap `name`, `needed` is NULL or writable.
    pub fn pg_greet(
        name: *const c_char,
        out: *mut c_char,
        out_size: usize,
        needed: *mut usize,
    ) -> PgStatus;

    /// `uint32_t pg_checksum(const uint8_t *, size_t)`
    ///
    /// # Safety
    ///
    /// `data` points to `length` readable bytes; it may be NULL when `length` is 0.
    pub fn pg_checksum(data: *const u8, length: usize) -> u32;

    /// `pg_status pg_mandelbrot_check(uint32_t, uint32_t, pg_view, uint32_t)`; `safe`, because its
    /// purpose is to check any arguments.
    pub safe fn pg_mandelbrot_check(
        width: u32,
        height: u32,
        view: PgView,
        max_iterations: u32,
    ) -> PgStatus;

    /// `pg_status pg_mandelbrot_row(uint32_t, uint32_t, pg_view, uint32_t, uint32_t, uint32_t *)`
    ///
    /// # Safety
    ///
    /// `out` is NULL or points to `width` writable elements.
    pub fn pg_mandelbrot_row(
        width: u32,
        height: u32,
        view: PgView,
        max_iterations: u32,
        row: u32,
        out: *mut u32,
    ) -> PgStatus;

    /// `pg_status pg_mandelbrot(uint32_t, uint32_t, pg_view, uint32_t, uint32_t *, size_t)`
    ///
    /// # Safety
    ///
    /// `out` is NULL or points to `out_length` writable elements.
    pub fn pg_mandelbrot(
        width: u32,
        height: u32,
        view: PgView,
        max_iterations: u32,
        out: *mut u32,
        out_length: usize,
    ) -> PgStatus;
}
