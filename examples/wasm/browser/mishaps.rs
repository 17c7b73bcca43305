//! Mistakes in a module, made on purpose: each function shows what one of them looks like.

use std::{hint, panic, ptr};

use js_sys::Function;
use wasm_bindgen::prelude::*;

/// Has every panic call `report` with its message, before the module stops.
#[wasm_bindgen(js_name = reportPanics)]
pub fn report_panics(report: Function) {
    panic::set_hook(Box::new(move |panic| {
        // An exception from `report` is ignored: it could not pass through the panic.
        let _ = report.call1(&JsValue::NULL, &panic.to_string().into());
    }));
}

/// The element at `index` of an array of three.
#[wasm_bindgen]
pub fn element(index: usize) -> i32 {
    // The fix: `.get(index)`, and an error for None.
    [10, 20, 30][index]
}

/// The byte at `address`.
#[wasm_bindgen(js_name = byteAt)]
pub fn byte_at(address: usize) -> u8 {
    // SAFETY: broken. A pointer has to come from something that was allocated.
    unsafe { ptr::read_volatile(address as *const u8) }
}

/// Keeps `size` bytes forever, as a leak does; throws an `Error` when there is no room for them.
#[wasm_bindgen]
pub fn keep(size: usize) -> Result<(), JsError> {
    let mut bytes = Vec::<u8>::new();
    // `reserve` or `push` would abort instead of returning an error.
    bytes.try_reserve_exact(size)?;
    bytes.leak();
    Ok(())
}

/// Never returns.
#[wasm_bindgen]
pub fn spin() {
    loop {
        hint::spin_loop();
    }
}
