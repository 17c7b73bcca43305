//! A callback on C's own thread shares a variable, without a lock.
//!
//! Both threads count, and now and then one count is lost. A plain run hardly ever shows it.
//!
//! The right way: an atomic or a `Mutex`, which the compiler requires when the wrapper asks its
//! closure to be `Send` (`ffi_threads`).
//!
//! - tsan: data race
//! - helgrind: Possible data race

use std::{ffi::c_void, ptr};

#[repr(C)]
struct Sample {
    time_ms: i64,
    value: f64,
}

unsafe extern "C" {
    fn pg_sampler_start(
        count: u32,
        on_sample: unsafe extern "C" fn(Sample, *mut c_void),
        user_data: *mut c_void,
        out: *mut *mut c_void,
    ) -> i32;
    fn pg_sampler_stop(sampler: *mut c_void);
}

unsafe extern "C" fn count(_: Sample, user_data: *mut c_void) {
    // SAFETY: broken. Nothing keeps the other thread out.
    unsafe { *user_data.cast::<u64>() += 1 };
}

fn main() {
    let mut samples = 0_u64;
    let user_data = &raw mut samples;
    let mut sampler = ptr::null_mut();
    // SAFETY: broken. A value that two threads change must be an atomic or have a lock.
    unsafe {
        pg_sampler_start(1000, count, user_data.cast(), &mut sampler);
        *user_data += 1;
        pg_sampler_stop(sampler);
    }
    assert!(samples > 0);
}
