//! One row, being measured.

use std::ops::ControlFlow;

use super::{
    super::{
        operation::Operation,
        side::{Failure, Side},
    },
    MOST_CALLS, NOT_MADE, Plan, Samples, Step,
    schedule::Schedule,
};

/// A batch lasts so many times as long as reading the clock does.
const CLOCKS: f64 = 100.0;

/// How much longer than it has to be a batch is made at first, so that a side that becomes a little
/// faster does not need another size.
const HEADROOM: f64 = 1.5;

/// A batch has so many calls where [`LONGEST`] allows it: the first of them pay for what the sides
/// before have left behind, cold caches and cores that have gone to sleep.
const CALLS: f64 = 32.0;

/// How much longer than it has to be a batch may get for the sake of [`CALLS`].
const LONGEST: f64 = 20.0;

/// The order of the sides within a round is the same in every run.
const SEED: u64 = 0x9e37_79b9;

pub fn row(
    sides: &mut [&mut dyn Side],
    operation: Operation,
    plan: Plan,
    clock_ns: f64,
    go_on: &mut dyn FnMut(Step) -> bool,
) -> Vec<Result<Samples, Failure>> {
    let mut cells: Vec<Cell<'_>> = sides.iter_mut().map(|side| Cell::new(&mut **side)).collect();
    let batch_ns = plan.batch_ns.max(CLOCKS * clock_ns);
    let mut run = Run { operation, plan, batch_ns, spent: 0.0, total: None, done: 0.0, go_on };
    // Whether it came to its end does not matter here: what there is, counts.
    let _ = run.all(&mut cells);
    cells
        .into_iter()
        .map(|cell| match cell.failure {
            None => Ok(cell.samples),
            Some(failure) => Err(failure),
        })
        .collect()
}

/// One side, and what is known about it.
struct Cell<'a> {
    side: &'a mut dyn Side,
    samples: Samples,
    /// What a call took in its fastest batch, in nanoseconds: neither the first call, which may
    /// have set something up, nor what disturbed a batch counts for how fast it is.
    fastest: f64,
    failure: Option<Failure>,
}

impl<'a> Cell<'a> {
    fn new(side: &'a mut dyn Side) -> Self {
        let samples = Samples { calls: 1, rounds: Vec::new() };
        Self { side, samples, fastest: f64::INFINITY, failure: None }
    }

    /// What a batch takes, in nanoseconds; zero once it has failed.
    fn cost(&self) -> f64 {
        if self.failure.is_some() {
            return 0.0;
        }
        self.fastest * f64::from(self.samples.calls)
    }

    /// What it took in the last round, in nanoseconds.
    fn last(&self) -> f64 {
        let sample = self.samples.rounds.last().copied().flatten();
        sample.unwrap_or(0.0) * f64::from(self.samples.calls)
    }

    fn lacks(&self, least: usize) -> bool {
        self.failure.is_none() && self.samples.rounds.iter().flatten().count() < least
    }
}

struct Run<'a> {
    operation: Operation,
    plan: Plan,
    /// What a batch takes at least.
    batch_ns: f64,
    /// The time of all batches so far, in nanoseconds.
    spent: f64,
    /// What all of it is expected to take, once that is known.
    total: Option<f64>,
    done: f64,
    go_on: &'a mut dyn FnMut(Step) -> bool,
}

impl Run<'_> {
    /// Breaks when it is told not to go on.
    fn all(&mut self, cells: &mut [Cell<'_>]) -> ControlFlow<()> {
        let mut random = fastrand::Rng::with_seed(SEED);
        let mut order: Vec<usize> = (0..cells.len()).collect();
        random.shuffle(&mut order);
        for index in &order {
            let cell = &mut cells[*index];
            let first = self.batch(*index, cell, HEADROOM)?;
            if self.plan.warm && cell.samples.calls == 1 {
                cell.samples.rounds.push(first);
            }
        }
        let warm_up = self.spent;
        self.round(cells, 0, &order)?;

        // The first call may have been a slow one, so only now is it known what a batch takes.
        let costs: Vec<f64> = cells.iter().map(Cell::cost).collect();
        let time = (self.plan.row_ns - warm_up).max(self.plan.row_ns / 2.0);
        let schedule = Schedule::new(&costs, self.plan, time);
        self.total = Some(warm_up + schedule.total_ns);

        let mut shared = 0.0;
        let mut those = order.clone();
        for round in 1..self.plan.most.max(self.plan.least) {
            let sharing = those.drain(..).filter(|side| schedule.shares(*side));
            shared += sharing.map(|side| cells[side].last()).sum::<f64>();
            let late = shared >= schedule.shared_ns;
            if late && !cells.iter().any(|cell| cell.lacks(self.plan.least)) {
                break;
            }
            let has = |side: usize| schedule.has(side, round) && cells[side].failure.is_none();
            let wanted = |side: usize| has(side) && (!late || cells[side].lacks(self.plan.least));
            if (0..cells.len()).any(wanted) {
                // Shuffled, not rotated: nobody always comes after the same one, whose cold caches
                // it would inherit.
                random.shuffle(&mut order);
                those.extend(order.iter().copied().filter(|side| has(*side)));
                let next = cells.iter().map(|cell| cell.samples.rounds.len()).max().unwrap_or(0);
                self.round(cells, next, &those)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// One batch of each of `order` that has none in this round.
    fn round(&mut self, cells: &mut [Cell<'_>], round: usize, order: &[usize]) -> ControlFlow<()> {
        for cell in cells.iter_mut() {
            cell.samples.rounds.resize(round + 1, None);
        }
        for index in order {
            let cell = &mut cells[*index];
            if cell.samples.rounds[round].is_none() {
                cell.samples.rounds[round] = self.batch(*index, cell, 1.0)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// One batch that is long enough, with `headroom`: nanoseconds per call. If it is too short, it
    /// is forgotten, and those that follow have twice the calls. Nothing if the side has failed.
    fn batch(
        &mut self,
        index: usize,
        cell: &mut Cell<'_>,
        mut headroom: f64,
    ) -> ControlFlow<(), Option<f64>> {
        while cell.failure.is_none() {
            let total = self.total.unwrap_or(self.spent + self.plan.row_ns);
            if total > 0.0 {
                self.done = (self.spent / total).clamp(self.done, 1.0);
            }
            if !(self.go_on)(Step { side: index, done: self.done }) {
                return ControlFlow::Break(());
            }
            let calls = cell.samples.calls;
            match cell.side.time(self.operation, calls) {
                Err(failure) => cell.failure = Some(failure),
                Ok(time) => {
                    let time = time.as_secs_f64() * 1e9;
                    self.spent += time;
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
