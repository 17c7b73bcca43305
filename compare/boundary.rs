//! The columns of the comparison: every boundary that a call can cross here.

mod ffi;
mod grpc;
pub mod languages;
pub mod program;
pub mod shared;
pub mod wasm;

use serde::{Deserialize, Serialize};

use super::side::Side;

/// What a boundary belongs to.
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
pub struct Boundary {
    /// What it is called in JSON and in `--filter`.
    pub id: &'static str,
    /// What it is called in the table.
    pub name: &'static str,
    /// What it belongs to.
    pub technique: Technique,
    /// The far side, or why it is not here and what to do about it.
    pub side: Result<Box<dyn Side>, String>,
}

/// The id of the column that all others are compared with.
pub const BASELINE: &str = "rust";

/// All boundaries, [`BASELINE`] first. Those whose id `wanted` refuses are not set up, and are left
/// out. `preparing` is told the name of each before it is set up.
pub fn all(wanted: &dyn Fn(&str) -> bool, preparing: &dyn Fn(&str)) -> Vec<Boundary> {
    Columns::new(wanted, preparing).found
}

/// A column that there could be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Known {
    /// As [`Boundary::id`].
    pub id: &'static str,
    /// As [`Boundary::name`].
    pub name: &'static str,
}

/// What [`all`] would set up.
pub fn known() -> Vec<Known> {
    Columns::new(&|_| false, &|_| ()).known
}

/// What [`all`] collects.
struct Columns<'a> {
    wanted: &'a dyn Fn(&str) -> bool,
    preparing: &'a dyn Fn(&str),
    known: Vec<Known>,
    found: Vec<Boundary>,
}

impl<'a> Columns<'a> {
    fn new(wanted: &'a dyn Fn(&str) -> bool, preparing: &'a dyn Fn(&str)) -> Self {
        let mut columns = Columns { wanted, preparing, known: Vec::new(), found: Vec::new() };
        ffi::add_to(&mut columns);
        wasm::add_to(&mut columns);
        grpc::add_to(&mut columns);
        languages::add_to(&mut columns);
        columns
    }

    /// Adds a column, if it is wanted, and says so first: setting it up may take a while.
    fn add<S: Side + 'static>(
        &mut self,
        id: &'static str,
        name: &'static str,
        technique: Technique,
        open: impl FnOnce() -> Result<S, String>,
    ) {
        self.known.push(Known { id, name });
        if (self.wanted)(id) {
            (self.preparing)(name);
            let side = open().map(|side| Box::new(side) as Box<dyn Side>);
            self.found.push(Boundary { id, name, technique, side });
        }
    }
}
