//! The messages that docs/wasm.md promises to those who compile their own code to WebAssembly for the
//! first time. crates/wasm-demo/tests/bindgen.rs has those that need wasm-bindgen.

use std::process::Command;

use crate::support::{process::output, requirement, root};
use libtest_mimic::{Failed, Trial};
use polyglot::toolchain::{self, TARGET, Toolchain};
use tempfile::TempDir;

/// Calls a function of the module in a new instance, and prints what it returns or throws. The module
/// gets no imports: instantiating it fails if it needs one.
const CALL: &str = "
    const [file, name] = process.argv.slice(1);
    const module = new WebAssembly.Module(require('node:fs').readFileSync(file));
    const { exports } = new WebAssembly.Instance(module);
    try { console.log(exports[name]()); } catch (error) { console.log(String(error)); }";

/// Each function of tests/data/first_week.rs, and what Node prints.
const CALLS: [(&str, &str); 4] = [
    ("large_array", "RuntimeError: memory access out of bounds"),
    ("large_vec", "0"),
    // Nothing but the result: the text goes nowhere.
    ("print", "7"),
    ("now", "RuntimeError: unreachable"),
];

/// The versions of getrandom in Cargo.lock, and what the compiler says when no feature is on.
const GETRANDOM: [(&str, &str); 3] = [
    ("0.2", "the wasm*-unknown-unknown targets are not supported by default"),
    ("0.3", "The wasm32-unknown-unknown targets are not supported by default"),
    ("0.4", "The wasm32/64-unknown-unknown are not supported by default"),
];

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![Trial::ignorable_test("the stack, println! and Instant", || {
        let node = which::which("node").map_err(|_| "no Node: install it".to_owned());
        requirement(compiler().and_then(|compiler| Ok((compiler, node?))), |(compiler, node)| {
            let folder = tempfile::tempdir()?;
            let module = folder.path().join("first_week.wasm");
            let mut rustc = compiler.rustc();
            rustc.args(["--edition=2024", "--crate-type=cdylib", "--target", TARGET, "-o"]);
            output(rustc.arg(&module).arg(root().join("tests/data/first_week.rs")))?;
            for (name, says) in CALLS {
                let mut node = Command::new(&node);
                let (printed, _) = output(node.args(["--eval", CALL]).arg(&module).arg(name))?;
                expect(name, &printed, |printed| printed.trim() == says, says)?;
            }
            Ok(())
        })
    })];
    for (version, says) in GETRANDOM {
        trials.push(Trial::ignorable_test(format!("getrandom {version}"), move || {
            requirement(compiler(), |compiler| without_feature(&compiler, version, says))
        }));
    }
    trials
}

fn compiler() -> Result<Toolchain, String> {
    toolchain::with_wasm32()
        .ok_or_else(|| format!("no toolchain has {TARGET}: run tools/install-wasm32"))
}

/// Builds a package whose only dependency is getrandom.
fn without_feature(compiler: &Toolchain, version: &str, says: &str) -> Result<(), Failed> {
    let folder = package(version)?;
    let mut cargo = compiler.cargo();
    cargo.args(["check", "--quiet", "--target", TARGET]).current_dir(folder.path());
    let failed = output(cargo.env_remove("CARGO_TARGET_DIR")).err().unwrap_or_default();
    expect("the compiler", &failed, |failed| failed.contains(says), says)
}

fn package(version: &str) -> std::io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let manifest = format!(
        "[package]\nname = \"week\"\nedition = \"2024\"\n\n\
         [lib]\npath = \"lib.rs\"\n\n\
         [dependencies]\ngetrandom = \"{version}\"\n"
    );
    std::fs::write(folder.path().join("Cargo.toml"), manifest)?;
    std::fs::write(folder.path().join("lib.rs"), "")?;
    Ok(folder)
}

fn expect(what: &str, text: &str, is: impl Fn(&str) -> bool, says: &str) -> Result<(), Failed> {
    if is(text) { Ok(()) } else { Err(format!("{what} says {text:?}, and not {says:?}").into()) }
}
