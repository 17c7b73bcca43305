//! The columns of `polyglot compare`: each answers every operation as Rust does. Those that are
//! programs of their own fail with a reason, and do not outlive the comparison.

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
        boundaries::{self, Boundary, Opened, languages, program::Program},
        operation::Operation,
        side::Side,
    },
    doctor,
};
use sysinfo::{Pid, ProcessStatus, ProcessesToUpdate, System};
use tempfile::TempDir;

/// The columns that are programs of their own.
const PROGRAMS: [&str; 3] = ["c-shared", "python", "node"];

/// Misbehaviours of a program that is asked for a time, and words of the error message.
const MISBEHAVIOUR: [(&str, &[&str]); 5] = [
    ("dies", &["dies ended instead of", "time 7 add", "7", "it was too much"]),
    ("raves", &["raves answered `time 7 add", "\"soon\""]),
    ("breaks off", &["text that is not a line"]),
    ("mumbles", &["text that is not a line", "UTF-8"]),
    ("hangs", &["hangs did not answer", "time 7 add", "3s"]),
];

/// True when a trial started this program as a far or near side; its work is then done.
pub fn started_by_a_trial() -> bool {
    let arguments: Vec<_> = env::args().collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [_, "far side", manners] => far_side(manners),
        [_, "near side", id, folder] => near_side(id, folder),
        _ => return false,
    }
    true
}

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("what is not installed is told", what_is_not_installed_is_told),
        Trial::test("an answer is taken", || {
            let time = start("polite")?.time(Operation::Add, 7)?;
            if time == Duration::from_nanos(70) { Ok(()) } else { Err(format!("{time:?}").into()) }
        }),
        Trial::test("a program that cannot be started is named", || {
            let mut missing = Command::new("/no/such/program");
            let missing = Program::start("it", &mut missing, Duration::from_secs(3)).err();
            told(&missing.unwrap_or_default(), &["cannot start it", "/no/such/program"])
        }),
        Trial::test("a program that dies at once is named, with what it said", || {
            let died = start("dies at once").err().unwrap_or_default();
            told(&died, &["dies at once ended instead of", "answer add 2", "7", "it was too much"])
        }),
        Trial::test("an answer too many is not taken for the next one", || {
            let mut program = start("chatters")?;
            program.time(Operation::Add, 7)?;
            // The answer may come a moment later.
            thread::sleep(Duration::from_millis(200));
            fails(&mut program, &["chatters printed", "without a request"])
        }),
        Trial::test("a program that hears nothing is ended, too", || {
            let program = start("is deaf")?;
            let id = program.id();
            drop(program);
            gone(Pid::from_u32(id))
        }),
    ];
    trials.extend(boundaries::ALL.iter().map(|boundary| {
        let name = format!("{} answers", boundary.id);
        Trial::ignorable_test(name, || with(boundary, |folder| answers(open(boundary, folder)?)))
    }));
    let programs = boundaries::ALL.iter().filter(|boundary| PROGRAMS.contains(&boundary.id));
    trials.extend(programs.map(|boundary| {
        let name = format!("{} ends with the program that started it", boundary.id);
        Trial::ignorable_test(name, || {
            with(boundary, |folder| ends_with_its_parent(boundary.id, folder))
        })
    }));
    trials.extend(MISBEHAVIOUR.map(|(manners, words)| {
        Trial::test(format!("a program that {manners} is named, and ended"), move || {
            let mut program = start(manners)?;
            // Asked again, it fails with the same reason.
            fails(&mut program, words)?;
            fails(&mut program, words)?;
            gone(Pid::from_u32(program.id()))
        })
    }));
    trials
}

/// Runs a test of a column with the tools that it needs, and a folder.
fn with(
    boundary: &Boundary,
    test: impl FnOnce(&TempDir) -> Result<(), Failed>,
) -> Result<Completion, Failed> {
    let folder = tempfile::tempdir()?;
    let tools = match boundary.id {
        "python" => doctor::find("python").map(drop),
        "node" => koffi(&folder),
        // The column depends on the processor.
        "rust-crc" => (boundary.open)(&|_| ()).map(drop),
        "grpc-uds" if cfg!(not(unix)) => Err("no Unix sockets on this system".to_owned()),
        _ => Ok(()),
    };
    requirement(tools, |()| test(&folder))
}

/// A column as `polyglot compare` sets it up, except for npm's folder.
fn open(boundary: &Boundary, folder: &TempDir) -> Opened {
    match boundary.id {
        "node" => languages::node(folder.path(), &|_| ()).map(|side| Box::new(side) as _),
        _ => (boundary.open)(&|_| ()),
    }
}

