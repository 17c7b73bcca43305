//! The time that a call takes: batches, rounds and medians.
//!
//! One call is shorter than a reading of the clock, so calls are timed in batches. A machine does
//! not keep the same speed, so the batches of all sides take turns, in rounds, and a side is
//! compared with the first one within each round. The result is the median, which a few disturbed
//! batches do not move.

mod estimate;

use std::ops::ControlFlow;

pub use self::estimate::{Estimate, clock_ns, estimate, ratio};
use super::{
    operation::Operation,
    side::{Failure, Side},
};

/// The most calls of a batch: it fits the sides that count with signed numbers.
pub const MOST_CALLS: u32 = i32::MAX.cast_unsigned();

/// The reason why a side has no samples whose time grows with the calls.
pub const NOT_MADE: &str = "this many calls take less time than the clock can measure";

/// The least length of a batch, as a multiple of the time of reading the clock.
const CLOCKS: f64 = 100.0;

/// The factor by which the first batches are longer than necessary, so that a side that becomes a
/// little faster does not need another size.
const HEADROOM: f64 = 1.5;

/// The least number of calls in a batch, where [`LONGEST`] allows it. The first calls pay for what
/// the other sides left behind: cold caches, and cores that sleep.
const CALLS: f64 = 32.0;

/// The factor by which a batch may be longer than necessary for the sake of [`CALLS`].
const LONGEST: f64 = 20.0;

/// A fixed seed, so that the order of the sides within a round is the same in every run.
const SEED: u64 = 0x9e37_79b9;

/// The time that is available.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The least time of a batch, in nanoseconds. It is longer where [`clock_ns`] would be more
    /// than 1 % of it, and up to 20 times as long where it has fewer than 32 calls.
    pub batch_ns: f64,
    /// The time of a row, in nanoseconds of calls, including the warm-up. All sides have the same
    /// share. A side that is too slow for its share still takes `least` batches, and the others
    /// keep theirs.
    pub row_ns: f64,
    /// The fewest samples of a cell.
    pub least: usize,
    /// The most samples of a cell.
    pub most: usize,
}

/// The next step of the measuring.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Index of the side.
    pub side: usize,
    /// The share of the row that is done, from 0 to 1.
    pub done: f64,
}

/// The samples of one cell, in the order of the rounds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    /// The number of calls in each batch: in the last one, if a side has become so much faster that
    /// its batches had to grow.
    pub calls: u32,
    /// Nanoseconds per call, by round; `None` for a round in which this cell did not take part.
    pub rounds: Vec<Option<f64>>,
}

impl Samples {
    /// Nanoseconds per call, of the rounds in which this cell took part.
    pub fn times(&self) -> Vec<f64> {
        self.rounds.iter().copied().flatten().collect()
    }

    /// The time of a call, in nanoseconds. `None` without samples.
    pub fn estimate(&self) -> Option<Estimate> {
        estimate(&self.times())
    }
}

/// Measures one operation over several sides, in interleaved rounds. The caller leaves out sides
/// for which [`Side::without`] gives a reason. The first side is the one that the others are
/// compared with, so it takes part in every round.
///
/// `go_on` is called before each batch. When it returns false, the row ends, with the samples taken
/// so far. For a side that fails, the result is its failure, and the others continue.
pub fn row(
    sides: &mut [&mut dyn Side],
    operation: Operation,
    plan: Plan,
    go_on: &mut dyn FnMut(Step) -> bool,
) -> Vec<Result<Samples, Failure>> {
    let cells = sides.iter_mut().map(|side| Cell::new(&mut **side)).collect();
    let batch_ns = plan.batch_ns.max(CLOCKS * clock_ns());
    let mut row = Row { cells, operation, plan, batch_ns, done: 0.0, go_on };
    // A row that was ended early is used too, with the samples that it has.
    let _ = row.measure();
    let finish = |cell: Cell<'_>| cell.failure.map_or(Ok(cell.samples), Err);
    row.cells.into_iter().map(finish).collect()
}

/// One side, and its measurements so far.
struct Cell<'a> {
    side: &'a mut dyn Side,
    samples: Samples,
    /// Nanoseconds of a call in the fastest batch: a first call that sets something up, or a
    /// disturbed batch, does not tell how fast the side is.
    fastest: f64,
    /// The time of all its batches so far, in nanoseconds.
    spent: f64,
    failure: Option<Failure>,
}

impl<'a> Cell<'a> {
    fn new(side: &'a mut dyn Side) -> Self {
        let samples = Samples { calls: 1, rounds: Vec::new() };
        Self { side, samples, fastest: f64::INFINITY, spent: 0.0, failure: None }
    }

    /// The time of a batch, in nanoseconds.
    fn cost(&self) -> f64 {
        self.fastest * f64::from(self.samples.calls)
    }

    fn lacks(&self, least: usize) -> bool {
        self.failure.is_none() && self.samples.rounds.iter().flatten().count() < least
    }
}

