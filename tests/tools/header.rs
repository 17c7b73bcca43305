//! The C header of ffi-demo's exports matches the Rust sources.
//!
//! `tools/bless` rewrites it.

use std::fs;

use crate::support::{bless_command, blessing, console, read, relative, root};
use cbindgen::{Builder, Config};
use libtest_mimic::{Failed, Trial};

const HEADER: &str = "crates/ffi-demo/include/pgr_series.h";
const SOURCES: &str = "crates/ffi-demo/src/export";
const CONFIGURATION: &str = "crates/ffi-demo/cbindgen.toml";

pub fn trials() -> Vec<Trial> {
    let trials = vec![
        Trial::test("the header is fresh", fresh),
        Trial::test("the header has every contract", contracts),
        Trial::test("every exported function is guarded against panics", guarded),
    ];
    trials
}

fn fresh() -> Result<(), Failed> {
    let made = make()?;
    let committed = read(HEADER).unwrap_or_default();
    if committed == made {
        return Ok(());
    }
    if blessing() {
        return Ok(fs::write(root().join(HEADER), made)?);
    }
    let difference = console::difference((SOURCES, &made), (HEADER, &committed));
    Err(format!("{HEADER} is stale:{difference}rewrite it with: {}", bless_command()).into())
}

/// Checks that the header has each exported function once, right below its contract from the Rust
/// documentation.
fn contracts() -> Result<(), Failed> {
    let header = make()?;
    for (file, name, _) in exported()? {
        let declared: Vec<_> = header.split(&format!("{name}(")).collect();
        let [before, after] = declared[..] else {
            let times = declared.len() - 1;
            return Err(format!("{file}: {name} is {times} times in the header").into());
        };
        let comment = before.rsplit_once("/**").map_or("", |(_, comment)| comment);
        let its_own = comment.split_once("*/").is_some_and(|(_, rest)| !rest.contains(';'));
        // A function without arguments needs no contract: the caller cannot get anything wrong.
        let contract = comment.contains("# Safety") || after.starts_with("void)");
        if !its_own || !contract {
            return Err(format!("{file}: {name} has no `# Safety` in the header").into());
        }
    }
    Ok(())
}

/// A function that starts with anything but the guard would abort its caller's process at a panic.
fn guarded() -> Result<(), Failed> {
    let functions = exported()?;
    for (file, name, body) in &functions {
        let code = body.lines().map(str::trim).find(|line| !line.starts_with("//"));
        if !code.is_some_and(|code| code.starts_with("guard(|| ")) {
            return Err(format!("{file}: the body of {name} is not one call of `guard`").into());
        }
    }
    if functions.len() < 10 { Err("where are the functions?".into()) } else { Ok(()) }
}

/// The exported functions: the file, the name, and what follows the opening brace.
fn exported() -> Result<Vec<(String, String, String)>, Failed> {
    let mut functions = Vec::new();
    for file in sources()? {
        for function in read(&file)?.split("#[unsafe(no_mangle)]\n").skip(1) {
            let cut =
                |text: &str| Some(text.split_once("extern \"C\" fn ")?.1.split_once('(')?.0.into());
            let name = cut(function).ok_or(format!("{file}: an export that is not a function"))?;
            let (_, body) = function.split_once(" {\n").ok_or(format!("{file}: no body"))?;
            functions.push((file.clone(), name, body.to_owned()));
        }
    }
    Ok(functions)
}

/// The files that contain the exported functions and their types, sorted by name.
fn sources() -> Result<Vec<String>, Failed> {
    let mut files = Vec::new();
    for entry in fs::read_dir(root().join(SOURCES))? {
        files.push(relative(&entry?.path()));
    }
    files.sort();
    Ok(files)
}

fn make() -> Result<String, Failed> {
    let configuration = Config::from_file(root().join(CONFIGURATION))?;
    // Not export.rs alone: cbindgen would take it for a crate's root, and look for its modules
    // beside it instead of in the folder.
    let mut builder = Builder::new().with_config(configuration);
    for file in sources()? {
        builder = builder.with_src(root().join(file));
    }
    let mut header = Vec::new();
    builder.generate()?.write(&mut header);
    Ok(String::from_utf8(header)?)
}
