//! What was measured, for a terminal: a line for each boundary, and as many operations side by side
//! as fit.

use std::{
    env,
    io::{self, Write},
};

use anstyle::{Effects, Style};
use comfy_table::{CellAlignment, Table, presets};

use super::{
    break_even::{self, BreakEven},
    record::{Cell, Record, Row},
    units,
};

/// The room for whoever does not say how wide the terminal is.
const WIDTH: usize = 80;

/// Two spaces between columns.
const GAP: usize = 2;

/// Prints the table, with what it was measured on above and the reasons for dashes below.
///
/// # Errors
///
/// When standard output takes no more.
pub fn print(record: &Record) -> io::Result<()> {
    let bold = Style::new().bold();
    let faint = Style::new().effects(Effects::DIMMED);
    let mut out = anstream::stdout().lock();
    let (title, rest) = heading(record);
    writeln!(out, "{bold}{title}{bold:#}\n{faint}{rest}{faint:#}")?;

    let mut notes = Notes::default();
    for block in blocks(record, &mut notes, width()) {
        // The names of the operations stand out, not what is said about them.
        let (names, lines) = block.split_once('\n').unwrap_or((&block, ""));
        writeln!(out, "\n{bold}{names}{bold:#}\n{lines}")?;
    }
    writeln!(out, "\n{faint}{}{faint:#}", legend(record))?;
    for (index, reason) in notes.0.iter().enumerate() {
        writeln!(out, "[{}] {reason}", index + 1)?;
    }

    let found = break_even::of(record);
    if !found.is_empty() {
        let (names, lines) = break_evens(record, &found);
        let share = 100.0 * break_even::NOISE;
        writeln!(
            out,
            "\n{bold}{names}{bold:#}\n{lines}\n\n\
             {faint}How much work, or data to sum up, each call needs for the crossing to be at most {share} % of \
             it,\nif the far side works as fast as Rust.{faint:#}"
        )?;
    }
    Ok(())
}

/// From where on each crossing no longer shows: the header, and the lines.
fn break_evens(record: &Record, found: &[BreakEven]) -> (String, String) {
    let name = |id: &str| {
        let column = record.boundaries.iter().find(|column| column.id == id);
        column.map_or(id, |column| &column.name).to_owned()
    };
    let names: Vec<_> = found.iter().map(|found| name(&found.boundary)).collect();
    let column = |title: &str, cell: fn(&BreakEven) -> String| {
        [title.to_owned()].into_iter().chain(found.iter().map(cell)).collect()
    };
    let columns = [column("work from", BreakEven::work), column("data from", BreakEven::data)];
    let block = block(&names, &columns);
    let (names, lines) = block.split_once('\n').unwrap_or((&block, ""));
    (names.to_owned(), lines.to_owned())
}

/// The processor, and what ran on it.
fn heading(record: &Record) -> (String, String) {
    let machine = &record.machine;
    let versions: Vec<_> =
        record.versions.iter().map(|part| format!("{} {}", part.name, part.version)).collect();
    let title = format!(
        "{}, {}",
        machine.cpu,
        if machine.cores == 1 { "1 core".to_owned() } else { format!("{} cores", machine.cores) }
    );
    let system = format!("{}, {}", machine.os, machine.arch);
    (title, format!("{system}\n{}, {} build", versions.join(", "), record.profile))
}

/// What the numbers are.
fn legend(record: &Record) -> String {
    let bulk = record.operations.iter().any(|row| row.bytes.is_some());
    let few = record.times().any(|time| time.samples < 6);
    let baseline = record.boundaries.first().map_or("", |column| &column.name);
    format!(
        "A call's median time, how far its {} reaches, times that of {baseline}{}.",
        if few { "interval (95 %; fewer than 6 samples: all)" } else { "95 % interval" },
        if bulk { ", throughput" } else { "" }
    )
}

/// The reasons for dashes, in the order of their numbers.
#[derive(Default)]
struct Notes(Vec<String>);

impl Notes {
    /// The number of a reason.
    fn number(&mut self, reason: &str) -> usize {
        let known = self.0.iter().position(|known| known == reason);
        known.unwrap_or_else(|| {
            self.0.push(reason.to_owned());
            self.0.len() - 1
        }) + 1
    }
}

