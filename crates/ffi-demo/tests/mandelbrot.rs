//! The Mandelbrot picture's edges in C: the tests that wasm-demo has for Rust.

#[path = "../../../tests/support/mandelbrot_edges.rs"]
mod edges;

use ffi_demo::{MAX_ITERATIONS, MAX_PIXELS, View, mandelbrot, mandelbrot_row};
