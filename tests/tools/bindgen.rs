//! `crates/wasm-demo/tests/bindgen.rs`, compiled to WebAssembly and run in Node and in a browser.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use crate::support::{
    browser,
    process::{Process, cargo},
    read, requirement,
};
use libtest_mimic::{Completion, Failed, Trial};

/// Time limit for compiling everything from an empty folder, on a slow machine.
const LIMIT: Duration = Duration::from_secs(600);

const RUNNER: &str = "wasm-bindgen-test-runner";

pub fn trials() -> Vec<Trial> {
    let trials = vec![
        Trial::ignorable_test("wasm-demo's exports in Node", in_node),
        Trial::ignorable_test("wasm-demo's exports in a browser", in_browser),
    ];
    trials
}

fn in_node() -> Result<Completion, Failed> {
    let node = which::which("node").map_err(|_| "no node: install Node.js".to_owned());
    requirement(node.and_then(|_| tools()), |tools| run(&mut test(&tools)))
}

fn in_browser() -> Result<Completion, Failed> {
    let found = browser::find().and_then(|(_, driver)| Ok((driver, tools()?)));
    requirement(found, |(driver, tools)| {
        run(test(&tools).env("WASM_BINDGEN_USE_BROWSER", "1").env("CHROMEDRIVER", driver))
    })
}

/// The tools that compile a test of wasm-demo and make a page or a script of it.
struct Tools {
    rustc: PathBuf,
    runner: PathBuf,
}

fn tools() -> Result<Tools, String> {
    let remedy = "run tools/install-wasm-bindgen-test";
    let runner = which::which(RUNNER).map_err(|_| format!("no {RUNNER}: {remedy}"))?;
    let says = output_of(Command::new(&runner).arg("--version")).unwrap_or_default();
    // The tool writes one half of an interface, the library has the other: both need the exact same
    // version.
    let wanted = library_version()?;
    if says.split_whitespace().nth(1) != Some(&wanted) {
        return Err(format!("{} is not the {wanted} of the library: {remedy}", says.trim()));
    }
    // The second toolchain is the one that tools/install-wasm32 links where rustup cannot download.
    let debian = output_of(Command::new("rustup").args(["which", "--toolchain=debian", "rustc"]));
    let debian = debian.map(|path| PathBuf::from(path.trim()));
    let rustc = [Some(PathBuf::from("rustc")), debian].into_iter().flatten().find(makes_wasm32);
    let rustc = rustc.ok_or("no toolchain has wasm32-unknown-unknown: run tools/install-wasm32")?;
    Ok(Tools { rustc, runner })
}

/// The version that the root Cargo.toml requires.
fn library_version() -> Result<String, String> {
    let manifest = read("Cargo.toml")?;
    let version = manifest.lines().find_map(|line| line.strip_prefix("wasm-bindgen = \"="));
    let version = version.and_then(|rest| rest.strip_suffix('"'));
    version.map(str::to_owned).ok_or("Cargo.toml does not pin wasm-bindgen".into())
}

fn makes_wasm32(rustc: &PathBuf) -> bool {
    let libraries = ["--print=target-libdir", "--target=wasm32-unknown-unknown"];
    output_of(Command::new(rustc).args(libraries))
        .and_then(|folder| fs::read_dir(folder.trim()).ok())
        .is_some_and(|entries| {
            let mut names = entries.flatten().map(|entry| entry.file_name());
            names.any(|name| name.to_string_lossy().starts_with("libcore-"))
        })
}

/// The output of a command; `None` when it cannot be run or fails.
fn output_of(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn test(tools: &Tools) -> Command {
    let mut command = cargo(["test", "--locked", "--target=wasm32-unknown-unknown"]);
    command
        // A target folder of its own: the caller's may belong to another compiler.
        .arg("--target-dir=target/wasm-bindgen-test")
        .args(["--package=wasm-demo", "--features=bindgen", "--test=bindgen"])
        // The runner does not know the --quiet that cargo would pass on.
        .env("CARGO_TERM_QUIET", "false")
        .env("RUSTC", &tools.rustc)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", &tools.runner);
    command
}

fn run(test: &mut Command) -> Result<(), Failed> {
    let mut process = Process::spawn(test)?;
    let status = process.wait(LIMIT)?;
    let (stdout, stderr) = (process.stdout(), process.stderr());
    // The runner also succeeds when no test is left to run.
    let ran =
        stdout.lines().any(|line| line.contains("test result: ok.") && !line.contains(" 0 passed"));
    if status.success() && ran { Ok(()) } else { Err(format!("{status}\n{stdout}{stderr}").into()) }
}
