//! A far side in a program of its own, which times its own calls.
//!
//! The program reads requests from standard input and answers each on standard output, by a line.
//!
//! | request | answer |
//! |---|---|
//! | `answer OPERATION INPUT` | what comes back: a number; text; numbers, separated by spaces |
//! | `time CALLS OPERATION INPUT` | how long so many calls took, one after the other, in nanoseconds |
//!
//! Before it times more than one call, it makes a tenth as many, rounded up, that it does not time:
//! by then it is awake.
//!
//! | operation and input | |
//! |---|---|
//! | `add SUMMANDS` | the sum of the numbers below, by one `add` each; timed, CALLS stands for them |
//! | `greet NAME` | |
//! | `checksum LENGTH` | of so many bytes; byte `i` is `i * 31 % 251` |
//! | `mandelbrot WIDTH HEIGHT CENTER_RE CENTER_IM VIEW_WIDTH MAX_ITERATIONS` | |
//!
//! The end of its input ends the program, so that it does not outlive who started it. What it has
//! to say when it fails goes to standard error.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, Write},
    process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

use super::super::{
    operation::{Answer, HEIGHT, MAX_ITERATIONS, NAME, Operation, SUMMANDS, VIEW, WIDTH},
    side::{Failure, Side},
};

/// How long an answer may take: far longer than any that is asked for.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How long a program may take to end by itself.
const FAREWELL: Duration = Duration::from_secs(2);

/// The longest answer is a picture's, of one megabyte.
const LONGEST_LINE: u64 = 16 << 20;

/// A running program. Dropping it ends it.
pub struct Program {
    name: String,
    child: Child,
    requests: Option<ChildStdin>,
    answers: Receiver<io::Result<String>>,
    /// A file, not a pipe: nobody has to read it for the program to go on.
    complaints: File,
    patience: Duration,
    /// Why it is not asked any more.
    given_up: Option<String>,
}

impl Program {
    /// Starts `command`, whose program is called `name` when it fails. No answer may take longer
    /// than `patience`, but the first, for which the system has to load it.
    ///
    /// # Errors
    ///
    /// When it cannot be started, or does not add two numbers.
    pub fn start(name: &str, command: &mut Command, patience: Duration) -> Result<Self, String> {
        let spawn = |command: &mut Command| {
            let complaints = tempfile::tempfile()?;
            let stderr = complaints.try_clone()?;
            let command = apart(command).stdin(Stdio::piped()).stdout(Stdio::piped());
            Ok((command.stderr(stderr).spawn()?, complaints))
        };
        let (mut child, complaints) = spawn(command)
            .map_err(|error: io::Error| format!("cannot start {name} ({command:?}): {error}"))?;

        let (send, answers) = sync_channel(1);
        if let Some(stdout) = child.stdout.take() {
            // Nobody waits for this thread: what the program started may keep its output open.
            thread::spawn(move || read_lines(stdout, &send));
        }
        let requests = child.stdin.take();
        let name = name.to_owned();
        let mut program =
            Self { name, child, requests, answers, complaints, patience: PATIENCE, given_up: None };
        match program.ask("answer add 2").map_err(|failure| failure.to_string())?.as_str() {
            "1" => {
                program.patience = patience;
                Ok(program)
            }
            other => Err(program.give_up(&format!("says that 0 + 1 is {}", shown(other)))),
        }
    }

