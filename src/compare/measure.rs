//! How long a call takes: batches, rounds and medians.

use super::{
    operation::Operation,
    side::{Failure, Side},
};

/// How much time there is.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// What one batch is to take at least, in nanoseconds; reading the clock is below 1 % of it.
    pub batch_ns: f64,
    /// What one row may take, in nanoseconds of measured calls.
    pub row_ns: f64,
    /// The fewest samples of a cell.
    pub least: usize,
    /// The most samples of a cell.
    pub most: usize,
}

/// The samples of one cell, in the order of the rounds.
#[derive(Clone, Debug)]
pub struct Samples {
    /// The calls of each batch.
    pub calls: u32,
    /// Nanoseconds per call, by round; `None` for a round in which this cell did not take part.
    pub rounds: Vec<Option<f64>>,
}

/// Measures one operation over several sides, in interleaved rounds. `go_on` is asked before each
/// batch, with the share of the row that is done.
pub fn row(
    _sides: &mut [&mut dyn Side],
    _operation: Operation,
    _plan: Plan,
    _go_on: &mut dyn FnMut(f64) -> bool,
) -> Vec<Result<Samples, Failure>> {
    Vec::new()
}

/// A median, and the interval that holds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The median.
    pub median: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

/// The median of `values`, and the interval that contains the true one with 95 % confidence (or as
/// much as so few values allow), by order statistics. Nothing for no values.
pub fn estimate(_values: &[f64]) -> Option<Estimate> {
    None
}
