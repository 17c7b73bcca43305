//! `add` by wasm-bindgen: what its convenience weighs, against `add.rs` beside it.
//!
//! `polyglot bundle` compiles it to `web/pkg/add_bindgen_bg.wasm`, and wasm-bindgen writes
//! `add_bindgen.js`, which fetches the module, and `add_bindgen.d.ts`, which knows the types.

use wasm_bindgen::prelude::*;

/// The sum of `a` and `b`.
#[wasm_bindgen]
pub fn add(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}
