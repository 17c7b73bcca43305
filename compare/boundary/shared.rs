//! Rust calling C in a shared library that it was linked with.
//!
//! In a program of its own, because this one has the same symbols already, from the static library.

use std::{env, ffi::OsString, path::Path, process::Command};

use serde_json::Value;

use super::{
    Columns, Technique,
    program::{PATIENCE, Program},
};
use crate::{cargo, workspace};

const NAME: &str = "C, shared";
const EXAMPLE: &str = "compare_shared";

pub(super) fn add_to(columns: &mut Columns<'_>) {
    columns.add("c-shared", NAME, Technique::Ffi, program);
}

/// The program, built and started.
///
/// # Errors
///
/// When this runs outside of the workspace, cargo cannot build it, or it does not start.
pub fn program() -> Result<Program, String> {
    let root = workspace::root().ok_or("not in the polyglot workspace: run this in its folder")?;
    Program::start(NAME, &mut build(&root)?, PATIENCE)
}

/// Has cargo build the program.
fn build(root: &Path) -> Result<Command, String> {
    let messages = messages(root, &["build", "--package=ffi-demo", "--example", EXAMPLE])?;

    let program = messages
        .iter()
        .filter(|message| message["target"]["name"] == EXAMPLE)
        .find_map(|message| message["executable"].as_str())
        .ok_or_else(|| format!("cargo built no program for the example {EXAMPLE}"))?;
    let mut command = Command::new(program);
    if cfg!(windows) {
        // Elsewhere the program knows where the library is.
        let made = messages
            .iter()
            .filter(|message| message["reason"] == "build-script-executed")
            .filter_map(|message| message["out_dir"].as_str());
        command.env("PATH", path_with(made)?);
    }
    Ok(command)
}

/// Has cargo build something, optimised if this program is, and returns cargo's messages about it.
///
/// # Errors
///
/// When cargo cannot be run, or fails, with its output.
pub(super) fn messages(root: &Path, arguments: &[&str]) -> Result<Vec<Value>, String> {
    let mut cargo = cargo::command();
    // The messages go to the standard output, the compiler's diagnostics to the standard error.
    cargo.args(arguments).args(["--locked", "--message-format=json-render-diagnostics"]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let printed = cargo::run(cargo.current_dir(root))?;
    Ok(printed.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// The PATH, behind `folders`.
fn path_with<'a>(folders: impl Iterator<Item = &'a str>) -> Result<OsString, String> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(folders.map(Into::into).chain(env::split_paths(&path)))
        .map_err(|error| format!("the PATH cannot be extended: {error}"))
}
