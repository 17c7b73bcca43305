//! The exercises: each solution passes, each first state fails with its hint, and mistakes are
//! explained.

use std::{
    fs,
    path::Path,
    process::Command,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::support::{
    process::{Process, output},
    read, requirement, root,
    served::polyglot,
};
use libtest_mimic::{Failed, Trial};

pub fn trials() -> Result<Vec<Trial>, String> {
    let mut trials = vec![
        Trial::test("an unknown name lists the others", || {
            check(root(), &["ffi_strings"], 2, &["ffi_string, "])
        }),
        Trial::test("each exercise is listed and linked", || Ok(listed()?)),
        Trial::ignorable_test("mistakes that do not compile", || {
            requirement(git(&["ls-files"]), |files| mistakes(&files))
        }),
    ];
    for name in list("exercises", |name| !name.contains('.'))? {
        let solution = name.clone();
        trials.push(Trial::ignorable_test(format!("{name}, solution"), move || {
            requirement(tool(&solution), |()| {
                check(root(), &[&solution, "--solution"], 0, &["solved: "])
            })
        }));
        trials.push(Trial::ignorable_test(format!("{name}, first state"), move || {
            let folder = format!("exercises/{name}");
            let unchanged = git(&["diff", "--quiet", "HEAD", "--", &folder]);
            let unchanged = unchanged.map_err(|_| format!("{folder} has changed since HEAD"));
            requirement(tool(&name).and(unchanged), |_| {
                let [task, hint] = comment(&name)?;
                check(root(), &[&name], 1, &[&task, &hint])
            })
        }));
    }
    Ok(trials)
}

/// The names of a folder's entries of which `wanted` is true.
fn list(folder: &str, wanted: impl Fn(&str) -> bool) -> Result<Vec<String>, String> {
    let entries = root().join(folder).read_dir().map_err(|error| format!("{folder}: {error}"))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.filter(|name| wanted(name)).collect();
    names.sort();
    Ok(names)
}

fn tool(name: &str) -> Result<(), String> {
    let present = name != "wasm_empty_view" || which::which("node").is_ok();
    if present { Ok(()) } else { Err("no Node: install it".to_owned()) }
}

fn git(arguments: &[&str]) -> Result<String, String> {
    output(Command::new("git").args(arguments).current_dir(root())).map(|(printed, _)| printed)
}

/// The first words of the task and of the hint: few enough to be on one line of the output.
fn comment(name: &str) -> Result<[String; 2], String> {
    let check = read(&format!("exercises/{name}/check.rs"))?;
    let (task, hint) = check.split_once("//!\n").unwrap_or((&check, "//!"));
    Ok([task, hint].map(|text| text[3..].split_whitespace().take(4).collect::<Vec<_>>().join(" ")))
}

/// Runs `polyglot exercise` in the workspace at `folder`, and checks its exit code and output.
fn check(folder: &Path, arguments: &[&str], code: i32, says: &[&str]) -> Result<(), Failed> {
    // Both states are built to the same file, and run after cargo has given up its lock.
    static BUILDING: Mutex<()> = Mutex::new(());
    let _building = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);

    let mut command = polyglot(["exercise"]);
    command.args(arguments).env("COLUMNS", "200").env("CARGO_MANIFEST_DIR", folder);
    if folder != root() {
        command.env("CARGO_TARGET_DIR", folder.join("target"));
    }
    let mut process = Process::spawn(&mut command)?;
    // Long enough to compile WebAssembly's engine.
    let status = process.wait(Duration::from_secs(600))?;
    let printed = process.stdout() + &process.stderr();
    // In this workspace everything compiles, and without a warning.
    let compiles = !["warning: ", "could not compile"].iter().any(|words| printed.contains(words));
    let holds = status.code() == Some(code) && says.iter().all(|words| printed.contains(words));
    if holds && (compiles || folder != root()) {
        return Ok(());
    }
    Err(format!("{arguments:?}: not {code} and {says:?}, but {status} and\n{printed}").into())
}

/// Checks that exercises/README.md lists each exercise, and that a page in docs links to it.
fn listed() -> Result<(), String> {
    let pages = list("docs", |name| name.ends_with(".md"))?.into_iter();
    let pages = pages.map(|page| read(&format!("docs/{page}"))).collect::<Result<String, _>>()?;
    let all = read("exercises/README.md")?;
    let missing = list("exercises", |name| {
        let unlinked = !pages.contains(&format!("../exercises/{name}/"));
        !name.contains('.') && (unlinked || !all.contains(&format!("`{name}`")))
    })?;
    let remedy = "list it in exercises/README.md, and link to it from its page in docs";
    if missing.is_empty() { Ok(()) } else { Err(format!("{}: {remedy}", missing.join(", "))) }
}

/// Makes mistakes in a copy of the workspace, because the answers here are the reader's.
fn mistakes(files: &str) -> Result<(), Failed> {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("exercises");
    for file in files.lines() {
        fs::create_dir_all(copy.join(file).parent().unwrap_or(&copy))?;
        fs::copy(root().join(file), copy.join(file))?;
    }
    fs::write(copy.join("exercises/ffi_struct/answer.rs"), "pub fn range() -> u32 { \"3\" }")?;
    let [_, hint] = comment("ffi_struct")?;
    check(&copy, &["ffi_struct"], 1, &["mismatched types", &hint])?;

    // A mistake in one C file is reported, and does not stop the other exercises.
    fs::write(copy.join("exercises/ffi_c_function/answer.c"), "int clamp(oops x);")?;
    let [_, hint] = comment("ffi_c_function")?;
    check(&copy, &["ffi_c_function"], 1, &["oops", "answer.c does not compile", &hint])?;
    check(&copy, &["ffi_struct", "--solution"], 0, &["solved: "])
}
