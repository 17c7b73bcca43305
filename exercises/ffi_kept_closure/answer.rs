//! Give C a closure to keep, and free it when C has given it up.
#![allow(unused, reason = "until you use it")]

use std::{ffi::c_void, ptr::null_mut};

#[link(name = "ffi_kept_closure_bell", kind = "static")]
unsafe extern "C" {
    fn bell_register(function: unsafe extern "C" fn(u32, *mut c_void), user_data: *mut c_void);
    fn bell_unregister();
}

unsafe extern "C" fn trampoline<F: FnMut(u32)>(number: u32, user_data: *mut c_void) {
    // SAFETY: bell.c: the user data of bell_register, on one thread at a time.
    let on_ring = unsafe { &mut *user_data.cast::<F>() };
    on_ring(number);
}

/// A closure that C calls until this is dropped.
pub struct Registration<F> {
    on_ring: *mut F,
}

// Send: it is called on another thread. 'static: it must not borrow from a function that returns.
impl<F: FnMut(u32) + Send + 'static> Registration<F> {
    pub fn new(on_ring: F) -> Self {
        Self { on_ring: null_mut() } // Move the closure to the heap instead, and register it.
    }
}

impl<F> Drop for Registration<F> {
    fn drop(&mut self) {
        // Unregister the closure, and free it.
    }
}
