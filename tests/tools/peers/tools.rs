//! The programs that other languages need.

use std::path::PathBuf;

/// The first of these programs that is installed.
pub fn find(programs: &[&str]) -> Result<PathBuf, String> {
    programs
        .iter()
        .find_map(|program| which::which(program).ok())
        .ok_or_else(|| absent(&programs.join(" or ")))
}

/// The message about a tool that is not installed.
pub fn absent(what: &str) -> String {
    format!("no {what}: `cargo run -- doctor` says how to get it")
}

/// The number that `text` starts with.
pub fn number(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
