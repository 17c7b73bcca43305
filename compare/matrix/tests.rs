//! Sides that are made up, in time that is, too.

use super::*;
use crate::compare::{
    boundary::{BASELINE, Technique},
    side::Failure,
};

/// What is special about a side.
#[derive(Clone)]
enum Nature {
    Right,
    /// Answers one operation with something else.
    Wrong(Operation, Answer),
    /// Has no such operation.
    Without(Operation),
    /// Fails when asked for an answer.
    Dead,
    /// Answers, and fails when timed.
    Dying,
    /// Answers, and takes no time, however often it is called.
    Idle,
    /// Has the measuring stopped by its twentieth batch.
    Stopping(Stop, u32),
}

impl Side for Nature {
    fn without(&self, operation: Operation) -> Option<&'static str> {
        matches!(self, Self::Without(without) if *without == operation).then_some("it cannot")
    }

    fn answer(&mut self, operation: Operation) -> Result<Answer, Failure> {
        match self {
            Self::Wrong(wrong, answer) if *wrong == operation => Ok(answer.clone()),
            Self::Dead => Err("it is\n  dead".into()),
            _ => Ok(operation.expected()),
        }
    }

    fn time(&mut self, _: Operation, calls: u32) -> Result<Duration, Failure> {
        match self {
            Self::Dying => return Err("it died".into()),
            Self::Stopping(stop, batches) => {
                *batches += 1;
                if *batches == 20 {
                    stop.now();
                }
                if *batches > 20 {
                    return Err("it was asked after the end".into());
                }
            }
            Self::Idle => return Ok(Duration::ZERO),
            _ => {}
        }
        Ok(Duration::from_micros(100) * calls)
    }
}

const PLAN: Plan = Plan { batch_ns: 1e5, row_ns: 1e9, least: 3, most: 9, warm: true };

fn cells(
    sides: Vec<Result<Nature, String>>,
    operations: &[Operation],
    total: Option<Duration>,
    stop: &Stop,
) -> Result<Vec<Vec<Cell>>, String> {
    let names = [BASELINE, "one", "two"];
    let mut boundaries: Vec<Boundary> = sides
        .into_iter()
        .zip(names)
        .map(|(side, id)| Boundary {
            id,
            name: id,
            technique: Technique::Rust,
            side: side.map(|side| Box::new(side) as Box<dyn Side>),
        })
        .collect();
    let budget = Budget { plan: PLAN, total, row: Duration::ZERO };
    let rows = measure(&mut boundaries, operations, budget, Instant::now(), &Progress::new(), stop);
    let rows = rows.map_err(|error| error.to_string())?;
    Ok(rows.into_iter().map(|row| row.cells).collect())
}

fn absent(reason: &str) -> Cell {
    Cell::Absent { absent: reason.to_owned() }
}

#[test]
fn a_right_answer_is_timed_and_compared() {
    let sides = vec![Ok(Nature::Right), Ok(Nature::Right)];
    let rows =
        cells(sides, &[Operation::Checksum64B, Operation::Add], None, &Stop::default()).unwrap();
    let time = rows[0][1].time().unwrap();
    assert_eq!((time.median_ns, time.interval_ns, time.samples), (1e5, [1e5, 1e5], 9));
    assert_eq!((time.ratio, time.ratio_interval), (Some(1.0), Some([1.0, 1.0])));
    assert_eq!(time.bytes_per_second, Some(640e3));
    assert_eq!(rows[1][0].time().unwrap().bytes_per_second, None);
}

#[test]
fn a_wrong_answer_ends_the_run_before_anything_is_timed() {
    let mut pixels = Operation::Mandelbrot.expected();
    let Answer::Pixels(numbers) = &mut pixels else { panic!("{pixels:?}") };
    let right = numbers[70_000];
    numbers[70_000] += 1;
    for (operation, answer, said) in [
        (
            Operation::Add,
            Answer::Sum(7),
            "one (one) answers add wrongly: expected 499500, got 7; nothing was measured"
                .to_owned(),
        ),
        (
            Operation::Greet,
            Answer::Text("x".repeat(100)),
            format!("expected \"Hello, Ferris!\", got \"{}\"…;", "x".repeat(40)),
        ),
        (Operation::Checksum64B, Answer::Checksum(9), "got 0x00000009;".to_owned()),
        (
            Operation::Mandelbrot,
            pixels,
            format!("expected {right} for pixel 70000, got {}", right + 1),
        ),
        (Operation::Mandelbrot, Answer::Pixels(vec![1]), "262144 pixels, got 1 pixels".to_owned()),
    ] {
        let sides =
            vec![Ok(Nature::Right), Ok(Nature::Wrong(operation, answer)), Ok(Nature::Dying)];
        let error = cells(sides, &[operation], None, &Stop::default()).unwrap_err();
        assert!(error.contains(&said), "{error}");
    }
}

#[test]
fn a_side_that_is_not_there_or_fails_is_a_dash_and_the_others_go_on() {
    let sides = vec![Ok(Nature::Right), Err("get it".to_owned()), Ok(Nature::Dead)];
    let rows = cells(sides, &[Operation::Add], None, &Stop::default()).unwrap();
    assert!(rows[0][0].time().is_some());
    assert_eq!(rows[0][1..], [absent("get it"), absent("it is dead")]);

    let sides = vec![Ok(Nature::Without(Operation::Add)), Ok(Nature::Dying), Ok(Nature::Right)];
    let rows = cells(sides, &[Operation::Add, Operation::Greet], None, &Stop::default()).unwrap();
    assert_eq!(rows[0][..2], [absent("it cannot"), absent("it died")]);
    assert_eq!(rows[0][2].time().unwrap().ratio, None);
    assert_eq!(rows[1][2].time().unwrap().ratio, Some(1.0));
}

#[test]
fn calls_that_are_not_made_are_no_time_that_has_run_out() {
    let sides = vec![Ok(Nature::Right), Ok(Nature::Idle)];
    let rows = cells(sides, &[Operation::Add], None, &Stop::default()).unwrap();
    assert_eq!(rows[0][1], absent(measure::NOT_MADE));
}

#[test]
fn what_is_measured_until_it_is_stopped_stays() {
    let stop = Stop::default();
    let sides = vec![Ok(Nature::Right), Ok(Nature::Stopping(stop.clone(), 0))];
    let operations = [Operation::Add, Operation::Greet, Operation::Checksum64B];
    let rows = cells(sides, &operations, None, &stop).unwrap();
    assert!(rows[0].iter().all(|cell| cell.time().is_some()), "{:?}", rows[0]);
    assert_eq!(rows[2], [absent(INTERRUPTED), absent(INTERRUPTED)]);
}

#[test]
fn when_time_is_over_the_rest_is_dashes() {
    // Nor is anybody asked for an answer.
    let sides = vec![Ok(Nature::Right), Ok(Nature::Dead)];
    let rows = cells(sides, &[Operation::Add], Some(Duration::ZERO), &Stop::default()).unwrap();
    assert_eq!(rows[0], [absent(NO_TIME), absent(NO_TIME)]);
}
