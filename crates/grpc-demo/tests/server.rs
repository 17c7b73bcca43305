//! A server keeps to its settings, whatever its peers do, and loses no call when it stops.

use std::{error::Error as _, future::Future, net::SocketAddr, pin::Pin, time::Duration};

use bytes::Bytes;
use grpc_demo::{
    Error,
    cellar::{
        Reading, Summary, Warning, WatchRequest,
        thermometer_client::ThermometerClient,
        thermometer_server::{Thermometer, ThermometerServer},
    },
    crossing::{ChecksumRequest, crossing_client::CrossingClient, crossing_server::CrossingServer},
    hello::{HelloRequest, greeter_client::GreeterClient},
    production::server::{self, Grpc, Metrics, Server, Settings, Stopped},
    services::{self, CrossingService},
};
use http::HeaderValue;
use http_body_util::{BodyExt, Full};
use prost::Message;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use tokio_stream::{StreamExt, wrappers::ReceiverStream};
use tonic::{
    Code, Request, Response, Status, Streaming,
    codegen::http::uri::PathAndQuery,
    service::Routes,
    transport::{Channel, Endpoint},
};
use tonic_health::pb::{
    HealthCheckRequest, HealthCheckResponse, health_check_response::ServingStatus,
    health_client::HealthClient,
};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
};
use tower::ServiceExt;

/// The limit for steps that take no time. Nothing is measured: it keeps a broken test from hanging.
const LIMIT: Duration = Duration::from_secs(20);

/// Short for a test, and long enough not to pass while a busy machine looks elsewhere.
const SOON: Duration = Duration::from_millis(200);

/// A time that must not pass while a test runs.
const NEVER: Duration = Duration::from_secs(3_600);

async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, future).await.unwrap_or_else(|_| panic!("{what} takes too long"))
}

struct Running {
    address: SocketAddr,
    metrics: Metrics,
    grpc: Grpc,
    stop: oneshot::Sender<()>,
    server: JoinHandle<Result<Stopped, Error>>,
}

impl Running {
    async fn start(settings: Settings) -> Self {
        Self::start_server(services::server(settings).unwrap())
    }

    fn start_server(server: Server) -> Self {
        let incoming = server::listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = incoming.local_addr().unwrap();
        let (metrics, grpc) = (server.metrics(), server.grpc());
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(server.serve(incoming, async { drop(stopped.await) }));
        Self { address, metrics, grpc, stop, server }
    }

    /// A connection of its own.
    async fn channel(&self) -> Channel {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address)).unwrap();
        endpoint.connect().await.unwrap()
    }

    async fn peer(&self) -> Peer {
        Peer(TcpStream::connect(self.address).await.unwrap())
    }

    /// Sends the signal to stop, and waits for the end.
    async fn stop(self) -> Stopped {
        drop(self.stop);
        within("stopping", self.server).await.unwrap().unwrap()
    }
}

/// The other end of a connection, byte for byte.
struct Peer(TcpStream);

#[derive(Debug, PartialEq)]
struct Frame {
    kind: u8,
    flags: u8,
    payload: Vec<u8>,
}

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;

const ENHANCE_YOUR_CALM: u32 = 11;

impl Peer {
    /// Says that it speaks HTTP/2, with no settings of its own.
    async fn begin(&mut self) {
        self.0.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
        self.send(SETTINGS, 0, 0, &[]).await;
    }

    async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        self.0.write_all(&frame(kind, flags, stream, payload)).await.unwrap();
    }

    /// The next frame; none once the connection is closed.
    async fn receive(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        within("a frame", self.0.read_exact(&mut head)).await.ok()?;
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        within("a frame", self.0.read_exact(&mut payload)).await.ok()?;
        Some(Frame { kind: head[3], flags: head[4], payload })
    }

    /// The next frame of a kind, past all others.
    async fn receive_kind(&mut self, kind: u8) -> Option<Frame> {
        loop {
            let frame = self.receive().await?;
            if frame.kind == kind {
                return Some(frame);
            }
        }
    }

    /// The error code of the GOAWAY with which the connection ends.
    async fn goaway(&mut self) -> Option<u32> {
        let payload = self.receive_kind(GOAWAY).await?.payload;
        Some(u32::from_be_bytes(payload[4..8].try_into().unwrap()))
    }

    async fn closed(&mut self) {
        while self.receive().await.is_some() {}
    }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags];
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// HEADERS that begin a call: no Huffman code, names and two whole pairs from HPACK's static table.
fn begin_call(stream: u32, content_length: &str) -> Vec<u8> {
    const POST: u8 = 0x83;
    const HTTP: u8 = 0x86;
    const PATH: &[u8] = &[4];
    const AUTHORITY: &[u8] = &[1];
    // An index that does not fit into four bits continues in the next byte.
    const CONTENT_LENGTH: &[u8] = &[15, 28 - 15];
    const CONTENT_TYPE: &[u8] = &[15, 31 - 15];
    const END_HEADERS: u8 = 4;

    let mut block = vec![POST, HTTP];
    for (name, value) in [
        (PATH, "/hello.Greeter/SayHello"),
        (AUTHORITY, "localhost"),
        (CONTENT_LENGTH, content_length),
        (CONTENT_TYPE, "application/grpc"),
    ] {
        block.extend(name);
        block.push(value.len() as u8);
        block.extend(value.bytes());
    }
    frame(HEADERS, END_HEADERS, stream, &block)
}

