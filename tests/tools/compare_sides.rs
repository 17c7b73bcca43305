//! The far sides of `polyglot compare` that are programs of their own: that they answer rightly, that
//! they fail with a reason, and that none of them stays behind.

use std::{
    env, fs,
    io::{self, BufRead, BufReader, Write},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::support::{process::output, requirement, root};
use libtest_mimic::{Completion, Failed, Trial};
use polyglot::{
    compare::{
        boundary::{self, Boundary, languages, program::Program},
        operation::Operation,
        side::Side,
    },
    doctor,
};
use sysinfo::{Pid, ProcessStatus, ProcessesToUpdate, System};
use tempfile::TempDir;

/// For a far side that answers.
const ENOUGH: Duration = Duration::from_secs(60);

/// The test program is also what some trials start. Whether it was started so; it is then done.
pub fn started_by_a_trial() -> bool {
    let arguments: Vec<_> = env::args().collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [_, "far side", manners] => far_side(manners),
        [_, "near side", rest @ ..] => near_side(rest),
        _ => return false,
    }
    true
}

pub fn trials() -> Vec<Trial> {
    let trials = vec![
        Trial::test("C, shared, answers", || answers(column("c-shared")?)),
        Trial::ignorable_test("Python answers", || {
            requirement(doctor::find("python"), |_| answers(column("python")?))
        }),
        Trial::ignorable_test("Node.js answers", node_answers),
        Trial::test("what is not there is told", what_is_not_there_is_told),
        Trial::test("an answer is taken", || {
            let mut program = misbehaved("polite")?;
            let time = program.time(Operation::Add, 7)?;
            if time == Duration::from_nanos(70) { Ok(()) } else { Err(format!("{time:?}").into()) }
        }),
        Trial::test("a program that cannot be started is named", || {
            let missing = Program::start("nobody", &mut Command::new("/no/such/program"), ENOUGH);
            told(&missing.err().unwrap_or_default(), &["cannot start nobody", "/no/such/program"])
        }),
        Trial::test("a program that dies at once is named, with what it said", || {
            let died = start("dies at once", ENOUGH).err().unwrap_or_default();
            told(&died, &["dies at once ended instead of", "answer add 2", "7", "it was too much"])
        }),
        Trial::test("a program that dies later is named, with what it said", || {
            fails("dies", &["dies ended instead of", "time 7 add", "7", "it was too much"])
        }),
        Trial::test("garbage is named", || fails("raves", &["raves answered", "\"soon\"", "time"])),
        Trial::test("half a line is no answer", || fails("breaks off", &["what is no line"])),
        Trial::test("bytes that are no text are no answer", || {
            fails("mumbles", &["what is no line", "UTF-8"])
        }),
        Trial::test("an answer too many is not taken for the next one", || {
            let mut program = misbehaved("chatters")?;
            let first = program.time(Operation::Add, 7)?;
            // It may come a moment later.
            thread::sleep(Duration::from_millis(200));
            let failure = program.time(Operation::Add, 7).err().map(|failure| failure.to_string());
            told(&failure.unwrap_or(format!("{first:?}, twice")), &["chatters printed", "unasked"])
        }),
        Trial::test("a program that hangs is ended", || {
            let mut program = start("hangs", Duration::from_secs(3))?;
            let failure = program.time(Operation::Add, 7).err().map(|failure| failure.to_string());
            told(&failure.unwrap_or_default(), &["hangs did not answer", "time 7 add", "3s"])?;
            gone(program.id())
        }),
        Trial::test("a program that hears nothing is ended, too", || {
            let program = misbehaved("is deaf")?;
            let id = program.id();
            drop(program);
            gone(id)
        }),
        Trial::test("C, shared, ends with who started it", || ends_with_its_parent("c-shared")),
        Trial::ignorable_test("Python ends with who started it", || {
            requirement(doctor::find("python"), |_| ends_with_its_parent("python"))
        }),
        Trial::ignorable_test("Node.js ends with who started it", || {
            let folder = tempfile::tempdir()?;
            requirement(koffi(&folder), |()| ends_with_its_parent(&folder.path().to_string_lossy()))
        }),
    ];
    trials
}

/// A column as `polyglot compare` sets it up.
fn column(id: &str) -> Result<Box<dyn Side>, String> {
    let mut found = boundary::all(&|other| other == id, &|_| {});
    match found.pop() {
        Some(Boundary { side, .. }) if found.is_empty() => side,
        _ => Err(format!("there is no column {id}, or there are two")),
    }
}

/// Asks for everything, and for the time of it.
fn answers(mut side: Box<dyn Side>) -> Result<(), Failed> {
    for operation in Operation::ALL {
        if side.answer(operation)? != operation.expected() {
            return Err(format!("{operation:?} has another answer in Rust").into());
        }
        side.time(operation, 2)?;
    }
    // So many that any clock sees them.
    if side.time(Operation::Add, 1_000_000)?.is_zero() {
        return Err("a million calls take no time at all".into());
    }
    Ok(())
}

