//! Bound how many calls a server takes at once, from one client and from all.
//!
//! Why you would: what is not bounded, one caller can use up. A server that refuses some calls at
//! once answers the others in time; one that queues them all answers none in time.
//!
//! ```console
//! $ cargo run --example grpc_limits
//! third call, same connection: waits for its turn
//! third call, other connection: RESOURCE_EXHAUSTED
//! after that: OK OK OK
//! ```

use std::time::Duration;

use grpc_demo::{
    cellar::{
        Reading, thermometer_client::ThermometerClient, thermometer_server::ThermometerServer,
    },
    code_name,
    services::ThermometerService,
};
use tokio::{
    sync::mpsc,
    task::{JoinHandle, JoinSet},
    time::timeout,
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{
    Status,
    transport::{Channel, Server, server::TcpIncoming},
};
use tower::{limit::GlobalConcurrencyLimitLayer, load_shed::LoadShedLayer};

const READING: Reading = Reading { celsius: 12.0 };

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let endpoint = Channel::from_shared(format!("http://{}", incoming.local_addr()?))?;
    let mut servers = JoinSet::new();
    let server = Server::builder()
        // tonic sets no limit: each connection may then have as many calls as it likes.
        .max_concurrent_streams(2)
        // Over all connections. The first layer refuses what the second has no place for; without
        // it, calls would queue up. A place is free again when the answer *begins*: streams of
        // answers are not counted (by `production::server` they are).
        .layer(LoadShedLayer::new())
        .layer(GlobalConcurrencyLimitLayer::new(2))
        .add_service(ThermometerServer::new(ThermometerService));
    servers.spawn(server.serve_with_incoming(incoming));
    let channel = endpoint.connect().await?;
    // The limit reaches the client with the server's settings: after a call it certainly has them.
    ThermometerClient::new(channel.clone()).record(tokio_stream::iter([READING])).await?;

    // With two calls under way on one connection, its client holds back the third. A second reading
    // has room once the first was taken, which is when the call is under way.
    let (first, first_outcome) = record(&channel);
    let (second, second_outcome) = record(&channel);
    for call in [&first, &second] {
        call.send(READING).await?;
        call.send(READING).await?;
    }
    let (third, mut third_outcome) = record(&channel);
    third.send(READING).await?;
    assert!(timeout(Duration::from_millis(200), &mut third_outcome).await.is_err());
    println!("third call, same connection: waits for its turn");

    // Another connection has streams to spare, but the server has no place: it refuses at once.
    let (_readings, refused) = record(&endpoint.connect().await?);
    let status = refused.await?.unwrap_err();
    println!("third call, other connection: {}", code_name(status.code()));
    assert_eq!(code_name(status.code()), "RESOURCE_EXHAUSTED");

    drop((first, second, third));
    let counts = [first_outcome.await??, second_outcome.await??, third_outcome.await??];
    assert_eq!(counts, [2, 2, 1]);
    println!("after that: OK OK OK");
    Ok(())
}

/// A call that is answered, with the number of readings, when the sender of them is dropped.
fn record(channel: &Channel) -> (mpsc::Sender<Reading>, JoinHandle<Result<u32, Status>>) {
    let mut client = ThermometerClient::new(channel.clone());
    let (sender, readings) = mpsc::channel(1);
    let outcome = tokio::spawn(async move {
        Ok(client.record(ReceiverStream::new(readings)).await?.into_inner().count)
    });
    (sender, outcome)
}
