//! criterion, given the same closure, comes to the same median.

use std::{fs, time::Duration};

use criterion::Criterion;
use polyglot::compare::{
    boundary,
    measure::{Estimate, row},
    operation::{Answer, Operation},
    side::{Failure, Side},
};

use super::{
    PLAN,
    machine::{Noise, Shared, Virtual},
};

/// Calls a real boundary, and takes its time from a virtual one.
struct Both<'a> {
    calls: &'a mut dyn Side,
    clock: Virtual,
}

impl Side for Both<'_> {
    fn answer(&mut self, operation: Operation) -> Result<Answer, Failure> {
        self.clock.answer(operation)
    }

    fn time(&mut self, operation: Operation, calls: u32) -> Result<Duration, Failure> {
        self.calls.time(operation, calls)?;
        self.clock.time(operation, calls)
    }
}

/// criterion's median, and its interval.
fn by_criterion(side: &mut dyn Side, operation: Operation) -> Estimate {
    let folder = tempfile::tempdir().unwrap();
    Criterion::default()
        .without_plots()
        .output_directory(folder.path())
        .sample_size(50)
        .nresamples(2000)
        .warm_up_time(Duration::from_millis(50))
        .measurement_time(Duration::from_millis(300))
        .bench_function("cell", |bencher| {
            bencher.iter_custom(|calls| side.time(operation, calls.try_into().unwrap()).unwrap());
        });
    let estimates = fs::read(folder.path().join("cell/new/estimates.json")).unwrap();
    let estimates: serde_json::Value = serde_json::from_slice(&estimates).unwrap();
    let median = &estimates["median"];
    let interval = &median["confidence_interval"];
    assert_eq!(interval["confidence_level"], 0.95);
    let number = |value: &serde_json::Value| value.as_f64().unwrap();
    Estimate {
        median: number(&median["point_estimate"]),
        low: number(&interval["lower_bound"]),
        high: number(&interval["upper_bound"]),
    }
}

/// As `compare` does it, beside a side that is not the same.
fn by_compare(side: &mut dyn Side, operation: Operation) -> Estimate {
    let mut neighbour = Virtual::noisy(&Shared::default(), 1, 777.0, 1);
    let samples = row(&mut [&mut neighbour, side], operation, PLAN, &mut |_| true);
    samples[1].as_ref().unwrap().estimate().unwrap()
}

/// Each median lies in the other's interval, but for the nanosecond to which a batch is rounded.
fn assert_agree(compare: Estimate, criterion: Estimate, what: &str) {
    let holds = |interval: Estimate, value: f64| {
        interval.low * (1.0 - 1e-5) <= value && value <= interval.high * (1.0 + 1e-5)
    };
    assert!(
        holds(compare, criterion.median) && holds(criterion, compare.median),
        "{what}: compare has {compare:?}, criterion {criterion:?}"
    );
}

fn noises() -> [(&'static str, Noise); 3] {
    [
        ("stable", Noise::None),
        ("noisy", Noise::Even { at: 0.0, spikes: false }),
        ("spiky", Noise::Even { at: 0.0, spikes: true }),
    ]
}

#[test]
fn of_the_same_closure() {
    let mut columns = boundary::all(&|id| ["rust", "c-static"].contains(&id), &|_| ());
    assert_eq!(columns.len(), 2);
    // The slower a real call is, the fewer of them fit into a test: nanoseconds of the virtual one.
    let operations =
        [(Operation::Add, 1e2), (Operation::Greet, 1e4), (Operation::Checksum64KiB, 1e6)];
    for ((operation, call_ns), (what, noise)) in operations.into_iter().zip(noises()) {
        for column in &mut columns {
            let what = format!("{}, {}, {what}", operation.name(), column.name);
            let side = column.side.as_mut().unwrap();
            assert_eq!(side.answer(operation).unwrap(), operation.expected(), "{what}");
            let clock =
                Virtual { noise: noise.clone(), ..Virtual::new(&Shared::default(), 0, call_ns) };
            let mut both = Both { calls: &mut **side, clock };
            let compare = by_compare(&mut both, operation);
            let criterion = by_criterion(&mut both, operation);
            assert_agree(compare, criterion, &what);
        }
    }
}
