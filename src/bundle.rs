//! `polyglot bundle`: compiles the WebAssembly of the page, and knows whether it is fresh.

mod build;
mod manifest;

use std::{error::Error, fs, path::Path};

use anstream::println;
use comfy_table::{CellAlignment, Table, presets};

pub use manifest::{Manifest, State};

use crate::{toolchain, workspace};

/// Where the page looks for it.
const PKG: &str = "web/pkg";

/// Builds web/pkg from source, and prints the size of each file.
///
/// # Errors
///
/// When there is no toolchain for WebAssembly, the build fails, or a file cannot be written. What
/// was in web/pkg stays until everything is built.
pub fn run() -> Result<(), Box<dyn Error>> {
    let root = workspace::root().ok_or("not in the polyglot workspace: run this in its folder")?;
    let toolchain = toolchain::with_wasm32().ok_or(
        "no Rust toolchain here has wasm32-unknown-unknown: \
         run `rustup target add wasm32-unknown-unknown`, or tools/install-wasm32",
    )?;

    let files = build::all(&root, &toolchain)?;
    let manifest = Manifest::of(&root, &files, toolchain.version())?;
    replace(&root.join(PKG), &files, &manifest)?;
    println!("{}", sizes(&manifest));
    Ok(())
}

/// Succeeds when web/pkg is whole, and made from the sources as they are.
///
/// # Errors
///
/// When it is stale or damaged, with the remedy.
pub fn check() -> Result<(), Box<dyn Error>> {
    let root = workspace::root().ok_or("not in the polyglot workspace: run this in its folder")?;
    match State::of(&root)? {
        State::Fresh => {
            println!("{PKG} is fresh");
            Ok(())
        }
        state => Err(state.to_string().into()),
    }
}

/// Puts the new files in place of the old, the manifest last: whoever is interrupted half-way
/// leaves a manifest that does not fit, and `State` says so.
fn replace(pkg: &Path, files: &build::Files, manifest: &Manifest) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(pkg)?;
    for entry in fs::read_dir(pkg)? {
        let entry = entry?;
        if !files.contains_key(&*entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())?;
        }
    }
    for (name, bytes) in files {
        fs::write(pkg.join(name), bytes)?;
    }
    fs::write(pkg.join(manifest::FILE), manifest.to_json()?)?;
    Ok(())
}

fn sizes(manifest: &Manifest) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header([PKG, "bytes", "gzip"]);
    for (name, file) in &manifest.files {
        table.add_row([name.clone(), file.bytes.to_string(), file.gzip.to_string()]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
