//! The sandbox as its host uses it: what it offers, where its limits are, and what it says of bytes
//! that are not a module. Guests that attack it are in hostile.rs.
#![cfg(not(target_arch = "wasm32"))]

use std::time::Duration;

use wasm_demo::sandbox::{Error, Guest, Limits, Sandbox};

fn sandbox(limits: Limits) -> Sandbox {
    Sandbox::new(limits).unwrap()
}

fn load_within(limits: Limits, text: &str) -> Result<Guest, Error> {
    sandbox(limits).load(&wat::parse_str(text).unwrap())
}

fn load(text: &str) -> Result<Guest, Error> {
    load_within(Limits::default(), text)
}

#[test]
fn an_offer_is_used_and_its_failure_named() {
    let mut sandbox = sandbox(Limits::default());
    sandbox.offer("host", "double", |n: i32| n * 2).unwrap();
    sandbox
        .offer("host", "fail", || -> wasmtime::Result<()> { wasmtime::bail!("no disk") })
        .unwrap();
    let text = r#"(module
        (import "host" "double" (func $double (param i32) (result i32)))
        (import "host" "fail" (func $fail))
        (func (export "double") (result i32) (call $double (i32.const 21)))
        (func (export "fail") (call $fail)))"#;
    let mut guest = sandbox.load(&wat::parse_str(text).unwrap()).unwrap();
    assert_eq!(guest.call("double", ()), Ok(42));
    let failure = Error::Host { call: "fail".into(), reason: "no disk".into() };
    assert_eq!(guest.call::<(), ()>("fail", ()), Err(failure));
    assert!(matches!(sandbox.offer("host", "double", || ()), Err(Error::Setup { .. })));
}

#[test]
fn a_function_is_looked_up_once_and_limited_each_time() {
    let mut guest = load_within(
        Limits { fuel: 1000, ..Limits::default() },
        r#"(module (func (export "count") (param i32) (result i32) (local i32)
            (loop $again
                (local.set 1 (i32.add (local.get 1) (i32.const 1)))
                (br_if $again (i32.lt_u (local.get 1) (local.get 0))))
            (local.get 1)))"#,
    )
    .unwrap();
    let count = guest.function::<i32, i32>("count").unwrap();
    // Together they burn many times the fuel of one call.
    for _ in 0..100 {
        assert_eq!(guest.run(&count, 100), Ok(100));
        assert_eq!(guest.call("count", 100), Ok(100));
    }
    let empty = Error::OutOfFuel { call: "count".into(), limit: 1000 };
    assert_eq!(guest.run(&count, 1000), Err(empty));
    assert_eq!(guest.run(&count, 100), Ok(100));

    let missing = guest.function::<i32, i32>("recount").err();
    assert_eq!(missing, Some(Error::NoSuchExport("recount".into())));
    assert!(matches!(guest.function::<i64, i32>("count"), Err(Error::WrongType { .. })));
}

#[test]
fn limits_that_cannot_be_kept_are_refused() {
    for stack_bytes in [0, (2 << 20) + 1, usize::MAX] {
        let outcome = Sandbox::new(Limits { stack_bytes, ..Limits::default() }).map(drop);
        let advice = format!("stack_bytes is {stack_bytes}: choose from 1 to 2097152");
        assert_eq!(outcome, Err(Error::Setup(advice)));
    }
    assert!(Sandbox::new(Limits { stack_bytes: 2 << 20, ..Limits::default() }).is_ok());
}

#[test]
fn memory_can_be_as_large_as_a_module_can_have() {
    for memory_bytes in [1 << 32, 1 << 47, usize::MAX] {
        let limits = Limits { memory_bytes, ..Limits::default() };
        assert_eq!(load_within(limits, "(module (memory 1))").map(drop), Ok(()), "{memory_bytes}");
    }
}

