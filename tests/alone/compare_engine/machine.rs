//! A simulated machine: its calls take the times that it is given, with noise, spikes and drift,
//! and are the same in every run.

use std::{cell::RefCell, rc::Rc, time::Duration};

use polyglot::compare::{
    measure::{Plan, Samples, Step, row},
    operation::{Answer, Operation},
    side::{Failure, Side},
};

/// A batch that ran.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Batch {
    pub side: usize,
    pub calls: u32,
    pub ns: f64,
}

/// The machine that all sides of a row run on, one after the other, so it knows the time.
#[derive(Default)]
pub struct Machine {
    pub now: f64,
    pub changes: Option<Change>,
    pub log: Vec<Batch>,
}

/// A change of the speed: from `at` on, everything takes `factor` times as long.
pub struct Change {
    pub at: f64,
    pub factor: f64,
}

pub type Shared = Rc<RefCell<Machine>>;

/// The factor by which a batch takes longer than it should; each batch has its own.
#[derive(Clone)]
pub enum Noise {
    None,
    /// Up to 10 % in either direction.
    Random(fastrand::Rng),
    /// Like `Random`, but one batch in twenty takes 20 times as long. It walks evenly through the
    /// distribution, so that any fifty batches in a row are a fair sample of it.
    Even {
        at: f64,
        spikes: bool,
    },
}

impl Noise {
    pub fn seeded(seed: u64) -> Self {
        Self::Random(fastrand::Rng::with_seed(seed))
    }

    fn factor(&mut self) -> f64 {
        match self {
            Self::None => 1.0,
            Self::Random(random) => 0.9 + 0.2 * random.f64(),
            Self::Even { at, spikes } => {
                const GOLDEN_RATIO: f64 = 1.618_033_988_749_895;
                *at = (*at + GOLDEN_RATIO).fract();
                if *spikes && *at > 0.95 { 20.0 } else { 0.9 + 0.2 * *at }
            }
        }
    }
}

/// A side whose calls take `call_ns`.
pub struct Virtual {
    pub machine: Shared,
    pub id: usize,
    pub call_ns: f64,
    pub noise: Noise,
    /// The number of batches before it fails.
    pub works: usize,
}

impl Virtual {
    pub fn new(machine: &Shared, id: usize, call_ns: f64) -> Self {
        let machine = Rc::clone(machine);
        Self { machine, id, call_ns, noise: Noise::None, works: usize::MAX }
    }

    pub fn noisy(machine: &Shared, id: usize, call_ns: f64, seed: u64) -> Self {
        let noise = Noise::seeded(seed ^ (id as u64).wrapping_mul(0x5851_f42d_4c95_7f2d));
        Self { noise, ..Self::new(machine, id, call_ns) }
    }
}

impl Side for Virtual {
    fn run(&mut self, _: Operation, calls: u32) -> Result<(Answer, Duration), Failure> {
        self.works = self.works.checked_sub(1).ok_or("the far side has gone away")?;
        let mut machine = self.machine.borrow_mut();
        let slowness = match machine.changes {
            Some(Change { at, factor }) if machine.now >= at => factor,
            _ => 1.0,
        };
        let ns = self.call_ns * f64::from(calls) * self.noise.factor() * slowness;
        machine.now += ns;
        machine.log.push(Batch { side: self.id, calls, ns });
        Ok((Answer::Sum(0), Duration::from_secs_f64(ns / 1e9)))
    }
}

/// Measures all of `sides`, to the end.
pub fn measure(sides: &mut [Virtual], plan: Plan) -> Vec<Result<Samples, Failure>> {
    measure_while(sides, plan, &mut |_| true)
}

pub fn measure_while(
    sides: &mut [Virtual],
    plan: Plan,
    go_on: &mut dyn FnMut(Step) -> bool,
) -> Vec<Result<Samples, Failure>> {
    let mut sides: Vec<&mut dyn Side> =
        sides.iter_mut().map(|side| side as &mut dyn Side).collect();
    row(&mut sides, Operation::Add, plan, go_on)
}
