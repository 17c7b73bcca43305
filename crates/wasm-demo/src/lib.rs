//! Rust that runs as WebAssembly, and a host for WebAssembly that others wrote.
//!
//! The four shared operations ([`add()`], [`greet()`], [`checksum()`] and [`mandelbrot()`]) are
//! compiled for each place where they are called. Everything else is behind a feature that is off by
//! default, so you compile the part you need:
//!
//! | You want | Part | Feature |
//! |---|---|---|
//! | the operations in a Rust program | this page; it needs thiserror | |
//! | to call them from JavaScript | `bindgen`: their exports through wasm-bindgen | `bindgen` |
//! | to call them from Python, Node.js or anything that loads a shared library | `exports`: their C ABI | `exports` |
//! | to run a module that you do not trust | `sandbox`: limits on memory, time and imports, on wasmtime | `sandbox` |
//! | a module for any engine, without wasm-bindgen | `examples/wasm/guests/ops.rs`: exports and memory by hand | |
//! | other guests: components, WASI, SIMD, the page's cards | `examples/wasm/guests/`, `examples/wasm/browser/` | `guests` |
//!
//! The guests are examples of this package. `polyglot bundle` compiles them for
//! `wasm32-unknown-unknown` to the modules in `web/pkg`, which are committed, so that you need no
//! wasm32 compiler to run one:
//!
#![cfg_attr(feature = "sandbox", doc = "```")]
#![cfg_attr(not(feature = "sandbox"), doc = "```ignore")]
//! use wasm_demo::sandbox::{Error, Limits, Sandbox};
//!
//! // This crate's `add`, compiled to WebAssembly. It may burn 100,000 units of fuel in each call.
//! let sandbox = Sandbox::new(Limits { fuel: 100_000, ..Limits::default() })?;
//! let mut guest = sandbox.load(&std::fs::read("../../web/pkg/ops.wasm")?)?;
//! assert_eq!(guest.call::<(i32, i32), i32>("add", (2, 3))?, wasm_demo::add(2, 3));
//!
//! // A large picture takes more, and ends in an error. The program continues.
//! let picture = (1024, 1024, -0.75, 0.0, 3.0, 1000);
//! let outcome = guest.call::<(u32, u32, f64, f64, f64, u32), u64>("mandelbrot", picture);
//! assert_eq!(outcome, Err(Error::OutOfFuel { call: "mandelbrot".into(), limit: 100_000 }));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(feature = "bindgen")]
pub mod bindgen;
mod checksum;
#[cfg(feature = "exports")]
pub mod exports;
mod mandelbrot;
#[cfg(feature = "sandbox")]
pub mod sandbox;

pub use checksum::checksum;
pub use mandelbrot::{Error, MAX_ITERATIONS, MAX_PIXELS, View, mandelbrot, mandelbrot_row};

/// `a + b`, wrapping at the type's edges.
///
/// ```
/// assert_eq!(wasm_demo::add(2, 3), 5);
/// ```
pub fn add(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

/// `"Hello, NAME!"`.
///
/// ```
/// assert_eq!(wasm_demo::greet("Ferris"), "Hello, Ferris!");
/// ```
pub fn greet(name: &str) -> String {
    format!("Hello, {name}!")
}
