//! The server as its clients see it.

use std::{collections::BTreeSet, net::SocketAddr};

use grpc_demo::{
    Client, Error,
    cellar::{Reading, Summary, WatchRequest},
    crossing::{MandelbrotRequest, View},
    production::server::{listen, resolve},
    services::{self, MAX_NAME_BYTES, MAX_ROW_PIXELS},
};
use prost::Message;
use prost_types::FileDescriptorProto;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use tokio_stream::{StreamExt, wrappers::ReceiverStream};
use tonic::{Code, Status, transport::Channel};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tonic_types::StatusExt;

/// Deep inside the set, where every pixel takes all its iterations: hours of work for C.
const PICTURE: MandelbrotRequest = MandelbrotRequest {
    width: 64,
    height: 1_000_000,
    view: Some(View { center_re: -0.1, center_im: 0.0, width: 1e-9 }),
    max_iterations: 10_000,
};

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<Result<(), Error>>,
}

impl Running {
    fn start() -> Self {
        let incoming = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = incoming.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(services::serve(incoming, async { drop(stopped.await) }));
        Running { address, stop, server }
    }

    fn uri(&self) -> String {
        format!("http://{}", self.address)
    }

    async fn client(&self) -> Client {
        Client::connect(self.uri()).await.unwrap()
    }

    async fn channel(&self) -> Channel {
        Channel::from_shared(self.uri()).unwrap().connect().await.unwrap()
    }
}

fn assert_refused<T: std::fmt::Debug>(outcome: Result<T, Status>, words: &[&str]) {
    let status = outcome.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    for word in words {
        assert!(status.message().contains(word), "{word:?} is not in {:?}", status.message());
    }
}

#[tokio::test]
async fn a_name_has_1_to_256_bytes() {
    let running = Running::start();
    let mut client = running.client().await;
    let longest = "é".repeat(MAX_NAME_BYTES / 2);
    assert_eq!(client.say_hello(&longest).await.unwrap(), format!("Hello, {longest}!"));
    assert_refused(client.say_hello("").await, &["name", "empty", "256"]);
    assert_refused(client.say_hello(longest + "x").await, &["name", "257", "256"]);
}

#[tokio::test]
async fn a_zero_keeps_its_sign() {
    let running = Running::start();
    let mut client = running.client().await;
    for (sent, received) in [(0.0, -0.0), (-0.0, 0.0)] {
        let product: f64 = client.my_c_function(-1, sent).await.unwrap();
        assert_eq!(product.to_bits(), f64::to_bits(received));
    }
}

#[tokio::test]
async fn a_refusal_names_the_field_for_programs() {
    let running = Running::start();
    let mut client = running.client().await;
    let violations = |status: Status| status.get_details_bad_request().unwrap().field_violations;
    for name in [String::new(), "x".repeat(MAX_NAME_BYTES + 1)] {
        let violations = violations(client.say_hello(name).await.unwrap_err());
        assert_eq!(violations.len(), 1);
        assert_eq!(violations[0].field, "name");
        assert_eq!(violations[0].description, "must be 1 to 256 bytes");
    }
    let slow = WatchRequest { count: 1, interval_ms: 60_001 };
    let status = client.watch(slow).await.unwrap_err();
    assert!(status.message().contains("60001"), "{status:?}");
    let violations = violations(status);
    assert_eq!(violations[0].field, "interval_ms");
    assert_eq!(violations[0].description, "must be at most 60000");
}

