//! Retry a call that failed, if that is safe.
//!
//! Why you would: a server restarts, a connection breaks, and the next attempt goes through. But a
//! retry may do the work twice, and retries by all callers at once keep a struggling server down.
//!
//! ```console
//! $ cargo run --example grpc_retry
//! idempotent: OK after 3 attempts
//! not idempotent: Unavailable after 1 attempt
//! budget: 100 calls to a failing server made 110 attempts
//! ```

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use grpc_demo::{
    hello::{
        HelloReply, HelloRequest,
        greeter_client::GreeterClient,
        greeter_server::{Greeter, GreeterServer},
    },
    production::retry::{RetryLayer, RetryPolicy},
};
use tokio::task::JoinSet;
use tonic::{
    Code, Request, Response, Status,
    transport::{Endpoint, Server, server::TcpIncoming},
};
use tower::Layer;

static FAILURES: AtomicU32 = AtomicU32::new(0); // The failures still to come.
static ATTEMPTS: AtomicU32 = AtomicU32::new(0);

struct Flaky;

#[tonic::async_trait]
impl Greeter for Flaky {
    async fn say_hello(&self, _: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        ATTEMPTS.fetch_add(1, Relaxed);
        match FAILURES.try_update(Relaxed, Relaxed, |failures| failures.checked_sub(1)) {
            // Only this code is tried again. RESOURCE_EXHAUSTED, say, asks callers for less.
            Ok(_) => Err(Status::unavailable("restarting")),
            Err(_) => Ok(Response::new(HelloReply { message: "Hello!".into() })),
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let mut servers = JoinSet::new();
    let server = Server::builder().add_service(GreeterServer::new(Flaky));
    servers.spawn(server.serve_with_incoming(incoming));
    let channel = Endpoint::from_shared(uri)?.connect().await?;
    // A DeadlineLayer goes around this, so that all attempts together have one deadline.
    let connect = |policy| GreeterClient::new(RetryLayer::new(policy).layer(channel.clone()));

    // Greeting twice does no harm: the method is named as idempotent.
    let mut client = connect(RetryPolicy::new(["hello.Greeter/SayHello"]));
    FAILURES.store(2, Relaxed);
    client.say_hello(HelloRequest::default()).await?;
    let attempts = ATTEMPTS.swap(0, Relaxed);
    println!("idempotent: OK after {attempts} attempts");
    assert_eq!(attempts, 3);

    // A payment is not: it may be made before the server fails. So by default no method is retried.
    let mut client = connect(RetryPolicy::default());
    FAILURES.store(1, Relaxed);
    let status = client.say_hello(HelloRequest::default()).await.unwrap_err();
    let attempts = ATTEMPTS.swap(0, Relaxed);
    println!("not idempotent: {:?} after {attempts} attempt", status.code());
    assert_eq!((status.code(), attempts), (Code::Unavailable, 1));

    // Without a budget a server that is down would get four times the calls. With this one, 100
    // failing calls may be retried 10 times: a fifth of the 50 that went well before.
    let mut client = connect(RetryPolicy::new(["hello.Greeter"]).budget(0, 0.2));
    for _ in 0..50 {
        client.say_hello(HelloRequest::default()).await?;
    }
    ATTEMPTS.store(0, Relaxed);
    FAILURES.store(u32::MAX, Relaxed);
    for _ in 0..100 {
        assert!(client.say_hello(HelloRequest::default()).await.is_err());
    }
    let attempts = ATTEMPTS.load(Relaxed);
    println!("budget: 100 calls to a failing server made {attempts} attempts");
    assert_eq!(attempts, 110);
    Ok(())
}
