//! A far side in a program of its own, which times its own calls.
//!
//! The program reads requests from standard input and answers each with a line on standard output.
//!
//! | request | answer |
//! |---|---|
//! | `answer OPERATION INPUT` | the answer: a number; text; numbers, separated by spaces |
//! | `time CALLS OPERATION INPUT` | the nanoseconds that CALLS calls took, one after the other |
//!
//! Before it times more than one call, it makes a tenth of that number, rounded up, without timing
//! them, so that it is warmed up.
//!
//! | operation and input | |
//! |---|---|
//! | `add SUMMANDS` | the sum of the numbers below SUMMANDS, with one `add` each; when timed, below CALLS |
//! | `greet NAME` | |
//! | `checksum LENGTH` | the data has LENGTH bytes; byte `i` is `i * 31 % 251` |
//! | `mandelbrot WIDTH HEIGHT CENTER_RE CENTER_IM VIEW_WIDTH MAX_ITERATIONS` | |
//!
//! The program ends when its input ends, so that it does not outlive the process that started it.
//! When it fails, it writes the reason to standard error.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::Say;
use crate::{
    cargo,
    compare::{
        operation::{Answer, NAME, Operation, PICTURE, Picture, SUMMANDS},
        side::{Failure, Side},
        units::shortened,
    },
};

/// The longest time to wait for an answer: far longer than any request needs.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The time that a program gets to end by itself.
const FAREWELL: Duration = Duration::from_secs(2);

/// The longest line that is read. The longest answer is a picture's, of one megabyte.
const LONGEST_LINE: u64 = 16 << 20;

/// Runs `work`, which builds `what` for `column`. If that takes more than a second, tells the user
/// how long it may take.
pub fn building<T>(
    say: &Say<'_>,
    column: &str,
    what: &str,
    how_long: &str,
    work: impl FnOnce() -> T,
) -> T {
    thread::scope(|scope| {
        let (done, is_done) = mpsc::channel::<()>();
        scope.spawn(move || {
            if is_done.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                let busy = "and several times as long on a busy machine";
                say(&format!("building {what} for {column}: this takes {how_long}, {busy}"));
            }
        });
        let built = work();
        drop(done);
        built
    })
}

