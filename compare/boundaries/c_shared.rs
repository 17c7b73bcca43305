//! Rust calling C in a shared library that it is linked with.
//!
//! This needs a program of its own, because the comparison itself has the same symbols already,
//! from the static library.

use std::{
    env::{self, consts::EXE_SUFFIX},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use ffi_demo::bench::SHARED_LIBRARY;

use super::{
    Boundary, Say, Technique,
    program::{self, PATIENCE, Program},
};
use crate::workspace;

pub const COLUMN: Boundary =
    Boundary::new("c-shared", "C, shared", Technique::Ffi, |say| super::opened(open(say)));

const SOURCE: &str = "examples/ffi/rust/ops.rs";

fn open(say: &Say<'_>) -> Result<Program, String> {
    let root = workspace::root()
        .ok_or("not in the polyglot workspace: run this in the workspace's folder")?;
    let work = || build(&root, Path::new(SHARED_LIBRARY));
    let program = program::building(say, "\"C, shared\"", SOURCE, "a few seconds", work)?;
    Program::start(COLUMN.name, &mut Command::new(program), PATIENCE)
}

/// Compiles the program with the settings of this one. It needs only the library, and is put beside
/// it, where Windows looks.
fn build(root: &Path, library: &Path) -> Result<PathBuf, String> {
    let folder = library.parent().unwrap_or(root);
    let failed = |error: &dyn std::fmt::Display| format!("cannot build {SOURCE}: {error}");
    let scratch = tempfile::tempdir_in(folder).map_err(|error| failed(&error))?;
    let new = scratch.path().join("program");
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into()));
    rustc.current_dir(root).args(["--edition=2024", SOURCE, "-o"]).arg(&new);
    rustc.arg(format!("-Lnative={}", folder.display()));
    if cfg!(unix) {
        rustc.arg(format!("-Clink-arg=-Wl,-rpath,{}", folder.display()));
    }
    if !cfg!(debug_assertions) {
        rustc.arg("-Copt-level=3");
    }
    let output = rustc.output().map_err(|error| failed(&error))?;
    if !output.status.success() {
        return Err(failed(&String::from_utf8_lossy(&output.stderr)));
    }
    // A new name, because another comparison may be running the last build.
    let program = folder.join(format!("compare_shared{EXE_SUFFIX}"));
    fs::rename(new, &program).map_err(|error| failed(&error))?;
    Ok(program)
}
