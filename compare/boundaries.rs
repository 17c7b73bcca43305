//! The columns of the comparison: every boundary that a call can cross.
//!
//! # To add a column
//!
//! 1. Write `boundaries/ID.rs` with a `pub const COLUMN: Boundary`. Its `open` returns something
//!    that implements
//!    - [`Operations`](super::side::Operations), if the far side answers one call at a time; that
//!      trait has the loops around the calls (`component` is an example);
//!    - [`Side`], if it has a loop of its own (`c`), or only some of the operations (`rust`).
//!      A program in another language is a [`Program`](program::Program) that reads its requests
//!      from standard input ([`languages`]).
//! 2. Add `mod ID;` and a line to [`ALL`] below, at its place in the table.
//!
//! Then `cargo compare --filter ID` measures it, and `cargo test --test tools ID` compares its
//! answers with Rust's. If something that it needs is missing, `open` returns an `Err` that says
//! how to get it; if `open` builds something, [`program::building`] tells the user.

mod c;
mod c_dlopen;
mod c_shared;
mod component;
mod grpc;
pub mod languages;
pub mod program;
mod rust;
pub mod wasm;

use std::{error::Error, iter};

use serde::{Deserialize, Serialize};

use super::side::{Failure, Side};

/// All columns, in the order of the table; [`BASELINE`] first.
pub const ALL: &[Boundary] = &[
    rust::COLUMN,
    rust::CRC_INSTRUCTION,
    c::TO_C,
    c::STATIC,
    c_shared::COLUMN,
    c_dlopen::COLUMN,
    c::CALLBACK,
    wasm::WASMTIME,
    wasm::WASMTIME_FUEL,
    component::COLUMN,
    wasm::WASMI,
    grpc::DIRECT,
    grpc::MEMORY,
    grpc::UDS,
    grpc::TCP,
    grpc::TLS,
    languages::PYTHON,
    languages::NODE,
];

/// The id of the column that all others are compared with.
pub const BASELINE: &str = "rust";

/// The technique that a boundary uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Technique {
    /// No boundary: Rust calls Rust.
    Rust,
    /// C's ABI, in one process.
    Ffi,
    /// A WebAssembly engine, in one process.
    Wasm,
    /// gRPC.
    Grpc,
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Boundary {
    /// Its name in JSON and in `--filter`.
    pub id: &'static str,
    /// Its name in the table.
    pub name: &'static str,
    /// Its technique.
    pub technique: Technique,
    /// Sets up the far side. It may be slow, and tells the user so through its argument.
    pub open: fn(&Say<'_>) -> Opened,
    /// The version of the far side, if the versions of this build do not include it.
    pub version: fn() -> Option<String>,
}

impl Boundary {
    const fn new(
        id: &'static str,
        name: &'static str,
        technique: Technique,
        open: fn(&Say<'_>) -> Opened,
    ) -> Self {
        Self { id, name, technique, open, version: || None }
    }
}

/// Shows a line to the user while something slow runs.
pub type Say<'a> = dyn Fn(&str) + Sync + 'a;

/// A far side, or the reason why it is missing and how to get it.
pub type Opened = Result<Box<dyn Side>, String>;

/// Converts `side` to the result of [`Boundary::open`]; a failure keeps all its causes.
fn opened(side: Result<impl Side + 'static, impl Into<Failure>>) -> Opened {
    side.map(|side| Box::new(side) as _).map_err(|failure| {
        let failure = failure.into();
        let causes = iter::successors(Some(&*failure as &dyn Error), |&cause| cause.source());
        causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
    })
}

/// A column that is set up.
pub struct Column {
    /// The boundary.
    pub boundary: Boundary,
    /// Its far side.
    pub side: Opened,
}

/// Sets up the columns whose ids `wanted` accepts. Before each, calls `preparing` with its name.
pub fn open(wanted: impl Fn(&str) -> bool, preparing: impl Fn(&str), say: &Say<'_>) -> Vec<Column> {
    let set_up = |&boundary: &Boundary| {
        preparing(boundary.name);
        Column { boundary, side: (boundary.open)(say) }
    };
    ALL.iter().filter(|boundary| wanted(boundary.id)).map(set_up).collect()
}
