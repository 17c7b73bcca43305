//! Bulk data: a copy of it, or a view of it in place.
//!
//! A slice that Rust takes and a `Vec` that it returns are copied. A typed array over
//! `memory.buffer` copies nothing, but is valid only until memory grows. Then the buffer is
//! replaced, and every view of the old one has length 0.

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

    /// The address of the bytes. It is valid until `free()`, because this `Vec` never grows. After
    /// that, the memory is used for other data, and a view shows that instead.
    pub fn pointer(&mut self) -> *mut u8 {
        self.0.as_mut_ptr()
    }

    /// The number of bytes.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.0.len()
    }

    /// A copy of the bytes, as an array that belongs to JavaScript.
    pub fn copy(&self) -> Uint8Array {
        // Returning `self.0.clone()` would copy twice.
        Uint8Array::new_from_slice(&self.0)
    }

    /// The byte that Rust reads at `index`; `undefined` past the end.
    pub fn get(&self, index: usize) -> Option<u8> {
        self.0.get(index).copied()
    }
}
