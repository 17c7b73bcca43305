//! How long a call takes: batches, rounds and medians.
//!
//! One call is shorter than a look at the clock, so calls are timed in batches. A machine does not
//! stay as fast as it was, so the batches of all sides take turns, in rounds, and two sides are
//! compared within each round. What comes out is the median: what disturbs a few batches does not
//! move it.

mod clock;
mod estimate;
mod run;
mod schedule;

pub use self::{
    clock::clock_ns,
    estimate::{Estimate, estimate, ratio},
};

use super::{
    operation::Operation,
    side::{Failure, Side},
};

/// The most calls of a batch: sides that count with numbers that have a sign can take them.
pub const MOST_CALLS: u32 = i32::MAX.cast_unsigned();

/// Why a side has no samples whose time does not grow with the calls.
pub const NOT_MADE: &str = "so many calls take less than the clock sees: they are not made";

/// How much time there is.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// What one batch is to take at least, in nanoseconds. It is made longer where [`clock_ns`]
    /// would be more than 1 % of it, and up to 20 times as long where it has fewer than 32 calls.
    pub batch_ns: f64,
    /// What one row may take, in nanoseconds of calls: those that warm up, too. A side that is too
    /// slow for its share of this takes `least` batches all the same, and the others keep theirs.
    pub row_ns: f64,
    /// The fewest samples of a cell.
    pub least: usize,
    /// The most samples of a cell.
    pub most: usize,
    /// Whether every side has answered just now, so that a first call which is as long as a batch
    /// is a sample, and not discarded as what warms up.
    pub warm: bool,
}

/// What is measured next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Which of the sides.
    pub side: usize,
    /// The share of the row that is done, from 0 to 1.
    pub done: f64,
}

/// The samples of one cell, in the order of the rounds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    /// The calls of each batch: of the last, should a side have become so much faster that its
    /// batches had to grow.
    pub calls: u32,
    /// Nanoseconds per call, by round; `None` for a round in which this cell did not take part.
    pub rounds: Vec<Option<f64>>,
}

impl Samples {
    /// Nanoseconds per call, of the rounds in which this cell took part.
    pub fn times(&self) -> Vec<f64> {
        self.rounds.iter().copied().flatten().collect()
    }

    /// What a call takes, in nanoseconds. Nothing if there is no sample.
    pub fn estimate(&self) -> Option<Estimate> {
        estimate(&self.times())
    }
}

/// Measures one operation over several sides, in interleaved rounds. Sides whose
/// [`Side::without`] has a reason are left out by the caller.
///
/// `go_on` is asked before each batch. When it says no, the row ends there, with the samples taken
/// so far. A side that fails has its failure instead, and the others go on.
pub fn row(
    sides: &mut [&mut dyn Side],
    operation: Operation,
    plan: Plan,
    go_on: &mut dyn FnMut(Step) -> bool,
) -> Vec<Result<Samples, Failure>> {
    run::row(sides, operation, plan, clock_ns(), go_on)
}
