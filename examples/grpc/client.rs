//! Call the Greeter of `grpc_server` from another process.
//!
//! Why you would: this is the half that every caller repeats: connect, call with a deadline, look
//! at the status.
//!
//! ```console
//! $ cargo run --example grpc_client -- http://127.0.0.1:50051 Ferris
//! Hello, Ferris!
//! ```

use anyhow::bail;
use grpc_demo::{Client, code_name};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or("http://127.0.0.1:50051".into());
    let name = arguments.next().unwrap_or("Ferris".into());

    // `connect` gives every call a deadline: without one, a server that hangs hangs its clients.
    let mut client = Client::connect(address).await?;
    match client.say_hello(name).await {
        Ok(greeting) => println!("{}", printable(&greeting)),
        Err(status) => bail!("{}: {}", code_name(status.code()), printable(status.message())),
    }
    Ok(())
}

/// A server may be hostile, and a terminal obeys control characters: do not print them as they are.
fn printable(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}
