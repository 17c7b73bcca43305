//! Checks README.md and docs/ against the code that they describe.
//!
//! - A block of code is a slice of a file that is compiled, run or served, named in a comment:
//!   `<!-- slice: examples/ffi/call_c.rs "unsafe extern" .. "}" -->`.
//! - Blocks after `<!-- file: NAME -->` are the files of a project that the reader starts. It is built
//!   and run.
//! - A ` ```console ` block is run, and its output is compared.
//! - A command in the text exists: its example, test or subcommand, and its options.
//! - A link leads to a file, and to a heading in it.
//! - A number in a sentence is the one in the code, if `facts` has the sentence.
//! - A number that is marked as measured comes from the committed run of `cargo compare`.
//!
//! `tools/bless` rewrites slices, outputs and numbers.

mod facts;
mod measured;
mod pictures;

use std::{path::Path, sync::Arc, time::Duration};

use crate::support::{
    Workspace, bless_command, blessing,
    console::{Block, difference},
    markdown::{CodeBlock, Document, slug},
    process::{Process, cargo, output},
    read, relative, requirement, rewrite, root,
    served::polyglot,
};
use cargo_metadata::TargetKind;
use libtest_mimic::Trial;

/// The languages of a fence that need no slice, because they hold no program.
const NO_PROGRAM: [&str; 3] = ["console", "sh", "text"];

pub fn trials() -> Result<Vec<Trial>, String> {
    let workspace = Arc::new(Workspace::read()?);

    let mut trials = vec![
        Trial::test("slices are cut where they should be", || Ok(slices_are_cut()?)),
        Trial::test("headings are linked as GitHub does", || Ok(headings_are_slugged()?)),
        Trial::test("marks of measured numbers are found", || Ok(measured::marks_are_found()?)),
        Trial::test("numbers in sentences are the code's", || Ok(facts::check()?)),
        Trial::test("pictures are described", || Ok(pictures::check(&files()?)?)),
        Trial::test("docs/README.md lists every chapter", || Ok(lists_every_chapter()?)),
    ];
    let record = Arc::new(measured::record());
    for file in files()? {
        let (numbers, run) = (file.clone(), Arc::clone(&record));
        trials.push(Trial::test(format!("numbers {file}"), move || {
            Ok(measured::check(&numbers, &run)?)
        }));
        let document = Arc::new(Document::parse(&read(&file)?));

        for block in &document.code_blocks {
            let place = format!("{file}:{}", block.line);
            match block.language.as_str() {
                "console" => {
                    let block = Block {
                        file: file.clone(),
                        line: block.line,
                        prefix: "",
                        text: block.text.clone(),
                    };
                    trials.push(Trial::ignorable_test(format!("console {place}"), move || {
                        requirement(block.tool(), |()| Ok(block.check()?))
                    }));
                }
                language if NO_PROGRAM.contains(&language) => {}
                _ if file_of(block).is_some() => {}
                _ => {
                    let (block, file) = (block.clone(), file.clone());
                    trials.push(Trial::test(format!("slice {place}"), move || {
                        Ok(check_slice(&file, &block)?)
                    }));
                }
            }
        }

        if document.code_blocks.iter().any(|block| file_of(block).is_some()) {
            let (file, document) = (file.clone(), Arc::clone(&document));
            trials.push(Trial::test(format!("project {file}"), move || {
                Ok(runs_outside(&file, &document)?)
            }));
        }
        let check = |name: &str, check: fn(&str, &Document, &Workspace) -> Vec<String>| {
            let (file, document, workspace) = (file.clone(), document.clone(), workspace.clone());
            Trial::test(format!("{name} {file}"), move || {
                let errors = check(&file, &document, &workspace);
                if errors.is_empty() { Ok(()) } else { Err(errors.join("\n").into()) }
            })
        };
        trials.push(check("commands", |file, document, workspace| {
            let commands = commands(document);
            report(file, commands, |command| check_command(command, workspace))
        }));
        trials.push(check("links", |file, document, _| {
            report(file, document.links.clone(), |link| check_link(file, link))
        }));
    }
    Ok(trials)
}

