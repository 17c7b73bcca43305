//! Gives a module a function of the host, which can fail.

use super::NoSensor;
use wasmtime::{Caller, Linker, Result};

/// Offers `host.temperature`. The store of each instance has the temperatures of its sensors.
pub fn link(linker: &mut Linker<Vec<f64>>) -> Result<()> {
    linker.func_wrap("host", "temperature", temperature)?;
    Ok(())
}

fn temperature(caller: Caller<'_, Vec<f64>>, sensor: u32) -> Result<f64> {
    let value = caller.data().get(sensor as usize);
    Ok(*value.ok_or(NoSensor(sensor))?)
}
