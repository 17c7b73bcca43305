//! A function is declared with `float` and defined with `double`.
//!
//! The linker matches names and not types. C reads a `double` where Rust has put a `float`, and no
//! tool that watches the running program can know what was meant.
//!
//! The right way: a test that compares every declaration with the header (tests/tools/declarations.rs).
//!
//! - plain: wrong result

unsafe extern "C" {
    fn my_c_function(arg1: i32, arg2: f32) -> f32;
}

fn main() {
    // SAFETY: broken. The types are not those of polyglot.h.
    let result = unsafe { my_c_function(2, 3.0) };
    assert_eq!(result, 6.0);
}