/// Runs itself again, in a process whose address space is too small for a guest.
#[cfg(target_os = "linux")]
#[test]
fn memory_that_the_system_does_not_give_is_not_the_fault_of_a_host_function() {
    const INSIDE: &str = "POLYGLOT_SMALL_ADDRESS_SPACE";
    if std::env::var_os(INSIDE).is_some() {
        let limits = Limits { memory_bytes: 4 << 30, ..Limits::default() };
        for text in ["(module (memory 1))", "(module (memory 1) (func $start) (start $start))"] {
            let error = load_within(limits, text).map(drop).unwrap_err();
            assert!(matches!(error, Error::NoMemory(_)), "{error:?}");
            let advice = "; drop a guest, or choose a lower memory_bytes";
            assert!(error.to_string().ends_with(advice), "{error}");
        }
        return;
    }
    let name = "memory_that_the_system_does_not_give_is_not_the_fault_of_a_host_function";
    let run = std::process::Command::new("sh")
        .args(["-c", "ulimit -v 3000000 && exec \"$0\" --exact \"$1\""])
        .arg(std::env::current_exe().unwrap())
        .arg(name)
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn a_module_that_needs_what_is_turned_off_is_told_to_do_without() {
    for text in ["(module (memory i64 1))", "(module (tag))", "(module (func (param externref)))"] {
        let message = load(text).map(drop).unwrap_err().to_string();
        assert!(message.ends_with("; build the module without it"), "{message}");
    }
}

#[test]
fn each_kind_of_time_can_be_unlimited() {
    // Longer than either limit, and still not endless: a limit that does not hold fails the test.
    let text = r#"(module (func (export "run")) (func (export "spin") (local i64)
        (local.set 0 (i64.const 10_000_000_000))
        (loop (br_if 0 (i64.ne
            (local.tee 0 (i64.sub (local.get 0) (i64.const 1)))
            (i64.const 0))))))"#;
    let by_fuel = Limits { fuel: 1000, deadline: Duration::MAX, ..Limits::default() };
    let mut guest = load_within(by_fuel, text).unwrap();
    assert_eq!(guest.call::<(), ()>("run", ()), Ok(()));
    let empty = Error::OutOfFuel { call: "spin".into(), limit: 1000 };
    assert_eq!(guest.call::<(), ()>("spin", ()), Err(empty));

    let limit = Duration::from_millis(100);
    let by_time = Limits { fuel: u64::MAX, deadline: limit, ..Limits::default() };
    let mut guest = load_within(by_time, text).unwrap();
    assert_eq!(guest.call::<(), ()>("run", ()), Ok(()));
    let late = Error::Deadline { call: "spin".into(), limit };
    assert_eq!(guest.call::<(), ()>("spin", ()), Err(late));

    // The longest that is still a limit.
    let days = Limits { fuel: u64::MAX - 1, deadline: Duration::MAX / 2, ..Limits::default() };
    assert_eq!(load_within(days, text).unwrap().call::<(), ()>("run", ()), Ok(()));
}

