//! Modules that mean no good, each with the error that it has to end in.

#![allow(dead_code, reason = "each test uses its part")]

use std::time::Duration;

use wasm_demo::sandbox::{Error, Limits};
use wasmtime::Trap;

/// Small, so that each limit is met soon; the deadline is not the one that should be.
pub const LIMITS: Limits = Limits {
    module_bytes: 64 << 10,
    memory_bytes: 4 << 20,
    tables: 4,
    table_elements: 1000,
    fuel: 5_000_000,
    deadline: Duration::from_secs(60),
    stack_bytes: 128 << 10,
};

/// Limits with fuel for years, so that only the deadline can stop a module.
pub const TIMED: Limits = Limits { fuel: u64::MAX, deadline: Duration::from_millis(300), ..LIMITS };

/// A module, and the error that loading it and calling its `run` must end in.
pub struct Hostile {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    /// A `reason` is one of the engine's sentences: here it holds the words that must be in it.
    pub error: Error,
}

/// True if an error is the expected one. The expected `reason` may be a part of the actual one.
pub fn same(actual: &Error, expected: &Error) -> bool {
    match (actual, expected) {
        (Error::Malformed { reason, .. }, Error::Malformed { reason: words, .. }) => {
            reason.contains(words)
        }
        (Error::WrongType { name, reason }, Error::WrongType { name: expected, reason: words }) => {
            name == expected && reason.contains(words)
        }
        (actual, expected) => actual == expected,
    }
}