    /// The system's number for it.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn ask(&mut self, request: &str) -> Result<String, Failure> {
        if let Some(reason) = &self.given_up {
            return Err(reason.clone().into());
        }
        // Otherwise it would be taken for the answer to this, and each answer for the next one's.
        if let Ok(Ok(line)) = self.answers.try_recv() {
            return Err(self.give_up(&format!("printed {} unasked", shown(&line))).into());
        }
        if let Some(requests) = &mut self.requests {
            // A program that has ended cannot be written to. What follows finds out.
            let _ = writeln!(requests, "{request}").and_then(|()| requests.flush());
        }
        let problem = match self.answers.recv_timeout(self.patience) {
            Ok(Ok(line)) => return Ok(line),
            Ok(Err(error)) => format!("answered `{request}` with what is no line ({error})"),
            Err(RecvTimeoutError::Timeout) => {
                format!("did not answer `{request}` within {:?}", self.patience)
            }
            Err(RecvTimeoutError::Disconnected) => match self.farewell() {
                Some(status) => format!("ended instead of answering `{request}` ({status})"),
                None => format!("closed its output instead of answering `{request}`"),
            },
        };
        Err(self.give_up(&problem).into())
    }

    /// The answer to `request`, as what it should be.
    fn ask_for<T>(
        &mut self,
        request: &str,
        what: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Failure> {
        let line = self.ask(request)?;
        read(&line).ok_or_else(|| {
            let problem = format!("answered `{request}` with {}, which is no {what}", shown(&line));
            self.give_up(&problem).into()
        })
    }

    /// Ends the program, and remembers why.
    fn give_up(&mut self, problem: &str) -> String {
        // Both fail when it has ended and was waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let mut said = Vec::new();
        let _ = self.complaints.rewind().and_then(|()| self.complaints.read_to_end(&mut said));
        let said = String::from_utf8_lossy(&said);
        let colon = if said.trim().is_empty() { "" } else { ":\n" };
        let reason = format!("{} {problem}{colon}{}", self.name, said.trim());
        self.given_up = Some(reason.clone());
        reason
    }

    /// Lets it end by itself, for a while.
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
    fn answer(&mut self, operation: Operation) -> Result<Answer, Failure> {
        let request = format!("answer {}", in_words(operation));
        match operation {
            Operation::Add => {
                self.ask_for(&request, "sum", |line| line.parse().ok().map(Answer::Sum))
            }
            Operation::Greet => self.ask(&request).map(Answer::Text),
            Operation::Checksum64B | Operation::Checksum64KiB | Operation::Checksum16MiB => {
                self.ask_for(&request, "checksum", |line| line.parse().ok().map(Answer::Checksum))
            }
            Operation::Mandelbrot => self.ask_for(&request, "picture", |line| {
                let pixels = line.split(' ').map(|pixel| pixel.parse().ok());
                pixels.collect::<Option<_>>().map(Answer::Pixels)
            }),
        }
    }

    fn time(&mut self, operation: Operation, calls: u32) -> Result<Duration, Failure> {
        let request = format!("time {calls} {}", in_words(operation));
        self.ask_for(&request, "time", |line| line.parse().ok().map(Duration::from_nanos))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.given_up.is_none() && self.farewell().is_none() {
            // Both fail only when it has ended just now.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// An operation and its input, as the program reads them.
fn in_words(operation: Operation) -> String {
    match (operation, operation.data()) {
        (Operation::Add, _) => format!("add {SUMMANDS}"),
        (Operation::Greet, _) => format!("greet {NAME}"),
        (_, Some(data)) => format!("checksum {}", data.len()),
        (_, None) => {
            let wasm_demo::View { center_re, center_im, width } = VIEW;
            format!("mandelbrot {WIDTH} {HEIGHT} {center_re} {center_im} {width} {MAX_ITERATIONS}")
        }
    }
}

/// Out of the terminal's process group: Ctrl-C is for this program, which has yet to print what it
/// has, and then ends the others by ending their input.
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

/// Hands over each line as it comes, until there is no more, or nobody takes them.
fn read_lines(stdout: ChildStdout, lines: &SyncSender<io::Result<String>>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = String::new();
        let line = match stdout.by_ref().take(LONGEST_LINE).read_line(&mut line) {
            Ok(_) if line.ends_with('\n') => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
            Ok(0) => return,
            Ok(_) => Err(io::Error::other("it has no end")),
            Err(error) => Err(error),
        };
        let last = line.is_err();
        if lines.send(line).is_err() || last {
            return;
        }
    }
}

/// A line, or the start of it.
fn shown(line: &str) -> String {
    const ENOUGH: usize = 40;
    let more = if line.chars().nth(ENOUGH).is_some() { "…" } else { "" };
    format!("{:?}{more}", line.chars().take(ENOUGH).collect::<String>())
}
