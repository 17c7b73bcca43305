//! Rust reads memory that C has freed.
//!
//! The samples belong to the series, which is freed. A plain run still finds them. gcc's sanitizers
//! check C code, and here it is Rust code that reads.
//!
//! The right way: a slice that borrows from its owner, so that this does not compile (`ffi_handle`).
//!
//! - clang, tsan: heap-use-after-free
//! - valgrind: Invalid read

use std::{ffi::c_char, ptr, slice};

#[repr(C)]
#[derive(Clone, Copy)]
struct Sample {
    time_ms: i64,
    value: f64,
}

unsafe extern "C" {
    fn pg_series_new(name: *const c_char, unit: i32, out: *mut *mut u8) -> i32;
    fn pg_series_push(series: *mut u8, sample: Sample) -> i32;
    fn pg_series_samples(series: *const u8, count: *mut usize) -> *const Sample;
    fn pg_series_free(series: *mut u8);
}

fn main() {
    let (mut series, mut count) = (ptr::null_mut(), 0);
    // SAFETY: broken. The samples are borrowed from the series, which is freed already.
    let samples = unsafe {
        pg_series_new(c"cellar".as_ptr(), 1, &mut series);
        for time_ms in 0..3 {
            pg_series_push(series, Sample { time_ms, value: 12.5 });
        }
        let samples = pg_series_samples(series, &mut count);
        pg_series_free(series);
        slice::from_raw_parts(samples, count)
    };
    assert_eq!(samples[2].value, 12.5);
}
