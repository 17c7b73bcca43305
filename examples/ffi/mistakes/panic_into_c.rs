//! A panic reaches the edge of an `extern "C"` function.
//!
//! A panic may not leave it, so Rust ends the program there, even if a `catch_unwind` is waiting
//! outside. That is safe, but in a server or a plugin it takes everything else down too.
//!
//! The right way: catch the panic in the callback, and resume it once C has returned (`ffi_panic`).
//!
//! - plain: panic in a function that cannot unwind

use std::{ffi::c_int, panic};

unsafe extern "C" {
    fn with_buffer(callback: extern "C" fn(*mut u8) -> c_int) -> c_int;
}

extern "C" fn fails(_buffer: *mut u8) -> c_int {
    panic::resume_unwind(Box::new("the callback fails"))
}

fn main() {
    // SAFETY: the callback is sound, it only ends the program.
    let outcome = panic::catch_unwind(|| unsafe { with_buffer(fails) });
    assert!(outcome.is_err());
}
