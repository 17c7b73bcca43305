//! A Rust struct as a JavaScript class.
//!
//! The JavaScript object holds a pointer into linear memory and nothing else: the series stays in
//! Rust. `free()` drops it, and empties the object, so that a later call throws instead of reading
//! freed memory.

use js_sys::Function;
use wasm_bindgen::prelude::*;

/// Measurements in the order they were taken.
#[wasm_bindgen]
pub struct Series {
    // Private fields may be of any type. A `pub` one would become a property, and have to be `Copy`.
    name: String,
    values: Vec<f64>,
}

#[wasm_bindgen]
impl Series {
    /// `new Series('cellar')`
    #[wasm_bindgen(constructor)]
    pub fn new(name: String) -> Self {
        Self { name, values: Vec::new() }
    }

    /// `series.name`, copied at each read.
    #[wasm_bindgen(getter)]
    pub fn name(&self) -> String {
        self.name.clone()
    }

    /// `series.push(21.5)`
    pub fn push(&mut self, value: f64) {
        self.values.push(value);
    }

    /// `series.mean()`: `None` is `undefined` to JavaScript.
    pub fn mean(&self) -> Option<f64> {
        let count = self.values.len();
        (count > 0).then(|| self.values.iter().sum::<f64>() / count as f64)
    }

    /// `series.forEach(value => …)`: borrows the series until it returns. Inside, `mean()` may be called
    /// and `push()` throws; so would every method if this one took `&mut self`.
    #[wasm_bindgen(js_name = forEach)]
    pub fn for_each(&self, visit: &Function) -> Result<(), JsValue> {
        for &value in &self.values {
            visit.call1(&JsValue::UNDEFINED, &value.into())?;
        }
        Ok(())
    }
}
