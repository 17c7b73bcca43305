//! Give a call a deadline that holds at every hop.
//!
//! Why you would: a caller that waits without limit hangs with its server, and a server works on
//! though its caller has given up. A deadline ends both, here over two servers.
//!
//! ```console
//! $ cargo run --example grpc_deadline
//! front: passes on what remains
//! back: [..] ms remain for an hour of work
//! client: DeadlineExceeded
//! back: the work was stopped
//! ```

use std::time::Duration;

use grpc_demo::{
    hello::{
        HelloReply, HelloRequest,
        greeter_client::GreeterClient,
        greeter_server::{Greeter, GreeterServer},
    },
    production::deadline::{Deadline, DeadlineLayer},
};
use tokio::{task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;
use tonic::{
    Code, Request, Response, Status,
    transport::{Channel, Endpoint, Server, server::TcpIncoming},
};
use tower::Layer;

struct Front(GreeterClient<Channel>);

#[tonic::async_trait]
impl Greeter for Front {
    async fn say_hello(&self, call: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        println!("front: passes on what remains");
        let deadline = Deadline::of(&call);
        let mut onward = Request::new(call.into_inner());
        // A fixed timeout would be a second clock: it ends too early, or long after the caller.
        if let Some(deadline) = deadline {
            deadline.pass_on(&mut onward);
        }
        self.0.clone().say_hello(onward).await
    }
}

/// The second server. Its token says when its work has stopped.
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

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut servers = JoinSet::new();
    let stopped = CancellationToken::new();
    let greeter = GreeterServer::new(Back(stopped.clone()));
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let back = Endpoint::from_shared(format!("http://{}", incoming.local_addr()?))?;
    // tonic alone would answer CANCELLED, and keep the deadline from the handler.
    let server = Server::builder().layer(DeadlineLayer::new()).add_service(greeter);
    servers.spawn(server.serve_with_incoming(incoming));

    let greeter = GreeterServer::new(Front(GreeterClient::new(back.connect().await?)));
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let front = Endpoint::from_shared(format!("http://{}", incoming.local_addr()?))?;
    let server = Server::builder().layer(DeadlineLayer::new()).add_service(greeter);
    servers.spawn(server.serve_with_incoming(incoming));

    // At the client, the layer keeps to the deadline even when the server does not.
    let channel = DeadlineLayer::new().layer(front.connect().await?);
    let mut call = Request::new(HelloRequest { name: "Ferris".into() });
    call.set_timeout(Duration::from_secs(1));
    let status = GreeterClient::new(channel).say_hello(call).await.unwrap_err();
    println!("client: {:?}", status.code());
    assert_eq!(status.code(), Code::DeadlineExceeded);
    timeout(Duration::from_secs(10), stopped.cancelled()).await?;
    println!("back: the work was stopped");
    Ok(())
}