#[tokio::test]
async fn what_is_exactly_at_a_limit_is_accepted() {
    let running = Running::start();
    let mut client = running.client().await;
    let slowest = WatchRequest { count: 1, interval_ms: 60_000 };
    let watched: Vec<_> = client.watch(slowest).await.unwrap().collect().await;
    assert_eq!(watched.len(), 1);

    let (row, rows) = (MAX_ROW_PIXELS, ffi_demo::MAX_PIXELS as u32 / MAX_ROW_PIXELS);
    let iterations = ffi_demo::MAX_ITERATIONS;
    assert_eq!((row, rows, iterations), (65_536, 1_024, 10_000));
    for (width, height, max_iterations, word) in [
        (row, 1, 1, Ok(row)),
        (row + 1, 1, 1, Err("width is 65537")),
        (row, rows, 1, Ok(row)),
        (row, rows + 1, 1, Err("1025")),
        (1, 1, iterations, Ok(1)),
        (1, 1, iterations + 1, Err("max_iterations is 10001")),
        (1, 1, 0, Err("max_iterations is 0")),
    ] {
        let request = MandelbrotRequest { width, height, max_iterations, ..PICTURE };
        match (client.mandelbrot(request).await, word) {
            (Ok(mut rows), Ok(pixels)) => {
                let row = rows.message().await.unwrap().unwrap();
                assert_eq!(row.iterations.len(), pixels as usize);
            }
            (refused, Err(word)) => assert_refused(refused, &[word]),
            (Err(status), Ok(_)) => panic!("{request:?}: {status:?}"),
        }
    }
}

fn readings(celsius: &[f64]) -> Vec<Reading> {
    celsius.iter().map(|&celsius| Reading { celsius }).collect()
}

