//! Numbers in the text that come from the committed run of `polyglot compare`.
//!
//! They are between `<!-- measured: TERM -->` and `<!-- /measured -->`. The terms are
//!
//! - `add c-static`: the time of a call; with `ratio` after it, the multiple of Rust's time; with
//!   `speed`, bytes per second;
//! - `work grpc-tcp`, `bytes grpc-tcp`: the point from which the crossing no longer shows;
//! - `machine`: the machine of the run;
//! - `times`, `break-even`: tables of all boundaries.

use polyglot::compare::{
    break_even::{self, BreakEven},
    operation::Operation,
    record::{Cell, Record},
    units,
};

use crate::support::{bless_command, blessing, read, rewrite};

/// The committed run. The page also shows it.
pub const FILE: &str = "web/compare.json";

const OPEN: &str = "<!-- measured: ";
const CLOSE: &str = "<!-- /measured -->";

/// The terms whose text takes whole lines.
const TABLES: [&str; 2] = ["times", "break-even"];

/// The units that only a measurement can have.
const UNITS: [&str; 8] = ["ns", "µs", "ms", "s", "×", "kB/s", "MB/s", "GB/s"];

/// The chapter in which every number is measured.
const CHAPTER: &str = "docs/choosing.md";

/// The committed run, which is a whole run of a release build.
pub fn record() -> Result<Record, String> {
    let again = format!("measure again: cargo compare --json {FILE}");
    let record = Record::from_json(read(FILE)?.as_bytes())
        .map_err(|error| format!("{FILE}: {error}; {again}"))?;
    let part = record.command.contains("--quick") || record.command.contains("--filter");
    let cut_short = record.warnings.iter().any(|warning| warning.starts_with("interrupted"));
    if part || cut_short || record.profile != "release" {
        return Err(format!("{FILE} is not a whole run of a release build; {again}"));
    }
    Ok(record)
}

/// Compares each marked place of a file with the run.
pub fn check(file: &str, record: &Result<Record, String>) -> Result<(), String> {
    let text = read(file)?;
    let places = places(file, &text)?;
    if places.is_empty() {
        return Ok(());
    }
    let record = record.as_ref().map_err(String::clone)?;
    let mut errors = Vec::new();
    for place in places {
        let at = |error| format!("{file}:{}: {error}", place.line);
        match value(place.term, record) {
            Ok(value) if value == place.value => {}
            Ok(value) if blessing() => {
                let Place { term, source, .. } = place;
                rewrite(file, source, &format!("{OPEN}{term} -->{value}{CLOSE}"))?;
            }
            Ok(value) => errors.push(at(format!(
                "{} is {:?} here and {value:?} in {FILE}; rewrite it with: {}",
                place.term,
                place.value,
                bless_command()
            ))),
            Err(error) => errors.push(at(error)),
        }
    }
    if file == CHAPTER {
        errors.extend(unmarked(&text).into_iter().map(|(line, number)| {
            format!("{file}:{line}: {number} is not marked as measured: put it into {OPEN}TERM -->")
        }));
    }
    if errors.is_empty() { Ok(()) } else { Err(errors.join("\n")) }
}

/// A marked place.
struct Place<'a> {
    line: usize,
    term: &'a str,
    value: &'a str,
    /// The whole source, comments included.
    source: &'a str,
}

fn places<'a>(file: &str, text: &'a str) -> Result<Vec<Place<'a>>, String> {
    let mut places = Vec::new();
    for (start, _) in text.match_indices(OPEN) {
        let line = 1 + text[..start].matches('\n').count();
        let open = |what| format!("{file}:{line}: the mark has no {what}");
        let rest = &text[start..];
        let (term, after) = rest[OPEN.len()..].split_once(" -->").ok_or_else(|| open("-->"))?;
        let (value, _) = after.split_once(CLOSE).ok_or_else(|| open(CLOSE))?;
        let before = text[..start].rsplit('\n').next().unwrap_or_default();
        let alone = before.trim_matches([' ', '>', '-', '*']).is_empty();
        if alone && !TABLES.contains(&term) {
            return Err(open("word before it on its line: Markdown ends a paragraph there"));
        }
        let length = OPEN.len() + term.len() + " -->".len() + value.len() + CLOSE.len();
        places.push(Place { line, term, value, source: &rest[..length] });
    }
    Ok(places)
}

