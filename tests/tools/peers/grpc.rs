//! Rust and other languages talk to each other: the programs in examples/grpc's folders.
//!
//! Every client in those folders prints the same lines, whatever language the server is in. Each
//! line is about something that arrived; examples/grpc/README.md explains the lines. The client in
//! [`rust`] prints them too.
//!
//! - [`languages`]: the tools of each language, and the commands that build and start its programs;
//! - [`workshop`]: builds them, once for many runs;
//! - [`program`]: a server and a client while they run;
//! - [`rust`]: Rust's server and client;
//! - [`table`]: the results of this run, which the chapter shows.

mod languages;
mod program;
mod rust;
mod table;
mod workshop;

use std::sync::{LazyLock, OnceLock};

use libtest_mimic::{Completion, Failed, Trial};

use self::{
    languages::{LANGUAGES, Language},
    program::{Server, client},
    rust::{Credentials, RustServer},
    workshop::Programs,
};
use crate::support;
pub use table::print as print_table;

/// The lines that a client prints, and the subject of each.
const LINES: [(&str, &str); 8] = [
    ("unary", "unary: Hello, Ferris!"),
    ("server stream", "stream: 11.5 12.0 11.0 13.5"),
    ("client stream", "summary: 4 readings, 11.0 to 13.5"),
    ("both ways", "warnings: 13.5 is too warm"),
    ("deadline", "deadline: DEADLINE_EXCEEDED"),
    ("error details", "error: INVALID_ARGUMENT, name: must be 1 to 256 bytes"),
    ("metadata", "metadata: request-1"),
    ("token over TLS", "token: UNAUTHENTICATED without, OK with"),
];

/// The last line is printed only when there is a token.
const WITHOUT_TOKEN: usize = LINES.len() - 1;

pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for peer in peers() {
        let name = peer.language.name;
        trials.extend([
            Trial::ignorable_test(format!("gRPC: Rust calls {name}"), || {
                peer.called().completion()
            }),
            Trial::ignorable_test(format!("gRPC: {name} calls Rust"), || peer.calls().completion()),
            Trial::ignorable_test(format!("gRPC: {name} calls {name}, in plain text"), || {
                Outcome::of(peer.calls_itself()).completion()
            }),
        ]);
    }
    trials.push(Trial::ignorable_test("gRPC: the chapter's table is this run's", table::shown));
    trials
}

/// A language, and its results. The first caller does the work: a trial, or the table.
struct Peer {
    language: &'static Language,
    programs: OnceLock<Result<Programs, Trouble>>,
    called: OnceLock<Outcome>,
    calls: OnceLock<Outcome>,
}

fn peers() -> &'static [Peer] {
    static PEERS: LazyLock<Vec<Peer>> = LazyLock::new(|| LANGUAGES.iter().map(Peer::new).collect());
    &PEERS
}

impl Peer {
    fn new(language: &'static Language) -> Self {
        let (called, calls) = (OnceLock::new(), OnceLock::new());
        Self { language, programs: OnceLock::new(), called, calls }
    }

    fn programs(&self) -> Result<&Programs, Trouble> {
        let programs = self.programs.get_or_init(|| Programs::of(self.language));
        programs.as_ref().map_err(Clone::clone)
    }

    fn has_run(&self) -> bool {
        self.called.get().is_some() && self.calls.get().is_some()
    }

    /// Rust's client calls the language's server, with TLS and a token.
    fn called(&self) -> &Outcome {
        let run = || {
            let programs = self.programs()?;
            let credentials = Credentials::new()?;
            let server = Server::start(programs, Some(&credentials))?;
            let (printed, stopped) = rust::call(&server, &credentials)?;
            Ok(Printed::compare(&printed, LINES.len()).and(stopped).and(server.stop()))
        };
        self.called.get_or_init(|| Outcome::of(run()))
    }

    /// The language's client calls Rust's server, with TLS and a token.
    fn calls(&self) -> &Outcome {
        let run = || {
            let programs = self.programs()?;
            let credentials = Credentials::new()?;
            let server = RustServer::start(&credentials)?;
            let (printed, ended) = client(programs, server.port, Some(&credentials))?;
            Ok(Printed::compare(&printed, LINES.len()).and(ended).and(server.stop()))
        };
        self.calls.get_or_init(|| Outcome::of(run()))
    }

    /// The language calls itself, as in the first lines of its programs: without TLS, without a
    /// token.
    fn calls_itself(&self) -> Result<Printed, Trouble> {
        let programs = self.programs()?;
        let server = Server::start(programs, None)?;
        let (printed, ended) = client(programs, server.port, None)?;
        let stopped = server.wait_for_stopped_watches(1);
        Ok(Printed::compare(&printed, WITHOUT_TOKEN).and(ended).and(stopped).and(server.stop()))
    }
}

/// The result of one direction.
#[derive(Clone)]
struct Outcome {
    /// True for each line that arrived and is right.
    right: [bool; LINES.len()],
    trouble: Option<Trouble>,
}

/// The reason why a trial did not pass.
#[derive(Clone, Debug)]
enum Trouble {
    /// A tool, or the network, is missing: the trial is ignored.
    Absent(String),
    Wrong(String),
}

impl From<String> for Trouble {
    fn from(message: String) -> Self {
        Self::Wrong(message)
    }
}

impl Outcome {
    /// The outcome of `result`: a client's output, and errors besides.
    fn of(result: Result<Printed, Trouble>) -> Self {
        match result {
            Ok(printed) => {
                Self { right: printed.right, trouble: printed.wrong.map(Trouble::Wrong) }
            }
            Err(trouble) => Self { right: [false; LINES.len()], trouble: Some(trouble) },
        }
    }

    fn completion(&self) -> Result<Completion, Failed> {
        match &self.trouble {
            None => Ok(Completion::Completed),
            Some(Trouble::Absent(reason)) => support::requirement(Err::<(), _>(reason.clone()), Ok),
            Some(Trouble::Wrong(message)) => Err(message.into()),
        }
    }
}

/// A client's output, compared with the expected lines.
struct Printed {
    right: [bool; LINES.len()],
    wrong: Option<String>,
}

impl Printed {
    /// Compares with the first `expected` lines.
    fn compare(printed: &str, expected: usize) -> Self {
        let expected: Vec<_> = LINES[..expected].iter().map(|(_, line)| *line).collect();
        let lines: Vec<_> = printed.lines().collect();
        let mut right = [false; LINES.len()];
        for (index, line) in expected.iter().enumerate() {
            right[index] = lines.get(index) == Some(line);
        }
        let difference = support::console::compare(printed, &expected.join("\n"));
        Self { right, wrong: difference.err().map(|it| format!("printed something else:\n{it}")) }
    }

    /// Adds an error that happened after the client had ended.
    fn and(mut self, result: Result<(), String>) -> Self {
        if let Err(message) = result {
            self.wrong = Some(self.wrong.map_or(message.clone(), |wrong| wrong + "\n" + &message));
        }
        self
    }
}
