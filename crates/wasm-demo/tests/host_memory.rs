//! The sandbox's promise about the host's memory, compared with the kernel's count.
//!
//! This file has only one test, because the count is of the whole process.
#![cfg(target_os = "linux")]

#[path = "hostile/modules.rs"]
mod modules;

use modules::{Hostile, LIMITS};
use wasm_demo::sandbox::{Error, Sandbox};

/// The most that one guest keeps: its memory, its tables, and the stack under it.
const GUEST: usize = LIMITS.memory_bytes + 8 * LIMITS.table_elements + LIMITS.stack_bytes;

/// The most for a guest's machine code and for the compiler's work on it. These modules, which are
/// made to be hostile, take far less than this for each of their bytes.
const COMPILING: usize = 64 * LIMITS.module_bytes;

/// The memory that an allocator still holds after everything was freed.
const SLACK: usize = 4 << 20;

#[test]
fn the_host_keeps_its_memory() {
    let all: Vec<Hostile> = [
        modules::endless(modules::out_of_fuel),
        modules::greedy(),
        modules::curious(),
        modules::careless(),
        modules::odd(),
        modules::modern(),
        modules::garbled(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let sandbox = Sandbox::new(LIMITS).unwrap();

    // The compiler sets up some memory once, which is not counted for any guest.
    let good = std::fs::read("../../web/pkg/add.wasm").unwrap();
    sandbox.load(&good).unwrap();
    let before = bytes_of("VmRSS");
    for module in &all {
        meet(&sandbox, module);
    }
    let (peak, allowed) = (bytes_of("VmHWM"), before + GUEST + COMPILING + SLACK);
    assert!(peak <= allowed, "{before} bytes rose to {peak}, over {allowed}");

    // 1,000 guests, of the kinds that leave something to be freed.
    let some = ["growing memory in a loop", "growing a table", "a loop in start", "recursion"];
    let some: Vec<_> = all.iter().filter(|module| some.contains(&module.name)).collect();
    assert_eq!(some.len(), 4);
    for _ in 0..250 {
        some.iter().for_each(|module| meet(&sandbox, module));
    }
    let (after, allowed) = (bytes_of("VmRSS"), before + SLACK);
    assert!(after <= allowed, "{before} bytes have become {after}, over {allowed}");
    eprintln!("{before} bytes at first, {peak} at most, {after} after 1,000 guests");
}

/// Loads and runs a module, which must end in its error.
fn meet(sandbox: &Sandbox, module: &Hostile) {
    let outcome: Result<(), Error> =
        sandbox.load(&module.bytes).and_then(|mut guest| guest.call("run", ()));
    let error = outcome.unwrap_err();
    assert!(modules::same(&error, &module.error), "{}: {error}", module.name);
}

/// One of the kernel's counts: VmRSS is the memory that this process occupies now, VmHWM the most
/// that it ever did.
fn bytes_of(field: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    let kibibytes = line.trim_matches(|c: char| !c.is_ascii_digit());
    kibibytes.parse::<usize>().unwrap() * 1024
}
