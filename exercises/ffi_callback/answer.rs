//! Lend a closure to C for the duration of a call.
#![allow(unused, reason = "until you use it")]

use std::ffi::c_void;

#[link(name = "ffi_callback_readings", kind = "static")]
unsafe extern "C" {
    fn readings_each(visit: unsafe extern "C" fn(f64, *mut c_void), user_data: *mut c_void);
}

/// Called by C. `user_data` is what `each` has passed to `readings_each`.
unsafe extern "C" fn trampoline<F: FnMut(f64)>(celsius: f64, user_data: *mut c_void) {
    // Call the closure.
}

/// Calls `visit` with each reading.
pub fn each<F: FnMut(f64)>(mut visit: F) {
    let user_data = std::ptr::null_mut(); // Pass the closure's address instead.
    // SAFETY: name the sentences of readings.c that you rely on.
    unsafe { readings_each(trampoline::<F>, user_data) }
}
