//! The cells: answers first, then times.

use std::{
    error::Error,
    time::{Duration, Instant},
};

use super::{
    boundary::Boundary,
    measure::{self, Plan, Samples, Step},
    operation::{Answer, Operation},
    progress::Progress,
    record::{Cell, Row, Time},
    side::Side,
    stop::Stop,
};

/// Why a cell has no number, if the run was ended before it had one.
pub const INTERRUPTED: &str = "interrupted";

/// As [`INTERRUPTED`], by the clock.
const NO_TIME: &str = "no time was left: run without --quick";

/// How the time is spent.
#[derive(Clone, Copy)]
pub struct Budget {
    /// For each row.
    pub plan: Plan,
    /// What all of it may take, but for the call that is under way.
    pub total: Option<Duration>,
    /// What a row has all the same, so that a machine which is slow shows something.
    pub row: Duration,
}

/// What is there already: why a cell will be a dash.
type Absences = Vec<Option<String>>;

/// Has every side answer every operation, and then times those that did. The clock of the budget
/// has run since `started`.
///
/// # Errors
///
/// When an answer is wrong.
pub fn measure(
    boundaries: &mut [Boundary],
    operations: &[Operation],
    budget: Budget,
    started: Instant,
    progress: &Progress,
    stop: &Stop,
) -> Result<Vec<Row>, Box<dyn Error>> {
    let over = || budget.total.is_some_and(|total| started.elapsed() >= total);
    let mut absences = Vec::new();
    for &operation in operations {
        let expected = operation.expected();
        let check = |boundary: &mut Boundary| {
            progress.say(&format!("checking {}: {}", operation.name(), boundary.name));
            absence(boundary, operation, &expected, stop, over())
        };
        absences.push(boundaries.iter_mut().map(check).collect::<Result<Absences, _>>()?);
    }

    let mut rows = Vec::new();
    for (index, (&operation, absences)) in operations.iter().zip(absences).enumerate() {
        let share = |done: f64| (index as f64 + done) / operations.len() as f64;
        // What one row leaves is for those that follow.
        let end = budget.total.map(|total| {
            let left = total.saturating_sub(started.elapsed());
            Instant::now() + budget.row.max(left / (operations.len() - index) as u32)
        });
        let go_on = |name: &str, step: Step| {
            progress.step(share(step.done), || format!("{}: {name}", operation.name()));
            !stop.asked() && end.is_none_or(|end| Instant::now() < end)
        };
        let cells = row(boundaries, operation, budget.plan, absences, go_on, stop);
        let bytes = operation.data().map(|data| data.len() as u64);
        rows.push(Row { id: operation, name: operation.name().to_owned(), bytes, cells });
    }
    Ok(rows)
}

/// Why a cell is not measured, if it is not.
fn absence(
    boundary: &mut Boundary,
    operation: Operation,
    expected: &Answer,
    stop: &Stop,
    over: bool,
) -> Result<Option<String>, String> {
    let side = match &mut boundary.side {
        Ok(side) => side,
        Err(reason) => return Ok(Some(one_line(reason))),
    };
    if let Some(reason) = side.without(operation) {
        return Ok(Some(reason.to_owned()));
    }
    if stop.asked() {
        return Ok(Some(INTERRUPTED.to_owned()));
    }
    if over {
        return Ok(Some(NO_TIME.to_owned()));
    }
    match side.answer(operation) {
        Ok(answer) if answer == *expected => Ok(None),
        Ok(answer) => Err(format!(
            "{} ({}) answers {} wrongly: {}; nothing was measured",
            boundary.name,
            boundary.id,
            operation.name(),
            difference(expected, &answer),
        )),
        Err(failure) => Ok(Some(one_line(&failure.to_string()))),
    }
}

/// What was expected, and what came, as far as a line has room for it.
fn difference(expected: &Answer, answer: &Answer) -> String {
    if let (Answer::Pixels(expected), Answer::Pixels(answer)) = (expected, answer)
        && expected.len() == answer.len()
        && let Some(first) = expected.iter().zip(answer).position(|(one, other)| one != other)
    {
        let (expected, answer) = (expected[first], answer[first]);
        return format!("expected {expected} for pixel {first}, got {answer}");
    }
    format!("expected {}, got {}", short(expected), short(answer))
}

fn short(answer: &Answer) -> String {
    match answer {
        Answer::Sum(sum) => sum.to_string(),
        Answer::Text(text) if text.chars().count() > 40 => {
            format!("{:?}…", text.chars().take(40).collect::<String>())
        }
        Answer::Text(text) => format!("{text:?}"),
        Answer::Checksum(checksum) => format!("{checksum:#010x}"),
        Answer::Pixels(pixels) => format!("{} pixels", pixels.len()),
    }
}

fn row(
    boundaries: &mut [Boundary],
    operation: Operation,
    plan: Plan,
    absences: Absences,
    go_on: impl Fn(&str, Step) -> bool,
    stop: &Stop,
) -> Vec<Cell> {
    let mut names = Vec::new();
    let mut sides: Vec<&mut dyn Side> = Vec::new();
    for (boundary, absence) in boundaries.iter_mut().zip(&absences) {
        if let (Ok(side), None) = (&mut boundary.side, absence) {
            names.push(boundary.name);
            sides.push(&mut **side);
        }
    }
    let measured =
        measure::row(&mut sides, operation, plan, &mut |step| go_on(names[step.side], step));

    let mut measured = measured.into_iter();
    let samples: Vec<Result<Samples, String>> = absences
        .into_iter()
        .map(|absence| match absence {
            Some(reason) => Err(reason),
            None => measured.next().map_or(Err(NO_TIME.to_owned()), |samples| {
                samples.map_err(|failure| one_line(&failure.to_string()))
            }),
        })
        .collect();
    let baseline = samples.first().and_then(|samples| samples.as_ref().ok());
    let bytes = operation.data().map(<[u8]>::len);
    let cell = |samples: &Result<Samples, String>| match samples {
        Ok(samples) => time(samples, baseline, bytes)
            .map_or_else(|| Cell::Absent { absent: why_not(samples, stop).to_owned() }, Cell::Time),
        Err(reason) => Cell::Absent { absent: reason.clone() },
    };
    samples.iter().map(cell).collect()
}

/// Why samples say nothing of what a call takes.
fn why_not(samples: &Samples, stop: &Stop) -> &'static str {
    match samples.times().is_empty() {
        false => measure::NOT_MADE,
        true if stop.asked() => INTERRUPTED,
        true => NO_TIME,
    }
}

/// What a call takes; nothing if there is no sample that says so.
fn time(samples: &Samples, baseline: Option<&Samples>, bytes: Option<usize>) -> Option<Time> {
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
mod tests;
