//! The matrix of `polyglot compare` under criterion: `cargo bench --bench crossing [-- FILTER]`,
//! where FILTER is a regular expression such as `^add/` or `/c-static$`.
//!
//! `tools/check-compare` compares the results of the two.

use std::time::Duration;

use criterion::{Criterion, SamplingMode, Throughput};
use polyglot::compare::{
    boundaries::{self, Column},
    measure::MOST_CALLS,
    operation::Operation,
    side::{Failure, Side},
};

fn main() -> Result<(), Failure> {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();

    let say = |line: &str| eprintln!("{line}");
    let mut columns = boundaries::open(|_| true, say, &say);
    for Column { boundary, side } in &columns {
        if let Err(reason) = side {
            eprintln!("{} is left out: {reason}", boundary.id);
        }
    }
    for operation in Operation::ALL {
        row(&mut criterion, operation, &mut columns)?;
    }
    criterion.final_summary();
    Ok(())
}

/// The group has the name of the row in the JSON of `compare`, and each function that of its
/// column.
fn row(
    criterion: &mut Criterion,
    operation: Operation,
    columns: &mut [Column],
) -> Result<(), Failure> {
    let mut group = criterion.benchmark_group(operation.id());
    if let Some(data) = operation.data() {
        group.throughput(Throughput::Bytes(data.len() as u64));
    }
    if matches!(operation, Operation::Checksum16MiB | Operation::Mandelbrot) {
        // A single call may take a second.
        group.sample_size(10).sampling_mode(SamplingMode::Flat);
    }
    for Column { boundary, side } in columns {
        let (id, Ok(side)) = (boundary.id, side) else { continue };
        if let Some(reason) = side.without(operation) {
            eprintln!("{id} is left out of {}: {reason}", operation.name());
            continue;
        }
        let mut checked = false;
        group.bench_function(id, |bencher| {
            // Checked inside the function, because criterion does not call it for cells that the
            // filter leaves out.
            if !checked {
                check(side.as_mut(), operation).unwrap_or_else(|error| panic!("{id}: {error}"));
                checked = true;
            }
            bencher.iter_custom(|calls| {
                time(side.as_mut(), operation, calls)
                    .unwrap_or_else(|error| panic!("{id}, {}: {error}", operation.name()))
            });
        });
    }
    group.finish();
    Ok(())
}

/// Checks the answer first: a fast wrong answer must not be measured.
fn check(side: &mut dyn Side, operation: Operation) -> Result<(), Failure> {
    if side.answer(operation)? != operation.expected() {
        return Err(format!("the answer of {} is wrong", operation.name()).into());
    }
    Ok(())
}

/// Splits `calls` into batches, because criterion counts further than a side does.
fn time(side: &mut dyn Side, operation: Operation, mut calls: u64) -> Result<Duration, Failure> {
    let mut time = Duration::ZERO;
    while calls > 0 {
        let batch = u32::try_from(calls).unwrap_or(MOST_CALLS).min(MOST_CALLS);
        time += side.time(operation, batch)?;
        calls -= u64::from(batch);
    }
    Ok(time)
}
