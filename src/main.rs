//! Rust talking to other languages three ways: `polyglot` shows, serves and builds them.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use polyglot::{Severity, bundle, compare, doctor, report, serve, tour};

/// Rust talking to other languages three ways: FFI, WebAssembly and gRPC.
///
/// Without a command, shows all three at work.
#[derive(Parser)]
#[command(
    version,
    after_help = "Examples:
  cargo run                                      the three techniques, live
  cargo run -- serve                             the page, at http://127.0.0.1:8080
  cargo run -- serve --addr 127.0.0.1:0 --open   the page on any free port, in your browser
  cargo run -- bundle                            rebuild the WebAssembly of the page
  cargo run --release -- compare                 what each crossing costs, on this machine
  cargo run --example ffi_call_c                 one example; the README lists them all"
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Call C, a WebAssembly module and a gRPC server, and say what to read next (the default)
    Tour,

    /// Serve the page, the tutorial, gRPC and gRPC-web on one address, until Ctrl-C
    Serve(serve::Options),

    /// Build web/pkg, the WebAssembly of the page, from source
    Bundle {
        /// Build nothing: only say whether web/pkg is whole and newer than its sources
        #[arg(long)]
        check: bool,
    },

    /// Measure the same operations over every boundary, on this machine
    Compare(compare::Options),

    /// List the tools that this project can use, which are here, and how to get the others
    Doctor,
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(answer) if !answer.use_stderr() => answer.exit(), // --help and --version
        Err(error) => {
            report(Severity::Error, usage(&error));
            return ExitCode::from(2);
        }
    };
    let outcome = match arguments.command.unwrap_or(Command::Tour) {
        Command::Tour => tour::run().map(|()| ExitCode::SUCCESS),
        Command::Serve(options) => serve::run(&options).map(|()| ExitCode::SUCCESS),
        Command::Bundle { check: false } => bundle::run().map(|()| ExitCode::SUCCESS),
        Command::Bundle { check: true } => bundle::check().map(|()| ExitCode::SUCCESS),
        Command::Compare(options) => compare::run(&options),
        Command::Doctor => Ok(doctor::run()),
    };
    outcome.unwrap_or_else(|error| {
        report(Severity::Error, error);
        ExitCode::FAILURE
    })
}

/// What was wrong with the command line and, where clap knows, what was meant.
fn usage(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let said = |start| text.lines().find_map(|line| line.trim_start().strip_prefix(start));
    let mut line = said("error: ").unwrap_or("the command line makes no sense").to_owned();
    if let Some(tip) = said("tip: ") {
        line = format!("{line}; {tip}");
    }
    line + "; see `polyglot --help`"
}
