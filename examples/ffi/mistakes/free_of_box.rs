//! C frees memory that Rust has allocated.
//!
//! On most systems Rust's default allocator is `malloc`, so this works until someone chooses
//! another allocator, or runs the program on Windows. The allocator of this program differs from
//! `malloc`, so the mistake shows now.
//!
//! The right way: each side frees its own memory; Rust exports a function for that
//! (crates/ffi-demo/src/export).
//!
//! - offset: free(): invalid pointer

use std::ffi::{CString, c_char};

unsafe extern "C" {
    fn pg_string_free(string: *mut c_char);
}

fn main() {
    let name = CString::from(c"Ferris");
    // SAFETY: broken. Only what this library allocated may be freed by it.
    unsafe { pg_string_free(name.into_raw()) };
}