struct Row<'a> {
    cells: Vec<Cell<'a>>,
    operation: Operation,
    plan: Plan,
    /// The least time of a batch.
    batch_ns: f64,
    /// The share of the rounds that is done.
    done: f64,
    go_on: &'a mut dyn FnMut(Step) -> bool,
}

impl Row<'_> {
    /// Breaks when `go_on` returns false.
    fn measure(&mut self) -> ControlFlow<()> {
        let Plan { row_ns, least, most, .. } = self.plan;
        let (least, most) = (least.max(1), most.max(least).max(1));
        let mut random = fastrand::Rng::with_seed(SEED);
        let mut order: Vec<usize> = (0..self.cells.len()).collect();
        random.shuffle(&mut order);
        for &side in &order {
            let first = self.batch(side, HEADROOM)?;
            // Every side has answered before, so a single call that is as long as a batch is a
            // sample.
            if self.cells[side].samples.calls == 1 {
                self.cells[side].samples.rounds.push(first);
            }
        }
        let warm_up = self.cells.iter().map(|cell| cell.spent).sum::<f64>();
        self.round(0, &order)?;

        // The first call may have been a slow one, so the time of a batch is known only now.
        let running = self.cells.iter().filter(|cell| cell.failure.is_none()).count();
        let share = (row_ns - warm_up).max(row_ns / 2.0) / running.max(1) as f64;
        let fits = |cell: &Cell<'_>| cell.cost() * least as f64 <= share;
        let fit: Vec<usize> = (0..self.cells.len()).filter(|&i| fits(&self.cells[i])).collect();
        // Time is up once the sides that keep to their shares have used them. One batch of each is
        // done.
        let spent_by_fit = |row: &Self| fit.iter().map(|&i| row.cells[i].spent).sum::<f64>();
        let left = fit.iter().map(|&i| share - self.cells[i].cost()).sum::<f64>();
        let end = spent_by_fit(self) + left;

        // Sides that are not much slower than the first take part in every round. The samples of
        // the others are spread evenly over the rounds.
        let Some(first) = self.cells.iter().position(|cell| cell.failure.is_none()) else {
            return ControlFlow::Continue(());
        };
        let costs: Vec<f64> = self.cells.iter().map(Cell::cost).collect();
        let (pace, samples) =
            (2.0 * costs[first], |cost| ((share / cost) as usize).clamp(least, most));
        let fast: Vec<f64> = costs.iter().copied().filter(|cost| *cost <= pace).collect();
        let rounds = samples(fast.iter().sum::<f64>() / fast.len() as f64);
        let due = |side: usize, round: usize| {
            let wanted = samples(costs[side]);
            costs[side] <= pace || round * wanted / rounds > (round - 1) * wanted / rounds
        };
        for round in 1.. {
            let late = round >= rounds || spent_by_fit(self) >= end;
            if late && !self.cells.iter().any(|cell| cell.lacks(least)) {
                break;
            }
            let takes_part = |side: usize| {
                side == first || if late { self.cells[side].lacks(least) } else { due(side, round) }
            };
            self.done = (round as f64 / rounds as f64).min(1.0);
            // Shuffled, not rotated, so that no side always follows the same one and inherits its
            // cold caches.
            random.shuffle(&mut order);
            let those: Vec<usize> =
                order.iter().copied().filter(|side| takes_part(*side)).collect();
            self.round(round, &those)?;
        }
        ControlFlow::Continue(())
    }

    /// One batch of each of `sides` that has none in this round yet.
    fn round(&mut self, round: usize, sides: &[usize]) -> ControlFlow<()> {
        for cell in &mut self.cells {
            cell.samples.rounds.resize(round + 1, None);
        }
        for &side in sides {
            if self.cells[side].samples.rounds[round].is_none() {
                self.cells[side].samples.rounds[round] = self.batch(side, 1.0)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// One batch that is long enough, with `headroom`: nanoseconds per call. A batch that is too
    /// short is dropped, and the following ones have twice the calls. `None` if the side has
    /// failed.
    fn batch(&mut self, side: usize, mut headroom: f64) -> ControlFlow<(), Option<f64>> {
        while self.cells[side].failure.is_none() {
            if !(self.go_on)(Step { side, done: self.done }) {
                return ControlFlow::Break(());
            }
            let cell = &mut self.cells[side];
            let calls = cell.samples.calls;
            match cell.side.time(self.operation, calls) {
                Err(failure) => cell.failure = Some(failure),
                Ok(time) => {
                    let time = time.as_secs_f64() * 1e9;
                    cell.spent += time;
                    let call = time / f64::from(calls);
                    cell.fastest = cell.fastest.min(call);
                    let many = (CALLS * cell.fastest).min(LONGEST * self.plan.batch_ns);
                    if time >= many.max(self.batch_ns * headroom) {
                        return ControlFlow::Continue(Some(call));
                    }
                    if calls > MOST_CALLS / 2 {
                        cell.failure = Some(NOT_MADE.into());
                    } else {
                        cell.samples.calls = 2 * calls;
                        headroom = HEADROOM;
                    }
                }
            }
        }
        ControlFlow::Continue(None)
    }
}
