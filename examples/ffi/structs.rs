//! Pass structs by value, by pointer and inside one another.
//!
//! Why you would: a Rust struct has the layout of a C struct if you ask for it. Then no field has
//! to be converted, and C fills an out parameter in place.
//!
//! ```console
//! $ cargo run --example ffi_structs
//! by value:   pushed 3 samples of 16 bytes
//! by pointer: 3 samples, mean 12
//! nested:     from 10 at 3000 ms to 14.5 at 2000 ms
//! ```

use std::{
    ffi::{c_char, c_double, c_int},
    mem::{MaybeUninit, align_of, offset_of},
    ptr::null_mut,
};

// Links the C library that has the functions below.
use ffi_demo::sys::{PG_OK, PG_UNIT_CELSIUS, PgSeries, PgStatus, PgUnit, pg_series_free};

/// `pg_sample`. Without `repr(C)` Rust may put the fields in any order, and C would silently read
/// one for the other.
#[repr(C)]
#[derive(Clone, Copy)]
struct Sample {
    time_ms: i64,
    value: c_double,
}

/// `pg_summary`. A nested struct is stored in place, as in C.
#[repr(C)]
struct Summary {
    lowest: Sample,
    highest: Sample,
    mean: c_double,
    count: usize,
    unit: PgUnit,
}

// C's layout rules, written out for 64-bit systems. A field forgotten or swapped stops the build.
#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<Sample>() == 16 && align_of::<Sample>() == 8);
    assert!(offset_of!(Summary, highest) == 16 && offset_of!(Summary, mean) == 32);
    assert!(offset_of!(Summary, count) == 40 && offset_of!(Summary, unit) == 48);
    // 52 bytes of fields, and padding to a multiple of the alignment.
    assert!(size_of::<Summary>() == 56);
};

unsafe extern "C" {
    fn pg_series_new(name: *const c_char, unit: c_int, out: *mut *mut PgSeries) -> PgStatus;
    fn pg_series_push(series: *mut PgSeries, sample: Sample) -> PgStatus;
    fn pg_series_summary(series: *const PgSeries, out: *mut Summary) -> PgStatus;
}

fn main() {
    let mut series = null_mut();
    // SAFETY: series.h: a NUL-terminated name and a writable place for the handle.
    let status = unsafe { pg_series_new(c"cellar".as_ptr(), PG_UNIT_CELSIUS, &mut series) };
    assert_eq!(status, PG_OK);

    for (time_ms, value) in [(1000, 11.5), (2000, 14.5), (3000, 10.0)] {
        // SAFETY: series.h: the sample is passed by value, so there is nothing to keep alive.
        let status = unsafe { pg_series_push(series, Sample { time_ms, value }) };
        assert_eq!(status, PG_OK);
    }
    println!("by value:   pushed 3 samples of {} bytes", size_of::<Sample>());

    let mut summary = MaybeUninit::<Summary>::uninit();
    // SAFETY: series.h: a writable place for the summary, which may be uninitialised.
    let status = unsafe { pg_series_summary(series, summary.as_mut_ptr()) };
    // Check the status first: after an error, the summary is not initialised.
    assert_eq!(status, PG_OK);
    // SAFETY: polyglot.h: anything but PG_OK means that nothing was written; this was PG_OK.
    let Summary { lowest, highest, mean, count, unit } = unsafe { summary.assume_init() };
    println!("by pointer: {count} samples, mean {mean}");
    assert_eq!((count, mean, unit), (3, 12.0, PG_UNIT_CELSIUS));

    println!(
        "nested:     from {} at {} ms to {} at {} ms",
        lowest.value, lowest.time_ms, highest.value, highest.time_ms
    );
    assert_eq!((lowest.time_ms, highest.time_ms), (3000, 2000));

    // SAFETY: series.h: main owns it and frees it once.
    unsafe { pg_series_free(series) };
}
