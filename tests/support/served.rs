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

/// A server for one test, on a free port. Dropping it kills it.
pub struct Served {
    /// The server's URL, without a slash at the end.
    pub url: String,
    process: Process,
}

impl Served {
    /// Starts the server, and waits until it answers.
    pub fn start() -> Result<Self, String> {
        let mut process = Process::spawn(&mut polyglot(["serve", "--addr", "127.0.0.1:0"]))?;
        let line = process.wait_for_line("http://", LIMIT)?;
        let url = line.split_whitespace().next().unwrap_or_default().to_owned();
        Ok(Self { url, process })
    }

    /// The server's memory, in bytes, where the system reports it.
    pub fn memory(&self) -> Option<u64> {
        self.process.memory()
    }

    /// Stops the server as Ctrl-C would; the error names an unexpected end.
    #[cfg(unix)]
    pub fn stop(self) -> Result<(), String> {
        self.process.interrupt()?;
        self.ended()
    }

    /// Sends the server a signal, such as "TERM".
    #[cfg(unix)]
    pub fn signal(&self, name: &str) -> Result<(), String> {
        self.process.signal(name)
    }

    /// Waits until the server has stopped as requested; the error names an unexpected end.
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
