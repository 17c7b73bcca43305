//! The cells: answers first, then times.

use std::time::{Duration, Instant};

use super::{
    boundaries::Column,
    measure::{self, Plan, Samples},
    operation::{Answer, Operation},
    progress::{Progress, Stop},
    record::{Cell, Row, Time},
    side::Side,
    units::shortened,
};

/// The reason in a cell without a number, if the run was ended before it had one.
pub const INTERRUPTED: &str = "interrupted";

/// The division of the time.
#[derive(Clone, Copy)]
pub struct Budget {
    /// For each row.
    pub plan: Plan,
    /// The time that all rows should take together. They take longer when the answers and the
    /// fewest samples of each cell do.
    pub total: Option<Duration>,
}

/// Checks the answer of every side to every operation, then times the sides that answered.
///
/// # Errors
///
/// When an answer is wrong.
pub fn measure(
    columns: &mut [Column],
    operations: &[Operation],
    budget: Budget,
    progress: &Progress,
    stop: &Stop,
) -> Result<Vec<Row>, String> {
    let started = Instant::now();
    let mut absences = Vec::new();
    for &operation in operations {
        let expected = operation.expected();
        let check = |column: &mut Column| {
            let name = column.boundary.name;
            progress.step(format!("checking {}: {name}", operation.name()));
            absence(column, operation, &expected, stop)
        };
        absences.push(columns.iter_mut().map(check).collect::<Result<Vec<_>, _>>()?);
    }

    let mut rows = Vec::new();
    for (index, (&operation, absences)) in operations.iter().zip(&absences).enumerate() {
        let mut plan = budget.plan;
        if let Some(total) = budget.total {
            // Time that one row leaves is for the rows that follow.
            let left = total.saturating_sub(started.elapsed()) / (operations.len() - index) as u32;
            plan.row_ns = plan.row_ns.min(left.as_secs_f64() * 1e9);
        }
        let share = |done: f64| (index as f64 + done) / operations.len() as f64;
        let shown = |done: f64, name: &str| {
            progress.set(share(done), format!("{}: {name}", operation.name()))
        };
        rows.push(row(columns, operation, plan, absences, shown, stop));
    }
    Ok(rows)
}

/// The reason why a cell is not measured, if there is one.
fn absence(
    column: &mut Column,
    operation: Operation,
    expected: &Answer,
    stop: &Stop,
) -> Result<Option<String>, String> {
    let side = match &mut column.side {
        Ok(side) => side,
        Err(reason) => return Ok(Some(one_line(reason))),
    };
    if let Some(reason) = side.without(operation) {
        return Ok(Some(reason.to_owned()));
    }
    if stop.asked() {
        return Ok(Some(INTERRUPTED.to_owned()));
    }
    match side.answer(operation) {
        Ok(answer) if answer == *expected => Ok(None),
        Ok(answer) => {
            let (id, operation) = (column.boundary.id, operation.name());
            // Shortened, because a picture has many numbers.
            let [expected, answer] =
                [expected, &answer].map(|answer| shortened(&format!("{answer:?}"), 60));
            let wrong = format!("expected {expected}, got {answer}; nothing was measured");
            Err(format!("{id} gives a wrong answer to {operation}: {wrong}"))
        }
        Err(failure) => Ok(Some(one_line(&failure.to_string()))),
    }
}

fn row(
    columns: &mut [Column],
    operation: Operation,
    plan: Plan,
    absences: &[Option<String>],
    show: impl Fn(f64, &str),
    stop: &Stop,
) -> Row {
    let mut names = Vec::new();
    let mut sides: Vec<&mut dyn Side> = Vec::new();
    for (column, absence) in columns.iter_mut().zip(absences) {
        if let (Ok(side), None) = (&mut column.side, absence) {
            names.push(column.boundary.name);
            sides.push(&mut **side);
        }
    }
    let mut measured = measure::row(&mut sides, operation, plan, &mut |step| {
        show(step.done, names[step.side]);
        !stop.asked()
    })
    .into_iter();
    let samples = absences.iter().map(|absence| match absence {
        Some(reason) => Err(reason.clone()),
        None => match measured.next() {
            Some(samples) => samples.map_err(|failure| one_line(&failure.to_string())),
            None => Err(INTERRUPTED.to_owned()),
        },
    });
    let samples: Vec<Result<Samples, String>> = samples.collect();

    let baseline = samples.first().and_then(|samples| samples.as_ref().ok());
    let bytes = operation.data().map(|data| data.len() as u64);
    let cell = |samples: &Result<Samples, String>| match samples {
        // Only Ctrl-C ends a row before all of its cells have samples.
        Ok(samples) if samples.times().is_empty() => absent(INTERRUPTED),
        Ok(samples) => {
            time(samples, baseline, bytes).map_or_else(|| absent(measure::NOT_MADE), Cell::Time)
        }
        Err(reason) => absent(reason),
    };
    let cells = samples.iter().map(cell).collect();
    Row { id: operation, name: operation.name().to_owned(), bytes, cells }
}

fn absent(reason: &str) -> Cell {
    Cell::Absent { absent: reason.to_owned() }
}

