//! What holds for every column, with the modules that are embedded.

use wasmtime::ResourceLimiter;

use super::{
    super::{
        super::{
            operation::{NAME, Operation, VIEW},
            side::{Operations, Side},
        },
        Boundary, all,
    },
    *,
};

const IDS: [&str; 4] = ["wasmtime", "wasmtime-fuel", "wasmtime-component", "wasmi"];

fn columns() -> Vec<Boundary> {
    all(&|id| IDS.contains(&id), &|_| ())
}

fn side(id: &str) -> Box<dyn Side> {
    all(&|other| other == id, &|_| ()).remove(0).side.unwrap()
}

#[test]
fn four_columns_in_this_order() {
    let found: Vec<_> =
        columns().iter().map(|column| (column.id, column.name, column.technique)).collect();
    let names = ["wasmtime", "wasmtime, fuel", "wasmtime, component", "wasmi"];
    let expected: Vec<_> =
        IDS.into_iter().zip(names).map(|(id, name)| (id, name, Technique::Wasm)).collect();
    assert_eq!(found, expected);
}

fn answers_all(id: &str) {
    let mut side = side(id);
    for operation in Operation::ALL {
        assert_eq!(side.without(operation), None, "{operation:?}");
        // Not assert_eq: a million pixels would be printed.
        assert!(side.answer(operation).unwrap() == operation.expected(), "{id}: {operation:?}");
    }
}

#[test]
fn wasmtime_answers_all() {
    answers_all("wasmtime");
}

#[test]
fn wasmtime_with_fuel_answers_all() {
    answers_all("wasmtime-fuel");
}

#[test]
fn the_component_answers_all() {
    answers_all("wasmtime-component");
}

/// In an interpreter that is not optimised, the largest rows take minutes, and are left out. What
/// they ask is asked of less here, and in tests/tools/engines.rs.
#[test]
fn wasmi_answers_all_but_the_largest() {
    for operation in [Operation::Add, Operation::Greet, Operation::Checksum64B] {
        assert_eq!(side("wasmi").answer(operation).unwrap(), operation.expected());
    }
    for operation in [Operation::Checksum64KiB, Operation::Checksum16MiB, Operation::Mandelbrot] {
        let left_out = cfg!(debug_assertions) && operation != Operation::Checksum64KiB;
        assert_eq!(side("wasmi").without(operation).is_some(), left_out, "{operation:?}");
    }
    let drawn = Wasmi::load(OPS).unwrap().mandelbrot(64, 64, VIEW, 50).unwrap();
    assert_eq!(drawn, wasm_demo::mandelbrot(64, 64, VIEW, 50).unwrap());
}

#[test]
fn fuel_is_counted_and_lasts() {
    let mut side = Wasmtime::load_with_fuel(OPS).unwrap();
    let before = side.fuel().unwrap();
    side.answer(Operation::Checksum64KiB).unwrap();
    let burnt = before - side.fuel().unwrap();
    // At least one for a byte; and enough is left for as many calls as anybody makes.
    assert!((64 << 10..64 << 20).contains(&burnt), "{burnt}");
    assert!(side.fuel().unwrap() / burnt > 1 << 40);
    assert_eq!(Wasmtime::load(OPS).unwrap().fuel(), None);
}

/// So often that what a call left behind would not fit into the memory that there was.
fn call_often(side: &mut impl Operations) {
    for _ in 0..10_000 {
        side.greet(NAME).unwrap();
    }
    for _ in 0..10 {
        side.checksum(&[1; 64 << 10]).unwrap();
        side.mandelbrot(128, 64, VIEW, 1).unwrap();
        side.mandelbrot(0, 64, VIEW, 1).unwrap_err();
    }
}

/// As much memory as the calls need, one at a time.
fn call_each(side: &mut impl Operations) {
    side.greet(NAME).unwrap();
    side.checksum(&[1; 64 << 10]).unwrap();
    side.mandelbrot(128, 64, VIEW, 1).unwrap();
    side.checksum(&[1; 64 << 10]).unwrap();
}

#[test]
fn memory_does_not_grow_with_the_calls_in_wasmtime() {
    let mut side = Wasmtime::load(OPS).unwrap();
    call_each(&mut side);
    let before = side.memory_bytes();
    call_often(&mut side);
    assert_eq!(side.memory_bytes(), before);
}

#[test]
fn memory_does_not_grow_with_the_calls_in_wasmi() {
    let mut side = Wasmi::load(OPS).unwrap();
    call_each(&mut side);
    let before = side.memory_bytes();
    call_often(&mut side);
    assert_eq!(side.memory_bytes(), before);
}

/// A component's memory is nobody's business but its engine's, which asks before it grows.
#[test]
fn memory_does_not_grow_with_the_calls_in_a_component() {
    struct AsItIs;

    impl ResourceLimiter for AsItIs {
        fn memory_growing(
            &mut self,
            current: usize,
            desired: usize,
            _: Option<usize>,
        ) -> wasmtime::Result<bool> {
            Err(wasmtime::format_err!("memory grows from {current} to {desired} bytes"))
        }

        fn table_growing(
            &mut self,
            _: usize,
            _: usize,
            _: Option<usize>,
        ) -> wasmtime::Result<bool> {
            Ok(true)
        }
    }

    let mut side = Component::load(OPS_COMPONENT).unwrap();
    call_each(&mut side);
    side.limit(|()| Box::leak(Box::new(AsItIs)));
    call_often(&mut side);
    let grown = side.checksum(&[1; 1 << 20]).expect_err("there is no room for that");
    assert!(root_cause(&grown).to_string().starts_with("memory grows"), "{grown:?}");
}

#[test]
fn what_is_no_module_of_ours_is_an_absent_column() {
    let half = &OPS[..OPS.len() / 2];
    // A module that exports nothing.
    let empty = b"\0asm\x01\0\0\0".as_slice();
    for module in [b"".as_slice(), half, empty, OPS_COMPONENT] {
        assert!(Wasmtime::load(module).is_err());
        assert!(Wasmtime::load_with_fuel(module).is_err());
        assert!(Wasmi::load(module).is_err());
    }
    for component in [b"".as_slice(), &OPS_COMPONENT[..9000], b"\0asm\x0d\0\x01\0", OPS] {
        assert!(Component::load(component).is_err());
    }
    // Not no bytes at all: where wasmtime reads the text format too, it takes them for that.
    for (module, cause) in [(half, "unexpected end"), (empty, "it has no memory")] {
        let reason = unusable("ops.wasm", &Wasmtime::load(module).err().unwrap());
        let parts = ["web/pkg/ops.wasm is missing or damaged (", "): run `cargo bundle`"];
        let inner = reason.strip_prefix(parts[0]).and_then(|rest| rest.strip_suffix(parts[1]));
        assert!(inner.is_some_and(|inner| inner.starts_with(cause)), "{reason}");
    }
}
