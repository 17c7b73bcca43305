//! Deadlines, from the server's side, from the client's, and over two hops.

use std::{
    convert::Infallible,
    future::{Future, pending},
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use bytes::{BufMut, Bytes, BytesMut};
use grpc_demo::{
    Client,
    cellar::{
        Reading, Summary, Warning, WatchRequest,
        thermometer_server::{Thermometer, ThermometerServer},
    },
    hello::{
        HelloReply, HelloRequest,
        greeter_client::GreeterClient,
        greeter_server::{Greeter, GreeterServer},
    },
    production::deadline::{Deadline, DeadlineLayer},
};
use h2::RecvStream;
use http::HeaderMap;
use http_body::Frame;
use http_body_util::BodyExt;
use prost::Message;
use tokio::{
    net::TcpStream,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::{Interval, interval, timeout},
};
use tokio_stream::Stream;
use tonic::{
    Code, Request, Response, Status, Streaming,
    transport::{Channel, Endpoint, Server, server::TcpIncoming},
};
use tower::{Layer, ServiceExt, service_fn};

const SHORT: Duration = Duration::from_millis(100);
/// The time for a call that has to reach its server, on a machine that may be busy.
const AMPLE: Duration = Duration::from_secs(2);
const LONG: Duration = Duration::from_secs(3600);
/// The time after which a hanging test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A message from a handler to its test.
#[derive(Debug, PartialEq)]
enum Event {
    Started(Option<Duration>),
    Dropped,
}

struct Guard(UnboundedSender<Event>);

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.send(Event::Dropped);
    }
}

/// Handlers that never come to an end by themselves.
#[derive(Clone)]
struct Endless(UnboundedSender<Event>);

impl Endless {
    fn start<T>(&self, request: &Request<T>) -> Guard {
        let remaining = Deadline::of(request).map(Deadline::remaining);
        self.0.send(Event::Started(remaining)).unwrap();
        Guard(self.0.clone())
    }
}

#[tonic::async_trait]
impl Greeter for Endless {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let _guard = self.start(&request);
        pending().await
    }
}

#[tonic::async_trait]
impl Thermometer for Endless {
    type WatchStream = Ticks;

    async fn watch(&self, request: Request<WatchRequest>) -> Result<Response<Ticks>, Status> {
        let guard = self.start(&request);
        Ok(Response::new(Ticks(interval(Duration::from_millis(5)), guard)))
    }

    async fn record(&self, _: Request<Streaming<Reading>>) -> Result<Response<Summary>, Status> {
        Err(Status::unimplemented(""))
    }

    type WarnStream = tokio_stream::Empty<Result<Warning, Status>>;

    async fn warn(
        &self,
        _: Request<Streaming<Reading>>,
    ) -> Result<Response<Self::WarnStream>, Status> {
        Err(Status::unimplemented(""))
    }
}

struct Ticks(Interval, #[allow(dead_code, reason = "dropped with the stream")] Guard);

impl Stream for Ticks {
    type Item = Result<Reading, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        ready!(self.0.poll_tick(cx));
        Poll::Ready(Some(Ok(Reading { celsius: 12.0 })))
    }
}

/// A server of [`Endless`], with `layer` if there is one.
fn serve(layer: Option<DeadlineLayer>) -> (SocketAddr, UnboundedReceiver<Event>) {
    let (events, seen) = unbounded_channel();
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = incoming.local_addr().unwrap();
    let endless = Endless(events);
    tokio::spawn(
        Server::builder()
            .layer(tower::util::option_layer(layer))
            .add_service(GreeterServer::new(endless.clone()))
            .add_service(ThermometerServer::new(endless))
            .serve_with_incoming(incoming),
    );
    (address, seen)
}

fn endpoint(address: SocketAddr) -> Endpoint {
    Endpoint::from_shared(format!("http://{address}")).unwrap()
}

fn request() -> HelloRequest {
    HelloRequest { name: "Ferris".into() }
}

fn hello(timeout: Duration) -> Request<HelloRequest> {
    let mut request = Request::new(request());
    request.set_timeout(timeout);
    request
}

async fn in_time<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("the test hangs")
}

async fn event(seen: &mut UnboundedReceiver<Event>) -> Event {
    in_time(seen.recv()).await.unwrap()
}

