//! JavaScript writes numbers into a module's memory through a `Float64Array`, but the view that
//! answer.mjs returns is empty. Find out why, and fix it.
//!
//! Print `guest.memory.buffer.byteLength` before and after each line. A memory that grows gets a new
//! `ArrayBuffer`, and each view of the old one then has length 0.

use std::{
    error::Error,
    path::Path,
    process::{Command, ExitCode},
};

/// `alloc` and `announce` each add a page; `get` reads the number at an address.
const GUEST: &str = r#"(module (memory (export "memory") 1)
    (func (export "alloc") (param i32) (result i32)
        (i32.mul (memory.grow (i32.const 1)) (i32.const 65536)))
    (func (export "announce") (param i32) (drop (memory.grow (i32.const 1))))
    (func (export "get") (param i32) (result f64) (f64.load (local.get 0))))"#;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let script =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../exercises/wasm_empty_view/check.mjs");
    let answer = if cfg!(feature = "solutions") { "./solution.mjs" } else { "./answer.mjs" };
    let guest = wat::parse_str(GUEST)?.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
    let status = Command::new("node").arg(script).args([answer, &guest]).status();
    let status = status.map_err(|error| format!("cannot start Node.js ({error}): install it"))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
