//! Lends a closure to C for the duration of a call.

use std::{ffi::c_void, ptr::from_mut};

#[link(name = "ffi_callback_readings", kind = "static")]
unsafe extern "C" {
    fn readings_each(visit: unsafe extern "C" fn(f64, *mut c_void), user_data: *mut c_void);
}

/// Called by C. `user_data` is what `each` has passed to `readings_each`.
unsafe extern "C" fn trampoline<F: FnMut(f64)>(celsius: f64, user_data: *mut c_void) {
    // SAFETY: readings.c: user data is passed on unchanged, so it is the `&mut F` that `each` lent.
    let visit = unsafe { &mut *user_data.cast::<F>() };
    visit(celsius); // A panic would end the program: see ffi_panic.
}

/// Calls `visit` with each reading.
pub fn each<F: FnMut(f64)>(mut visit: F) {
    let user_data = from_mut(&mut visit).cast();
    // SAFETY: readings.c: all calls are made before it returns, on this thread. The trampoline matches
    // this user data, and does not unwind.
    unsafe { readings_each(trampoline::<F>, user_data) }
}
