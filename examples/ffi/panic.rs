//! Carry a panic in a callback across C, and let it continue on the Rust side.
//!
//! Why you would: a panic that reaches the edge of an `extern "C"` function ends the whole program,
//! because C's frames cannot be unwound. Caught and kept, it waits until C has returned.
//!
//! ```console
//! $ cargo run --example ffi_panic
//! panicked:  14.5 °C is too hot
//! C returned -1 after 2 of 3 samples
//! continued: 14.5 °C is too hot
//! ```

use std::{
    ffi::{c_int, c_void},
    panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, resume_unwind, set_hook},
    ptr::{from_mut, null_mut},
    thread,
};

use anyhow::Context;
use ffi_demo::sys::{self, PG_OK, PG_UNIT_CELSIUS, PgSample, PgSeries};

/// The user data: what the callback needs, and room for its panic.
struct Visit {
    count: usize,
    outcome: thread::Result<()>,
}

unsafe extern "C" fn trampoline(sample: *const PgSample, user_data: *mut c_void) -> c_int {
    // SAFETY: series.h: user data is passed on unchanged, and the sample is borrowed for this call.
    let (visit, sample) = unsafe { (&mut *user_data.cast::<Visit>(), &*sample) };
    visit.count += 1;
    // Without this: "panic in a function that cannot unwind", and the program is aborted.
    // AssertUnwindSafe: after a panic, values that it may have left half done are not used.
    visit.outcome = catch_unwind(AssertUnwindSafe(|| {
        assert!(sample.value < 14.0, "{} °C is too hot", sample.value);
    }));
    // Ends C's loop through its return value, so that C can clean up.
    if visit.outcome.is_ok() { 0 } else { -1 }
}

/// Calls the trampoline for each sample.
///
/// # Safety
///
/// `series` is a series.
unsafe fn check_all(series: *const PgSeries) {
    let mut visit = Visit { count: 0, outcome: Ok(()) };
    // SAFETY: series.h: the trampoline does not change the series and does not unwind, and the user
    // data is the type that it expects. C keeps neither.
    let ended =
        unsafe { sys::pg_series_each(series, Some(trampoline), from_mut(&mut visit).cast()) };
    println!("C returned {ended} after {} of 3 samples", visit.count);
    if let Err(panic) = visit.outcome {
        // C has left the stack, so the panic continues as if Rust had called the closure directly.
        resume_unwind(panic);
    }
}

fn main() -> anyhow::Result<()> {
    // The hook runs once, where the panic starts; `resume_unwind` does not call it again.
    set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        println!("panicked:  {}", info.payload_as_str().unwrap_or("no text"));
    }));

    let mut series = null_mut();
    // SAFETY: series.h: a NUL-terminated name and a writable place for the handle.
    let status = unsafe { sys::pg_series_new(c"cellar".as_ptr(), PG_UNIT_CELSIUS, &mut series) };
    assert_eq!(status, PG_OK);
    let samples = [11.5, 14.5, 12.0].map(|value| PgSample { time_ms: 0, value });
    // SAFETY: series.h: as many samples as the count says, which are copied.
    let status = unsafe { sys::pg_series_extend(series, samples.as_ptr(), samples.len()) };
    assert_eq!(status, PG_OK);

    // SAFETY: this is a series, until it is freed below.
    let panic = catch_unwind(|| unsafe { check_all(series) }).expect_err("14.5 is too hot");
    let message = panic.downcast::<String>().ok().context("the payload is not assert's message")?;
    println!("continued: {message}");
    assert_eq!(*message, "14.5 °C is too hot");

    // SAFETY: series.h: main owns it and frees it once.
    unsafe { sys::pg_series_free(series) };
    Ok(())
}
