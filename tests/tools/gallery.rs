//! The gallery as a whole. The crate that declares an example checks its output, in
//! `tests/examples.rs`. This test checks
//! - the indexes in the README and in the page, which are made of the headers' first sentences;
//! - files in `examples/` that no manifest declares, and crates that do not check their examples;
//! - the examples that need a feature, with the exact command in their header;
//! - `grpc_server` and `grpc_client`, which take two terminals.
//!
//! `tools/bless` rewrites the indexes, and the output of the examples that this test runs.

// Not in `support`, because the crates' tests use only this file of it.
#[path = "../support/examples.rs"]
mod examples;

use std::{
    env::consts::EXE_EXTENSION, net::SocketAddr, path::Path, process::Command, time::Duration,
};

use self::examples::{Example, Header};
use crate::support::{
    Workspace, absent, bless_command, blessing,
    console::{self, Block},
    process::{Process, cargo, output},
    read, relative, requirement, rewrite, root,
};
use cargo_metadata::{CrateType, Message, TargetKind};
use libtest_mimic::{Completion, Failed, Trial};

/// Two halves for two terminals, which are run together.
const SERVER: &str = "grpc_server";
const CLIENT: &str = "grpc_client";

const INDEX_START: &str = "<!-- gallery: the examples' headers make this list -->\n";
const INDEX_END: &str = "\n<!-- /gallery -->";

pub fn trials() -> Result<Vec<Trial>, String> {
    let workspace = Workspace::read()?;
    let crates = declared(&workspace);
    let examples: Vec<_> = crates.iter().flat_map(|(_, examples)| examples.clone()).collect();

    let mut trials = vec![
        Trial::test("an absent tool is ignored, or fails when all are required", || {
            let ignored =
                matches!(absent("no x", false), Ok(Completion::Ignored { reason: Some(_) }));
            if ignored && absent("no x", true).is_err() { Ok(()) } else { Err("it passes".into()) }
        }),
        {
            let examples = examples.clone();
            Trial::test("the README lists every example", move || {
                Ok(index(&examples, "README.md", &MARKDOWN)?)
            })
        },
        {
            let examples = examples.clone();
            Trial::test("the page lists every example", move || {
                Ok(index(&examples, "web/index.html", &HTML)?)
            })
        },
        {
            let declared = workspace.targets(TargetKind::Example);
            let declared: Vec<_> =
                declared.map(|target| relative(target.src_path.as_std_path())).collect();
            Trial::test("every file in examples/ is declared", move || Ok(undeclared(&declared)?))
        },
        {
            let find = |name| {
                let example = examples.iter().find(|example| example.name == name).cloned();
                example.ok_or(format!("no manifest declares the example {name}"))
            };
            let pair = find(SERVER).and_then(|server| Ok((server, find(CLIENT)?)));
            Trial::test(format!("{SERVER} and {CLIENT}"), move || {
                let (server, client) = pair?;
                Ok(two_terminals(&server, &client)?)
            })
        },
        Trial::test("FFI builds in a folder with a comma, and where C warns of more", || {
            Ok(builds_elsewhere()?)
        }),
    ];
    for (folder, examples) in crates {
        trials.push(Trial::test(format!("{folder} checks its examples"), move || {
            Ok(checked_by_its_crate(&folder, examples)?)
        }));
    }
    for example in examples.into_iter().filter(|example| example.gated) {
        trials.push(Trial::ignorable_test(example.name.clone(), move || check_command(&example)));
    }
    Ok(trials)
}

/// The examples of all manifests, from cargo: each crate's folder, and its examples.
fn declared(workspace: &Workspace) -> Vec<(String, Vec<Example>)> {
    let mut crates = Vec::new();
    for package in workspace.packages() {
        let examples = package.targets.iter().filter(|target| {
            target.kind.contains(&TargetKind::Example) && target.crate_types == [CrateType::Bin]
        });
        let examples: Vec<_> = examples
            .map(|target| Example {
                name: target.name.clone(),
                file: relative(target.src_path.as_std_path()),
                gated: !target.required_features.is_empty(),
            })
            // Files deeper in examples/ are halves of other examples; those elsewhere are exercises.
            .filter(|example| example.file.starts_with("examples/"))
            .filter(|example| example.file.split('/').count() == 3)
            .collect();
        if !examples.is_empty() {
            let folder = package.manifest_path.parent().map(|folder| folder.as_std_path());
            crates.push((relative(folder.unwrap_or(root())), examples));
        }
    }
    crates
}

