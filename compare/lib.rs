//! `cargo compare`: the same operations over every boundary, measured on this machine.
//!
//! - [`operation`]: the rows, with the input and the right answer of each;
//! - [`boundaries`]: the columns, and how to add one; [`side`] is their common interface;
//! - [`measure`]: batches, rounds, medians;
//! - `select`, `matrix` and `progress`: which cells are measured, the progress of that, and Ctrl-C;
//! - [`record`]: the result, as JSON; [`break_even`]: what it implies;
//! - `table`, [`chart`], [`units`] and `machine`: its presentation;
//! - [`tls`]: gRPC's connections with certificates.

pub mod boundaries;
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
mod table;
pub mod tls;
pub mod units;

use std::{
    error::Error,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use clap::Args;

use self::{
    boundaries::Column,
    matrix::Budget,
    measure::Plan,
    output::Output,
    progress::{Progress, Stop},
    record::Record,
    select::Selection,
};
use crate::{Severity, last_run, report, workspace};

/// An interval that reaches further than this from its median causes a warning, in percent.
const WIDE: f64 = 10.0;

/// The time that `--quick` should take, once the columns are set up.
const QUICK: Duration = Duration::from_secs(10);

/// The options of `cargo compare`: the choice of measurements, and the files to write.
#[derive(Args, Debug)]
#[command(after_help = "\
The first `cargo compare` compiles this command with optimisation, which takes 5 to 10 minutes on 2 cores,
and longer on a busy machine. Then it measures.

Ctrl-C stops the measurement and shows the results so far, with exit code 130; a second Ctrl-C stops at once.

Examples:
  cargo compare                                    everything, in about a minute
  cargo compare --filter checksum                  three rows, all columns
  cargo compare --filter add --filter wasmtime     one row, the columns of one engine")]
pub struct Options {
    /// Fewer samples: the whole table in about 10 seconds
    ///
    /// Each cell has at least two samples. On a slow or busy machine they take longer, which is said
    /// below the table.
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
/// When nothing matches the filter, a side gives a wrong answer, or a file cannot be written.
pub fn run(options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    let selection = Selection::new(&options.filter)?;
    let stop = Stop::on_ctrl_c()?;
    // Opened first, because finding out at the end would waste a minute.
    let open = |path: &Option<PathBuf>, option| {
        path.as_deref().map(|path| Output::open(path, option)).transpose()
    };
    let (json, svg) = (open(&options.json, "--json")?, open(&options.svg, "--svg")?);

    let record = record(options, &selection, &stop)?;
    // Written before anything is printed: the reader of the output may be gone.
    if let Some(json) = json {
        json.write(&record.to_json()?)?;
    }
    if let Some(svg) = svg {
        svg.write(&chart::draw(&record))?;
    }
    if worth_keeping(&record, &selection, &stop)
        && let Some(root) = workspace::root()
        && let Err(error) = keep(&workspace::target(&root), &record)
    {
        report(Severity::Warning, format!("the page will not show this run: {error}"));
    }
    match table::print(&record) {
        // The reader has read enough, like `head`; the files are written.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        printed => printed?,
    }
    for warning in &record.warnings {
        report(Severity::Warning, warning);
    }
    Ok(if stop.asked() { ExitCode::from(progress::INTERRUPTED) } else { ExitCode::SUCCESS })
}

/// True when a run may replace the last one: it measured everything, and was not stopped.
fn worth_keeping(record: &Record, selection: &Selection, stop: &Stop) -> bool {
    selection.whole && !stop.asked() && record.times().next().is_some()
}

/// Replaces the last run with this one, in one step, so that a reader never sees half of it.
///
/// # Errors
///
/// When `folder` cannot be written to, or has a run that is more exact: one of a release build, or
/// one without `--quick`.
pub fn keep(folder: &Path, record: &Record) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let kept = last_run::read(folder).ok().flatten();
    let kept = kept.and_then(|json| Record::from_json(&json).ok());
    if let Some(kept) = kept
        && quality(&kept) > quality(record)
    {
        let [kept, new] = [&kept, record].map(|it| format!("`{}` ({})", it.command, it.profile));
        return Err(format!("it shows {kept}, and {new} is less exact").into());
    }
    let mut options = tempfile::Builder::new();
    // A temporary file is readable by its owner only, and serve may run as another user.
    #[cfg(unix)]
    options.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut new = options.tempfile_in(folder)?;
    new.write_all(record.to_json()?.as_bytes())?;
    new.persist(folder.join(last_run::FILE))?;
    Ok(())
}

/// A measure of how exact a run is: the profile first, the number of samples second.
fn quality(record: &Record) -> (bool, bool) {
    let quick = record.command.split(' ').any(|word| word == "--quick");
    (record.profile == "release", !quick)
}

/// Measures what is selected.
fn record(options: &Options, selection: &Selection, stop: &Stop) -> Result<Record, Box<dyn Error>> {
    let unix_time = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let (machine, warnings) = machine::look();
    let progress = Progress::new();
    progress.say(&options.promise(selection));
    let wanted = |id: &str| selection.boundaries.contains(&id);
    let preparing = |name: &str| progress.step(format!("setting up {name}"));
    let mut columns = boundaries::open(wanted, preparing, &|line| progress.say(line));
    if stop.asked() {
        // Only Ctrl-C can have made them fail.
        let absent = columns.iter_mut().filter(|column| column.side.is_err());
        absent.for_each(|column| column.side = Err(matrix::INTERRUPTED.to_owned()));
    }
    let started = Instant::now();
    let rows = &selection.operations;
    let operations = matrix::measure(&mut columns, rows, options.budget(), &progress, stop)?;
    let took = started.elapsed();
    drop(progress);

    let column = |Column { boundary, .. }: &Column| record::Column {
        id: boundary.id.to_owned(),
        name: boundary.name.to_owned(),
        technique: boundary.technique,
    };
    let mut record = Record {
        schema: Record::SCHEMA,
        command: options.command(),
        unix_time,
        machine,
        versions: machine::versions(&columns),
        profile: machine::PROFILE.to_owned(),
        warnings,
        boundaries: columns.iter().map(column).collect(),
        operations,
    };
    record.warnings.extend(noise(&record));
    record.warnings.extend(if options.quick { overdue(took) } else { None });
    if stop.asked() {
        record.warnings.push("interrupted: only the results so far are shown".to_owned());
    }
    Ok(record)
}

/// The warning for a `--quick` that was not quick.
fn overdue(took: Duration) -> Option<String> {
    (took > QUICK).then(|| {
        let (took, promised) = (took.as_secs(), QUICK.as_secs());
        format!(
            "it took {took} seconds instead of about {promised}: each cell needs two samples, and the \
             machine is slow or busy"
        )
    })
}

/// The warning about intervals that are too wide to compare by.
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
    /// A minute, of which the rows have two thirds, because the slowest sides need more than their
    /// share; or less than [`QUICK`].
    fn budget(&self) -> Budget {
        if self.quick {
            let plan = Plan { batch_ns: 1e5, row_ns: 6e8, least: 2, most: 40 };
            Budget { plan, total: Some(QUICK.mul_f64(0.7)) }
        } else {
            // The fewest samples that give an interval of 95 %.
            let plan = Plan { batch_ns: 1e6, row_ns: 7e9, least: 6, most: 1000 };
            Budget { plan, total: None }
        }
    }

    /// The message that says how long it will take.
    fn promise(&self, selection: &Selection) -> String {
        let (rows, columns) = (selection.operations.len(), selection.boundaries.len());
        let seconds = if self.quick { QUICK.as_secs() } else { 10 * rows as u64 };
        format!(
            "{rows} operations over {columns} boundaries: about {seconds} seconds, once the boundaries are \
             set up"
        )
    }

    /// The command as typed, without the names of this machine's files.
    fn command(&self) -> String {
        let quoted = |filter: &String| match filter.contains(char::is_whitespace) {
            true => format!(" --filter {filter:?}"),
            false => format!(" --filter {filter}"),
        };
        let filters: String = self.filter.iter().map(quoted).collect();
        let quick = if self.quick { " --quick" } else { "" };
        let json = self.json.as_ref().map_or("", |_| " --json FILE");
        let svg = self.svg.as_ref().map_or("", |_| " --svg FILE");
        format!("polyglot compare{quick}{filters}{json}{svg}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_whole_replaces_the_last_run() {
        let record = Record::sample();
        let nothing = Record { operations: Vec::new(), ..record.clone() };
        let [all, some] = [&[][..], &["add".to_owned()]].map(|it| Selection::new(it).unwrap());
        let stop = Stop::default();
        let kept = [(&record, &all), (&record, &some), (&nothing, &all)]
            .map(|(record, selection)| worth_keeping(record, selection, &stop));
        assert_eq!(kept, [true, false, false]);
        stop.now();
        assert!(!worth_keeping(&record, &all, &stop));
    }

    #[test]
    fn only_a_run_that_is_as_exact_replaces_the_last_one() {
        let folder = tempfile::tempdir().unwrap();
        let run = |profile: &str, command: &str| Record {
            profile: profile.to_owned(),
            command: command.to_owned(),
            ..Record::sample()
        };
        let (whole, quick) = ("polyglot compare --json FILE", "polyglot compare --quick");
        let runs = [
            (run("debug", quick), true),
            (run("debug", whole), true),
            (run("debug", quick), false),
            (run("release", quick), true),
            (run("debug", whole), false),
            (run("release", quick), true),
            (run("release", whole), true),
            (run("release", quick), false),
            (run("debug", whole), false),
            (run("release", whole), true),
        ];
        let mut kept = None;
        for (unix_time, (record, replaces)) in (0..).zip(runs) {
            let record = Record { unix_time, ..record };
            assert_eq!(keep(folder.path(), &record).is_ok(), replaces, "{record:?}");
            kept = if replaces { Some(record) } else { kept };
            let read = last_run::read(folder.path()).unwrap().unwrap();
            assert_eq!(Record::from_json(&read).ok(), kept);
        }
        let error = keep(folder.path(), &run("debug", whole)).unwrap_err().to_string();
        assert!(error.contains("(release), and `polyglot compare --json FILE` (debug)"), "{error}");

        fs::write(folder.path().join(last_run::FILE), "damaged").unwrap();
        keep(folder.path(), &run("debug", quick)).unwrap();
    }

    /// As readable as any new file, for a server that another user runs.
    #[cfg(unix)]
    #[test]
    fn the_last_run_has_the_mode_of_any_file() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        keep(folder.path(), &Record::sample()).unwrap();
        fs::write(folder.path().join("any"), "").unwrap();
        let modes = [last_run::FILE, "any"]
            .map(|name| folder.path().join(name).metadata().unwrap().permissions().mode());
        assert_eq!(modes[0], modes[1], "{modes:?}");
    }

    #[test]
    fn wide_intervals_and_a_long_run_are_told() {
        let mut record = Record::sample();
        assert_eq!(noise(&record), None);
        let cell = &mut record.operations[0].cells[0];
        let record::Cell::Time(time) = cell else { panic!("{cell:?}") };
        time.interval_ns[1] = time.median_ns * 1.2;
        assert!(noise(&record).unwrap().contains(": 1 of "));

        assert_eq!(overdue(QUICK), None);
        assert!(
            overdue(QUICK * 3).unwrap().starts_with("it took 30 seconds instead of about 10: ")
        );
    }
}
