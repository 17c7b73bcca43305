//! Lets a module run for 100 ms at most.

use std::{thread, time::Duration};

use wasmtime::{Config, Engine, Instance, Module, Result, Store};

/// Calls the export `run`.
pub fn run(wasm: &[u8]) -> Result<i32> {
    let engine = Engine::new(Config::new().epoch_interruption(true))?;
    let module = Module::new(&engine, wasm)?;
    let mut store = Store::new(&engine, ());
    store.set_epoch_deadline(1);

    // From here the module runs: it may have a start function. For many calls, one thread that
    // ticks all the time is cheaper: see wasm_sandbox.
    let ticking = engine.clone();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        ticking.increment_epoch();
    });
    let instance = Instance::new(&mut store, &module, &[])?;
    instance.get_typed_func::<(), i32>(&mut store, "run")?.call(&mut store, ())
}
