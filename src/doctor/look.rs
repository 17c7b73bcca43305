//! Finds out whether a tool is installed, and which version.

use std::{
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use which::which;

use super::catalog::{Seek, Tool};
use crate::toolchain::{self, clang::Clang};

/// The longest time that a tool may take to print its version.
const PATIENCE: Duration = Duration::from_secs(5);

/// The result of the search for a tool.
#[derive(Debug, PartialEq)]
pub enum Found {
    /// Installed: the version, or a note that it is unknown.
    Version(String),
    TooOld(String),
    Missing,
}

/// Looks for a tool.
pub fn look(tool: &Tool) -> Found {
    let version = match &tool.seek {
        Seek::Run { programs, ask } => first(programs, ask).map(|(_, output)| output),
        Seek::See { programs } => {
            programs.iter().find_map(|program| which(program).ok()).map(|_| String::new())
        }
        Seek::Wasm32 => toolchain::with_wasm32().map(|toolchain| toolchain.version()),
        Seek::WasmClang => Clang::find().map(|clang| clang.version().to_owned()),
    };
    match version {
        Some(output) => judge(&output, tool.at_least),
        None => Found::Missing,
    }
}

/// The program of a tool that prints its version.
pub fn program(tool: &Tool) -> Option<PathBuf> {
    match &tool.seek {
        Seek::Run { programs, ask } => first(programs, ask).map(|(program, _)| program),
        Seek::See { .. } | Seek::Wasm32 | Seek::WasmClang => None,
    }
}

/// The first of these programs that prints a version, and its output.
fn first(programs: &[String], ask: &[&str]) -> Option<(PathBuf, String)> {
    programs.iter().filter_map(|program| which(program).ok()).find_map(|program| {
        let output = asked(&program, ask, PATIENCE)?;
        Some((program, output))
    })
}

/// The output of a program; empty when the program does not stop in time. `None` when it fails or
/// prints nothing: macOS and Windows have placeholder programs for absent tools that only report
/// the absence, and Visual Studio's finder prints nothing when it finds nothing.
fn asked(program: &Path, arguments: &[&str], patience: Duration) -> Option<String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut stdout = child.stdout.take()?;
    let (send, receive) = mpsc::channel();
    // In a thread, because a process that the program started may keep its output open forever.
    thread::spawn(move || {
        let mut output = Vec::new();
        let read = stdout.read_to_end(&mut output);
        send.send(read.map(|_| output)).ok()
    });

    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => {
                let left = deadline.saturating_duration_since(Instant::now());
                let output = receive.recv_timeout(left).ok()?.ok()?;
                let output = String::from_utf8_lossy(&output).into_owned();
                return Some(output).filter(|output| !output.is_empty());
            }
            Ok(None) => thread::sleep(Duration::from_millis(5)),
            Ok(Some(_)) | Err(_) => return None,
        }
    }
    // The program may just have ended; either way it is gone after this.
    drop(child.kill());
    drop(child.wait());
    Some(String::new())
}

fn judge(output: &str, at_least: Option<&str>) -> Found {
    match (version_in(output), at_least) {
        (Some(version), Some(least)) if numbers(&version) < numbers(least) => {
            Found::TooOld(version)
        }
        (Some(version), _) => Found::Version(version),
        (None, _) => Found::Version("installed".to_owned()),
    }
}

/// The first dotted number in a tool's version output. Text in parentheses names the builder:
/// `gcc (Debian 12.2.0-14) 12.2.0`.
fn version_in(output: &str) -> Option<String> {
    let mut depth = 0_u32;
    let mut plain = String::new();
    for c in output.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain
        .split(|c: char| !c.is_ascii_digit() && c != '.')
        .map(|number| number.trim_matches('.'))
        .find(|number| number.contains('.'))
        .map(str::to_owned)
}

/// `1.95.0` in a form that can be compared: `1.100` is later than `1.95`.
fn numbers(version: &str) -> Vec<u64> {
    version.split('.').map(|number| number.parse().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_found_in_what_tools_print() {
        for (output, version) in [
            ("rustc 1.95.0 (59807616e 2026-04-14)", "1.95.0"),
            ("1.97.0-nightly (c935696dd 2026-04-29)", "1.97.0"),
            ("gcc (Debian 12.2.0-14+deb12u1) 12.2.0\nCopyright (C) 2022 …", "12.2.0"),
            ("Apple clang version 17.0.0 (clang-1700.0.13.5)", "17.0.0"),
            ("Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)", "156.0.8078.79"),
            ("v20.20.2", "20.20.2"),
            ("go version go1.26.8 linux/amd64", "1.26.8"),
            ("openjdk 17.0.15 2025-04-15\nOpenJDK Runtime …", "17.0.15"),
            ("\u{1b}[1mApache Maven 3.8.7\u{1b}[m\nMaven home: …", "3.8.7"),
            ("valgrind-3.19.0", "3.19.0"),
        ] {
            assert_eq!(version_in(output).as_deref(), Some(version), "{output}");
        }
        for output in ["", "no number", "17", "(1.2", "..."] {
            assert_eq!(version_in(output), None, "{output}");
        }
    }

    #[test]
    fn versions_compare_as_numbers() {
        let judged = |output| judge(output, Some("1.95"));
        assert_eq!(judged("rustc 1.100.0"), Found::Version("1.100.0".to_owned()));
        assert_eq!(judged("rustc 1.95.0"), Found::Version("1.95.0".to_owned()));
        assert_eq!(judged("rustc 1.94.1"), Found::TooOld("1.94.1".to_owned()));
        assert!(matches!(judged(""), Found::Version(_)));
    }

    #[cfg(unix)]
    #[test]
    fn a_tool_that_hangs_is_not_waited_for() {
        let start = Instant::now();
        let output = asked(Path::new("sleep"), &["60"], Duration::from_millis(50));
        assert_eq!(output.as_deref(), Some(""));
        assert!(start.elapsed() < Duration::from_secs(30));
    }

    #[cfg(unix)]
    #[test]
    fn a_tool_that_fails_or_prints_nothing_is_not_installed() {
        assert_eq!(asked(Path::new("false"), &[], PATIENCE), None);
        assert_eq!(asked(Path::new("true"), &[], PATIENCE), None);
        assert_eq!(asked(Path::new("/nonexistent"), &[], PATIENCE), None);
        assert_eq!(asked(Path::new("echo"), &["x"], PATIENCE).as_deref(), Some("x\n"));
    }
}