/// The pages at the root, the list of the exercises, and the pages in docs, from the root.
fn files() -> Result<Vec<String>, String> {
    let cannot = |error| format!("cannot list docs: {error}");
    let mut files =
        ["CONTRIBUTING.md", "README.md", "exercises/README.md"].map(str::to_owned).to_vec();
    for entry in root().join("docs").read_dir().map_err(cannot)? {
        let file = relative(&entry.map_err(cannot)?.path());
        if file.ends_with(".md") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// Lists the mistakes of all items, each after its line number.
fn report(
    file: &str,
    items: impl IntoIterator<Item = (usize, String)>,
    check: impl Fn(&str) -> Result<(), String>,
) -> Vec<String> {
    let failed = |(line, item): (usize, String)| {
        check(&item).err().map(|error| format!("{file}:{line}: {error}"))
    };
    items.into_iter().filter_map(failed).collect()
}

/// The name of the file that a block shows whole.
fn file_of(block: &CodeBlock) -> Option<&str> {
    block.comment.as_deref()?.trim().strip_prefix("file:").map(str::trim)
}

/// Builds and runs the project that a page shows, in a folder outside this workspace. It takes the
/// versions of this workspace's lock file, whose packages are downloaded.
fn runs_outside(file: &str, document: &Document) -> Result<(), String> {
    let project = tempfile::tempdir().map_err(|error| error.to_string())?;
    let write = |name: &str, text: &str| {
        let path = project.path().join(name);
        let folder = path.parent().unwrap_or(project.path());
        let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text));
        written.map_err(|error| format!("cannot write {name}: {error}"))
    };
    write("Cargo.lock", &read("Cargo.lock")?)?;
    for block in &document.code_blocks {
        if let Some(name) = file_of(block) {
            write(name, &block.text)?;
        }
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("project");
    let mut run = cargo(["run", "--offline"]);
    run.current_dir(project.path())
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    let (printed, _) =
        output(&mut run).map_err(|error| format!("the project in {file}: {error}"))?;
    let said = format!("`cargo run` prints `{}`", printed.trim());
    if read(file)?.contains(&said) {
        Ok(())
    } else {
        Err(format!("{file} does not say of the project that {said}"))
    }
}

/// Compares a block with the slice that the comment before it names.
fn check_slice(file: &str, block: &CodeBlock) -> Result<(), String> {
    let at = |error: String| format!("{file}:{}: {error}", block.line);
    let slice = block
        .comment
        .as_deref()
        .and_then(|comment| comment.strip_prefix("slice:"))
        .ok_or_else(|| match block.language.as_str() {
            "" => at("name the language after the fence; it is `text` when there is none".into()),
            language => at(format!(
                "this {language} is not a slice of a file. Put a comment before it such as\n  \
                 <!-- slice: examples/ffi/call_c.rs \"unsafe extern\" .. \"}}\" -->\n\
                 which takes the lines from the first that starts with the one text to the next, \
                 as far indented, that starts with the other"
            )),
        })?;
    let slice = Slice::parse(slice).map_err(at)?;
    let expected = slice.cut(&read(slice.file).map_err(at)?).map_err(at)?;
    if block.text == expected {
        Ok(())
    } else if blessing() {
        let fenced = format!("{}```{}\n{expected}```", block.before, block.language);
        rewrite(file, block.source.trim_end(), &fenced)
    } else {
        let place = format!("{file}:{}", block.line);
        let difference = difference((slice.file, &expected), (&place, &block.text));
        Err(at(format!("is not the slice:{difference}rewrite it with: {}", bless_command())))
    }
}

/// Some lines of a file: `FILE`, `FILE "line"`, or `FILE "first line" .. "last line"`. Backticks
/// also work as quotes.
struct Slice<'a> {
    file: &'a str,
    first: Option<&'a str>,
    last: Option<&'a str>,
}

impl<'a> Slice<'a> {
    fn parse(text: &'a str) -> Result<Self, String> {
        let (file, lines) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        // Either quote, because a line may contain the other.
        let quote = if lines.contains('`') && !lines.starts_with('"') { '`' } else { '"' };
        let quoted: Vec<_> = lines.split(quote).collect();
        let (first, last) = match quoted[..] {
            [""] => (None, None),
            ["", first, ""] => (Some(first), None),
            ["", first, " .. ", last, ""] => (Some(first), Some(last)),
            _ => return Err(format!("write the slice as FILE \"first\" .. \"last\", not {text}")),
        };
        Ok(Self { file, first, last })
    }

