//! The article's Rust half: a function that JavaScript, or any WebAssembly engine, can call.
//!
//! `polyglot bundle` compiles it to `web/pkg/add.wasm`, which imports nothing.

/// The sum of `a` and `b`.
#[unsafe(no_mangle)] // SAFETY: nothing else in this module is called `add`.
pub extern "C" fn add(a: i32, b: i32) -> i32 {
    // Wrapping, as WebAssembly's i32.add does: an overflow check would need a way to panic.
    a.wrapping_add(b)
}
