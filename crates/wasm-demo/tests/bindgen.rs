//! The values that cross between JavaScript and `wasm_demo::bindgen`, in a browser and in Node.
//!
//! The test `bindgen` of the root package runs this in both.

#![cfg(all(target_arch = "wasm32", feature = "bindgen"))]

use std::cell::RefCell;

use js_sys::{Array, Error, Function, Promise, Reflect, Uint8Array, Uint32Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
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

/// The function that JavaScript sees: each call passes wasm-bindgen's conversions, in and out.
fn function<T: ?Sized>(closure: &Closure<T>) -> &Function {
    closure.as_ref().unchecked_ref()
}

/// A class with the mistakes that compile.
#[wasm_bindgen]
#[derive(Default)]
pub struct Series {
    values: Vec<f64>,
}

#[wasm_bindgen]
impl Series {
    /// Borrows the series, for writing, until the promise has settled.
    pub async fn load(&mut self, value: Promise) -> Result<(), JsValue> {
        let value = JsFuture::from(value).await?;
        self.values.push(value.as_f64().unwrap_or_default());
        Ok(())
    }

    /// The number of values.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// Takes the series themselves: JavaScript's objects are empty afterwards.
    #[wasm_bindgen(js_name = countAll)]
    pub fn count_all(&self, all: Vec<Series>) -> usize {
        self.count() + all.iter().map(Series::count).sum::<usize>()
    }

    /// A number of milliseconds, which to JavaScript is a BigInt.
    pub fn later(&self, milliseconds: u64) -> u64 {
        milliseconds + 1
    }
}

/// The same without the first mistake.
#[wasm_bindgen]
#[derive(Default)]
pub struct SharedSeries {
    values: RefCell<Vec<f64>>,
}

#[wasm_bindgen]
impl SharedSeries {
    /// Any method may be called while this waits: the cell is borrowed for one line, after the `await`.
    pub async fn load(&self, value: Promise) -> Result<(), JsValue> {
        let value = JsFuture::from(value).await?;
        self.values.borrow_mut().push(value.as_f64().unwrap_or_default());
        Ok(())
    }

    /// The number of values.
    pub fn count(&self) -> usize {
        self.values.borrow().len()
    }
}

#[wasm_bindgen_test]
async fn an_object_is_borrowed_until_its_promise_has_settled() {
    const SAYS: &str =
        "recursive use of an object detected which would lead to unsafe aliasing in rust";
    let series = JsValue::from(Series::default());
    let (value, settle) = promise();
    let loading = call(&series, "load", &[value.clone().into()]).unwrap();
    assert_eq!(message(call(&series, "count", &[])), SAYS);
    // An async method does not throw: its promise is rejected.
    let second = call(&series, "load", &[value.into()]).unwrap();
    assert_eq!(message(JsFuture::from(Promise::from(second)).await), SAYS);

    settle.call1(&JsValue::NULL, &21.5.into()).unwrap();
    JsFuture::from(Promise::from(loading)).await.unwrap();
    assert_eq!(call(&series, "count", &[]), Ok(1.into()));
}

#[wasm_bindgen_test]
async fn a_cell_is_not_borrowed_while_a_promise_is_awaited() {
    let series = JsValue::from(SharedSeries::default());
    let (value, settle) = promise();
    let both = [(); 2].map(|()| call(&series, "load", &[value.clone().into()]).unwrap());
    assert_eq!(call(&series, "count", &[]), Ok(0.into()));

    settle.call1(&JsValue::NULL, &21.5.into()).unwrap();
    for loading in both {
        JsFuture::from(Promise::from(loading)).await.unwrap();
    }
    assert_eq!(call(&series, "count", &[]), Ok(2.into()));
}

#[wasm_bindgen_test]
async fn an_object_that_is_freed_while_it_is_borrowed_is_lost() {
    let series = JsValue::from(Series::default());
    let (value, settle) = promise();
    let loading = call(&series, "load", &[value.into()]).unwrap();
    let says = "attempted to take ownership of Rust value while it was borrowed";
    assert_eq!(message(call(&series, "free", &[])), says);
    settle.call1(&JsValue::NULL, &21.5.into()).unwrap();
    JsFuture::from(Promise::from(loading)).await.unwrap();
    assert_eq!(message(call(&series, "count", &[])), MOVED);
}

// The test runner has wasm-bindgen write glue for debugging, which says this where the other says "null
// pointer passed to rust" or "Cannot convert 60 to a BigInt".
const MOVED: &str = "Attempt to use a moved value";
const NO_BIGINT: &str = "expected a bigint argument, found number";

#[wasm_bindgen_test]
fn an_object_in_a_vec_is_given_away() {
    let [series, given] = [(); 2].map(|()| JsValue::from(Series::default()));
    assert_eq!(call(&series, "countAll", &[Array::of1(&given).into()]), Ok(0.into()));
    assert_eq!(message(call(&given, "count", &[])), MOVED);
}

#[wasm_bindgen_test]
fn a_u64_is_a_bigint() {
    let series = JsValue::from(Series::default());
    assert_eq!(message(call(&series, "later", &[60.into()])), NO_BIGINT);
    assert_eq!(call(&series, "later", &[60_u64.into()]), Ok(61_u64.into()));
}

/// A promise, and the function that settles it.
fn promise() -> (Promise, Function) {
    let mut settle = None;
    let promise = Promise::new(&mut |resolve, _| settle = Some(resolve));
    (promise, settle.unwrap())
}

/// `object.name(...arguments)`, as JavaScript calls it.
fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let method = Reflect::get(object, &name.into())?.unchecked_into::<Function>();
    method.apply(object, &arguments.iter().collect::<Array>())
}

/// The message of what was thrown.
fn message(thrown: Result<JsValue, JsValue>) -> String {
    thrown.unwrap_err().unchecked_into::<Error>().message().into()
}
