//! Give a module functions to call.
//!
//! Why you would: a module can only compute until its host gives it functions, for a sensor, a log or
//! a database. You decide what those functions do, for each instance.
//!
//! ```console
//! $ cargo run --example wasm_host_functions
//! the module says: frost
//! no sensor 7: there are 2
//! no text at 65530: its 5000 bytes would end outside of the memory
//! ```

use wasmtime::{Caller, Engine, Extern, Linker, Module, Store};

/// The state that the functions use. It is in the store, so each instance has its own.
struct Host {
    temperatures: [f64; 2],
    log: Vec<String>,
}

#[derive(Debug, PartialEq, thiserror::Error)]
enum Error {
    #[error("no sensor {0}: there are 2")]
    NoSensor(u32),
    #[error("no text at {pointer}: its {length} bytes would end outside of the memory")]
    OutOfBounds { pointer: u32, length: u32 },
}

const GUEST: &str = r#"(module
    (import "host" "temperature" (func $temperature (param i32) (result f64)))
    (import "host" "log" (func $log (param i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "frost")
    (func (export "check") (param $sensor i32)
        (if (f64.lt (call $temperature (local.get $sensor)) (f64.const 0))
            (then (call $log (i32.const 16) (i32.const 5)))))
    (func (export "overreach") (call $log (i32.const 65530) (i32.const 5000))))"#;

fn temperature(caller: Caller<'_, Host>, sensor: u32) -> wasmtime::Result<f64> {
    let value = caller.data().temperatures.get(sensor as usize);
    Ok(*value.ok_or(Error::NoSensor(sensor))?)
}

fn log(mut caller: Caller<'_, Host>, pointer: u32, length: u32) -> wasmtime::Result<()> {
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
        return Err(wasmtime::Error::msg("the module exports no memory called `memory`"));
    };
    // The module may pass any pointer, so it becomes a slice only through a check. The slice and
    // the state that its text goes to are borrowed at the same time.
    let (bytes, host) = memory.data_and_store_mut(&mut caller);
    let bytes = bytes.get(pointer as usize..).and_then(|rest| rest.get(..length as usize));
    let text = str::from_utf8(bytes.ok_or(Error::OutOfBounds { pointer, length })?)?;
    host.log.push(text.to_owned());
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::default();
    let module = Module::new(&engine, wat::parse_str(GUEST)?)?;

    // The functions' types become WebAssembly's. A module that imports other types does not link.
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "temperature", temperature)?;
    linker.func_wrap("host", "log", log)?;
    let mut store = Store::new(&engine, Host { temperatures: [21.5, -3.0], log: Vec::new() });
    let instance = linker.instantiate(&mut store, &module)?;

    let check = instance.get_typed_func::<u32, ()>(&mut store, "check")?;
    check.call(&mut store, 0)?;
    check.call(&mut store, 1)?;
    println!("the module says: {}", store.data().log.join(", "));
    assert_eq!(store.data().log, ["frost"], "of the second sensor alone");

    // An error of a host function ends the module's call, which returns the same value.
    let error = check.call(&mut store, 7).expect_err("there is no such sensor");
    let error = error.downcast::<Error>()?;
    println!("{error}");
    assert_eq!(error, Error::NoSensor(7));

    let overreach = instance.get_typed_func::<(), ()>(&mut store, "overreach")?;
    let error = overreach.call(&mut store, ()).expect_err("the memory ends at 65536");
    let error = error.downcast::<Error>()?;
    println!("{error}");
    assert_eq!(error, Error::OutOfBounds { pointer: 65530, length: 5000 });
    Ok(())
}