/// A call without tonic's client, which has a timer of its own: the response's headers, and its
/// body.
async fn call(
    address: SocketAddr,
    path: &str,
    timeout: &str,
    message: impl Message,
) -> (HeaderMap, RecvStream) {
    let io = TcpStream::connect(address).await.unwrap();
    let (mut client, connection) = h2::client::handshake(io).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::post(format!("http://{address}{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("grpc-timeout", timeout)
        .body(())
        .unwrap();
    let (response, mut stream) = client.send_request(request, false).unwrap();
    let mut frame = BytesMut::new();
    frame.put_u8(0);
    frame.put_u32(message.encoded_len() as u32);
    message.encode(&mut frame).unwrap();
    stream.send_data(frame.freeze(), true).unwrap();
    let (head, body) = in_time(response).await.unwrap().into_parts();
    (head.headers, body)
}

#[tokio::test]
async fn the_server_ends_a_call_and_its_work() {
    let (address, mut seen) = serve(Some(DeadlineLayer::new()));
    let (headers, body) = call(address, "/hello.Greeter/SayHello", "100m", request()).await;
    assert_eq!(headers["grpc-status"], "4", "{headers:?}");
    assert!(body.is_end_stream());
    assert!(matches!(event(&mut seen).await, Event::Started(Some(left)) if left <= SHORT));
    assert_eq!(event(&mut seen).await, Event::Dropped);
}

#[tokio::test]
async fn without_the_layer_the_server_says_cancelled() {
    // The reason for the layer. Should this fail, tonic has fixed it.
    let (address, _seen) = serve(None);
    let (headers, _) = call(address, "/hello.Greeter/SayHello", "100m", request()).await;
    assert_eq!(headers["grpc-status"], "1", "{headers:?}");
}

#[tokio::test]
async fn the_server_ends_a_stream_and_its_work() {
    let (address, mut seen) = serve(Some(DeadlineLayer::new()));
    let watch = WatchRequest::default();
    let (headers, mut body) = call(address, "/cellar.Thermometer/Watch", "100m", watch).await;
    assert!(!headers.contains_key("grpc-status"), "{headers:?}");
    let received = in_time(async {
        let mut received = 0;
        while let Some(data) = body.data().await {
            let data: Bytes = data.unwrap();
            body.flow_control().release_capacity(data.len()).unwrap();
            received += data.len();
        }
        received
    })
    .await;
    assert!(received > 0);
    let trailers = in_time(body.trailers()).await.unwrap().unwrap();
    assert_eq!(trailers["grpc-status"], "4", "{trailers:?}");
    assert!(matches!(event(&mut seen).await, Event::Started(Some(_))));
    assert_eq!(event(&mut seen).await, Event::Dropped);
}

/// A response that is never pending, where those of tokio-stream and of a network wait now and then.
struct Busy;

impl http_body::Body for Busy {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"more")))))
    }
}

#[tokio::test]
async fn a_stream_that_always_has_more_ends_at_its_deadline() {
    let busy =
        service_fn(async |_: http::Request<()>| Ok::<_, Infallible>(http::Response::new(Busy)));
    let request = http::Request::post("/cellar.Thermometer/Watch")
        .header("content-type", "application/grpc")
        .header("grpc-timeout", "100m");
    let begun = Instant::now();
    let response = DeadlineLayer::new().layer(busy).oneshot(request.body(()).unwrap()).await;
    let mut body = response.unwrap().into_body();
    let trailers = loop {
        // No timer could end this test.
        assert!(begun.elapsed() < PATIENCE, "the stream runs past its deadline");
        if let Ok(trailers) = body.frame().await.unwrap().unwrap().into_trailers() {
            break trailers;
        }
    };
    assert!(begun.elapsed() >= SHORT);
    assert_eq!(trailers["grpc-status"], "4", "{trailers:?}");
    assert!(body.frame().await.is_none());
}

#[tokio::test]
async fn a_call_that_comes_too_late_is_not_begun() {
    let (address, mut seen) = serve(Some(DeadlineLayer::new()));
    let (headers, _) = call(address, "/hello.Greeter/SayHello", "0n", request()).await;
    assert_eq!(headers["grpc-status"], "4", "{headers:?}");
    assert!(seen.try_recv().is_err());
}

#[tokio::test]
async fn a_malformed_timeout_is_refused() {
    let (address, mut seen) = serve(Some(DeadlineLayer::new()));
    for text in ["5", "5s", "+5S", "123456789n"] {
        let (headers, _) = call(address, "/hello.Greeter/SayHello", text, request()).await;
        assert_eq!(headers["grpc-status"], "13", "{text}: {headers:?}");
        let message = headers["grpc-message"].to_str().unwrap();
        assert!(message.contains("grpc-timeout") && message.contains(text), "{message}");
    }
    assert!(seen.try_recv().is_err());
}

#[tokio::test]
async fn the_server_has_the_last_word_on_time() {
    let (address, mut seen) =
        serve(Some(DeadlineLayer::new().default_timeout(LONG).max_timeout(2 * LONG)));
    let client = GreeterClient::new(endpoint(address).connect_lazy());
    for (asked, least, most) in [
        (None, LONG / 2, LONG),
        (Some(AMPLE), Duration::ZERO, AMPLE),
        (Some(9 * LONG), LONG, 2 * LONG),
    ] {
        let mut request = Request::new(request());
        if let Some(asked) = asked {
            request.set_timeout(asked);
        }
        let call = tokio::spawn({
            let mut client = client.clone();
            async move { client.say_hello(request).await }
        });
        let Event::Started(Some(remaining)) = event(&mut seen).await else { panic!("{asked:?}") };
        assert!(least < remaining && remaining <= most, "{asked:?} became {remaining:?}");
        call.abort();
        assert_eq!(event(&mut seen).await, Event::Dropped);
    }
}

