//! A server and a client in another language, while they run.

use std::{
    net::TcpListener,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use super::{
    Trouble,
    rust::{Credentials, TOKEN},
    workshop::Programs,
};
use crate::support::process::Process;

/// Time limit for starting, answering or ending, on a slow machine.
const LIMIT: Duration = Duration::from_secs(60);

/// A running server. Dropping it kills it.
pub struct Server {
    pub port: u16,
    process: Process,
}

impl Server {
    /// Starts the server on a free port, and waits until it listens.
    pub fn start(programs: &Programs, credentials: Option<&Credentials>) -> Result<Self, String> {
        let mut command = programs.server();
        if let Some(credentials) = credentials {
            command.arg("--tls").arg(credentials.certificate()).arg(credentials.key());
            command.args(["--token", TOKEN]);
        }
        let mut process = Process::spawn(command.arg("127.0.0.1:0"))?;
        let start = "listening on 127.0.0.1:";
        let line = process.wait_for_line(start, LIMIT)?;
        let port = line[start.len()..].parse();
        let port = port.map_err(|error| format!("{line:?} ends with no port: {error}"))?;
        Ok(Self { port, process })
    }

    /// Waits until the server has reported `count` times that a watch stopped because its caller
    /// left.
    pub fn wait_for_stopped_watches(&self, count: usize) -> Result<(), String> {
        let start = Instant::now();
        loop {
            let stdout = self.process.stdout();
            let stopped: Vec<_> =
                stdout.lines().filter(|line| line.starts_with("watch: ")).collect();
            if stopped.len() >= count {
                let wrong = stopped.into_iter().find(|line| !is_stopped_watch(line));
                return wrong.map_or(Ok(()), |line| Err(format!("the server printed {line:?}")));
            }
            if start.elapsed() > LIMIT {
                return Err(format!(
                    "{count} watches were left, and the server still works on some:\n{stdout}"
                ));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the server as a service manager would.
    pub fn stop(mut self) -> Result<(), String> {
        self.process.signal("TERM")?;
        let status = self.process.wait(LIMIT)?;
        let (stdout, stderr) = (self.process.stdout(), self.process.stderr());
        if !status.success() || stdout.lines().last() != Some("stopped") {
            return Err(format!("the server ended with {status}\n{stdout}{stderr}"));
        }
        match TcpListener::bind(("127.0.0.1", self.port)) {
            Ok(_) => Ok(()),
            Err(error) => Err(format!("the server has ended, but its port is taken: {error}")),
        }
    }
}

/// True for a line such as `watch: stopped after 29 readings`.
fn is_stopped_watch(line: &str) -> bool {
    let readings =
        line.strip_prefix("watch: stopped after ").and_then(|it| it.strip_suffix(" readings"));
    readings.is_some_and(|readings| readings.parse::<u32>().is_ok())
}

/// Runs a client; returns its output, and an error if it did not end as it should.
pub fn client(
    programs: &Programs,
    port: u16,
    credentials: Option<&Credentials>,
) -> Result<(String, Result<(), String>), Trouble> {
    let mut command: Command = programs.client();
    let host = match credentials {
        Some(credentials) => {
            command.arg("--ca").arg(credentials.authority()).args(["--token", TOKEN]);
            // The certificate is for a host name.
            "localhost"
        }
        None => "127.0.0.1",
    };
    let mut process = Process::spawn(command.arg(format!("{host}:{port}")))?;
    let status = process.wait(LIMIT)?;
    let ended = match status.success() {
        true => Ok(()),
        false => Err(format!("the client ended with {status}\n{}", process.stderr())),
    };
    Ok((process.stdout(), ended))
}
