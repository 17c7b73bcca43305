//! Compares the examples that a crate declares with their headers: runs each, and compares its
//! output with the output in the header.
//!
//! An example opens with one sentence of purpose, a paragraph that says why you would want it, and
//! a ` ```console ` block with the command and its output. A crate takes part with a
//! `tests/examples.rs` of a few lines, see crates/ffi-demo. It needs no package besides wildmatch,
//! which has no dependencies, because everyone who runs an example compiles it first.
//!
//! `tools/bless` rewrites the output in the headers.

#![allow(dead_code, reason = "the root's tests read headers, and run nothing by this")]

use std::{
    env, fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    sync::Mutex,
    thread,
    time::{Duration, Instant, SystemTime},
};

use wildmatch::WildMatchPattern;

/// The time limit of an example. The slowest one waits a few seconds for a server to stop trying.
const LIMIT: Duration = Duration::from_secs(120);

/// The highest number of lines in an example, header and imports included.
const LINES: usize = 90;

/// Runs the examples of the crate that this test belongs to, and panics with a list of all
/// mistakes.
///
/// Two kinds are left to the root's tests/tools/gallery.rs: `pairs`, which take two terminals, and
/// those that need a feature, which `cargo test` does not build. A line on stderr names them.
pub fn check(pairs: &[&str]) {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let examples = read(&manifest).and_then(|text| declared(&text)).expect("a manifest to read");
    assert!(!examples.is_empty(), "{} declares no example of the gallery", manifest.display());

    let (mine, others): (Vec<_>, Vec<_>) = examples
        .into_iter()
        .partition(|example| !example.gated && !pairs.contains(&&*example.name));
    if !others.is_empty() {
        let names: Vec<_> = others.iter().map(|example| &*example.name).collect();
        let names = names.join(", ");
        // Not `eprintln!`, which libtest hides when a test passes.
        let _ = writeln!(io::stderr(), "left to `cargo test --test tools gallery`: {names}");
    }

    let (mine, wrong) = (Mutex::new(mine), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let next = mine.lock().expect("no thread panics").pop();
                    let Some(example) = next else { break };
                    if let Err(error) = example.check() {
                        wrong.lock().expect("no thread panics").push(error);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no thread panics");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// An example of the gallery.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The name for `cargo run --example`.
    pub name: String,
    /// The file, from the workspace's root: `examples/TECHNIQUE/FILE.rs`.
    pub file: String,
    /// True when it needs a feature.
    pub gated: bool,
}

/// The examples that a manifest declares and `cargo run` can run. Files deeper in `examples/` are
/// halves of other examples, and those outside are exercises. One with a `crate-type` is a guest,
/// which is compiled for another machine.
///
/// Cargo knows them too, but reading its answer would take more packages than this whole file. The
/// root's tests compare the two lists.
pub fn declared(manifest: &str) -> Result<Vec<Example>, String> {
    let mut examples = Vec::new();
    for table in manifest.split("\n[").filter_map(|table| table.strip_prefix("[example]]")) {
        let value = |key: &str| {
            let mut pairs = table.lines().filter_map(|line| line.split_once('='));
            let (_, value) = pairs.find(|(found, _)| found.trim() == key)?;
            Some(value.trim().trim_matches('"').to_owned())
        };
        let (Some(name), Some(path)) = (value("name"), value("path")) else {
            return Err(format!("an [[example]] has no name, or no path:{table}"));
        };
        let file = path.trim_start_matches("../").to_owned();
        let in_gallery = file.starts_with("examples/") && file.split('/').count() == 3;
        if in_gallery && value("crate-type").is_none() {
            examples.push(Example { name, file, gated: value("required-features").is_some() });
        }
    }
    Ok(examples)
}

/// The contents of an example's header.
pub struct Header {
    /// The first sentence.
    pub purpose: String,
    /// The line of the console block's opening fence, counted from 1.
    pub line: usize,
    /// The command, without `$ `.
    pub command: String,
    /// The expected output: lines with a newline each, which may hold `[..]`.
    pub expected: String,
}

impl Example {
    /// Reads the header; the error names the mistake in it.
    pub fn header(&self) -> Result<Header, String> {
        let source = read(&root().join(&self.file))?;
        let length = source.lines().count();
        if length > LINES {
            return Err(format!(
                "{}: {length} lines; an example has at most {LINES}: split it, or cut what another one shows",
                self.file
            ));
        }
        let header = source.lines().map_while(|line| line.strip_prefix("//!"));
        let lines: Vec<_> = header.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        let wrong = |line: usize, what: &str| {
            Err(format!("{}:{line}: {what}; see any other example's header", self.file))
        };

        let mut paragraphs = lines.split(|line| line.is_empty()).map(|lines| lines.join(" "));
        let purpose = match paragraphs.next() {
            Some(first) if first.ends_with('.') => sentence(&first).to_owned(),
            _ => return wrong(1, "the header starts with a sentence that says what this does"),
        };
        if !paragraphs.any(|paragraph| paragraph.starts_with("Why you would: ")) {
            return wrong(1, "the header has no paragraph that starts with `Why you would: `");
        }

        let is_fence = |line: &&str| line.starts_with("```");
        let Some(start) = lines.iter().position(is_fence) else {
            return wrong(1, "the header has no ```console block");
        };
        let block: Vec<_> = lines[start + 1..].iter().take_while(|line| !is_fence(line)).collect();
        if lines[start] != "```console" {
            return wrong(start + 1, "the header's block is not fenced as ```console");
        }
        if lines.iter().filter(|line| is_fence(line)).count() != 2 {
            return wrong(start + 1, "the header has a block besides this one, or does not end it");
        }
        let alone = format!("cargo run --example {}", self.name);
        let command = block.first().and_then(|line| line.strip_prefix("$ ")).unwrap_or_default();
        let commands = block.iter().filter(|line| line.starts_with("$ ")).count();
        if commands != 1 || !format!("{command} ").starts_with(&format!("{alone} ")) {
            return wrong(start + 1, &format!("the block's one command is `{alone}`"));
        }
        let expected = block[1..].iter().map(|line| format!("{}\n", line.trim_end())).collect();
        Ok(Header { purpose, line: start + 1, command: command.trim().to_owned(), expected })
    }

    /// Runs the program that cargo has built, and compares its output. Rewrites the header on
    /// request.
    fn check(&self) -> Result<(), String> {
        let header = self.header()?;
        let (_, arguments) = header.command.split_once(" -- ").unwrap_or_default();
        let at = |what: String| format!("{}:{}: {}: {what}", self.file, header.line, self.name);
        let program = self.program().map_err(at)?;
        let mut command = Command::new(program);
        command.args(arguments.split_whitespace()).current_dir(root());
        let (status, printed, complaints) = run(&mut command).map_err(at)?;
        if !status.success() {
            return Err(at(format!("failed ({status})\n{printed}{complaints}")));
        }

        let shown: Vec<_> = header.expected.trim_end().lines().collect();
        let printed: Vec<_> = printed.trim_end().lines().map(str::trim_end).collect();
        let differences = differences(&shown, &printed);
        if differences.is_empty() {
            return Ok(());
        }
        if env::var_os("POLYGLOT_BLESS").is_none_or(|value| value.is_empty() || value == "0") {
            let bless = concat!("cargo test -p ", env!("CARGO_PKG_NAME"), " --test examples");
            return Err(at(format!("{differences}rewrite it with: POLYGLOT_BLESS=1 {bless}")));
        }
        // A line that still matches its wildcard keeps it.
        let lines = printed.iter().enumerate().map(|(index, &line)| match shown.get(index) {
            Some(&pattern) if matches(pattern, line) => pattern,
            _ => line,
        });
        self.rewrite(&header, &lines.collect::<Vec<_>>().join("\n")).map_err(at)
    }

    /// Replaces the output in the header.
    fn rewrite(&self, header: &Header, output: &str) -> Result<(), String> {
        let file = root().join(&self.file);
        let source = read(&file)?;
        let lines: Vec<_> = source.split('\n').collect();
        // The opening fence is `line`, counted from 1, and the command follows it.
        let (before, rest) = lines.split_at(header.line + 1);
        let output = output.lines().map(|line| format!("//! {line}").trim_end().to_owned());
        let after = rest.iter().skip(header.expected.lines().count());
        let lines = before.iter().map(|&line| line.to_owned()).chain(output);
        let lines: Vec<_> = lines.chain(after.map(|&line| line.to_owned())).collect();
        fs::write(file, lines.join("\n")).map_err(|error| format!("cannot be rewritten: {error}"))
    }

    /// The program, which cargo puts near this test. A program that is older than its sources would
    /// make the check useless, so that is an error.
    fn program(&self) -> Result<PathBuf, String> {
        let test = env::current_exe().map_err(|error| format!("where is this test? {error}"))?;
        let profile = test.ancestors().nth(2).ok_or("this test is in no target folder")?;
        let option = match profile.file_name().and_then(|name| name.to_str()) {
            Some("debug") | None => String::new(),
            Some("release") => " --release".to_owned(),
            Some(name) => format!(" --profile {name}"),
        };
        let build = format!("cargo build -p {} --examples{option}", env!("CARGO_PKG_NAME"));
        let examples = profile.join("examples");

        let program = examples.join(&self.name).with_extension(env::consts::EXE_EXTENSION);
        let absent = |_| format!("it is not built: run `{build}`, then this test again");
        let built = program.metadata().and_then(|program| program.modified()).map_err(absent)?;
        // "PROGRAM: SOURCE SOURCE …", where `\ ` is a space in a name.
        let depends = fs::read_to_string(program.with_extension("d")).map_err(absent)?;
        let (_, sources) = depends.split_once(": ").unwrap_or_default();
        for source in sources.trim_end().replace("\\ ", "\0").split(' ') {
            let source = PathBuf::from(source.replace('\0', " "));
            if changed(&source).is_none_or(|changed| changed > built) {
                let source = source.canonicalize().unwrap_or(source);
                let source = source.strip_prefix(root()).unwrap_or(&source).display();
                return Err(format!(
                    "the program is older than {source}: run `{build}`, then this test again"
                ));
            }
        }
        Ok(program)
    }
}

/// The last change of a file, or of anything in a folder. `None` when it does not exist.
fn changed(path: &Path) -> Option<SystemTime> {
    let mut latest = path.metadata().ok()?.modified().ok()?;
    if path.is_dir() {
        for entry in path.read_dir().ok()? {
            latest = latest.max(changed(&entry.ok()?.path())?);
        }
    }
    Some(latest)
}

/// Runs a program to its end, and returns what it wrote to stdout and stderr.
fn run(command: &mut Command) -> Result<(ExitStatus, String, String), String> {
    let cannot = |error: io::Error| format!("cannot be run: {error}");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.env("RUST_BACKTRACE", "0").spawn().map_err(cannot)?;
    let (stdout, stderr) = (collect(child.stdout.take()), collect(child.stderr.take()));
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(cannot)? {
            break status;
        }
        if started.elapsed() > LIMIT {
            // The program may end by itself at this moment, and then there is no process to kill.
            let _ = child.kill();
            return Err(format!("did not end within {} s, and was stopped", LIMIT.as_secs()));
        }
        thread::sleep(Duration::from_millis(10));
    };
    let text = |collecting: thread::JoinHandle<_>| collecting.join().expect("it does not panic");
    Ok((status, text(stdout), text(stderr)))
}

/// Reads to the end, on a thread of its own: a program blocks while a pipe is full.
fn collect(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // After an error the text is incomplete, and the comparison fails.
        let _ = pipe.expect("it is piped").read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// The first sentence of a paragraph.
fn sentence(paragraph: &str) -> &str {
    paragraph.split_once(". ").map_or(paragraph, |(first, _)| &paragraph[..first.len() + 1])
}

/// True when a line matches the header's line, in which `[..]` matches any text.
fn matches(pattern: &str, line: &str) -> bool {
    // Two characters that no output has, so that `*` and `?` are literal.
    WildMatchPattern::<'\u{1}', '\u{2}'>::new(&pattern.replace("[..]", "\u{1}")).matches(line)
}

/// A message for each line that differs from the shown one, or an empty text.
fn differences(shown: &[&str], printed: &[&str]) -> String {
    let mut text = String::new();
    for index in 0..shown.len().max(printed.len()) {
        match (shown.get(index), printed.get(index)) {
            (Some(pattern), Some(line)) if matches(pattern, line) => {}
            (pattern, line) => {
                let [pattern, line] =
                    [pattern, line].map(|it| it.map_or("nothing".into(), |it| format!("{it:?}")));
                text += &format!(
                    "line {}: printed {line}, and the header shows {pattern}\n",
                    index + 1
                );
            }
        }
    }
    text
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))
}

/// The workspace's root, found from the package of the current test.
fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = package.ancestors();
    folders.find(|folder| folder.join("Cargo.lock").exists()).expect("a workspace")
}
