//! Removes the sections that are not needed to run a module.

use std::error::Error;

use wasm_encoder::{Module, RawSection};
use wasmparser::{Parser, Payload};

/// The module without the names of its functions, and without the notes on how it was made.
///
/// # Errors
///
/// If the bytes are not WebAssembly.
pub fn debug_sections(wasm: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut stripped = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if let Payload::CustomSection(section) = &payload
            && (matches!(section.name(), "name" | "producers" | "target_features")
                || section.name().starts_with(".debug"))
        {
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            stripped.section(&RawSection { id, data: &wasm[range] });
        }
    }
    Ok(stripped.finish())
}
