//! Serve the Greeter to clients in other processes. Ctrl-C ends it.
//!
//! Why you would: this is the half that stays up, here with health and reflection, so that any
//! gRPC tool can ask it what it offers.
//!
//! ```console
//! $ cargo run --example grpc_server -- 127.0.0.1:50051
//! listening on http://127.0.0.1:50051
//! ```

use std::net::SocketAddr;

use grpc_demo::server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address: SocketAddr =
        std::env::args().nth(1).unwrap_or("127.0.0.1:50051".into()).parse()?;

    let incoming = server::listen(address)?;
    println!("listening on http://{}", incoming.local_addr()?);

    // Dropping a server cuts off its callers. This one takes no new calls, and ends the old.
    server::serve(incoming, async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            eprintln!("stopping, because Ctrl-C cannot be heard: {error}");
        }
    })
    .await?;
    println!("stopped");
    Ok(())
}
