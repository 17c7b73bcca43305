//! The Mandelbrot picture's edges in Rust: the tests that ffi-demo has for C.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../../../tests/support/mandelbrot_edges.rs"]
mod edges;

use wasm_demo::{MAX_ITERATIONS, MAX_PIXELS, View, mandelbrot, mandelbrot_row};
