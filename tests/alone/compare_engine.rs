//! What `polyglot compare` measures with, on a machine whose times are known. Nothing here depends
//! on how fast this machine is, or how busy.

mod against_criterion;
mod machine;
mod slowed;

use std::collections::BTreeSet;

use machine::{Batch, Change, Machine, Noise, Shared, Virtual, measure, measure_while};
use polyglot::compare::measure::{Plan, Step, clock_ns, ratio};

/// A batch of a millisecond, and a hundred of them for each of two sides.
const PLAN: Plan = Plan { batch_ns: 1e6, row_ns: 4e8, least: 5, most: 1000, warm: false };

const ONE_SECOND: f64 = 1e9;

fn sides<const N: usize>(machine: &Shared, calls_ns: [f64; N]) -> [Virtual; N] {
    let mut id = 0;
    calls_ns.map(|call_ns| {
        id += 1;
        Virtual::noisy(machine, id - 1, call_ns, 1)
    })
}

/// The batches that became samples: all of the last rounds, in which nobody grows any more.
fn rounds(machine: &Shared, sides: usize, rounds: usize) -> Vec<Vec<Batch>> {
    let log = &machine.borrow().log;
    log[log.len() - sides * rounds..].chunks(sides).map(<[Batch]>::to_vec).collect()
}

#[test]
fn batches_are_long_enough_for_the_clock() {
    let machine = Shared::default();
    let plan = Plan { batch_ns: 0.0, row_ns: 1e7, ..PLAN };
    let samples = measure(&mut sides(&machine, [0.5, 3.0, 900.0]), plan);
    let enough = 100.0 * clock_ns();
    assert!(clock_ns() > 0.0);
    for (samples, call_ns) in samples.iter().zip([0.5, 3.0, 900.0]) {
        let samples = samples.as_ref().unwrap();
        let batches = samples.times().into_iter().map(|time| time * f64::from(samples.calls));
        assert!(batches.clone().count() >= PLAN.least);
        assert!(batches.clone().all(|batch| batch >= enough), "{call_ns} ns: {samples:?}");
    }

    let samples = measure(&mut sides(&machine, [3.0]), PLAN);
    let batch = f64::from(samples[0].as_ref().unwrap().calls) * 3.0;
    assert!((PLAN.batch_ns..4.0 * PLAN.batch_ns).contains(&batch), "a batch of {batch} ns");
}

/// What a batch starts with, cold caches and threads that sleep, is little of it.
#[test]
fn batches_have_many_calls_unless_these_take_long() {
    let few = [100_000.0, 500_000.0, 3e6, 5e7];
    let plan = Plan { row_ns: 4e9, ..PLAN };
    let samples = measure(&mut sides(&Shared::default(), few), plan);
    let calls: Vec<u32> = samples.iter().map(|cell| cell.as_ref().unwrap().calls).collect();
    assert!((32..=64).contains(&calls[0]) && (32..=64).contains(&calls[1]), "{calls:?}");
    assert!((7..=16).contains(&calls[2]), "20 ms of 3 ms each: {calls:?}");
    assert_eq!(calls[3], 1);
}

#[test]
fn where_all_are_warm_a_long_first_call_counts() {
    let plan = Plan { row_ns: 0.0, least: 2, warm: true, ..PLAN };
    let calls = |plan| {
        let machine = Shared::default();
        let samples = measure(&mut sides(&machine, [5e7, 3e7]), plan);
        assert!(samples.iter().all(|cell| cell.as_ref().unwrap().times().len() == 2));
        machine.borrow().log.len()
    };
    assert_eq!(calls(plan), 4);
    assert_eq!(calls(Plan { warm: false, ..plan }), 6);
}

/// What sets itself up in the first call, for longer than a batch, or for longer than a row.
#[test]
fn a_slow_first_call_counts_for_nothing() {
    for first_ns in [2e6, 2.0 * ONE_SECOND] {
        let mut sides = sides(&Shared::default(), [5.0, 5.0]);
        sides[1].first_ns = first_ns;
        let samples = measure(&mut sides, PLAN);
        let [Ok(usual), Ok(lazy)] = &samples[..] else { panic!("both sides answer") };
        assert_eq!(lazy.calls, usual.calls);
        assert_eq!(lazy.times().len(), usual.times().len());
        assert!(lazy.times().len() > 20, "{lazy:?}");
        assert!(lazy.times().iter().all(|time| *time < 5.6), "{lazy:?}");
    }
}

