//! Compares every handwritten declaration in Rust with the C headers.
//!
//! The linker matches names and not types, but a C compiler that has read the headers checks types.
//! So [`mirror`] translates each declaration to C, and the compiler checks it.
//!
//! The usual tool, ctest, compares structs and values, but for a function it checks only that it
//! exists, and it does not notice a value or a field that Rust left out.

use std::{fs, path::PathBuf, process::Command};

use crate::support::{mirror, read, relative, requirement, root};
use libtest_mimic::Trial;
use which::which;

const SYS: &str = "crates/ffi-demo/src/sys.rs";
const SERIES: &str = "crates/ffi-demo/src/sys/series.rs";

/// The name of a mistake, its file, the edits that make it, and words of the compiler's message.
type Planted = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str);

const PLANTED: [Planted; 15] = [
    ("float for double", SYS, &[("arg2: c_double", "arg2: f32")], "my_c_function"),
    ("a missing argument", SYS, &[("pg_add(a: i32, b: i32)", "pg_add(a: i32)")], "pg_add"),
    ("a wrong return type", SYS, &[("b: i32) -> i32", "b: i32) -> i64")], "pg_add"),
    ("no return type", SYS, &[("length: usize) -> u32", "length: usize)")], "pg_checksum"),
    ("*mut for *const", SYS, &[("data: *const u8", "data: *mut u8")], "pg_checksum"),
    ("a function of another name", SYS, &[("fn pg_checksum", "fn pg_crc")], "pg_crc"),
    ("another calling convention", SYS, &[("extern \"C\"", "extern \"system\"")], "system"),
    ("a wrong enum value", SYS, &[("_SMALL: PgStatus = 2", "_SMALL: PgStatus = 20")], "_SMALL"),
    (
        "a missing enum value",
        SERIES,
        &[("/// `PG_UNIT_PERCENT`\npub const PG_UNIT_PERCENT: PgUnit = 2;\n", "")],
        "PG_UNIT_PERCENT",
    ),
    ("a wide enum", SERIES, &[("PgUnit = c_int", "PgUnit = i64")], "PgUnit"),
    (
        "swapped fields",
        SERIES,
        &[("pub lowest:", "pub x:"), ("pub highest:", "pub lowest:"), ("pub x:", "pub highest:")],
        "PgSummary.lowest",
    ),
    (
        "a field of another type",
        SERIES,
        &[("pub time_ms: i64", "pub time_ms: u64")],
        "PgSample.time_ms",
    ),
    (
        "a missing field",
        SERIES,
        &[("/// Unit of the values.\n    pub unit: PgUnit,", "")],
        "field 'unit'",
    ),
    ("a struct of Rust's own layout", SYS, &[("#[repr(C)]", "")], "PgView"),
    (
        "a callback of another type",
        SERIES,
        &[("fn(PgSample, *mut c_void)", "fn(*const PgSample, *mut c_void)")],
        "PgOnSample",
    ),
];

pub fn trials() -> Result<Vec<Trial>, String> {
    // Microsoft's compiler does not report a value that a `switch` leaves out.
    let compiler = ["cc", "gcc", "clang"].iter().find_map(|name| which(name).ok());
    let compiler = compiler.ok_or("no gcc or clang: none of cc, gcc, clang is on the PATH".into());

    let mut trials = Vec::new();
    for file in files()? {
        let compiler = compiler.clone();
        trials.push(Trial::ignorable_test(file.clone(), move || {
            requirement(compiler, |compiler| Ok(check(&compiler, &file, &read(&file)?)?))
        }));
    }
    for (mistake, file, edits, culprit) in PLANTED {
        let compiler = compiler.clone();
        trials.push(Trial::ignorable_test(format!("{mistake} is reported"), move || {
            requirement(compiler, |compiler| {
                let mut source = read(file)?;
                for (right, wrong) in edits {
                    if !source.contains(right) {
                        return Err(format!("{file} has no {right:?} to plant this in").into());
                    }
                    source = source.replacen(right, wrong, 1);
                }
                match check(&compiler, file, &source) {
                    Err(report) if report.contains(culprit) => Ok(()),
                    Err(report) => Err(format!("{culprit} is not named:\n{report}").into()),
                    Ok(()) => Err("it passes".into()),
                }
            })
        }));
    }
    Ok(trials)
}

/// The files that declare C: the sys modules, and the examples with declarations of their own.
fn files() -> Result<Vec<String>, String> {
    let mut files = vec![SYS.to_owned(), "crates/ffi-demo/src/cpp/sys.rs".to_owned()];
    for folder in ["crates/ffi-demo/src/sys", "examples/ffi"] {
        let cannot = |error| format!("cannot list {folder}: {error}");
        for entry in root().join(folder).read_dir().map_err(cannot)? {
            let file = relative(&entry.map_err(cannot)?.path());
            let is_rust = file.ends_with(".rs");
            if is_rust && (folder != "examples/ffi" || mirror::declares(&read(&file)?)) {
                files.push(file);
            }
        }
    }
    Ok(files)
}

/// Has the C compiler compare the declarations in `source` with the headers.
fn check(compiler: &PathBuf, file: &str, source: &str) -> Result<(), String> {
    let says = |what: &str| {
        format!(
            "{file} and c_src/include do not agree:\n{what}\n\
             the headers are what C is compiled with: make the Rust declaration say the same, \
             then look at the code that uses it"
        )
    };
    let folder = tempfile::tempdir().map_err(|error| format!("no room: {error}"))?;
    let mirror = folder.path().join("mirror.c");
    let text = mirror::of(file, source).map_err(|error| says(&error))?;
    fs::write(&mirror, text).map_err(|error| format!("cannot write {mirror:?}: {error}"))?;

    let output = Command::new(compiler)
        .args(["-std=c11", "-fsyntax-only"])
        .args(["-Werror=switch", "-Werror=missing-field-initializers", "-Ic_src/include"])
        .arg(&mirror)
        .current_dir(root())
        .env("LC_ALL", "C")
        .output()
        .map_err(|error| format!("cannot start {}: {error}", compiler.display()))?;
    if output.status.success() {
        return Ok(());
    }
    let printed = String::from_utf8_lossy(&output.stderr);
    let what = [" error: ", " note: previous "];
    let lines = printed.lines().filter(|line| what.iter().any(|word| line.contains(word)));
    Err(says(&lines.collect::<Vec<_>>().join("\n")))
}
