//! Run a module that you do not trust: without powers, and within limits.
//!
//! Why you would: a customer's formula, a plugin from the network. It gets nothing that you do not
//! give it, cannot run or grow without end, and when it fails, your program continues.
//!
//! ```console
//! $ cargo run --example wasm_sandbox
//! unknown import: `wasi_snapshot_preview1::path_open` has not been defined
//! endless, by fuel: wasm trap: all fuel consumed by WebAssembly
//! endless, by time: wasm trap: interrupt
//! recursion: wasm trap: call stack exhausted
//! memory: forcing trap when growing memory to 655360000 bytes
//! table: forcing trap when growing table to 1000001 elements
//! and then: 2 + 3 = 5
//! ```

use std::{thread, time::Duration};

use wasmtime::{Config, Engine, Linker, Module, Store, StoreLimitsBuilder, Trap};

/// More fuel, or ticks, than any module in this file uses.
const PLENTY: u64 = u64::MAX / 2;

/// Runs a module with this function, until its fuel is used up or the epoch has ticked often enough.
fn run(engine: &Engine, body: &str, fuel: u64, ticks: u64) -> wasmtime::Result<i32> {
    let wat =
        format!(r#"(module (memory 1)(table 1 funcref)(func $f (export "f")(result i32){body}))"#);
    // No limit below applies to the compiler, so refuse modules that are too large before this.
    let module = Module::new(engine, wat::parse_str(wat)?)?;

    let limits =
        StoreLimitsBuilder::new().memories(1).memory_size(1 << 20).tables(1).table_elements(1000);
    // Without this, the module gets -1, and fails later for another reason.
    let mut store = Store::new(engine, limits.trap_on_grow_failure(true).build());
    store.limiter(|limits| limits);
    // Fuel counts instructions: a module stops at the same one, wherever it runs.
    store.set_fuel(fuel)?;
    // The epoch is one counter for all stores. Comparing it with a deadline is cheaper than fuel.
    store.set_epoch_deadline(ticks);

    // Only after setting the limits, because a start function runs here.
    let instance = Linker::new(engine).instantiate(&mut store, &module)?;
    instance.get_typed_func::<(), i32>(&mut store, "f")?.call(&mut store, ())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::new(Config::new().consume_fuel(true).epoch_interruption(true))?;

    // Files, clocks and networks are functions that a host may put into the linker. This one is empty.
    let wat = r#"(module (import "wasi_snapshot_preview1" "path_open" (func)))"#;
    let module = Module::new(&engine, wat::parse_str(wat)?)?;
    let mut store = Store::new(&engine, ());
    let error = Linker::new(&engine).instantiate(&mut store, &module).expect_err("no power");
    println!("{error}");
    assert!(error.is::<wasmtime::UnknownImportError>());

    // One thread for all stores. It ends with the engine.
    let weak = engine.weak();
    thread::spawn(move || {
        while let Some(engine) = weak.upgrade() {
            engine.increment_epoch();
            thread::sleep(Duration::from_millis(10));
        }
    });

    for (name, body, fuel, ticks, trap) in [
        ("endless, by fuel", "(loop (br 0)) (unreachable)", 1_000_000, PLENTY, Trap::OutOfFuel),
        ("endless, by time", "(loop (br 0)) (unreachable)", PLENTY, 2, Trap::Interrupt),
        ("recursion", "(call $f)", PLENTY, PLENTY, Trap::StackOverflow),
    ] {
        let error = run(&engine, body, fuel, ticks).expect_err("it must not return");
        println!("{name}: {}", error.root_cause());
        assert_eq!(error.downcast_ref(), Some(&trap));
    }

    for (name, body) in [
        ("memory", "(memory.grow (i32.const 9999))"),
        ("table", "(table.grow (ref.null func) (i32.const 1000000))"),
    ] {
        let error = run(&engine, body, PLENTY, PLENTY).expect_err("there is a limit");
        println!("{name}: {}", error.root_cause());
        assert!(error.root_cause().to_string().contains(&format!("growing {name}")));
    }

    // A trap ends one instance. The engine still works.
    let sum = run(&engine, "(i32.add (i32.const 2) (i32.const 3))", 1000, PLENTY)?;
    println!("and then: 2 + 3 = {sum}");
    assert_eq!(sum, 5);
    Ok(())
}
