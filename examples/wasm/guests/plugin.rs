//! A temperature in degrees Fahrenheit: the Rust plugin of `examples/wasm/plugins.rs`.
//!
//! `polyglot bundle` compiles it to `web/pkg/plugin.wasm`, which imports nothing.

/// `celsius` in degrees Fahrenheit.
#[unsafe(no_mangle)] // SAFETY: nothing else in this module is called `convert`.
pub extern "C" fn convert(celsius: f64) -> f64 {
    celsius * 1.8 + 32.0
}
