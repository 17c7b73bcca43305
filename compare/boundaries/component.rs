//! `web/pkg/ops_component.wasm` in wasmtime. Its interface is `examples/wasm/guests/ops.wit`.

use wasmtime::{Engine, Store, component::Linker};

use self::bindings::{Ops, View};
use super::{Boundary, Technique, wasm};
use crate::compare::{
    operation::Picture,
    side::{Failure, Operations},
};

pub const COLUMN: Boundary =
    Boundary::new("wasmtime-component", "wasmtime, component", Technique::Wasm, |_| {
        wasm::loaded("ops_component.wasm", Component::load(wasm::OPS_COMPONENT))
    });

/// The world as Rust types and functions.
mod bindings {
    wasmtime::component::bindgen!({ path: "examples/wasm/guests/ops.wit" });
}

/// The component. wasmtime copies text and lists between the two sides.
pub struct Component {
    store: Store<()>,
    ops: Ops,
}

impl Component {
    /// Makes an instance of a component, in an engine with default settings.
    ///
    /// # Errors
    ///
    /// When `component` is not a component, or not of this world.
    pub fn load(component: &[u8]) -> Result<Self, Failure> {
        let engine = Engine::default();
        let component = wasmtime::component::Component::new(&engine, component)?;
        let mut store = Store::new(&engine, ());
        let ops = Ops::instantiate(&mut store, &component, &Linker::new(&engine))?;
        Ok(Self { store, ops })
    }
}

impl Operations for Component {
    fn add(&mut self, a: i32, b: i32) -> Result<i32, Failure> {
        Ok(self.ops.call_add(&mut self.store, a, b)?)
    }

    fn greet(&mut self, name: &str) -> Result<String, Failure> {
        Ok(self.ops.call_greet(&mut self.store, name)?)
    }

    fn checksum(&mut self, data: &[u8]) -> Result<u32, Failure> {
        Ok(self.ops.call_checksum(&mut self.store, data)?)
    }

    fn mandelbrot(&mut self, picture: Picture) -> Result<Vec<u32>, Failure> {
        let Picture { width, height, view, max_iterations } = picture;
        let wasm_demo::View { center_re, center_im, width: view_width } = view;
        let view = View { center_re, center_im, width: view_width };
        Ok(self.ops.call_mandelbrot(&mut self.store, width, height, view, max_iterations)??)
    }
}
