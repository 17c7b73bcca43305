//! Detect a connection whose other end is gone, with keepalive.
//!
//! Why you would: a peer that lost its power or its network sends no goodbye, and a firewall
//! forgets connections that are idle. Without keepalive a call waits for what cannot come.
//!
//! ```console
//! $ cargo run --example grpc_keepalive
//! with keepalive: reading 11.5, then Unknown
//! without: reading 11.5, then still waiting after 3s
//! ```

use std::{future::pending, time::Duration};

use grpc_demo::{
    cellar::{
        Reading, WatchRequest, thermometer_client::ThermometerClient,
        thermometer_server::ThermometerServer,
    },
    services::ThermometerService,
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinSet,
    time::timeout,
};
use tonic::{
    Code, Status, Streaming,
    transport::{Channel, Server, server::TcpIncoming},
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let server = incoming.local_addr()?;
    let mut servers = JoinSet::new();
    // A server has the same problem with its callers, and has `http2_keepalive_interval` for it.
    let router = Server::builder().add_service(ThermometerServer::new(ThermometerService));
    servers.spawn(router.serve_with_incoming(incoming));

    // The network: it forwards bytes, until the cable is cut. Then both connections stay open,
    // and nothing passes: no byte, and no FIN.
    let network = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = Channel::from_shared(format!("http://{}", network.local_addr()?))?;
    static CUT: Notify = Notify::const_new();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = network.accept().await {
            tokio::spawn(async move {
                let mut server = TcpStream::connect(server).await?;
                tokio::select! {
                    ended = copy_bidirectional(&mut client, &mut server) => ended.map(drop),
                    () = CUT.notified() => pending().await,
                }
            });
        }
    });

    // A PING when nothing came for a while, and the end when nothing answers it. Servers in other
    // languages close a connection with more PINGs than they allow ("Too many pings"): by default,
    // one in five minutes.
    let careful = endpoint.clone().http2_keep_alive_interval(Duration::from_millis(200));
    let careful = careful.keep_alive_timeout(Duration::from_secs(1));
    // The channels are kept: a connection whose channel was dropped counts as idle, even while a
    // stream is open, and gets no PING.
    let channels = [careful.connect().await?, endpoint.connect().await?];
    let mut careful = watch(&channels[0]).await?;
    let mut careless = watch(&channels[1]).await?;

    // The specification's code is UNAVAILABLE. tonic 0.14 gives it until the answer has begun: a
    // stream that breaks off ends with UNKNOWN.
    CUT.notify_waiters();
    let patience = Duration::from_secs(3);
    let status = timeout(patience, careful.message()).await?.unwrap_err();
    println!("with keepalive: reading 11.5, then {:?}", status.code());
    assert_eq!(status.code(), Code::Unknown);

    // It would wait forever: TCP notices only that what it sends is not acknowledged.
    assert!(timeout(patience, careless.message()).await.is_err());
    println!("without: reading 11.5, then still waiting after {patience:?}");
    Ok(())
}

/// A stream that has begun, and whose second reading is a minute away.
async fn watch(channel: &Channel) -> Result<Streaming<Reading>, Status> {
    let request = WatchRequest { count: 2, interval_ms: 60_000 };
    let mut readings = ThermometerClient::new(channel.clone()).watch(request).await?.into_inner();
    assert_eq!(readings.message().await?, Some(Reading { celsius: 11.5 }));
    Ok(readings)
}
