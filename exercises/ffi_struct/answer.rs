//! Declare the struct and the function of range.c, and call it.
#![allow(unused, reason = "until you use it")]

// The library that range.c is compiled to.
#[link(name = "ffi_struct_range", kind = "static")]
unsafe extern "C" {
    // Declare range_of, and the struct that it returns above this block.
}

/// The lowest and the highest value, if there are values.
pub fn range(values: &[f64]) -> Option<(f64, f64)> {
    None // Have C find the range instead.
}
