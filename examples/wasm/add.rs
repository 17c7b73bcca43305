//! Run a WebAssembly module outside the browser.
//!
//! Why you would: the same bytes that a page loads run in your program too, in a sandbox, whatever
//! language they were written in.
//!
//! ```console
//! $ cargo run --example wasm_add
//! 5
//! ```

use wasmtime::{Engine, Instance, Module, Store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The article's `add`, compiled from examples/wasm/guests/add.rs: the file that the page fetches.
    let bytes = include_bytes!("../../web/pkg/add.wasm");

    // Compiling checks every instruction, so that running needs no checks of its own.
    let engine = Engine::default();
    let module = Module::new(&engine, bytes)?;

    // A store owns what a module makes at run time. The list of imports is empty, so this module
    // can compute, and nothing else: no file, no clock, no network.
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[])?;

    // The types are compared with the module's here, once. The wrong ones are an error, where the
    // linker of the FFI example would have said nothing.
    let add = instance.get_typed_func::<(i32, i32), i32>(&mut store, "add")?;
    let sum = add.call(&mut store, (2, 3))?;

    println!("{sum}");
    assert_eq!(sum, 5);
    assert!(instance.get_typed_func::<(f64, f64), f64>(&mut store, "add").is_err());
    Ok(())
}
