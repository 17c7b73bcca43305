//! Gives C a closure to keep, and frees it when C has given it up.

use std::ffi::c_void;

#[link(name = "ffi_kept_closure_bell", kind = "static")]
unsafe extern "C" {
    fn bell_register(function: unsafe extern "C" fn(u32, *mut c_void), user_data: *mut c_void);
    fn bell_unregister();
}

unsafe extern "C" fn trampoline<F: FnMut(u32)>(number: u32, user_data: *mut c_void) {
    // SAFETY: bell.c: the user data of bell_register, on one thread at a time.
    let on_ring = unsafe { &mut *user_data.cast::<F>() };
    on_ring(number); // A panic would end the program: see ffi_panic.
}

/// A closure that C calls until this is dropped.
pub struct Registration<F> {
    on_ring: *mut F,
}

// Send: it is called on another thread. 'static: it must not borrow from a function that returns.
impl<F: FnMut(u32) + Send + 'static> Registration<F> {
    pub fn new(on_ring: F) -> Self {
        let on_ring = Box::into_raw(Box::new(on_ring));
        // SAFETY: bell.c: user data is valid until it is unregistered (see drop) and usable on any
        // thread (F is Send). The trampoline matches it, and does not unwind.
        unsafe { bell_register(trampoline::<F>, on_ring.cast()) };
        Self { on_ring }
    }
}

impl<F> Drop for Registration<F> {
    fn drop(&mut self) {
        // SAFETY: bell.c: the check rings on no other thread by now.
        unsafe { bell_unregister() };
        // SAFETY: a box's pointer, taken back once; bell.c: no call after bell_unregister.
        drop(unsafe { Box::from_raw(self.on_ring) });
    }
}
