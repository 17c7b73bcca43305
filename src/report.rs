use std::fmt;

use anstyle::AnsiColor;

/// How bad a message is.
#[derive(Clone, Copy, Debug)]
pub enum Severity {
    /// The command goes on.
    Warning,
    /// It does not.
    Error,
}

/// Says on standard error what went wrong and what to do.
pub fn report(severity: Severity, what: impl fmt::Display) {
    let (name, color) = match severity {
        Severity::Warning => ("warning", AnsiColor::Yellow),
        Severity::Error => ("error", AnsiColor::Red),
    };
    let style = color.on_default().bold();
    anstream::eprintln!("{style}{name}{style:#}: {what}");
}
