use std::panic::catch_unwind;

use super::{callback::time_each, *};
use crate::compare::{boundary::Boundary, operation::Operation, side::Failure};

fn columns() -> Vec<Boundary> {
    // C, shared, is a program of its own, which tests/compare_sides has cargo build.
    let in_process = |id: &str| id != "c-shared";
    let mut columns =
        Columns { wanted: &in_process, preparing: &|_| {}, known: Vec::new(), found: Vec::new() };
    add_to(&mut columns);
    columns.found
}

#[test]
fn the_order_is_the_tables() {
    let ids: Vec<_> = columns().iter().map(|column| column.id).collect();
    assert_eq!(ids, ["rust", "rust-crc", "c-c", "c-static", "c-dlopen", "c-callback"]);
    assert_eq!(ids[0], super::super::BASELINE);
}

/// Which cells are a dash with its reason.
fn refused(id: &str, operation: Operation) -> bool {
    match id {
        "rust-crc" => operation.data().is_none(),
        "c-c" => operation != Operation::Add,
        _ => false,
    }
}

#[test]
fn every_column_answers_what_it_does_not_refuse() {
    let mut columns = columns();
    for operation in Operation::ALL {
        let expected = operation.expected();
        for column in &mut columns {
            let what = format!("{}: {}", column.name, operation.name());
            let Ok(side) = &mut column.side else {
                assert_eq!(column.id, "rust-crc", "only an instruction may be absent");
                continue;
            };
            let without = side.without(operation);
            assert_eq!(without.is_some(), refused(column.id, operation), "{what}");
            if let Some(reason) = without {
                assert_eq!(side.answer(operation).unwrap_err().to_string(), reason, "{what}");
                assert_eq!(side.time(operation, 1).unwrap_err().to_string(), reason, "{what}");
            } else {
                // Not assert_eq: it would print a million pixels.
                assert!(side.answer(operation).unwrap() == expected, "{what}");
                side.time(operation, 0).unwrap();
                side.time(operation, 1).unwrap();
            }
        }
    }
}

#[test]
fn many_calls_are_timed() {
    for column in columns() {
        let Ok(mut side) = column.side else { continue };
        for operation in [Operation::Add, Operation::Greet, Operation::Checksum64B] {
            if side.without(operation).is_none() {
                side.time(operation, 1000).unwrap();
            }
        }
    }
}

#[test]
fn a_library_that_is_gone_is_a_reason() {
    let nowhere = Path::new(SHARED_LIBRARY).with_file_name("no-such-library");
    let reason = Loaded::open(&nowhere).err().unwrap();
    assert!(reason.contains("no-such-library is gone"), "{reason}");
    assert!(reason.contains("`cargo build` make it again"), "{reason}");

    let reason = Loaded::open(Path::new(file!())).err().unwrap();
    assert!(reason.contains("cannot load"), "a source file is no library: {reason}");
}

#[test]
fn what_a_closure_ends_in_comes_out_of_c() {
    let failed = time_each(3, || Err::<(), _>("no answer".into()));
    assert_eq!(failed.unwrap_err().to_string(), "no answer");

    let panic =
        catch_unwind(|| time_each(3, || -> Result<(), Failure> { panic!("in the closure") }));
    assert_eq!(panic.err().unwrap().downcast_ref(), Some(&"in the closure"));
}