    /// The lines, without their common indentation, each with its newline.
    fn cut(&self, text: &str) -> Result<String, String> {
        let lines: Vec<_> = text.lines().collect();
        let indentation = |line: &str| line.len() - line.trim_start().len();

        let mut range = 0..lines.len();
        if let Some(first) = self.first {
            range.start = lines
                .iter()
                .position(|line| line.trim_start().starts_with(first))
                .ok_or_else(|| format!("no line of {} starts with {first:?}", self.file))?;
            range.end = range.start + 1;
        }
        if let Some(last) = self.last {
            let indent = indentation(lines[range.start]);
            let rest = lines[range.end..].iter().position(|line| {
                indentation(line) == indent && line.trim_start().starts_with(last)
            });
            range.end += 1 + rest.ok_or_else(|| {
                format!(
                    "after line {} of {}, no line starts with {last:?} and is indented by {indent}",
                    range.end, self.file
                )
            })?;
        }

        let lines = &lines[range];
        let filled = lines.iter().filter(|line| !line.trim().is_empty());
        let shared = filled.map(|line| indentation(line)).min().unwrap_or_default();
        Ok(lines.iter().map(|line| format!("{}\n", line.get(shared..).unwrap_or(""))).collect())
    }
}

/// Every `cargo …` command that a text tells its reader to run, and its line.
fn commands(document: &Document) -> Vec<(usize, String)> {
    let mut commands = Vec::new();
    for block in document.code_blocks.iter().filter(|block| block.language == "sh") {
        let lines = block.text.lines().enumerate();
        commands.extend(lines.map(|(index, line)| (block.line + 1 + index, line.to_owned())));
    }
    commands.extend(document.inline_code.iter().cloned());
    commands.retain(|(_, command)| command.starts_with("cargo ") || command.contains(" cargo "));
    commands
}

/// Checks that the targets and options in a command exist. Upper-case words are placeholders.
fn check_command(command: &str, workspace: &Workspace) -> Result<(), String> {
    let command = command.split(" # ").next().unwrap_or_default();
    let words: Vec<_> = command
        .split_whitespace()
        .skip_while(|&word| word != "cargo")
        .take_while(|word| !matches!(*word, "&&" | "||" | "|" | "&" | ";"))
        .collect();
    let placeholder = |word: &str| !word.chars().any(|c| c.is_lowercase());
    let (cargo, program) = match words.iter().position(|&word| word == "--") {
        // Aliases in .cargo/config.toml.
        _ if matches!(words.get(1), Some(&("bundle" | "compare" | "exercise"))) => {
            (&["cargo", "run"][..], &words[1..])
        }
        Some(position) => (&words[..position], &words[position + 1..]),
        None => (&words[..], &[][..]),
    };

    if let ["cargo", "exercise", name, ..] = words[..]
        && !placeholder(name)
        && !name.starts_with("--")
        && !root().join("exercises").join(name).is_dir()
    {
        return Err(format!("`{command}`: exercises/ has no {name}"));
    }

    // A package outside the workspace: benches or fuzz targets.
    if let Some(position) = cargo.iter().position(|&word| word == "--manifest-path") {
        let manifest = cargo.get(position + 1).copied().unwrap_or_default();
        let text = read(manifest).map_err(|error| format!("`{command}`: {error}"))?;
        let named = cargo.windows(2).filter(|pair| ["--bench", "--bin"].contains(&pair[0]));
        let mut missing = named.filter(|pair| !text.contains(&format!("name = {:?}", pair[1])));
        return match missing.next() {
            Some(pair) => Err(format!("`{command}`: {manifest} has no {} {}", pair[0], pair[1])),
            None => Ok(()),
        };
    }

    for pair in cargo.windows(2) {
        let &[option, name] = pair else { continue };
        let exists = match option {
            _ if placeholder(name) => true,
            "--example" => workspace.has(TargetKind::Example, name),
            "--test" => workspace.has(TargetKind::Test, name),
            "--bench" => workspace.has(TargetKind::Bench, name),
            "--bin" => workspace.has(TargetKind::Bin, name),
            "-p" | "--package" => workspace.has_package(name),
            _ => true,
        };
        if !exists {
            return Err(format!("`{command}`: the workspace has no {option} {name}"));
        }
    }

    // `cargo run -- …` is the root package's command.
    if cargo.get(1) != Some(&"run") || cargo.contains(&"--example") {
        return Ok(());
    }
    let subcommand = program.first().filter(|word| !word.starts_with('-') && !placeholder(word));
    let help = help(subcommand.copied()).map_err(|error| format!("`{command}`: {error}"))?;
    for option in program.iter().filter(|word| word.starts_with("--")) {
        let name = option.split('=').next().unwrap_or_default();
        if !help.split(|c: char| c.is_whitespace() || c == ',').any(|word| word == name) {
            return Err(format!("`{command}`: its --help knows no {name}"));
        }
    }
    Ok(())
}