/// Checks that each crate with examples checks them itself, and reads the same list from its
/// manifest as cargo does.
fn checked_by_its_crate(folder: &str, mut examples: Vec<Example>) -> Result<(), String> {
    let test = format!("{folder}/tests/examples.rs");
    if !read(&test)?.contains("examples::check(") {
        return Err(format!("{test} does not call examples::check: see crates/ffi-demo's"));
    }
    let mut found = examples::declared(&read(&format!("{folder}/Cargo.toml"))?)?;
    for list in [&mut examples, &mut found] {
        list.sort_by(|a, b| a.name.cmp(&b.name));
    }
    if found == examples {
        return Ok(());
    }
    Err(format!(
        "tests/support/examples.rs finds {found:?} in {folder}/Cargo.toml, but cargo {examples:?}"
    ))
}

/// Runs an example with the exact command in its header, which has cargo build it.
fn check_command(example: &Example) -> Result<Completion, Failed> {
    let header = example.header()?;
    let console = Block {
        file: example.file.clone(),
        line: header.line,
        prefix: "//! ",
        text: format!("$ {}\n{}", header.command, header.expected),
    };
    requirement(console.tool(), |()| Ok(console.check()?))
}

/// Builds an example in a folder with a comma in its name, with a C compiler that gives more
/// warnings than ours, and starts it without cargo.
fn builds_elsewhere() -> Result<(), String> {
    // Windows has no rpath, so the program would not find the shared library.
    let example = if cfg!(windows) { "ffi_call_c" } else { "ffi_shared" };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("measurements, 2026");
    let mut build = cargo(["build", "--package=ffi-demo", "--example", example, "--target-dir"]);
    build.arg(&folder).env_remove("POLYGLOT_WERROR");
    if !cfg!(target_env = "msvc") {
        build.env("CFLAGS", "-Wpadded");
    }
    output(&mut build)?;
    let program = folder.join("debug/examples").join(example).with_extension(EXE_EXTENSION);
    let (printed, _) = output(&mut Command::new(program))?;
    if printed.contains("131.88") { Ok(()) } else { Err(format!("it printed {printed}")) }
}

/// Compares an index of all examples with their headers. An index is the text between two comments
/// in a file.
fn index(examples: &[Example], file: &str, format: &Format) -> Result<(), String> {
    let text = read(file)?;
    let outside = || format!("{file} has no {INDEX_START}…{INDEX_END}");
    let (_, rest) = text.split_once(INDEX_START).ok_or_else(outside)?;
    let (shown, _) = rest.split_once(INDEX_END).ok_or_else(outside)?;

    let mut expected = String::new();
    // The techniques in the article's order.
    for (folder, title) in [("ffi", "FFI"), ("wasm", "WebAssembly"), ("grpc", "gRPC")] {
        expected += &(format.start)(title);
        let folder = format!("examples/{folder}/");
        for example in examples.iter().filter(|example| example.file.starts_with(&folder)) {
            expected += &(format.row)(&example.name, &example.file, &example.header()?.purpose);
        }
        expected += format.end;
    }

    if shown == expected {
        return Ok(());
    }
    if blessing() {
        let fenced = |index| format!("{INDEX_START}{index}{INDEX_END}");
        return rewrite(file, &fenced(shown), &fenced(&expected));
    }
    let difference = console::difference(("the headers", &expected), (file, shown));
    Err(format!(
        "{file} does not list what the headers say:{difference}rewrite it with: {}",
        bless_command()
    ))
}

/// The format of an index: the text before a technique, for each example, and after the last.
struct Format {
    start: fn(&str) -> String,
    row: fn(&str, &str, &str) -> String,
    end: &'static str,
}

const MARKDOWN: Format = Format {
    start: |title| format!("\n### {title}\n\n| Example | What it does |\n|---|---|\n"),
    row: |name, file, purpose| format!("| [`{name}`]({file}) | {purpose} |\n"),
    end: "",
};

