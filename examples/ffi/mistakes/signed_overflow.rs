//! A sum overflows in C, where that is undefined behaviour.
//!
//! Rust would panic, or wrap if told to. C promises nothing, and a plain run gets some number.
//!
//! The right way: C adds unsigned numbers, as `pg_add` in c_src/arithmetic.c does, or checks first,
//! and its header says which arguments are valid.
//!
//! - plain: wrong result
//! - gcc, clang: signed integer overflow

unsafe extern "C" {
    fn midpoint(low: i32, high: i32) -> i32;
}

fn main() {
    // SAFETY: broken. The sum of the two is over INT32_MAX.
    let middle = unsafe { midpoint(2_000_000_000, 2_000_000_002) };
    assert_eq!(middle, 2_000_000_001);
}
