//! Limit a module's memory to 16 pages of 64 KiB. When it asks for more, its call should end with an
//! error, and not continue with the answer -1.
//!
//! A store with `StoreLimits` in it has a limit once `Store::limiter` says where they are.
//! `StoreLimitsBuilder` makes them: `memory_size` counts bytes.

use wasmtime::{Engine, Module, Result, bail, ensure};

#[cfg_attr(feature = "solutions", path = "solution.rs")]
mod answer;

fn main() -> Result<()> {
    let engine = Engine::default();
    let module = |pages: u32| -> Result<_> {
        let wat = format!(
            r#"(module (memory {pages})
                (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))"#
        );
        Module::new(&engine, wat::parse_str(wat)?)
    };

    let (mut store, instance) = answer::load(&module(1)?)?;
    let grow = instance.get_typed_func::<u32, i32>(&mut store, "grow")?;
    let before = grow.call(&mut store, 15)?;
    ensure!(before == 1, "growing from 1 page to 16 gives {before}, and should give 1");
    match grow.call(&mut store, 1) {
        Ok(-1) => bail!("a 17th page is refused with -1, and should be with an error"),
        Ok(_) => bail!("the module got a 17th page"),
        Err(error) => ensure!(
            format!("{error:#}").contains("growing memory"),
            "a 17th page gives another error than the limit's: {error:#}"
        ),
    }
    ensure!(answer::load(&module(17)?).is_err(), "a module that starts with 17 pages was loaded");
    Ok(())
}
