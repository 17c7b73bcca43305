//! `Sandbox`: with any bytes, raw or made into a valid module, each step ends in an answer or in an
//! error, and the guest stays within its limits.
#![no_main]

use std::{sync::LazyLock, time::Duration};

use libfuzzer_sys::{arbitrary::Unstructured, fuzz_target};
use wasm_demo::sandbox::{Error, Limits, Sandbox};
use wasm_smith::{Config, Module};

const LIMITS: Limits = Limits {
    module_bytes: 4096,
    memory_bytes: 1 << 20,
    tables: 2,
    table_elements: 100,
    fuel: 10_000,
    deadline: Duration::from_secs(5),
    stack_bytes: 64 << 10,
};

/// One sandbox for all inputs: a guest must not affect the next.
static SANDBOX: LazyLock<Sandbox> =
    LazyLock::new(|| Sandbox::new(LIMITS).expect("the limits can be kept"));

fuzz_target!(|bytes: &[u8]| {
    let outcome = meet(bytes);
    assert!(bytes.starts_with(b"\0asm") || outcome.is_err(), "that is not the header of a module");

    let Some((&choices, rest)) = bytes.split_first() else { return };
    let (references, imports) = (choices & 1 == 1, choices & 2 == 2);
    if let Ok(module) = Module::new(config(references, imports), &mut Unstructured::new(rest)) {
        let outcome = meet(&module.to_bytes());
        // References include externref, which is turned off. Everything else that is generated is
        // allowed.
        let refused = matches!(
            outcome,
            Err(Error::Malformed { .. }
                | Error::Compile(_)
                | Error::CutShort { .. }
                | Error::NotAModule(_))
        );
        assert!(references || !refused, "a valid module is refused: {outcome:?}");
        let forbidden = matches!(outcome, Err(Error::ForbiddenImport { .. }));
        assert!(imports || !forbidden, "without an import: {outcome:?}");
    }
});

/// WebAssembly 2.0, of sizes around the limits.
fn config(references: bool, imports: bool) -> Config {
    Config {
        max_imports: if imports { 10 } else { 0 },
        max_memories: 1,
        max_memory32_bytes: 2 * LIMITS.memory_bytes as u64,
        max_tables: LIMITS.tables + 1,
        max_table_elements: 2 * LIMITS.table_elements as u64,
        export_everything: true,
        reference_types_enabled: references,
        exceptions_enabled: false,
        extended_const_enabled: false,
        gc_enabled: false,
        memory64_enabled: false,
        relaxed_simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        ..Config::default()
    }
}

/// Loads a module, and calls its exports.
fn meet(bytes: &[u8]) -> Result<(), Error> {
    let mut guest = SANDBOX.load(bytes)?;
    for name in guest.functions() {
        let _ = guest.call::<(), ()>(&name, ());
        let _ = guest.call::<(), i32>(&name, ());
        let _ = guest.call::<(i32, i64), f64>(&name, (i32::MIN, -1));
        let _ = guest.call_bytes(&name, b"abc");
    }
    for (pointer, length) in [(0, u32::MAX), (u32::MAX, 1), (LIMITS.memory_bytes as u32 - 1, 2)] {
        let outside = guest.read(pointer, length);
        assert!(matches!(outside, Err(Error::OutOfBounds { .. } | Error::NoSuchExport { .. })));
    }
    Ok(())
}
