//! A `Result` of Rust as a value or an exception of JavaScript.
//!
//! `JsError` takes any `std::error::Error`, and throws an `Error` with its message and a stack. So
//! the message has to say which input was wrong; JavaScript gets nothing else of the enum.

use std::num::ParseIntError;

use wasm_bindgen::prelude::*;

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("there are no values: write some, with spaces between them")]
    Empty,
    #[error("value {place} is {text:?}, which is not a whole number: {source}")]
    Value { place: usize, text: String, source: ParseIntError },
}

/// The mean of whole numbers with spaces between them.
#[wasm_bindgen]
pub fn mean(text: &str) -> Result<f64, JsError> {
    Ok(checked_mean(text)?)
}

// The error stays an enum among Rust functions, and becomes an exception at the edge.
fn checked_mean(text: &str) -> Result<f64, Error> {
    let values = text.split_whitespace().zip(1..).map(|(text, place)| {
        text.parse::<i32>().map_err(|source| Error::Value { place, text: text.into(), source })
    });
    let values = values.collect::<Result<Vec<_>, _>>()?;
    if values.is_empty() {
        return Err(Error::Empty);
    }
    Ok(values.iter().copied().map(f64::from).sum::<f64>() / values.len() as f64)
}
