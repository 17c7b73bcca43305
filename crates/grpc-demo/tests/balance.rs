//! Calls over several servers that come, go and fall ill.

use std::{
    collections::BTreeMap,
    future::Future,
    io,
    net::{Shutdown, SocketAddr},
    panic::catch_unwind,
    pin::Pin,
    time::Duration,
};

use grpc_demo::{
    hello::{
        HelloReply, HelloRequest,
        greeter_client::GreeterClient,
        greeter_server::{Greeter, GreeterServer},
    },
    production::{
        balance::{Balance, Settings, State},
        deadline::DeadlineLayer,
        retry::{RetryLayer, RetryPolicy},
    },
};
use http::Uri;
use tokio::{
    net::{TcpListener, TcpStream},
    runtime::{Builder, Handle, Runtime},
    sync::{
        mpsc::{UnboundedSender, unbounded_channel},
        watch,
    },
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_stream::{Stream, wrappers::UnboundedReceiverStream};
use tonic::{
    Code, Request, Response, Status,
    transport::{Channel, Endpoint, Server, server::TcpIncoming},
};
use tonic_health::{
    pb::{
        HealthCheckRequest, HealthCheckResponse,
        health_check_response::ServingStatus,
        health_client::HealthClient,
        health_server::{Health, HealthServer},
    },
    server::HealthReporter,
};
use tower::Layer;

/// The time after which a hanging test fails.
const PATIENCE: Duration = Duration::from_secs(20);
const HOUR: Duration = Duration::from_secs(3600);

type Spread = BTreeMap<String, u32>;

/// Answers with its name; or, when it is asked to wait, once it is told to.
struct Named(&'static str, watch::Receiver<bool>);

#[tonic::async_trait]
impl Greeter for Named {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        if request.get_ref().name == "wait" {
            let told = self.1.clone().wait_for(|told| *told).await.is_ok();
            assert!(told, "the test is over");
        }
        Ok(Response::new(HelloReply { message: self.0.into() }))
    }
}

/// The way in which a server answers questions for its health.
enum Kind {
    Watched,
    Checked(ServingStatus),
    Silent,
}

/// A server in a runtime of its own: dropped, it is gone at once, in the middle of its calls.
struct Backend {
    address: SocketAddr,
    health: HealthReporter,
    go_on: watch::Sender<bool>,
    runtime: Option<Runtime>,
}

impl Backend {
    fn start(name: &'static str) -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), name, Kind::Watched)
    }

    fn start_at(address: SocketAddr, name: &'static str, kind: Kind) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let inside = runtime.enter();
        let incoming = TcpIncoming::bind(address).unwrap().with_nodelay(Some(true));
        drop(inside);
        let address = incoming.local_addr().unwrap();
        let (health, health_service) = tonic_health::server::health_reporter();
        let (go_on, told) = watch::channel(false);
        let (watched, checked) = match kind {
            Kind::Watched => (Some(health_service), None),
            Kind::Checked(status) => (None, Some(HealthServer::new(CheckOnly(status)))),
            Kind::Silent => (None, None),
        };
        let server = Server::builder()
            .add_optional_service(watched)
            .add_service(GreeterServer::new(Named(name, told)));
        let server = match checked {
            Some(checked) => server.add_service(checked),
            None => server,
        };
        runtime.spawn(server.serve_with_incoming(incoming));
        Self { address, health, go_on, runtime: Some(runtime) }
    }

    fn endpoint(&self) -> Endpoint {
        Endpoint::from(self.uri())
    }

    fn uri(&self) -> Uri {
        format!("http://{}", self.address).parse().unwrap()
    }

    async fn say(&self, status: tonic_health::ServingStatus) {
        self.health.set_service_status("", status).await;
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }
}

/// A server whose connections are let in one by one, and cut.
struct Gate {
    listener: TcpListener,
    let_in: UnboundedSender<io::Result<TcpStream>>,
    told: watch::Sender<bool>,
}

impl Gate {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (let_in, incoming) = unbounded_channel();
        let told = watch::Sender::new(false);
        let server = Server::builder()
            .add_service(tonic_health::server::health_reporter().1)
            .add_service(GreeterServer::new(Named("a", told.subscribe())));
        tokio::spawn(server.serve_with_incoming(UnboundedReceiverStream::new(incoming)));
        Self { listener, let_in, told }
    }

    fn endpoint(&self) -> Endpoint {
        Endpoint::from_shared(format!("http://{}", self.listener.local_addr().unwrap())).unwrap()
    }

    /// The next connection, and what cuts it.
    async fn let_in(&self) -> impl FnOnce() {
        let (io, _) = in_time(self.listener.accept()).await.unwrap();
        let io = io.into_std().unwrap();
        let again = io.try_clone().unwrap();
        self.let_in.send(TcpStream::from_std(io)).unwrap();
        move || again.shutdown(Shutdown::Both).unwrap()
    }
}

