//! Other languages call Rust: runs the programs in examples/ffi/{c,cpp,python,node,go,java}.
//!
//! All of them do the same with the same library, so they have to print the same output.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use cargo_metadata::Message;
use libtest_mimic::{Completion, Failed, Trial};
use tempfile::TempDir;

use super::tools::{absent, find, number};
use crate::support::{
    console,
    process::{cargo, output},
    read, requirement, root,
};

const EXPECTED: &str = "\
name: cellar
values: 11.5 12.0 11.0 13.5
visited: 11.5 12.0, stopped by: 11.0 is too cold
described: cellar: 4 samples in °C, 11.0 to 13.5
refused: 3, unit 99 is none of pgr_unit
with a NUL: refused, a C string would end at byte 3
panicked: 9, min > max, or either was NaN. min = 30.0, max = 0.0
still there: 4 values
not freed: 0
";

const C: &[&str] =
    &["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", "examples/ffi/c/series.c"];
const CPP: &[&str] = &[
    "-std=c++20",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Werror",
    "-g",
    "examples/ffi/cpp/series.cpp",
];

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::ignorable_test("FFI: C", || requirement(c(), |cc| compiled(&cc, C))),
        Trial::ignorable_test("FFI: C++", || requirement(cpp(), |cxx| compiled(&cxx, CPP))),
        Trial::ignorable_test("FFI: Python", python),
        Trial::ignorable_test("FFI: Node.js", node),
        Trial::ignorable_test("FFI: Go", || requirement(find_go(), go)),
        Trial::ignorable_test("FFI: Java", || requirement(find_java(), java)),
    ];
    if cfg!(target_os = "linux") {
        trials.extend([
            Trial::ignorable_test("FFI: C, under valgrind", || under_valgrind(c(), C)),
            Trial::ignorable_test("FFI: C++, under valgrind", || under_valgrind(cpp(), CPP)),
            Trial::ignorable_test("FFI: the library exports what the header declares", exports),
        ]);
    }
    trials
}

/// The two libraries that cargo can make of ffi-demo.
struct Library {
    shared: PathBuf,
    archive: PathBuf,
    /// The system libraries that the archive has to be linked with.
    system: Vec<String>,
}

/// The libraries. The first caller builds them.
fn library() -> Result<&'static Library, String> {
    static LIBRARY: LazyLock<Result<Library, String>> = LazyLock::new(Library::build);
    LIBRARY.as_ref().map_err(Clone::clone)
}

impl Library {
    fn build() -> Result<Self, String> {
        let kinds = ["--crate-type", "cdylib,staticlib"];
        let mut command = cargo(["rustc", "-p", "ffi-demo", "--lib"]);
        command.args(kinds).args(["--message-format=json-render-diagnostics"]);
        let (messages, notes) = output(command.args(["--", "--print", "native-static-libs"]))?;

        let mut files = Vec::new();
        for message in Message::parse_stream(messages.as_bytes()) {
            let message = message.map_err(|error| error.to_string())?;
            if let Message::CompilerArtifact(artifact) = message
                && artifact.target.name == "ffi_demo"
            {
                files = artifact.filenames;
            }
        }
        let system = notes
            .lines()
            .find_map(|line| line.strip_prefix("note: native-static-libs: "))
            .ok_or("rustc does not say what the archive is linked with")?;
        let find = |extensions: &[&str]| {
            let file = files.iter().find(|file| {
                file.extension().is_some_and(|extension| extensions.contains(&extension))
            });
            file.map(PathBuf::from).ok_or(format!("no {extensions:?} among what cargo made"))
        };
        Ok(Self {
            shared: find(&["so", "dylib", "dll"])?,
            archive: find(&["a", "lib"])?,
            system: system.split_whitespace().map(str::to_owned).collect(),
        })
    }
}

fn compiled(compiler: &Path, arguments: &[&str]) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    Ok(check(&mut Command::new(compile(compiler, arguments, &folder)?))?)
}

fn compile(compiler: &Path, arguments: &[&str], folder: &TempDir) -> Result<PathBuf, String> {
    let library = library()?;
    let program = folder.path().join("series");
    output(
        Command::new(compiler)
            .args(arguments)
            .arg("-Icrates/ffi-demo/include")
            .arg(&library.archive)
            .args(&library.system)
            .arg("-o")
            .arg(&program)
            .current_dir(root()),
    )?;
    Ok(program)
}

fn under_valgrind(
    compiler: Result<PathBuf, String>,
    arguments: &[&str],
) -> Result<Completion, Failed> {
    let tools = compiler.and_then(|compiler| Ok((compiler, find(&["valgrind"])?)));
    requirement(tools, |(compiler, valgrind)| {
        let folder = tempfile::tempdir()?;
        let program = compile(&compiler, arguments, &folder)?;
        let mut command = Command::new(valgrind);
        command.args(["--quiet", "--leak-check=full", "--error-exitcode=9"]).arg(program);
        Ok(check(&mut command)?)
    })
}

fn python() -> Result<Completion, Failed> {
    requirement(find(&["python3", "python"]), |python| {
        let script = root().join("examples/ffi/python/main.py");
        // -B: no __pycache__ beside the scripts.
        Ok(check(Command::new(python).arg("-B").arg(script).arg(&library()?.shared))?)
    })
}

