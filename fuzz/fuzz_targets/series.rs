//! `Series`: any sequence of calls gives the same results as the same calls on a `Vec`.
#![no_main]

use std::{
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use arbitrary::Arbitrary;
use ffi_demo::{Error, Sample, Series, Unit};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
enum Step {
    Push(i64, f64),
    Extend(Vec<(i64, f64)>),
    /// Visits each sample, and breaks at this one.
    Break(u8),
    /// Visits each sample, and panics at this one.
    Panic(u8),
    /// Visits each sample, and visits all of them again from inside.
    Nest,
    Summary,
    Describe,
    Move,
}

fuzz_target!(|input: (&str, i32, Vec<Step>)| {
    let (name, unit, steps) = input;
    let unit = Unit::try_from(unit % 5).unwrap_or(Unit::None);
    let mut series = match Series::new(name, unit) {
        Ok(series) => series,
        Err(error) => {
            let position = name.find('\0').expect("only a NUL is refused");
            return assert_eq!(error, Error::InteriorNul { position });
        }
    };
    let mut model: Vec<Sample> = Vec::new();
    for step in steps {
        series = take(step, series, &mut model);
        assert!(same(series.samples(), &model));
    }
    assert_eq!(series.name(), Ok(name));
    assert_eq!(series.unit(), Ok(unit));
});

fn take(step: Step, mut series: Series, model: &mut Vec<Sample>) -> Series {
    let sample = |(time_ms, value)| Sample { time_ms, value };
    match step {
        Step::Push(time_ms, value) => {
            series.push(Sample { time_ms, value }).expect("there is memory");
            model.push(Sample { time_ms, value });
        }
        Step::Extend(samples) => {
            let samples: Vec<Sample> = samples.into_iter().map(sample).collect();
            series.extend(&samples).expect("there is memory");
            model.extend(samples);
        }
        Step::Break(at) => {
            let mut seen = 0;
            let ended = series.each(|_| {
                seen += 1;
                if seen > usize::from(at) {
                    ControlFlow::Break(seen)
                } else {
                    ControlFlow::Continue(())
                }
            });
            let breaks = model.len() > usize::from(at);
            assert_eq!(ended.break_value(), breaks.then_some(usize::from(at) + 1));
        }
        Step::Panic(at) => {
            let mut seen = 0;
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                series.each(|_| {
                    seen += 1;
                    // Panics without a message: the fuzzer ends at the first message.
                    if seen > usize::from(at) {
                        resume_unwind(Box::new(at))
                    }
                    ControlFlow::<()>::Continue(())
                })
            }));
            let panics = model.len() > usize::from(at);
            assert_eq!(outcome.is_err(), panics);
            assert_eq!(seen, model.len().min(usize::from(at) + 1));
        }
        Step::Nest => {
            let mut seen = 0;
            let _ = series.each(|_| {
                series.each(|_| {
                    seen += 1;
                    ControlFlow::<()>::Continue(())
                })
            });
            assert_eq!(seen, model.len() * model.len());
        }
        Step::Summary => match series.summary() {
            Ok(summary) => {
                assert_eq!(summary.count, model.len());
                let values = || model.iter().map(|sample| sample.value);
                if values().all(f64::is_finite) {
                    assert_eq!(summary.lowest.value, values().fold(f64::INFINITY, f64::min));
                    assert_eq!(summary.highest.value, values().fold(f64::NEG_INFINITY, f64::max));
                }
            }
            Err(error) => assert!(error == Error::NoSamples && model.is_empty()),
        },
        Step::Describe => {
            let text = series.describe().expect("there is memory");
            assert!(text.contains(&format!(": {} sample", model.len())));
        }
        Step::Move => {
            return std::thread::spawn(move || series).join().expect("nothing panics there");
        }
    }
    series
}

/// Equal bit for bit, since a NaN equals nothing.
fn same(left: &[Sample], right: &[Sample]) -> bool {
    let bits = |sample: &Sample| (sample.time_ms, sample.value.to_bits());
    left.iter().map(bits).eq(right.iter().map(bits))
}