/// npm would put node_modules beside package.json, so all goes elsewhere.
fn koffi(folder: &TempDir) -> Result<(), String> {
    doctor::find("node")?;
    let npm = doctor::find("npm")?;
    for file in ["package.json", "package-lock.json", "ops.js"] {
        let from = root().join("examples/ffi/node").join(file);
        fs::copy(&from, folder.path().join(file)).map_err(|error| format!("{file}: {error}"))?;
    }
    // koffi's binary is in its package. No script of anybody's has to run.
    let options = ["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
    output(Command::new(npm).args(options).current_dir(folder))
        .map_err(|error| format!("npm cannot install koffi: {error}"))?;
    Ok(())
}

fn node_answers() -> Result<Completion, Failed> {
    let folder = tempfile::tempdir()?;
    requirement(koffi(&folder), |()| {
        let node = languages::node(folder.path())?;
        answers(Box::new(node))
    })
}

fn what_is_not_there_is_told() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let reason = languages::node(folder.path()).err().unwrap_or_default();
    match doctor::find("node") {
        Ok(_) => told(&reason, &["no koffi here: npm --prefix examples/ffi/node ci"])?,
        Err(absent) => told(&reason, &[&absent])?,
    }
    let reason = languages::python(folder.path()).err().unwrap_or_default();
    match doctor::find("python") {
        Ok(_) => told(&reason, &["Python, ctypes ended instead of answering", "ops.py"]),
        Err(absent) => told(&reason, &[&absent]),
    }
}

/// This program, as a far side.
fn start(manners: &str, patience: Duration) -> Result<Program, String> {
    let this = env::current_exe().map_err(|error| error.to_string())?;
    Program::start(manners, Command::new(this).args(["far side", manners]), patience)
}

fn misbehaved(manners: &str) -> Result<Program, String> {
    start(manners, ENOUGH)
}

/// Whether it fails with these words, then again when it is asked again, and is gone.
fn fails(manners: &str, words: &[&str]) -> Result<(), Failed> {
    let mut program = misbehaved(manners)?;
    for _ in 0..2 {
        let failure = program.time(Operation::Add, 7).err().map(|failure| failure.to_string());
        told(&failure.unwrap_or_default(), words)?;
    }
    gone(program.id())
}

fn told(message: &str, words: &[&str]) -> Result<(), Failed> {
    match words.iter().find(|word| !message.contains(**word)) {
        None => Ok(()),
        Some(word) => Err(format!("no {word:?} in: {message}").into()),
    }
}

/// Waits until a process has ended, whether or not anybody has asked how.
fn gone(id: u32) -> Result<(), Failed> {
    let id = Pid::from_u32(id);
    let start = Instant::now();
    let mut system = System::new()?;
    while start.elapsed() < Duration::from_secs(30) {
        system.refresh_processes(ProcessesToUpdate::Some(&[id]), true);
        match system.process(id).map(|process| process.status()) {
            None | Some(ProcessStatus::Zombie | ProcessStatus::Dead) => return Ok(()),
            Some(_) => thread::sleep(Duration::from_millis(20)),
        }
    }
    Err(format!("process {id} is still there").into())
}

/// Answers the first request, which is whether it can add, and then does as it is told.
fn far_side(manners: &str) {
    let mut lines = io::stdin().lines().map_while(Result::ok);
    let say = |text: &[u8]| {
        let mut stdout = io::stdout();
        let _ = stdout.write_all(text).and_then(|()| stdout.flush());
    };
    let die = || {
        eprintln!("it was too much");
        std::process::exit(7);
    };
    if manners == "dies at once" {
        die();
    }
    let _ = lines.next();
    say(b"1\n");
    if manners == "is deaf" {
        thread::sleep(Duration::from_secs(600));
    }
    for line in lines {
        match manners {
            "dies" => die(),
            "raves" => say(b"soon\n"),
            "breaks off" => {
                say(b"12");
                return;
            }
            "mumbles" => say(b"\xFF\n"),
            "chatters" => say(b"12\n13\n"),
            "hangs" => thread::sleep(Duration::from_secs(600)),
            // Ten nanoseconds for each call, on \r\n as Windows has it.
            _ => {
                let calls: u64 = line.split(' ').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
                say(format!("{}\r\n", calls * 10).as_bytes());
            }
        }
    }
}

/// Starts a far side, prints its number, and waits for its own end.
fn near_side(which: &[&str]) {
    let program = match which {
        ["python"] => languages::python(&root().join("examples/ffi/python")),
        ["c-shared"] => boundary::shared::program(),
        [folder] => languages::node(folder.as_ref()),
        _ => Err("which?".to_owned()),
    };
    match program {
        Ok(program) => {
            println!("{}", program.id());
            thread::sleep(Duration::from_secs(600));
        }
        Err(reason) => println!("{reason}"),
    }
}

/// Kills who started a far side, so that it cannot end it.
fn ends_with_its_parent(which: &str) -> Result<(), Failed> {
    let mut near = Command::new(env::current_exe()?)
        .args(["near side", which])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    if let Some(stdout) = near.stdout.take() {
        BufReader::new(stdout).read_line(&mut line)?;
    }
    near.kill()?;
    near.wait()?;
    let id = line.trim().parse().map_err(|_| format!("no far side: {line}"))?;
    gone(id)
}
