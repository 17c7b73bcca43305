//! Runs the tutorial's exercises: builds the reader's answer, and checks it.
//!
//! Each folder of exercises/ is one. `answer.rs` is the reader's file and is never written to,
//! `solution.rs` is one that passes, and `check.rs` is the program that calls either. Its first
//! comment is the task and, after an empty line, a hint.

use std::{
    fs,
    path::Path,
    process::{Command, ExitCode, Stdio},
};

use anstream::println;
use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};
use serde::Deserialize;

use crate::{Severity, cargo, report, report::width, workspace};

/// The options of `polyglot exercise`.
#[derive(Args, Debug)]
pub struct Options {
    /// The exercise; without one, all are listed
    name: Option<String>,

    /// Check the project's own solution instead of your answer
    #[arg(long)]
    solution: bool,

    /// Print the hint without running anything
    #[arg(long, conflicts_with = "solution")]
    hint: bool,
}

/// One folder of exercises/.
struct Exercise {
    name: String,
    task: String,
    hint: String,
}

/// A line of `cargo --message-format=json`, as far as it is needed.
#[derive(Deserialize)]
struct Message {
    executable: Option<String>,
}

/// Lists the exercises, or checks the answer to one.
///
/// # Errors
///
/// When the sources cannot be read, or cargo cannot be run.
pub fn run(options: &Options) -> Result<ExitCode, String> {
    let root = workspace::root().ok_or("the exercises are part of the project: run this in it")?;
    let exercises = read(&root)?;
    let Some(name) = &options.name else {
        list(&exercises);
        return Ok(ExitCode::SUCCESS);
    };
    let Some(exercise) = exercises.iter().find(|exercise| exercise.name == *name) else {
        let names: Vec<_> = exercises.iter().map(|exercise| exercise.name.as_str()).collect();
        report(Severity::Error, format!("no exercise is called {name}: {}", names.join(", ")));
        return Ok(ExitCode::from(2));
    };
    if options.hint {
        println!("{}", exercise.hint);
        return Ok(ExitCode::SUCCESS);
    }
    let folder = format!("exercises/{name}");
    if passes(&root, exercise, options.solution)? {
        println!("solved: {name}; the project's own solution is {folder}/solution.*");
        return Ok(ExitCode::SUCCESS);
    }
    let file = format!("{folder}/answer.*");
    println!("\n{}", table([["task", &exercise.task], ["hint", &exercise.hint], ["file", &file]]));
    Ok(ExitCode::FAILURE)
}

/// All exercises, in the order of exercises/README.md.
fn read(root: &Path) -> Result<Vec<Exercise>, String> {
    let cannot = |error| format!("cannot read exercises: {error}");
    let order = fs::read_to_string(root.join("exercises/README.md")).map_err(cannot)?;
    let mut exercises = Vec::new();
    for entry in root.join("exercises").read_dir().map_err(cannot)? {
        let folder = entry.map_err(cannot)?.path();
        let Ok(check) = fs::read_to_string(folder.join("check.rs")) else { continue };
        let comment = check.lines().map_while(|line| line.strip_prefix("//!"));
        let comment: Vec<_> = comment.map(str::trim).collect();
        let mut parts = comment.split(|line| line.is_empty()).map(|lines| lines.join(" "));
        exercises.push(Exercise {
            name: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            task: parts.next().unwrap_or_default(),
            hint: parts.next().unwrap_or_default(),
        });
    }
    exercises.sort_by_key(|exercise: &Exercise| order.find(&format!("`{}`", exercise.name)));
    Ok(exercises)
}

fn list(exercises: &[Exercise]) {
    println!("{}", table(exercises.iter().map(|exercise| [&*exercise.name, &*exercise.task])));
    println!("\nChange exercises/NAME/answer.*, run `cargo exercise NAME`.");
}

/// Two columns, of which the second is wrapped to the terminal's width.
fn table<'a>(rows: impl IntoIterator<Item = [&'a str; 2]>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width()).add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt()
}

/// Builds the check with the answer in it, and runs it. What the compilers and the check say is printed.
fn passes(root: &Path, exercise: &Exercise, solution: bool) -> Result<bool, String> {
    let (technique, _) = exercise.name.split_once('_').unwrap_or_default();
    let feature = if solution { "solutions" } else { "exercises" };
    let mut cargo = cargo::command();
    // Not --quiet, which hides what the C compiler says, and that a first build takes minutes. Not
    // --package, with which the dependencies have other features than for `cargo run --example`, and
    // would be compiled again.
    cargo.current_dir(root).args(["build", "--message-format=json-render-diagnostics"]);
    cargo.arg(format!("--features={technique}-demo/{feature}"));
    cargo.arg(format!("--example=exercise_{}", exercise.name));
    let built = cargo.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let built = built.map_err(|error| format!("cannot run cargo: {error}"))?;
    let messages = String::from_utf8_lossy(&built.stdout);
    let program = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok()?.executable)
        .next_back();
    let Some(program) = program.filter(|_| built.status.success()) else { return Ok(false) };
    let status = Command::new(&program).env("RUST_BACKTRACE", "0").current_dir(root).status();
    let status = status.map_err(|error| format!("cannot run {program}: {error}"))?;
    if status.code().is_none() {
        // It could not say so itself.
        report(Severity::Error, format!("the program was ended by {status}"));
    }
    Ok(status.success())
}
