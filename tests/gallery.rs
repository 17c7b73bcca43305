//! Runs every example as its reader would, and compares it with what its header shows.
//!
//! The examples are those that the manifests declare. Each opens with a header: one sentence of
//! purpose, why you would want it, the command, and what that prints. The indexes of the README and of the page are
//! made of those sentences. `POLYGLOT_BLESS=1 cargo test --test gallery` rewrites outputs and indexes.

mod support;

use std::{net::SocketAddr, path::Path, process::Command, time::Duration};

use cargo_metadata::{CrateType, Message, TargetKind};
use libtest_mimic::{Arguments, Completion, Trial};
use support::{
    Workspace, absent, bless_command, blessing,
    console::{self, Block},
    markdown::Document,
    process::Process,
    read, relative, requirement, rewrite, root,
};

/// Two halves for two terminals, which are run together.
const SERVER: &str = "grpc_server";
const CLIENT: &str = "grpc_client";

const INDEX_START: &str = "<!-- gallery: the examples' headers make this list -->\n";
const INDEX_END: &str = "\n<!-- /gallery -->";

fn main() -> Result<(), String> {
    let arguments = Arguments::from_args();
    let workspace = Workspace::read()?;
    let examples = Example::all(&workspace);

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
    ];
    for example in examples {
        if example.name != SERVER && example.name != CLIENT {
            trials.push(Trial::ignorable_test(example.name.clone(), move || {
                let console = example.header()?.console;
                requirement(console.tool(), |()| Ok(console.check()?))
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit()
}

/// An example that `cargo run` can run, directly in its technique's folder. A guest, which is compiled
/// for another machine, is none; nor is what lies deeper, where the halves of others are.
#[derive(Clone)]
struct Example {
    name: String,
    /// From the root.
    file: String,
}

impl Example {
    fn all(workspace: &Workspace) -> Vec<Self> {
        workspace
            .targets(TargetKind::Example)
            .filter(|target| target.crate_types.contains(&CrateType::Bin))
            .map(|target| Self {
                name: target.name.clone(),
                file: relative(target.src_path.as_std_path()),
            })
            .filter(|example| example.file.split('/').count() == 3)
            .collect()
    }

    fn header(&self) -> Result<Header, String> {
        let source = read(&self.file)?;
        let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
        let text: String =
            lines.map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect();
        let wrong = |line: usize, what: &str| {
            Err(format!("{}:{line}: {what}; see any other example's header", self.file))
        };

        let mut paragraphs = text.split("\n\n").map(|paragraph| paragraph.replace('\n', " "));
        let purpose = match paragraphs.next() {
            Some(first) if first.trim_end().ends_with('.') => sentence(first.trim()).to_owned(),
            _ => return wrong(1, "the header starts with a sentence that says what this does"),
        };
        if !paragraphs.any(|paragraph| paragraph.starts_with("Why you would: ")) {
            return wrong(1, "the header has no paragraph that starts with `Why you would: `");
        }

        let mut blocks = Document::parse(&text).code_blocks.into_iter();
        let (Some(block), None) = (blocks.next(), blocks.next()) else {
            return wrong(1, "the header has one ```console block, and no other");
        };
        if block.language != "console" {
            return wrong(block.line, "the header's block is fenced as ```console");
        }
        let console =
            Block { file: self.file.clone(), line: block.line, prefix: "//! ", text: block.text };
        let command = format!("cargo run --example {}", self.name);
        match console.steps()?.as_slice() {
            [step] if format!("{} ", step.command).starts_with(&format!("{command} ")) => {}
            _ => return wrong(block.line, &format!("the block's one command is `{command}`")),
        }
        Ok(Header { purpose, console })
    }
}

struct Header {
    purpose: String,
    console: Block,
}

/// The first sentence of a paragraph.
fn sentence(paragraph: &str) -> &str {
    paragraph.split_once(". ").map_or(paragraph, |(first, _)| &paragraph[..first.len() + 1])
}

/// Holds an index of all examples against their headers: a file's text between two comments.
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

/// How an index is written: before a technique, for each example, and after the last.
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

/// Finds files that no manifest names. They would be compiled by nobody.
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

/// What is in a folder; nothing is in a file.
fn list(folder: &Path) -> Result<Vec<std::path::PathBuf>, String> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let cannot = |error| format!("cannot list {}: {error}", folder.display());
    folder.read_dir().map_err(cannot)?.map(|entry| Ok(entry.map_err(cannot)?.path())).collect()
}

/// Runs the server, calls it from the client, and ends it as Ctrl-C would.
fn two_terminals(server: &Example, client: &Example) -> Result<(), String> {
    let (server_header, client_header) = (server.header()?, client.header()?);
    let (served, called) = (step(&server_header)?, step(&client_header)?);
    let at = |header: &Header, error| format!("{}: {error}", header.console.place());

    // The address that the headers show may be taken here, so the system chooses the port.
    let shown: SocketAddr = served
        .command
        .rsplit(' ')
        .next()
        .and_then(|address| address.parse().ok())
        .ok_or_else(|| at(&server_header, "the command ends with an address".into()))?;
    let any_port = SocketAddr::new(shown.ip(), 0).to_string();

    let mut running =
        Process::spawn(Command::new(build(&server.name)?).arg(any_port).current_dir(root()))?;
    let line = running
        .wait_for_line("listening on http://", Duration::from_secs(30))
        .map_err(|error| at(&server_header, format!("`{}` {error}", served.command)))?;
    let bound = line.trim_start_matches("listening on http://").to_owned();
    let as_shown = |text: &str| text.replace(&bound, &shown.to_string());

    console::compare(&as_shown(&running.stdout()), &served.expected).map_err(|difference| {
        at(&server_header, format!("printed something else:\n{difference}"))
    })?;

    let command = called.command.replace(&shown.to_string(), &bound);
    if command == called.command {
        return Err(at(&client_header, format!("the client calls {shown}, as the server shows")));
    }
    let printed = console::words(&command)
        .and_then(|words| console::run(&words))
        .map_err(|error| at(&client_header, format!("`{command}` {error}")))?;
    console::compare(&as_shown(&printed), &called.expected).map_err(|difference| {
        at(&client_header, format!("printed something else:\n{difference}"))
    })?;

    // Elsewhere, dropping the process ends it.
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

fn step(header: &Header) -> Result<console::Step, String> {
    let no_step = || format!("{}: no command", header.console.place());
    header.console.steps()?.into_iter().next().ok_or_else(no_step)
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
