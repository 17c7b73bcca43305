//! The result for a terminal: a line for each boundary, and as many operations side by side as fit.

use std::io::{self, Write};

use anstyle::{Effects, Style};
use comfy_table::{CellAlignment, Table, presets};

use super::{
    break_even::{self, BreakEven},
    record::{Cell, Record, Row},
    units,
};
use crate::report;

/// Spaces between columns.
const GAP: usize = 2;

/// Prints the table, below the machine that it was measured on, and then the reasons for dashes.
///
/// # Errors
///
/// When standard output cannot be written to.
pub fn print(record: &Record) -> io::Result<()> {
    write(&mut anstream::stdout().lock(), record, report::width().into())
}

fn write(out: &mut dyn Write, record: &Record, width: usize) -> io::Result<()> {
    let bold = Style::new().bold();
    let faint = Style::new().effects(Effects::DIMMED);
    // The names of the operations are bold, the lines below are not.
    let table = |out: &mut dyn Write, text: &str| {
        let (names, lines) = text.split_once('\n').unwrap_or((text, ""));
        writeln!(out, "\n{bold}{names}{bold:#}\n{lines}")
    };
    let machine = &record.machine;
    let cores = if machine.cores == 1 { "core" } else { "cores" };
    writeln!(out, "{bold}{}, {} {cores}{bold:#}", machine.cpu, machine.cores)?;
    let (versions, profile) = (record.versions(), &record.profile);
    let built = wrap(&format!("{versions}, {profile} build"), width);
    writeln!(out, "{faint}{}, {}\n{built}{faint:#}", machine.os, machine.arch)?;

    let mut notes = Vec::new();
    for block in blocks(record, &mut notes, width) {
        table(out, &block)?;
    }
    writeln!(out, "\n{faint}{}{faint:#}", wrap(&legend(record), width))?;
    for (index, reason) in notes.iter().enumerate() {
        writeln!(out, "[{}] {reason}", index + 1)?;
    }

    let found = break_even::of(record);
    if !found.is_empty() {
        table(out, &break_evens(record, &found))?;
        let share = 100.0 * break_even::NOISE;
        let explained = format!(
            "How much work, or how many bytes to checksum, each call needs so that the crossing takes \
             at most {share} % of its time, if the far side works as fast as Rust."
        );
        writeln!(out, "\n{faint}{}{faint:#}", wrap(&explained, width))?;
    }
    Ok(())
}

/// The work or data that makes each crossing disappear.
fn break_evens(record: &Record, found: &[BreakEven]) -> String {
    let name = |found: &BreakEven| {
        let column = record.boundaries.iter().find(|column| column.id == found.boundary);
        column.map_or(&found.boundary, |column| &column.name).clone()
    };
    let column = |title: &str, cell: fn(&BreakEven) -> String| {
        [title.to_owned()].into_iter().chain(found.iter().map(cell)).collect()
    };
    let names: Vec<_> = found.iter().map(name).collect();
    block(&names, &[column("least work", BreakEven::work), column("least data", BreakEven::data)])
}

/// The meaning of the numbers.
fn legend(record: &Record) -> String {
    let bulk = record.operations.iter().any(|row| row.bytes.is_some());
    let few = record.times().any(|time| time.samples < 6);
    let baseline = record.boundaries.first().map_or("", |column| &column.name);
    format!(
        "For a call: median time, reach of the {}, ratio to {baseline}{}.",
        if few { "interval (95 %; fewer than 6 samples: all)" } else { "95 % interval" },
        if bulk { ", throughput" } else { "" }
    )
}

