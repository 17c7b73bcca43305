//! The engine of `polyglot compare`, on a simulated machine whose times are known. The results do
//! not depend on the speed or the load of the real machine.

mod machine;

use std::{collections::BTreeSet, fs, thread, time::Duration};

use criterion::Criterion;
use machine::{Batch, Change, Machine, Noise, Shared, Virtual, measure, measure_while};
use polyglot::compare::{
    measure::{Estimate, Plan, Step, clock_ns, ratio},
    operation::Operation,
    side::Side,
};

/// Batches of a millisecond, a hundred of them for each of two sides.
const PLAN: Plan = Plan { batch_ns: 1e6, row_ns: 4e8, least: 5, most: 1000 };

const ONE_SECOND: f64 = 1e9;

fn sides<const N: usize>(machine: &Shared, calls_ns: [f64; N]) -> [Virtual; N] {
    let mut id = 0;
    calls_ns.map(|call_ns| {
        id += 1;
        Virtual::noisy(machine, id - 1, call_ns, 1)
    })
}

/// The batches that became samples: all of the last rounds, in which batches no longer grow.
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

/// The overhead at the start of a batch, cold caches and sleeping threads, is a small part of it.
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

/// When the machine speeds up, batches become too short: they grow, and the short ones do not
/// count.
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

/// One call of the last side takes longer than the time of the whole row.
#[test]
fn a_slow_side_takes_part_in_fewer_rounds() {
    let plan = Plan { row_ns: 6e8, ..PLAN };
    for seed in 0..50 {
        let machine = Shared::default();
        let mut sides = sides(&machine, [3.0, 50.0, ONE_SECOND]);
        sides[2].noise = Noise::seeded(seed);
        let samples = measure(&mut sides, plan);
        let [Ok(base), Ok(fast), Ok(slow)] = &samples[..] else { panic!("all sides answer") };

        // The other sides have their full number of samples, however long the slow one takes.
        let counts = [base.times().len(), fast.times().len()];
        assert!(counts.iter().all(|count| (50..150).contains(count)), "{counts:?} samples");
        // The slow side has no more samples than the required minimum.
        let calls = machine.borrow().log.iter().filter(|batch| batch.side == 2).count();
        assert_eq!(calls, plan.least);

        let took_part: Vec<usize> =
            (0..slow.rounds.len()).filter(|round| slow.rounds[*round].is_some()).collect();
        assert!(took_part.windows(2).all(|pair| pair[1] - pair[0] > 10), "{took_part:?}");
        assert!(took_part.iter().all(|round| base.rounds[*round].is_some()));

        let slower = ratio(slow, base).unwrap();
        assert!(slower.low > 0.8 * ONE_SECOND / 3.0 && slower.high < 1.25 * ONE_SECOND / 3.0);
    }
}

#[test]
fn samples_from_before_the_end_count() {
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
        // In the middle of a round, some sides have taken part in it and some have not.
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

/// The side fails in its first batch, during warm-up, or among the samples.
#[test]
fn a_side_that_fails_does_not_stop_the_others() {
    let all = measure(&mut sides(&Shared::default(), [100.0, 100.0, 100.0]), PLAN);
    let all = all[0].as_ref().unwrap().times().len();
    for works in [0, 5, 40] {
        let mut sides = sides(&Shared::default(), [100.0, 100.0, 100.0]);
        sides[1].works = works;
        let samples = measure(&mut sides, PLAN);
        let failure = samples[1].as_ref().unwrap_err().to_string();
        assert_eq!(failure, "the far side has gone away");
        for side in [0, 2] {
            let samples = samples[side].as_ref().unwrap();
            assert!(samples.times().len() * 10 >= all * 8, "{} of {all}", samples.times().len());
        }
    }
    let mut all = sides(&Shared::default(), [1.0, 1.0]);
    all.iter_mut().for_each(|side| side.works = 30);
    assert!(measure(&mut all, PLAN).iter().all(Result::is_err));
    assert!(measure(&mut [], PLAN).is_empty());
}

/// Two sides; calls of the second take `slower` times as long.
fn pair(machine: &Shared, slower: f64, seed: u64) -> [Virtual; 2] {
    [Virtual::noisy(machine, 0, 1000.0, seed), Virtual::noisy(machine, 1, 1000.0 * slower, seed)]
}

fn holds(interval: Estimate, value: f64) -> bool {
    interval.low * (1.0 - 1e-5) <= value && value <= interval.high * (1.0 + 1e-5)
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
        // An interval of 95 % may miss from time to time.
        let found = found.count();
        assert!(found >= 90, "the ratio is {slower} in {found} of 100 runs");
    }
}

/// Halfway through the run the machine becomes three times as slow. If the sides were measured one
/// after the other, the slower one would seem the faster.
#[test]
fn a_slowed_boundary_is_slower_on_a_machine_that_slows_down() {
    const SLOWER: f64 = 1.25;
    let found = (0..100).filter(|seed| {
        let changes = Some(Change { at: PLAN.row_ns / 2.0, factor: 3.0 });
        let machine = Shared::new(Machine { changes, ..Machine::default() }.into());
        let samples = measure(&mut pair(&machine, SLOWER, *seed), PLAN);
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

/// criterion's median, and its interval.
fn by_criterion(side: &mut Virtual) -> Estimate {
    let folder = tempfile::tempdir().unwrap();
    Criterion::default()
        .without_plots()
        .output_directory(folder.path())
        .sample_size(50)
        .nresamples(2000)
        .warm_up_time(Duration::from_millis(50))
        .measurement_time(Duration::from_millis(300))
        .bench_function("cell", |bencher| {
            bencher.iter_custom(|calls| {
                let time = side.time(Operation::Add, calls.try_into().unwrap()).unwrap();
                // During warm-up, criterion reads this machine's clock.
                thread::sleep(time);
                time
            });
        });
    let estimates = fs::read(folder.path().join("cell/new/estimates.json")).unwrap();
    let estimates: serde_json::Value = serde_json::from_slice(&estimates).unwrap();
    let median = &estimates["median"];
    let interval = &median["confidence_interval"];
    assert_eq!(interval["confidence_level"], 0.95);
    let [median, low, high] =
        [&median["point_estimate"], &interval["lower_bound"], &interval["upper_bound"]]
            .map(|number| number.as_f64().unwrap());
    Estimate { median, low, high }
}

/// Each median is in the other's interval, except for the nanosecond to which a batch is rounded.
#[test]
fn criterion_comes_to_the_same_median() {
    let even = |spikes| Noise::Even { at: 0.0, spikes };
    for (call_ns, noise) in [(1e2, Noise::None), (1e4, even(false)), (1e6, even(true))] {
        let machine = Shared::default();
        let side = |id| Virtual { noise: noise.clone(), ..Virtual::new(&machine, id, call_ns) };
        let samples = measure(&mut [Virtual::noisy(&machine, 0, 777.0, 1), side(1)], PLAN);
        let compare = samples[1].as_ref().unwrap().estimate().unwrap();
        let criterion = by_criterion(&mut side(2));
        assert!(
            holds(compare, criterion.median) && holds(criterion, compare.median),
            "{call_ns} ns: compare has {compare:?}, criterion {criterion:?}"
        );
    }
}
