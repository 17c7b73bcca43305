//! Python and Node.js, which load wasm-demo as a shared library to call Rust.

use std::{
    env::consts::DLL_SUFFIX,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Boundary, Say, Technique,
    program::{self, PATIENCE, Program},
};
use crate::{doctor, workspace};

pub(super) const PYTHON: Boundary = Boundary {
    version: || version("python"),
    ..Boundary::new("python", "Python, ctypes", Technique::Ffi, |say| {
        super::opened(root().and_then(|root| python(&root.join("examples/ffi/python"), say)))
    })
};

pub(super) const NODE: Boundary = Boundary {
    version: || version("node"),
    ..Boundary::new("node", "Node.js, koffi", Technique::Ffi, |say| {
        super::opened(root().and_then(|root| node(&root.join("examples/ffi/node"), say)))
    })
};

/// Python, running `ops.py` in `folder`.
///
/// # Errors
///
/// A sentence that says what failed: Python is not installed, cargo cannot build the library, or
/// the program fails.
pub fn python(folder: &Path, say: &Say<'_>) -> Result<Program, String> {
    let mut command = Command::new(doctor::find("python")?);
    command.arg(folder.join("ops.py")).arg(library(say)?);
    Program::start(PYTHON.name, &mut command, PATIENCE)
}

/// Node.js, running `ops.js` in `folder`, where npm has installed koffi.
///
/// # Errors
///
/// A sentence that says what failed: Node.js or koffi is not installed, cargo cannot build the
/// library, or the program fails.
pub fn node(folder: &Path, say: &Say<'_>) -> Result<Program, String> {
    let node = doctor::find("node")?;
    if !folder.join("node_modules/koffi").is_dir() {
        return Err("koffi is not installed: npm --prefix examples/ffi/node ci".to_owned());
    }
    let mut command = Command::new(node);
    command.arg(folder.join("ops.js")).arg(library(say)?);
    Program::start(NODE.name, &mut command, PATIENCE)
}

/// The version that the tool `name` prints.
fn version(name: &str) -> Option<String> {
    let output = Command::new(doctor::find(name).ok()?).arg("--version").output().ok()?;
    // "Python 3.11.2", and "v20.19.5".
    let said = String::from_utf8(output.stdout).ok()?;
    let number = said.split_whitespace().last()?.trim_start_matches('v');
    number.starts_with(|c: char| c.is_ascii_digit()).then(|| number.to_owned())
}

fn root() -> Result<PathBuf, String> {
    workspace::root()
        .ok_or("not in the polyglot workspace: run this in the workspace's folder".to_owned())
}

/// Builds wasm-demo's exports as a shared library.
fn library(say: &Say<'_>) -> Result<PathBuf, String> {
    let options = ["--package=wasm-demo", "--lib", "--crate-type=cdylib", "--features=exports"];
    let (root, arguments) = (root()?, [&["rustc"], &options[..]].concat());
    let build = || program::messages(&root, &arguments);
    let what = "wasm-demo as a shared library";
    let messages = program::building(say, "Python and Node.js", what, "half a minute", build)?;
    messages
        .iter()
        .filter(|message| message["target"]["name"] == "wasm_demo")
        .filter_map(|message| message["filenames"].as_array())
        .flatten()
        .filter_map(|file| file.as_str())
        .find(|file| file.ends_with(DLL_SUFFIX))
        .map(PathBuf::from)
        .ok_or_else(|| "cargo did not build a shared library of wasm-demo".to_owned())
}
