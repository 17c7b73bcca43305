//! C that is linked into this program.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use ffi_demo::bench::pg_bench_sum;
use wasm_demo::View;

use crate::compare::{
    operation::{Answer, Operation, SUMMANDS},
    side::{Failure, Operations, Side},
};

/// Rust calling C.
pub struct Static;

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

    fn mandelbrot(
        &mut self,
        width: u32,
        height: u32,
        View { center_re, center_im, width: view_width }: View,
        max_iterations: u32,
    ) -> Result<Vec<u32>, Failure> {
        let view = ffi_demo::View { center_re, center_im, width: view_width };
        Ok(ffi_demo::mandelbrot(width, height, view, max_iterations)?)
    }
}

/// C calling C, in a loop of its own: what a call costs where no boundary is crossed.
pub struct CToC;

/// Why it has no other rows.
const ONLY_ADD: &str = "C has a loop of its own for add alone: see \"C, static\"";

impl Side for CToC {
    fn without(&self, operation: Operation) -> Option<&'static str> {
        (operation != Operation::Add).then_some(ONLY_ADD)
    }

    fn answer(&mut self, operation: Operation) -> Result<Answer, Failure> {
        match operation {
            Operation::Add => Ok(Answer::Sum(pg_bench_sum(SUMMANDS))),
            _ => Err(ONLY_ADD.into()),
        }
    }

    fn time(&mut self, operation: Operation, calls: u32) -> Result<Duration, Failure> {
        if operation != Operation::Add {
            return Err(ONLY_ADD.into());
        }
        let start = Instant::now();
        black_box(pg_bench_sum(black_box(calls.cast_signed())));
        Ok(start.elapsed())
    }
}
