//! A far side: what can be asked for an answer, and timed.

use std::{
    error::Error,
    hint::black_box,
    time::{Duration, Instant},
};

use super::operation::{Answer, NAME, Operation, PICTURE, Picture};

/// Why a far side did not answer.
pub type Failure = Box<dyn Error>;

/// A far side that can be timed.
///
/// # Errors
///
/// Each method fails with the reason why the far side did not answer.
pub trait Side {
    /// Why this operation is not measured here, if it is not.
    fn without(&self, _operation: Operation) -> Option<&'static str> {
        None
    }

    /// Makes `calls` calls, one after the other; each `add` takes the sum of the one before. The last
    /// answer, and how long all of them took.
    ///
    /// A far side in another thread or program is woken up by [`untimed`] calls first.
    fn run(&mut self, operation: Operation, calls: u32) -> Result<(Answer, Duration), Failure>;

    /// The answer that is compared with [`Operation::expected`].
    fn answer(&mut self, operation: Operation) -> Result<Answer, Failure> {
        Ok(self.run(operation, operation.calls())?.0)
    }

    /// How long `calls` calls take.
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
    /// As [`Side::without`].
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

/// The same loops around every far side that answers call by call. They are compiled for each, so
/// that a call is all that they contain.
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

/// The last of `calls` answers; the default for none.
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

/// How many calls wake up the far side before `calls` are timed. None before a single one: a call
/// that takes as long as a batch is not affected.
pub fn untimed(calls: u32) -> u32 {
    if calls > 1 { calls.div_ceil(10) } else { 0 }
}
