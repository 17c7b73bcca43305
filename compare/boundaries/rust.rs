//! Rust calling Rust, the column that all others are compared with; and the processor's own
//! instruction.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use super::{Boundary, Technique};
use crate::compare::{
    operation::{Answer, Operation, Picture},
    side::{Failure, Operations, Side},
};

pub const COLUMN: Boundary =
    Boundary::new(super::BASELINE, "Rust", Technique::Rust, |_| Ok(Box::new(Rust)));

pub const CRC_INSTRUCTION: Boundary =
    Boundary::new("rust-crc", "Rust, CRC instruction", Technique::Rust, |_| {
        super::opened(Instruction::find())
    });

/// The compiler does not inline C's functions into Rust, so none of these is inlined: each column
/// measures a call.
pub struct Rust;

impl Operations for Rust {
    fn add(&mut self, a: i32, b: i32) -> Result<i32, Failure> {
        #[inline(never)]
        fn add(a: i32, b: i32) -> i32 {
            wasm_demo::add(a, b)
        }
        Ok(add(a, b))
    }

    fn greet(&mut self, name: &str) -> Result<String, Failure> {
        #[inline(never)]
        fn greet(name: &str) -> String {
            wasm_demo::greet(name)
        }
        Ok(greet(name))
    }

    fn checksum(&mut self, data: &[u8]) -> Result<u32, Failure> {
        #[inline(never)]
        fn checksum(data: &[u8]) -> u32 {
            wasm_demo::checksum(data)
        }
        Ok(checksum(data))
    }

    fn mandelbrot(&mut self, picture: Picture) -> Result<Vec<u32>, Failure> {
        #[inline(never)]
        fn mandelbrot(picture: Picture) -> Result<Vec<u32>, wasm_demo::Error> {
            picture.draw()
        }
        Ok(mandelbrot(picture)?)
    }
}

/// A checksum by the processor's instruction, where all other columns use a table.
struct Instruction;

/// The reason why it has no other rows.
const ONLY_CHECKSUMS: &str = "only the checksum has a processor instruction";

impl Instruction {
    /// Looks for the instruction as the crc32c crate does. Without it, that crate would use a
    /// table, too.
    fn find() -> Result<Self, String> {
        #[cfg(target_arch = "x86_64")]
        let found = std::arch::is_x86_feature_detected!("sse4.2");
        #[cfg(target_arch = "aarch64")]
        let found = std::arch::is_aarch64_feature_detected!("crc");
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        let found = false;
        let absent =
            "this processor has no instruction for CRC-32C (SSE 4.2 and ARMv8's crc have one)";
        found.then_some(Self).ok_or_else(|| absent.to_owned())
    }
}

impl Side for Instruction {
    fn without(&self, operation: Operation) -> Option<&'static str> {
        operation.data().is_none().then_some(ONLY_CHECKSUMS)
    }

    fn run(&mut self, operation: Operation, calls: u32) -> Result<(Answer, Duration), Failure> {
        let data = operation.data().ok_or(ONLY_CHECKSUMS)?;
        let mut checksum = 0;
        let start = Instant::now();
        for _ in 0..calls {
            checksum = black_box(crc32c::crc32c(black_box(data)));
        }
        Ok((Answer::Checksum(checksum), start.elapsed()))
    }
}
