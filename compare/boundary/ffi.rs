//! Rust, and what it calls in C.

mod callback;
mod crc;
mod fixed;
mod loaded;
mod rust;
#[cfg(test)]
mod tests;

use std::path::Path;

use ffi_demo::bench::SHARED_LIBRARY;

use self::{
    callback::Callback,
    crc::Instruction,
    fixed::{CToC, Static},
    loaded::Loaded,
    rust::Rust,
};
use super::{Columns, Technique, shared};

pub fn add_to(columns: &mut Columns<'_>) {
    columns.add("rust", "Rust", Technique::Rust, || Ok(Rust));
    columns.add("rust-crc", "Rust, CRC instruction", Technique::Rust, Instruction::find);
    columns.add("c-c", "C to C", Technique::Ffi, || Ok(CToC));
    columns.add("c-static", "C, static", Technique::Ffi, || Ok(Static));
    shared::add_to(columns);
    columns
        .add("c-dlopen", "C, dlopen", Technique::Ffi, || Loaded::open(Path::new(SHARED_LIBRARY)));
    columns.add("c-callback", "C calls a Rust closure", Technique::Ffi, || Ok(Callback));
}
