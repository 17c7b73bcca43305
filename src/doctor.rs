//! `polyglot doctor`: lists which tools are installed, how to get the others, and the purpose of
//! each.

mod catalog;
mod look;
mod system;

use std::{collections::HashSet, path::PathBuf, process::ExitCode, thread};

use anstyle::{AnsiColor, Style};
use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};

use self::{
    catalog::Tool,
    look::{Found, look},
    system::System,
};
use crate::report::width;

/// The narrowest column for the purpose of a tool. With less room, it gets lines of its own.
const PURPOSE: usize = 24;

/// Prints the table; fails when a required tool is missing.
pub fn run() -> ExitCode {
    let tools = catalog::tools();
    // In parallel: a JVM alone takes half a second to print its version.
    let found: Vec<Found> = thread::scope(|scope| {
        let looks: Vec<_> = tools.iter().map(|tool| scope.spawn(|| look(tool))).collect();
        looks.into_iter().map(|look| look.join().unwrap_or(Found::Missing)).collect()
    });
    let rows: Vec<(&Tool, &Found)> = tools.iter().zip(&found).collect();

    for line in table(&rows, width()).trim_fmt().lines() {
        let style = style(line);
        let (mark, rest) = line.split_at(line.chars().next().map_or(0, char::len_utf8));
        anstream::println!("{style}{mark}{style:#}{rest}");
    }
    let commands = commands(&rows, &System::here());
    if !commands.is_empty() {
        anstream::println!("\nTo install the missing tools:");
        for command in commands {
            anstream::println!("  {command}");
        }
    }

    let missing = missing(&rows);
    if missing.is_empty() {
        return ExitCode::SUCCESS;
    }
    let style = AnsiColor::Red.on_default().bold();
    anstream::eprintln!(
        "{style}error{style:#}: required, but not installed: {}",
        missing.join(", ")
    );
    ExitCode::FAILURE
}

/// The program of a tool, such as `python` or `node`: the one whose version the table shows.
///
/// # Errors
///
/// When the tool is not installed: a message with the table's advice on how to get it.
pub fn find(name: &str) -> Result<PathBuf, String> {
    let tools = catalog::tools();
    let tool = tools.iter().find(|tool| tool.name == name);
    let tool = tool.ok_or_else(|| format!("doctor does not know the tool {name}"))?;
    look::program(tool).ok_or_else(|| how_to_get(tool, &System::here()))
}

fn how_to_get(tool: &Tool, system: &System) -> String {
    format!("{} is not installed: {}", tool.name, system.command(&tool.get))
}

fn table(rows: &[(&Tool, &Found)], width: u16) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width);
    let cells: Vec<_> = rows.iter().map(|(tool, found)| cells(tool, found)).collect();
    let longest = |column: usize| {
        cells.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    // Each of the first three columns has two spaces after it.
    let last = usize::from(width).saturating_sub(longest(0) + longest(1) + longest(2) + 6);
    if last < PURPOSE {
        for [mark, tool, found, purpose] in &cells {
            table.add_row([mark.clone(), format!("{tool}  {found}\n{purpose}")]);
        }
    } else {
        table.set_header(["", "tool", "found", "for"]).add_rows(cells);
    }
    let columns = table.column_count();
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
        // Only the last column wraps.
        if column.index + 1 < columns {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table
}

/// The mark, name, version and purpose of a tool.
fn cells(tool: &Tool, found: &Found) -> [String; 4] {
    let (mark, found) = match found {
        Found::Version(version) => ("✓", version.clone()),
        Found::TooOld(version) => ("✗", format!("{version}, too old")),
        Found::Missing if tool.required => ("✗", "missing".to_owned()),
        Found::Missing => ("–", "missing".to_owned()),
    };
    [mark.to_owned(), tool.name.to_owned(), found, tool.purpose.to_owned()]
}

/// The command that installs each tool that is missing or too old: one uncut line each, ready to
/// copy.
fn commands(rows: &[(&Tool, &Found)], system: &System) -> Vec<String> {
    let mut commands: Vec<String> = rows
        .iter()
        .filter(|(_, found)| !matches!(found, Found::Version(_)))
        .map(|(tool, _)| system.command(&tool.get))
        .collect();
    let mut seen = HashSet::new();
    commands.retain(|command| seen.insert(command.clone()));
    commands
}

/// The style of the mark at the start of a line.
fn style(line: &str) -> Style {
    match line.chars().next() {
        Some('✓') => AnsiColor::Green.on_default(),
        Some('✗') => AnsiColor::Red.on_default().bold(),
        _ => Style::new(),
    }
}

/// The required tools that are not installed, or too old.
fn missing(rows: &[(&Tool, &Found)]) -> Vec<String> {
    rows.iter()
        .filter(|(tool, found)| tool.required && !matches!(found, Found::Version(_)))
        .map(|(tool, _)| match tool.at_least {
            Some(version) => format!("{} {version} or later", tool.name),
            None => tool.name.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_required_is_reported_missing() {
        let tools = catalog::tools();
        let old = Found::TooOld("1.80.0".to_owned());
        let rows: Vec<_> = tools
            .iter()
            .map(|tool| (tool, if tool.name == "Rust" { &old } else { &Found::Missing }))
            .collect();
        let rust = format!("Rust {} or later", env!("CARGO_PKG_RUST_VERSION"));
        assert_eq!(missing(&rows), [rust.as_str(), "C compiler"]);
    }

    #[test]
    fn every_command_is_in_one_piece_and_every_row_fits() {
        let tools = catalog::tools();
        let rows: Vec<_> = tools.iter().map(|tool| (tool, &Found::Missing)).collect();
        let system = System::Apt { sudo: true };
        let commands = commands(&rows, &system);
        for tool in &tools {
            assert!(commands.contains(&system.command(&tool.get)), "{}", tool.name);
        }
        for width in [35, 40, 50, 60, 65, 80, 200] {
            let table = table(&rows, width).trim_fmt();
            assert!(table.lines().all(|line| line.chars().count() <= width.into()), "{table}");
            // The purpose stays readable: a few words on each line, not single letters.
            assert!(table.lines().count() <= 3 * (tools.len() + 1), "{width}:\n{table}");
            assert!(table.contains("  everything"), "{width}:\n{table}");
        }
    }

    #[test]
    fn wasm_bindgen_is_installed_in_the_version_of_the_workspace() {
        let tools = catalog::tools();
        let runner = tools.iter().find(|tool| tool.name == "wasm-bindgen-test-runner").unwrap();
        let command = System::Winget.command(&runner.get);
        let (_, version) = command.split_once(" --version ").expect("it names a version");
        let manifest = include_str!("../Cargo.toml").replace('\r', "");
        assert!(manifest.contains(&format!("\nwasm-bindgen = \"{version}\"\n")), "{version}");
    }

    #[test]
    fn absent_tools_are_reported_in_the_words_of_the_table() {
        let tools = catalog::tools();
        let python = tools.iter().find(|tool| tool.name == "python").expect("it is listed");
        let reason = how_to_get(python, &System::Apt { sudo: true });
        assert_eq!(reason, "python is not installed: sudo apt-get install python3");
        assert!(find("abacus").is_err());
    }
}
