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

use self::build::{Files, Tools};
use crate::{
    pkg::{
        self, File, Manifest, Origin, PKG, State,
        modules::{MODULES, Module},
    },
    workspace,
};

/// The options of `cargo bundle`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  cargo bundle              every module whose compiler is installed
  cargo bundle grpc_demo    one module, which needs no clang
  cargo bundle --check      builds nothing")]
pub struct Options {
    /// Build nothing: only say whether web/pkg is complete and newer than its sources
    #[arg(long, conflicts_with = "modules")]
    check: bool,

    /// Build only these modules, and leave the others as they are
    #[arg(value_name = "NAME", value_parser = MODULES.iter().map(|module| module.name).collect::<Vec<_>>())]
    modules: Vec<String>,
}

/// Builds web/pkg from source, or checks it.
///
/// # Errors
///
/// If a check finds that web/pkg is stale or damaged, if a module cannot be built, or if a file cannot
/// be written. The old files stay in web/pkg until all modules are built.
pub fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let root = workspace::root().ok_or("not in the polyglot workspace: run this in its folder")?;
    if options.check { check(&root) } else { build(&root, &options.modules) }
}

/// Builds the modules that are named, or all of them, and prints the size of each file.
///
/// A module whose compiler is not installed stays as it is. That is an error, at the end, if its
/// sources have changed.
fn build(root: &Path, names: &[String]) -> Result<(), Box<dyn Error>> {
    let pkg = root.join(PKG);
    let before = Manifest::read(&pkg).unwrap_or_default();
    let tools = Tools::find(root);

    let mut manifest = Manifest::default();
    let mut to_build = Vec::new();
    // The names of modules, by the reason.
    let mut kept: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut stale: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for module in MODULES {
        let wanted = names.is_empty() || names.iter().any(|name| name == module.name);
        if wanted {
            match tools.compiler_of(module) {
                Ok(compiler) => {
                    // Before the build: it does not contain later edits of the sources.
                    to_build.push((module, compiler, pkg::hash_of_sources(root, module)?));
                    continue;
                }
                Err(missing) => {
                    let fresh = before.is_fresh(root, &pkg, module);
                    let list = if fresh { &mut kept } else { &mut stale };
                    list.entry(missing).or_default().push(module.name);
                }
            }
        }
        manifest.keep(module, &before);
    }
    for (missing, modules) in kept {
        println!("kept as they are: {}; {missing}", modules.join(", "));
    }
    if let (Err(reason), false) = (&tools.optimiser, to_build.is_empty()) {
        println!("not optimised: {reason}");
    }

    if !to_build.is_empty() {
        let mut files = Files::new();
        let modules: Vec<&Module> = to_build.iter().map(|&(module, ..)| module).collect();
        let built = tools.build(root, &modules)?;
        for ((module, compiler, sources), built) in to_build.into_iter().zip(built) {
            let optimiser = tools.optimiser.as_ref().ok();
            let origin = Origin {
                sources,
                compiler,
                optimiser: optimiser.map(|optimiser| optimiser.version().to_owned()),
                unoptimised: built.unoptimised,
                files: built.files.keys().cloned().collect(),
            };
            enter(&mut manifest, module, origin, &built.files)?;
            files.extend(built.files);
        }
        replace(&pkg, &files, &manifest)?;
        println!("{}", sizes(&manifest));
    }
    if stale.is_empty() {
        return Ok(());
    }
    let reasons = stale
        .into_iter()
        .map(|(missing, modules)| format!("{}: {missing}", modules.join(", ")))
        .collect::<Vec<_>>();
    Err(format!("not built, and older than their sources: {}", reasons.join("; ")).into())
}

/// Succeeds when web/pkg is complete and newer than its sources.
fn check(root: &Path) -> Result<(), Box<dyn Error>> {
    match State::of(root)? {
        State::Fresh => {
            println!("{PKG} is fresh");
            Ok(())
        }
        state => Err(state.to_string().into()),
    }
}

/// Writes the new files, and removes those that the manifest does not list. The manifest is written
/// last: after an interruption it does not fit the files, and `State` says so.
fn replace(pkg: &Path, files: &Files, manifest: &Manifest) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(pkg)?;
    for entry in fs::read_dir(pkg)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name != pkg::FILE && !manifest.files.contains_key(&name) {
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
