//! Rust talking to other languages three ways: `polyglot` shows, serves and builds them.

use std::{env, process::ExitCode};

use clap::{CommandFactory, Parser, Subcommand};
use polyglot::{Severity, doctor, exercise, report, serve, tour};

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
  cargo run -- doctor                            which tools are installed, and how to get the others
  cargo exercise                                 the tutorial's exercises; with a name, check one
  cargo compare                                  what each crossing costs, on this machine
  cargo bundle                                   rebuild the WebAssembly of the page
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

    /// List the tools that this project can use, which are installed, and how to get the others
    Doctor,

    /// Check your answer to an exercise of the tutorial, or list them all
    Exercise(exercise::Options),

    /// Build web/pkg, the WebAssembly of the page, from source: run `cargo bundle`
    #[cfg(feature = "bundle")]
    Bundle(polyglot::bundle::Options),

    /// Measure the same operations over every boundary, on this machine: run `cargo compare`
    #[cfg(feature = "compare")]
    Compare(polyglot::compare::Options),

    /// Build web/pkg, the WebAssembly of the page, from source: run `cargo bundle`
    #[cfg(not(feature = "bundle"))]
    #[command(disable_help_flag = true)]
    Bundle(Ignored),

    /// Measure the same operations over every boundary, on this machine: run `cargo compare`
    #[cfg(not(feature = "compare"))]
    #[command(disable_help_flag = true)]
    Compare(Ignored),
}

/// The arguments of a subcommand that this build does not include.
#[cfg(not(all(feature = "bundle", feature = "compare")))]
#[derive(clap::Args)]
struct Ignored {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    _arguments: Vec<std::ffi::OsString>,
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
        Command::Doctor => Ok(doctor::run()),
        Command::Exercise(options) => exercise::run(&options).map_err(Into::into),
        #[cfg(feature = "bundle")]
        Command::Bundle(options) => polyglot::bundle::run(&options).map(|()| ExitCode::SUCCESS),
        #[cfg(feature = "compare")]
        Command::Compare(options) => polyglot::compare::run(&options),
        #[cfg(not(feature = "bundle"))]
        Command::Bundle(_) => Ok(not_in_this_build("bundle")),
        #[cfg(not(feature = "compare"))]
        Command::Compare(_) => Ok(not_in_this_build("compare")),
    };
    outcome.unwrap_or_else(|error| {
        report(Severity::Error, error);
        ExitCode::FAILURE
    })
}

/// Explains how to run a subcommand that is compiled only on request.
#[cfg(not(all(feature = "bundle", feature = "compare")))]
fn not_in_this_build(subcommand: &str) -> ExitCode {
    let how = format!("this build does not include `{subcommand}`: run `cargo {subcommand}`");
    report(Severity::Error, how);
    ExitCode::from(2)
}

/// The mistake in the command line and, where clap knows them, the likely intention and the values
/// that are allowed; and the command that explains the options.
fn usage(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let said = |start| text.lines().find_map(|line| line.trim_start().strip_prefix(start));
    let mut line = said("error: ").unwrap_or("the command line is not valid").to_owned();
    if let Some(tip) = said("tip: ") {
        line = format!("{line}; {tip}");
    }
    if let Some(values) = said("[possible values: ").and_then(|rest| rest.strip_suffix(']')) {
        line = format!("{line}; the values are {values}");
    }
    let names = Arguments::command();
    let names = || names.get_subcommands().map(clap::Command::get_name);
    let given = env::args().skip(1).find_map(|argument| names().find(|name| *name == argument));
    let help = match given {
        Some(alias @ ("bundle" | "compare" | "exercise")) => format!("cargo {alias} --help"),
        Some(subcommand) => format!("cargo run -- {subcommand} --help"),
        None => "cargo run -- --help".to_owned(),
    };
    format!("{line}; see `{help}`")
}