/// Splits the operations into as few tables as fit into `width`. Adds the reasons for dashes to
/// `notes`.
fn blocks(record: &Record, notes: &mut Vec<String>, width: usize) -> Vec<String> {
    let names: Vec<_> = record.boundaries.iter().map(|column| column.name.clone()).collect();
    let first = longest(&names);
    let mut blocks: Vec<Vec<Vec<String>>> = Vec::new();
    let mut used = 0;
    for row in &record.operations {
        let column = column(row, notes);
        let needed = GAP + longest(&column);
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

fn longest<'a>(texts: impl IntoIterator<Item = &'a String>) -> usize {
    texts.into_iter().map(|text| text.chars().count()).max().unwrap_or_default()
}

/// One table: the boundaries, and some columns, each with its header.
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

/// The name of an operation, and the numbers of each boundary, aligned part by part.
fn column(row: &Row, notes: &mut Vec<String>) -> Vec<String> {
    let cells: Vec<[String; 4]> = row.cells.iter().map(|cell| parts(cell, notes)).collect();
    let widths = [0, 1, 2, 3].map(|part| longest(cells.iter().map(|cell| &cell[part])));
    let line = |parts: &[String; 4]| {
        let padded = parts.iter().zip(widths).map(|(part, width)| format!("{part:>width$}"));
        padded.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    [row.name.clone()].into_iter().chain(cells.iter().map(line)).collect()
}

/// Median, spread, ratio and throughput; or a dash and the number of its note.
fn parts(cell: &Cell, notes: &mut Vec<String>) -> [String; 4] {
    match cell {
        Cell::Time(time) => [
            units::time(time.median_ns),
            units::spread(time).map(units::percent).unwrap_or_default(),
            time.ratio.map(units::ratio).unwrap_or_default(),
            time.bytes_per_second.map(units::throughput).unwrap_or_default(),
        ],
        Cell::Absent { absent } => {
            let known = notes.iter().position(|known| known == absent);
            let number = known.unwrap_or_else(|| {
                notes.push(absent.clone());
                notes.len() - 1
            });
            ["–".to_owned(), format!("[{}]", number + 1), String::new(), String::new()]
        }
    }
}

/// `text` in lines of at most `width` columns, except for words that are longer.
fn wrap(text: &str, width: usize) -> String {
    let mut wrapped = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 {
            let fits = used + 1 + length <= width;
            wrapped.push(if fits { ' ' } else { '\n' });
            used = if fits { used + 1 } else { 0 };
        }
        wrapped.push_str(word);
        used += length;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let record = Record::sample();
        for width in [60, 80, 100] {
            let mut written = Vec::new();
            write(&mut written, &record, width).unwrap();
            let written = String::from_utf8(written).unwrap();
            let text = anstream::adapter::strip_str(&written).to_string();
            let wide = text.lines().find(|line| line.chars().count() > width);
            assert_eq!(wide, None, "{width}:\n{text}");
            let words: Vec<_> = text.split_whitespace().collect();
            assert!(words.join(" ").contains("takes at most 5 % of its time, if the far side"));
        }
    }

    #[test]
    fn every_cell_is_there_once_aligned_and_not_wider_than_the_terminal() {
        let record = Record::sample();
        for (width, tables) in [(80, 4), (100, 3), (240, 1)] {
            let mut notes = Vec::new();
            let blocks = blocks(&record, &mut notes, width);
            assert_eq!(blocks.len(), tables, "{}", blocks.join("\n\n"));
            let all = blocks.join("\n");
            assert!(all.lines().all(|line| line.chars().count() <= width), "{width}:\n{all}");
            let cells: usize = record.operations.iter().map(|row| row.cells.len()).sum();
            assert_eq!(all.matches('±').count(), record.times().count());
            assert_eq!(all.matches('–').count(), cells - record.times().count());
            assert_eq!(notes.len(), 3, "{notes:?}");
        }
        // One operation in a table: its numbers are in one column.
        let first = &blocks(&record, &mut Vec::new(), 80)[0];
        for mark in ['%', '×'] {
            let places = first.lines().filter_map(|line| line.chars().position(|c| c == mark));
            assert_eq!(places.collect::<HashSet<_>>().len(), 1, "{mark} in {first}");
        }
    }
}
