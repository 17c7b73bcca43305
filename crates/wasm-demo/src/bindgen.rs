//! The operations for JavaScript. wasm-bindgen moves strings, arrays and errors across linear memory,
//! which `examples/wasm/guests/ops.rs` does by hand.

use wasm_bindgen::prelude::*;

use crate::View;

/// `add(a, b)`: adds two 32-bit integers, wrapping at the type's edges.
#[wasm_bindgen]
pub fn add(a: i32, b: i32) -> i32 {
    crate::add(a, b)
}

/// `greet(name)`: "Hello, NAME!". The string is copied in as UTF-8, and the answer copied out.
#[wasm_bindgen]
pub fn greet(name: &str) -> String {
    crate::greet(name)
}

/// `checksum(bytes)`: the CRC-32C of a `Uint8Array`, which is copied into linear memory.
#[wasm_bindgen]
pub fn checksum(data: &[u8]) -> u32 {
    crate::checksum(data)
}

/// `mandelbrotRow(…)`: the iterations per pixel of one row, as a `Uint32Array`; throws an `Error`
/// when the picture cannot be drawn.
#[wasm_bindgen(js_name = mandelbrotRow)]
pub fn mandelbrot_row(
    width: u32,
    height: u32,
    center_re: f64,
    center_im: f64,
    view_width: f64,
    max_iterations: u32,
    row: u32,
) -> Result<Vec<u32>, JsError> {
    let view = View { center_re, center_im, width: view_width };
    Ok(crate::mandelbrot_row(width, height, view, max_iterations, row)?)
}
