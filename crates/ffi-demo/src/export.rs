//! Rust exported to C, and so to every language that can call C.
//!
//! The same domain as `c_src/include/series.h`, the other way round: here Rust owns the handle, and
//! a foreign language calls. What crosses is in `include/pgr_series.h`, which is made from these
//! files; the programs that call it are in `examples/ffi/{c,cpp,python,node,go,java}`.
//!
//! - [`status`]: how a failure leaves Rust, and the one guard that no panic gets past;
//! - `arguments`: how pointers become references, or a status;
//! - [`series`]: the handle and its functions.
//!
//! Every exported function is one call of the guard. A function without it would abort the caller's
//! process at the first panic, since a panic may not unwind into C; a test looks for it.

// What is written here can be found under the same name in the header.
#![allow(non_camel_case_types)]

mod arguments;
pub mod series;
pub mod status;

#[cfg(test)]
mod tests;