fn hello() -> HelloRequest {
    HelloRequest { name: "Ferris".into() }
}

async fn endless(channel: &Channel, interval_ms: u32) -> Streaming<Reading> {
    let mut client = ThermometerClient::new(channel.clone());
    let mut readings =
        client.watch(WatchRequest { count: 0, interval_ms }).await.unwrap().into_inner();
    readings.message().await.unwrap().unwrap();
    readings
}

/// A call in flight. It ends after the stream that is sent to it.
struct Recording {
    readings: mpsc::Sender<Reading>,
    summary: JoinHandle<Result<u32, Status>>,
}

impl Recording {
    async fn begin(running: &Running) -> Self {
        let mut client = ThermometerClient::new(running.channel().await);
        let (readings, sent) = mpsc::channel(1);
        let before = running.metrics.in_flight();
        let summary = tokio::spawn(async move {
            Ok(client.record(ReceiverStream::new(sent)).await?.into_inner().count)
        });
        within("the call", async {
            while running.metrics.in_flight() <= before {
                tokio::task::yield_now().await;
            }
        })
        .await;
        Self { readings, summary }
    }

    async fn end(self) -> Result<u32, Status> {
        self.readings.send(Reading { celsius: 12.0 }).await.unwrap();
        drop(self.readings);
        within("the summary", self.summary).await.unwrap()
    }
}

async fn health(channel: &Channel, service: &str) -> Result<ServingStatus, Status> {
    let request = HealthCheckRequest { service: service.into() };
    Ok(HealthClient::new(channel.clone()).check(request).await?.into_inner().status())
}

async fn next_health(changes: &mut Streaming<HealthCheckResponse>) -> Result<ServingStatus, Code> {
    let change = within("the change", changes.message()).await;
    change.map(|change| change.unwrap().status()).map_err(|status| status.code())
}

/// The number at the end of the line of a metric, whose labels are given in full.
fn count(metrics: &Metrics, metric: &str) -> u64 {
    let text = metrics.encode();
    let line = text.lines().find_map(|line| line.strip_prefix(metric)?.strip_prefix(' '));
    line.map_or(0, |count| count.parse().unwrap())
}

fn handled(service: &str, method: &str, code: &str) -> String {
    format!(
        "grpc_server_handled_total{{grpc_service=\"{service}\",grpc_method=\"{method}\",\
         grpc_code=\"{code}\"}}"
    )
}

/// True if a status is the client's own, because no server took the call. tonic 0.14 says
/// UNAVAILABLE when nothing listens, CANCELLED of a call that was still to be sent when its
/// connection closed, and INTERNAL of one that was sent too late (GOAWAY), so the code does not
/// tell.
fn was_not_taken(status: &Status) -> bool {
    status.source().is_some()
}

/// The default of a setting, according to its documentation.
fn documented(setting: &str) -> &'static str {
    let source = include_str!("../src/production/server/settings.rs");
    let (before, _) = source.split_once(&format!("    pub {setting}: ")).unwrap();
    let (_, default) = before.rsplit_once("Default: ").unwrap();
    let (default, rest) = default.split_once('.').unwrap();
    assert_eq!(rest, "\n", "this is the default of another setting than {setting}");
    default
}

#[test]
fn the_defaults_are_those_that_are_documented() {
    fn time(time: Duration) -> String {
        match time.as_secs() {
            0 => "none".to_owned(),
            3_600 => "1 h".to_owned(),
            seconds => format!("{seconds} s"),
        }
    }
    let limit = |limit: Option<Duration>| limit.map_or("never".to_owned(), time);
    // Each by its name, so that a new one is missing here.
    let Settings {
        max_connections,
        first_bytes_timeout,
        max_connection_age,
        keepalive_interval,
        keepalive_timeout,
        http1,
        max_concurrent_streams,
        max_header_list_bytes,
        max_pending_reset_streams,
        max_local_error_resets,
        max_in_flight,
        answer_timeout,
        max_call,
        lame_duck,
        drain,
    } = Settings::default();
    for (setting, default) in [
        ("max_connections", max_connections.to_string()),
        ("first_bytes_timeout", time(first_bytes_timeout)),
        ("max_connection_age", limit(max_connection_age)),
        ("keepalive_interval", time(keepalive_interval)),
        ("keepalive_timeout", time(keepalive_timeout)),
        ("http1", if http1 { "yes" } else { "no" }.to_owned()),
        ("max_concurrent_streams", max_concurrent_streams.to_string()),
        ("max_header_list_bytes", format!("{} KiB", max_header_list_bytes / 1_024)),
        ("max_pending_reset_streams", max_pending_reset_streams.to_string()),
        ("max_local_error_resets", max_local_error_resets.to_string()),
        ("max_in_flight", max_in_flight.to_string()),
        ("answer_timeout", time(answer_timeout)),
        ("max_call", limit(max_call)),
        ("lame_duck", time(lame_duck)),
        ("drain", time(drain)),
    ] {
        assert_eq!(documented(setting), default, "{setting}");
    }
    // The memory that callers can make such a server hold, in GiB: in all, and in messages.
    let messages = max_in_flight as f64 * 8.0 / 1_024.0;
    let rest = (max_connections as f64 + max_in_flight as f64 * 1.5) / 1_024.0;
    assert_eq!((messages + rest, messages), (5.25, 4.0));
}

