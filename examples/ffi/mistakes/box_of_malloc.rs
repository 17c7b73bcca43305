//! Rust frees memory that C's `malloc` has allocated.
//!
//! `CString::from_raw` cannot adopt a C string. On most systems Rust's default allocator ends up in
//! `free`, so this works until someone chooses another allocator, or runs the program on Windows.
//!
//! The right way: copy the text, and pass the original to the library's own free (`ffi_strings`).
//!
//! - offset: free(): invalid pointer

use std::{
    ffi::{CString, c_char},
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
    // SAFETY: broken. `from_raw` takes only what `into_raw` gave; dropping it calls Rust's allocator.
    let text = unsafe {
        pg_series_new(c"cellar".as_ptr(), 1, &mut series);
        let text = CString::from_raw(pg_series_describe(series));
        pg_series_free(series);
        text
    };
    assert_eq!(text.as_c_str(), c"cellar: 0 samples in °C");
}
