//! The results of this run, in the form that docs/grpc-reference.md shows.

use std::fmt::Write;

use libtest_mimic::{Completion, Failed};

use super::{LINES, Outcome, Peer, Trouble, peers};
use crate::support::{self, bless_command, blessing, read, rewrite};

const CHAPTER: &str = "docs/grpc-reference.md";
const MARKS: (&str, &str) = ("<!-- peers -->\n", "<!-- /peers -->");

/// A row for each language. → is Rust calling it, ← is it calling Rust.
fn table<'a>(peers: impl IntoIterator<Item = &'a Peer>) -> String {
    let mut table = "| |".to_owned();
    for (column, _) in LINES {
        let _ = write!(table, " {column} |");
    }
    table += "\n|---|";
    table += &"---|".repeat(LINES.len());
    table.push('\n');
    for peer in peers {
        table += &row(peer);
    }
    table
}

fn row(peer: &Peer) -> String {
    let mut row = format!("| {} |", peer.language.name);
    let mark = |outcome: &Outcome, line: usize| if outcome.right[line] { '✓' } else { '–' };
    for line in 0..LINES.len() {
        let (called, calls) = (mark(peer.called(), line), mark(peer.calls(), line));
        let _ = write!(row, " → {called} ← {calls} |");
    }
    row + "\n"
}

/// Runs everything that has not run yet, and compares the table with the chapter.
pub fn shown() -> Result<Completion, Failed> {
    let mut absent = Vec::new();
    let mut here = Vec::new();
    for peer in peers() {
        match [peer.called(), peer.calls()].map(|outcome| &outcome.trouble) {
            [Some(Trouble::Absent(reason)), _] | [_, Some(Trouble::Absent(reason))] => {
                absent.push(format!("{}: {reason}", peer.language.name));
            }
            // The chapter shows results that pass; a failure is reported by that language's own
            // trials.
            [Some(Trouble::Wrong(_)), _] | [_, Some(Trouble::Wrong(_))] => {
                return Err(format!("{} fails: fix that first", peer.language.name).into());
            }
            [None, None] => here.push(peer),
        }
    }

    let text = read(CHAPTER)?;
    let shown = text.split_once(MARKS.0).and_then(|(_, rest)| rest.split_once(MARKS.1));
    let (shown, _) = shown.ok_or(format!("{CHAPTER} has no {}", MARKS.0.trim_end()))?;
    let actual = table(here.iter().copied());
    if absent.is_empty() && shown != actual {
        if !blessing() {
            let remedy = format!("rewrite it with {}", bless_command());
            return Err(format!("{CHAPTER} shows another table: {remedy}\n{actual}").into());
        }
        // Includes the marks: the text between them may be empty, and an empty text is everywhere
        // in a file.
        let (start, end) = MARKS;
        let [old, new] = [shown, &actual].map(|table| format!("{start}{table}{end}"));
        rewrite(CHAPTER, &old, &new)?;
        return Ok(Completion::Completed);
    }
    // Rows of installed languages are compared, even if others are missing.
    if let Some(peer) = here.iter().find(|peer| !shown.contains(&row(peer))) {
        return Err(format!("{CHAPTER} has another row than this:\n{}", row(peer)).into());
    }
    let all = if absent.is_empty() { Ok(()) } else { Err(absent.join("; ")) };
    support::requirement(all, Ok)
}

/// Prints the rows of the languages that have run.
pub fn print() {
    let ran: Vec<_> = peers().iter().filter(|peer| peer.has_run()).collect();
    if !ran.is_empty() {
        println!("{}", table(ran));
    }
}
