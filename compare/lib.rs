//! `cargo compare`: the same operations over every boundary, measured here and now.
//!
//! - [`operation`]: the rows, with the input and the right answer of each;
//! - [`boundary`]: the columns, one file for each technique; [`side`] is what they have in common;
//! - [`measure`]: batches, rounds, medians;
//! - `select`, `matrix`, `progress` and `stop`: which cells are measured, and how far it goes;
//! - [`record`]: what was found, as JSON; [`break_even`]: what follows from it;
//! - [`tls`]: gRPC's connections with certificates;
//! - `table`, [`chart`], [`units`] and `machine`: how it is shown.

pub mod boundary;
pub mod break_even;
pub mod chart;
mod machine;
mod matrix;
pub mod measure;
pub mod operation;
mod output;
mod progress;
pub mod record;
mod select;
pub mod side;
mod stop;
mod table;
pub mod tls;
pub mod units;

use std::{
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use clap::Args;

use self::{
    machine::Here,
    matrix::Budget,
    measure::Plan,
    output::Output,
    progress::Progress,
    record::{Column, Record},
    select::Selection,
    stop::Stop,
};
use crate::{Severity, last_run, report, workspace};

/// An interval that reaches further from its median is worth a warning, in percent.
const WIDE: f64 = 10.0;

/// What setting up may take of a budget: it takes longer when cargo has to build the program of a
/// column first, which it does once.
const SET_UP: Duration = Duration::from_secs(3);

/// What to measure, and where to write it.
#[derive(Args, Debug)]
#[command(after_help = "\
Ctrl-C ends the measuring and shows what is done, with exit code 130; a second one ends at once.

Examples:
  cargo compare                                    everything, in about a minute
  cargo compare --filter checksum                  three rows, all columns
  cargo compare --filter add --filter wasmtime     one row, the columns of one engine")]
pub struct Options {
    /// Fewer samples: the whole table in under 10 seconds
    ///
    /// The first time, cargo builds the program of a column, which comes on top.
    #[arg(long)]
    quick: bool,

    /// Measure only rows and columns whose name or id contains this; may be given more than once
    ///
    /// Where filters match rows, only these are measured, and where they match columns, only these
    /// and direct Rust, which all others are compared with.
    #[arg(long, value_name = "TEXT")]
    filter: Vec<String>,

    /// Also write what was measured to a file, as JSON; compare/record.rs describes it
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Also draw it, as SVG, for dark and light backgrounds
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Measures, and prints the table.
///
/// # Errors
///
/// When nothing matches the filter, a side's answer is wrong, or a file cannot be written.
pub fn run(options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    let selection = Selection::new(&options.filter, &boundary::known())?;
    let stop = Stop::on_ctrl_c()?;
    // Now, because afterwards a minute would be lost.
    let open = |path: &Option<PathBuf>, option| {
        path.as_deref().map(|path| Output::open(path, option)).transpose()
    };
    let json = open(&options.json, "--json")?;
    let svg = open(&options.svg, "--svg")?;

    let record = record(options, &selection, &stop)?;
    // Before anything is printed: whoever reads that may have gone away.
    if let Some(json) = json {
        json.write(&record.to_json()?)?;
    }
    if let Some(svg) = svg {
        svg.write(&chart::draw(&record)?)?;
    }
    if worth_keeping(&record, &selection, &stop)
        && let Some(root) = workspace::root()
        && let Err(error) = keep(&workspace::target(&root), &record)
    {
        report(Severity::Warning, format!("polyglot serve will not show this run: {error}"));
    }
    match table::print(&record) {
        // Whoever reads has read enough, as `head` does; the files are written.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        printed => printed?,
    }
    for warning in &record.warnings {
        report(Severity::Warning, warning);
    }
    Ok(if stop.asked() { ExitCode::from(stop::INTERRUPTED) } else { ExitCode::SUCCESS })
}

/// Whether a run takes the place of the last one: all of it was wanted, and came to its end.
fn worth_keeping(record: &Record, selection: &Selection, stop: &Stop) -> bool {
    selection.whole && !stop.asked() && record.times().next().is_some()
}

/// Puts a run in place of the last one, in one step, so that a reader never sees half of it.
///
/// # Errors
///
/// When `folder` cannot be written to.
pub fn keep(folder: &Path, record: &Record) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    output::replace(&folder.join(last_run::FILE), &record.to_json()?)?;
    Ok(())
}

/// Measures what is selected.
fn record(options: &Options, selection: &Selection, stop: &Stop) -> Result<Record, Box<dyn Error>> {
    let started = Instant::now();
    let unix_time = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let here = Here::look();
    let progress = Progress::new();
    let preparing = |what: &str| progress.say(&format!("setting up {what}"));
    let mut boundaries = boundary::all(&|id| selection.wants(id), &preparing);
    if stop.asked() {
        // What Ctrl-C broke off has failed for no other reason.
        let absent = boundaries.iter_mut().filter(|boundary| boundary.side.is_err());
        absent.for_each(|boundary| boundary.side = Err(matrix::INTERRUPTED.to_owned()));
    }
    let prepared = Instant::now();
    let started = started.max(prepared.checked_sub(SET_UP).unwrap_or(prepared));
    let budget = options.budget();
    let operations =
        matrix::measure(&mut boundaries, &selection.operations, budget, started, &progress, stop)?;
    drop(progress);

    let column = |boundary: &boundary::Boundary| Column {
        id: boundary.id.to_owned(),
        name: boundary.name.to_owned(),
        technique: boundary.technique,
    };
    let mut record = Record {
        schema: Record::SCHEMA,
        command: options.command(),
        unix_time,
        machine: here.machine.clone(),
        versions: machine::versions(&boundaries),
        profile: machine::PROFILE.to_owned(),
        warnings: here.warnings(),
        boundaries: boundaries.iter().map(column).collect(),
        operations,
    };
    record.warnings.extend(noise(&record));
    if stop.asked() {
        record.warnings.push("interrupted: this is what was done until then".to_owned());
    }
    Ok(record)
}

/// What is to be said about intervals that are too wide to compare by.
fn noise(record: &Record) -> Option<String> {
    let spreads: Vec<f64> = record.times().filter_map(units::spread).collect();
    let wide = spreads.iter().filter(|&&spread| spread > WIDE).count();
    (wide > 0).then(|| {
        format!(
            "the machine is noisy: {wide} of {} medians are uncertain by more than {WIDE} %",
            spreads.len()
        )
    })
}

impl Options {
    /// A minute, of which the rows have two thirds, as the slowest sides need more than their share;
    /// or less than ten seconds.
    fn budget(&self) -> Budget {
        let row = Duration::from_millis(300);
        if self.quick {
            let plan = Plan { batch_ns: 1e5, row_ns: 6e8, least: 2, most: 40, warm: true };
            Budget { plan, total: Some(Duration::from_millis(8500)), row }
        } else {
            // As few as give an interval of 95 %.
            let plan = Plan { batch_ns: 1e6, row_ns: 7e9, least: 6, most: 1000, warm: false };
            Budget { plan, total: None, row }
        }
    }

    /// What was typed, without the names of this machine's files.
    fn command(&self) -> String {
        let mut command = "polyglot compare".to_owned();
        if self.quick {
            command += " --quick";
        }
        for filter in &self.filter {
            command += &if filter.contains(char::is_whitespace) {
                format!(" --filter {filter:?}")
            } else {
                format!(" --filter {filter}")
            };
        }
        for (option, path) in [("--json", &self.json), ("--svg", &self.svg)] {
            if path.is_some() {
                command += &format!(" {option} FILE");
            }
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_kept_without_the_names_of_files() {
        let options = Options {
            quick: true,
            filter: vec!["add".to_owned(), "64 B".to_owned()],
            json: Some("private/run.json".into()),
            svg: None,
        };
        assert_eq!(
            options.command(),
            r#"polyglot compare --quick --filter add --filter "64 B" --json FILE"#
        );
    }

    #[test]
    fn only_what_is_whole_replaces_the_last_run() {
        let record = Record::sample();
        let select = |filters: &[String]| Selection::new(filters, &boundary::known()).unwrap();
        let stop = Stop::default();
        assert!(worth_keeping(&record, &select(&[]), &stop));
        assert!(!worth_keeping(&record, &select(&["add".to_owned()]), &stop));
        let nothing = Record { operations: Vec::new(), ..record.clone() };
        assert!(!worth_keeping(&nothing, &select(&[]), &stop));
        stop.now();
        assert!(!worth_keeping(&record, &select(&[]), &stop));
    }

    #[test]
    fn a_run_that_is_kept_replaces_the_last_one() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("target");
        let mut record = Record::sample();
        keep(&target, &record).unwrap();
        "polyglot compare --quick".clone_into(&mut record.command);
        keep(&target, &record).unwrap();
        let json = last_run::read(&target).unwrap().unwrap();
        assert_eq!(Record::from_json(&json).unwrap(), record);
        assert_eq!(fs::read_dir(&target).unwrap().count(), 1);
    }

    #[test]
    fn wide_intervals_are_counted() {
        let mut record = Record::sample();
        assert_eq!(noise(&record), None);
        let cell = &mut record.operations[0].cells[0];
        let record::Cell::Time(time) = cell else { panic!("{cell:?}") };
        time.interval_ns[1] = time.median_ns * 1.2;
        let warning = noise(&record).unwrap();
        assert!(warning.contains(": 1 of "), "{warning}");
    }
}
