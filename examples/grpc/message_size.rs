//! Bound the size of the messages that a server and a client take.
//!
//! Why you would: a message is whole in memory before your code sees it. Without a bound, a caller
//! decides how much memory your server needs, and a server how much your client needs.
//!
//! ```console
//! $ cargo run --example grpc_message_size
//! to the server, 1,000 bytes: OK
//! to the server, 2,000 bytes: OUT_OF_RANGE
//! to the client, 1,007 bytes: OUT_OF_RANGE
//! ```

use grpc_demo::{
    code_name,
    crossing::{GreetRequest, crossing_client::CrossingClient, crossing_server::CrossingServer},
    services::CrossingService,
};
use tokio::task::JoinSet;
use tonic::{
    Code,
    transport::{Channel, Server, server::TcpIncoming},
};

/// Sends a name of that many bytes. The answer, "Hello, NAME!", is 8 bytes longer.
async fn greet(mut client: CrossingClient<Channel>, bytes: usize) -> Code {
    let answer = client.greet(GreetRequest { name: "x".repeat(bytes) }).await;
    answer.map_or_else(|status| status.code(), |_| Code::Ok)
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    // Each service has its own bound. Without one, tonic takes messages of up to 4 MiB.
    let crossing = CrossingServer::new(CrossingService).max_decoding_message_size(1_100);
    let mut servers = JoinSet::new();
    servers.spawn(Server::builder().add_service(crossing).serve_with_incoming(incoming));
    let client = CrossingClient::connect(uri).await?;

    let code = greet(client.clone(), 1_000).await;
    println!("to the server, 1,000 bytes: {}", code_name(code));
    assert_eq!(code, Code::Ok);

    // The specification's code is RESOURCE_EXHAUSTED, which other languages answer. A client that
    // goes by the code has to know both.
    let code = greet(client.clone(), 2_000).await;
    println!("to the server, 2,000 bytes: {}", code_name(code));
    assert_eq!(code, Code::OutOfRange);

    // A client has the same setting, and the same default.
    let client = client.max_decoding_message_size(1_000);
    let code = greet(client, 999).await;
    println!("to the client, 1,007 bytes: {}", code_name(code));
    assert_eq!(code, Code::OutOfRange);
    Ok(())
}
