//! Call a C function from Rust.
//!
//! Why you would: the code you need exists in C, and a call costs about as much as a call between
//! two Rust functions.
//!
//! ```console
//! $ cargo run --example ffi_call_c
//! Result: 131.88
//! ```

// Compiles c_src/arithmetic.c with the cc crate and links it: see crates/ffi-demo/build.rs.
use ffi_demo as _;

// The compiler cannot check this promise: the linker finds `my_c_function` by its name alone.
// Write `f32` here and everything still builds, and the result is garbage.
unsafe extern "C" {
    fn my_c_function(arg1: i32, arg2: f64) -> f64;
}

#[expect(clippy::approx_constant, reason = "the article's own number")]
fn main() {
    // SAFETY: the types above are those in c_src/include/polyglot.h, which says that any two
    // arguments are valid.
    let result = unsafe { my_c_function(42, 3.14) };
    println!("Result: {result}");
    assert_eq!(result, 131.88);
}
