//! Let a module run for 100 ms at most. As it is, an endless one is never stopped.

use wasmtime::{Engine, Instance, Module, Result, Store};

/// Calls the export `run`.
pub fn run(wasm: &[u8]) -> Result<i32> {
    let engine = Engine::default();
    let module = Module::new(&engine, wasm)?;
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[])?;
    instance.get_typed_func::<(), i32>(&mut store, "run")?.call(&mut store, ())
}