/// Modules that do not end by themselves.
pub fn endless(error: fn(&str) -> Error) -> Vec<Hostile> {
    vec![
        wat("a loop", error("run"), r#"(func (export "run") (loop $again (br $again)))"#),
        wat(
            "a loop in start",
            error("start"),
            "(start $spin) (func $spin (loop $again (br $again)))",
        ),
        wat(
            "a loop in a loop",
            error("run"),
            r#"(func (export "run") (local i32)
                (loop $outer
                    (local.set 0 (i32.const 1000))
                    (loop $inner
                        (br_if $inner (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
                    (br $outer)))"#,
        ),
        wat(
            "a loop by br_table",
            error("run"),
            r#"(func (export "run") (local i32)
                (loop $again
                    (local.set 0 (i32.add (local.get 0) (i32.const 1)))
                    (br_table $again $again $again (i32.and (local.get 0) (i32.const 3)))))"#,
        ),
        wat(
            "a loop of calls",
            error("run"),
            r#"(func $nothing)
            (func (export "run") (loop $again (call $nothing) (br $again)))"#,
        ),
        wat(
            "a loop of indirect calls",
            error("run"),
            r#"(type $nothing (func)) (table funcref (elem $nothing)) (func $nothing)
            (func (export "run")
                (loop $again (call_indirect (type $nothing) (i32.const 0)) (br $again)))"#,
        ),
        wat(
            "growing by nothing, forever",
            error("run"),
            r#"(memory 1)
            (func (export "run") (loop $again (drop (memory.grow (i32.const 0))) (br $again)))"#,
        ),
        wat(
            "filling all memory, forever",
            error("run"),
            r#"(memory 64)
            (func (export "run") (loop $again
                (memory.fill (i32.const 0) (i32.const 7) (i32.const 0x400000))
                (br $again)))"#,
        ),
    ]
}

/// Modules that reach for too much.
pub fn greedy() -> Vec<Hostile> {
    vec![
        wat("recursion", stack_overflow("run"), r#"(func $run (export "run") (call $run))"#),
        wat("recursion in start", stack_overflow("start"), "(start $f) (func $f (call $f))"),
        wat(
            "recursion of two",
            stack_overflow("run"),
            r#"(func $run (export "run") (call $other)) (func $other (call $run))"#,
        ),
        wat(
            "recursion through a table",
            stack_overflow("run"),
            r#"(type $run (func)) (table funcref (elem $run))
            (func $run (export "run") (call_indirect (type $run) (i32.const 0)))"#,
        ),
        wat("a memory over the limit", memory_limit(65 << 16), "(memory 65)"),
        wat("a memory of 4 GiB", memory_limit(1 << 32), "(memory 65536)"),
        wat(
            "a memory that may be 4 GiB",
            memory_limit(1 << 32),
            r#"(memory 0 65536)
            (func (export "run") (drop (memory.grow (i32.const 65536))))"#,
        ),
        wat(
            "growing memory in a loop",
            memory_limit(65 << 16),
            r#"(memory 1)
            (func (export "run") (loop $again
                (memory.fill
                    (i32.mul (memory.grow (i32.const 1)) (i32.const 0x10000))
                    (i32.const 7)
                    (i32.const 0x10000))
                (br $again)))"#,
        ),
        wat("a table over the limit", table_limit(1001), "(table 1001 funcref)"),
        wat("a table of 4 Gi elements", table_limit(u32::MAX.into()), "(table 4294967295 funcref)"),
        wat(
            "tables that are over the limit together",
            table_limit(1200),
            "(table 400 funcref) (table 400 funcref) (table 400 funcref)",
        ),
        wat(
            "growing a table",
            table_limit(1001),
            r#"(table 1 funcref)
            (func (export "run") (drop (table.grow (ref.null func) (i32.const 1000))))"#,
        ),
        wat(
            "growing two tables in turn, in a loop",
            table_limit(1001),
            r#"(table $a 0 funcref) (table $b 0 funcref)
            (func (export "run") (loop $again
                (drop (table.grow $a (ref.null func) (i32.const 1)))
                (drop (table.grow $b (ref.null func) (i32.const 1)))
                (br $again)))"#,
        ),
        wat("five tables", over("tables", 5, 4), &"(table 0 funcref)".repeat(5)),
        wat(
            "more data than a module may have bytes",
            over("bytes", 65_558, 65_536),
            &format!(r#"(memory 2) (data "{}")"#, "x".repeat(65_536)),
        ),
        wat(
            "locals for two, in a few bytes",
            over("locals", 80_000, 65_536),
            &format!("(func (local {0})) (func (local {0}))", "i64 ".repeat(40_000)),
        ),
        wat(
            "a thousand parameters",
            over("parameters or results", 1000, 32),
            &format!("(func (param {}))", "i32 ".repeat(1000)),
        ),
        wat(
            "a thousand results of a block",
            over("parameters or results", 1000, 32),
            &format!("(type (func (result {})))", "i32 ".repeat(1000)),
        ),
    ]
}

/// Modules that want something from the host.
pub fn curious() -> Vec<Hostile> {
    let wasi = "wasi_snapshot_preview1";
    vec![
        import("a file", wasi, "path_open", "(func (param i32) (result i32))"),
        import("the clock", wasi, "clock_time_get", "(func (param i32 i64 i32) (result i32))"),
        import("the network", wasi, "sock_accept", "(func (param i32 i32 i32) (result i32))"),
        import("randomness", wasi, "random_get", "(func (param i32 i32) (result i32))"),
        import("a process", "env", "system", "(func (param i32) (result i32))"),
        import("the host's memory", "env", "memory", "(memory 1)"),
        import("the host's table", "env", "__indirect_function_table", "(table 1 funcref)"),
        import("the host's global", "env", "__stack_pointer", "(global (mut i32))"),
        import("nothing, by no name", "", "", "(func)"),
        // The terminal's bell, a colour, and a line of its own.
        import("a name that rewrites a log", "a\u{7}\u{1b}[31m", "\nall is well", "(func)"),
    ]
}

/// Modules that trap.
pub fn careless() -> Vec<Hostile> {
    let run = |name, trap, body: &str| {
        wat(name, trapped("run", trap), &format!(r#"(func (export "run") {body})"#))
    };
    let memory = |name, body: &str| {
        let text = format!(r#"(memory 1) (data $data "four") (func (export "run") {body})"#);
        wat(name, trapped("run", Trap::MemoryOutOfBounds), &text)
    };
    let table = |name, trap, body: &str| {
        let text = format!(
            r#"(type $f (func)) (table 2 funcref) (elem (i32.const 0) func $typed)
            (elem $none func) (func $typed (param i32)) (func (export "run") {body})"#
        );
        wat(name, trapped("run", trap), &text)
    };
    vec![
        run("unreachable", Trap::UnreachableCodeReached, "unreachable"),
        run(
            "division by zero",
            Trap::IntegerDivisionByZero,
            "(drop (i32.div_u (i32.const 1) (i32.const 0)))",
        ),
        run(
            "the quotient that does not fit",
            Trap::IntegerOverflow,
            "(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))",
        ),
        run(
            "NaN as an integer",
            Trap::BadConversionToInteger,
            "(drop (i32.trunc_f64_s (f64.const nan)))",
        ),
        run(
            "infinity as an integer",
            Trap::IntegerOverflow,
            "(drop (i32.trunc_f64_s (f64.const inf)))",
        ),
        memory("a load past the end", "(drop (i32.load (i32.const 65533)))"),
        memory("a load at -1", "(drop (i32.load8_u (i32.const -1)))"),
        memory(
            "a load at an address of 33 bits",
            "(drop (i32.load offset=0xffffffff (i32.const -1)))",
        ),
        memory("a store past the end", "(i64.store (i32.const 65529) (i64.const -1))"),
        memory("a vector past the end", "(drop (v128.load (i32.const 65521)))"),
        memory(
            "filling past the end",
            "(memory.fill (i32.const 65535) (i32.const 7) (i32.const 2))",
        ),
        memory(
            "copying from past the end",
            "(memory.copy (i32.const 0) (i32.const 1) (i32.const 65536))",
        ),
        memory(
            "copying more data than there is",
            "(memory.init $data (i32.const 0) (i32.const 1) (i32.const 4))",
        ),
        memory(
            "copying data that was dropped",
            "(data.drop $data) (memory.init $data (i32.const 0) (i32.const 0) (i32.const 1))",
        ),
        table(
            "a function of another type",
            Trap::BadSignature,
            "(call_indirect (type $f) (i32.const 0))",
        ),
        table(
            "an empty place of a table",
            Trap::IndirectCallToNull,
            "(call_indirect (type $f) (i32.const 1))",
        ),
        table(
            "a place past the table's end",
            Trap::TableOutOfBounds,
            "(call_indirect (type $f) (i32.const 2))",
        ),
        table(
            "writing past a table's end",
            Trap::TableOutOfBounds,
            "(table.set (i32.const -1) (ref.null func))",
        ),
        table(
            "filling past a table's end",
            Trap::TableOutOfBounds,
            "(table.fill (i32.const 1) (ref.null func) (i32.const 2))",
        ),
        table(
            "copying more elements than there are",
            Trap::TableOutOfBounds,
            "(table.init $none (i32.const 0) (i32.const 0) (i32.const 1))",
        ),
        wat(
            "start that fails",
            trapped("start", Trap::UnreachableCodeReached),
            "(start $f) (func $f unreachable)",
        ),
        wat(
            "data past the memory's end",
            trapped("start", Trap::MemoryOutOfBounds),
            r#"(memory 1) (data (i32.const 65535) "ab")"#,
        ),
        wat(
            "data at the last address",
            trapped("start", Trap::MemoryOutOfBounds),
            r#"(memory 1) (data (i32.const -1) "a")"#,
        ),
        wat(
            "elements past the table's end",
            trapped("start", Trap::TableOutOfBounds),
            "(table 1 funcref) (elem (i32.const 1) $f) (func $f)",
        ),
        wat(
            "10,000 blocks in one another",
            trapped("run", Trap::UnreachableCodeReached),
            &format!(
                r#"(func (export "run") {} unreachable {})"#,
                "block ".repeat(10_000),
                "end ".repeat(10_000)
            ),
        ),
        wat(
            "10,000 operands at once",
            trapped("run", Trap::UnreachableCodeReached),
            &format!(r#"(func (export "run") {} unreachable)"#, "i32.const 1 ".repeat(10_000)),
        ),
    ]
}

/// Valid ones that do not have what they are asked for.
pub fn odd() -> Vec<Hostile> {
    let no_run = || Error::NoSuchExport("run".into());
    vec![
        wat("nothing at all", no_run(), ""),
        wat("2,000 functions", no_run(), &"(func)".repeat(2_000)),
        wat("10,000 types", no_run(), &"(type (func (param i32)))".repeat(10_000)),
        wat("10,000 globals", no_run(), &"(global i32 (i32.const 0))".repeat(10_000)),
        wat(
            "odd names",
            no_run(),
            r#"(func (export "")) (func (export "run\00")) (func (export "r\u{75}n ")) (func (export "🦀"))"#,
        ),
        wat(
            "a name of 60,000 letters",
            no_run(),
            &format!(r#"(func (export "{}"))"#, "n".repeat(60_000)),
        ),
        wat("a memory for a function", no_run(), r#"(memory (export "run") 1)"#),
        wat(
            "other parameters",
            Error::WrongType { name: "run".into(), reason: "expected 0 types".into() },
            r#"(func (export "run") (param i32))"#,
        ),
        wat(
            "other results",
            Error::WrongType { name: "run".into(), reason: "expected 0 types".into() },
            r#"(func (export "run") (result f64) (f64.const 1))"#,
        ),
    ]
}

/// Proposals that are turned off.
pub fn modern() -> Vec<Hostile> {
    vec![
        wat("a memory of 64 bits", malformed("memory64"), "(memory i64 1)"),
        wat("a shared memory", malformed("threads"), "(memory 1 1 shared)"),
        wat("two memories", malformed("multiple memories"), "(memory 1) (memory 1)"),
        wat("pages of one byte", malformed("custom page sizes"), "(memory 1 (pagesize 1))"),
        wat("an atomic fence", malformed("threads"), "(func (atomic.fence))"),
        wat("an exception", malformed("exceptions"), "(tag)"),
        wat("a garbage-collected struct", malformed("gc"), "(type (struct))"),
        wat("a reference of the host's", malformed("gc"), "(table 1 externref)"),
        wat(
            "a typed reference",
            malformed("function references"),
            "(type $f (func)) (func (param (ref $f)))",
        ),
        wat("a tail call", malformed("tail calls"), "(func $f (return_call $f))"),
        wat(
            "arithmetic that differs between processors",
            malformed("relaxed SIMD"),
            "(func (param v128) (drop (i32x4.relaxed_trunc_f32x4_s (local.get 0))))",
        ),
        wat(
            "addresses that are computed",
            malformed("constant expression"),
            "(global i32 (i32.add (i32.const 1) (i32.const 2)))",
        ),
    ]
}

/// Bytes that are not a module.
pub fn garbled() -> Vec<Hostile> {
    const MAGIC: &[u8] = b"\0asm";
    const HEADER: &[u8] = b"\0asm\x01\0\0\0";
    let after_header = |name, rest: &[u8], words| raw(name, &[HEADER, rest].concat(), words);
    let noise: Vec<u8> = (0..1000u32).map(|n| (n.wrapping_mul(0x9E37_79B9) >> 24) as u8).collect();
    vec![
        cut_short("half a magic number", b"\0as"),
        cut_short("half a header", b"\0asm\x01"),
        cut_short("a section longer than the file", b"\0asm\x01\0\0\0\x01\x80\x80\x80\x08"),
        cut_short("a section of 4 GiB", b"\0asm\x01\0\0\0\x01\xff\xff\xff\xff\x0f"),
        raw(
            "a version that is not yet",
            &[MAGIC, b"\x02\0\0\0"].concat(),
            "unknown binary version",
        ),
        after_header("an unknown section", b"\x7f\0", "malformed section id"),
        after_header("a number without end", b"\x01\x80\x80\x80\x80\x80\x80", "invalid var_u32"),
        after_header("a number that does not fit", b"\x01\xff\xff\xff\xff\x7f", "invalid var_u32"),
        after_header("4 Gi types in one byte", b"\x01\x05\xff\xff\xff\xff\x0f", "unexpected end"),
        after_header("a name that is not UTF-8", b"\x07\x05\x01\x01\xff\0\0", "malformed UTF-8"),
        after_header("sections in the wrong order", b"\x03\x01\0\x01\x01\0", "out of order"),
        after_header(
            "a function without code",
            b"\x01\x04\x01\x60\0\0\x03\x02\x01\0",
            "code section is absent",
        ),
        cut_short("noise", &[HEADER, &noise].concat()),
        wat(
            "an operand too few",
            malformed("type mismatch"),
            "(func (drop (i32.add (i32.const 1))))",
        ),
        wat("a local that is not there", malformed("unknown local"), "(func (drop (local.get 0)))"),
        wat("a function that is not there", malformed("unknown function"), "(func (call 7))"),
        wat(
            "one name twice",
            malformed("duplicate export"),
            r#"(func (export "a")) (func (export "a"))"#,
        ),
        // The reader quotes the name.
        wat(
            "one name twice, which rewrites a log",
            malformed("duplicate export"),
            r#"(func (export "a\1b[31m\0aall is well")) (func (export "a\1b[31m\0aall is well"))"#,
        ),
        wat(
            "50,001 locals",
            malformed("too many locals"),
            &format!("(func (local {}))", "i32 ".repeat(50_001)),
        ),
    ]
}

/// Modules whose `alloc` or `answer` returns a wrong address or length.
pub fn lying() -> Vec<Hostile> {
    let guest = |name, error, alloc: &str, answer: &str| {
        let text = format!(
            r#"(memory (export "memory") 1)
            (func (export "alloc") (param i32) (result i32) {alloc})
            (func (export "dealloc") (param i32 i32))
            (func (export "answer") (param i32 i32) (result i64) (i64.const {answer}))"#
        );
        wat(name, error, &text)
    };
    let outside = |pointer, length| Error::OutOfBounds { pointer, length, memory: 65_536 };
    let honest = "(i32.const 0)";
    vec![
        guest("an answer past the end", outside(65_535, 2), honest, "0x0000_ffff_0000_0002"),
        guest("an answer of 4 GiB", outside(1, u32::MAX), honest, "0x0000_0001_ffff_ffff"),
        guest(
            "an answer at the last address",
            outside(u32::MAX, 1),
            honest,
            "0xffff_ffff_0000_0001",
        ),
        guest("room past the end", outside(65_534, 3), "(i32.const 65534)", "0"),
        guest("room at -1", outside(u32::MAX, 3), "(i32.const -1)", "0"),
        guest("no end to finding room", out_of_fuel("alloc"), "(loop (br 0)) unreachable", "0"),
        wat(
            "a memory that is not shown",
            Error::NoSuchExport("memory".into()),
            r#"(memory 1) (func (export "alloc") (param i32) (result i32) (i32.const 0))"#,
        ),
        wat(
            "no way to take bytes",
            Error::NoSuchExport("alloc".into()),
            r#"(memory (export "memory") 1)"#,
        ),
    ]
}

pub fn out_of_fuel(call: &str) -> Error {
    Error::OutOfFuel { call: call.into(), limit: LIMITS.fuel }
}

pub fn deadline(call: &str) -> Error {
    Error::Deadline { call: call.into(), limit: TIMED.deadline }
}

fn stack_overflow(call: &str) -> Error {
    Error::StackOverflow { call: call.into(), limit: LIMITS.stack_bytes }
}

fn trapped(call: &str, trap: Trap) -> Error {
    Error::Trap { call: call.into(), trap }
}

fn memory_limit(wanted: u64) -> Error {
    over("bytes of memory", wanted, LIMITS.memory_bytes as u64)
}

fn table_limit(wanted: u64) -> Error {
    over("table elements", wanted, LIMITS.table_elements as u64)
}

fn over(what: &'static str, wanted: u64, limit: u64) -> Error {
    Error::OverLimit { what, wanted, limit }
}

fn malformed(words: &str) -> Error {
    Error::Malformed { offset: 0, reason: words.into() }
}

fn import(name: &'static str, module: &str, field: &str, what: &str) -> Hostile {
    let error = Error::ForbiddenImport { module: module.into(), name: field.into() };
    let escape =
        |text: &str| text.replace('\n', "\\n").replace('\u{7}', "\\07").replace('\u{1b}', "\\1b");
    wat(name, error, &format!(r#"(import "{}" "{}" {what})"#, escape(module), escape(field)))
}

/// A module by the fields of its text.
fn wat(name: &'static str, error: Error, fields: &str) -> Hostile {
    let bytes = wat::parse_str(format!("(module {fields})"))
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    Hostile { name, bytes, error }
}

fn cut_short(name: &'static str, bytes: &[u8]) -> Hostile {
    Hostile { name, bytes: bytes.to_vec(), error: Error::CutShort { size: bytes.len() } }
}

fn raw(name: &'static str, bytes: &[u8], words: &str) -> Hostile {
    Hostile { name, bytes: bytes.to_vec(), error: malformed(words) }
}