/// The output of `polyglot SUBCOMMAND --help`.
fn help(subcommand: Option<&str>) -> Result<String, String> {
    let mut process = Process::spawn(&mut polyglot(subcommand.into_iter().chain(["--help"])))?;
    if process.wait(Duration::from_secs(60))?.success() {
        Ok(process.stdout())
    } else {
        Err(process.stderr().lines().next().unwrap_or("--help fails").to_owned())
    }
}

/// Checks that a link in `file` leads somewhere. Links to other machines are not followed.
fn check_link(file: &str, link: &str) -> Result<(), String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return Ok(());
    }
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let target = match path {
        "" => root().join(file),
        path => root().join(file).parent().unwrap_or(Path::new("")).join(path),
    };
    if !target.exists() {
        return Err(format!("the link leads to {link}, which does not exist"));
    }
    if fragment.is_empty() {
        return Ok(());
    }
    if target.extension().is_none_or(|extension| extension != "md") {
        return Err(format!("the link leads to {link}, but only Markdown has headings"));
    }
    let text = std::fs::read_to_string(&target).map_err(|error| format!("{link}: {error}"))?;
    let anchors = Document::parse(&text).anchors;
    if anchors.iter().any(|anchor| anchor == fragment) {
        Ok(())
    } else {
        Err(format!("the link leads to {link}, but the headings there are {}", anchors.join(", ")))
    }
}

/// Checks that docs/README.md links to each file beside it.
fn lists_every_chapter() -> Result<(), String> {
    let contents = Document::parse(&read("docs/README.md")?);
    let missing = |file: &String| {
        // These are for people who change the project, and are linked from the README.
        let others = ["README.md", "architecture.md"];
        let chapter = file.strip_prefix("docs/").filter(|chapter| !others.contains(chapter))?;
        let listed = contents.links.iter().any(|(_, link)| link == chapter);
        (!listed).then(|| format!("docs/README.md does not link to {chapter}"))
    };
    let missing: Vec<_> = files()?.iter().filter_map(missing).collect();
    if missing.is_empty() { Ok(()) } else { Err(missing.join("\n")) }
}

fn slices_are_cut() -> Result<(), String> {
    const TEXT: &str = "one {\n  two {\n    three\n\n  }\n}\nend\n";
    for (slice, expected) in [
        ("f", Ok(TEXT)),
        ("f \"end\"", Ok("end\n")),
        ("f \"one\" .. \"}\"", Ok("one {\n  two {\n    three\n\n  }\n}\n")),
        ("f \"two\" .. \"}\"", Ok("two {\n  three\n\n}\n")),
        ("f \"two\" .. \"end\"", Err(())),
        ("f `two` .. `}`", Ok("two {\n  three\n\n}\n")),
        ("f \"four\"", Err(())),
        ("f one .. end", Err(())),
    ] {
        let cut = Slice::parse(slice).and_then(|slice| slice.cut(TEXT));
        if cut.as_deref().map_err(|_| ()) != expected {
            return Err(format!("{slice} gave {cut:?}"));
        }
    }
    Ok(())
}

fn headings_are_slugged() -> Result<(), String> {
    for (heading, expected) in [
        ("What it costs", "what-it-costs"),
        ("Who frees, and when?", "who-frees-and-when"),
        ("The `.proto` & C++", "the-proto--c"),
    ] {
        if slug(heading) != expected {
            return Err(format!("{heading} became {}", slug(heading)));
        }
    }
    Ok(())
}
