//! The same operations as WebAssembly, in the engines that run inside this process.
//!
//! - [`Wasmtime`] and [`Wasmi`] pass pointers and lengths to `web/pkg/ops.wasm`;
//! - [`Component`] passes the types of a WIT to `web/pkg/ops_component.wasm`.

mod component;
mod core;

use std::error::Error;

pub use self::{
    component::Component,
    core::{Refused, Wasmi, Wasmtime},
};

use super::{super::side::Failure, Columns, Technique};

/// What any engine runs.
const OPS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/ops.wasm"));
/// What an engine with the component model runs.
const OPS_COMPONENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/ops_component.wasm"));

pub(super) fn add_to(columns: &mut Columns<'_>) {
    columns.add("wasmtime", "wasmtime", Technique::Wasm, || {
        Wasmtime::load(OPS).map_err(|error| unusable("ops.wasm", &error))
    });
    columns.add("wasmtime-fuel", "wasmtime, fuel", Technique::Wasm, || {
        Wasmtime::load_with_fuel(OPS).map_err(|error| unusable("ops.wasm", &error))
    });
    columns.add("wasmtime-component", "wasmtime, component", Technique::Wasm, || {
        Component::load(OPS_COMPONENT).map_err(|error| unusable("ops_component.wasm", &error))
    });
    columns.add("wasmi", "wasmi", Technique::Wasm, || {
        Wasmi::load(OPS).map_err(|error| unusable("ops.wasm", &error))
    });
}

/// Why a column is missing, and what brings it back.
fn unusable(file: &str, error: &Failure) -> String {
    let cause = root_cause(error);
    format!("web/pkg/{file} is missing or damaged ({cause}): run `cargo bundle`")
}

/// Where the engines say what is wrong; above it, they say where.
fn root_cause(failure: &Failure) -> &dyn Error {
    let mut cause: &dyn Error = &**failure;
    while let Some(below) = cause.source() {
        cause = below;
    }
    cause
}

#[cfg(test)]
mod tests;