/// A machine that wakes up makes batches too short: they grow, and none that is too short counts.
#[test]
fn a_side_that_becomes_faster_gets_longer_batches() {
    let changes = Some(Change { at: PLAN.row_ns / 2.0, factor: 0.01 });
    let machine = Shared::new(Machine { changes, ..Machine::default() }.into());
    let samples = measure(&mut sides(&machine, [1000.0]), PLAN);
    let samples = samples[0].as_ref().unwrap();
    assert!(f64::from(samples.calls) * 1000.0 * 0.01 >= PLAN.batch_ns);

    let log = &machine.borrow().log;
    let times = samples.times();
    assert!(times[0] > 10.0 * times[times.len() - 1], "it has become faster: {times:?}");
    for time in times {
        let same = |batch: &&Batch| (batch.ns / f64::from(batch.calls) / time - 1.0).abs() < 1e-5;
        assert!(log.iter().find(same).is_some_and(|batch| batch.ns >= PLAN.batch_ns), "{time}");
    }
}

#[test]
fn each_round_has_everybody_in_another_order() {
    const SIDES: usize = 8;
    let run = || {
        let machine = Shared::default();
        let samples = measure(&mut sides(&machine, [100.0; SIDES]), PLAN);
        let count = samples[0].as_ref().unwrap().rounds.len();
        assert!(count >= 20, "{count} rounds");
        for samples in samples {
            assert_eq!(samples.unwrap().times().len(), count);
        }
        rounds(&machine, SIDES, count)
    };
    let rounds = run();
    assert_eq!(rounds, run(), "two runs have the same order");

    let mut after = [[0; SIDES]; SIDES];
    for round in &rounds {
        let everybody: BTreeSet<usize> = round.iter().map(|batch| batch.side).collect();
        assert_eq!(everybody.len(), SIDES, "{round:?}");
        for pair in round.windows(2) {
            after[pair[1].side][pair[0].side] += 1;
        }
    }
    for (side, before) in after.iter().enumerate() {
        let neighbours = before.iter().filter(|count| **count > 0).count();
        assert!(neighbours >= SIDES / 2, "{side} comes after {before:?}");
        assert!(before.iter().all(|count| *count < rounds.len() / 2), "{side}: {before:?}");
    }
}

#[test]
fn the_row_takes_its_time_and_no_more() {
    for calls_ns in [[3.0, 5.0, 40.0], [1e5, 3e6, 2e7]] {
        let machine = Shared::default();
        let samples = measure(&mut sides(&machine, calls_ns), PLAN);
        assert!(
            samples.iter().all(|samples| samples.as_ref().unwrap().times().len() >= PLAN.least)
        );
        let now = machine.borrow().now;
        assert!((0.9 * PLAN.row_ns..1.2 * PLAN.row_ns).contains(&now), "{now} ns: {calls_ns:?}");
    }
}

#[test]
fn never_fewer_and_never_more_samples() {
    let count = |plan| {
        let samples = measure(&mut sides(&Shared::default(), [3.0, 7e5]), plan);
        samples.into_iter().map(|samples| samples.unwrap().times().len()).collect::<Vec<_>>()
    };
    assert_eq!(count(Plan { row_ns: 0.0, least: 7, ..PLAN }), [7, 7]);
    assert_eq!(count(Plan { row_ns: 1e12, most: 30, ..PLAN }), [30, 30]);
    assert_eq!(count(Plan { row_ns: 1e12, least: 1, most: 1, ..PLAN }), [1, 1]);
}

