//! Stream from the server, from the client, and both ways at once.
//!
//! Why you would: an answer without end, or too large to hold. A stream is one call: it is
//! authenticated, routed and cancelled as one, and its messages keep their order.
//!
//! ```console
//! $ cargo run --example grpc_streaming
//! recorded 3: 11.5 to 14 °C
//! while the request is still open: 13.5 is too warm
//! ```

use grpc_demo::cellar::{
    Reading, Summary, Warning, WatchRequest,
    thermometer_client::ThermometerClient,
    thermometer_server::{Thermometer, ThermometerServer},
};
use tokio::{sync::mpsc, task::JoinSet};
use tokio_stream::{Stream, StreamExt, wrappers::ReceiverStream};
use tonic::{
    Request, Response, Result, Streaming,
    transport::{Server, server::TcpIncoming},
};

type Answers<T> = std::pin::Pin<Box<dyn Stream<Item = Result<T>> + Send>>;
struct Cellar;

#[tonic::async_trait]
impl Thermometer for Cellar {
    type WatchStream = Answers<Reading>;
    type WarnStream = Answers<Warning>;

    async fn watch(&self, _: Request<WatchRequest>) -> Result<Response<Self::WatchStream>> {
        // An answer is any `Stream`. What fails later is an item, too: an `Err` ends the call.
        let readings = [11.5, 14.0, 12.0].map(|celsius| Ok(Reading { celsius }));
        Ok(Response::new(Box::pin(tokio_stream::iter(readings))))
    }

    async fn record(&self, mut call: Request<Streaming<Reading>>) -> Result<Response<Summary>> {
        let mut summary = Summary { count: 0, lowest: f64::INFINITY, highest: f64::NEG_INFINITY };
        // tonic gives `None` for a client that breaks off, too; `production::server`, an error.
        while let Some(Reading { celsius }) = call.get_mut().message().await? {
            summary.count += 1;
            summary.lowest = summary.lowest.min(celsius);
            summary.highest = summary.highest.max(celsius);
        }
        Ok(Response::new(summary))
    }

    async fn warn(&self, call: Request<Streaming<Reading>>) -> Result<Response<Self::WarnStream>> {
        let readings = call.into_inner();
        let warm = readings.filter(|reading| !matches!(reading, Ok(it) if it.celsius <= 13.0));
        let warnings = warm.map(|reading| {
            let Reading { celsius } = reading?;
            Ok(Warning { celsius, message: format!("{celsius} is too warm") })
        });
        Ok(Response::new(Box::pin(warnings)))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let mut servers = JoinSet::new();
    let server = Server::builder().add_service(ThermometerServer::new(Cellar));
    servers.spawn(server.serve_with_incoming(incoming));
    let mut client = ThermometerClient::connect(uri).await?;

    // From the server. `message().await?` would give one reading at a time, and then `None`.
    let readings = client.watch(WatchRequest::default()).await?.into_inner();
    let readings: Vec<_> = readings.collect::<Result<_>>().await?;
    assert_eq!(readings, [11.5, 14.0, 12.0].map(|celsius| Reading { celsius }));

    // From the client: any `Stream`, too. The answer comes after its end.
    let summary = client.record(tokio_stream::iter(readings)).await?.into_inner();
    println!("recorded {}: {} to {} °C", summary.count, summary.lowest, summary.highest);
    assert_eq!(summary, Summary { count: 3, lowest: 11.5, highest: 14.0 });

    // Both ways. Servers in other languages open the call with their first answer. So the message
    // that they answer has to be in the stream before this `await`, or each waits for the other.
    let (sender, receiver) = mpsc::channel(1);
    sender.send(Reading { celsius: 13.5 }).await?;
    let mut warnings = client.warn(ReceiverStream::new(receiver)).await?.into_inner();
    let warning = warnings.message().await?.unwrap_or_default();
    println!("while the request is still open: {}", warning.message);
    assert_eq!(warning.message, "13.5 is too warm");
    drop(sender); // The end of the requests, and so of the answers.
    assert_eq!(warnings.message().await?, None);
    Ok(())
}
