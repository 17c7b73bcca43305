//! What the command says when something is wrong: one line, with the remedy, and no backtrace.

mod support;

use std::net::TcpListener;

use snapbox::{
    cmd::{Command, OutputAssert},
    str,
};
use support::served::polyglot;

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
error: unrecognized subcommand 'serv'; a similar subcommand exists: 'serve'; see `polyglot --help`

"#]]);
}

#[test]
fn an_address_that_is_none() {
    run(&["serve", "--addr", "8080"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: invalid value '8080' for '--addr <HOST:PORT>': invalid socket address syntax; see `polyglot --help`

"#]]);
}

#[test]
fn a_taken_port() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = holder.local_addr().unwrap().to_string();
    run(&["serve", "--addr", &address]).code(1).stdout_eq("").stderr_eq(str![[r#"
error: 127.0.0.1:[..] is taken: stop what listens there, or choose another with --addr

"#]]);
}

#[test]
fn a_filter_that_matches_nothing_names_what_there_is() {
    run(&["compare", "--filter", "perl"]).code(1).stdout_eq("").stderr_eq(str![[r#"
error: nothing matches --filter "perl": the rows are add, greet, checksum-64b, checksum-64kib, checksum-16mib, mandelbrot; the columns are rust, [..]

"#]]);
}

#[test]
fn the_tour_calls_all_three() {
    run(&[]).success().stderr_eq("").stdout_eq(str![[r#"
Rust calling another language, three ways.

FFI: C, linked into this program
  my_c_function(42, 3.14) = 131.88
  read examples/ffi/call_c.rs
  run  cargo run --example ffi_call_c

WebAssembly: a sandboxed module, in wasmtime
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
