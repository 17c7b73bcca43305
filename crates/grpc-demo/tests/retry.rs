//! Retries: some calls are made again, and others must not be.

use std::{
    collections::VecDeque,
    convert::Infallible,
    future::{Future, pending},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};

use grpc_demo::{
    cellar::{
        Reading, Summary, Warning, WatchRequest,
        thermometer_client::ThermometerClient,
        thermometer_server::{Thermometer, ThermometerServer},
    },
    hello::{
        HelloReply, HelloRequest,
        greeter_client::GreeterClient,
        greeter_server::{Greeter, GreeterServer},
    },
    production::{
        deadline::DeadlineLayer,
        retry::{Retries, RetryLayer, RetryPolicy},
    },
};
use h2::Reason;
use http_body_util::BodyExt;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::yield_now,
    time::timeout,
};
use tonic::{
    Code, ConnectError, Request, Response, Status, Streaming, body::Body, metadata::MetadataMap,
    transport::Endpoint,
};
use tower::{Layer, Service, service_fn};

const SAY_HELLO: &str = "hello.Greeter/SayHello";
const HOUR: Duration = Duration::from_secs(3600);
/// The time after which a hanging test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server's answer to one attempt.
enum Answer {
    Well,
    Fail(Status),
    Hang,
}

/// Answers as it is told, then well; keeps what it was asked.
#[derive(Clone, Default)]
struct Scripted {
    script: Arc<Mutex<VecDeque<Answer>>>,
    seen: Arc<Mutex<Vec<(MetadataMap, String)>>>,
}

impl Scripted {
    fn new(script: impl IntoIterator<Item = Answer>) -> Self {
        Self { script: Arc::new(Mutex::new(script.into_iter().collect())), ..Self::default() }
    }

    async fn answer(&self, metadata: MetadataMap, message: String) -> Result<String, Status> {
        self.seen.lock().unwrap().push((metadata, message.clone()));
        let answer = self.script.lock().unwrap().pop_front();
        match answer {
            None | Some(Answer::Well) => Ok(message),
            Some(Answer::Fail(status)) => Err(status),
            Some(Answer::Hang) => pending().await,
        }
    }

    fn attempts(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    fn metadata(&self, name: &str) -> Vec<Option<String>> {
        let seen = self.seen.lock().unwrap();
        let value = |(metadata, _): &(MetadataMap, String)| {
            metadata.get(name).map(|value| value.to_str().unwrap().to_string())
        };
        seen.iter().map(value).collect()
    }

    fn messages(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|(_, message)| message.clone()).collect()
    }
}

#[tonic::async_trait]
impl Greeter for Scripted {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let (metadata, _, HelloRequest { name }) = request.into_parts();
        let message = self.answer(metadata, name).await?;
        Ok(Response::new(HelloReply { message }))
    }
}

#[tonic::async_trait]
impl Thermometer for Scripted {
    type WatchStream = tokio_stream::Iter<std::vec::IntoIter<Result<Reading, Status>>>;

    /// An answer that is to fail does so in the second message if two are asked for, else at once.
    async fn watch(
        &self,
        request: Request<WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let (metadata, _, WatchRequest { count, .. }) = request.into_parts();
        let outcome = self.answer(metadata, String::new()).await;
        let reading = Ok(Reading { celsius: 12.0 });
        let answers = match (count, outcome) {
            (2, outcome) => vec![reading.clone(), outcome.and(reading)],
            (_, outcome) => vec![outcome.and(reading)?].into_iter().map(Ok).collect(),
        };
        Ok(Response::new(tokio_stream::iter(answers)))
    }

    async fn record(
        &self,
        request: Request<Streaming<Reading>>,
    ) -> Result<Response<Summary>, Status> {
        let (metadata, _, mut readings) = request.into_parts();
        let mut message = String::new();
        let mut count = 0;
        while let Some(reading) = readings.message().await? {
            message += &format!("{} ", reading.celsius);
            count += 1;
        }
        self.answer(metadata, message).await?;
        Ok(Response::new(Summary { count, ..Summary::default() }))
    }

    type WarnStream = tokio_stream::Empty<Result<Warning, Status>>;

