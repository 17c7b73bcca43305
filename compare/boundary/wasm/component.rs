//! `web/pkg/ops_component.wasm`, whose interface is `examples/wasm/guests/ops.wit`.

use wasmtime::{Engine, Store, component::Linker};

use self::bindings::{Ops, View};
use crate::compare::side::{Failure, Operations};

/// The world as Rust types and functions.
mod bindings {
    wasmtime::component::bindgen!({ path: "examples/wasm/guests/ops.wit" });
}

/// The component in wasmtime, which copies text and lists from one side to the other.
pub struct Component {
    store: Store<()>,
    ops: Ops,
}

impl Component {
    /// An instance of a component, as the engine runs it by default.
    ///
    /// # Errors
    ///
    /// When it is no component, or not one of this world.
    pub fn load(component: &[u8]) -> Result<Self, Failure> {
        let engine = Engine::default();
        let component = wasmtime::component::Component::new(&engine, component)?;
        let mut store = Store::new(&engine, ());
        let ops = Ops::instantiate(&mut store, &component, &Linker::new(&engine))?;
        Ok(Self { store, ops })
    }

    /// Who is asked from now on when memory is to grow.
    #[cfg(test)]
    pub(super) fn limit(
        &mut self,
        limiter: impl (FnMut(&mut ()) -> &mut dyn wasmtime::ResourceLimiter) + Send + Sync + 'static,
    ) {
        self.store.limiter(limiter);
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

    fn mandelbrot(
        &mut self,
        width: u32,
        height: u32,
        view: wasm_demo::View,
        max_iterations: u32,
    ) -> Result<Vec<u32>, Failure> {
        let wasm_demo::View { center_re, center_im, width: view_width } = view;
        let view = View { center_re, center_im, width: view_width };
        Ok(self.ops.call_mandelbrot(&mut self.store, width, height, view, max_iterations)??)
    }
}
