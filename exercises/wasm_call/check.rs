//! Call the export `area` of a module, which takes two `i32` and returns one. If it has another type,
//! or does not exist, return an error before anything is called.
//!
//! `Instance::get_typed_func` finds an export by name and compares its type once, so that `call` takes
//! and returns Rust's own types. Several parameters are a tuple.

use wasmtime::{Engine, Instance, Module, Result, Store, ensure};

#[cfg_attr(feature = "solutions", path = "solution.rs")]
mod answer;

/// A module: the mistake in its `area`, its type, and its result.
const WRONG: [(&str, &str, &str); 3] = [
    ("has another result", "(param i32 i32) (result i64)", "(i64.const 6)"),
    ("takes one parameter", "(param i32) (result i32)", "(i32.const 6)"),
    ("returns nothing", "(param i32 i32)", ""),
];

fn main() -> Result<()> {
    let engine = Engine::default();
    let instance = |name: &str, of: &str, result: &str| -> Result<_> {
        let wat = format!(
            r#"(module (global $called (export "called") (mut i32) (i32.const 0))
                (func (export "{name}") {of} (global.set $called (i32.const 1)) {result}))"#
        );
        let module = Module::new(&engine, wat::parse_str(wat)?)?;
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[])?;
        Ok((store, instance))
    };

    let right = "(param i32 i32) (result i32)";
    let product = "(i32.mul (local.get 0) (local.get 1))";
    let (mut store, area) = instance("area", right, product)?;
    for (width, height) in [(2, 3), (-7, 6)] {
        let found = answer::area(&mut store, area, width, height)?;
        let expected = width * height;
        ensure!(found == expected, "area({width}, {height}) is {found}, and should be {expected}");
    }
    for (what, of, result) in WRONG {
        let (mut store, area) = instance("area", of, result)?;
        let refused = answer::area(&mut store, area, 2, 3).is_err();
        ensure!(refused, "an area that {what} should give an error");
        let called = area.get_global(&mut store, "called").map(|called| called.get(&mut store));
        let called = called.and_then(|called| called.i32());
        ensure!(called == Some(0), "an area that {what} was called before it was refused");
    }
    let (mut store, volume) = instance("volume", right, product)?;
    let refused = answer::area(&mut store, volume, 2, 3).is_err();
    ensure!(refused, "a module without an area should give an error");
    Ok(())
}
