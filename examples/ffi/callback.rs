//! Have C call a Rust closure.
//!
//! Why you would: a C callback is a function pointer and a `void *` that comes back with each call.
//! The two together can be any closure, with all that it captures.
//!
//! ```console
//! $ cargo run --example ffi_callback
//! visited up to the first over 12 °C: [11.5, 12.0, 14.5]
//! the closure is freed, and what it captured with it
//! ```

use std::{
    cell::RefCell,
    ffi::{c_int, c_void},
    ptr::{from_mut, null_mut},
    rc::Rc,
};

use anyhow::Context;
use ffi_demo::sys::{self, PG_OK, PG_UNIT_CELSIUS, PgSample, PgSeries};

/// A C function pointer to a closure. The compiler makes one trampoline for each type of closure,
/// so it knows what `user_data` points to. C checks neither: another closure's data would be taken
/// for this one's.
unsafe extern "C" fn trampoline<F: FnMut(&PgSample) -> bool>(
    sample: *const PgSample,
    user_data: *mut c_void,
) -> c_int {
    // SAFETY: series.h: user data is passed on unchanged, so it is the `&mut F` that `each` lent.
    let visit = unsafe { &mut *user_data.cast::<F>() };
    // SAFETY: series.h: the sample is borrowed for the duration of the call.
    let sample = unsafe { &*sample };
    // A panic here would end the program: ffi_panic shows what to do.
    c_int::from(!visit(sample))
}

/// Calls `visit` with each sample, for as long as it returns `true`.
///
/// # Safety
///
/// `series` is a series.
unsafe fn each<F: FnMut(&PgSample) -> bool>(series: *const PgSeries, mut visit: F) {
    // Who frees the closure? Rust, at the end of this function. That is right because C keeps no
    // pointer after it returns. A C function that does keep it needs a box: `Box::into_raw`, and
    // `Box::from_raw` once C has promised to make no more calls. See ffi_threads.
    let user_data = from_mut(&mut visit).cast();
    // SAFETY: series.h: no pointer is kept, visit is called on this thread, and it does not change
    // the series, which the caller guarantees. The trampoline matches this user data.
    unsafe { sys::pg_series_each(series, Some(trampoline::<F>), user_data) };
}

fn main() -> anyhow::Result<()> {
    let mut series = null_mut();
    // SAFETY: series.h: a NUL-terminated name and a writable place for the handle.
    let status = unsafe { sys::pg_series_new(c"cellar".as_ptr(), PG_UNIT_CELSIUS, &mut series) };
    assert_eq!(status, PG_OK);
    for value in [11.5, 12.0, 14.5, 13.0] {
        // SAFETY: series.h: a series, and a sample by value.
        let status = unsafe { sys::pg_series_push(series, PgSample { time_ms: 0, value }) };
        assert_eq!(status, PG_OK);
    }

    let seen = Rc::new(RefCell::new(Vec::new()));
    let visit = {
        let seen = Rc::clone(&seen);
        move |sample: &PgSample| {
            seen.borrow_mut().push(sample.value);
            sample.value <= 12.0
        }
    };
    // SAFETY: this is a series, until it is freed below.
    unsafe { each(series, visit) };

    // Fails while the closure still owns the other reference.
    let seen = Rc::into_inner(seen).context("the closure was not freed")?.into_inner();
    println!("visited up to the first over 12 °C: {seen:?}");
    assert_eq!(seen, [11.5, 12.0, 14.5], "after it C has called no more");
    println!("the closure is freed, and what it captured with it");

    // SAFETY: series.h: main owns it and frees it once.
    unsafe { sys::pg_series_free(series) };
    Ok(())
}