    async fn warn(
        &self,
        _: Request<Streaming<Reading>>,
    ) -> Result<Response<Self::WarnStream>, Status> {
        Err(Status::unimplemented(""))
    }
}

fn unavailable() -> Answer {
    Answer::Fail(Status::unavailable("restarting"))
}

fn pushback(value: &str) -> Answer {
    let mut status = Status::unavailable("busy");
    status.metadata_mut().insert("grpc-retry-pushback-ms", value.parse().unwrap());
    Answer::Fail(status)
}

/// Quick, and with attempts enough.
fn policy<const N: usize>(idempotent: [&str; N]) -> RetryPolicy {
    RetryPolicy::new(idempotent).backoff(Duration::from_millis(1), Duration::from_millis(2))
}

/// A client in the server's process: no connection, so nothing but the layer is at work.
fn client(
    server: &Scripted,
    policy: RetryPolicy,
) -> GreeterClient<Retries<GreeterServer<Scripted>>> {
    GreeterClient::new(RetryLayer::new(policy).layer(GreeterServer::new(server.clone())))
}

fn hello() -> HelloRequest {
    HelloRequest { name: "Ferris".into() }
}

async fn in_time<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("the test hangs")
}

#[tokio::test]
async fn an_idempotent_call_is_made_until_it_goes_through() {
    for named in [SAY_HELLO, "hello.Greeter"] {
        let server = Scripted::new([unavailable(), unavailable()]);
        let reply = in_time(client(&server, policy([named])).say_hello(hello())).await.unwrap();
        assert_eq!(reply.into_inner().message, "Ferris");
        assert_eq!(server.messages(), ["Ferris"; 3]);
        let before = server.metadata("grpc-previous-rpc-attempts");
        assert_eq!(before, [None, Some("1".into()), Some("2".into())]);
    }
}

#[tokio::test]
async fn any_other_call_is_made_once() {
    for policy in [RetryPolicy::default(), policy(["hello.Greeter/SayGoodbye", "hello", "Greeter"])]
    {
        let server = Scripted::new([unavailable()]);
        let status = in_time(client(&server, policy).say_hello(hello())).await.unwrap_err();
        assert_eq!((status.code(), server.attempts()), (Code::Unavailable, 1));
    }
}

#[tokio::test]
async fn no_other_code_is_tried_again() {
    for code in (1..=16).map(Code::from_i32).filter(|code| *code != Code::Unavailable) {
        let server = Scripted::new([Answer::Fail(Status::new(code, "no"))]);
        let status =
            in_time(client(&server, policy([SAY_HELLO])).say_hello(hello())).await.unwrap_err();
        assert_eq!((status.code(), server.attempts()), (code, 1));
    }
}

#[tokio::test]
async fn attempts_are_counted() {
    let server = Scripted::new((0..9).map(|_| unavailable()));
    let policy = policy([SAY_HELLO]).max_attempts(3);
    let status = in_time(client(&server, policy).say_hello(hello())).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::Unavailable, "restarting"));
    assert_eq!(server.attempts(), 3);
}

#[tokio::test]
async fn all_calls_share_the_budget() {
    let well = (0..10).map(|_| Answer::Well);
    let server = Scripted::new(well.chain((0..99).map(|_| unavailable())));
    let mut client = client(&server, policy([SAY_HELLO]).budget(0, 0.2));
    for _ in 0..10 {
        in_time(client.say_hello(hello())).await.unwrap();
    }
    for _ in 0..10 {
        in_time(client.clone().say_hello(hello())).await.unwrap_err();
    }
    // Ten that went well, ten that did not, and a fifth of the first ten.
    assert_eq!(server.attempts(), 10 + 10 + 2);
}

#[tokio::test]
async fn the_server_says_when() {
    let slow = || RetryPolicy::new([SAY_HELLO]).backoff(HOUR, HOUR);
    let server = Scripted::new([pushback("0"), pushback("1")]);
    in_time(client(&server, slow()).say_hello(hello())).await.unwrap();
    assert_eq!(server.attempts(), 3);

    for no in ["-1", "later"] {
        let server = Scripted::new([pushback(no)]);
        in_time(client(&server, policy([SAY_HELLO])).say_hello(hello())).await.unwrap_err();
        assert_eq!(server.attempts(), 1, "{no}");
    }
}

