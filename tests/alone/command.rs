//! The command's messages when something is wrong: one line, with the remedy, and no backtrace.

use std::{fs, net::TcpListener, path::Path};

use crate::support::{process::cargo, root, served::polyglot};
use snapbox::{
    cmd::{Command, OutputAssert},
    str,
};

fn run(arguments: &[&str]) -> OutputAssert {
    Command::from_std(polyglot(arguments.iter().copied())).assert()
}

#[test]
fn help_shows_examples() {
    run(&["--help"]).success().stdout_eq(str![[r#"
Rust talking to other languages three ways: FFI, WebAssembly and gRPC.
...
Examples:
...
  cargo run -- serve                             the page, at http://127.0.0.1:8080
...
"#]]);
}

#[test]
fn an_unknown_subcommand_names_the_one_that_was_meant() {
    run(&["serv"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: unrecognized subcommand 'serv'; a similar subcommand exists: 'serve'; see `cargo run -- --help`

"#]]);
}

#[test]
fn an_invalid_address_is_refused() {
    run(&["serve", "--addr", "8080"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: invalid value '8080' for '--addr <HOST:PORT>': the address "8080" cannot be used: the port is missing: write HOST:PORT; see `cargo run -- serve --help`

"#]]);
}

#[test]
fn a_value_that_is_not_allowed_is_told_which_are() {
    let text = "error: invalid value 'loud' for '--log <LOG>'; the values are text, json, off; \
        see `cargo run -- serve --help`\n";
    run(&["serve", "--log", "loud"]).code(2).stdout_eq("").stderr_eq(text);
    run(&["bundle", "nosuch"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: invalid value 'nosuch' for '[NAME]...'; the values are [..]grpc_demo[..]; see `cargo bundle --help`

"#]]);
}

/// The help that a message names has to explain the option that was wrong.
#[test]
fn every_subcommand_points_to_its_own_help() {
    for (subcommand, help) in [
        ("serve", "cargo run -- serve --help"),
        ("doctor", "cargo run -- doctor --help"),
        ("exercise", "cargo exercise --help"),
        ("bundle", "cargo bundle --help"),
        ("compare", "cargo compare --help"),
    ] {
        let error = format!("error: unexpected argument '--nosuch' found[..]; see `{help}`\n");
        run(&[subcommand, "--nosuch"]).code(2).stdout_eq("").stderr_eq(error);
        run(&[subcommand, "--help"]).success().stderr_eq("");
    }
}

#[test]
fn a_taken_port() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = holder.local_addr().unwrap().to_string();
    run(&["serve", "--addr", &address]).code(1).stdout_eq("").stderr_eq(str![[r#"
error: 127.0.0.1:[..] is in use: stop the program there, or choose another address with --addr

"#]]);
}

#[test]
fn a_filter_without_a_match_lists_the_choices() {
    run(&["compare", "--filter", "perl"]).code(1).stdout_eq("").stderr_eq(str![[r#"
error: nothing matches --filter "perl": the rows are add, greet, checksum-64b, checksum-64kib, checksum-16mib, mandelbrot; the columns are rust, [..]

"#]]);
}

#[test]
fn doctor_fails_when_a_required_tool_is_missing() {
    run(&["doctor"]).success().stderr_eq("");
    let nothing = polyglot(["doctor"]);
    Command::from_std(nothing).env("PATH", "").assert().code(1).stderr_eq(str![[r#"
error: required, but not installed: Rust [..] or later, C compiler

"#]]);
}

#[test]
fn the_tour_calls_all_three() {
    run(&[]).success().stderr_eq("").stdout_eq(str![[r#"
Rust calls another language in three ways.

FFI: C, linked into this program
  my_c_function(42, 3.14) = 131.88
  read examples/ffi/call_c.rs
  run  cargo run --example ffi_call_c

WebAssembly: a sandboxed module, run by wasmi
  add(2, 3) = 5
  read examples/wasm/add.rs
  run  cargo run --example wasm_add

gRPC: a server, over HTTP/2
  Greeter/SayHello("Ferris") = "Hello, Ferris!"
  read examples/grpc/hello.rs
  run  cargo run --example grpc_hello

...
"#]]);
}

/// cargo, which shares its build with this test, but puts the program elsewhere: the other tests
/// run the program that has all features.
fn apart<'a>(arguments: impl IntoIterator<Item = &'a str>) -> std::process::Command {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut cargo = cargo(arguments);
    cargo
        .env("CARGO_BUILD_BUILD_DIR", scratch.parent().unwrap())
        .env("CARGO_TARGET_DIR", scratch.join("command"));
    cargo
}

/// Uses `cargo run` as users do: without the features that the tests turn on.
#[test]
fn a_missing_subcommand_names_the_command_that_has_it() {
    for subcommand in ["compare", "bundle"] {
        let cargo = apart(["run", "--locked", "--", subcommand, "--check", "--quick"]);
        let how = format!(
            "error: this build does not include `{subcommand}`: run `cargo {subcommand}`\n"
        );
        Command::from_std(cargo).assert().code(2).stdout_eq("").stderr_eq(how);
    }
    // Where nothing has changed, the next `cargo run` compiles nothing.
    let mut cargo = apart(["build", "--locked", "--verbose", "--bin", "polyglot"]);
    cargo.env("CARGO_TERM_QUIET", "false");
    let error = str!["...\n[..]Fresh polyglot v[..]\n..."];
    Command::from_std(cargo).assert().success().stderr_eq(error);
}

#[test]
fn cargo_bundle_checks_the_page() {
    let cargo = apart(["bundle", "--check"]);
    Command::from_std(cargo).assert().success().stdout_eq("web/pkg is fresh\n").stderr_eq("");
}

/// Only reads the alias, because a build with optimisation takes minutes.
#[test]
fn cargo_compare_is_a_release_build_of_this_command() {
    let config = fs::read_to_string(root().join(".cargo/config.toml")).unwrap();
    let alias = config.lines().find_map(|line| line.strip_prefix("compare = ")).unwrap();
    assert_eq!(alias, r#""run --release --features compare -- compare""#);
    let words = alias.trim_matches('"').split_whitespace().filter(|word| *word != "--release");
    let cargo = apart(words.chain(["--filter", "perl"]));
    let error = str!["error: nothing matches --filter \"perl\": [..]\n"];
    Command::from_std(cargo).assert().code(1).stdout_eq("").stderr_eq(error);
}
