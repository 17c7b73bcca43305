//! Kills a server behind a proxy, and checks its calls.

use std::{env, future::poll_fn, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use grpc_demo::{
    cellar::{WatchRequest, thermometer_client::ThermometerClient},
    crossing::{AddRequest, crossing_client::CrossingClient},
    hello::{HelloRequest, greeter_client::GreeterClient},
    production::retry::{RetryLayer, RetryPolicy},
};
use libtest_mimic::Failed;
use tokio::{sync::Semaphore, task::JoinSet, time::timeout};
use tonic::{Code, Status, body::Body, codegen::http, transport::Channel};
use tower::{Layer, Service};

use super::{
    program::{Kind, Proxy},
    support::{process::Process, served::polyglot},
};

const LIMIT: Duration = Duration::from_secs(60);

/// The message in both configuration files.
const NO_SERVER: &str = "no greeter can be reached";

/// The name of nginx's group of servers.
const UPSTREAM: &str = "greeters";

/// A server in a process of its own. Dropping it kills it, as SIGKILL does.
struct Server {
    address: SocketAddr,
    process: Process,
}

impl Server {
    fn start() -> Result<Self, String> {
        let mut command = polyglot(["serve", "--addr", "127.0.0.1:0", "--host", UPSTREAM]);
        // Runs outside the sources: there it would first update the page, which this test does not
        // need.
        command.current_dir(env::temp_dir()).env_remove("CARGO_MANIFEST_DIR");
        let mut process = Process::spawn(&mut command)?;
        let line = process.wait_for_line("http://", LIMIT)?;
        let url = line.split_whitespace().next().unwrap_or_default();
        let address = url.trim_start_matches("http://").parse();
        Ok(Self { address: address.map_err(|error| format!("{url}: {error}"))?, process })
    }
}

/// Runs `test` against a proxy with three servers.
fn behind(
    kind: Kind,
    program: &Path,
    test: impl AsyncFnOnce(Channel, [Server; 3]) -> Result<(), Failed>,
) -> Result<(), Failed> {
    let servers = [Server::start()?, Server::start()?, Server::start()?];
    let proxy = Proxy::start(kind, program, servers.each_ref().map(|server| server.address))?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(async { test(proxy.connect().await?, servers).await })
}

async fn greet(channel: Channel) -> Result<(), Status> {
    let request = HelloRequest { name: "Ferris".into() };
    GreeterClient::new(channel).say_hello(request).await.map(drop)
}

async fn add(channel: Channel) -> Result<(), Status> {
    CrossingClient::new(channel).add(AddRequest { a: 2, b: 3 }).await.map(drop)
}

/// Kills a server that has not answered yet: a call that the proxy may repeat still succeeds, and
/// any other one fails with UNAVAILABLE. nginx repeats none.
pub fn in_flight(kind: Kind, program: &Path) -> Result<(), Failed> {
    behind(kind, program, async |channel, servers| {
        let [a, b, _c] = servers;
        let failed = kill(a, || greet(channel.clone())).await?;
        if kind == Kind::Haproxy {
            assert_eq!(failed, [], "SayHello is among what HAProxy repeats");
        } else {
            assert_unavailable(&failed);
        }

        assert_unavailable(&kill(b, || add(channel.clone())).await?);
        Ok(())
    })
}

/// Pauses `server` while calls are made, kills it with the calls in flight that it has received, and
/// returns the codes of the failed ones. All other calls have to succeed, before and after.
async fn kill<C>(server: Server, call: impl Fn() -> C) -> Result<Vec<Code>, Failed>
where
    C: Future<Output = Result<(), Status>> + Send + 'static,
{
    // The paused process keeps its connections, and data sent on them counts as received. A new
    // connection would not do: HAProxy gives up connecting when it gets no answer, and chooses
    // another server.
    for _ in 0..12 {
        call().await?;
    }
    server.process.signal("STOP")?;
    let mut calls: JoinSet<_> = (0..30).map(|_| call()).collect();
    // Each answered call may be followed by another one; when none is answered, the rest is stuck,
    // or slow.
    while let Ok(Some(outcome)) = timeout(Duration::from_secs(1), calls.join_next()).await {
        outcome??;
    }
    assert!(!calls.is_empty(), "the stopped server got no call");

    drop(server);
    let mut failed = Vec::new();
    while let Some(outcome) = calls.join_next().await {
        failed.extend(outcome?.err().map(|status| status.code()));
    }
    for _ in 0..30 {
        call().await?;
    }
    Ok(failed)
}

fn assert_unavailable(failed: &[Code]) {
    assert!(!failed.is_empty(), "no call failed, although its server was killed");
    assert!(failed.iter().all(|code| *code == Code::Unavailable), "{failed:?}");
}

/// A client that retries loses no call whose response had not begun. A call whose response had
/// begun fails with an error: it does not pass for a complete reply.
pub fn load(kind: Kind, program: &Path) -> Result<(), Failed> {
    behind(kind, program, async |channel, [victim, _b, _c]| {
        let retry = RetryLayer::new(RetryPolicy::new(["hello.Greeter/SayHello"]));
        let client = GreeterClient::new(retry.layer(channel));
        let call = || {
            let mut client = client.clone();
            let request = HelloRequest { name: "Ferris".into() };
            async move { client.say_hello(request).await.map(drop) }
        };
        let failed = under_load(call, || {
            drop(victim);
            Ok(())
        })
        .await?;
        assert!(
            failed.len() <= IN_FLIGHT
                && failed.iter().all(|code| [Code::Internal, Code::Unknown].contains(code)),
            "{failed:?}: only calls in flight may fail, in the middle of their responses"
        );
        Ok(())
    })
}

/// A server that is asked to stop loses no call, even without retries: this is how three servers
/// are replaced one by one.
pub fn drained(kind: Kind, program: &Path) -> Result<(), Failed> {
    behind(kind, program, async |channel, [mut leaving, _b, _c]| {
        let asked = || leaving.process.signal("TERM");
        let failed = under_load(|| greet(channel.clone()), asked).await?;
        assert_eq!(failed, []);
        let status = leaving.process.wait(LIMIT)?;
        assert!(status.success(), "the server that was asked to end: {status}");
        Ok(())
    })
}

const IN_FLIGHT: usize = 64;

/// Makes calls, always the same number at a time, runs `event` after a third of them, and returns
/// those that failed.
async fn under_load<C>(
    call: impl Fn() -> C,
    event: impl FnOnce() -> Result<(), String>,
) -> Result<Vec<Code>, Failed>
where
    C: Future<Output = Result<(), Status>> + Send + 'static,
{
    const CALLS: usize = 3000;

    let slots = Arc::new(Semaphore::new(IN_FLIGHT));
    let mut event = Some(event);
    let mut calls = JoinSet::new();
    for number in 0..CALLS {
        if number >= CALLS / 3
            && let Some(event) = event.take()
        {
            event()?;
        }
        let slot = Arc::clone(&slots).acquire_owned().await?;
        let call = call();
        calls.spawn(async move {
            let outcome = call.await;
            drop(slot);
            outcome
        });
    }
    let mut failed = Vec::new();
    while let Some(outcome) = calls.join_next().await {
        failed.extend(outcome?.err().map(|status| status.code()));
    }
    Ok(failed)
}

/// Kills all servers, in the middle of a stream, and before a call.
pub fn all(kind: Kind, program: &Path) -> Result<(), Failed> {
    behind(kind, program, async |channel, servers| {
        let endless = WatchRequest { count: 0, interval_ms: 10 };
        let watching = ThermometerClient::new(channel.clone()).watch(endless).await;
        let mut readings = watching?.into_inner();
        readings.message().await?.ok_or("no reading")?;

        drop(servers);
        // Messages sent before still arrive; then comes an error, not a normal end.
        let status = loop {
            match timeout(LIMIT, readings.message()).await? {
                Ok(Some(_)) => {}
                Ok(None) => return Err("a broken stream looks like one that has ended".into()),
                Err(status) => break status,
            }
        };
        // nginx resets the stream; HAProxy ends it without trailers, which is also an error.
        let expected = if kind == Kind::Nginx { Code::Internal } else { Code::Unknown };
        assert_eq!(status.code(), expected, "{status:?}");

        // Called twice: nginx does not know of a failure at first, HAProxy not before its next
        // check.
        for _ in 0..2 {
            for status in [greet(channel.clone()).await, add(channel.clone()).await] {
                let status = status.unwrap_err();
                assert_eq!((status.code(), status.message()), (Code::Unavailable, NO_SERVER));
            }
        }

        // tonic also reads the status of an HTTP error; other clients need these headers.
        let mut channel = channel;
        poll_fn(|context| channel.poll_ready(context)).await?;
        let request = http::Request::post("/hello.Greeter/SayHello").body(Body::empty())?;
        let response = channel.call(request).await?;
        let content_type = response.headers().get("content-type").ok_or("no content-type")?;
        assert_eq!((response.status().as_u16(), content_type.to_str()?), (200, "application/grpc"));
        Ok(())
    })
}
