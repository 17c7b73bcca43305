//! Lend a slice to C, and borrow C's array as a slice.
//!
//! Why you would: bulk data crosses without a copy. A slice is a pointer and a length, and C takes
//! both; C cannot express the lifetime, so you add it.
//!
//! ```console
//! $ cargo run --example ffi_slices
//! lent to C:       CRC-32C of 9 bytes is e3069283
//! borrowed from C: [11.5, 12.0, 11.0]
//! an empty one:    []
//! ```

use std::{ptr::null_mut, slice};

use ffi_demo::sys::{self, PG_OK, PG_UNIT_CELSIUS, PgSample, PgSeries};

/// Frees the series when it is dropped: see ffi_handle.
struct Series(*mut PgSeries);

impl Series {
    /// The result borrows `self` for as long as the samples are used. So `extend`, which may move
    /// them, does not compile meanwhile. With `&'static [PgSample]` it would, and the slice would
    /// point to memory that C has freed.
    fn samples(&self) -> &[PgSample] {
        let mut count = 0;
        // SAFETY: series.h: a series, and a writable place for the count.
        let first = unsafe { sys::pg_series_samples(self.0, &mut count) };
        if first.is_null() {
            // C's empty array may be NULL. A slice's pointer never is.
            return &[];
        }
        // SAFETY: series.h: `count` samples, valid until the series is changed, which takes
        // `&mut self`, or freed, which drops it.
        unsafe { slice::from_raw_parts(first, count) }
    }

    fn extend(&mut self, samples: &[PgSample]) {
        // SAFETY: series.h: `count` elements that are not the series' own, which are copied.
        let status = unsafe { sys::pg_series_extend(self.0, samples.as_ptr(), samples.len()) };
        assert_eq!(status, PG_OK);
    }
}

impl Drop for Series {
    fn drop(&mut self) {
        // SAFETY: series.h: the caller of pg_series_new owns it and frees it.
        unsafe { sys::pg_series_free(self.0) }
    }
}

fn main() {
    let bytes = b"123456789";
    // SAFETY: polyglot.h: `length` readable bytes, and no pointer is kept.
    let checksum = unsafe { sys::pg_checksum(bytes.as_ptr(), bytes.len()) };
    println!("lent to C:       CRC-32C of {} bytes is {checksum:08x}", bytes.len());
    assert_eq!(checksum, 0xE306_9283);

    let mut series = Series(null_mut());
    // SAFETY: series.h: a NUL-terminated name and a place for the handle.
    let status = unsafe { sys::pg_series_new(c"cellar".as_ptr(), PG_UNIT_CELSIUS, &mut series.0) };
    assert_eq!(status, PG_OK);
    series.extend(&[11.5, 12.0, 11.0].map(|value| PgSample { time_ms: 0, value }));

    let values: Vec<f64> = series.samples().iter().map(|sample| sample.value).collect();
    println!("borrowed from C: {values:?}");
    assert_eq!(values, [11.5, 12.0, 11.0]);

    // An empty slice's pointer is not NULL but points to no memory; C does not read through it.
    series.extend(&[]);
    println!("an empty one:    {:?}", &series.samples()[3..]);
    assert_eq!(series.samples().len(), 3);
}
