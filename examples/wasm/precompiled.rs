//! Compile a module once, and load the machine code from then on.
//!
//! Why you would: compiling takes nearly all of the time that a module needs to start. A program with
//! plugins compiles each when it is installed; a small device need not have a compiler.
//!
//! ```console
//! $ cargo run --example wasm_precompiled
//! compiled in [..]
//! loaded in   [..]
//! 2 + 3 = 5
//! refused: Module was compiled without fuel support but it is enabled for the host
//! ```

use std::time::Instant;

use wasmtime::{Config, Engine, Instance, Module, Precompiled, Store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let wasm = include_bytes!("../../web/pkg/ops.wasm");

    let start = Instant::now();
    let machine_code = Engine::default().precompile_module(wasm)?;
    println!("compiled in {:?}", start.elapsed());
    assert!(matches!(Engine::detect_precompiled(&machine_code), Some(Precompiled::Module)));

    // This engine cannot compile, which proves that loading does not. With wasmtime's `cranelift`
    // feature turned off there is no compiler in the program at all.
    let engine = Engine::new(Config::new().enable_compiler(false))?;
    assert!(Module::new(&engine, wasm).is_err());

    let start = Instant::now();
    // SAFETY: the bytes are `precompile_module`'s, and nothing has changed them since. Machine code
    // cannot be checked, so a file of it is as trustworthy as everyone who may write to it. Keep it
    // in a folder to which only your program writes, and never accept one with a plugin.
    let module = unsafe { Module::deserialize(&engine, &machine_code)? };
    println!("loaded in   {:?}", start.elapsed());

    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[])?;
    let add = instance.get_typed_func::<(i32, i32), i32>(&mut store, "add")?;
    let sum = add.call(&mut store, (2, 3))?;
    println!("2 + 3 = {sum}");
    assert_eq!(sum, 5);

    // The code is for one version of wasmtime, one configuration and one kind of processor. Any
    // other refuses it: keep the .wasm, and compile it again.
    let metered = Engine::new(Config::new().consume_fuel(true))?;
    // SAFETY: the bytes are still `precompile_module`'s.
    let error = unsafe { Module::deserialize(&metered, &machine_code) }
        .expect_err("it was compiled without counting fuel");
    println!("refused: {error}");
    assert!(error.to_string().contains("fuel"));
    Ok(())
}
