//! Exports a function that makes a string, and one that frees it.

use std::ffi::{CStr, CString, c_char};
use std::ptr::null_mut;

/// `text` in capitals, as a string for `shout_free`; NULL if it is NULL or not UTF-8.
///
/// # Safety
///
/// `text` is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shout(text: *const c_char) -> *mut c_char {
    if text.is_null() {
        return null_mut();
    }
    // SAFETY: the caller passes a NUL-terminated string.
    let Ok(text) = unsafe { CStr::from_ptr(text) }.to_str() else { return null_mut() };
    // Capitals add no NUL, but `unwrap` would end the caller's program if they did.
    CString::new(text.to_uppercase()).map_or(null_mut(), CString::into_raw)
}

/// Frees a string of `shout`.
///
/// # Safety
///
/// `text` is NULL, or a string of `shout` that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shout_free(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: the caller passes a pointer of `CString::into_raw`, once.
        drop(unsafe { CString::from_raw(text) });
    }
}
