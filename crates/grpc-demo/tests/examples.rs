//! The examples that this crate declares print what their headers show.

#[path = "../../../tests/support/examples.rs"]
mod examples;

use std::process::Command;

use grpc_demo::{production::server::listen, services};

#[test]
fn print_what_their_headers_show() {
    // The root's tests/tools/gallery.rs runs these two together.
    examples::check(&["grpc_server", "grpc_client"]);
}

/// The Greeter repeats the name. A server's text must not give commands to the client's terminal.
#[tokio::test]
async fn the_client_prints_no_control_characters() {
    let incoming = listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = incoming.local_addr().unwrap().to_string();
    let server = tokio::spawn(services::serve(incoming, std::future::pending::<()>()));

    // cargo puts the examples beside the folder of this test.
    let test = std::env::current_exe().unwrap();
    let client = test.ancestors().nth(2).unwrap().join("examples/grpc_client");
    let mut client = Command::new(client.with_extension(std::env::consts::EXE_EXTENSION));
    client.args([&address, "\u{1b}[31mred\u{7}"]);
    let run = tokio::task::spawn_blocking(move || client.output()).await.unwrap();
    let run = run.expect("`cargo build -p grpc-demo --examples` builds the client");
    let printed = String::from_utf8_lossy(&run.stdout);
    assert_eq!(printed, "Hello, \u{fffd}[31mred\u{fffd}!\n", "{run:?}");
    server.abort();
}