/// The operations in as few tables as fit into `width`.
fn blocks(record: &Record, notes: &mut Notes, width: usize) -> Vec<String> {
    let names: Vec<_> = record.boundaries.iter().map(|column| column.name.clone()).collect();
    let first = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();

    let mut blocks: Vec<Vec<Vec<String>>> = Vec::new();
    let mut used = 0;
    for row in &record.operations {
        let column = column(row, notes);
        let needed = GAP + column.iter().map(|cell| cell.chars().count()).max().unwrap_or_default();
        match blocks.last_mut() {
            Some(block) if used + needed <= width => {
                block.push(column);
                used += needed;
            }
            _ => {
                blocks.push(vec![column]);
                used = first + needed;
            }
        }
    }
    blocks.iter().map(|columns| block(&names, columns)).collect()
}

/// One table: the boundaries, and some operations.
fn block(names: &[String], columns: &[Vec<String>]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let line = |name: &str, index: usize| {
        let cells = columns.iter().map(move |column| column[index].clone());
        [name.to_owned()].into_iter().chain(cells)
    };
    table.set_header(line("", 0));
    for (index, name) in names.iter().enumerate() {
        table.add_row(line(name, index + 1));
    }
    for column in table.column_iter_mut() {
        column.set_padding((if column.index == 0 { 0 } else { GAP as u16 }, 0));
        if column.index > 0 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

/// An operation's name, and what is to be said of it for each boundary, part under part.
fn column(row: &Row, notes: &mut Notes) -> Vec<String> {
    let cells: Vec<[String; 4]> = row.cells.iter().map(|cell| parts(cell, notes)).collect();
    let widths: [usize; 4] = [0, 1, 2, 3]
        .map(|part| cells.iter().map(|cell| cell[part].chars().count()).max().unwrap_or_default());
    let line = |parts: &[String; 4]| {
        let padded = parts.iter().zip(widths).map(|(part, width)| format!("{part:>width$}"));
        let used: Vec<_> = padded.filter(|part| !part.is_empty()).collect();
        used.join(" ")
    };
    [row.name.clone()].into_iter().chain(cells.iter().map(line)).collect()
}

/// Median, spread, ratio and throughput.
fn parts(cell: &Cell, notes: &mut Notes) -> [String; 4] {
    match cell {
        Cell::Time(time) => [
            units::time(time.median_ns),
            units::spread(time).map(units::percent).unwrap_or_default(),
            time.ratio.map(units::ratio).unwrap_or_default(),
            time.bytes_per_second.map(units::throughput).unwrap_or_default(),
        ],
        Cell::Absent { absent } => {
            let number = format!("[{}]", notes.number(absent));
            ["–".to_owned(), number, String::new(), String::new()]
        }
    }
}

/// What the shell says, or the terminal.
fn width() -> usize {
    let columns = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = || console::Term::stdout().size_checked().map(|(_, columns)| columns.into());
    columns.filter(|&width| width > 0).or_else(terminal).unwrap_or(WIDTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(width: usize) -> (Vec<String>, Notes) {
        let mut notes = Notes::default();
        (blocks(&Record::sample(), &mut notes, width), notes)
    }

    #[test]
    fn every_cell_is_there_once_and_nothing_is_wider_than_the_terminal() {
        let record = Record::sample();
        for (width, tables) in [(80, 4), (100, 3), (240, 1)] {
            let (blocks, notes) = rendered(width);
            assert_eq!(blocks.len(), tables, "{}", blocks.join("\n\n"));
            let all = blocks.join("\n");
            assert!(all.lines().all(|line| line.chars().count() <= width), "{width}:\n{all}");
            let cells: usize = record.operations.iter().map(|row| row.cells.len()).sum();
            assert_eq!(all.matches('±').count(), record.times().count());
            assert_eq!(all.matches('–').count(), cells - record.times().count());
            assert_eq!(notes.0.len(), 3, "{:?}", notes.0);
        }
    }

    #[test]
    fn numbers_stand_under_each_other() {
        let (blocks, _) = rendered(80);
        let ends = |mark: char| {
            let place = |line: &str| line.chars().position(|c| c == mark);
            let mut places: Vec<_> = blocks[0].lines().filter_map(place).collect();
            places.dedup();
            places.len()
        };
        assert_eq!((ends('%'), ends('×')), (1, 1), "{}", blocks[0]);
    }

    #[test]
    fn without_bulk_there_is_no_word_of_throughput() {
        let mut record = Record::sample();
        assert!(legend(&record).contains("throughput"));
        record.operations.retain(|row| row.bytes.is_none());
        assert!(!legend(&record).contains("throughput"));
    }
}
