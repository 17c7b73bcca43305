//! C linked into this program: Rust calls C, C calls C, and C calls Rust.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use ffi_demo::bench::{each, pg_bench_sum, sum_by};

use super::{Boundary, Technique, rust::Rust};
use crate::compare::{
    operation::{Answer, NAME, Operation, PICTURE, Picture},
    side::{Failure, Operations, Side},
};

pub const STATIC: Boundary =
    Boundary::new("c-static", "C, static", Technique::Ffi, |_| Ok(Box::new(Static)));

pub const TO_C: Boundary = Boundary::new("c-c", "C to C", Technique::Ffi, |_| Ok(Box::new(CToC)));

pub const CALLBACK: Boundary =
    Boundary::new("c-callback", "C calls a Rust closure", Technique::Ffi, |_| {
        Ok(Box::new(Callback))
    });

/// Rust calling C.
struct Static;

impl Operations for Static {
    fn add(&mut self, a: i32, b: i32) -> Result<i32, Failure> {
        Ok(ffi_demo::add(a, b))
    }

    fn greet(&mut self, name: &str) -> Result<String, Failure> {
        Ok(ffi_demo::greet(name)?)
    }

    fn checksum(&mut self, data: &[u8]) -> Result<u32, Failure> {
        Ok(ffi_demo::checksum(data))
    }

    fn mandelbrot(&mut self, picture: Picture) -> Result<Vec<u32>, Failure> {
        let Picture { width, height, max_iterations, .. } = picture;
        Ok(ffi_demo::mandelbrot(width, height, picture.c_view(), max_iterations)?)
    }
}

/// C calling C, in a loop of its own: the cost of a call that crosses no boundary.
struct CToC;

/// The reason why it has no other rows.
const ONLY_ADD: &str = "only add has a loop that is written in C: see \"C, static\"";

impl Side for CToC {
    fn without(&self, operation: Operation) -> Option<&'static str> {
        (operation != Operation::Add).then_some(ONLY_ADD)
    }

    fn run(&mut self, operation: Operation, calls: u32) -> Result<(Answer, Duration), Failure> {
        if let Some(reason) = self.without(operation) {
            return Err(reason.into());
        }
        let start = Instant::now();
        let sum = black_box(pg_bench_sum(black_box(calls.cast_signed())));
        Ok((Answer::Sum(sum), start.elapsed()))
    }
}

/// C runs the loop, and the closure that it calls is Rust's own operation. For `add`, the numbers
/// cross with each call. The inputs and answers of the other operations do not cross into C.
struct Callback;

impl Side for Callback {
    fn run(&mut self, operation: Operation, calls: u32) -> Result<(Answer, Duration), Failure> {
        match (operation, operation.data()) {
            (Operation::Add, _) => {
                let start = Instant::now();
                let sum = black_box(sum_by(black_box(calls.cast_signed()), wasm_demo::add));
                Ok((Answer::Sum(sum), start.elapsed()))
            }
            (Operation::Greet, _) => timed(calls, Answer::Text, || Rust.greet(black_box(NAME))),
            (_, Some(data)) => timed(calls, Answer::Checksum, || Rust.checksum(black_box(data))),
            (_, None) => timed(calls, Answer::Pixels, || Rust.mandelbrot(black_box(PICTURE))),
        }
    }
}

/// Makes C do `calls` calls, and returns the answer or failure of the last one.
fn timed<T>(
    calls: u32,
    answer: fn(T) -> Answer,
    mut call: impl FnMut() -> Result<T, Failure>,
) -> Result<(Answer, Duration), Failure> {
    let mut last = Err("C has not called the closure".into());
    let start = Instant::now();
    each(calls, || last = black_box(call()));
    let time = start.elapsed();
    Ok((answer(last?), time))
}