/// Health as it was before it could be watched.
struct CheckOnly(ServingStatus);

#[tonic::async_trait]
impl Health for CheckOnly {
    async fn check(
        &self,
        _: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        Ok(Response::new(HealthCheckResponse { status: self.0.into() }))
    }

    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    async fn watch(
        &self,
        _: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        Err(Status::unimplemented("only Check"))
    }
}

fn settings() -> Settings {
    Settings {
        reconnect: (Duration::from_millis(5), Duration::from_millis(50)),
        ..Settings::default()
    }
}

fn balance<'a>(backends: impl IntoIterator<Item = &'a Backend>) -> Balance {
    let balance = Balance::new(settings());
    backends.into_iter().for_each(|backend| balance.add(backend.endpoint()));
    balance
}

async fn in_time<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("the test hangs")
}

async fn eventually(mut condition: impl FnMut() -> bool) {
    in_time(async {
        while !condition() {
            sleep(Duration::from_millis(2)).await;
        }
    })
    .await
}

/// Waits until the server at `uri` is in a `wanted` state.
async fn until(balance: &Balance, uri: &Uri, wanted: impl Fn(&State) -> bool) {
    eventually(|| balance.servers().iter().any(|(each, state)| each == uri && wanted(state))).await
}

fn is_down(state: &State) -> bool {
    matches!(state, State::Down(_))
}

async fn say_hello(balance: &Balance) -> Result<String, Status> {
    let mut client = GreeterClient::new(balance.clone());
    let reply = in_time(client.say_hello(HelloRequest::default())).await?;
    Ok(reply.into_inner().message)
}

async fn spread(balance: &Balance, calls: u32) -> Spread {
    let mut spread = Spread::new();
    for _ in 0..calls {
        *spread.entry(say_hello(balance).await.unwrap()).or_default() += 1;
    }
    spread
}

fn each<const N: usize>(names: [&str; N], calls: u32) -> Spread {
    names.map(|name| (name.to_string(), calls)).into()
}

#[tokio::test]
async fn servers_take_turns() {
    let backends = ["a", "b", "c"].map(Backend::start);
    let balance = balance(&backends);
    in_time(balance.ready(3)).await;
    assert_eq!(spread(&balance, 30).await, each(["a", "b", "c"], 10));
}

#[tokio::test]
async fn a_server_that_does_not_serve_gets_no_calls() {
    let [a, b] = ["a", "b"].map(Backend::start);
    let balance = balance([&a, &b]);
    in_time(balance.ready(2)).await;
    a.say(tonic_health::ServingStatus::NotServing).await;
    until(&balance, &a.uri(), |state| *state == State::Down("NOT_SERVING".into())).await;
    assert_eq!(spread(&balance, 10).await, each(["b"], 10));
    a.say(tonic_health::ServingStatus::Serving).await;
    in_time(balance.ready(2)).await;
    assert_eq!(spread(&balance, 10).await, each(["a", "b"], 5));
}

#[tokio::test]
async fn a_server_that_is_gone_gets_no_calls_until_it_is_back() {
    let [a, b] = ["a", "b"].map(Backend::start);
    let balance = balance([&a, &b]);
    in_time(balance.ready(2)).await;
    let address = a.address;
    let gone = a.uri();
    drop(a);
    until(&balance, &gone, is_down).await;
    assert_eq!(spread(&balance, 10).await, each(["b"], 10));
    let _again = Backend::start_at(address, "again", Kind::Watched);
    in_time(balance.ready(2)).await;
    assert_eq!(spread(&balance, 10).await, each(["again", "b"], 5));
}

#[tokio::test]
async fn no_call_fails_when_one_of_three_is_killed() {
    let [a, b, c] = ["a", "b", "c"].map(Backend::start);
    let balance = balance([&a, &b, &c]);
    in_time(balance.ready(3)).await;
    let retries = RetryLayer::new(RetryPolicy::new(["hello.Greeter"])).layer(balance);
    let client = GreeterClient::new(retries);
    let mut victim = Some(a);
    let mut calls = JoinSet::new();
    let mut spread = Spread::new();
    for made in 0..1000 {
        let mut client = client.clone();
        calls.spawn(async move { client.say_hello(HelloRequest::default()).await });
        if made == 500 {
            drop(victim.take());
        }
        while calls.len() > 63 || made == 999 && !calls.is_empty() {
            let reply = in_time(calls.join_next()).await.unwrap().unwrap().unwrap();
            *spread.entry(reply.into_inner().message).or_default() += 1;
        }
    }
    assert_eq!(spread.values().sum::<u32>(), 1000);
    assert!(["a", "b", "c"].iter().all(|name| spread.contains_key(*name)), "{spread:?}");
}

