//! Return C's string as a Rust `String`, and free C's.
#![allow(unused, reason = "until you use it")]

use std::ffi::c_char;

#[link(name = "ffi_string_label", kind = "static")]
unsafe extern "C" {
    fn label_make(sensor: i32) -> *mut c_char;
    fn label_free(label: *mut c_char);
}

/// The label of a sensor, in which U+FFFD replaces what is not UTF-8; `None` if it has none.
pub fn label(sensor: i32) -> Option<String> {
    None // Copy the string of label_make instead, and free it.
}
