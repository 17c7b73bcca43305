//! C and C++ to WebAssembly, by clang.

use std::{error::Error, fs, path::Path, process::Command};

use super::rust;
use crate::{
    pkg::modules::{Kind, Module},
    toolchain::clang::Clang,
};

/// The bare target has no C library, so only the headers that need none can be used. Exceptions are
/// off, because the host could not catch them.
const C: [&str; 4] = ["-std=c11", "-ffreestanding", "-Wpedantic", "-Ic_src/include"];
const CPP: [&str; 4] = ["-std=c++20", "-ffreestanding", "-fno-exceptions", "-fno-rtti"];

/// Symbols are hidden, and exported by the header's own macro, as in a shared library.
const COMPILE: [&str; 5] = ["-c", "-O3", "-fvisibility=hidden", "-Wall", "-Wextra"];

const LINK: [&str; 5] = [
    "-nostdlib",
    // A library: it has no main.
    "-Wl,--no-entry",
    "-Wl,--export-dynamic",
    // The address from which the caller may use the memory.
    "-Wl,--export=__heap_base",
    // A stack that overflows then leaves memory, and traps, instead of running into the data.
    "-Wl,--stack-first",
];

/// Compiles and links one module.
///
/// # Errors
///
/// If clang fails, with its message.
pub fn compile(root: &Path, clang: &Clang, module: &Module) -> Result<Vec<u8>, Box<dyn Error>> {
    let folder = rust::target_dir(root).join("c").join(module.name);
    fs::create_dir_all(&folder)?;
    let language = if module.kind == Kind::Cpp { CPP } else { C };

    // In two steps, and without -O in the second: there it would make clang call a wasm-opt, if one
    // happened to be installed.
    let mut link = clang.command();
    for source in module.sources().filter(|source| !source.ends_with(".h")) {
        let object = folder.join(source.replace('/', "-")).with_extension("o");
        let mut compile = clang.command();
        run(compile
            .current_dir(root)
            .args(COMPILE)
            .args(language)
            .arg(&source)
            .arg("-o")
            .arg(&object))?;
        link.arg(object);
    }
    let linked = folder.join("linked.wasm");
    run(link.args(LINK).arg("-o").arg(&linked))?;
    Ok(fs::read(linked)?)
}

fn run(clang: &mut Command) -> Result<(), Box<dyn Error>> {
    let output = clang.output().map_err(|error| format!("cannot run clang: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("clang failed:\n{}", String::from_utf8_lossy(&output.stderr)).into())
}
