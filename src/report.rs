use std::{env, fmt};

use anstyle::AnsiColor;

/// The severity of a message.
#[derive(Clone, Copy, Debug)]
pub enum Severity {
    /// The command continues.
    Warning,
    /// The command ends.
    Error,
}

/// Prints to standard error what went wrong and what to do.
pub fn report(severity: Severity, what: impl fmt::Display) {
    let (name, color) = match severity {
        Severity::Warning => ("warning", AnsiColor::Yellow),
        Severity::Error => ("error", AnsiColor::Red),
    };
    let style = color.on_default().bold();
    anstream::eprintln!("{style}{name}{style:#}: {what}");
}

/// The width of a table, in columns: the variable COLUMNS, or the terminal's width, or 80. Few
/// shells export the variable, and a pipe has no width.
pub fn width() -> u16 {
    let columns = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = || console::Term::stdout().size_checked().map(|(_, columns)| columns);
    columns.filter(|&width| width > 0).or_else(terminal).unwrap_or(80)
}
