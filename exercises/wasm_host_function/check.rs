//! Give a module the function `host.temperature`, which takes the number of a sensor (`i32`) and
//! returns its temperature (`f64`). For an unknown sensor, the call should end with `NoSensor`.
//!
//! `Linker::func_wrap` takes a closure, whose first parameter may be `Caller<'_, Vec<f64>>`: its
//! `data()` is what is in the store. The closure may return a `wasmtime::Result`, and `?` turns
//! `NoSensor` into its error.

use wasmtime::{Engine, Linker, Module, Result, Store, bail, ensure};

#[cfg_attr(feature = "solutions", path = "solution.rs")]
mod answer;

/// The host has no sensor of this number.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("no sensor {0}")]
struct NoSensor(u32);

const GUEST: &str = r#"(module
    (import "host" "temperature" (func $temperature (param i32) (result f64)))
    (func (export "rounded") (param $sensor i32) (result f64)
        (f64.nearest (call $temperature (local.get $sensor)))))"#;

fn main() -> Result<()> {
    let engine = Engine::default();
    let mut linker = Linker::new(&engine);
    answer::link(&mut linker)?;
    let mut store = Store::new(&engine, vec![21.6, -3.2]);
    let instance =
        linker.instantiate(&mut store, &Module::new(&engine, wat::parse_str(GUEST)?)?)?;
    let rounded = instance.get_typed_func::<u32, f64>(&mut store, "rounded")?;

    for (sensor, expected) in [(0, 22.0), (1, -3.0)] {
        let found = rounded.call(&mut store, sensor)?;
        ensure!(
            found == expected,
            "sensor {sensor}, rounded, is {found}, and should be {expected}"
        );
    }
    for sensor in [2, u32::MAX] {
        match rounded.call(&mut store, sensor) {
            Ok(value) => bail!("sensor {sensor} gives {value}, and should give NoSensor({sensor})"),
            Err(error) => ensure!(
                error.downcast_ref() == Some(&NoSensor(sensor)),
                "sensor {sensor} gives the error {error:?}, and should give NoSensor({sensor})"
            ),
        }
    }
    Ok(())
}
