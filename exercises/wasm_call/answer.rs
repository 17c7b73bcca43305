//! Call the export `area`, with its type checked first.
#![allow(unused, reason = "until you use it")]

use wasmtime::{Instance, Result, Store};

/// The result of the export `area`.
pub fn area(store: &mut Store<()>, instance: Instance, width: i32, height: i32) -> Result<i32> {
    Ok(0) // Find the function instead, and call it.
}
