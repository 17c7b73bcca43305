//! Spread calls over several servers, and lose none when one is killed.
//!
//! Why you would: one server is not enough, or must not be the only one. A proxy in front of them
//! does the same; a client that balances saves the hop.
//!
//! ```console
//! $ cargo run --example grpc_load_balance
//! 300 calls: {"a": 100, "b": 100, "c": 100}
//! a is killed under load: 0 of 1000 calls failed
//! d joins, 300 calls: {"b": 100, "c": 100, "d": 100}
//! ```

use std::{collections::BTreeMap, io, time::Duration};

use grpc_demo::{
    hello::{
        HelloReply, HelloRequest,
        greeter_client::GreeterClient,
        greeter_server::{Greeter, GreeterServer},
    },
    production::{
        balance::{Balance, Settings},
        deadline::{DeadlineLayer, Deadlines},
        retry::{Retries, RetryLayer, RetryPolicy},
    },
};
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinSet,
};
use tonic::{
    Request, Response, Status,
    transport::{Endpoint, Server, server::TcpIncoming},
};
use tower::ServiceBuilder;

struct Named(&'static str);

#[tonic::async_trait]
impl Greeter for Named {
    async fn say_hello(&self, _: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        Ok(Response::new(HelloReply { message: self.0.into() }))
    }
}

/// A server in a runtime of its own, so that it can be killed: then all of it is gone at once, in
/// the middle of its calls.
fn start(name: &'static str) -> io::Result<(Endpoint, Runtime)> {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let _inside = runtime.enter();
    let incoming = TcpIncoming::bind(([127, 0, 0, 1], 0).into())?.with_nodelay(Some(true));
    let endpoint = Endpoint::from_shared(format!("http://{}", incoming.local_addr()?));
    runtime.spawn(async move {
        let (health, health_service) = tonic_health::server::health_reporter();
        health.set_serving::<GreeterServer<Named>>().await;
        let greeter = GreeterServer::new(Named(name));
        let server = Server::builder().add_service(health_service).add_service(greeter);
        server.serve_with_incoming(incoming).await
    });
    Ok((endpoint.map_err(io::Error::other)?, runtime))
}

type Client = GreeterClient<Deadlines<Retries<Balance>>>;

/// Makes `count` calls, 50 at a time, and counts the replies of each server, and the failures.
/// With the 400th, `victim` is killed.
async fn call(client: &Client, count: usize, mut victim: Option<Runtime>) -> BTreeMap<String, u32> {
    let mut calls = JoinSet::new();
    let mut outcomes = BTreeMap::new();
    for made in 0..count + 50 {
        if made < count {
            let mut client = client.clone();
            calls.spawn(async move { client.say_hello(HelloRequest::default()).await });
        }
        if made == 400
            && let Some(victim) = victim.take()
        {
            victim.shutdown_background();
        }
        if made >= 50
            && let Some(Ok(result)) = calls.join_next().await
        {
            let outcome = result.map_or("failed".into(), |reply| reply.into_inner().message);
            *outcomes.entry(outcome).or_default() += 1;
        }
    }
    outcomes
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let balance = Balance::new(Settings { service: "hello.Greeter".into(), ..Default::default() });
    // Without the retries, the calls that a killed server has in hand would fail: a dozen or so.
    let channel = ServiceBuilder::new()
        .layer(DeadlineLayer::new().default_timeout(Duration::from_secs(10)))
        .layer(RetryLayer::new(RetryPolicy::new(["hello.Greeter/SayHello"])))
        .service(balance.clone());
    let client = GreeterClient::new(channel);

    let ((a, a_server), (b, b_server), (c, c_server)) = (start("a")?, start("b")?, start("c")?);
    [a, b, c].into_iter().for_each(|endpoint| balance.add(endpoint));
    balance.ready(3).await;
    let replies = call(&client, 300, None).await;
    println!("300 calls: {replies:?}");
    assert_eq!(replies, [("a", 100), ("b", 100), ("c", 100)].map(|(n, c)| (n.into(), c)).into());

    let replies = call(&client, 1000, Some(a_server)).await;
    let failed = replies.get("failed").unwrap_or(&0);
    println!("a is killed under load: {failed} of 1000 calls failed");
    assert_eq!((*failed, replies.values().sum()), (0, 1000));

    let (d, d_server) = start("d")?;
    balance.add(d);
    balance.ready(3).await;
    let replies = call(&client, 300, None).await;
    println!("d joins, 300 calls: {replies:?}");
    assert_eq!(replies, [("b", 100), ("c", 100), ("d", 100)].map(|(n, c)| (n.into(), c)).into());

    // A runtime must not be dropped where others wait.
    [b_server, c_server, d_server].into_iter().for_each(Runtime::shutdown_background);
    Ok(())
}