#[tokio::test]
async fn a_watch_has_as_many_readings_as_asked_for() {
    let running = Running::start();
    let mut client = running.client().await;
    let request = WatchRequest { count: 6, interval_ms: 1 };
    let watched = client.watch(request).await.unwrap();
    let watched: Vec<_> = watched.collect::<Result<_, _>>().await.unwrap();
    assert_eq!(watched, readings(&[11.5, 12.0, 11.0, 13.5, 11.5, 12.0]));

    // Without end: more than any buffer on the way holds.
    let mut endless = client.watch(WatchRequest { count: 0, interval_ms: 0 }).await.unwrap();
    for _ in 0..100_000 {
        endless.message().await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn recorded_readings_are_summed_up() {
    let running = Running::start();
    let mut client = running.client().await;
    let sent = tokio_stream::iter(readings(&[-3.0, 12.0, 11.0]));
    let summary = client.record(sent).await.unwrap();
    assert_eq!(summary, Summary { count: 3, lowest: -3.0, highest: 12.0 });
    // A zero that was not sent must not become the lowest or highest.
    for (sent, lowest, highest) in
        [([-3.0, -7.5, -5.0], -7.5, -3.0), ([7.5, 3.0, 5.0], 3.0, 7.5), ([-2.0; 3], -2.0, -2.0)]
    {
        let summary = client.record(tokio_stream::iter(readings(&sent))).await.unwrap();
        assert_eq!(summary, Summary { count: 3, lowest, highest });
    }
    assert_refused(client.record(tokio_stream::empty::<Reading>()).await, &["reading", "one"]);
}

#[tokio::test]
async fn a_warning_comes_while_readings_go_out() {
    let running = Running::start();
    let mut client = running.client().await;
    let (thermometer, sent) = mpsc::channel(1);
    let mut warnings = client.warn(ReceiverStream::new(sent)).await.unwrap();
    for celsius in [12.0, 13.5, 13.0, 14.0] {
        thermometer.send(Reading { celsius }).await.unwrap();
        if celsius > 13.0 {
            let warning = warnings.message().await.unwrap().unwrap();
            assert_eq!(warning.celsius, celsius);
            assert!(warning.message.ends_with("is too warm"), "{warning:?}");
        }
    }
    drop(thermometer);
    assert_eq!(warnings.message().await.unwrap(), None);
}

#[tokio::test]
async fn a_nul_does_not_reach_c() {
    let running = Running::start();
    let mut client = running.client().await;
    assert_refused(client.greet("Fer\0ris").await, &["name", "NUL", "position 3"]);
}

#[tokio::test]
async fn a_picture_that_cannot_be_drawn_is_refused_at_once() {
    let running = Running::start();
    let mut client = running.client().await;
    let no_view = MandelbrotRequest { view: None, ..PICTURE };
    assert_refused(client.mandelbrot(no_view).await, &["view", "missing"]);
    let wide = MandelbrotRequest { width: MAX_ROW_PIXELS + 1, height: 1, ..PICTURE };
    assert_refused(client.mandelbrot(wide).await, &["width", "65537", "65536"]);
    let endless = MandelbrotRequest { max_iterations: u32::MAX, ..PICTURE };
    assert_refused(client.mandelbrot(endless).await, &["max_iterations"]);
}

#[tokio::test]
async fn a_picture_that_is_not_read_is_not_drawn_further() {
    let running = Running::start();
    let mut rows = running.client().await.mandelbrot(PICTURE).await.unwrap();
    assert_eq!(rows.message().await.unwrap().unwrap().row, 0);
    drop(rows);
    drop(running.stop);
    running.server.await.unwrap().unwrap();
    // The runtime waits for its blocking tasks: were C still drawing, this test would not end.
}

#[tokio::test]
async fn health_says_serving() {
    let running = Running::start();
    let mut health = HealthClient::new(running.channel().await);
    for service in ["", "hello.Greeter", "crossing.Crossing", "cellar.Thermometer"] {
        let request = HealthCheckRequest { service: service.into() };
        let answer = health.check(request).await.unwrap().into_inner();
        assert_eq!(answer.status(), ServingStatus::Serving, "{service:?}");
    }
}

macro_rules! reflection {
    ($test:ident, $version:ident) => {
        #[tokio::test]
        async fn $test() {
            use tonic_reflection::pb::$version::{
                ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
                server_reflection_request::MessageRequest,
                server_reflection_response::MessageResponse,
            };

            let running = Running::start();
            let mut reflection = ServerReflectionClient::new(running.channel().await);
            let mut ask = async |message_request| {
                let request = ServerReflectionRequest {
                    host: String::new(),
                    message_request: Some(message_request),
                };
                let sent = tokio_stream::once(request);
                let answers = reflection.server_reflection_info(sent).await.unwrap();
                answers.into_inner().message().await.unwrap().unwrap().message_response.unwrap()
            };
            let listed = ask(MessageRequest::ListServices(String::new())).await;
            let MessageResponse::ListServicesResponse(listed) = listed else {
                panic!("{listed:?}")
            };
            let mut names: Vec<_> = listed.service.into_iter().map(|each| each.name).collect();
            names.sort();
            let served = [
                "cellar.Thermometer",
                "crossing.Crossing",
                "grpc.health.v1.Health",
                "grpc.reflection.v1.ServerReflection",
                "grpc.reflection.v1alpha.ServerReflection",
                "hello.Greeter",
            ];
            assert_eq!(names, served);

            // With the details of a status, and all that these are made of.
            let mut known = BTreeSet::new();
            for symbol in served.into_iter().chain(["google.rpc.BadRequest", "google.rpc.Status"]) {
                let file = ask(MessageRequest::FileContainingSymbol(symbol.into())).await;
                let MessageResponse::FileDescriptorResponse(file) = file else {
                    panic!("{file:?}")
                };
                let mut waiting = file.file_descriptor_proto;
                while let Some(file) = waiting.pop() {
                    let file = FileDescriptorProto::decode(&*file).unwrap();
                    if !known.insert(file.name().to_owned()) {
                        continue;
                    }
                    for import in file.dependency {
                        let import = ask(MessageRequest::FileByFilename(import)).await;
                        let MessageResponse::FileDescriptorResponse(import) = import else {
                            panic!("{import:?}")
                        };
                        waiting.extend(import.file_descriptor_proto);
                    }
                }
            }
            assert!(known.contains("error_details.proto"), "{known:?}");
        }
    };
}

reflection!(reflection_describes_the_services_and_their_errors, v1);
reflection!(reflection_does_so_under_its_older_name, v1alpha);

#[tokio::test]
async fn what_is_in_the_way_is_named() {
    let running = Running::start();
    let taken = listen(running.address).unwrap_err();
    assert!(taken.to_string().contains(&running.address.to_string()), "{taken}");

    drop(running.stop);
    running.server.await.unwrap().unwrap();
    for (scheme, end) in [("", ""), ("http://", ""), ("http://", "/")] {
        let gone = Client::connect(format!("{scheme}{}{end}", running.address)).await.unwrap_err();
        assert!(matches!(gone, Error::Connect { .. }), "{gone:?}");
        let command = format!("`cargo run --example grpc_server -- {}`", running.address);
        assert!(gone.to_string().ends_with(&command), "{gone}");
    }
}

#[tokio::test]
async fn an_address_works_or_its_error_says_what_is_wrong_with_it() {
    let running = Running::start();
    let port = running.address.port();
    for address in [
        format!("http://127.0.0.1:{port}"),
        format!("HTTP://127.0.0.1:{port}/"),
        format!("http://localhost:{port}"),
        format!("localhost:{port}"),
        format!("127.0.0.1:{port}"),
    ] {
        let client = Client::connect(&address).await;
        let mut client = client.unwrap_or_else(|error| panic!("{address}: {error}"));
        assert_eq!(client.say_hello("Ferris").await.unwrap(), "Hello, Ferris!", "{address}");
    }
    for (address, words) in [
        ("", "empty"),
        ("http://", "empty"),
        ("localhost", "the port is missing"),
        ("http://:50051", "the host is missing"),
        ("https://127.0.0.1:50051", "https needs TLS"),
        ("ftp://127.0.0.1:50051", "ftp:// is not understood"),
        ("dns:///127.0.0.1:50051", "write http://HOST:PORT"),
        ("http://127.0.0.1:50051/behind/a/prefix", "\"/behind/a/prefix\""),
        ("localhost:50051?name=Ferris", "\"?name=Ferris\""),
        ("http://localhost:50051#top", "\"#top\""),
        ("http://ferris:secret@localhost:50051", "gRPC sends credentials as metadata"),
        ("localhost:99999", "the port is \"99999\""),
        ("http://localhost:http", "the port is \"http\""),
        ("http://localhost:", "the port is \"\""),
        ("http://localhost:0", "port 0"),
        ("http://::1:50051", "brackets: write [::1]:50051"),
        ("::1:50051", "brackets: write [::1]:50051"),
        ("http://not a host:50051", "\"not a host\""),
        ("http://no.such.host.invalid:50051", "no address is known for the name"),
    ] {
        let error = Client::connect(address).await.unwrap_err();
        let Error::Address { .. } = error else { panic!("{address:?}: {error:?}") };
        let error = error.to_string();
        assert!(error.contains(words), "{words} is not in {error}");
        assert!(error.contains(&format!("{address:?}")), "{address} is not in {error}");
    }
}

#[test]
fn an_address_to_listen_on_may_be_a_name() {
    for (text, address) in [
        ("localhost:0", "127.0.0.1:0"),
        ("127.0.0.1:50051", "127.0.0.1:50051"),
        ("0.0.0.0:80", "0.0.0.0:80"),
        ("[::1]:50051", "[::1]:50051"),
    ] {
        assert_eq!(resolve(text).unwrap(), address.parse().unwrap(), "{text}");
    }
    for (text, words) in [
        ("", "empty"),
        ("8080", "the port is missing"),
        ("localhost", "the port is missing"),
        ("[::1]", "the port is missing"),
        (":8080", "the host is missing"),
        ("http://localhost:8080", "write \"localhost:8080\""),
        ("localhost:65536", "the port is \"65536\""),
        ("localhost:8080/", "\"/\""),
        ("::1:8080", "brackets: write [::1]:50051"),
        ("no.such.host.invalid:80", "no address is known for the name"),
    ] {
        let error = resolve(text).unwrap_err().to_string();
        assert!(error.contains(words), "{words} is not in {error}");
        assert!(error.contains(&format!("{text:?}")), "{text} is not in {error}");
    }
}
