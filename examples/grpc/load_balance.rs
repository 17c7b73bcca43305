//! Spread calls over several servers, while some join and leave.
//!
//! Why you would: one server is not enough, or must not be the only one. A proxy in front of them
//! does the same; a client that balances saves the hop.
//!
//! ```console
//! $ cargo run --example grpc_load_balance
//! a, b and c serve: {"a": 100, "b": 100, "c": 100}
//! a is about to stop: {"b": 150, "c": 150}
//! d joins: {"b": 100, "c": 100, "d": 100}
//! ```

use std::{collections::BTreeMap, time::Duration};

use grpc_demo::{
    hello::{
        HelloReply, HelloRequest,
        greeter_client::GreeterClient,
        greeter_server::{Greeter, GreeterServer},
    },
    production::{
        balance::{Balance, Settings, State},
        retry::{RetryLayer, RetryPolicy},
    },
};
use tokio::{task::JoinSet, time::sleep};
use tonic::{
    Request, Response, Status,
    transport::{Endpoint, Server, server::TcpIncoming},
};
use tonic_health::{ServingStatus, server::health_reporter};
use tower::Layer;

struct Named(&'static str);
#[tonic::async_trait]
impl Greeter for Named {
    async fn say_hello(&self, _: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        Ok(Response::new(HelloReply { message: self.0.into() }))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut servers = JoinSet::new();
    let mut started = Vec::new();
    for name in ["a", "b", "c", "d"] {
        let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
        let uri = format!("http://{}", incoming.local_addr()?);
        let (reporter, health) = health_reporter();
        let greeter = GreeterServer::new(Named(name));
        let server = Server::builder().add_service(health).add_service(greeter);
        servers.spawn(server.serve_with_incoming(incoming));
        started.push((Endpoint::from_shared(uri)?, reporter));
    }

    let balance = Balance::new(Settings::default());
    // Without the retries, the calls that a killed server has in hand would fail.
    let retries = RetryLayer::new(RetryPolicy::new(["hello.Greeter/SayHello"]));
    let client = GreeterClient::new(retries.layer(balance.clone()));
    let call = async |what: &str, expected: &str| {
        let mut replies = BTreeMap::<String, u32>::new();
        for _ in 0..300 {
            let reply = client.clone().say_hello(HelloRequest::default()).await?;
            *replies.entry(reply.into_inner().message).or_default() += 1;
        }
        println!("{what}: {replies:?}");
        assert_eq!(format!("{replies:?}"), expected);
        anyhow::Ok(())
    };

    for (endpoint, _) in &started[..3] {
        balance.add(endpoint.clone());
    }
    balance.ready(3).await;
    call("a, b and c serve", r#"{"a": 100, "b": 100, "c": 100}"#).await?;

    // The balancer watches the health of each server. One that stops says so before it does.
    started[0].1.set_service_status("", ServingStatus::NotServing).await;
    let heard = async {
        while balance.servers()[0].1 == State::Ready {
            sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), heard).await?;
    call("a is about to stop", r#"{"b": 150, "c": 150}"#).await?;

    balance.add(started[3].0.clone());
    balance.ready(3).await;
    call("d joins", r#"{"b": 100, "c": 100, "d": 100}"#).await
}
