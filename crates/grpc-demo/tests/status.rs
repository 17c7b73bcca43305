//! A status that is too long for headers still arrives, and harms no other call on its connection.

use std::{net::SocketAddr, pin::Pin, time::Duration};

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
    production::server::{Server, listen},
};
use tokio::time::{sleep, timeout};
use tokio_stream::{Stream, StreamExt};
use tonic::{
    Code, Request, Response, Status, Streaming,
    transport::{Channel, Endpoint},
};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

/// The time after which a hanging test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// The size of headers that Java's clients accept. All others accept more.
const HEADERS: u32 = 8 * 1_024;

/// A status of these sizes: the bytes of the message, which consists of `letter`; the number of field
/// violations; the bytes of metadata.
#[derive(Clone, Copy)]
struct Long {
    letter: char,
    message: usize,
    violations: usize,
    metadata: usize,
}

const SHORT: Long = Long { letter: 'x', message: 10, violations: 0, metadata: 0 };

impl Long {
    fn message(self) -> String {
        self.letter.to_string().repeat(self.message / self.letter.len_utf8())
    }

    fn status(self) -> Status {
        let violation = |i| FieldViolation::new(format!("readings[{i}].celsius"), "at most 60");
        let violations: Vec<_> = (0..self.violations).map(violation).collect();
        let mut status = match violations.is_empty() {
            true => Status::new(Code::FailedPrecondition, self.message()),
            false => Status::with_error_details(
                Code::FailedPrecondition,
                self.message(),
                ErrorDetails::with_bad_request(violations),
            ),
        };
        if self.metadata > 0 {
            let value = "m".repeat(self.metadata).parse().unwrap();
            status.metadata_mut().insert("x-custom", value);
        }
        status
    }
}

/// `SayHello` fails; `Watch` fails after a reading; `Warn` has a reading whenever it is asked.
#[derive(Clone, Copy)]
struct Fails(Long);

#[tonic::async_trait]
impl Greeter for Fails {
    async fn say_hello(&self, _: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        Err(self.0.status())
    }
}

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl Thermometer for Fails {
    type WatchStream = Answers<Reading>;

    async fn watch(&self, _: Request<WatchRequest>) -> Result<Response<Answers<Reading>>, Status> {
        let readings = [Ok(Reading { celsius: 12.0 }), Err(self.0.status())];
        Ok(Response::new(Box::pin(tokio_stream::iter(readings))))
    }

    async fn record(&self, _: Request<Streaming<Reading>>) -> Result<Response<Summary>, Status> {
        let mut response = Response::new(Summary::default());
        let value = "m".repeat(self.0.metadata).parse().unwrap();
        response.metadata_mut().insert("x-custom", value);
        Ok(response)
    }

    type WarnStream = Answers<Warning>;

    async fn warn(
        &self,
        readings: Request<Streaming<Reading>>,
    ) -> Result<Response<Answers<Warning>>, Status> {
        let warnings = readings.into_inner().map(|reading| {
            reading.map(|Reading { celsius }| Warning { celsius, message: String::new() })
        });
        Ok(Response::new(Box::pin(warnings)))
    }
}

fn serve(long: Long) -> SocketAddr {
    let incoming = listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = incoming.local_addr().unwrap();
    let server = Server::builder()
        .add_service(GreeterServer::new(Fails(long)))
        .add_service(ThermometerServer::new(Fails(long)))
        .build()
        .unwrap();
    tokio::spawn(server.serve(incoming, std::future::pending()));
    address
}

async fn connect(address: SocketAddr) -> Channel {
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
    endpoint.http2_max_header_list_size(HEADERS).connect().await.unwrap()
}

/// The status that `SayHello` and the one that `Watch` end with, while another stream lives on the
/// same connection.
async fn fail(long: Long) -> [Status; 2] {
    let channel = connect(serve(long)).await;
    let mut client = ThermometerClient::new(channel.clone());
    let readings = tokio_stream::iter(0..).then(async |celsius: i32| {
        sleep(Duration::from_millis(5)).await;
        Reading { celsius: celsius.into() }
    });
    let mut beside = client.warn(readings).await.unwrap().into_inner();
    beside.message().await.unwrap().unwrap();

    let at_once = GreeterClient::new(channel).say_hello(HelloRequest::default()).await.unwrap_err();
    let mut readings = client.watch(WatchRequest::default()).await.unwrap().into_inner();
    readings.message().await.unwrap().unwrap();
    let later = readings.message().await.unwrap_err();

    for _ in 0..3 {
        let alive = timeout(PATIENCE, beside.message()).await.expect("the test hangs");
        alive.expect("the stream beside it").unwrap();
    }
    [at_once, later]
}