/// One call of the last side takes longer than all there is for the row.
#[test]
fn a_slow_side_takes_part_in_fewer_rounds() {
    let plan = Plan { row_ns: 6e8, ..PLAN };
    for seed in 0..50 {
        let machine = Shared::default();
        let mut sides = sides(&machine, [3.0, 50.0, ONE_SECOND]);
        sides[2].noise = Noise::seeded(seed);
        let samples = measure(&mut sides, plan);
        let [Ok(base), Ok(fast), Ok(slow)] = &samples[..] else { panic!("all sides answer") };

        // The others have what they would have had, whatever the slow one takes.
        let counts = [base.times().len(), fast.times().len()];
        assert!(counts.iter().all(|count| (50..100).contains(count)), "{counts:?} samples");
        // One call to warm up, and no more samples than are wanted at least.
        let calls = machine.borrow().log.iter().filter(|batch| batch.side == 2).count();
        assert_eq!(calls, plan.least + 1);

        let took_part: Vec<usize> =
            (0..slow.rounds.len()).filter(|round| slow.rounds[*round].is_some()).collect();
        assert!(took_part.windows(2).all(|pair| pair[1] - pair[0] > 10), "{took_part:?}");
        assert!(took_part.iter().all(|round| base.rounds[*round].is_some()));

        let slower = ratio(slow, base).unwrap();
        assert!(slower.low > 0.8 * ONE_SECOND / 3.0 && slower.high < 1.25 * ONE_SECOND / 3.0);
    }
}

#[test]
fn what_was_measured_before_the_end_counts() {
    let whole = measure(&mut sides(&Shared::default(), [100.0; 4]), PLAN);
    let whole: Vec<Vec<f64>> = whole.into_iter().map(|samples| samples.unwrap().times()).collect();
    for batches in [0, 3, 60, 61, 62, 63] {
        let machine = Shared::default();
        let mut left = batches;
        let samples = measure_while(&mut sides(&machine, [100.0; 4]), PLAN, &mut |_| {
            left -= 1;
            left >= 0
        });
        assert_eq!(machine.borrow().log.len(), usize::try_from(batches).unwrap());
        assert_eq!(left, -1, "asked once too often");
        let times: Vec<Vec<f64>> =
            samples.into_iter().map(|samples| samples.unwrap().times()).collect();
        assert!(times.iter().zip(&whole).all(|(some, all)| all.starts_with(some)));
        let counts: Vec<usize> = times.iter().map(Vec::len).collect();
        let (fewest, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
        // In the middle of a round, some have taken part in it and some have not.
        assert!(most - fewest <= 1, "{counts:?}");
        assert_eq!(batches > 60, *most > 0, "{counts:?}");
    }
}

#[test]
fn progress_names_the_side_and_never_falls() {
    for calls_ns in [[3.0, 500.0], [3.0, ONE_SECOND]] {
        let machine = Shared::default();
        let mut steps: Vec<Step> = Vec::new();
        measure_while(&mut sides(&machine, calls_ns), PLAN, &mut |step| {
            steps.push(step);
            true
        });
        let log = &machine.borrow().log;
        assert_eq!(steps.len(), log.len());
        assert!(steps.iter().zip(log).all(|(step, batch)| step.side == batch.side));
        assert!(steps.windows(2).all(|pair| pair[0].done <= pair[1].done));
        assert_eq!(steps[0].done, 0.0);
        let last = steps[steps.len() - 1].done;
        assert!((0.8..=1.0).contains(&last), "{last} at the end");
    }
}

/// It fails in its first batch, while it warms up, or among the samples.
#[test]
fn a_side_that_fails_does_not_stop_the_others() {
    let alone = measure(&mut sides(&Shared::default(), [100.0, 100.0]), PLAN);
    let alone = alone[0].as_ref().unwrap().times().len();
    for works in [0, 5, 40] {
        let mut sides = sides(&Shared::default(), [100.0, 100.0, 100.0]);
        sides[1].works = works;
        let samples = measure(&mut sides, PLAN);
        let failure = samples[1].as_ref().unwrap_err().to_string();
        assert_eq!(failure, "the far side has gone away");
        for side in [0, 2] {
            let samples = samples[side].as_ref().unwrap();
            assert!(
                samples.times().len() * 10 >= alone * 8,
                "{} of {alone}",
                samples.times().len()
            );
        }
    }
    let mut all = sides(&Shared::default(), [1.0, 1.0]);
    all.iter_mut().for_each(|side| side.works = 30);
    assert!(measure(&mut all, PLAN).iter().all(Result::is_err));
    assert!(measure(&mut [], PLAN).is_empty());
}
