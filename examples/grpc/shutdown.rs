//! Stop a server without losing a call.
//!
//! Why you would: every new version begins with stopping the old one. A server that just exits cuts
//! off its callers, and one that waits for all of them may never exit.
//!
//! ```console
//! $ cargo run --example grpc_shutdown
//! health: NOT_SERVING
//! new connection: refused
//! short stream: 11.5 12.0 11.0 13.5 11.5, OK
//! endless stream: UNAVAILABLE, the server is stopping: call another, or this one later
//! stopped; 1 call was cut off
//! ```

use std::time::Duration;

use grpc_demo::{
    cellar::{WatchRequest, thermometer_client::ThermometerClient},
    code_name,
    production::server::{self, Settings},
    services,
};
use tokio::{net::TcpStream, sync::oneshot, time::sleep};
use tonic::transport::Endpoint;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let incoming = server::listen("127.0.0.1:0".parse()?)?;
    let address = incoming.local_addr()?;

    // The other examples drop their server; this one is asked to stop, and ends its calls. tonic's
    // serve_with_incoming_shutdown would wait for them, forever if need be. `lame_duck` is the time
    // that your balancer needs to notice, and `drain` that of the calls. Both together are shorter
    // than the time until SIGKILL, which in Kubernetes is 30 s.
    let settings = Settings {
        lame_duck: Duration::from_millis(50),
        drain: Duration::from_secs(1),
        ..Settings::default()
    };
    // In a server of its own this is `server::stop_signal()?`: Ctrl-C and SIGTERM.
    let (stop, stopped) = oneshot::channel::<()>();
    let server = services::server(settings)?.serve(incoming, async { drop(stopped.await) });
    let server = tokio::spawn(server);

    let channel = Endpoint::from_shared(format!("http://{address}"))?.connect().await?;
    let mut health =
        HealthClient::new(channel.clone()).watch(HealthCheckRequest::default()).await?.into_inner();
    health.message().await?;
    let mut cellar = ThermometerClient::new(channel);
    let short = WatchRequest { count: 5, interval_ms: 60 };
    let mut short = cellar.watch(short).await?.into_inner();
    let endless = WatchRequest { count: 0, interval_ms: 60 };
    let mut endless = cellar.watch(endless).await?.into_inner();

    drop(stop);

    // First the balancers learn of it, while calls are still taken.
    let state = health.message().await?.map_or("gone", |state| state.status().as_str_name());
    println!("health: {state}");
    assert_eq!(state, "NOT_SERVING");

    // Then no new connections are taken, and no new calls on the open ones.
    while TcpStream::connect(address).await.is_ok() {
        sleep(Duration::from_millis(5)).await;
    }
    println!("new connection: refused");

    // A call in flight ends as if nothing had happened.
    let mut readings = String::new();
    while let Some(reading) = short.message().await? {
        readings += &format!(" {:?}", reading.celsius);
    }
    println!("short stream:{readings}, OK");
    assert_eq!(readings, " 11.5 12.0 11.0 13.5 11.5");

    // One that does not end is ended, by a status that tells its caller to go elsewhere.
    let status = loop {
        if let Err(status) = endless.message().await {
            break status;
        }
    };
    println!("endless stream: {}, {}", code_name(status.code()), status.message());
    assert_eq!(code_name(status.code()), "UNAVAILABLE");

    let stopped = server.await??;
    println!("stopped; {} call was cut off", stopped.calls_cut);
    assert_eq!(stopped.calls_cut, 1);
    Ok(())
}
