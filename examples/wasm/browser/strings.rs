//! Text between JavaScript, which keeps it as UTF-16, and Rust, which keeps it as UTF-8.
//!
//! Each crossing makes a copy in the other encoding: there is nothing to free, and neither side can
//! change the other's text. UTF-8 cannot express a surrogate without its other half, which arrives
//! as U+FFFD. A function that must see it takes a `js_sys::JsString`, which stays in JavaScript.

use wasm_bindgen::prelude::*;

/// JavaScript to Rust: the text as Rust has it, in bytes.
#[wasm_bindgen]
pub fn utf8(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// The number of characters: not `len()`, which counts bytes.
#[wasm_bindgen]
pub fn characters(text: &str) -> usize {
    text.chars().count()
}

/// Rust to JavaScript: a `String` that Rust made.
#[wasm_bindgen]
pub fn reverse(text: &str) -> String {
    text.chars().rev().collect()
}
