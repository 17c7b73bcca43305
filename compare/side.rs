//! What can be measured: a far side, by call or in batches.

use std::{
    error::Error,
    hint::black_box,
    time::{Duration, Instant},
};

use super::operation::{Answer, HEIGHT, MAX_ITERATIONS, NAME, Operation, SUMMANDS, VIEW, WIDTH};

/// Why a far side did not answer.
pub type Failure = Box<dyn Error>;

/// A far side that answers one call at a time: the shared operations.
pub trait Operations {
    /// `a + b`, wrapping.
    ///
    /// # Errors
    ///
    /// Here and below: whatever keeps the far side from answering.
    fn add(&mut self, a: i32, b: i32) -> Result<i32, Failure>;

    /// `"Hello, NAME!"`.
    ///
    /// # Errors
    ///
    /// As for [`Operations::add`].
    fn greet(&mut self, name: &str) -> Result<String, Failure>;

    /// CRC-32C.
    ///
    /// # Errors
    ///
    /// As for [`Operations::add`].
    fn checksum(&mut self, data: &[u8]) -> Result<u32, Failure>;

    /// As [`Side::without`].
    fn leaves_out(&self, _operation: Operation) -> Option<&'static str> {
        None
    }

    /// Iterations per pixel.
    ///
    /// # Errors
    ///
    /// As for [`Operations::add`].
    fn mandelbrot(
        &mut self,
        width: u32,
        height: u32,
        view: wasm_demo::View,
        max_iterations: u32,
    ) -> Result<Vec<u32>, Failure>;
}

/// A far side that can be timed.
pub trait Side {
    /// Why this operation is not measured here, if it is not.
    fn without(&self, _operation: Operation) -> Option<&'static str> {
        None
    }

    /// What comes back, to be compared with [`Operation::expected`].
    ///
    /// # Errors
    ///
    /// Whatever keeps the far side from answering.
    fn answer(&mut self, operation: Operation) -> Result<Answer, Failure>;

    /// How long so many calls take, one after the other. The far side is awake: where it is another
    /// thread or another program, [`untimed`] calls come first.
    ///
    /// # Errors
    ///
    /// As for [`Side::answer`].
    fn time(&mut self, operation: Operation, calls: u32) -> Result<Duration, Failure>;
}

/// How many calls wake up the far side before so many are timed. None before a single one: what
/// takes as long as a batch does not notice.
pub fn untimed(calls: u32) -> u32 {
    if calls > 1 { calls.div_ceil(10) } else { 0 }
}

/// The same loops around every far side that answers call by call. They are compiled for each, so
/// that nothing but the crossing stands in them.
impl<T: Operations> Side for T {
    fn without(&self, operation: Operation) -> Option<&'static str> {
        self.leaves_out(operation)
    }

    fn answer(&mut self, operation: Operation) -> Result<Answer, Failure> {
        Ok(match (operation, operation.data()) {
            (Operation::Add, _) => {
                Answer::Sum((0..SUMMANDS).try_fold(0, |sum, number| self.add(sum, number))?)
            }
            (Operation::Greet, _) => Answer::Text(self.greet(NAME)?),
            (_, Some(data)) => Answer::Checksum(self.checksum(data)?),
            (_, None) => Answer::Pixels(self.mandelbrot(WIDTH, HEIGHT, VIEW, MAX_ITERATIONS)?),
        })
    }

    fn time(&mut self, operation: Operation, calls: u32) -> Result<Duration, Failure> {
        let start = Instant::now();
        match (operation, operation.data()) {
            (Operation::Add, _) => {
                let mut sum = 0;
                for number in 0..calls.cast_signed() {
                    sum = self.add(sum, number)?;
                }
                black_box(sum);
            }
            (Operation::Greet, _) => {
                for _ in 0..calls {
                    black_box(self.greet(black_box(NAME))?);
                }
            }
            (_, Some(data)) => {
                for _ in 0..calls {
                    black_box(self.checksum(black_box(data))?);
                }
            }
            (_, None) => {
                for _ in 0..calls {
                    let (width, height) = black_box((WIDTH, HEIGHT));
                    let (view, max_iterations) = black_box((VIEW, MAX_ITERATIONS));
                    black_box(self.mandelbrot(width, height, view, max_iterations)?);
                }
            }
        }
        Ok(start.elapsed())
    }
}
