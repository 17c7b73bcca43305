//! Declare the function of answer.c, and call it.

// The library that answer.c is compiled to.
#[link(name = "ffi_c_function_answer", kind = "static")]
unsafe extern "C" {
    // Declare clamp.
}

/// `value`, or the bound that it is beyond.
pub fn within(value: i32, low: i32, high: i32) -> i32 {
    todo!("call clamp({value}, {low}, {high})")
}
