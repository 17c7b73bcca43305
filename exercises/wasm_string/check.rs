//! Pass a text to a module through its memory, and read the module's answer. A module that returns a
//! wrong pointer must give an error, not a panic.
//!
//! Ask `alloc` for room, `Memory::write` the text there, call `shout`, and read its answer from
//! `Memory::data`. That is a slice: `get` with a range is checked, an index panics. The answer of
//! `shout` has the pointer in its upper 32 bits and the length in its lower 32.

use wasmtime::{Instance, Memory, Module, Result, Store, TypedFunc, ensure, format_err};

#[cfg_attr(feature = "solutions", path = "solution.rs")]
mod answer;

/// A module that takes and returns text.
#[allow(dead_code, reason = "until the answer uses the fields")]
struct Guest {
    store: Store<()>,
    memory: Memory,
    /// Returns the address of that many bytes.
    alloc: TypedFunc<u32, u32>,
    /// Takes a pointer and a length, and returns both in one number.
    shout: TypedFunc<(u32, u32), u64>,
}

impl Guest {
    /// `alloc` and `shout` are the bodies of these functions.
    fn new(alloc: &str, shout: &str) -> Result<Self> {
        let wat = format!(
            r#"(module (memory (export "memory") 1)
                (data (i32.const 8) "caf\e9")
                (func (export "alloc") (param i32) (result i32) {alloc})
                (func (export "shout") (param $at i32) (param $length i32) (result i64) {shout}))"#
        );
        let mut store = Store::default();
        let module = Module::new(store.engine(), wat::parse_str(wat)?)?;
        let instance = Instance::new(&mut store, &module, &[])?;
        let memory = instance.get_memory(&mut store, "memory");
        Ok(Self {
            memory: memory.ok_or_else(|| format_err!("it exports no memory"))?,
            alloc: instance.get_typed_func(&mut store, "alloc")?,
            shout: instance.get_typed_func(&mut store, "shout")?,
            store,
        })
    }
}

/// Puts `!` after the text.
const SHOUT: &str = "(i32.store8 (i32.add (local.get $at) (local.get $length)) (i32.const 33))
    (i64.or (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
        (i64.extend_i32_u (i32.add (local.get $length) (i32.const 1))))";

fn main() -> Result<()> {
    for text in ["frost", "Zoë 🦀", ""] {
        let found = answer::shout(&mut Guest::new("(i32.const 1024)", SHOUT)?, text)?;
        ensure!(
            found == format!("{text}!"),
            "shout({text:?}) is {found:?}, and should be \"{text}!\""
        );
    }
    let constant = |pointer: u32, length: u32| {
        format!("(i64.const {})", u64::from(pointer) << 32 | u64::from(length))
    };
    for (what, alloc, shout) in [
        ("returns room past its memory's end", 65_535, SHOUT.to_owned()),
        ("answers with bytes past its memory's end", 1024, constant(65_520, 32)),
        ("answers with a pointer past its memory's end", 1024, constant(70_000, 1)),
        ("answers with the largest numbers", 1024, constant(u32::MAX, u32::MAX)),
        ("answers with bytes that are not UTF-8", 1024, constant(8, 4)),
    ] {
        let mut guest = Guest::new(&format!("(i32.const {alloc})"), &shout)?;
        let found = answer::shout(&mut guest, "frost");
        ensure!(found.is_err(), "a module that {what} gives {found:?}, and should give an error");
    }
    Ok(())
}