#[tokio::test]
async fn the_deadline_holds_over_all_attempts() {
    let stack = |server: &Scripted, policy, timeout| {
        let retries = RetryLayer::new(policy).layer(GreeterServer::new(server.clone()));
        GreeterClient::new(DeadlineLayer::new().default_timeout(timeout).layer(retries))
    };

    let server = Scripted::new([pushback("5"), Answer::Hang]);
    let mut client = stack(&server, policy([SAY_HELLO]), Duration::from_millis(500));
    let status = in_time(client.say_hello(hello())).await.unwrap_err();
    assert_eq!((status.code(), server.attempts()), (Code::DeadlineExceeded, 2));
    let micros = |timeout: &Option<String>| -> u64 {
        timeout.as_ref().unwrap().strip_suffix('u').unwrap().parse().unwrap()
    };
    let timeouts: Vec<_> = server.metadata("grpc-timeout").iter().map(micros).collect();
    assert!(timeouts[1] < timeouts[0] && timeouts[0] <= 500_000, "{timeouts:?}");

    // A wait that would end after the deadline is not begun.
    let server = Scripted::new([unavailable()]);
    let mut client = stack(&server, RetryPolicy::new([SAY_HELLO]).backoff(HOUR, HOUR), HOUR / 2);
    let status = in_time(client.say_hello(hello())).await.unwrap_err();
    assert_eq!((status.code(), server.attempts()), (Code::Unavailable, 1));

    // The same without a layer for deadlines, as the request has its own timeout.
    let server = Scripted::new([unavailable()]);
    let mut request = Request::new(hello());
    request.set_timeout(HOUR / 2);
    let mut client = self::client(&server, RetryPolicy::new([SAY_HELLO]).backoff(HOUR, HOUR));
    in_time(client.say_hello(request)).await.unwrap_err();
    assert_eq!(server.attempts(), 1);
}

fn thermometer(
    server: &Scripted,
    policy: RetryPolicy,
) -> ThermometerClient<Retries<ThermometerServer<Scripted>>> {
    ThermometerClient::new(RetryLayer::new(policy).layer(ThermometerServer::new(server.clone())))
}

#[tokio::test]
async fn a_stream_is_made_again_only_before_it_begins() {
    let server = Scripted::new([unavailable()]);
    let mut client = thermometer(&server, policy(["cellar.Thermometer"]));
    let once = WatchRequest { count: 1, ..WatchRequest::default() };
    in_time(client.watch(once)).await.unwrap();
    assert_eq!(server.attempts(), 2);

    let server = Scripted::new([unavailable()]);
    let mut client = thermometer(&server, policy(["cellar.Thermometer"]));
    let twice = WatchRequest { count: 2, ..WatchRequest::default() };
    let mut readings = in_time(client.watch(twice)).await.unwrap().into_inner();
    assert!(in_time(readings.message()).await.unwrap().is_some());
    let status = in_time(readings.message()).await.unwrap_err();
    assert_eq!((status.code(), server.attempts()), (Code::Unavailable, 1));
}

#[tokio::test]
async fn a_stream_of_requests_is_sent_again_from_its_start() {
    let readings = || tokio_stream::iter([11.5, 12.0, 13.5].map(|celsius| Reading { celsius }));
    let server = Scripted::new([unavailable()]);
    let mut client = thermometer(&server, policy(["cellar.Thermometer"]));
    let summary = in_time(client.record(readings())).await.unwrap().into_inner();
    assert_eq!(summary.count, 3);
    assert_eq!(server.messages(), ["11.5 12 13.5 "; 2]);

    // Three messages of 14 bytes with their frames.
    let server = Scripted::new([unavailable()]);
    let mut client = thermometer(&server, policy(["cellar.Thermometer"]).max_buffer(41));
    in_time(client.record(readings())).await.unwrap_err();
    assert_eq!(server.messages(), ["11.5 12 13.5 "]);
}

