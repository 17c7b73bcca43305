//! What the sandbox's documentation says about the host's memory, held against the kernel's count.
//!
//! Its only test, because the count is of the whole process.
#![cfg(target_os = "linux")]

#[path = "hostile/modules.rs"]
mod modules;

use modules::{Hostile, LIMITS};
use wasm_demo::sandbox::{Error, Sandbox};

/// What one guest may keep: its memory, its tables, and the stack under it.
const GUEST: usize = LIMITS.memory_bytes + 8 * LIMITS.table_elements + LIMITS.stack_bytes;

/// Its machine code, and what the compiler takes on the way there: for these modules, which are made
/// to be unpleasant, far less than this for each of their bytes.
const COMPILING: usize = 64 * LIMITS.module_bytes;

/// What an allocator keeps back after everything was freed.
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

    // What the compiler sets up once is not any guest's.
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

/// Loads and runs it; it ends as it should.
fn meet(sandbox: &Sandbox, module: &Hostile) {
    let outcome: Result<(), Error> =
        sandbox.load(&module.bytes).and_then(|mut guest| guest.call("run", ()));
    let error = outcome.unwrap_err();
    assert!(modules::same(&error, &module.error), "{}: {error}", module.name);
}

/// One of the kernel's counts: VmRSS is what of this process is in memory now, VmHWM the most that
/// ever was.
fn bytes_of(field: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    let kibibytes = line.trim_matches(|c: char| !c.is_ascii_digit());
    kibibytes.parse::<usize>().unwrap() * 1024
}
