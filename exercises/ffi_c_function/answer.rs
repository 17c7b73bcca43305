//! Declare the function of answer.c, and call it.
#![allow(unused, reason = "until you use it")]

// The library that answer.c is compiled to.
#[link(name = "ffi_c_function_answer", kind = "static")]
unsafe extern "C" {
    // Declare clamp.
}

/// `value`, or the bound that it is beyond.
pub fn within(value: i32, low: i32, high: i32) -> i32 {
    value // Call clamp instead.
}
