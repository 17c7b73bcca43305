//! Read three readings of a stream that never ends, return them, and cancel the call, so that the
//! server stops.
//!
//! `watch` returns a response, and its `into_inner()` a stream: `message().await` is the next reading,
//! or `None` after the last. Dropping the stream cancels the call.

use std::time::Duration;

use anyhow::{Context, ensure};
use grpc_demo::cellar::{
    Reading, Summary, Warning, WatchRequest,
    thermometer_client::ThermometerClient,
    thermometer_server::{Thermometer, ThermometerServer},
};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_stream::{Empty, wrappers::ReceiverStream};
use tokio_util::sync::CancellationToken;
use tonic::{
    Request, Response, Result, Status, Streaming,
    transport::{Server, server::TcpIncoming},
};

#[cfg_attr(feature = "solutions", path = "solution.rs")]
mod answer;

/// Cancels the token when its stream has stopped.
struct Cellar(CancellationToken);

#[tonic::async_trait]
impl Thermometer for Cellar {
    type WatchStream = ReceiverStream<Result<Reading>>;
    type WarnStream = Empty<Result<Warning>>;

    async fn watch(&self, _: Request<WatchRequest>) -> Result<Response<Self::WatchStream>> {
        let (sender, receiver) = mpsc::channel(1);
        let stopped = self.0.clone();
        tokio::spawn(async move {
            let mut celsius = 10.0;
            while sender.send(Ok(Reading { celsius })).await.is_ok() {
                celsius += 0.5;
                sleep(Duration::from_millis(20)).await;
            }
            stopped.cancel();
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }

    async fn record(&self, _: Request<Streaming<Reading>>) -> Result<Response<Summary>> {
        Err(Status::unimplemented("only Watch is used"))
    }

    async fn warn(&self, _: Request<Streaming<Reading>>) -> Result<Response<Self::WarnStream>> {
        Err(Status::unimplemented("only Watch is used"))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let stopped = CancellationToken::new();
    let mut servers = JoinSet::new();
    let server = Server::builder().add_service(ThermometerServer::new(Cellar(stopped.clone())));
    servers.spawn(server.serve_with_incoming(incoming));

    // Kept, so that it is not the end of the connection that stops the server.
    let client = ThermometerClient::connect(uri).await?;
    let readings = timeout(Duration::from_secs(3), answer::first_three(client.clone())).await;
    let readings =
        readings.context("after 3 s it still reads, and should stop after 3 readings")??;
    let expected = [10.0, 10.5, 11.0];
    ensure!(readings == expected, "the readings are {readings:?}, and should be {expected:?}");
    let stopped = timeout(Duration::from_secs(3), stopped.cancelled()).await;
    stopped.context("3 s later, the server still sends readings")?;
    drop(client);
    Ok(())
}