const HTML: Format = Format {
    start: |title| format!("<h3>{title}</h3>\n<dl class=\"examples\">\n"),
    row: |name, file, purpose| {
        let mut text = String::new();
        pulldown_cmark::html::push_html(&mut text, pulldown_cmark::Parser::new(purpose));
        let text = text.trim().trim_start_matches("<p>").trim_end_matches("</p>");
        let link = format!("<span class=\"file\" data-href=\"source/{file}.html\">{name}</span>");
        format!("  <dt>{link}</dt>\n  <dd>{text}</dd>\n")
    },
    end: "</dl>\n",
};

/// Finds files that no manifest names, so that cargo never compiles them.
fn undeclared(declared: &[String]) -> Result<(), String> {
    let mut forgotten = Vec::new();
    for technique in list(&root().join("examples"))? {
        for file in list(&technique)? {
            let file = relative(&file);
            if file.ends_with(".rs") && !declared.contains(&file) {
                forgotten.push(format!("{file}: add it as an [[example]] to the crate it needs"));
            }
        }
    }
    if forgotten.is_empty() { Ok(()) } else { Err(forgotten.join("\n")) }
}

/// The entries of a folder; empty for a file.
fn list(folder: &Path) -> Result<Vec<std::path::PathBuf>, String> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let cannot = |error| format!("cannot list {}: {error}", folder.display());
    folder.read_dir().map_err(cannot)?.map(|entry| Ok(entry.map_err(cannot)?.path())).collect()
}

/// Runs the server, calls it from the client, and ends it as Ctrl-C would.
fn two_terminals(server: &Example, client: &Example) -> Result<(), String> {
    let (served, called) = (server.header()?, client.header()?);
    let at = |example: &Example, header: &Header, error: String| {
        format!("{}:{}: {error}", example.file, header.line)
    };

    // The address in the headers may be taken on this machine, so the system chooses the port.
    let shown: SocketAddr = served
        .command
        .rsplit(' ')
        .next()
        .and_then(|address| address.parse().ok())
        .ok_or_else(|| at(server, &served, "the command ends with an address".into()))?;
    let any_port = SocketAddr::new(shown.ip(), 0).to_string();

    let mut running =
        Process::spawn(Command::new(build(&server.name)?).arg(any_port).current_dir(root()))?;
    let line = running
        .wait_for_line("listening on http://", Duration::from_secs(30))
        .map_err(|error| at(server, &served, format!("`{}` {error}", served.command)))?;
    let bound = line.trim_start_matches("listening on http://").to_owned();
    let as_shown = |text: &str| text.replace(&bound, &shown.to_string());

    console::compare(&as_shown(&running.stdout()), &served.expected).map_err(|difference| {
        at(server, &served, format!("printed something else:\n{difference}"))
    })?;

    let command = called.command.replace(&shown.to_string(), &bound);
    if command == called.command {
        return Err(at(client, &called, format!("the client calls {shown}, as the server shows")));
    }
    let printed = console::words(&command)
        .and_then(|words| console::run(&words))
        .map_err(|error| at(client, &called, format!("`{command}` {error}")))?;
    console::compare(&as_shown(&printed), &called.expected).map_err(|difference| {
        at(client, &called, format!("printed something else:\n{difference}"))
    })?;

    // On other systems, dropping the process ends it.
    #[cfg(unix)]
    {
        running.interrupt()?;
        let status = running
            .wait(Duration::from_secs(15))
            .map_err(|error| format!("{SERVER} after Ctrl-C {error}"))?;
        if !status.success() {
            let stderr = running.stderr();
            return Err(format!("{SERVER} after Ctrl-C did not exit with 0: {status}\n{stderr}"));
        }
    }
    Ok(())
}

/// Builds an example and returns its program, so that a signal reaches it and not cargo.
fn build(example: &str) -> Result<String, String> {
    let messages = console::run(&["build", "--example", example, "--message-format=json"])
        .map_err(|error| format!("`cargo build --example {example}` {error}"))?;
    Message::parse_stream(messages.as_bytes())
        .filter_map(|message| match message {
            Ok(Message::CompilerArtifact(artifact)) if artifact.target.name == example => {
                artifact.executable.map(String::from)
            }
            _ => None,
        })
        .next()
        .ok_or(format!("cargo built no program for the example {example}"))
}
