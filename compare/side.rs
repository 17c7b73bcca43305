//! A far side: something that can be asked for an answer, and timed.

use std::{
    error::Error,
    hint::black_box,
    time::{Duration, Instant},
};

use super::operation::{Answer, NAME, Operation, PICTURE, Picture};

/// The reason why a far side did not answer.
pub type Failure = Box<dyn Error>;

/// A far side that can be timed.
///
/// # Errors
///
/// Each method fails with the reason why the far side did not answer.
pub trait Side {
    /// The reason why this side does not measure an operation, if there is one.
    fn without(&self, _operation: Operation) -> Option<&'static str> {
        None
    }

    /// Makes `calls` calls, one after the other; each `add` takes the sum from the call before.
    /// Returns the last answer, and the time that all of them took.
    ///
    /// For a far side in another thread or program, [`untimed`] calls come first and wake it up.
    fn run(&mut self, operation: Operation, calls: u32) -> Result<(Answer, Duration), Failure>;

    /// The answer that is compared with [`Operation::expected`].
    fn answer(&mut self, operation: Operation) -> Result<Answer, Failure> {
        Ok(self.run(operation, operation.calls())?.0)
    }

    /// The time that `calls` calls take.
    fn time(&mut self, operation: Operation, calls: u32) -> Result<Duration, Failure> {
        Ok(self.run(operation, calls)?.1)
    }
}

/// A far side that answers one call at a time: the shared operations.
///
/// # Errors
///
/// Each method fails with the reason why the far side did not answer.
pub trait Operations {
    /// The reason why this side does not measure an operation, if there is one.
    fn leaves_out(&self, _operation: Operation) -> Option<&'static str> {
        None
    }

    /// `a + b`, wrapping.
    fn add(&mut self, a: i32, b: i32) -> Result<i32, Failure>;

    /// `"Hello, NAME!"`.
    fn greet(&mut self, name: &str) -> Result<String, Failure>;

    /// CRC-32C.
    fn checksum(&mut self, data: &[u8]) -> Result<u32, Failure>;

    /// Iterations per pixel.
    fn mandelbrot(&mut self, picture: Picture) -> Result<Vec<u32>, Failure>;
}

/// The same loop around every far side that answers call by call. It is compiled for each side, so
/// that it contains nothing but the call.
impl<T: Operations> Side for T {
    fn without(&self, operation: Operation) -> Option<&'static str> {
        self.leaves_out(operation)
    }

    fn run(&mut self, operation: Operation, calls: u32) -> Result<(Answer, Duration), Failure> {
        let start = Instant::now();
        let answer = match (operation, operation.data()) {
            (Operation::Add, _) => {
                let mut sum = 0;
                for number in 0..calls.cast_signed() {
                    sum = self.add(sum, number)?;
                }
                black_box(sum);
                Answer::Sum(sum)
            }
            (Operation::Greet, _) => Answer::Text(repeat(calls, || self.greet(black_box(NAME)))?),
            (_, Some(data)) => Answer::Checksum(repeat(calls, || self.checksum(black_box(data)))?),
            (_, None) => Answer::Pixels(repeat(calls, || self.mandelbrot(black_box(PICTURE)))?),
        };
        Ok((answer, start.elapsed()))
    }
}

/// The last of `calls` answers; the default value for zero calls.
#[inline(always)]
fn repeat<T: Default>(
    calls: u32,
    mut call: impl FnMut() -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut answer = T::default();
    for _ in 0..calls {
        answer = black_box(call()?);
    }
    Ok(answer)
}

/// The number of calls that wake up the far side before `calls` are timed. None before a single
/// call: one that takes as long as a batch is not affected.
pub fn untimed(calls: u32) -> u32 {
    if calls > 1 { calls.div_ceil(10) } else { 0 }
}
