//! A server whose places are all taken by calls that do not end.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use grpc_demo::{Client, production::server::Settings};
use tonic::{Code, transport::Endpoint};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use super::http2::{
    DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, Peer, SETTINGS_INITIAL_WINDOW_SIZE, call,
    frame, setting, streams,
};
use crate::support::served::Served;

const LIMIT: Duration = Duration::from_secs(60);

/// New calls are refused at once, with a status that gives the reason; the health service reports
/// that the server is alive; and when places are free again, calls are answered again.
pub async fn refuses_and_recovers() -> Result<(), String> {
    let server = Served::start()?;
    let address = server.url.trim_start_matches("http://").parse();
    let address: SocketAddr = address.map_err(|error| format!("{}: {error}", server.url))?;
    let mut client = Client::connect(&server.url).await.map_err(|error| error.to_string())?;

    let Settings { max_in_flight, max_concurrent_streams, .. } = Settings::default();
    let connections = max_in_flight.div_ceil(max_concurrent_streams as usize);
    let peers = (0..connections).map(|_| watch(address, max_concurrent_streams));
    let peers = peers.collect::<Result<Vec<_>, _>>()?;

    match client.say_hello("Ferris").await {
        Err(status) if status.code() == Code::ResourceExhausted => {}
        other => return Err(format!("there is a place still, or no word of it: {other:?}")),
    }
    let endpoint = Endpoint::from_shared(server.url.clone()).map_err(|error| error.to_string())?;
    let request = HealthCheckRequest { service: "hello.Greeter".into() };
    let health = HealthClient::new(endpoint.connect_lazy()).check(request).await;
    let health = health.map_err(|status| format!("health is refused: {status}"))?.into_inner();
    if health.status() != ServingStatus::Serving {
        return Err(format!("the server is busy, and not ill: {health:?}"));
    }

    drop(peers);
    let start = Instant::now();
    while let Err(status) = client.say_hello("Ferris").await {
        if status.code() != Code::ResourceExhausted || start.elapsed() > LIMIT {
            return Err(format!("the places are free, and it says {status}"));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(client);
    #[cfg(unix)]
    server.stop()?;
    Ok(())
}

/// A connection with `count` endless answers, which it does not read.
fn watch(address: SocketAddr, count: u32) -> Result<Peer, String> {
    let mut peer = Peer::greet(address, &setting(SETTINGS_INITIAL_WINDOW_SIZE, 0))?;
    for stream in streams(count) {
        peer.send(&frame(HEADERS, END_HEADERS, stream, &call("/cellar.Thermometer/Watch")));
        peer.send(&frame(DATA, END_STREAM, stream, &[0; 5]));
    }
    for _ in streams(count) {
        match peer.find(|frame| matches!(frame.kind, HEADERS | GOAWAY))? {
            Some(frame) if frame.kind == HEADERS && frame.flags & END_STREAM == 0 => {}
            other => return Err(format!("a call was not begun: {other:?}")),
        }
    }
    Ok(peer)
}