#[test]
fn a_guest_outlives_its_sandbox_with_its_limits() {
    // `load` drops the sandbox.
    let mut guest = load(r#"(module (func (export "spin") (loop (br 0))))"#).unwrap();
    let outcome = guest.call::<(), ()>("spin", ());
    assert!(matches!(outcome, Err(Error::OutOfFuel { .. } | Error::Deadline { .. })));
}

#[test]
fn a_smaller_stack_holds_fewer_calls() {
    let text = r#"(module (memory (export "memory") 1)
        (func $deeper (export "deeper")
            (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
            (call $deeper)))"#;
    let [shallow, deep] = [32 << 10, 256 << 10].map(|stack_bytes| {
        let mut guest = load_within(Limits { stack_bytes, ..Limits::default() }, text).unwrap();
        let overflow = Error::StackOverflow { call: "deeper".into(), limit: stack_bytes };
        assert_eq!(guest.call::<(), ()>("deeper", ()), Err(overflow));
        u32::from_le_bytes(guest.read(0, 4).unwrap().try_into().unwrap())
    });
    assert!(0 < shallow && 4 * shallow < deep, "{shallow} and {deep} calls");
}

/// The limit itself is allowed, and one more is not.
#[test]
fn a_declaration_may_reach_its_limit() {
    let limits = Limits {
        module_bytes: 200,
        memory_bytes: 3 << 16,
        tables: 2,
        table_elements: 10,
        ..Limits::default()
    };
    let module = |fields: &str| load_within(limits, &format!("(module {fields})")).map(drop);
    let over = |what, wanted, limit| Err(Error::OverLimit { what, wanted, limit });

    assert_eq!(module("(memory 3)"), Ok(()));
    assert_eq!(module("(memory 4)"), over("bytes of memory", 4 << 16, 3 << 16));

    assert_eq!(module("(table 10 funcref)"), Ok(()));
    let too_many = over("table elements", 11, 10);
    assert_eq!(module("(table 11 funcref)"), too_many);
    assert_eq!(module("(table 4 funcref) (table 6 funcref)"), Ok(()));
    assert_eq!(module("(table 4 funcref) (table 7 funcref)"), too_many);
    let three = "(table 0 funcref) (table 0 funcref) (table 0 funcref)";
    assert_eq!(module(three), over("tables", 3, 2));

    let values = |kind: &str, count| format!("(type (func ({kind} {})))", "i32 ".repeat(count));
    assert_eq!(module(&values("param", 32)), Ok(()));
    assert_eq!(module(&values("result", 32)), Ok(()));
    let too_many = over("parameters or results", 33, 32);
    assert_eq!(module(&values("param", 33)), too_many);
    assert_eq!(module(&values("result", 33)), too_many);

    let locals = |count| format!("(func (local {}))", "i32 ".repeat(count));
    assert_eq!(module(&locals(200)), Ok(()));
    assert_eq!(module(&locals(201)), over("locals", 201, 200));

    // 8 bytes of header, and 4 around the data.
    let data = |size| format!(r#"(data "{}")"#, "x".repeat(size));
    let bytes = |size| wat::parse_str(format!("(module {})", data(size))).unwrap().len();
    let fitting = (0..200).rfind(|&size| bytes(size) == 200).unwrap();
    assert_eq!(module(&data(fitting)), Ok(()));
    assert_eq!(module(&data(fitting + 1)), over("bytes", 201, 200));
}

#[test]
fn growth_up_to_the_limit_is_the_guests_right() {
    let text = r#"(module (memory (export "memory") 0 2) (table 0 funcref)
        (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
        (func (export "grow_table") (param i32) (result i32)
            (table.grow (ref.null func) (local.get 0))))"#;
    let mut guest = load(text).unwrap();
    assert_eq!(guest.call("grow", 2), Ok(0));
    // Over its own maximum, which the module may handle itself.
    assert_eq!(guest.call("grow", 1), Ok(-1));
    let limit = Limits::default().table_elements;
    assert_eq!(guest.call("grow_table", limit as i32), Ok(0));
    let (what, limit) = ("table elements", limit as u64);
    let refused = Error::OverLimit { what, wanted: limit + 1, limit };
    assert_eq!(guest.call::<i32, i32>("grow_table", 1), Err(refused));
}

#[test]
fn bytes_stay_within_memory() {
    let mut guest = load(r#"(module (memory (export "memory") 1))"#).unwrap();
    assert_eq!(guest.write(65_533, b"end"), Ok(()));
    assert_eq!(guest.read(65_533, 3), Ok(b"end".to_vec()));
    assert_eq!(guest.read(65_536, 0), Ok(vec![]));
    let outside = Error::OutOfBounds { pointer: u32::MAX, length: u32::MAX, memory: 65_536 };
    assert_eq!(guest.read(u32::MAX, u32::MAX), Err(outside));
    assert!(matches!(guest.write(65_534, b"end"), Err(Error::OutOfBounds { .. })));
}

/// The sandbox's message for bytes that it does not load.
fn refusal(bytes: &[u8]) -> String {
    let error = sandbox(Limits::default()).load(bytes).map(drop).unwrap_err();
    let message = error.to_string();
    assert!(!message.contains('\n') && !message.contains("\\n"), "more than a line: {message}");
    message
}

#[test]
fn bytes_of_another_kind_are_named() {
    let built = |name| std::fs::read(format!("../../web/pkg/{name}")).unwrap();
    let object = wat::parse_str(r#"(module (@custom "linking" "\02"))"#).unwrap();
    // Its characters begin at odd offsets, so that an even number of bytes always cuts one in two.
    let long_text = format!("a{}", "é".repeat(1000));
    for (bytes, words) in [
        (b"".as_slice(), "an empty file"),
        (b"(module)", "text format"),
        (b"\n  ;; a plugin\n(module)", "text format"),
        (b"\xef\xbb\xbf(; a plugin ;) (component)", "text format"),
        (b"<!DOCTYPE html><title>Not found</title>", "a page of HTML"),
        (b"\r\n<html lang=en>", "a page of HTML"),
        (b"<?xml version=\"1.0\"?><Error>NoSuchKey</Error>", "a page of HTML or XML"),
        (b"{\"error\": 404}\n", "some other text"),
        (b"version https://git-lfs.github.com/spec/v1\n", "some other text"),
        (b"export function add() {}", "some other text"),
        (long_text.as_bytes(), "some other text"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "gzip"),
        (b"\x28\xb5\x2f\xfd\x24\x08\x41\0", "zstd"),
        (b"PK\x03\x04\x14\0", "a zip archive"),
        (b"\x7fELF\x02\x01\x01\0", "native code"),
        (b"MZ\x90\0", "native code"),
        (b"\xcf\xfa\xed\xfe\x0c\0", "native code"),
        (b"!<arch>\nlib.o/", "an object file"),
        (b"BC\xc0\xde\x35\x14", "an object file"),
        (b"\0\x01\x02\x03", "an unknown kind"),
        (b"\0ase", "an unknown kind"),
        (b"\xff\xfe(\0m\0", "an unknown kind"),
        (&built("component.wasm"), "a component"),
        (&built("strings_bg.wasm"), "a module for JavaScript"),
        (&built("wasm_demo_bg.wasm"), "a module for JavaScript"),
        (&built("mishaps_bg.wasm"), "a module for JavaScript"),
        (&object, "an object file"),
    ] {
        let message = refusal(bytes);
        let expected = message.starts_with("not a plain WebAssembly module, but ");
        assert!(expected && message.contains(words), "{words}: {message}");
    }
    // A module that imports from JavaScript by older names.
    for module in ["wbg", "__wbindgen_placeholder__", "./add_bg.js"] {
        let text = format!(r#"(module (import "{module}" "f" (func)))"#);
        let message = refusal(&wat::parse_str(text).unwrap());
        assert!(message.contains("a module for JavaScript"), "{module}: {message}");
    }
}

/// A program for WASI is a plain module: its imports are what is missing.
#[test]
fn a_program_is_told_which_import_is_missing() {
    let cat = std::fs::read("../../web/pkg/cat.wasm").unwrap();
    assert!(
        refusal(&cat).contains("of \"wasi_snapshot_preview1\", which this host does not offer")
    );
}

#[test]
fn a_file_that_is_cut_is_named_wherever_it_is_cut() {
    let whole = wat::parse_str(
        r#"(module (memory 1) (data "four") (func) (func (export "f") (result i32) i32.const 7))"#,
    )
    .unwrap();
    let mut sections = Vec::new();
    for size in 1..whole.len() {
        match sandbox(Limits::default()).load(&whole[..size]).map(drop) {
            Err(Error::CutShort { size: found }) => assert_eq!(found, size),
            // Between two sections it may look like a whole module that breaks a rule.
            Ok(()) | Err(Error::Malformed { .. }) => sections.push(size),
            outcome => panic!("{size} bytes: {outcome:?}"),
        }
    }
    // After the header, and after each of types, functions, memory, exports and code.
    assert!(sections.len() <= 6, "too many of {} bytes: {sections:?}", whole.len());
    assert!(sandbox(Limits::default()).load(&whole).is_ok());
}
