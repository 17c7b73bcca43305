//! Text between JavaScript, which keeps it as UTF-16, and Rust, which keeps it as UTF-8.
//!
//! Each crossing is a copy in the other encoding: nobody has anything to free, and nobody can change
//! the other's text. What UTF-8 cannot hold, a surrogate without its other half, arrives as U+FFFD;
//! a function that must see it takes a `js_sys::JsString`, which stays on JavaScript's side.

use wasm_bindgen::prelude::*;

/// JavaScript to Rust: the text as Rust has it, in bytes.
#[wasm_bindgen]
pub fn utf8(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// How many characters there are: not `len()`, which counts bytes.
#[wasm_bindgen]
pub fn characters(text: &str) -> usize {
    text.chars().count()
}

/// Rust to JavaScript: a `String` that Rust made.
#[wasm_bindgen]
pub fn reverse(text: &str) -> String {
    text.chars().rev().collect()
}
