//! A boundary that is slower shows as slower, by as much as it is.

use std::time::Duration;

use polyglot::compare::{
    boundary,
    measure::{Estimate, Plan, ratio, row},
    operation::{Answer, Operation},
    side::{Failure, Side},
};

use super::{
    PLAN,
    machine::{Change, Machine, Shared, Virtual, measure},
};

fn holds(interval: Estimate, value: f64) -> bool {
    interval.low <= value && value <= interval.high
}

/// What a side takes whose calls are `slower` times as long as the other's, and the other.
fn pair(machine: &Shared, slower: f64, seed: u64) -> [Virtual; 2] {
    [Virtual::noisy(machine, 0, 1000.0, seed), Virtual::noisy(machine, 1, 1000.0 * slower, seed)]
}

#[test]
fn a_slowed_boundary_is_slower() {
    for slower in [1.25, 2.0, 50.0] {
        let found = (0..100).filter(|seed| {
            let samples = measure(&mut pair(&Shared::default(), slower, *seed), PLAN);
            let [Ok(base), Ok(slowed)] = &samples[..] else { panic!("both sides answer") };
            let (base_time, slowed_time) = (base.estimate().unwrap(), slowed.estimate().unwrap());
            assert!(slowed_time.low > base_time.high, "{slowed_time:?} is not above {base_time:?}");
            holds(ratio(slowed, base).unwrap(), slower)
        });
        // An interval of 95 % may miss now and then.
        let found = found.count();
        assert!(found >= 90, "the ratio is {slower} in {found} of 100 runs");
    }
}

/// In mid-run the machine becomes three times as slow as it was. Who measures one side after the
/// other finds that the slower side is the faster one; here, it is not.
#[test]
fn also_when_the_machine_slows_down() {
    const SLOWER: f64 = 1.25;
    let throttled = || {
        let changes = Some(Change { at: PLAN.row_ns, factor: 3.0 });
        Shared::new(Machine { changes, ..Machine::default() }.into())
    };
    let found = (0..100).filter(|seed| {
        let machine = throttled();
        let [mut base, mut slowed] = pair(&machine, SLOWER, *seed).map(|side| [side]);
        let first = measure(&mut slowed, PLAN)[0].as_ref().unwrap().estimate().unwrap();
        let second = measure(&mut base, PLAN)[0].as_ref().unwrap().estimate().unwrap();
        assert!(first.high < second.low, "one after the other: {first:?}, {second:?}");

        let machine = throttled();
        let plan = Plan { row_ns: 2.0 * PLAN.row_ns, ..PLAN };
        let samples = measure(&mut pair(&machine, SLOWER, *seed), plan);
        let [Ok(base), Ok(slowed)] = &samples[..] else { panic!("both sides answer") };
        let times = base.times();
        assert!(times[0] * 2.0 < times[times.len() - 1], "the machine has slowed down: {times:?}");
        let ratio = ratio(slowed, base).unwrap();
        assert!(ratio.low > 1.1 && ratio.high < 1.4, "in turns: {ratio:?}");
        holds(ratio, SLOWER)
    });
    let found = found.count();
    assert!(found >= 90, "the ratio is {SLOWER} in {found} of 100 runs");
}

/// A real boundary whose clock counts the calls that are made, which no other load of this machine
/// can change.
struct Counted<'a> {
    side: &'a mut dyn Side,
    /// How many calls it takes to do what the others do with one.
    detour: u32,
}

impl Side for Counted<'_> {
    fn answer(&mut self, operation: Operation) -> Result<Answer, Failure> {
        self.side.answer(operation)
    }

    fn time(&mut self, operation: Operation, calls: u32) -> Result<Duration, Failure> {
        let calls = calls * self.detour;
        self.side.time(operation, calls)?;
        Ok(Duration::from_nanos(100) * calls)
    }
}

#[test]
fn a_real_boundary_that_is_called_more_often_is_slower() {
    let mut columns = boundary::all(&|id| ["rust", "c-static"].contains(&id), &|_| ());
    let [rust, c] = &mut columns[..] else { panic!("both are always here") };
    let (rust, c) = (rust.side.as_mut().unwrap(), c.side.as_mut().unwrap());
    assert_eq!(c.answer(Operation::Add).unwrap(), Operation::Add.expected());

    let mut sides =
        [Counted { side: &mut **rust, detour: 1 }, Counted { side: &mut **c, detour: 20 }];
    let [rust, c] = &mut sides;
    let samples = row(&mut [rust, c], Operation::Add, PLAN, &mut |_| true);
    let [Ok(rust), Ok(c)] = &samples[..] else { panic!("both sides answer") };
    assert!(c.estimate().unwrap().low > rust.estimate().unwrap().high);
    let ratio = ratio(c, rust).unwrap();
    assert!(ratio.low > 19.99 && ratio.high < 20.01, "{ratio:?}");
}
