//! C's memory is never freed.
//!
//! `pg_series_describe` says that its caller owns the text. A plain run ends before the lost memory
//! matters; a server does not end.
//!
//! The right way: an owner whose `Drop` calls the library's own free (`ffi_strings`).
//!
//! - gcc, clang: detected memory leaks
//! - valgrind: definitely lost

use std::{
    ffi::{CStr, c_char},
    ptr,
};

unsafe extern "C" {
    fn pg_series_new(name: *const c_char, unit: i32, out: *mut *mut Series) -> i32;
    fn pg_series_describe(series: *const Series) -> *mut c_char;
    fn pg_series_free(series: *mut Series);
}

#[repr(C)]
struct Series([u8; 0]);

fn main() {
    let mut series = ptr::null_mut();
    // SAFETY: as series.h asks; a leak is safe, but still a bug.
    let text = unsafe {
        pg_series_new(c"cellar".as_ptr(), 1, &mut series);
        let text = CStr::from_ptr(pg_series_describe(series)).to_owned();
        pg_series_free(series);
        text
    };
    assert_eq!(text.as_c_str(), c"cellar: 0 samples in °C");
}
