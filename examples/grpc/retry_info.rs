//! Tell a caller when to try again, and wait for that long.
//!
//! Why you would: a server that is busy knows best how long it needs. A client that guesses comes
//! back too early, and makes it worse, or later than it could.
//!
//! ```console
//! $ cargo run --example grpc_retry_info
//! Unavailable: the greeter is busy; trying again in 20ms
//! Hello, Ferris!
//! ```

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use anyhow::Context;
use grpc_demo::hello::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use tokio::task::JoinSet;
use tonic::{
    Code, Request, Response, Status,
    transport::{Server, server::TcpIncoming},
};
use tonic_types::{ErrorDetails, StatusExt};

const PAUSE: Duration = Duration::from_millis(20);

/// Busy for a while from its first call on.
#[derive(Default)]
struct MyGreeter(OnceLock<Instant>);

#[tonic::async_trait]
impl Greeter for MyGreeter {
    async fn say_hello(&self, call: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        let until = *self.0.get_or_init(|| Instant::now() + PAUSE);
        if Instant::now() < until {
            // `google.rpc.RetryInfo`, which every gRPC language knows. UNAVAILABLE is the code that
            // means "try again"; with another, the client would have to know that it may.
            let details = ErrorDetails::with_retry_info(Some(PAUSE));
            let message = "the greeter is busy";
            return Err(Status::with_error_details(Code::Unavailable, message, details));
        }
        Ok(Response::new(HelloReply { message: format!("Hello, {}!", call.into_inner().name) }))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let mut servers = JoinSet::new();
    let server = Server::builder().add_service(GreeterServer::new(MyGreeter::default()));
    servers.spawn(server.serve_with_incoming(incoming));
    let mut client = GreeterClient::connect(uri).await?;

    let request = HelloRequest { name: "Ferris".into() };
    let status = client.say_hello(request.clone()).await.unwrap_err();
    let pause = status.get_details_retry_info().and_then(|info| info.retry_delay);
    let pause = pause.context("the status has no RetryInfo")?;
    println!("{:?}: {}; trying again in {pause:?}", status.code(), status.message());
    assert_eq!((status.code(), pause), (Code::Unavailable, PAUSE));

    tokio::time::sleep(pause).await;
    let reply = client.say_hello(request).await?.into_inner();
    println!("{}", reply.message);
    assert_eq!(reply.message, "Hello, Ferris!");
    Ok(())
}
