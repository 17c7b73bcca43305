//! `add` by wasm-bindgen, to compare its size with that of `add.rs`.
//!
//! `polyglot bundle` compiles it to `web/pkg/add_bindgen_bg.wasm`, and wasm-bindgen writes
//! `add_bindgen.js`, which fetches the module, and `add_bindgen.d.ts`, with the types.

use wasm_bindgen::prelude::*;

/// The sum of `a` and `b`.
#[wasm_bindgen]
pub fn add(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}
