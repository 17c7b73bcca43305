//! The four shared operations in Rust, for every place where WebAssembly runs.
//!
//! The same source is compiled three ways: natively (what a crossing's cost is compared with), to
//! a module with hand-made exports (`examples/wasm/guests/ops.rs`, for any engine), and to a
//! module with wasm-bindgen's exports (`bindgen`, for JavaScript).

#[cfg(feature = "bindgen")]
pub mod bindgen;
mod checksum;
#[cfg(feature = "exports")]
pub mod exports;
mod mandelbrot;
#[cfg(feature = "sandbox")]
pub mod sandbox;

pub use checksum::checksum;
pub use mandelbrot::{Error, MAX_ITERATIONS, MAX_PIXELS, View, mandelbrot, mandelbrot_row};

/// `a + b`, wrapping at the type's edges.
///
/// ```
/// assert_eq!(wasm_demo::add(2, 3), 5);
/// ```
pub fn add(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

/// `"Hello, NAME!"`.
///
/// ```
/// assert_eq!(wasm_demo::greet("Ferris"), "Hello, Ferris!");
/// ```
pub fn greet(name: &str) -> String {
    format!("Hello, {name}!")
}