/// Has cargo build something, optimised if this program is, and returns cargo's messages about it.
pub(super) fn messages(root: &Path, arguments: &[&str]) -> Result<Vec<Value>, String> {
    let mut cargo = cargo::command();
    // The messages come on standard output, the compiler's diagnostics on standard error.
    cargo.args(arguments).args(["--locked", "--message-format=json-render-diagnostics"]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let printed = cargo::run(cargo.current_dir(root))?;
    Ok(printed.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// A running program. Dropping it ends it.
pub struct Program {
    name: String,
    child: Child,
    requests: Option<ChildStdin>,
    answers: Receiver<io::Result<String>>,
    /// A file, not a pipe: the program does not block when its output is not read.
    complaints: File,
    patience: Duration,
    /// The reason why it is not asked any more.
    given_up: Option<String>,
}

impl Program {
    /// Starts `command`. Failures call the program `name`. Each answer must come within `patience`,
    /// except the first, for which the system has to load the program.
    ///
    /// # Errors
    ///
    /// When the program cannot be started, or does not add two numbers.
    pub fn start(name: &str, command: &mut Command, patience: Duration) -> Result<Self, String> {
        let started = tempfile::tempfile().and_then(|complaints| {
            let command = apart(command).stdin(Stdio::piped()).stdout(Stdio::piped());
            Ok((command.stderr(complaints.try_clone()?).spawn()?, complaints))
        });
        let (mut child, complaints) =
            started.map_err(|error| format!("cannot start {name} ({command:?}): {error}"))?;
        let (send, answers) = sync_channel(1);
        if let Some(stdout) = child.stdout.take() {
            // Not joined: a process that the program started may keep its output open.
            thread::spawn(move || read_lines(stdout, &send));
        }
        let (requests, name) = (child.stdin.take(), name.to_owned());
        let mut program =
            Self { name, child, requests, answers, complaints, patience: PATIENCE, given_up: None };
        let is_one = |line: &str| (line == "1").then_some(());
        program.ask_for("answer add 2", is_one).map_err(|failure| failure.to_string())?;
        program.patience = patience;
        Ok(program)
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends `request` and returns the answer, which `read` parses from the line.
    fn ask_for<T>(
        &mut self,
        request: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Failure> {
        if let Some(reason) = &self.given_up {
            return Err(reason.clone().into());
        }
        // A leftover line would be taken for the answer to this request, and so on.
        if let Ok(Ok(line)) = self.answers.try_recv() {
            return Err(self.give_up(&format!("printed {} without a request", shown(&line))));
        }
        if let Some(requests) = &mut self.requests {
            // Writing fails when the program has ended; then no answer comes either.
            let _ = writeln!(requests, "{request}").and_then(|()| requests.flush());
        }
        let problem = match self.answers.recv_timeout(self.patience) {
            Ok(Ok(line)) => match read(&line) {
                Some(answer) => return Ok(answer),
                None => format!("answered `{request}` with {}", shown(&line)),
            },
            Ok(Err(error)) => {
                format!("answered `{request}` with text that is not a line ({error})")
            }
            Err(RecvTimeoutError::Timeout) => {
                format!("did not answer `{request}` within {:?}", self.patience)
            }
            Err(RecvTimeoutError::Disconnected) => match self.farewell() {
                Some(status) => format!("ended instead of answering `{request}` ({status})"),
                None => format!("closed its output instead of answering `{request}`"),
            },
        };
        Err(self.give_up(&problem))
    }

    /// Ends the program, and stores the reason.
    fn give_up(&mut self, problem: &str) -> Failure {
        // Both fail when the program has ended and was waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let mut said = Vec::new();
        let _ = self.complaints.rewind().and_then(|()| self.complaints.read_to_end(&mut said));
        let said = String::from_utf8_lossy(&said);
        let colon = if said.trim().is_empty() { "" } else { ":\n" };
        let reason = format!("{} {problem}{colon}{}", self.name, said.trim());
        self.given_up = Some(reason.clone());
        reason.into()
    }

    /// Waits a while for the program to end by itself.
    fn farewell(&mut self) -> Option<ExitStatus> {
        self.requests = None;
        let start = Instant::now();
        while start.elapsed() < FAREWELL {
            match self.child.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(5)),
                Ok(status) => return status,
                Err(_) => return None,
            }
        }
        None
    }
}

impl Side for Program {
    fn run(&mut self, operation: Operation, calls: u32) -> Result<(Answer, Duration), Failure> {
        Ok((self.answer(operation)?, self.time(operation, calls)?))
    }

    fn answer(&mut self, operation: Operation) -> Result<Answer, Failure> {
        let request = format!("answer {}", in_words(operation));
        self.ask_for(&request, |line| {
            Some(match (operation, operation.data()) {
                (Operation::Add, _) => Answer::Sum(line.parse().ok()?),
                (Operation::Greet, _) => Answer::Text(line.to_owned()),
                (_, Some(_)) => Answer::Checksum(line.parse().ok()?),
                (_, None) => {
                    let pixels = line.split(' ').map(|pixel| pixel.parse().ok());
                    Answer::Pixels(pixels.collect::<Option<_>>()?)
                }
            })
        })
    }

    fn time(&mut self, operation: Operation, calls: u32) -> Result<Duration, Failure> {
        let request = format!("time {calls} {}", in_words(operation));
        self.ask_for(&request, |line| line.parse().ok().map(Duration::from_nanos))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.given_up.is_none() && self.farewell().is_none() {
            // Both fail only when the program has just ended.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// An operation and its input, in the form that the program reads.
fn in_words(operation: Operation) -> String {
    match (operation, operation.data()) {
        (Operation::Add, _) => format!("add {SUMMANDS}"),
        (Operation::Greet, _) => format!("greet {NAME}"),
        (_, Some(data)) => format!("checksum {}", data.len()),
        (_, None) => {
            let Picture { width, height, view, max_iterations } = PICTURE;
            let (re, im, across) = (view.center_re, view.center_im, view.width);
            format!("mandelbrot {width} {height} {re} {im} {across} {max_iterations}")
        }
    }
}

/// Moves the command out of the terminal's process group. Ctrl-C is for this program only: it still
/// has to print its table, and then ends the others by ending their input.
fn apart(command: &mut Command) -> &mut Command {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(windows)]
    {
        const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
        std::os::windows::process::CommandExt::creation_flags(command, CREATE_NEW_PROCESS_GROUP);
    }
    command
}

/// Sends each line as it comes, until there are no more, or the receiver is gone.
fn read_lines(stdout: ChildStdout, lines: &SyncSender<io::Result<String>>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = String::new();
        let line = match stdout.by_ref().take(LONGEST_LINE).read_line(&mut line) {
            Ok(_) if line.ends_with('\n') => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
            Ok(0) => return,
            Ok(_) => Err(io::Error::other("the line has no end")),
            Err(error) => Err(error),
        };
        let last = line.is_err();
        if lines.send(line).is_err() || last {
            return;
        }
    }
}

/// A line for a message, cut if it is long.
fn shown(line: &str) -> String {
    format!("{:?}", shortened(line, 40))
}
