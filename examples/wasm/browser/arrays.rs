//! Bulk data: a copy of it, or a view of it where it lies.
//!
//! A slice that Rust takes and a `Vec` that it returns are copied at the border. A typed array over
//! `memory.buffer` copies nothing, but is good only until memory grows: then the buffer is replaced,
//! and every view of the old one has length 0 from then on.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

/// Bytes that stay in linear memory.
#[wasm_bindgen]
pub struct Samples(Vec<u8>);

#[wasm_bindgen]
impl Samples {
    /// `new Samples(length)`, all 0.
    #[wasm_bindgen(constructor)]
    pub fn new(length: usize) -> Self {
        Self(vec![0; length])
    }

    /// Where they lie. Good until `free()`, as this `Vec` never grows; after that the memory is
    /// somebody else's, and no view can know.
    pub fn pointer(&mut self) -> *mut u8 {
        self.0.as_mut_ptr()
    }

    /// How many there are.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.0.len()
    }

    /// All of them, as an array of JavaScript's own.
    pub fn copy(&self) -> Uint8Array {
        // To return `self.0.clone()` would be to copy twice.
        Uint8Array::new_from_slice(&self.0)
    }

    /// What Rust reads at `index`; `undefined` past the end.
    pub fn get(&self, index: usize) -> Option<u8> {
        self.0.get(index).copied()
    }
}
