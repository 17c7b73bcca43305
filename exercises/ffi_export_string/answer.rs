//! Export a function that makes a string, and one that frees it.
#![allow(unused, reason = "until you use it")]

use std::ffi::{CStr, CString, c_char};
use std::ptr::null_mut;

/// `text` in capitals, as a string for `shout_free`; NULL if it is NULL or not UTF-8.
///
/// # Safety
///
/// `text` is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shout(text: *const c_char) -> *mut c_char {
    null_mut() // Return the string instead.
}

/// Frees a string of `shout`.
///
/// # Safety
///
/// `text` is NULL, or a string of `shout` that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shout_free(text: *mut c_char) {
    // Free it.
}
