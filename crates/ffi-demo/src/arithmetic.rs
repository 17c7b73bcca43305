use crate::sys;

/// The article's C function: `arg1 * arg2`. Calls C's `my_c_function`.
///
/// ```
/// # #![allow(clippy::approx_constant)]
/// assert_eq!(ffi_demo::my_c_function(42, 3.14), 131.88);
/// ```
#[inline]
pub fn my_c_function(arg1: i32, arg2: f64) -> f64 {
    sys::my_c_function(arg1, arg2)
}

/// `a + b`, wrapping at the type's edges. Calls C's `pg_add`.
///
/// ```
/// assert_eq!(ffi_demo::add(2, 3), 5);
/// assert_eq!(ffi_demo::add(i32::MAX, 1), i32::MIN);
/// ```
#[inline]
pub fn add(a: i32, b: i32) -> i32 {
    sys::pg_add(a, b)
}
