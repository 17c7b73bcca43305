//! Notice that the other end is gone when nothing says so.
//!
//! Why you would: a peer that lost its power or its network sends no goodbye, and a firewall
//! forgets connections that are idle. Without keepalive a call waits for what cannot come.
//!
//! ```console
//! $ cargo run --example grpc_keepalive
//! with keepalive: reading 11.5, then UNKNOWN
//! without: reading 11.5, then still waiting after 2s
//! ```

use std::{future::pending, time::Duration};

use grpc_demo::{
    cellar::{
        Reading, WatchRequest, thermometer_client::ThermometerClient,
        thermometer_server::ThermometerServer,
    },
    code_name,
    services::ThermometerService,
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::timeout,
};
use tonic::{
    Streaming,
    transport::{Channel, Server, server::TcpIncoming},
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let server = incoming.local_addr()?;
    // A server has the same problem with its callers, and the same two settings against it.
    let router = Server::builder()
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .http2_keepalive_timeout(Some(Duration::from_secs(10)))
        .add_service(ThermometerServer::new(ThermometerService));
    tokio::spawn(router.serve_with_incoming(incoming));

    // The network: it forwards bytes, until the cable is cut. Then both connections stay open,
    // and nothing passes: no byte, and no FIN.
    let network = TcpListener::bind("127.0.0.1:0").await?;
    let uri = format!("http://{}", network.local_addr()?);
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

    // A PING when nothing came for a while, and the end when nothing answers it. In earnest take
    // some ten seconds for both: servers close connections of peers that ping all the time.
    let endpoint = Channel::from_shared(uri)?;
    let careful = endpoint
        .clone()
        .http2_keep_alive_interval(Duration::from_millis(200))
        .keep_alive_timeout(Duration::from_millis(500));
    // The channels are kept: a connection whose channel was dropped counts as idle, though a stream
    // still goes on, and is not asked.
    let channels = [careful.connect().await?, endpoint.connect().await?];
    let mut careful = watch(&channels[0]).await?;
    let mut careless = watch(&channels[1]).await?;

    // The specification has UNAVAILABLE for a lost connection. So has tonic 0.14, but only until
    // the answer has begun: a stream that breaks off ends with UNKNOWN.
    CUT.notify_waiters();
    let patience = Duration::from_secs(2);
    let status = timeout(patience, careful.message()).await?.unwrap_err();
    println!("with keepalive: reading 11.5, then {}", code_name(status.code()));
    assert_eq!(code_name(status.code()), "UNKNOWN");

    // It would wait for ever: TCP notices only what it sends and nobody acknowledges.
    assert!(timeout(patience, careless.message()).await.is_err());
    println!("without: reading 11.5, then still waiting after {patience:?}");
    Ok(())
}

/// A stream that has begun, and whose second reading is a minute away.
async fn watch(channel: &Channel) -> Result<Streaming<Reading>, tonic::Status> {
    let request = WatchRequest { count: 2, interval_ms: 60_000 };
    let mut readings = ThermometerClient::new(channel.clone()).watch(request).await?.into_inner();
    assert_eq!(readings.message().await?, Some(Reading { celsius: 11.5 }));
    Ok(readings)
}
