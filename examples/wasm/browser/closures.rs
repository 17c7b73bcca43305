//! A JavaScript function called by Rust, and a Rust closure called by JavaScript.
//!
//! JavaScript's garbage collector frees its functions. A Rust closure has one owner: it lives as
//! long as its `Closure`, and JavaScript that calls it afterwards gets an exception.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

/// Calls `visit` with each value. Stops at its first exception, and passes it on.
#[wasm_bindgen(js_name = forEach)]
pub fn for_each(values: &[f64], visit: &Function) -> Result<(), JsValue> {
    for &value in values {
        visit.call1(&JsValue::UNDEFINED, &value.into())?;
    }
    Ok(())
}

/// Counts the clicks on a target, until it is freed.
#[wasm_bindgen]
pub struct ClickCounter {
    target: EventTarget,
    // Kept, not forgotten: `Closure::forget` would leave the closure, and everything it holds, in
    // memory until the page is closed, once for each counter.
    on_click: Closure<dyn FnMut() -> Result<(), JsValue>>,
}

#[wasm_bindgen]
impl ClickCounter {
    /// Calls `show` with the count at each click.
    #[wasm_bindgen(constructor)]
    pub fn new(target: EventTarget, show: Function) -> Result<Self, JsValue> {
        let mut clicks = 0;
        let on_click = Closure::new(move || {
            clicks += 1;
            show.call1(&JsValue::UNDEFINED, &clicks.into()).map(drop)
        });
        target.add_event_listener_with_callback("click", on_click.as_js_value().unchecked_ref())?;
        Ok(Self { target, on_click })
    }
}

impl Drop for ClickCounter {
    fn drop(&mut self) {
        // Before the closure is dropped, or the next click would call a freed closure. This fails only
        // if the callback is not an object, and a function is one.
        let callback = self.on_click.as_js_value().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback("click", callback);
    }
}
