//! Serve the Greeter to clients in other processes. Ctrl-C ends it.
//!
//! Why you would: this is the half that stays up, here with health and reflection, so that any
//! gRPC tool can ask it what it offers.
//!
//! ```console
//! $ cargo run --example grpc_server -- 127.0.0.1:50051
//! listening on http://127.0.0.1:50051
//! ```

use grpc_demo::{
    production::server::{self, Settings},
    services,
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:50051".into());

    // Without settings, tonic bounds neither connections nor calls, and keeps silent peers.
    let server = services::server(Settings::default())?;
    // Ctrl-C, and the SIGTERM that service managers send. Unhandled, both cut off all callers.
    let stop = server::stop_signal()?;

    let incoming = server::listen(server::resolve(&address)?)?;
    println!("listening on http://{}", incoming.local_addr()?);

    // Takes no new calls after the signal, and gives the old ones five seconds to end.
    server.serve(incoming, stop).await?;
    println!("stopped");
    Ok(())
}