#[tokio::test]
async fn the_client_sees_deadline_exceeded() {
    // The server looks at no deadline, or only as tonic does.
    let (address, mut seen) = serve(None);
    let channel = endpoint(address).connect().await.unwrap();
    let mut client = GreeterClient::new(DeadlineLayer::new().layer(channel));
    let status = in_time(client.say_hello(hello(AMPLE))).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
    assert_eq!(event(&mut seen).await, Event::Started(None));
    assert_eq!(event(&mut seen).await, Event::Dropped);
}

#[tokio::test]
async fn the_client_ends_a_stream_that_the_server_does_not() {
    let (address, mut seen) = serve(None);
    let channel = endpoint(address).connect().await.unwrap();
    let mut client = Client::new(DeadlineLayer::new().default_timeout(AMPLE).layer(channel));
    let mut readings = client.watch(WatchRequest::default()).await.unwrap();
    let mut received = 0;
    let status = in_time(async {
        loop {
            match readings.message().await {
                Ok(Some(_)) => received += 1,
                Ok(None) => panic!("the stream ended as if it were whole"),
                Err(status) => break status,
            }
        }
    })
    .await;
    assert!(received > 0);
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
    assert_eq!(event(&mut seen).await, Event::Started(None));
    assert_eq!(event(&mut seen).await, Event::Dropped);
}

#[tokio::test]
async fn the_timeout_of_an_endpoint_is_a_deadline_too() {
    let (address, _seen) = serve(None);
    let channel = endpoint(address).timeout(SHORT).connect_lazy();
    let status =
        in_time(GreeterClient::new(channel.clone()).say_hello(request())).await.unwrap_err();
    assert_eq!(status.code(), Code::Cancelled, "tonic has fixed it: {status:?}");
    let mut client = GreeterClient::new(DeadlineLayer::new().layer(channel));
    let status = in_time(client.say_hello(request())).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
}

#[tokio::test]
async fn connect_gives_every_call_a_deadline() {
    let (address, mut seen) = serve(Some(DeadlineLayer::new()));
    let mut client = Client::connect(format!("http://{address}")).await.unwrap();
    let call = tokio::spawn(async move { client.say_hello("Ferris").await });
    let Event::Started(Some(left)) = event(&mut seen).await else { panic!("it has no deadline") };
    let documented = Duration::from_secs(10);
    assert!(documented / 2 < left && left <= documented, "{left:?}");
    call.abort();
}

#[tokio::test]
async fn other_errors_and_other_requests_pass() {
    let absent = endpoint("127.0.0.1:1".parse().unwrap()).connect_lazy();
    let mut client = GreeterClient::new(DeadlineLayer::new().layer(absent));
    let status = in_time(client.say_hello(hello(LONG))).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status:?}");

    let page = service_fn(async |request: http::Request<String>| {
        assert!(!request.headers().contains_key("grpc-timeout"));
        Ok::<_, Infallible>(http::Response::new(request.into_body()))
    });
    let page = DeadlineLayer::new().max_timeout(Duration::ZERO).layer(page);
    for content_type in ["text/plain", "application/grpc-web+proto"] {
        let request = http::Request::post("/").header("content-type", content_type);
        let response = page.clone().oneshot(request.body(String::new()).unwrap()).await.unwrap();
        assert!(!response.headers().contains_key("grpc-status"), "{content_type}");
    }
}

/// Passes each call on to another server, with the time that remains or without.
struct Middle {
    next: Channel,
    passes_on: bool,
    received: Arc<Mutex<Option<Deadline>>>,
}

#[tonic::async_trait]
impl Greeter for Middle {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let deadline = Deadline::of(&request);
        *self.received.lock().unwrap() = deadline;
        let mut onward = Request::new(request.into_inner());
        if let (true, Some(deadline)) = (self.passes_on, deadline) {
            deadline.pass_on(&mut onward);
        }
        GreeterClient::new(self.next.clone()).say_hello(onward).await
    }
}

async fn second_hop(passes_on: bool) -> (Event, Duration) {
    let (last, mut seen) = serve(Some(DeadlineLayer::new()));
    let received = Arc::default();
    let middle =
        Middle { next: endpoint(last).connect_lazy(), passes_on, received: Arc::clone(&received) };
    let middle = DeadlineLayer::new().layer(GreeterServer::new(middle));
    let call = tokio::spawn(async move { GreeterClient::new(middle).say_hello(hello(LONG)).await });
    let event = event(&mut seen).await;
    call.abort();
    let received = received.lock().unwrap().unwrap();
    (event, received.remaining())
}

#[tokio::test]
async fn what_remains_is_passed_on() {
    let (Event::Started(Some(there)), here) = second_hop(true).await else { panic!() };
    // Ours was read after theirs, so it has to be less; the rounding on the wire adds up to 1 ms.
    assert!(here < there + Duration::from_millis(1) && there <= LONG, "{there:?} of {here:?}");
    assert!(matches!(second_hop(false).await, (Event::Started(None), _)));
}