/// npm puts node_modules beside package.json, so both are copied elsewhere.
fn node() -> Result<Completion, Failed> {
    let folder = tempfile::tempdir()?;
    for file in ["package.json", "package-lock.json", "series.js", "main.js"] {
        fs::copy(root().join("examples/ffi/node").join(file), folder.path().join(file))?;
    }
    let tools = find(&["node", "nodejs"]).and_then(|node| {
        let npm = find(&["npm"])?;
        // koffi's binary is in its package, so no install script is needed.
        let options = ["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
        output(Command::new(npm).args(options).current_dir(&folder))
            .map_err(|error| format!("npm cannot install koffi: {error}"))?;
        Ok(node)
    });
    requirement(tools, |node| {
        let mut command = Command::new(node);
        command.arg("main.js").arg(&library()?.shared).current_dir(&folder);
        Ok(check(&mut command)?)
    })
}

fn go(go: PathBuf) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let program = folder.path().join("series");
    let library = library()?;
    let link = format!("{} {}", library.archive.display(), library.system.join(" "));
    output(
        Command::new(go)
            .args(["build", "-buildvcs=false", "-o"])
            .arg(&program)
            .arg(".")
            .current_dir(root().join("examples/ffi/go"))
            .envs([("CGO_ENABLED", "1"), ("CGO_LDFLAGS", &link), ("GOTOOLCHAIN", "local")]),
    )?;
    Ok(check(&mut Command::new(program))?)
}

fn java(java: PathBuf) -> Result<(), Failed> {
    // Java compiles this file, and the classes beside it, in memory: it leaves no class files.
    let mut command = Command::new(java);
    command
        .arg("--enable-native-access=ALL-UNNAMED")
        .arg(root().join("examples/ffi/java/SeriesExample.java"))
        .arg(&library()?.shared);
    Ok(check(&mut command)?)
}

/// Checks that the shared library exports nothing else: neither C's functions nor Rust's own.
fn exports() -> Result<Completion, Failed> {
    requirement(find(&["nm"]), |nm| {
        let (symbols, _) =
            output(Command::new(nm).args(["-D", "--defined-only"]).arg(&library()?.shared))?;
        let exported: BTreeSet<_> =
            symbols.lines().filter_map(|line| line.split_whitespace().nth(2)).collect();

        let header = read("crates/ffi-demo/include/pgr_series.h")?;
        let declared: BTreeSet<_> = header
            .lines()
            .filter(|line| !line.starts_with([' ', '/', '#']))
            .filter_map(|line| line.split_once('(')?.0.split([' ', '*']).next_back())
            .filter(|name| name.starts_with("pgr_"))
            .collect();
        if exported == declared {
            Ok(())
        } else {
            let either: Vec<_> = exported.symmetric_difference(&declared).collect();
            Err(format!("only in the library, or only in the header: {either:?}").into())
        }
    })
}

fn c() -> Result<PathBuf, String> {
    compiler("CC", &["cc", "gcc", "clang"])
}

fn cpp() -> Result<PathBuf, String> {
    compiler("CXX", &["c++", "g++", "clang++"])
}

fn compiler(variable: &str, programs: &[&str]) -> Result<PathBuf, String> {
    if cfg!(target_env = "msvc") {
        return Err("these programs are compiled by GCC or Clang only".into());
    }
    let chosen = env::var(variable).ok();
    find(&chosen.iter().map(String::as_str).chain(programs.iter().copied()).collect::<Vec<_>>())
}

/// The program needs Go 1.21 or later. Cgo needs a C compiler.
fn find_go() -> Result<PathBuf, String> {
    c()?;
    let go = find(&["go"])?;
    let (version, _) = output(Command::new(&go).args(["env", "GOVERSION"]))?;
    let minor = version.trim().strip_prefix("go1.").and_then(number);
    match minor {
        Some(minor) if minor < 21 => Err(absent(&format!("Go 1.21 or later ({version})"))),
        _ => Ok(go),
    }
}

/// The Foreign Function & Memory API is part of Java 22 and later. The first Java on the PATH may
/// be older than another installed one.
fn find_java() -> Result<PathBuf, String> {
    let homes = |folder: &str, inside: &str| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path().join(inside)).collect::<Vec<_>>()
    };
    let on_path = which::which("java").ok().and_then(|java| java.canonicalize().ok());
    env::var_os("JAVA_HOME")
        .map(PathBuf::from)
        .into_iter()
        .chain(on_path.and_then(|java| Some(java.parent()?.parent()?.to_owned())))
        .chain(homes("/usr/lib/jvm", ""))
        .chain(homes("/Library/Java/JavaVirtualMachines", "Contents/Home"))
        .filter(|home| java_version(home).is_some_and(|version| version >= 22))
        // A JDK, because it has to compile.
        .filter(|home| which::which(home.join("bin/javac")).is_ok())
        .find_map(|home| which::which(home.join("bin/java")).ok())
        .ok_or_else(|| absent("JDK 22 or later in JAVA_HOME, on the PATH or in /usr/lib/jvm"))
}

fn java_version(home: &Path) -> Option<u32> {
    let release = fs::read_to_string(home.join("release")).ok()?;
    number(release.lines().find_map(|line| line.strip_prefix("JAVA_VERSION=\""))?)
}

/// Runs a program, and compares its output with the output that all programs share.
fn check(command: &mut Command) -> Result<(), String> {
    let (printed, _) = output(command)?;
    console::compare(&printed, EXPECTED)
        .map_err(|difference| format!("printed something else:\n{difference}"))
}
