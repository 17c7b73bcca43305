//! Own an opaque C object, so that it is freed exactly once.
//!
//! Why you would: nearly every C library returns pointers to things that only it may look into.
//! Wrapped once, such a handle can neither leak, nor be used after it is freed, nor be freed twice.
//!
//! ```console
//! $ cargo run --example ffi_handle
//! made:  cellar
//! moved: cellar, to another thread
//! freed: cellar
//! ```

use std::{
    ffi::{CStr, c_char, c_int},
    marker::{PhantomData, PhantomPinned},
    ptr::{NonNull, null_mut},
    thread,
};

// Links the C library that has the functions below.
use anyhow::{Context, bail};
use ffi_demo::sys::{PG_OK, PG_UNIT_CELSIUS, PgStatus};

/// `struct pg_series;`: the C header declares it without its fields. It has no known size, so you
/// cannot make or copy one. The marker says what Rust does not know: whether it may move, or be
/// used from another thread. (An `enum` without variants says "this cannot exist", and the compiler
/// would remove the code that follows.)
#[repr(C)]
struct PgSeries {
    _data: (),
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

unsafe extern "C" {
    fn pg_series_new(name: *const c_char, unit: c_int, out: *mut *mut PgSeries) -> PgStatus;
    fn pg_series_name(series: *const PgSeries) -> *const c_char;
    fn pg_series_free(series: *mut PgSeries);
}

/// The owner. Not `Clone`: two owners would free twice.
struct Series(NonNull<PgSeries>);

// A pointer is neither Send nor Sync: the compiler cannot know what C does behind it. Each is a
// separate promise, which the header has to support; leaving one out is always sound.
// SAFETY: series.h: a series may move between threads.
unsafe impl Send for Series {}
// Sync would need more: that two threads may use the series at once. Without it, sharing a
// `&Series` with another thread does not compile.

impl Series {
    fn new(name: &CStr) -> anyhow::Result<Self> {
        let mut series = null_mut();
        // SAFETY: series.h: a NUL-terminated name, which is copied, and a writable handle.
        match unsafe { pg_series_new(name.as_ptr(), PG_UNIT_CELSIUS, &mut series) } {
            PG_OK => NonNull::new(series).map(Self).context("PG_OK, and no series"),
            status => bail!("no series: status {status}"),
        }
    }

    fn name(&self) -> &CStr {
        // SAFETY: series.h: NUL-terminated and valid until the series is freed, which `&self`
        // prevents: `let name = series.name(); drop(series); name` does not compile.
        unsafe { CStr::from_ptr(pg_series_name(self.0.as_ptr())) }
    }
}

impl Drop for Series {
    fn drop(&mut self) {
        println!("freed: {}", self.name().to_string_lossy());
        // SAFETY: series.h: the caller of pg_series_new owns the series and frees it. This is the
        // only owner, and drop runs once.
        unsafe { pg_series_free(self.0.as_ptr()) }
    }
}

fn main() -> anyhow::Result<()> {
    assert_eq!(size_of::<PgSeries>(), 0, "nothing of it is ours");
    assert_eq!(size_of::<Option<Series>>(), size_of::<*mut PgSeries>(), "the wrapper is free");

    let series = Series::new(c"cellar")?;
    println!("made:  {}", series.name().to_str()?);

    // Without the promise above: "`NonNull<PgSeries>` cannot be sent between threads safely".
    let other = thread::spawn(move || {
        println!("moved: {}, to another thread", series.name().to_string_lossy());
        series.name() == c"cellar"
    });
    assert!(other.join().expect("it does not panic"));
    Ok(())
}
