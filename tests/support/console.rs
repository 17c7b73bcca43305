//! Runs a ` ```console ` block and compares the output with the block.

use std::time::Duration;

use snapbox::{
    Assert, Data,
    report::{Palette, write_diff},
};

use super::{
    bless_command, blessing,
    process::{Process, cargo},
    rewrite,
    served::polyglot,
};

/// Long enough for a command that has to compile WebAssembly's engine first, on a slow machine.
const LIMIT: Duration = Duration::from_secs(600);

/// A ` ```console ` block, and its place.
#[derive(Clone)]
pub struct Block {
    /// The file, from the root.
    pub file: String,
    /// The line of the opening fence, counted from 1.
    pub line: usize,
    /// The start of every line: empty in Markdown, `//! ` in a Rust header.
    pub prefix: &'static str,
    /// The text between the fences.
    pub text: String,
}

/// A command, and its expected output: lines with a newline each.
pub struct Step {
    /// The text after `$ `.
    pub command: String,
    /// The lines up to the next command, which may hold `[..]` and `...`.
    pub expected: String,
}

impl Block {
    /// The block's place, in the form that an editor can jump to.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }

    /// The commands, each with its output.
    pub fn steps(&self) -> Result<Vec<Step>, String> {
        let mut steps: Vec<Step> = Vec::new();
        for (index, line) in self.text.lines().enumerate() {
            if let Some(command) = line.strip_prefix("$ ") {
                steps.push(Step { command: command.trim().into(), expected: String::new() });
            } else if let Some(step) = steps.last_mut() {
                step.expected += line.trim_end();
                step.expected.push('\n');
            } else {
                let place = format!("{}:{}", self.file, self.line + 1 + index);
                return Err(format!("{place}: a console block starts with `$ cargo …`"));
            }
        }
        match steps.is_empty() {
            true => Err(format!("{}: the console block has no command", self.place())),
            false => Ok(steps),
        }
    }

    /// Checks that the tools of its commands are installed, besides Rust and a C compiler.
    pub fn tool(&self) -> Result<(), String> {
        let compilers = ["c++", "g++", "clang++"];
        // Microsoft's compiler is found without the PATH, and knows both languages.
        let has_cpp = cfg!(target_env = "msvc")
            || compilers.iter().any(|compiler| which::which(compiler).is_ok());
        if has_cpp || !self.steps()?.iter().any(|step| step.command.contains("--features cpp")) {
            return Ok(());
        }
        Err(format!("no C++ compiler: none of {} is on the PATH", compilers.join(", ")))
    }

    /// Runs the commands in order. With `POLYGLOT_BLESS=1` the block is rewritten where it differs.
    pub fn check(&self) -> Result<(), String> {
        let mut rewritten = String::new();
        let mut differences = String::new();
        for step in self.steps()? {
            let at = |error| format!("{}: `{}` {error}", self.place(), step.command);
            let actual = run(&words(&step.command).map_err(at)?).map_err(at)?;
            let normalized = match compare(&actual, &step.expected) {
                Ok(()) => step.expected.clone(),
                Err(difference) => {
                    differences += &at(format!("printed something else:\n{difference}"));
                    normalize(&actual, &step.expected)
                }
            };
            rewritten += &format!("$ {}\n{normalized}", step.command);
        }
        if differences.is_empty() {
            Ok(())
        } else if blessing() {
            rewrite(&self.file, &self.fenced(&self.text), &self.fenced(&rewritten))
        } else {
            Err(format!("{differences}rewrite it with: {}", bless_command()))
        }
    }

    fn fenced(&self, text: &str) -> String {
        let lines = format!("```console\n{text}```");
        let prefixed = lines.lines().map(|line| format!("{}{line}", self.prefix));
        prefixed.map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }
}

/// By default snapbox takes `\` for a separator of paths, and a program may print it for another reason.
fn assert() -> Assert {
    Assert::new().normalize_paths(false)
}

/// Compares the actual output with the expected output; the error is the difference.
pub fn compare(actual: &str, expected: &str) -> Result<(), String> {
    assert()
        .palette(Palette::plain())
        .try_eq(Some(&"printed"), Data::text(ended(actual)), Data::text(ended(expected)))
        .map_err(|difference| difference.to_string())
}

/// The word-by-word difference of `actual` from `expected`; each is a pair of its place and its
/// text.
pub fn difference(expected: (&str, &str), actual: (&str, &str)) -> String {
    let mut difference = String::new();
    let (from, to) = (Data::text(expected.1), Data::text(actual.1));
    write_diff(&mut difference, &from, &to, Some(&expected.0), Some(&actual.0), Palette::plain())
        .expect("a String takes all that is written");
    difference
}

/// The actual output, with the wildcards of the expected output where they still match.
fn normalize(actual: &str, expected: &str) -> String {
    let (actual, _) = assert().normalize(Data::text(ended(actual)), Data::text(expected));
    actual.render().unwrap_or_default()
}

/// Runs cargo with the arguments, and returns what it printed.
pub fn run(arguments: &[&str]) -> Result<String, String> {
    let mut command = match arguments {
        // This program is already built for the tests. For a plain `cargo run` cargo selects fewer
        // features than for tests, and would compile most dependencies a second time.
        ["run"] => polyglot([]),
        ["run", "--", arguments @ ..] => polyglot(arguments.iter().copied()),
        _ => cargo(arguments.iter().copied()),
    };
    let mut process = Process::spawn(&mut command)?;
    let status = process.wait(LIMIT)?;
    if !status.success() {
        let (stdout, stderr) = (process.stdout(), process.stderr());
        return Err(format!("failed ({status})\n{stdout}{stderr}"));
    }
    Ok(process.stdout())
}

/// The arguments of a `cargo` command. No shell splits them, so the words are the same on every
/// system.
pub fn words(command: &str) -> Result<Vec<&str>, String> {
    if command.contains(['"', '\'', '\\', '|', '>', '<', '&', ';', '$', '*']) {
        return Err("is not run by a shell: write plain words".into());
    }
    let mut words = command.split_whitespace();
    match words.next() {
        Some("cargo") => Ok(words.collect()),
        _ => Err("is not a cargo command, so it is not run: fence it as ```sh".into()),
    }
}

/// The text with one newline at its end, or empty.
fn ended(text: &str) -> String {
    match text.trim_end() {
        "" => String::new(),
        text => format!("{text}\n"),
    }
}