#[tokio::test]
async fn small_messages_do_not_wait() {
    let mut incoming = server::listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let _peer = TcpStream::connect(incoming.local_addr().unwrap()).await.unwrap();
    assert!(incoming.next().await.unwrap().unwrap().nodelay().unwrap());
}

#[tokio::test]
async fn a_peer_that_says_nothing_is_let_go() {
    let settings =
        Settings { first_bytes_timeout: SOON, keepalive_interval: NEVER, ..Settings::default() };
    let running = Running::start(settings).await;
    for said in [&b""[..], b"PRI * HTTP/2.0\r\n"] {
        let mut peer = running.peer().await;
        peer.0.write_all(said).await.unwrap();
        peer.closed().await;
    }
    // A peer that has said which protocol it speaks may take its time.
    let mut peer = running.peer().await;
    peer.begin().await;
    tokio::time::sleep(2 * SOON).await;
    peer.send(PING, 0, 0, b"12345678").await;
    let pong = peer.receive_kind(PING).await.unwrap();
    assert_eq!((pong.flags, &pong.payload[..]), (1, &b"12345678"[..]));
}

#[tokio::test]
async fn a_peer_that_vanished_is_let_go() {
    // The honest client shares a thread with all else here, and has to answer in that time.
    let keepalive_timeout = 10 * SOON;
    let settings = Settings { keepalive_interval: SOON, keepalive_timeout, ..Settings::default() };
    let running = Running::start(settings).await;
    let honest = running.channel().await;

    let mut vanished = running.peer().await;
    vanished.begin().await;
    assert_eq!(vanished.receive_kind(PING).await.unwrap().flags, 0);
    vanished.closed().await;

    // The one whose connection answers is still connected.
    GreeterClient::new(honest).say_hello(hello()).await.unwrap();
    assert_eq!(count(&running.metrics, "grpc_server_connections"), 1);
}

