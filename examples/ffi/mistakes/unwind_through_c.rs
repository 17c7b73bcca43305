//! A panic unwinds through C, which does not clean up.
//!
//! `"C-unwind"` lets the panic pass. C's function just ends, and the code after the callback never
//! runs: a buffer is not freed, and a lock would stay locked. A plain run continues without an
//! error.
//!
//! The right way: catch the panic in the callback, and resume it once C has returned (`ffi_panic`).
//!
//! - gcc, clang: detected memory leaks
//! - valgrind: definitely lost

use std::{ffi::c_int, panic};

unsafe extern "C-unwind" {
    fn with_buffer(callback: unsafe extern "C-unwind" fn(*mut u8) -> c_int) -> c_int;
}

unsafe extern "C-unwind" fn fails(_buffer: *mut u8) -> c_int {
    panic::resume_unwind(Box::new("the callback fails"))
}

fn main() {
    // SAFETY: broken. The C function does not expect a callback that does not return.
    let outcome = panic::catch_unwind(|| unsafe { with_buffer(fails) });
    assert!(outcome.is_err());
}
