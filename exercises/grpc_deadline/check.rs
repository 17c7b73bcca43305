//! Give a call a deadline of 200 ms, so that it ends although the server takes an hour, and the server
//! stops working on it.
//!
//! `Request::new` wraps the message, and `Request::set_timeout` adds the deadline to the call's
//! metadata, where the server reads it. `tokio::time::timeout` alone would not tell the server.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use grpc_demo::{
    hello::{
        HelloReply, HelloRequest,
        greeter_client::GreeterClient,
        greeter_server::{Greeter, GreeterServer},
    },
    production::deadline::{Deadline, DeadlineLayer},
};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tonic::{
    Code, Request, Response, Status,
    transport::{Server, server::TcpIncoming},
};

#[cfg_attr(feature = "solutions", path = "solution.rs")]
mod answer;

/// Sends the time that a call has, and cancels the token when its work has stopped.
struct Slow(mpsc::UnboundedSender<Option<Duration>>, CancellationToken);

#[tonic::async_trait]
impl Greeter for Slow {
    async fn say_hello(&self, call: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        let _work = self.1.clone().drop_guard();
        let _ = self.0.send(Deadline::of(&call).map(Deadline::remaining));
        sleep(Duration::from_secs(3600)).await;
        Ok(Response::new(HelloReply::default()))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let (sender, mut times) = mpsc::unbounded_channel();
    let stopped = CancellationToken::new();
    let greeter = GreeterServer::new(Slow(sender, stopped.clone()));
    let mut servers = JoinSet::new();
    let server = Server::builder().layer(DeadlineLayer::new()).add_service(greeter);
    servers.spawn(server.serve_with_incoming(incoming));

    let client = GreeterClient::connect(uri).await?;
    let ended = timeout(Duration::from_secs(3), answer::greet(client, "Ferris")).await;
    match ended.context("after 3 s the call still waits, and should end after 200 ms")? {
        Ok(greeting) => bail!("the call is answered with {greeting:?}, which takes an hour"),
        Err(status) => ensure!(
            [Code::DeadlineExceeded, Code::Cancelled].contains(&status.code()),
            "the call ends with {:?}, and should with DeadlineExceeded or Cancelled",
            status.code()
        ),
    }
    let time = times.try_recv().context("the server was not called")?;
    let time = time.context("the server was not told the deadline")?;
    let expected = Duration::from_millis(50)..=Duration::from_millis(200);
    ensure!(expected.contains(&time), "the server was told to answer within {time:?}, not 200 ms");
    let stopped = timeout(Duration::from_secs(3), stopped.cancelled()).await;
    stopped.context("3 s later, the server still works on the call")
}
