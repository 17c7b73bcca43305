//! `polyglot compare`, from the command line to the files that it writes. The times are not
//! checked.

use std::{fs, path::Path, time::Duration};

use crate::support::{process::Process, served::polyglot};
use polyglot::compare::record::{Cell, Record};

/// Not a measurement: this only keeps a broken test from hanging.
const LIMIT: Duration = Duration::from_secs(120);

/// `polyglot compare`, which keeps its last run in `target`.
fn compare(arguments: &[&str], target: &Path) -> Process {
    let mut command = polyglot(["compare"].into_iter().chain(arguments.iter().copied()));
    command.env("CARGO_TARGET_DIR", target).env("COLUMNS", "100");
    Process::spawn(&mut command).unwrap()
}

fn read(path: &Path) -> Record {
    Record::from_json(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_run_is_a_table_json_and_a_chart_that_agree() {
    let folder = tempfile::tempdir().unwrap();
    let [json, svg] = ["run.json", "run.svg"].map(|name| folder.path().join(name));
    let arguments =
        ["--quick", "--filter", "add", "--filter", "checksum-64b", "--filter", "static"];
    let files = ["--json", json.to_str().unwrap(), "--svg", svg.to_str().unwrap()];
    let mut process = compare(&[&arguments[..], &files].concat(), folder.path());
    let status = process.wait(LIMIT).unwrap();
    let (table, warnings) = (process.stdout(), process.stderr());
    assert!(status.success(), "{status}\n{warnings}");

    let record = read(&json);
    let ids: Vec<_> = record.boundaries.iter().map(|column| &*column.id).collect();
    assert_eq!(ids, ["rust", "c-static"]);
    let rows: Vec<_> = record.operations.iter().map(|row| (&*row.name, row.bytes)).collect();
    assert_eq!(rows, [("add", None), ("checksum 64 B", Some(64))]);
    let filters = "--filter add --filter checksum-64b --filter static";
    assert_eq!(
        record.command,
        format!("polyglot compare --quick {filters} --json FILE --svg FILE")
    );

    for row in &record.operations {
        for cell in &row.cells {
            let Cell::Time(time) = cell else { panic!("{}: {cell:?}", row.name) };
            let [low, high] = time.interval_ns;
            assert!(0.0 < low && low <= time.median_ns && time.median_ns <= high, "{time:?}");
            assert_eq!(time.bytes_per_second.is_some(), row.bytes.is_some());
        }
        assert!(table.contains(&row.name), "{table}");
        assert_eq!(row.cells[0].time().unwrap().ratio, Some(1.0));
    }
    assert_eq!(table.matches('×').count(), 4, "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
    assert!(table.starts_with(&format!("{}, ", record.machine.cpu)), "{table}");
    for warning in &record.warnings {
        assert!(warnings.contains(&format!("warning: {warning}\n")), "{warnings}");
    }
    assert_eq!(warnings.contains("a debug build is slow"), cfg!(debug_assertions), "{warnings}");

    let svg = fs::read_to_string(svg).unwrap();
    let chart = roxmltree::Document::parse(&svg).unwrap();
    assert_eq!(chart.descendants().filter(|node| node.has_tag_name("circle")).count(), 4);
    // The page must not show a partial run beside its own.
    assert!(!folder.path().join("compare.json").exists());
}

#[cfg(unix)]
#[test]
fn ctrl_c_shows_what_is_done_and_writes_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("run.json");
    let arguments = ["--filter", "rust", "--filter", "c-static", "--json", json.to_str().unwrap()];
    let mut process = compare(&arguments, folder.path());
    // The command listens for signals before it opens its files.
    while !json.exists() {
        assert_eq!(process.wait(Duration::from_millis(20)).ok(), None, "{}", process.stderr());
    }
    process.interrupt().unwrap();
    let status = process.wait(LIMIT).unwrap();
    assert_eq!(status.code(), Some(130), "{}", process.stderr());
    assert!(process.stderr().contains("warning: interrupted"), "{}", process.stderr());
    assert!(process.stdout().contains("] interrupted\n"), "{}", process.stdout());

    let record = read(&json);
    assert!(record.warnings.iter().any(|warning| warning.starts_with("interrupted")));
    let cells = &record.operations.last().unwrap().cells;
    assert!(cells.contains(&Cell::Absent { absent: "interrupted".to_owned() }), "{cells:?}");
}

#[test]
fn an_unwritable_file_is_reported_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("run.json");
    let bad = folder.path().join("no/such/folder/run.svg");
    let files = ["--json", good.to_str().unwrap(), "--svg", bad.to_str().unwrap()];
    let mut process = compare(&files, folder.path());
    assert_eq!(process.wait(LIMIT).unwrap().code(), Some(1));
    assert_eq!(process.stdout(), "");
    let said = process.stderr();
    assert!(said.starts_with(&format!("error: cannot write {}: ", bad.display())), "{said}");
    assert!(said.ends_with("; choose another file with --svg\n"), "{said}");
    assert!(!good.exists());
}