/// The time of a call; `None` without a sample that tells it.
fn time(samples: &Samples, baseline: Option<&Samples>, bytes: Option<u64>) -> Option<Time> {
    let estimate = samples.estimate().filter(|estimate| estimate.median > 0.0)?;
    let ratio = baseline
        .and_then(|baseline| measure::ratio(samples, baseline))
        .filter(|ratio| ratio.high.is_finite());
    Some(Time {
        median_ns: estimate.median,
        interval_ns: [estimate.low, estimate.high],
        samples: samples.times().len(),
        calls: samples.calls,
        ratio: ratio.map(|ratio| ratio.median),
        ratio_interval: ratio.map(|ratio| [ratio.low, ratio.high]),
        bytes_per_second: bytes.map(|bytes| bytes as f64 / estimate.median * 1e9),
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{
        super::{boundaries, side::Failure},
        *,
    };

    /// A side with made-up answers and made-up times.
    struct Fake {
        without: Option<&'static str>,
        answer: fn(Operation) -> Result<Answer, Failure>,
        time: Box<dyn FnMut(u32) -> Result<Duration, Failure>>,
    }

    impl Side for Fake {
        fn without(&self, _: Operation) -> Option<&'static str> {
            self.without
        }

        fn answer(&mut self, operation: Operation) -> Result<Answer, Failure> {
            (self.answer)(operation)
        }

        fn run(&mut self, _: Operation, calls: u32) -> Result<(Answer, Duration), Failure> {
            Ok((Answer::Sum(0), (self.time)(calls)?))
        }
    }

    /// It gives the right answers, and each takes a tenth of a millisecond.
    fn right() -> Fake {
        let time = |calls| Ok(Duration::from_micros(100) * calls);
        Fake { without: None, answer: |operation| Ok(operation.expected()), time: Box::new(time) }
    }

    const PLAN: Plan = Plan { batch_ns: 1e5, row_ns: 1e9, least: 3, most: 9 };

    /// The cells of each row, for these sides as the first columns of the table.
    fn cells<const N: usize>(
        sides: [Result<Fake, &str>; N],
        operations: &[Operation],
        total: Option<Duration>,
        stop: &Stop,
    ) -> Result<Vec<Vec<Cell>>, String> {
        let column = |(side, &boundary): (Result<Fake, &str>, _)| Column {
            boundary,
            side: side.map(|side| Box::new(side) as _).map_err(str::to_owned),
        };
        let mut columns: Vec<_> = sides.into_iter().zip(boundaries::ALL).map(column).collect();
        let budget = Budget { plan: PLAN, total };
        let rows = measure(&mut columns, operations, budget, &Progress::new(), stop)?;
        Ok(rows.into_iter().map(|row| row.cells).collect())
    }

    #[test]
    fn a_right_answer_is_timed_and_compared() {
        let sides = [Ok(right()), Ok(right())];
        let rows = cells(sides, &[Operation::Checksum64B], None, &Stop::default()).unwrap();
        let time = rows[0][1].time().unwrap();
        assert_eq!((time.median_ns, time.interval_ns, time.samples), (1e5, [1e5, 1e5], 9));
        assert_eq!((time.ratio, time.ratio_interval), (Some(1.0), Some([1.0, 1.0])));
        assert_eq!(time.bytes_per_second, Some(640e3));
    }

    #[test]
    fn a_wrong_answer_ends_the_run_before_anything_is_timed() {
        let wrong = Fake { answer: |_| Ok(Answer::Sum(7)), ..right() };
        let untimed = Fake { time: Box::new(|_| panic!("it is timed")), ..right() };
        let sides = [Ok(untimed), Ok(wrong)];
        let error = cells(sides, &[Operation::Add], None, &Stop::default()).unwrap_err();
        let wrong = "expected Sum(499500), got Sum(7); nothing was measured";
        assert_eq!(error, format!("rust-crc gives a wrong answer to add: {wrong}"));
    }

    #[test]
    fn a_cell_without_a_time_has_a_reason_and_the_others_continue() {
        let [mut without, mut dead, mut dying, mut idle] = [(); 4].map(|()| right());
        without.without = Some("it cannot");
        dead.answer = |_| Err("it is\n  dead".into());
        dying.time = Box::new(|_| Err("it died".into()));
        idle.time = Box::new(|_| Ok(Duration::ZERO));
        let sides =
            [Ok(right()), Err("get it"), Ok(without), Ok(dead), Ok(dying), Ok(idle), Ok(right())];
        let rows = cells(sides, &[Operation::Add], None, &Stop::default()).unwrap();
        let reasons = ["get it", "it cannot", "it is dead", "it died", measure::NOT_MADE];
        assert_eq!(rows[0][1..6], reasons.map(absent));
        assert_eq!(rows[0][6].time().unwrap().ratio, Some(1.0));

        let sides = [Err("get it"), Ok(right())];
        let rows = cells(sides, &[Operation::Add], None, &Stop::default()).unwrap();
        assert_eq!(rows[0][1].time().unwrap().ratio, None, "there is nothing to compare with");
    }

    #[test]
    fn samples_from_before_a_stop_are_kept() {
        let stop = Stop::default();
        let (asked, mut batches) = (stop.clone(), 0);
        let mut stopping = right();
        stopping.time = Box::new(move |calls| {
            batches += 1;
            assert!(batches <= 12, "it was asked after the end");
            if batches == 12 {
                asked.now();
            }
            Ok(Duration::from_micros(100) * calls)
        });
        let operations = [Operation::Add, Operation::Greet, Operation::Checksum64B];
        let rows = cells([Ok(right()), Ok(stopping)], &operations, None, &stop).unwrap();
        assert!(rows[0].iter().all(|cell| cell.time().is_some()), "{:?}", rows[0]);
        assert_eq!(rows[2], [absent(INTERRUPTED), absent(INTERRUPTED)]);
    }

    /// True even when the answers alone have used all the time.
    #[test]
    fn when_time_is_over_each_cell_has_its_fewest_samples() {
        let (sides, total) = ([Ok(right()), Ok(right())], Some(Duration::ZERO));
        let rows = cells(sides, &Operation::ALL, total, &Stop::default()).unwrap();
        for cell in rows.iter().flatten() {
            let time = cell.time().unwrap();
            assert_eq!((time.samples, time.ratio), (PLAN.least, Some(1.0)));
        }
    }
}
