//! Python and Node.js, which load wasm-demo as a shared library to call Rust.

use std::{
    env::consts::DLL_SUFFIX,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Columns, Technique,
    program::{PATIENCE, Program},
    shared,
};
use crate::{doctor, workspace};

const PYTHON: &str = "Python, ctypes";
const NODE: &str = "Node.js, koffi";

pub(super) fn add_to(columns: &mut Columns<'_>) {
    columns.add("python", PYTHON, Technique::Ffi, || python(&root()?.join("examples/ffi/python")));
    columns.add("node", NODE, Technique::Ffi, || node(&root()?.join("examples/ffi/node")));
}

/// Python, running `ops.py` in `folder`.
///
/// # Errors
///
/// When Python is missing, cargo cannot build the library, or the program fails: a sentence that says
/// which.
pub fn python(folder: &Path) -> Result<Program, String> {
    let mut command = Command::new(doctor::find("python")?);
    command.arg(folder.join("ops.py")).arg(library()?);
    Program::start(PYTHON, &mut command, PATIENCE)
}

/// Node.js, running `ops.js` in `folder`, where npm has installed koffi.
///
/// # Errors
///
/// As for [`python`].
pub fn node(folder: &Path) -> Result<Program, String> {
    let node = doctor::find("node")?;
    if !folder.join("node_modules/koffi").is_dir() {
        return Err("no koffi here: npm --prefix examples/ffi/node ci".to_owned());
    }
    let mut command = Command::new(node);
    command.arg(folder.join("ops.js")).arg(library()?);
    Program::start(NODE, &mut command, PATIENCE)
}

/// The version of the language that is the column `id`, as it says it.
pub fn version(id: &str) -> Option<String> {
    if !["python", "node"].contains(&id) {
        return None;
    }
    let output = Command::new(doctor::find(id).ok()?).arg("--version").output().ok()?;
    // "Python 3.11.2", and "v20.19.5".
    let said = String::from_utf8(output.stdout).ok()?;
    let number = said.split_whitespace().last()?.trim_start_matches('v');
    number.starts_with(|c: char| c.is_ascii_digit()).then(|| number.to_owned())
}

fn root() -> Result<PathBuf, &'static str> {
    workspace::root().ok_or("not in the polyglot workspace: run this in its folder")
}

/// wasm-demo's exports as a shared library, which cargo builds.
fn library() -> Result<PathBuf, String> {
    let options = ["--package=wasm-demo", "--lib", "--crate-type=cdylib", "--features=exports"];
    let messages = shared::messages(&root()?, &[&["rustc"], &options[..]].concat())?;
    messages
        .iter()
        .filter(|message| message["target"]["name"] == "wasm_demo")
        .filter_map(|message| message["filenames"].as_array())
        .flatten()
        .filter_map(|file| file.as_str())
        .find(|file| file.ends_with(DLL_SUFFIX))
        .map(PathBuf::from)
        .ok_or_else(|| "cargo built no shared library of wasm-demo".to_owned())
}
