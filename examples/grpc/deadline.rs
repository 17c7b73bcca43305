//! Give a call a deadline that holds at every hop.
//!
//! Why you would: a caller that waits without limit hangs with its server, and a server whose
//! caller has given up works in vain. A deadline ends both, here over two servers.
//!
//! ```console
//! $ cargo run --example grpc_deadline
//! front: passes on what remains
//! back: [..] ms remain for an hour of work
//! client: DeadlineExceeded
//! back: the work was stopped
//! ```

use std::{io, time::Duration};

use grpc_demo::{
    hello::{
        HelloReply, HelloRequest,
        greeter_client::GreeterClient,
        greeter_server::{Greeter, GreeterServer},
    },
    production::deadline::{Deadline, DeadlineLayer},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::{
    Code, Request, Response, Status,
    transport::{Channel, Endpoint, Error, Server, server::TcpIncoming},
};
use tower::Layer;

struct Front(GreeterClient<Channel>);

#[tonic::async_trait]
impl Greeter for Front {
    async fn say_hello(&self, call: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        println!("front: passes on what remains");
        let deadline = Deadline::of(&call);
        let mut onward = Request::new(call.into_inner());
        // A fixed timeout here would be a second clock: it ends too early, or long after the caller.
        if let Some(deadline) = deadline {
            deadline.pass_on(&mut onward);
        }
        self.0.clone().say_hello(onward).await
    }
}

/// With a token that says when its work has stopped.
struct Back(CancellationToken);

#[tonic::async_trait]
impl Greeter for Back {
    async fn say_hello(&self, call: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        let deadline = Deadline::of(&call).ok_or(Status::invalid_argument("set a deadline"))?;
        println!("back: {} ms remain for an hour of work", deadline.remaining().as_millis());
        let _work = self.0.clone().drop_guard(); // Dropped with the handler, wherever it waits.
        tokio::time::sleep(Duration::from_secs(3600)).await;
        Ok(Response::new(HelloReply { message: "Hello, at last!".into() }))
    }
}

/// Starts a server in `servers`; it ends when they are dropped.
fn serve(servers: &mut JoinSet<Result<(), Error>>, greeter: impl Greeter) -> io::Result<Endpoint> {
    let incoming = TcpIncoming::bind(([127, 0, 0, 1], 0).into())?.with_nodelay(Some(true));
    let endpoint = Endpoint::from_shared(format!("http://{}", incoming.local_addr()?));
    let server = Server::builder()
        // tonic alone would answer CANCELLED, and keep the deadline from the handler.
        .layer(DeadlineLayer::new())
        .add_service(GreeterServer::new(greeter));
    servers.spawn(server.serve_with_incoming(incoming));
    endpoint.map_err(io::Error::other)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut servers = JoinSet::new();
    let stopped = CancellationToken::new();
    let back = serve(&mut servers, Back(stopped.clone()))?;
    let front = serve(&mut servers, Front(GreeterClient::new(back.connect_lazy())))?;
    // At the client, the layer keeps to the deadline even when the server does not.
    let channel = DeadlineLayer::new().layer(front.connect().await?);
    let mut call = Request::new(HelloRequest { name: "Ferris".into() });
    call.set_timeout(Duration::from_millis(200));
    let status = GreeterClient::new(channel).say_hello(call).await.unwrap_err();
    println!("client: {:?}", status.code());
    assert_eq!(status.code(), Code::DeadlineExceeded);
    stopped.cancelled().await;
    println!("back: the work was stopped");
    Ok(())
}
