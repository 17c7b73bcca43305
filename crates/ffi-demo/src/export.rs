//! Rust exported to C, and so to every language that can call C.
//!
//! The domain is that of `c_src/include/series.h`, in the other direction: Rust owns the handle,
//! and a foreign language calls. `include/pgr_series.h` declares the functions and is made from
//! these files; the programs that call them are in `examples/ffi/{c,cpp,python,node,go,java}`.
//!
//! - [`status`]: how a failure leaves Rust, and the guard that stops every panic;
//! - `arguments`: turns pointers into references, or a status;
//! - [`series`]: the handle and its functions.
//!
//! Every exported function is one call of the guard. Without it, the first panic would abort the
//! caller's process, since a panic may not unwind into C. A test checks that each function has it.

// The header uses the same names.
#![allow(non_camel_case_types)]

mod arguments;
pub mod series;
pub mod status;

#[cfg(test)]
mod tests;