#[tokio::test]
async fn a_connection_too_many_is_closed_at_once() {
    let running = Running::start(Settings { max_connections: 1, ..Settings::default() }).await;
    let first = running.channel().await;
    let mut greeter = GreeterClient::new(first);
    greeter.say_hello(hello()).await.unwrap();

    let mut second = running.peer().await;
    second.closed().await;
    assert_eq!(count(&running.metrics, "grpc_server_refused_connections_total"), 1);
    greeter.say_hello(hello()).await.unwrap();

    // A place that is given up is free again.
    drop(greeter);
    within("the place", async {
        while count(&running.metrics, "grpc_server_connections") > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    GreeterClient::new(running.channel().await).say_hello(hello()).await.unwrap();
}

#[tokio::test]
async fn peers_are_told_the_limits() {
    let settings =
        Settings { max_concurrent_streams: 7, max_header_list_bytes: 5_000, ..Settings::default() };
    let running = Running::start(settings).await;
    let mut peer = running.peer().await;
    peer.begin().await;
    let payload = peer.receive_kind(SETTINGS).await.unwrap().payload;
    let announced: Vec<_> = payload
        .chunks(6)
        .map(|pair| (pair[1], u32::from_be_bytes(pair[2..].try_into().unwrap())))
        .collect();
    // SETTINGS_MAX_CONCURRENT_STREAMS and SETTINGS_MAX_HEADER_LIST_SIZE
    assert!(announced.contains(&(3, 7)), "{announced:?}");
    assert!(announced.contains(&(6, 5_000)), "{announced:?}");
}

#[tokio::test]
async fn headers_over_the_limit_are_refused_and_the_connection_stays() {
    let running =
        Running::start(Settings { max_header_list_bytes: 5_000, ..Settings::default() }).await;
    let mut greeter = GreeterClient::new(running.channel().await);
    let mut request = Request::new(hello());
    request.metadata_mut().insert("x-long", "x".repeat(5_000).parse().unwrap());
    let status = greeter.say_hello(request).await.unwrap_err();
    assert!(status.message().contains("431"), "{status:?}");
    greeter.say_hello(hello()).await.unwrap();
    assert_eq!(count(&running.metrics, &handled("hello.Greeter", "SayHello", "OK")), 1);
}

#[tokio::test]
async fn rapid_resets_end_the_connection() {
    let running =
        Running::start(Settings { max_pending_reset_streams: 2, ..Settings::default() }).await;
    let mut peer = running.peer().await;
    peer.begin().await;
    let mut flood = Vec::new();
    for call in 0..4 {
        flood.extend(begin_call(2 * call + 1, "5"));
        flood.extend(frame(RST_STREAM, 0, 2 * call + 1, &8_u32.to_be_bytes()));
    }
    peer.0.write_all(&flood).await.unwrap();
    assert_eq!(peer.goaway().await, Some(ENHANCE_YOUR_CALM));
}

#[tokio::test]
async fn a_peer_that_keeps_making_errors_is_let_go() {
    let running =
        Running::start(Settings { max_local_error_resets: 2, ..Settings::default() }).await;
    let mut peer = running.peer().await;
    peer.begin().await;
    let mut errors = Vec::new();
    for call in 0..4 {
        errors.extend(begin_call(2 * call + 1, "five"));
    }
    peer.0.write_all(&errors).await.unwrap();
    assert_eq!(peer.goaway().await, Some(ENHANCE_YOUR_CALM));
}

#[tokio::test]
async fn an_old_connection_is_asked_to_end() {
    let running =
        Running::start(Settings { max_connection_age: Some(SOON), ..Settings::default() }).await;
    let mut peer = running.peer().await;
    peer.begin().await;
    assert_eq!(peer.goaway().await, Some(0));

    // A call outlives it, and the next one gets a connection of its own.
    let channel = running.channel().await;
    let recording = Recording::begin(&running).await;
    tokio::time::sleep(2 * SOON).await;
    assert_eq!(recording.end().await.unwrap(), 1);
    GreeterClient::new(channel).say_hello(hello()).await.unwrap();
}

#[tokio::test]
async fn http1_is_spoken_where_it_is_asked_for() {
    for http1 in [false, true] {
        let running = Running::start(Settings { http1, ..Settings::default() }).await;
        let mut peer = running.peer().await;
        peer.0.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        // A peer that is not understood may be answered by a reset.
        let _ = within("the answer", peer.0.read_to_end(&mut answer)).await;
        assert_eq!(answer.starts_with(b"HTTP/1.1 "), http1);
    }
}

#[tokio::test]
async fn a_request_that_trickles_in_is_ended() {
    let running = Running::start(Settings { answer_timeout: SOON, ..Settings::default() }).await;
    let recording = Recording::begin(&running).await;
    let status = within("the status", recording.summary).await.unwrap().unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");

    // An answer that has begun may continue.
    let mut readings = endless(&running.channel().await, 10).await;
    tokio::time::sleep(2 * SOON).await;
    readings.message().await.unwrap().unwrap();
}

#[tokio::test]
async fn a_call_too_many_is_refused_by_a_status() {
    let running = Running::start(Settings { max_in_flight: 1, ..Settings::default() }).await;
    let channel = running.channel().await;
    let mut greeter = GreeterClient::new(channel.clone());
    let readings = endless(&channel, 10).await;

    let status = greeter.say_hello(hello()).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
    assert_eq!(health(&channel, "").await.unwrap(), ServingStatus::Serving);
    assert_eq!(count(&running.metrics, "grpc_server_refused_calls_total"), 1);
    let refused = handled("hello.Greeter", "SayHello", "RESOURCE_EXHAUSTED");
    assert_eq!(count(&running.metrics, &refused), 1);

    // A caller that leaves gives up its place.
    drop(readings);
    within("the place", async {
        while running.metrics.in_flight() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    greeter.say_hello(hello()).await.unwrap();
    let left = handled("cellar.Thermometer", "Watch", "CANCELLED");
    assert_eq!(count(&running.metrics, &left), 1);
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused_by_a_status() {
    let crossing = CrossingServer::new(CrossingService).max_decoding_message_size(1_000);
    let server = Server::builder().add_service(crossing).build().unwrap();
    let running = Running::start_server(server);
    let mut crossing = CrossingClient::new(running.channel().await);
    for bytes in [990, 1_000, 100_000, 10_000_000] {
        let outcome = crossing.checksum(ChecksumRequest { data: vec![0; bytes] }).await;
        match outcome {
            Ok(_) => assert_eq!(bytes, 990),
            Err(status) => assert_eq!(status.code(), Code::OutOfRange, "{bytes}: {status:?}"),
        }
    }
    crossing.checksum(ChecksumRequest::default()).await.unwrap();
}

#[tokio::test]
async fn a_request_id_comes_back() {
    let running = Running::start(Settings::default()).await;
    let mut greeter = GreeterClient::new(running.channel().await);
    let request = |name: &str| {
        let mut request = Request::new(HelloRequest { name: name.into() });
        request.metadata_mut().insert("x-request-id", "request-1".parse().unwrap());
        request
    };
    let reply = greeter.say_hello(request("Ferris")).await.unwrap();
    assert_eq!(reply.metadata().get("x-request-id").unwrap(), "request-1");
    let status = greeter.say_hello(request("")).await.unwrap_err();
    assert_eq!(status.metadata().get("x-request-id").unwrap(), "request-1");
    let reply = greeter.say_hello(hello()).await.unwrap();
    assert!(reply.metadata().get("x-request-id").is_none());

    // The ID also comes back with a refusal, and with a deadline that has passed.
    let full = Running::start(Settings { max_in_flight: 0, ..Settings::default() }).await;
    let late = Settings { answer_timeout: Duration::ZERO, ..Settings::default() };
    let late = Running::start(late).await;
    for (server, code) in [(full, Code::ResourceExhausted), (late, Code::DeadlineExceeded)] {
        let mut request = Request::new(tokio_stream::pending());
        request.metadata_mut().insert("x-request-id", "request-1".parse().unwrap());
        let status =
            ThermometerClient::new(server.channel().await).record(request).await.unwrap_err();
        assert_eq!(status.code(), code);
        assert_eq!(status.metadata().get("x-request-id").unwrap(), "request-1", "{status:?}");
    }
}

/// Begins a `Record` by hand: tonic's client would keep to the deadline by itself, and break off in
/// one way only.
async fn record_by_hand(
    address: SocketAddr,
    timeout: Option<&str>,
) -> (h2::client::ResponseFuture, h2::SendStream<Bytes>) {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let mut request = http::Request::post("http://localhost/cellar.Thermometer/Record")
        .header("content-type", "application/grpc");
    if let Some(timeout) = timeout {
        request = request.header("grpc-timeout", timeout);
    }
    client.send_request(request.body(()).unwrap(), false).unwrap()
}

/// Tells the test what comes of its request, and never answers.
struct Listener(mpsc::UnboundedSender<Result<Option<Reading>, Code>>);

#[tonic::async_trait]
impl Thermometer for Listener {
    type WatchStream = tokio_stream::Pending<Result<Reading, Status>>;
    type WarnStream = tokio_stream::Pending<Result<Warning, Status>>;

    async fn watch(&self, _: Request<WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        Ok(Response::new(tokio_stream::pending()))
    }

    async fn record(
        &self,
        request: Request<Streaming<Reading>>,
    ) -> Result<Response<Summary>, Status> {
        let (heard, mut readings) = (self.0.clone(), request.into_inner());
        // On its own, so that it continues when the call is dropped.
        tokio::spawn(async move {
            loop {
                let news = readings.message().await.map_err(|status| status.code());
                let is_last = !matches!(news, Ok(Some(_)));
                if heard.send(news).is_err() || is_last {
                    return;
                }
            }
        });
        std::future::pending().await
    }

    async fn warn(
        &self,
        _: Request<Streaming<Reading>>,
    ) -> Result<Response<Self::WarnStream>, Status> {
        Ok(Response::new(tokio_stream::pending()))
    }
}

#[tokio::test]
async fn a_caller_that_breaks_off_is_no_end_of_its_stream() {
    let (heard, mut hears) = mpsc::unbounded_channel();
    let incoming = server::listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = incoming.local_addr().unwrap();
    let service = Routes::new(ThermometerServer::new(Listener(heard))).prepare();
    let server = services::server(Settings::default()).unwrap();
    tokio::spawn(server.serve_service(service, incoming, std::future::pending()));

    let mut next = async || within("the news", hears.recv()).await.unwrap();
    let reading = Reading { celsius: 12.0 };
    let mut message = vec![0, 0, 0, 0, 9];
    message.extend(reading.encode_to_vec());
    for reset in [None, Some(h2::Reason::CANCEL), Some(h2::Reason::NO_ERROR)] {
        let (_response, mut request) = record_by_hand(address, None).await;
        for _ in 0..2 {
            request.send_data(message.clone().into(), false).unwrap();
            assert_eq!(next().await, Ok(Some(reading)));
        }
        let end = match reset {
            None => {
                request.send_data(Bytes::new(), true).unwrap();
                Ok(None)
            }
            Some(reason) => {
                request.send_reset(reason);
                Err(Code::Aborted)
            }
        };
        assert_eq!(next().await, end, "{reset:?}");
    }
}

#[tokio::test]
async fn a_deadline_counts_from_the_arrival_of_its_call() {
    let incoming = server::listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = incoming.local_addr().unwrap();
    let server = services::server(Settings::default()).unwrap();
    let grpc = server.grpc();
    // A layer around the services, such as a router or a check, may take a while.
    let service = tower::service_fn(move |request| {
        let grpc = grpc.clone();
        async move {
            tokio::time::sleep(SOON).await;
            grpc.oneshot(request).await
        }
    });
    tokio::spawn(server.serve_service(service, incoming, std::future::pending()));

    let (response, _request) = record_by_hand(address, Some("400m")).await;
    let response = within("the status", response).await.unwrap();
    assert_eq!(response.headers()["grpc-status"], "4", "{response:?}");
}

#[tokio::test]
async fn no_call_goes_on_for_ever() {
    let running = Running::start(Settings { max_call: Some(SOON), ..Settings::default() }).await;
    let channel = running.channel().await;
    let last = async |interval_ms| {
        let mut client = ThermometerClient::new(channel.clone());
        let watched = client.watch(WatchRequest { count: 0, interval_ms }).await;
        let mut readings = match watched {
            Ok(readings) => readings.into_inner(),
            Err(status) => return status.code(),
        };
        loop {
            if let Err(status) = within("the end", readings.message()).await {
                return status.code();
            }
        }
    };
    let codes = tokio::join!(last(10), last(60_000));
    assert_eq!(codes, (Code::DeadlineExceeded, Code::DeadlineExceeded));
    let mut client = ThermometerClient::new(channel.clone());
    let recorded = client.record(tokio_stream::pending());
    let status = within("the status", recorded).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");

    // A stream that always has more, without a network that would make it wait.
    let body = call_directly(running.grpc, "/cellar.Thermometer/Watch").await;
    assert_eq!(status_at_the_end(body).await, "4");
}

#[tokio::test]
async fn a_refused_call_takes_up_no_place() {
    let running = Running::start(Settings { max_in_flight: 1, ..Settings::default() }).await;
    let watch = "/cellar.Thermometer/Watch";
    let _taken = call_directly(running.grpc.clone(), watch).await;
    // Its peer has not taken the refusal yet.
    let _refused = call_directly(running.grpc.clone(), watch).await;
    assert_eq!(count(&running.metrics, "grpc_server_refused_calls_total"), 1);
    assert_eq!(running.metrics.in_flight(), 1);
}

#[tokio::test]
async fn health_and_reflection_have_limits_as_well() {
    let settings = Settings { max_in_flight: 1, ..Settings::default() };
    let running = Running::start(settings).await;
    let channel = running.channel().await;
    let long = "x".repeat(2_000);
    let status = health(&channel, &long).await.unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange, "{status:?}");

    let request = ServerReflectionRequest { host: long, message_request: None };
    let mut reflection = ServerReflectionClient::new(channel.clone());
    let sent = tokio_stream::once(request);
    let mut answers = reflection.server_reflection_info(sent).await.unwrap().into_inner();
    // tonic-reflection keeps the status to itself. Taken, the request would have an answer.
    assert_eq!(answers.message().await.unwrap(), None);

    let mut client = HealthClient::new(channel.clone());
    let _watched = client.watch(HealthCheckRequest::default()).await.unwrap();
    let status = health(&channel, "").await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
}

#[tokio::test]
async fn calls_are_counted_by_method_and_code() {
    let running = Running::start(Settings::default()).await;
    let mut greeter = GreeterClient::new(running.channel().await);
    greeter.say_hello(hello()).await.unwrap();
    greeter.say_hello(hello()).await.unwrap();
    greeter.say_hello(HelloRequest::default()).await.unwrap_err();

    let metrics = &running.metrics;
    assert_eq!(count(metrics, &handled("hello.Greeter", "SayHello", "OK")), 2);
    assert_eq!(count(metrics, &handled("hello.Greeter", "SayHello", "INVALID_ARGUMENT")), 1);
    let labels = "{grpc_service=\"hello.Greeter\",grpc_method=\"SayHello\"}";
    let timed = format!("grpc_server_handling_seconds_count{labels}");
    assert_eq!(count(metrics, &timed), 3);
    assert_eq!(metrics.in_flight(), 0);
}

#[tokio::test]
async fn methods_that_callers_invent_are_counted_as_one() {
    let running = Running::start(Settings::default()).await;
    let mut client = tonic::client::Grpc::new(running.channel().await);
    let mut invented = async |number: usize| {
        client.ready().await.unwrap();
        let path = PathAndQuery::try_from(format!("/hello.Greeter/Invented{number}")).unwrap();
        let codec = tonic_prost::ProstCodec::<HelloRequest, HelloRequest>::default();
        client.unary(Request::new(hello()), path, codec).await.unwrap_err()
    };
    assert_eq!(invented(0).await.code(), Code::Unimplemented);
    let lines = running.metrics.encode().lines().count();
    for number in 1..50 {
        invented(number).await;
    }
    assert_eq!(count(&running.metrics, &handled("unknown", "unknown", "UNIMPLEMENTED")), 50);
    assert_eq!(running.metrics.encode().lines().count(), lines);
}

#[tokio::test]
async fn calls_in_flight_finish_and_new_connections_are_refused() {
    let running = Running::start(Settings { drain: NEVER, ..Settings::default() }).await;
    let address = running.address;
    let recording = Recording::begin(&running).await;
    let channel = running.channel().await;
    let mut client = ThermometerClient::new(channel.clone());
    let request = WatchRequest { count: 20, interval_ms: 20 };
    let mut readings = client.watch(request).await.unwrap().into_inner();
    readings.message().await.unwrap().unwrap();

    let Running { stop, server, .. } = running;
    drop(stop);
    within("giving up the address", async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    // Its connection takes no more calls, and another cannot be opened.
    let refused = GreeterClient::new(channel).say_hello(hello()).await.unwrap_err();
    assert!(was_not_taken(&refused), "{refused:?}");

    assert_eq!(recording.end().await.unwrap(), 1);
    let rest: Vec<_> = within("the stream", readings.collect()).await;
    assert_eq!(rest.len(), 19);
    assert!(rest.iter().all(Result::is_ok), "{rest:?}");
    assert_eq!(within("stopping", server).await.unwrap().unwrap().calls_cut, 0);
    std::net::TcpListener::bind(address).unwrap();
}

#[tokio::test]
async fn what_has_not_ended_in_time_ends_with_unavailable() {
    let running = Running::start(Settings { drain: SOON, ..Settings::default() }).await;
    let channel = running.channel().await;
    let paced = endless(&channel, 10).await;
    let silent = {
        let mut client = ThermometerClient::new(channel.clone());
        client.watch(WatchRequest { count: 0, interval_ms: 60_000 }).await.unwrap().into_inner()
    };
    let recording = Recording::begin(&running).await;

    let last = async |mut readings: Streaming<Reading>| {
        within("the last words", async {
            loop {
                if let Err(status) = readings.message().await.map(Option::unwrap) {
                    return status.code();
                }
            }
        })
        .await
    };
    let Running { stop, server, metrics, .. } = running;
    drop(stop);
    let codes = tokio::join!(last(paced), last(silent));
    assert_eq!(codes, (Code::Unavailable, Code::Unavailable));
    let status = within("the status", recording.summary).await.unwrap().unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status:?}");
    assert!(status.message().contains("the server is stopping"), "{status:?}");

    assert_eq!(within("stopping", server).await.unwrap().unwrap().calls_cut, 3);
    assert_eq!(count(&metrics, &handled("cellar.Thermometer", "Watch", "UNAVAILABLE")), 2);
}

/// Calls a method whose message is empty, and returns the body of its answer.
async fn call_directly(
    grpc: Grpc,
    path: &str,
) -> Pin<Box<impl http_body::Body<Data = Bytes, Error = Status>>> {
    let request = http::Request::post(format!("http://localhost{path}"))
        .header("content-type", "application/grpc")
        .body(Full::from(&[0; 5][..]))
        .unwrap();
    Box::pin(grpc.oneshot(request).await.unwrap().into_body())
}

/// Takes what is left of the body, and returns the status in its trailers.
async fn status_at_the_end(
    mut body: impl http_body::Body<Data = Bytes, Error = Status> + Unpin,
) -> HeaderValue {
    within("the trailers", async {
        loop {
            if let Ok(trailers) = body.frame().await.unwrap().unwrap().into_trailers() {
                return trailers.get("grpc-status").unwrap().clone();
            }
            tokio::task::yield_now().await;
        }
    })
    .await
}

#[tokio::test]
async fn a_stream_that_always_has_more_ends_as_well() {
    let running = Running::start(Settings { drain: Duration::ZERO, ..Settings::default() }).await;
    // The server waits for this, until it waits no longer.
    let _recording = Recording::begin(&running).await;

    // Readings without interval and end, and without a network, which would make the server wait.
    let mut body = call_directly(running.grpc, "/cellar.Thermometer/Watch").await;
    assert!(body.frame().await.unwrap().unwrap().is_data());
    drop(running.stop);
    assert_eq!(status_at_the_end(body).await, "14");
}

#[tokio::test]
async fn a_call_whose_answer_is_not_taken_is_cut_off_as_well() {
    let running = Running::start(Settings { drain: SOON, ..Settings::default() }).await;
    let _recording = Recording::begin(&running).await;
    let body = call_directly(running.grpc.clone(), "/cellar.Thermometer/Watch").await;
    let metrics = running.metrics.clone();
    assert_eq!(running.stop().await.calls_cut, 2);
    drop(body);
    assert_eq!(count(&metrics, &handled("cellar.Thermometer", "Watch", "UNAVAILABLE")), 1);
}

#[tokio::test]
async fn no_peer_holds_a_server_up() {
    let running = Running::start(Settings { drain: SOON, ..Settings::default() }).await;
    // A peer that never spoke, one that only greeted, and one that does not read what it asked for.
    let _silent = running.peer().await;
    let mut idle = running.peer().await;
    idle.begin().await;
    let _unread = endless(&running.channel().await, 0).await;
    let _health = HealthClient::new(running.channel().await)
        .watch(HealthCheckRequest::default())
        .await
        .unwrap()
        .into_inner();
    running.stop().await;
}

#[tokio::test]
async fn nothing_is_left_of_a_stopped_server() {
    let alive = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = alive();
    let running = Running::start(Settings { drain: SOON, ..Settings::default() }).await;
    let peer = running.peer().await;
    let recording = Recording::begin(&running).await;
    running.stop().await;
    recording.summary.await.unwrap().unwrap_err();
    drop((peer, recording.readings));
    within("the end of all tasks", async {
        while alive() > before {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn one_service_may_say_that_it_does_not_serve() {
    let incoming = server::listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let uri = format!("http://{}", incoming.local_addr().unwrap());
    let server = services::server(Settings::default()).unwrap();
    let reported = server.health();
    tokio::spawn(server.serve(incoming, std::future::pending()));
    reported.set("hello.Greeter", tonic_health::ServingStatus::NotServing);

    let channel = Endpoint::from_shared(uri).unwrap().connect().await.unwrap();
    assert_eq!(health(&channel, "hello.Greeter").await.unwrap(), ServingStatus::NotServing);
    assert_eq!(health(&channel, "").await.unwrap(), ServingStatus::Serving);
}

#[tokio::test]
async fn a_watch_of_an_unknown_service_reports_when_it_is_known() {
    let server = services::server(Settings::default()).unwrap();
    let reported = server.health();
    let running = Running::start_server(server);
    let channel = running.channel().await;
    let service = "cellar.Barometer";
    let status = health(&channel, service).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound, "{status:?}");

    let request = HealthCheckRequest { service: service.into() };
    let mut client = HealthClient::new(channel.clone());
    let mut changes = client.watch(request).await.unwrap().into_inner();
    assert_eq!(next_health(&mut changes).await, Ok(ServingStatus::ServiceUnknown));
    // A change of another service is not reported to this watch.
    let mut another = watched(&channel).await.remove(1);
    reported.set(SERVICES[1], tonic_health::ServingStatus::NotServing);
    assert_eq!(next_health(&mut another).await, Ok(ServingStatus::NotServing));
    for (set, told) in [
        (tonic_health::ServingStatus::Serving, ServingStatus::Serving),
        (tonic_health::ServingStatus::NotServing, ServingStatus::NotServing),
        (tonic_health::ServingStatus::Serving, ServingStatus::Serving),
    ] {
        reported.set(service, set);
        assert_eq!(next_health(&mut changes).await, Ok(told));
    }
    assert_eq!(health(&channel, service).await.unwrap(), ServingStatus::Serving);
}

#[tokio::test]
async fn what_is_set_while_the_server_stops_changes_nothing() {
    let server = services::server(Settings { lame_duck: NEVER, ..Settings::default() }).unwrap();
    let reported = server.health();
    let running = Running::start_server(server);
    let channel = running.channel().await;
    let mut changes = watched(&channel).await.remove(0);
    drop(running.stop);
    assert_eq!(next_health(&mut changes).await, Ok(ServingStatus::NotServing));
    reported.set("hello.Greeter", tonic_health::ServingStatus::Serving);
    assert_eq!(health(&channel, "hello.Greeter").await.unwrap(), ServingStatus::NotServing);
    running.server.abort();
}

#[tokio::test]
async fn what_is_not_grpc_is_refused_with_415() {
    let running = Running::start(Settings::default()).await;
    let call = async |content_type: Option<&str>| {
        let mut request = http::Request::post("http://localhost/hello.Greeter/SayHello");
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let mut body = vec![0, 0, 0, 0, 8];
        body.extend(hello().encode_to_vec());
        let response = running.grpc.clone().oneshot(request.body(Full::from(body)).unwrap()).await;
        response.unwrap()
    };
    for other in [
        None,
        Some(""),
        Some("application/json"),
        Some("application/grpcfoo"),
        Some("application/grpc-web+proto"),
        Some("text/plain; charset=application/grpc"),
    ] {
        let response = call(other).await;
        assert_eq!(response.status(), 415, "{other:?}");
        assert!(response.headers().is_empty(), "{response:?}");
        assert!(response.into_body().frame().await.is_none());
    }
    assert!(!running.metrics.encode().contains("grpc_code"));
    for grpc in ["application/grpc", "application/grpc+proto", "application/grpc;charset=utf-8"] {
        let response = call(Some(grpc)).await;
        assert_eq!(response.status(), 200, "{grpc}");
        assert_eq!(status_at_the_end(Box::pin(response.into_body())).await, "0", "{grpc}");
    }
}

const SERVICES: [&str; 4] = ["", "hello.Greeter", "crossing.Crossing", "cellar.Thermometer"];

/// A stream of health for each service, all of which serve.
async fn watched(channel: &Channel) -> Vec<Streaming<HealthCheckResponse>> {
    let mut watched = Vec::new();
    for service in SERVICES {
        let request = HealthCheckRequest { service: service.into() };
        let mut client = HealthClient::new(channel.clone());
        let mut changes = client.watch(request).await.unwrap().into_inner();
        assert_eq!(next_health(&mut changes).await, Ok(ServingStatus::Serving));
        watched.push(changes);
    }
    watched
}

#[tokio::test]
async fn health_says_so_before_anything_else_changes() {
    let running = Running::start(Settings { lame_duck: NEVER, ..Settings::default() }).await;
    let channel = running.channel().await;
    let watched = watched(&channel).await;
    drop(running.stop);
    for mut changes in watched {
        assert_eq!(next_health(&mut changes).await, Ok(ServingStatus::NotServing));
    }
    for service in SERVICES {
        assert_eq!(health(&channel, service).await.unwrap(), ServingStatus::NotServing);
    }
    // Balancers need time to notice; until then calls, even on new connections, are answered.
    let late = Endpoint::from_shared(format!("http://{}", running.address)).unwrap();
    let late = late.connect().await.unwrap();
    GreeterClient::new(late).say_hello(hello()).await.unwrap();
    running.server.abort();
}

#[tokio::test]
async fn who_watches_health_has_the_news_and_holds_nothing_up() {
    let running = Running::start(Settings { drain: NEVER, ..Settings::default() }).await;
    let watched = watched(&running.channel().await).await;
    drop(running.stop);
    for mut changes in watched {
        assert_eq!(next_health(&mut changes).await, Ok(ServingStatus::NotServing));
        assert_eq!(next_health(&mut changes).await, Err(Code::Unavailable));
    }
    assert_eq!(within("stopping", running.server).await.unwrap().unwrap().calls_cut, 0);
}

#[tokio::test]
async fn who_watches_slowly_has_the_news_before_the_end() {
    let running = Running::start(Settings::default()).await;
    let grpc = running.grpc.clone();
    let mut body = call_directly(grpc.clone(), "/grpc.health.v1.Health/Watch").await;
    let mut next = async || body.frame().await.unwrap().unwrap();
    // The only field, an enumeration: 1 is SERVING, 2 is NOT_SERVING.
    assert_eq!(next().await.into_data().unwrap(), [0, 0, 0, 0, 2, 0x08, 1][..]);
    running.stop().await;
    assert_eq!(next().await.into_data().unwrap(), [0, 0, 0, 0, 2, 0x08, 2][..]);
    assert_eq!(next().await.into_trailers().unwrap().get("grpc-status").unwrap(), "14");
    drop(grpc);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stops_under_load_loses_no_call() {
    let running = Running::start(Settings::default()).await;
    let mut callers = Vec::new();
    for _ in 0..4 {
        let mut greeter = GreeterClient::new(running.channel().await);
        callers.push(tokio::spawn(async move {
            let mut answered = 0;
            loop {
                match greeter.say_hello(hello()).await {
                    Ok(_) => answered += 1,
                    Err(status) => return (answered, status),
                }
            }
        }));
    }
    let metrics = running.metrics.clone();
    let ok = handled("hello.Greeter", "SayHello", "OK");
    within("the load", async {
        while count(&metrics, &ok) < 100 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(running.stop().await.calls_cut, 0);

    let mut answered = 0;
    for caller in callers {
        let (calls, status) = within("the caller", caller).await.unwrap();
        assert!(was_not_taken(&status), "{status:?}");
        answered += calls;
    }
    // Every call that reached the server was answered, and every answer reached its caller. The
    // last ones may still be being counted.
    within("the count", async {
        while count(&metrics, &ok) < answered {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(count(&metrics, &ok), answered);
    let all = metrics.encode();
    let codes = all.lines().filter(|line| line.starts_with("grpc_server_handled_total{"));
    assert_eq!(codes.count(), 1, "{all}");
}

#[tokio::test]
async fn a_server_that_is_dropped_closes_its_connections() {
    let running = Running::start(Settings::default()).await;
    let mut peer = running.peer().await;
    peer.begin().await;
    assert_eq!(peer.receive().await.unwrap().kind, SETTINGS);
    running.server.abort();
    peer.closed().await;
}
