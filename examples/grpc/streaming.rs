//! Stream from the server, from the client, and both ways at once, no faster than the reader reads.
//!
//! Why you would: an answer without end, or too large to hold. A stream is one call: it is
//! authenticated, routed and cancelled as one, and its messages keep their order.
//!
//! ```console
//! $ cargo run --example grpc_streaming
//! nobody reads: the server waits after [..] readings
//! read 20000, in order; the client left, and the server stopped
//! recorded 3: 11.5 to 14 °C
//! while the request is still open: 13.5 is too warm
//! ```

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use grpc_demo::cellar::{
    Reading, Summary, Warning, WatchRequest,
    thermometer_client::ThermometerClient,
    thermometer_server::{Thermometer, ThermometerServer},
};
use tokio::{
    sync::{Notify, mpsc, oneshot},
    time::{sleep, timeout},
};
use tokio_stream::{Stream, StreamExt, wrappers::ReceiverStream};
use tonic::{
    Request, Response, Status, Streaming,
    transport::{Endpoint, Server, server::TcpIncoming},
};

/// What the client lets the server send ahead, in bytes of HTTP/2; without a word it is 2 MiB.
const WINDOW: usize = 64 * 1024;
/// What the server's method works ahead, in readings.
const CHANNEL: usize = 16;

#[derive(Clone, Default)]
struct Cellar {
    produced: Arc<AtomicUsize>,
    stopped: Arc<Notify>,
}

/// The reading of that number, so that the client can tell whether they come in order.
fn reading(number: usize) -> Reading {
    Reading { celsius: 10.0 + (number % 50) as f64 / 10.0 }
}

#[tonic::async_trait]
impl Thermometer for Cellar {
    type WatchStream = ReceiverStream<Result<Reading, Status>>;
    type WarnStream = Pin<Box<dyn Stream<Item = Result<Warning, Status>> + Send>>;

    async fn watch(&self, _: Request<WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        // `send` waits while the channel is full: that is the back-pressure. An unbounded channel
        // has none, and a client that reads slowly fills the server's memory.
        let (sender, receiver) = mpsc::channel(CHANNEL);
        let Self { produced, stopped } = self.clone();
        tokio::spawn(async move {
            // `send` fails once the client is gone.
            while sender.send(Ok(reading(produced.load(Relaxed)))).await.is_ok() {
                produced.fetch_add(1, Relaxed);
            }
            stopped.notify_one();
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }

    async fn record(
        &self,
        request: Request<Streaming<Reading>>,
    ) -> Result<Response<Summary>, Status> {
        let mut readings = request.into_inner();
        let mut summary = Summary { count: 0, lowest: f64::INFINITY, highest: f64::NEG_INFINITY };
        // To tonic a client that breaks off is the end, too; `production::server` makes it an error.
        while let Some(Reading { celsius }) = readings.message().await? {
            summary.count += 1;
            summary.lowest = summary.lowest.min(celsius);
            summary.highest = summary.highest.max(celsius);
        }
        match summary.count {
            0 => Err(Status::invalid_argument("no reading came: send at least one")),
            _ => Ok(Response::new(summary)),
        }
    }

    async fn warn(
        &self,
        request: Request<Streaming<Reading>>,
    ) -> Result<Response<Self::WarnStream>, Status> {
        let warnings = request.into_inner().filter_map(|reading| match reading {
            Ok(Reading { celsius }) if celsius > 13.0 => {
                Some(Ok(Warning { celsius, message: format!("{celsius} is too warm") }))
            }
            Ok(_) => None,
            Err(status) => Some(Err(status)),
        });
        Ok(Response::new(Box::pin(warnings)))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cellar = Cellar::default();
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let endpoint = Endpoint::from_shared(format!("http://{}", incoming.local_addr()?))?
        .initial_stream_window_size(WINDOW as u32);
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(
        Server::builder()
            .add_service(ThermometerServer::new(cellar.clone()))
            .serve_with_incoming_shutdown(incoming, async { drop(stopped.await) }),
    );
    let mut client = ThermometerClient::new(endpoint.connect().await?);

    // From the server, without end. It goes on until the window is full, and then waits.
    let mut readings = client.watch(WatchRequest::default()).await?.into_inner();
    let mut unread = 0;
    while unread == 0 || unread != cellar.produced.load(Relaxed) {
        unread = cellar.produced.load(Relaxed);
        sleep(Duration::from_millis(50)).await;
    }
    println!("nobody reads: the server waits after {unread} readings");
    // A reading is 14 bytes, 5 of them gRPC's prefix. Besides the window there is the channel, and
    // the batch of up to 32 KiB that tonic encodes in one go.
    let most = (WINDOW + 32 * 1024) / 14 + CHANNEL + 1;
    assert!(unread <= most, "{unread} readings were made for nobody, more than {most}");

    for number in 0..20_000 {
        assert_eq!(readings.message().await?, Some(reading(number)), "reading {number}");
    }
    // To stop is to drop the stream.
    drop(readings);
    timeout(Duration::from_secs(10), cellar.stopped.notified()).await?;
    println!("read 20000, in order; the client left, and the server stopped");

    // From the client: any Stream will do. The answer comes after its end.
    let readings = [11.5, 14.0, 12.0].map(|celsius| Reading { celsius });
    let summary = client.record(tokio_stream::iter(readings)).await?.into_inner();
    println!("recorded {}: {} to {} °C", summary.count, summary.lowest, summary.highest);
    assert_eq!(summary, Summary { count: 3, lowest: 11.5, highest: 14.0 });

    // Both ways: either side may speak at any time.
    let (sender, receiver) = mpsc::channel(1);
    let mut warnings = client.warn(ReceiverStream::new(receiver)).await?.into_inner();
    sender.send(Reading { celsius: 12.5 }).await?;
    sender.send(Reading { celsius: 13.5 }).await?;
    let warning = warnings.message().await?.ok_or("the server ended the stream")?;
    println!("while the request is still open: {}", warning.message);
    assert_eq!(warning.message, "13.5 is too warm");
    // The end of the requests, after which the server ends its half.
    drop(sender);
    assert_eq!(warnings.message().await?, None);

    drop((client, stop));
    server.await??;
    Ok(())
}