/// Numbers outside all marks that look measured, with their lines.
fn unmarked(text: &str) -> Vec<(usize, String)> {
    let mut outside = String::new();
    let mut rest = text;
    while let Some((before, marked)) = rest.split_once(OPEN) {
        outside += before;
        let (inside, after) = marked.split_once(CLOSE).unwrap_or((marked, ""));
        // Keeps the newlines, so that line numbers stay right.
        outside.extend(inside.chars().filter(|&c| c == '\n'));
        rest = after;
    }
    outside += rest;

    let mut found = Vec::new();
    for (index, line) in outside.lines().enumerate() {
        let words: Vec<_> = line.split_whitespace().collect();
        for (position, word) in words.iter().enumerate() {
            let digits = |word: &str| word.contains(|c: char| c.is_ascii_digit());
            let word = word.trim_end_matches(['.', ',', ';', ':', ')', '|', '?']);
            let before = position.checked_sub(1).map(|before| words[before]);
            let is_measured = UNITS.iter().any(|unit| match word.strip_suffix(unit) {
                Some("") => before.is_some_and(digits),
                Some(number) => digits(number),
                None => false,
            });
            if is_measured {
                let number = if digits(word) { "" } else { before.unwrap_or_default() };
                found.push((index + 1, format!("{number} {word}").trim().to_owned()));
            }
        }
    }
    found
}

/// A number without a mark is found, and one in a mark is not; and a mark is read to its end.
pub fn marks_are_found() -> Result<(), String> {
    let text = "one <!-- measured: add rust -->5 ns<!-- /measured --> 6 µs,\n7× 64 KiB\n";
    let found = unmarked(text);
    if found != [(1, "6 µs".to_owned()), (2, "7×".to_owned())] {
        return Err(format!("unmarked numbers: {found:?}"));
    }
    let marked = places("f", text)?;
    if marked.len() != 1 || (marked[0].term, marked[0].value) != ("add rust", "5 ns") {
        return Err("the mark was not read".to_owned());
    }
    for bad in [
        "x <!-- measured: add rust 5 ns",
        "x <!-- measured: add rust -->5",
        "- <!-- measured: add rust -->5<!-- /measured -->",
    ] {
        if places("f", bad).is_ok() {
            return Err(format!("{bad} passes"));
        }
    }
    Ok(())
}

/// The run's text for a term.
fn value(term: &str, record: &Record) -> Result<String, String> {
    let words: Vec<_> = term.split(' ').collect();
    match words[..] {
        ["machine"] => Ok(machine(record)),
        ["times"] => Ok(times(record)),
        ["break-even"] => Ok(break_evens(record)),
        ["work", boundary] => Ok(break_even(record, boundary)?.work()),
        ["bytes", boundary] => Ok(break_even(record, boundary)?.data()),
        [operation, boundary, ref what @ ..] => {
            let id = Operation::ALL
                .into_iter()
                .find(|id| id.id() == operation)
                .ok_or_else(|| format!("there is no operation {operation}"))?;
            let time = record
                .time(id, boundary)
                .ok_or_else(|| format!("{FILE} has no time of {operation} over {boundary}"))?;
            match what {
                [] => Ok(units::time(time.median_ns)),
                ["ratio"] => time.ratio.map(units::ratio).ok_or(format!("{term}: no ratio")),
                ["speed"] => {
                    time.bytes_per_second.map(units::throughput).ok_or(format!("{term}: no bytes"))
                }
                _ => Err(format!("{term} is not a term")),
            }
        }
        _ => Err(format!("{term} is not a term")),
    }
}

fn machine(record: &Record) -> String {
    let machine = &record.machine;
    let rustc = record.versions.iter().find(|version| version.name == "rustc");
    format!(
        "{}, {} cores, {}, rustc {}",
        machine.cpu,
        machine.cores,
        machine.os,
        rustc.map_or("unknown", |rustc| &rustc.version)
    )
}

fn break_even(record: &Record, boundary: &str) -> Result<BreakEven, String> {
    break_even::of(record)
        .into_iter()
        .find(|found| found.boundary == boundary)
        .ok_or_else(|| format!("{FILE} has no add over {boundary}"))
}

/// A line for each boundary, a column for each operation.
fn times(record: &Record) -> String {
    let names: Vec<_> = record.operations.iter().map(|row| row.name.as_str()).collect();
    let mut table = format!("\n| | {} |\n|---|{}\n", names.join(" | "), "--:|".repeat(names.len()));
    for (index, boundary) in record.boundaries.iter().enumerate() {
        let cells = record.operations.iter().map(|row| match row.cells.get(index) {
            Some(Cell::Time(time)) => units::time(time.median_ns),
            _ => "–".to_owned(),
        });
        let cells: Vec<_> = cells.collect();
        table += &format!("| {} | {} |\n", boundary.name, cells.join(" | "));
    }
    table
}

fn break_evens(record: &Record) -> String {
    let mut table =
        "\n| | work in each call, at least | bytes in each call, at least |\n|---|--:|--:|\n"
            .to_owned();
    for found in break_even::of(record) {
        let column = record.boundaries.iter().find(|column| column.id == found.boundary);
        let name = column.map_or(&found.boundary, |column| &column.name);
        table += &format!("| {name} | {} | {} |\n", found.work(), found.data());
    }
    table
}