#[tokio::test]
async fn a_status_that_fits_arrives_as_it_is() {
    for long in [
        SHORT,
        Long { message: 7_000, ..SHORT },
        Long { message: 1_024, violations: 40, metadata: 1_000, ..SHORT },
        Long { letter: '界', message: 2_000, ..SHORT },
    ] {
        for status in fail(long).await {
            assert_eq!(status.code(), Code::FailedPrecondition);
            assert_eq!(status.message(), long.message());
            let details = status.get_details_bad_request();
            let violations = details.map_or(0, |details| details.field_violations.len());
            assert_eq!(violations, long.violations);
            let custom = status.metadata().get("x-custom").map_or(0, |value| value.len());
            assert_eq!(custom, long.metadata);
        }
    }
}

#[tokio::test]
async fn a_long_message_is_cut_and_says_so() {
    for (letter, message) in
        [('x', 8_000), ('x', 17_000), ('x', 100_000), ('é', 17_000), ('界', 99_999), ('%', 9_000)]
    {
        for status in fail(Long { letter, message, ..SHORT }).await {
            assert_eq!(status.code(), Code::FailedPrecondition, "{status:?}");
            let said = status.message();
            let kept = said.chars().take_while(|&c| c == letter).count() * letter.len_utf8();
            assert!((1_000..=1_024).contains(&kept), "{kept} of {said}");
            let note = format!("{} of the {message} bytes of this message", message - kept);
            assert!(said.contains(&note), "{note} is not in {said}");
        }
    }
}

#[tokio::test]
async fn details_that_are_too_long_are_left_out_and_the_message_says_so() {
    for violations in [200, 1_000, 5_000] {
        for status in fail(Long { violations, metadata: 1_000, ..SHORT }).await {
            assert_eq!(status.code(), Code::FailedPrecondition, "{status:?}");
            assert!(status.message().starts_with("xxxxxxxxxx [left out"), "{status:?}");
            assert!(status.message().contains("bytes of details"), "{status:?}");
            assert!(status.details().is_empty());
            assert_eq!(status.metadata().get("x-custom").unwrap().len(), 1_000);
        }
    }
}

#[tokio::test]
async fn metadata_that_is_too_long_is_left_out_and_the_message_says_so() {
    for metadata in [8_000, 17_000, 100_000] {
        for status in fail(Long { violations: 3, metadata, ..SHORT }).await {
            assert_eq!(status.code(), Code::FailedPrecondition, "{status:?}");
            assert!(status.message().contains("bytes of metadata"), "{status:?}");
            assert!(status.metadata().get("x-custom").is_none());
            let details = status.get_details_bad_request().unwrap();
            assert_eq!(details.field_violations.len(), 3);
        }
    }
    // All at once.
    let all = Long { letter: '界', message: 99_999, violations: 1_000, metadata: 100_000 };
    for status in fail(all).await {
        assert_eq!(status.code(), Code::FailedPrecondition, "{status:?}");
        for part in ["of this message", "bytes of details", "bytes of metadata"] {
            assert!(status.message().contains(part), "{status:?}");
        }
    }
    // No more than its share of each, and still not too long together.
    let all = Long { letter: '界', message: 1_023, violations: 48, metadata: 1_470 };
    for status in fail(all).await {
        assert_eq!(status.code(), Code::FailedPrecondition, "{status:?}");
    }
}

#[tokio::test]
async fn an_answer_with_too_much_metadata_becomes_a_status() {
    let channel = connect(serve(Long { metadata: 100_000, ..SHORT })).await;
    let mut client = ThermometerClient::new(channel.clone());
    let status = client.record(tokio_stream::empty()).await.unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    assert!(status.message().contains("metadata takes 100"), "{status:?}");

    // Metadata that comes from the caller, and is sent back.
    let mut request = Request::new(HelloRequest::default());
    request.metadata_mut().insert("x-request-id", "i".repeat(12_000).parse().unwrap());
    let status = GreeterClient::new(channel).say_hello(request).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition, "{status:?}");
}
