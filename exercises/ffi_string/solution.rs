//! Returns C's string as a Rust `String`, and frees C's.

use std::ffi::{CStr, c_char};

#[link(name = "ffi_string_label", kind = "static")]
unsafe extern "C" {
    fn label_make(sensor: i32) -> *mut c_char;
    fn label_free(label: *mut c_char);
}

/// The label of a sensor, in which U+FFFD replaces what is not UTF-8; `None` if it has none.
pub fn label(sensor: i32) -> Option<String> {
    // SAFETY: label.c: takes any number; the check calls it on one thread.
    let label = unsafe { label_make(sensor) };
    if label.is_null() {
        return None;
    }
    // SAFETY: label.c: a NUL-terminated string, which is this function's until it is freed.
    let copy = unsafe { CStr::from_ptr(label) }.to_string_lossy().into_owned();
    // SAFETY: label.c: a string of label_make, freed once; the copy does not borrow from it.
    unsafe { label_free(label) };
    Some(copy)
}