#[tokio::test]
async fn a_request_is_whole_or_not_sent_again() {
    let server = Scripted::default();
    let whole = ThermometerServer::new(server.clone());
    let first = Arc::new(AtomicBool::new(true));
    // Answers before it has read, and then the connection continues to read: more than is kept.
    let channel = service_fn(move |request: http::Request<Body>| {
        let early = first.swap(false, SeqCst);
        let mut whole = whole.clone();
        async move {
            if early {
                tokio::spawn(request.into_body().collect());
                return Ok(Status::unavailable("").into_http());
            }
            whole.call(request).await
        }
    });
    let readings = tokio_stream::iter([11.5, 12.0, 13.5].map(|celsius| Reading { celsius }));
    let policy = policy(["cellar.Thermometer"]).max_buffer(41);
    let mut client = ThermometerClient::new(RetryLayer::new(policy).layer(channel));
    in_time(client.record(readings)).await.unwrap();
    assert_eq!(server.messages(), ["11.5 12 13.5 "]);
}

#[tokio::test]
async fn what_was_never_sent_may_be_sent_whatever_it_is() {
    let tries = Arc::new(AtomicU32::new(0));
    let server = GreeterServer::new(Scripted::default());
    let channel = service_fn({
        let tries = tries.clone();
        move |request: http::Request<Body>| {
            let refused = tries.fetch_add(1, SeqCst) < 2;
            let mut server = server.clone();
            async move {
                if refused {
                    return Err(ConnectError("refused".into()));
                }
                server.call(request).await.map_err(|never: Infallible| match never {})
            }
        }
    });
    let mut client = GreeterClient::new(RetryLayer::new(policy([])).layer(channel));
    in_time(client.say_hello(hello())).await.unwrap();
    assert_eq!(tries.load(SeqCst), 3);
}

/// The end that a server gives to the first stream, on the level of HTTP/2.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Reset(Reason),
    HangUp,
    /// Hang up with a GOAWAY that names this one as the last stream that was looked at.
    GoAway(u32, Reason),
}

/// Waits for the first stream, and ends the connection. Frame by frame, as h2's server would name
/// every stream that it has read of.
async fn go_away(mut io: TcpStream, last: u32, reason: Reason) -> std::io::Result<()> {
    const HEADERS: u8 = 1;
    const SETTINGS: u8 = 4;
    const GOAWAY: u8 = 7;
    io.write_all(&[0, 0, 0, SETTINGS, 0, 0, 0, 0, 0]).await?;
    io.read_exact(&mut [0; b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len()]).await?;
    loop {
        let mut head = [0; 9];
        io.read_exact(&mut head).await?;
        let [a, b, c, kind, ..] = head;
        io.read_exact(&mut vec![0; u32::from_be_bytes([0, a, b, c]) as usize]).await?;
        if kind == HEADERS {
            break;
        }
    }
    io.write_all(&[0, 0, 8, GOAWAY, 0, 0, 0, 0, 0]).await?;
    io.write_u32(last).await?;
    io.write_u32(reason.into()).await?;
    io.shutdown().await?;
    // Closed with something unread, it would be reset, and the GOAWAY might be lost.
    tokio::io::copy(&mut io, &mut tokio::io::sink()).await.map(drop)
}

/// Calls a server that does `fate` to the first attempt and answers NOT_FOUND to the second. Gives
/// the code, and the attempts that the server saw.
async fn on_the_wire(fate: Fate, policy: RetryPolicy) -> (Code, u32) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = Endpoint::from_shared(format!("http://{}", listener.local_addr().unwrap()));
    let attempts = Arc::new(AtomicU32::new(0));
    let server = tokio::spawn({
        let attempts = attempts.clone();
        async move {
            loop {
                let (io, _): (TcpStream, _) = listener.accept().await.unwrap();
                if let Fate::GoAway(last, reason) = fate
                    && attempts.load(SeqCst) == 0
                {
                    attempts.store(1, SeqCst);
                    tokio::spawn(go_away(io, last, reason));
                    continue;
                }
                let mut connection = h2::server::handshake(io).await.unwrap();
                while let Some(Ok((_, mut respond))) = connection.accept().await {
                    match (attempts.fetch_add(1, SeqCst), fate) {
                        (0, Fate::Reset(reason)) => respond.send_reset(reason),
                        (0, Fate::HangUp) => break,
                        _ => {
                            let not_found = Status::not_found("").into_http::<()>();
                            respond.send_response(not_found, true).unwrap();
                        }
                    }
                }
            }
        }
    });
    let channel = endpoint.unwrap().connect_lazy();
    let mut client = GreeterClient::new(RetryLayer::new(policy).layer(channel));
    let status = in_time(client.say_hello(hello())).await.unwrap_err();
    server.abort();
    (status.code(), attempts.load(SeqCst))
}

