//! Ask a server whether it is well, as a whole and by service, and watch that change.
//!
//! Why you would: a load balancer stops sending calls to a service that cannot answer them, and
//! Kubernetes restarts a server that does not answer. Neither has to know what it serves.
//!
//! ```console
//! $ cargo run --example grpc_health
//! "": SERVING
//! "hello.Greeter": SERVING
//! "no.Such": NOT_FOUND
//! watching "hello.Greeter": SERVING
//! watching "hello.Greeter": NOT_SERVING
//! "": SERVING
//! ```

use grpc_demo::{code_name, hello::greeter_server::GreeterServer, services::GreeterService};
use tokio::task::JoinSet;
use tonic::transport::{Channel, Server, server::TcpIncoming};
use tonic_health::{
    pb::{HealthCheckRequest, health_client::HealthClient},
    server::health_reporter,
};

async fn check(channel: &Channel, service: &str) -> &'static str {
    let request = HealthCheckRequest { service: service.into() };
    let answer = match HealthClient::new(channel.clone()).check(request).await {
        Ok(response) => response.into_inner().status().as_str_name(),
        Err(status) => code_name(status.code()),
    };
    println!("{service:?}: {answer}");
    answer
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // tonic-health has the service, and the reporter tells it what to answer. Any part of a program
    // may keep a clone: the one that loses the database reports it.
    let (reporter, health_service) = health_reporter();
    reporter.set_serving::<GreeterServer<GreeterService>>().await;

    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let mut servers = JoinSet::new();
    let server = Server::builder().add_service(GreeterServer::new(GreeterService));
    servers.spawn(server.add_service(health_service).serve_with_incoming(incoming));

    // "" is the server as a whole: what a probe of Kubernetes asks for. A name that was never
    // reported is NOT_FOUND, which says nothing about its health: report every service you serve.
    let channel = Channel::from_shared(uri)?.connect().await?;
    assert_eq!(check(&channel, "").await, "SERVING");
    assert_eq!(check(&channel, "hello.Greeter").await, "SERVING");
    assert_eq!(check(&channel, "no.Such").await, "NOT_FOUND");

    // A stream that answers at once, and then whenever the answer changes.
    let request = HealthCheckRequest { service: "hello.Greeter".into() };
    let mut changes = HealthClient::new(channel.clone()).watch(request).await?.into_inner();
    let mut seen = Vec::new();
    while let Some(change) = changes.message().await? {
        seen.push(change.status().as_str_name());
        println!("watching {:?}: {}", "hello.Greeter", change.status().as_str_name());
        match seen.len() {
            1 => reporter.set_not_serving::<GreeterServer<GreeterService>>().await,
            _ => break,
        }
    }
    assert_eq!(seen, ["SERVING", "NOT_SERVING"]);

    // One service is down, and not the server: restarting it would interrupt the others as well.
    // Before a server stops, it is up to you to report NOT_SERVING for "" too: see grpc_shutdown.
    assert_eq!(check(&channel, "").await, "SERVING");
    Ok(())
}