#[tokio::test]
async fn calls_wait_while_a_lost_connection_is_made_again() {
    let gate = Gate::new().await;
    let balance = Balance::new(Settings { connect_timeout: PATIENCE, ..settings() });
    balance.add(gate.endpoint());
    let cut = gate.let_in().await;
    in_time(balance.ready(1)).await;
    cut();
    eventually(|| balance.servers()[0].1 != State::Ready).await;
    assert_eq!(balance.servers()[0].1, State::Connecting);
    let call = tokio::spawn({
        let balance = balance.clone();
        async move { say_hello(&balance).await }
    });
    let _kept = gate.let_in().await;
    assert_eq!(in_time(call).await.unwrap().unwrap(), "a");
}

#[tokio::test]
async fn a_server_that_joins_again_does_not_answer_for_its_old_connection() {
    let gate = Gate::new().await;
    // Left out by mistake, it would stay out.
    let balance = Balance::new(Settings { reconnect: (HOUR, HOUR), ..settings() });
    balance.add(gate.endpoint());
    let cut = gate.let_in().await;
    in_time(balance.ready(1)).await;
    let slow = tokio::spawn({
        let mut client = GreeterClient::new(balance.clone());
        async move { client.say_hello(HelloRequest { name: "wait".into() }).await }
    });
    eventually(|| gate.told.receiver_count() == 2).await;

    balance.remove(gate.endpoint().uri());
    balance.add(gate.endpoint());
    let _kept = gate.let_in().await;
    in_time(balance.ready(1)).await;
    cut();
    let status = in_time(slow).await.unwrap().unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status:?}");
    assert_eq!(balance.servers()[0].1, State::Ready);
    assert_eq!(say_hello(&balance).await.unwrap(), "a");
}

#[test]
fn times_that_cannot_be_are_refused_at_once() {
    for reconnect in [(HOUR, HOUR / 2), (Duration::ZERO, Duration::ZERO)] {
        let settings = Settings { reconnect, ..Settings::default() };
        assert!(catch_unwind(|| Balance::new(settings)).is_err(), "{reconnect:?}");
    }
}

#[tokio::test]
async fn a_stream_that_breaks_off_ends_with_unavailable() {
    let a = Backend::start("a");
    let balance = balance([&a]);
    let mut client = HealthClient::new(balance);
    let request = HealthCheckRequest::default();
    let mut answers = in_time(client.watch(request)).await.unwrap().into_inner();
    assert!(in_time(answers.message()).await.unwrap().is_some());
    let uri = a.uri().to_string();
    drop(a);
    let status = in_time(answers.message()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status:?}");
    assert!(status.message().contains(&uri), "{status:?}");
}

#[tokio::test]
async fn tonics_own_balancer_keeps_calling_the_dead() {
    // The reason for this module. Should this fail, tonic has fixed it.
    let [a, b] = ["a", "b"].map(Backend::start);
    let channel = Channel::balance_list([a.endpoint(), b.endpoint()].into_iter());
    let mut client = GreeterClient::new(channel);
    let mut seen = Spread::new();
    while seen.len() < 2 {
        let reply = in_time(client.say_hello(HelloRequest::default())).await.unwrap();
        *seen.entry(reply.into_inner().message).or_default() += 1;
    }
    drop(a);
    let mut failed = 0;
    for _ in 0..100 {
        failed += u32::from(in_time(client.say_hello(HelloRequest::default())).await.is_err());
    }
    println!("tonic's own balancer: {failed} of 100 calls failed");
    assert!(failed > 1, "{failed} of 100 calls failed");
}

#[tokio::test]
async fn servers_come_and_go() {
    let [a, b] = ["a", "b"].map(Backend::start);
    let balance = balance([&a]);
    in_time(balance.ready(1)).await;
    let slow = tokio::spawn({
        let mut client = GreeterClient::new(balance.clone());
        async move { client.say_hello(HelloRequest { name: "wait".into() }).await }
    });
    eventually(|| a.go_on.receiver_count() == 2).await;

    balance.add(b.endpoint());
    balance.add(b.endpoint());
    in_time(balance.ready(2)).await;
    assert_eq!(balance.servers().len(), 2);
    assert!(balance.remove(&a.uri()));
    assert!(!balance.remove(&a.uri()));
    assert_eq!(spread(&balance, 10).await, each(["b"], 10));

    // It finishes the call that it has.
    a.go_on.send_replace(true);
    let reply = in_time(slow).await.unwrap().unwrap();
    assert_eq!(reply.into_inner().message, "a");
}

