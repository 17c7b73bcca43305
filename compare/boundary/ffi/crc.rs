//! What the processor's own instruction makes of a checksum, beside the table that all other columns
//! look it up in.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use crate::compare::{
    operation::{Answer, Operation},
    side::{Failure, Side},
};

/// Why it has no other rows.
const ONLY_CHECKSUMS: &str = "only a checksum has an instruction of its own";

pub struct Instruction(());

impl Instruction {
    /// Looks where the crc32c crate does. Without the instruction it would take a table, too.
    pub fn find() -> Result<Self, String> {
        #[cfg(target_arch = "x86_64")]
        let found = std::arch::is_x86_feature_detected!("sse4.2");
        #[cfg(target_arch = "aarch64")]
        let found = std::arch::is_aarch64_feature_detected!("crc");
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        let found = false;
        if found {
            Ok(Self(()))
        } else {
            Err("this processor has no instruction for CRC-32C (SSE 4.2 has one, and ARMv8's crc)"
                .into())
        }
    }
}

impl Side for Instruction {
    fn without(&self, operation: Operation) -> Option<&'static str> {
        operation.data().is_none().then_some(ONLY_CHECKSUMS)
    }

    fn answer(&mut self, operation: Operation) -> Result<Answer, Failure> {
        let data = operation.data().ok_or(ONLY_CHECKSUMS)?;
        Ok(Answer::Checksum(crc32c::crc32c(data)))
    }

    fn time(&mut self, operation: Operation, calls: u32) -> Result<Duration, Failure> {
        let data = operation.data().ok_or(ONLY_CHECKSUMS)?;
        let start = Instant::now();
        for _ in 0..calls {
            black_box(crc32c::crc32c(black_box(data)));
        }
        Ok(start.elapsed())
    }
}
