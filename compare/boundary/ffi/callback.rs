//! The other way round: C calling a Rust closure.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use ffi_demo::bench::{each, sum_by};

use super::rust::Rust;
use crate::compare::{
    operation::{Answer, HEIGHT, MAX_ITERATIONS, NAME, Operation, SUMMANDS, VIEW, WIDTH},
    side::{Failure, Operations, Side},
};

/// The loop is C's; what the closure does is Rust's own operation. For `add` the numbers cross with
/// each call. C has no part in the others' inputs and answers.
pub struct Callback;

impl Side for Callback {
    fn answer(&mut self, operation: Operation) -> Result<Answer, Failure> {
        if operation == Operation::Add {
            return Ok(Answer::Sum(sum_by(SUMMANDS, wasm_demo::add)));
        }
        let mut answer = Err("C has not called the closure".into());
        each(1, || answer = Rust.answer(operation));
        answer
    }

    fn time(&mut self, operation: Operation, calls: u32) -> Result<Duration, Failure> {
        match (operation, operation.data()) {
            (Operation::Add, _) => {
                let start = Instant::now();
                black_box(sum_by(black_box(calls.cast_signed()), wasm_demo::add));
                Ok(start.elapsed())
            }
            (Operation::Greet, _) => time_each(calls, || Rust.greet(black_box(NAME))),
            (_, Some(data)) => time_each(calls, || Rust.checksum(black_box(data))),
            (_, None) => time_each(calls, || {
                let (width, height) = black_box((WIDTH, HEIGHT));
                let (view, max_iterations) = black_box((VIEW, MAX_ITERATIONS));
                Rust.mandelbrot(width, height, view, max_iterations)
            }),
        }
    }
}

/// How long so many calls take, which C makes. The last failure, if any failed.
pub(super) fn time_each<T>(
    calls: u32,
    mut call: impl FnMut() -> Result<T, Failure>,
) -> Result<Duration, Failure> {
    let mut outcome = Ok(());
    let start = Instant::now();
    each(calls, || match call() {
        Ok(answer) => drop(black_box(answer)),
        Err(failure) => outcome = Err(failure),
    });
    let elapsed = start.elapsed();
    outcome.map(|()| elapsed)
}