#[tokio::test]
async fn the_connection_tells_what_may_have_been_done() {
    let named = || policy([SAY_HELLO]);
    // REFUSED_STREAM: the server has not looked at it.
    let refused = Fate::Reset(Reason::REFUSED_STREAM);
    assert_eq!(on_the_wire(refused, policy([])).await, (Code::NotFound, 2));
    // A broken connection says nothing of the work, so that the method decides.
    assert_eq!(on_the_wire(Fate::HangUp, named()).await, (Code::NotFound, 2));
    assert_eq!(on_the_wire(Fate::HangUp, policy([])).await.1, 1);
    for reason in [Reason::NO_ERROR, Reason::ENHANCE_YOUR_CALM] {
        // The call is stream 1, and the server says that it has not looked at it.
        let unseen = Fate::GoAway(0, reason);
        assert_eq!(on_the_wire(unseen, policy([])).await, (Code::NotFound, 2), "{reason:?}");
        // It may have looked at it, and the connection ended before its answer.
        let seen = Fate::GoAway(1, reason);
        assert_eq!(on_the_wire(seen, named()).await, (Code::NotFound, 2), "{reason:?}");
        assert_eq!(on_the_wire(seen, policy([])).await.1, 1, "{reason:?}");
    }
    // The server gave up on the call by itself.
    let internal = Fate::Reset(Reason::INTERNAL_ERROR);
    assert_eq!(on_the_wire(internal, named()).await, (Code::Internal, 1));
}

#[tokio::test]
async fn a_call_that_waited_for_its_turn_was_never_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = Endpoint::from_shared(format!("http://{}", listener.local_addr().unwrap()));
    let busy = Arc::new(Notify::new());
    let hang_up = Arc::new(Notify::new());
    let server = tokio::spawn({
        let (busy, hang_up) = (busy.clone(), hang_up.clone());
        async move {
            let mut builder = h2::server::Builder::new();
            builder.max_concurrent_streams(1);
            for fate in ["hang up", "answer"] {
                let (io, _) = listener.accept().await.unwrap();
                let mut connection = builder.handshake::<_, bytes::Bytes>(io).await.unwrap();
                let mut calls = 0;
                while let Some(Ok((_, mut respond))) = connection.accept().await {
                    calls += 1;
                    if (fate, calls) == ("hang up", 2) {
                        busy.notify_one();
                        hang_up.notified().await;
                        break;
                    }
                    respond.send_response(Status::not_found("").into_http::<()>(), true).unwrap();
                }
            }
        }
    });
    let retries = RetryLayer::new(policy([])).layer(endpoint.unwrap().connect_lazy());
    let client = GreeterClient::new(retries);
    let call = || {
        let mut client = client.clone();
        tokio::spawn(async move { client.say_hello(hello()).await.unwrap_err().code() })
    };
    // With the first answer, the limit of one is known too.
    assert_eq!(in_time(call()).await.unwrap(), Code::NotFound);
    let sent = call();
    in_time(busy.notified()).await;
    // The next is the connection's already; the one after that is not.
    let mut waiting = Vec::new();
    for _ in 0..2 {
        waiting.push(call());
        for _ in 0..100 {
            yield_now().await;
        }
    }
    hang_up.notify_one();
    assert_ne!(in_time(sent).await.unwrap(), Code::NotFound);
    assert_eq!(in_time(waiting.pop().unwrap()).await.unwrap(), Code::NotFound);
    server.abort();
}