/// Checks the answer to every operation, and its time.
fn answers(mut side: Box<dyn Side>) -> Result<(), Failed> {
    for operation in Operation::ALL {
        if side.without(operation).is_some() {
            continue;
        }
        if side.answer(operation)? != operation.expected() {
            return Err(format!("{operation:?} has another answer in Rust").into());
        }
        side.time(operation, 2)?;
    }
    // Enough calls for any clock to measure.
    if side.without(Operation::Add).is_none() && side.time(Operation::Add, 10_000)?.is_zero() {
        return Err("ten thousand calls take no time at all".into());
    }
    Ok(())
}

/// npm puts node_modules beside package.json, so this copies the whole folder.
fn koffi(folder: &TempDir) -> Result<(), String> {
    doctor::find("node")?;
    let npm = doctor::find("npm")?;
    for file in ["package.json", "package-lock.json", "ops.js"] {
        let from = root().join("examples/ffi/node").join(file);
        fs::copy(&from, folder.path().join(file)).map_err(|error| format!("{file}: {error}"))?;
    }
    // koffi's binary is in its package, so no install script is needed.
    let options = ["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
    output(Command::new(npm).args(options).current_dir(folder))
        .map(drop)
        .map_err(|error| format!("npm cannot install koffi: {error}"))
}

fn what_is_not_installed_is_told() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    for (tool, start, reason) in [
        (
            "node",
            languages::node as fn(_, _) -> _,
            "koffi is not installed: npm --prefix examples/ffi/node ci",
        ),
        ("python", languages::python, "Python, ctypes ended instead of answering"),
    ] {
        let failed: Result<Program, String> = start(folder.path(), &|_: &str| ());
        let absent = doctor::find(tool).err();
        told(&failed.err().unwrap_or_default(), &[absent.as_deref().unwrap_or(reason)])?;
    }
    Ok(())
}

/// Starts this program as a far side.
fn start(manners: &str) -> Result<Program, String> {
    let this = env::current_exe().map_err(|error| error.to_string())?;
    let patience = Duration::from_secs(if manners == "hangs" { 3 } else { 60 });
    Program::start(manners, Command::new(this).args(["far side", manners]), patience)
}

fn fails(program: &mut Program, words: &[&str]) -> Result<(), Failed> {
    let failure = program.time(Operation::Add, 7).err().map(|failure| failure.to_string());
    told(&failure.unwrap_or_default(), words)
}

fn told(message: &str, words: &[&str]) -> Result<(), Failed> {
    match words.iter().find(|word| !message.contains(**word)) {
        None => Ok(()),
        Some(word) => Err(format!("no {word:?} in: {message}").into()),
    }
}

/// Waits until a process has ended, whether or not its parent has waited for it.
fn gone(id: Pid) -> Result<(), Failed> {
    let start = Instant::now();
    let mut system = System::new()?;
    while start.elapsed() < Duration::from_secs(30) {
        system.refresh_processes(ProcessesToUpdate::Some(&[id]), true);
        match system.process(id).map(|process| process.status()) {
            None | Some(ProcessStatus::Zombie | ProcessStatus::Dead) => return Ok(()),
            Some(_) => thread::sleep(Duration::from_millis(20)),
        }
    }
    Err(format!("process {id} has not ended").into())
}

/// Answers the first request, a test that it can add, and then misbehaves as told.
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
            // Reports ten nanoseconds for each call, and ends lines with \r\n as Windows does.
            _ => {
                let calls: u64 = line.split(' ').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
                say(format!("{}\r\n", calls * 10).as_bytes());
            }
        }
    }
}

/// Opens a column, prints that it did, and waits to be killed.
fn near_side(id: &str, folder: &str) {
    let column = boundaries::ALL.iter().find(|boundary| boundary.id == id);
    let side = match id {
        "node" => languages::node(folder.as_ref(), &|_| ()).map(|side| Box::new(side) as _),
        _ => column.map_or(Err("which?".to_owned()), |column| (column.open)(&|_| ())),
    };
    println!("{}", side.as_ref().err().map_or("open", String::as_str));
    thread::sleep(Duration::from_secs(600));
}

/// Kills the program that started a far side, so that it cannot end that far side.
fn ends_with_its_parent(id: &str, folder: &TempDir) -> Result<(), Failed> {
    let mut near = Command::new(env::current_exe()?)
        .args(["near side", id])
        .arg(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    if let Some(stdout) = near.stdout.take() {
        BufReader::new(stdout).read_line(&mut line)?;
    }
    let parent = Some(Pid::from_u32(near.id()));
    let mut system = System::new()?;
    system.refresh_processes(ProcessesToUpdate::All, true);
    let processes = system.processes().iter();
    // Linux also lists threads.
    let children = processes.filter(|(_, it)| it.parent() == parent && it.thread_kind().is_none());
    let children: Vec<Pid> = children.map(|(id, _)| *id).collect();
    near.kill()?;
    near.wait()?;
    match children[..] {
        [child] => gone(child),
        _ => Err(format!("{line}: {} children", children.len()).into()),
    }
}
