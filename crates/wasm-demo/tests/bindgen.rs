//! What crosses between JavaScript and `wasm_demo::bindgen`, in a browser and in Node.
//!
//! The test `bindgen` of the root package runs this in both.

#![cfg(all(target_arch = "wasm32", feature = "bindgen"))]

use js_sys::{Array, Error, Function, Uint8Array, Uint32Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_demo::bindgen;

#[wasm_bindgen_test]
fn add_wraps() {
    let add = Closure::<dyn Fn(i32, i32) -> i32>::new(bindgen::add);
    let call = |a: i32, b: i32| function(&add).call2(&JsValue::NULL, &a.into(), &b.into());
    assert_eq!(call(2, 3), Ok(5.into()));
    assert_eq!(call(i32::MAX, 1), Ok(i32::MIN.into()));
}

#[wasm_bindgen_test]
fn text_crosses_in_both_directions() {
    let greet = Closure::<dyn Fn(String) -> String>::new(|name: String| bindgen::greet(&name));
    for name in ["Ferris", "", "h\u{e9}llo \u{1f980}", "a\0b"] {
        let greeting = function(&greet).call1(&JsValue::NULL, &name.into());
        assert_eq!(greeting, Ok(format!("Hello, {name}!").into()));
    }
}

#[wasm_bindgen_test]
fn half_a_character_becomes_the_replacement_character() {
    let greet = Closure::<dyn Fn(String) -> String>::new(|name: String| bindgen::greet(&name));
    // JavaScript's strings may hold it, Rust's cannot.
    let half = js_sys::JsString::from_char_code1(0xD83E);
    let greeting = function(&greet).call1(&JsValue::NULL, &half);
    assert_eq!(greeting, Ok("Hello, \u{fffd}!".into()));
}

#[wasm_bindgen_test]
fn bytes_cross_and_the_number_is_unsigned() {
    let checksum = Closure::<dyn Fn(Vec<u8>) -> u32>::new(|data: Vec<u8>| bindgen::checksum(&data));
    // The check value of CRC-32C; as a signed number it would be negative.
    let bytes = Uint8Array::from(&b"123456789"[..]);
    let crc = function(&checksum).call1(&JsValue::NULL, &bytes);
    assert_eq!(crc, Ok(JsValue::from_f64(f64::from(0xE306_9283_u32))));
}

#[wasm_bindgen_test]
fn a_row_is_a_typed_array() {
    // One pixel in the middle, which never escapes, between two that do so at once.
    let row = draw_row(3, 1, 12.0).unwrap().dyn_into::<Uint32Array>().unwrap();
    assert_eq!(row.to_vec(), [1, 100, 1]);
}

#[wasm_bindgen_test]
fn an_error_is_thrown_with_its_message() {
    let error = draw_row(3, 0, 12.0).unwrap_err().dyn_into::<Error>().unwrap();
    let message = String::from(error.message());
    assert_eq!(message, "a picture of 3 x 0 has no pixels: both must be at least 1");
}

/// The first row of a picture around 0, with 100 iterations at most, as JavaScript gets it.
fn draw_row(width: u32, height: u32, view_width: f64) -> Result<JsValue, JsValue> {
    type Draw = dyn Fn(u32, u32, f64) -> Result<Vec<u32>, JsValue>;
    let draw = Closure::<Draw>::new(|width, height, view_width| {
        Ok(bindgen::mandelbrot_row(width, height, 0.0, 0.0, view_width, 100, 0)?)
    });
    let arguments = Array::of3(&width.into(), &height.into(), &view_width.into());
    function(&draw).apply(&JsValue::NULL, &arguments)
}

/// As JavaScript sees it: each call of this passes wasm-bindgen's conversions, there and back.
fn function<T: ?Sized>(closure: &Closure<T>) -> &Function {
    closure.as_ref().unchecked_ref()
}
