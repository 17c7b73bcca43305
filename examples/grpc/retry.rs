//! Make a call again when it failed, if that is safe.
//!
//! Why you would: a server restarts, a connection breaks, and the next attempt goes through. But a
//! retry may do the work twice, and retries by all callers at once keep a struggling server down.
//!
//! ```console
//! $ cargo run --example grpc_retry
//! idempotent: "Hello, Ferris!" after 3 attempts
//! not idempotent: Unavailable after 1 attempt
//! budget: 100 calls to a failing server made 110 attempts
//! ```

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use grpc_demo::{
    hello::{
        HelloReply, HelloRequest,
        greeter_client::GreeterClient,
        greeter_server::{Greeter, GreeterServer},
    },
    production::{
        deadline::DeadlineLayer,
        retry::{RetryLayer, RetryPolicy},
    },
};
use tokio::task::JoinSet;
use tonic::{
    Code, Request, Response, Status,
    transport::{Endpoint, Server, server::TcpIncoming},
};
use tower::Layer;

/// Fails as often as it is told to, and counts.
#[derive(Clone, Default)]
struct Flaky {
    failures: Arc<AtomicU32>,
    attempts: Arc<AtomicU32>,
}

#[tonic::async_trait]
impl Greeter for Flaky {
    async fn say_hello(&self, call: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        self.attempts.fetch_add(1, Relaxed);
        let failures = self.failures.load(Relaxed);
        if failures > 0 {
            self.failures.store(failures - 1, Relaxed);
            // Only this code is tried again. RESOURCE_EXHAUSTED, say, asks callers for less.
            return Err(Status::unavailable("restarting"));
        }
        let message = format!("Hello, {}!", call.into_inner().name);
        Ok(Response::new(HelloReply { message }))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let endpoint = Endpoint::from_shared(format!("http://{}", incoming.local_addr()?))?;
    let flaky = Flaky::default();
    let server = Server::builder().add_service(GreeterServer::new(flaky.clone()));
    let mut servers = JoinSet::new();
    servers.spawn(server.serve_with_incoming(incoming));
    let channel = endpoint.connect().await?;
    let hello = || HelloRequest { name: "Ferris".into() };
    let connect = |policy| {
        let retries = RetryLayer::new(policy).layer(channel.clone());
        // Around the retries, so that it is one deadline for all attempts together.
        let deadlines = DeadlineLayer::new().default_timeout(Duration::from_secs(10));
        GreeterClient::new(deadlines.layer(retries))
    };

    // Greeting twice does no harm: the method is named as idempotent.
    let mut client = connect(RetryPolicy::new(["hello.Greeter/SayHello"]));
    flaky.failures.store(2, Relaxed);
    let reply = client.say_hello(hello()).await?.into_inner();
    let attempts = flaky.attempts.swap(0, Relaxed);
    println!("idempotent: {:?} after {attempts} attempts", reply.message);
    assert_eq!(attempts, 3);

    // A payment is not: the server may have made it before it failed. So no method is retried by default.
    let mut client = connect(RetryPolicy::default());
    flaky.failures.store(1, Relaxed);
    let status = client.say_hello(hello()).await.unwrap_err();
    let attempts = flaky.attempts.swap(0, Relaxed);
    println!("not idempotent: {:?} after {attempts} attempt", status.code());
    assert_eq!((status.code(), attempts), (Code::Unavailable, 1));

    // Without a budget the server, once down, would get four times the calls. With this one it is
    // a fifth of those that went well: 50 here.
    let policy = RetryPolicy::new(["hello.Greeter"]).budget(0, 0.2);
    let mut client = connect(policy.backoff(Duration::from_millis(1), Duration::from_millis(10)));
    for _ in 0..50 {
        client.say_hello(hello()).await?;
    }
    flaky.attempts.store(0, Relaxed);
    flaky.failures.store(u32::MAX, Relaxed);
    for _ in 0..100 {
        assert!(client.say_hello(hello()).await.is_err());
    }
    let attempts = flaky.attempts.load(Relaxed);
    println!("budget: 100 calls to a failing server made {attempts} attempts");
    assert_eq!(attempts, 110);
    Ok(())
}
