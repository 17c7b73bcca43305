//! `cargo bundle`: compiles the WebAssembly of the page.

mod build;
mod c;
mod optimise;
mod rust;
mod strip;

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    io::{self, Write},
    path::Path,
};

use anstream::println;
use clap::Args;
use comfy_table::{CellAlignment, Table, presets};

use flate2::{Compression, write::GzEncoder};

use self::build::Tools;
use crate::{
    pkg::{
        self, File, Files, Manifest, Origin, PKG, State,
        modules::{MODULES, Module},
    },
    workspace,
};

/// What to do about web/pkg.
#[derive(Args, Debug)]
pub struct Options {
    /// Build nothing: only say whether web/pkg is complete and newer than its sources
    #[arg(long)]
    check: bool,
}

/// Builds web/pkg from source, or checks it.
///
/// # Errors
///
/// When web/pkg cannot be built, or is stale or damaged. What was in it stays until everything is built.
pub fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    if options.check { check() } else { build() }
}

/// Builds web/pkg from source, and prints the size of each module.
///
/// A module whose compiler is not here stays as it is, if its sources are what they were.
///
/// # Errors
///
/// When the compiler of a changed module is missing, a build fails, or a file cannot be written.
/// What was in web/pkg stays until everything is built.
fn build() -> Result<(), Box<dyn Error>> {
    let root = workspace::root().ok_or("not in the polyglot workspace: run this in its folder")?;
    let pkg = root.join(PKG);
    let before = Manifest::read(&pkg).unwrap_or_default();
    let tools = Tools::find(&root);

    let mut manifest = Manifest::default();
    let mut files = Files::new();
    let mut to_build = Vec::new();
    // By the reason.
    let mut kept: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for module in MODULES {
        let missing = match tools.compiler_of(module) {
            Ok(compiler) => {
                // Now, not afterwards: what is edited during the build is not in it.
                to_build.push((module, compiler, pkg::hash_of_sources(&root, module)?));
                continue;
            }
            Err(missing) => missing,
        };
        let Some(fresh) = before.fresh(&root, &pkg, module) else {
            return Err(format!("{} has changed, and {missing}", module.name).into());
        };
        enter(&mut manifest, module, before.modules[module.name].clone(), &fresh)?;
        files.extend(fresh);
        kept.entry(missing).or_default().push(module.name);
    }
    for (missing, modules) in kept {
        println!("kept as they are: {}; {missing}", modules.join(", "));
    }
    if let (Err(reason), false) = (&tools.optimiser, to_build.is_empty()) {
        println!("not optimised: {reason}");
    }

    let modules: Vec<&Module> = to_build.iter().map(|&(module, ..)| module).collect();
    let built = tools.build(&root, &modules)?;
    for ((module, compiler, sources), built) in to_build.into_iter().zip(built) {
        let origin = Origin {
            sources,
            compiler,
            optimiser: tools
                .optimiser
                .as_ref()
                .ok()
                .map(|optimiser| optimiser.version().to_owned()),
            unoptimised: built.unoptimised,
            files: built.files.keys().cloned().collect(),
        };
        enter(&mut manifest, module, origin, &built.files)?;
        files.extend(built.files);
    }
    replace(&pkg, &files, &manifest)?;
    println!("{}", sizes(&manifest));
    Ok(())
}
/// Succeeds when web/pkg is whole, and made from the sources as they are.
///
/// # Errors
///
/// When it is stale or damaged, with the remedy.
fn check() -> Result<(), Box<dyn Error>> {
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
fn replace(pkg: &Path, files: &Files, manifest: &Manifest) -> Result<(), Box<dyn Error>> {
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
    fs::write(pkg.join(pkg::FILE), manifest.to_json()?)?;
    Ok(())
}

/// Enters a module and its files in the manifest.
fn enter(
    manifest: &mut Manifest,
    module: &Module,
    origin: Origin,
    files: &Files,
) -> io::Result<()> {
    for (name, bytes) in files {
        let file = File { bytes: bytes.len(), gzip: gzip_size(bytes)?, sha256: pkg::sha256(bytes) };
        manifest.files.insert(name.clone(), file);
    }
    manifest.modules.insert(module.name.to_owned(), origin);
    Ok(())
}

fn gzip_size(bytes: &[u8]) -> io::Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn sizes(manifest: &Manifest) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header([PKG, "raw", "optimised", "gzip"]);
    for origin in manifest.modules.values() {
        for name in &origin.files {
            let file = &manifest.files[name];
            let raw = if name.ends_with(".wasm") { origin.unoptimised } else { file.bytes };
            let numbers = [raw, file.bytes, file.gzip].map(|number| number.to_string());
            table.add_row([name.clone()].into_iter().chain(numbers));
        }
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
