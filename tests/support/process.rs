//! A child process with a time limit, which never outlives its test.

use std::{
    env, fs,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::NamedTempFile;

use super::root;

/// Time limit for a command whose output is needed, such as a build without optimisation on a slow
/// machine.
const LIMIT: Duration = Duration::from_secs(600);

/// `cargo` with `arguments`, in the workspace root, printing only errors.
pub fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    // Cargo describes this package in variables to its tests. A build script that watches those
    // variables would run again at each change between this cargo and one started by hand.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        let described = ["CARGO_PKG_", "CARGO_MANIFEST_", "OUT_DIR"];
        if described.iter().any(|start| name.starts_with(start)) {
            command.env_remove(&*name);
        }
    }
    command
        .args(arguments)
        .current_dir(root())
        .env("CARGO_TERM_QUIET", "true")
        .env("NO_COLOR", "1")
        .env("RUST_BACKTRACE", "0");
    command
}

/// The output of a command that succeeds: standard output and standard error.
pub fn output(command: &mut Command) -> Result<(String, String), String> {
    let mut process = Process::spawn(command.env("RUST_BACKTRACE", "0"))?;
    let status = process.wait(LIMIT)?;
    let (stdout, stderr) = (process.stdout(), process.stderr());
    if status.success() {
        return Ok((stdout, stderr));
    }
    // Cargo's JSON messages are left out; its explanation is on standard error.
    let stdout = if stdout.starts_with('{') { "" } else { &stdout };
    Err(format!("{:?} failed ({status})\n{stdout}{stderr}", command.get_program()))
}

/// A running child. Dropping it kills it.
pub struct Process {
    child: Child,
    // Files, not pipes: the child does not block when its output is not read.
    stdout: NamedTempFile,
    stderr: NamedTempFile,
}

impl Process {
    /// Starts `command`, without standard input.
    pub fn spawn(command: &mut Command) -> Result<Self, String> {
        let temporary = || NamedTempFile::new().map_err(|error| format!("no room: {error}"));
        let (stdout, stderr) = (temporary()?, temporary()?);
        let reopen = |file: &NamedTempFile| file.reopen().map_err(|error| error.to_string());
        let child = command
            .stdin(Stdio::null())
            .stdout(reopen(&stdout)?)
            .stderr(reopen(&stderr)?)
            .spawn()
            .map_err(|error| format!("cannot start {:?}: {error}", command.get_program()))?;
        Ok(Self { child, stdout, stderr })
    }

    /// The standard output so far.
    pub fn stdout(&self) -> String {
        text(&self.stdout)
    }

    /// The standard error so far.
    pub fn stderr(&self) -> String {
        text(&self.stderr)
    }

    /// Waits until the output holds a whole line that starts with `start`, and returns that line.
    pub fn wait_for_line(&mut self, start: &str, limit: Duration) -> Result<String, String> {
        self.poll(limit, &format!("print a line that starts with {start:?}"), |process| {
            let stdout = process.stdout();
            let lines = stdout.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
            let line = lines.map(str::trim_end).find(|line| line.starts_with(start));
            if line.is_none()
                && let Ok(Some(status)) = process.child.try_wait()
            {
                let stderr = process.stderr();
                return Some(Err(format!("ended before that ({status})\n{stderr}")));
            }
            line.map(|line| Ok(line.to_owned()))
        })?
    }

    /// The child's memory, in bytes, where the system reports it: on Linux.
    pub fn memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kib: u64 = resident.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kib * 1024)
    }

    /// Waits until the child has ended.
    pub fn wait(&mut self, limit: Duration) -> Result<ExitStatus, String> {
        self.poll(limit, "end", |process| process.child.try_wait().transpose())?
            .map_err(|error| format!("cannot be waited for: {error}"))
    }

    /// Interrupts the child, as Ctrl-C in its terminal would.
    #[cfg(unix)]
    pub fn interrupt(&self) -> Result<(), String> {
        self.signal("INT")
    }

    /// Sends the child a signal, such as "STOP".
    #[cfg(unix)]
    pub fn signal(&self, name: &str) -> Result<(), String> {
        // Every shell has `kill` built in; a `kill` program is not on every machine.
        let status = Command::new("sh")
            .args(["-c", "kill -\"$0\" \"$1\"", name, &self.child.id().to_string()])
            .status()
            .map_err(|error| format!("cannot start sh: {error}"))?;
        if status.success() { Ok(()) } else { Err(format!("kill -{name} failed: {status}")) }
    }

    fn poll<T>(
        &mut self,
        limit: Duration,
        what: &str,
        mut ready: impl FnMut(&mut Self) -> Option<T>,
    ) -> Result<T, String> {
        let start = Instant::now();
        loop {
            if let Some(value) = ready(self) {
                return Ok(value);
            }
            if start.elapsed() > limit {
                let (seconds, stderr) = (limit.as_secs(), self.stderr());
                return Err(format!("did not {what} within {seconds} s\n{stderr}"));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail when the child has ended and was waited for, which is the usual case.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(file: &NamedTempFile) -> String {
    let bytes = fs::read(file.path()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
