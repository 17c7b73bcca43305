//! Declares the function of solution.c, and calls it.

#[link(name = "ffi_c_function_solution", kind = "static")]
unsafe extern "C" {
    // Safe: for any three numbers C returns one of them, and it touches no memory.
    safe fn clamp(value: i32, low: i32, high: i32) -> i32;
}

/// `value`, or the bound that it is beyond.
pub fn within(value: i32, low: i32, high: i32) -> i32 {
    clamp(value, low, high)
}
