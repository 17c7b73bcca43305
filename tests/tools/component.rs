//! One interface, three languages: the components of examples/wasm/component, in two hosts.
//!
//! A guest in Rust and one in JavaScript run in the same Rust program; the one in Rust also runs in
//! Node.js. A file that is not a component of that world is refused with a readable reason.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use crate::support::{
    console,
    process::{cargo, output},
    requirement, root,
};
use cargo_metadata::Message;
use libtest_mimic::{Failed, Trial};

const FREED: &str = "journal:   cellar: freed\n";

const IN_WASMTIME: &str = "\
described: cellar: 3 samples in °C
journal:   cellar: refused 1000 ms
refused:   Err(Error::OutOfOrder(Sample { time-ms: 4000, value: 13.5 }))
foreign:   mismatched resource types
journal:   cellar: freed
dropped:   unknown handle index 1
";

const IN_NODE: &str = "\
described: cellar: 3 samples in °C
journal:   cellar: refused 1000 ms
refused:   { tag: 'out-of-order', val: { timeMs: 4000n, value: 13.5 } }
unknown:   \"furlong\" is not one of the cases of unit
journal:   cellar: freed
dropped:   Resource error: Not a valid \"Series\" resource.
";

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("Rust in wasmtime", || Ok(check(&mut host(&guest())?, IN_WASMTIME)?)),
        Trial::ignorable_test("JavaScript in wasmtime", || requirement(tools(), in_wasmtime)),
        Trial::ignorable_test("Rust in Node.js", || requirement(tools(), in_node)),
    ];
    for refused in REFUSED {
        let name = format!("refused: {}", refused.what);
        trials.push(Trial::test(name, move || Ok(refused.check()?)));
    }
    trials
}

/// The guest in Rust.
fn guest() -> PathBuf {
    root().join("web/pkg/component.wasm")
}

/// The program `wasm_component`, ready to run the component in `file`. The first caller builds it.
fn host(file: &Path) -> Result<Command, String> {
    static PROGRAM: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
        let example = "wasm_component";
        let arguments = ["build", "--example", example, "--features", "component"];
        let (messages, _) =
            output(cargo(arguments).arg("--message-format=json-render-diagnostics"))?;
        Message::parse_stream(messages.as_bytes())
            .find_map(|message| match message {
                Ok(Message::CompilerArtifact(artifact)) if artifact.target.name == example => {
                    artifact.executable.map(PathBuf::from)
                }
                _ => None,
            })
            .ok_or(format!("cargo built no program for the example {example}"))
    });
    let mut command = Command::new(PROGRAM.as_ref().map_err(Clone::clone)?);
    command.arg(file);
    Ok(command)
}

/// Node.js, and the packages that npm installs for it.
#[derive(Clone)]
struct Tools {
    node: PathBuf,
    npm: PathBuf,
    /// The scripts of examples/wasm/component beside their node_modules.
    folder: PathBuf,
}

/// Installed by the first caller. npm puts node_modules beside package.json, so everything is
/// copied elsewhere.
fn tools() -> Result<Tools, String> {
    static TOOLS: LazyLock<Result<Tools, String>> = LazyLock::new(|| {
        let [node, npm] = [["node", "nodejs"], ["npm", "npm"]].map(|names| {
            let found = names.iter().find_map(|name| which::which(name).ok());
            found.ok_or(format!("no {}: `cargo run -- doctor` says how to get it", names[0]))
        });
        let tools = Tools { node: node?, npm: npm?, folder: tmp("node")? };
        let scripts = fs::read_dir(root().join("examples/wasm/component"))
            .map_err(|error| format!("examples/wasm/component: {error}"))?;
        for script in scripts.flatten().filter(|script| script.path().is_file()) {
            fs::copy(script.path(), tools.folder.join(script.file_name()))
                .map_err(|error| format!("{}: {error}", script.path().display()))?;
        }
        // Not `ci`: it fails when a registry lacks the binaries for another system. Those for this
        // system are in the packages, so no install script is needed.
        let options =
            ["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
        output(tools.run(&tools.npm).args(options))
            .map_err(|error| format!("npm cannot install the tools: {error}"))?;
        Ok(tools)
    });
    TOOLS.clone()
}

impl Tools {
    fn run(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder);
        command
    }
}

fn in_wasmtime(tools: Tools) -> Result<(), Failed> {
    output(tools.run(&tools.npm).args(["run", "guest"]))?;
    // JavaScript cannot be told that its object is not needed any more.
    let expected = IN_WASMTIME.replace(FREED, "");
    Ok(check(&mut host(&tools.folder.join("series.wasm"))?, &expected)?)
}

fn in_node(tools: Tools) -> Result<(), Failed> {
    output(tools.run(&tools.node).arg("transpile.js").arg(guest()))?;
    // It also fails when the types accept something that host.js expects them to refuse.
    output(tools.run(&tools.npm).args(["run", "types"]))?;
    Ok(check(tools.run(&tools.node).arg("host.js"), IN_NODE)?)
}

/// A file that the host gets instead of a component of its world.
struct Refused {
    what: &'static str,
    made: fn() -> Result<Vec<u8>, String>,
    /// Words that the message has to contain.
    reason: &'static str,
}

const REFUSED: [Refused; 5] = [
    Refused {
        what: "a core module",
        made: || read(&root().join("web/pkg/add.wasm")),
        reason: "attempted to parse a wasm module with a component parser",
    },
    Refused {
        what: "half a component",
        made: || Ok(read(&guest())?.drain(..10_000).collect()),
        reason: "is out of bounds (bound = 10000)",
    },
    Refused {
        what: "a component that exports nothing",
        made: || Ok(b"\0asm\x0d\0\x01\0".to_vec()),
        reason: "no exported instance named `polyglot:series/measurements`",
    },
    Refused {
        what: "a component that wants the network instead of the journal",
        made: || renamed("polyglot:series/journal", "polyglot:series/network"),
        reason: "polyglot:series/network",
    },
    Refused {
        what: "a component whose samples have a field of another name",
        made: || renamed("time-ms", "time-us"),
        reason: "expected record field named time-ms, found time-us",
    },
];

impl Refused {
    fn check(&self) -> Result<(), String> {
        let file = tmp("refused")?.join(format!("{}.wasm", self.what.replace(' ', "_")));
        fs::write(&file, (self.made)()?).map_err(|error| format!("{}: {error}", file.display()))?;
        match output(&mut host(&file)?) {
            Ok((printed, _)) => Err(format!("it was run, and printed\n{printed}")),
            Err(said) if said.contains(self.reason) && !said.contains("panicked") => Ok(()),
            Err(said) => Err(format!("nothing says `{}`:\n{said}", self.reason)),
        }
    }
}

/// The guest with a name replaced by one of the same length, which stays a valid component.
fn renamed(from: &str, to: &str) -> Result<Vec<u8>, String> {
    assert_eq!(from.len(), to.len(), "the lengths are in the file too");
    let mut bytes = read(&guest())?;
    let found: Vec<_> =
        (0..bytes.len()).filter(|&at| bytes[at..].starts_with(from.as_bytes())).collect();
    for &at in &found {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    if found.is_empty() { Err(format!("no {from} in web/pkg/component.wasm")) } else { Ok(bytes) }
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// A folder below target/ for the files of these tests.
fn tmp(name: &str) -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("component").join(name);
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// Runs a program, and compares its output.
fn check(command: &mut Command, expected: &str) -> Result<(), String> {
    let (printed, _) = output(command)?;
    console::compare(&printed, expected)
        .map_err(|difference| format!("printed something else:\n{difference}"))
}
