//! An `async fn` of Rust that awaits the browser's `fetch`, and is itself awaited by JavaScript.
//!
//! The function becomes one that returns a promise. Rust brings no executor: the browser's own
//! event loop continues the future when the promise that it awaits is settled.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, Response};

/// The text of a file. The arguments are owned, because the future outlives the call.
///
/// Throws the exception of `fetch`, or one that names the status of the answer: `fetch` itself does
/// not treat 404 as an error.
#[wasm_bindgen(js_name = fetchText)]
pub async fn fetch_text(url: String, signal: AbortSignal) -> Result<String, JsValue> {
    let window = web_sys::window().ok_or_else(|| JsError::new("there is no window here"))?;
    let options = RequestInit::new();
    options.set_signal(Some(&signal));

    let response = JsFuture::from(window.fetch_with_str_and_init(&url, &options)).await?;
    let response: Response = response.dyn_into()?;
    if !response.ok() {
        let message = format!("{url}: the server answered {}", response.status());
        return Err(JsError::new(&message).into());
    }
    let text = JsFuture::from(response.text()?).await?;
    Ok(text.as_string().ok_or_else(|| JsError::new("the body is not text"))?)
}