#[tokio::test]
async fn without_a_server_a_call_fails_and_says_why() {
    let balance = Balance::new(settings());
    let status = say_hello(&balance).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.message().contains("none was added"), "{status:?}");

    let a = Backend::start("a");
    a.say(tonic_health::ServingStatus::NotServing).await;
    balance.add(a.endpoint());
    let status = say_hello(&balance).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    for word in [a.uri().to_string().as_str(), "NOT_SERVING"] {
        assert!(status.message().contains(word), "{word} is not in {status:?}");
    }
}

#[tokio::test]
async fn a_call_waits_for_a_server_that_has_not_answered_yet() {
    let a = Backend::start("a");
    let balance = balance([&a]);
    assert_eq!(balance.servers()[0].1, State::Connecting);
    assert_eq!(say_hello(&balance).await.unwrap(), "a");
}

#[tokio::test]
async fn a_call_can_wait_until_one_is_ready() {
    let balance = Balance::new(Settings { wait_for_ready: true, ..settings() });
    let deadlines = DeadlineLayer::new().default_timeout(Duration::from_millis(100));
    let mut client = GreeterClient::new(deadlines.layer(balance.clone()));
    let status = in_time(client.say_hello(HelloRequest::default())).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);

    let waiting = tokio::spawn({
        let balance = balance.clone();
        async move { say_hello(&balance).await }
    });
    let a = Backend::start("a");
    balance.add(a.endpoint());
    assert_eq!(in_time(waiting).await.unwrap().unwrap(), "a");
}

#[tokio::test]
async fn health_that_cannot_be_watched_is_asked_for() {
    let any = || "127.0.0.1:0".parse().unwrap();
    let serving = Backend::start_at(any(), "serving", Kind::Checked(ServingStatus::Serving));
    let ill = Backend::start_at(any(), "ill", Kind::Checked(ServingStatus::NotServing));
    let silent = Backend::start_at(any(), "silent", Kind::Silent);
    let balance = balance([&serving, &ill, &silent]);
    in_time(balance.ready(2)).await;
    until(&balance, &ill.uri(), is_down).await;
    // A server without a health service is taken to be well for as long as it answers.
    assert_eq!(spread(&balance, 10).await, each(["serving", "silent"], 5));
}

#[tokio::test]
async fn the_call_that_finds_a_server_gone_is_the_last_to_be_sent_there() {
    // Its health is not watched, so only a call shows that it is gone, until the next check.
    for kind in [|| Kind::Checked(ServingStatus::Serving), || Kind::Silent] {
        let start = |name| Backend::start_at("127.0.0.1:0".parse().unwrap(), name, kind());
        let [a, b] = ["a", "b"].map(start);
        let balance = Balance::new(Settings { check_interval: HOUR, ..settings() });
        balance.add(a.endpoint());
        balance.add(b.endpoint());
        in_time(balance.ready(2)).await;
        drop(a);
        // It may be a moment before it is gone.
        let status = in_time(async {
            loop {
                if let Err(status) = say_hello(&balance).await {
                    break status;
                }
            }
        })
        .await;
        assert_eq!(status.code(), Code::Unavailable, "{status:?}");
        assert_eq!(spread(&balance, 20).await, each(["b"], 20));
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_down() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}", listener.local_addr().unwrap());
    let connect_timeout = Duration::from_millis(100);
    let balance = Balance::new(Settings { connect_timeout, ..settings() });
    balance.add(Endpoint::from_shared(uri).unwrap());
    let status = say_hello(&balance).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.message().contains("no word of its health"), "{status:?}");
}

#[tokio::test]
async fn with_the_last_handle_the_tasks_end() {
    let before = Handle::current().metrics().num_alive_tasks();
    let [a, b] = ["a", "b"].map(Backend::start);
    let absent = Endpoint::from_static("http://127.0.0.1:1");
    let balance = balance([&a, &b]);
    balance.add(absent);
    in_time(balance.ready(2)).await;
    say_hello(&balance).await.unwrap();
    assert!(Handle::current().metrics().num_alive_tasks() > before);
    drop(balance);
    eventually(|| Handle::current().metrics().num_alive_tasks() == before).await;
}
