//! Every module that means no good ends in the one error that names why, and leaves its sandbox
//! well. Nothing here asserts how long it takes.
#![cfg(not(target_arch = "wasm32"))]

#[path = "hostile/modules.rs"]
mod modules;

use std::{sync::mpsc, thread, time::Duration};

use modules::{Hostile, LIMITS, TIMED};
use wasm_demo::sandbox::{Error, Limits, Sandbox};

/// Longer than all of them together take on a slow machine.
const HANG: Duration = Duration::from_secs(300);

fn load_and_run(sandbox: &Sandbox, bytes: &[u8]) -> Result<(), Error> {
    sandbox.load(bytes)?.call("run", ())
}

fn load_and_ask(sandbox: &Sandbox, bytes: &[u8]) -> Result<(), Error> {
    sandbox.load(bytes)?.call_bytes("answer", b"abc").map(drop)
}

/// All of them in one sandbox, and after each a good one.
fn each_ends_in_its_error(
    limits: Limits,
    modules: Vec<Hostile>,
    meet: fn(&Sandbox, &[u8]) -> Result<(), Error>,
) {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(failures(limits, &modules, meet)));
    // On another thread, since a module that escapes its limits may never come back.
    let failures = receiver.recv_timeout(HANG).expect("some module hangs, or the thread panicked");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn failures(
    limits: Limits,
    modules: &[Hostile],
    meet: fn(&Sandbox, &[u8]) -> Result<(), Error>,
) -> Vec<String> {
    let sandbox = Sandbox::new(limits).unwrap();
    let good = std::fs::read("../../web/pkg/add.wasm").unwrap();
    let mut failures = Vec::new();
    for Hostile { name, bytes, error: expected } in modules {
        match meet(&sandbox, bytes) {
            Err(error) if modules::same(&error, expected) => {}
            outcome => failures
                .push(format!("{name}:\n    expected {expected:?}\n    but it is {outcome:?}")),
        }
        let sum = sandbox.load(&good).and_then(|mut guest| guest.call("add", (2, 3)));
        if sum != Ok(5) {
            failures.push(format!("{name}: the next guest adds to {sum:?}"));
        }
    }
    failures
}

#[test]
fn endless_ones_run_out_of_fuel() {
    each_ends_in_its_error(LIMITS, modules::endless(modules::out_of_fuel), load_and_run);
}

#[test]
fn endless_ones_meet_their_deadline() {
    each_ends_in_its_error(TIMED, modules::endless(modules::deadline), load_and_run);
}

#[test]
fn greedy_ones_meet_their_limit() {
    each_ends_in_its_error(LIMITS, modules::greedy(), load_and_run);
}

#[test]
fn curious_ones_are_told_what_is_not_offered() {
    each_ends_in_its_error(LIMITS, modules::curious(), load_and_run);
}

#[test]
fn careless_ones_trap() {
    each_ends_in_its_error(LIMITS, modules::careless(), load_and_run);
}

#[test]
fn odd_ones_lack_what_is_asked_for() {
    each_ends_in_its_error(LIMITS, modules::odd(), load_and_run);
}

#[test]
fn modern_ones_are_not_valid_here() {
    each_ends_in_its_error(LIMITS, modules::modern(), load_and_run);
}

#[test]
fn garbled_ones_are_not_valid() {
    each_ends_in_its_error(LIMITS, modules::garbled(), load_and_run);
}

#[test]
fn lying_ones_reach_nothing() {
    each_ends_in_its_error(LIMITS, modules::lying(), load_and_ask);
}

#[test]
fn a_malformed_module_is_located() {
    let sandbox = Sandbox::new(LIMITS).unwrap();
    // The version is after the four bytes of the magic number. An unknown section is noticed after
    // its number and its length, which come after the header.
    let cases = [(b"\0asm\x02\0\0\0".as_slice(), 4), (b"\0asm\x01\0\0\0\x7f\0", 10)];
    for (bytes, expected) in cases {
        match load_and_run(&sandbox, bytes) {
            Err(Error::Malformed { offset, .. }) => assert_eq!(offset, expected, "{bytes:?}"),
            outcome => panic!("{bytes:?}: {outcome:?}"),
        }
    }
}

#[test]
fn names_cannot_write_to_a_log() {
    let sandbox = Sandbox::new(LIMITS).unwrap();
    for module in modules::curious().into_iter().chain(modules::garbled()) {
        let message = load_and_run(&sandbox, &module.bytes).unwrap_err().to_string();
        assert!(!message.contains(char::is_control), "{}: {message:?}", module.name);
    }
}

/// One sandbox, one timer, four deadlines.
#[test]
fn guests_run_in_parallel() {
    let sandbox = Sandbox::new(TIMED).unwrap();
    let bytes = &modules::endless(modules::deadline)[0].bytes;
    let outcomes: Vec<_> = thread::scope(|threads| {
        let guests: Vec<_> =
            (0..4).map(|_| threads.spawn(|| load_and_run(&sandbox, bytes))).collect();
        guests.into_iter().map(|guest| guest.join().unwrap()).collect()
    });
    assert_eq!(outcomes, vec![Err(modules::deadline("run")); 4]);
}
