//! A running `polyglot serve`.

use std::{process::Command, time::Duration};

use super::{process::Process, root};

const LIMIT: Duration = Duration::from_secs(60);

/// `polyglot` itself, in the workspace root, without colour.
pub fn polyglot<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polyglot"));
    command.args(arguments).current_dir(root()).env("NO_COLOR", "1").env("RUST_BACKTRACE", "0");
    command
}

/// A server of this test's own, on a port of its own. Dropping it kills it.
pub struct Served {
    /// Where it answers, without a slash at the end.
    pub url: String,
    process: Process,
}

impl Served {
    /// Starts it, and waits until it answers.
    pub fn start() -> Result<Self, String> {
        let mut process = Process::spawn(&mut polyglot(["serve", "--addr", "127.0.0.1:0"]))?;
        let line = process.wait_for_line("http://", LIMIT)?;
        let url = line.split_whitespace().next().unwrap_or_default().to_owned();
        Ok(Self { url, process })
    }

    /// How much memory it holds, in bytes, where the system says so.
    pub fn memory(&self) -> Option<u64> {
        self.process.memory()
    }

    /// Stops it as Ctrl-C would; the error says how it ended otherwise.
    #[cfg(unix)]
    pub fn stop(self) -> Result<(), String> {
        self.process.interrupt()?;
        self.ended()
    }

    /// Sends it a signal, such as "TERM".
    #[cfg(unix)]
    pub fn signal(&self, name: &str) -> Result<(), String> {
        self.process.signal(name)
    }

    /// Waits until it has stopped, as it was told to; the error says how it ended otherwise.
    #[cfg(unix)]
    pub fn ended(mut self) -> Result<(), String> {
        let status = self.process.wait(LIMIT)?;
        let stderr = self.process.stderr();
        if status.success() && stderr.is_empty() {
            Ok(())
        } else {
            Err(format!("serve ended with {status}\n{stderr}"))
        }
    }
}
