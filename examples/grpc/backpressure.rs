//! Stream no faster than the client reads: back-pressure.
//!
//! Why you would: a server that produces faster than its client reads fills its memory with what is
//! under way. With back-pressure, the slow reader slows down the work itself.
//!
//! ```console
//! $ cargo run --example grpc_backpressure
//! no reading is taken: the server waits after [..]
//! 20000 readings are taken, in order
//! ```

use std::{
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use grpc_demo::cellar::{
    Reading, Summary, Warning, WatchRequest,
    thermometer_client::ThermometerClient,
    thermometer_server::{Thermometer, ThermometerServer},
};
use tokio::{sync::mpsc, task::JoinSet, time::sleep};
use tokio_stream::{Empty, wrappers::ReceiverStream};
use tonic::{
    Request, Response, Result, Status, Streaming,
    transport::{Endpoint, Server, server::TcpIncoming},
};

const WINDOW: u32 = 64 * 1024; // Bytes that the client lets the server send ahead.
const CHANNEL: usize = 16; // Readings that the server's task makes ahead.
static MADE: AtomicUsize = AtomicUsize::new(0); // Readings that the task has made.

struct Cellar;

#[tonic::async_trait]
impl Thermometer for Cellar {
    type WatchStream = ReceiverStream<Result<Reading>>;
    type WarnStream = Empty<Result<Warning>>;

    async fn watch(&self, _: Request<WatchRequest>) -> Result<Response<Self::WatchStream>> {
        let (sender, receiver) = mpsc::channel(CHANNEL);
        tokio::spawn(async move {
            // `send` waits while the channel is full: that is the back-pressure, and an unbounded
            // channel has none. Once the client is gone, `send` fails, and the task ends.
            while sender.send(Ok(Reading { celsius: MADE.load(Relaxed) as f64 })).await.is_ok() {
                MADE.fetch_add(1, Relaxed);
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }

    async fn record(&self, _: Request<Streaming<Reading>>) -> Result<Response<Summary>> {
        Err(Status::unimplemented("only Watch is shown"))
    }

    async fn warn(&self, _: Request<Streaming<Reading>>) -> Result<Response<Self::WarnStream>> {
        Err(Status::unimplemented("only Watch is shown"))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let endpoint = Endpoint::from_shared(format!("http://{}", incoming.local_addr()?))?;
    let mut servers = JoinSet::new();
    let server = Server::builder().add_service(ThermometerServer::new(Cellar));
    servers.spawn(server.serve_with_incoming(incoming));

    let channel = endpoint.initial_stream_window_size(WINDOW).connect().await?;
    let mut readings =
        ThermometerClient::new(channel).watch(WatchRequest::default()).await?.into_inner();

    // The server continues until the window and the channel are full, and then waits.
    let mut unread = 0;
    while unread < WINDOW as usize / 14 || unread != MADE.load(Relaxed) {
        unread = MADE.load(Relaxed);
        sleep(Duration::from_millis(50)).await;
    }
    println!("no reading is taken: the server waits after {unread}");
    // A reading is 14 bytes, 5 of them gRPC's prefix. Besides the window there is the channel, and
    // the batch of up to 32 KiB that tonic encodes in one go.
    let most = (WINDOW as usize + 32 * 1024) / 14 + CHANNEL + 1;
    assert!(unread <= most, "the server made {unread} readings, more than {most}");

    for number in 0..20_000 {
        assert_eq!(readings.message().await?, Some(Reading { celsius: number.into() }));
    }
    println!("20000 readings are taken, in order");
    Ok(())
}
