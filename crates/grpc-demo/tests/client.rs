//! The client has a method for each method of `proto/`, and a name for each code of the specification.

use std::{
    collections::BTreeSet,
    convert::Infallible,
    future::{Ready, ready},
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use grpc_demo::{
    Client, FILE_DESCRIPTOR_SET,
    cellar::{Reading, WatchRequest},
    code_name,
    crossing::MandelbrotRequest,
};
use prost::Message;
use prost_types::FileDescriptorSet;
use tonic::{Code, Status, body::Body};
use tower::Service;

/// A transport that refuses each call, and records the path it was sent to.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<BTreeSet<String>>>);

impl Service<http::Request<Body>> for Recorder {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        self.0.lock().unwrap().insert(request.uri().path().to_owned());
        ready(Ok(Status::unavailable("only recorded").into_http()))
    }
}

/// The methods that the `.proto` files declare, as the paths of calls.
fn declared() -> BTreeSet<String> {
    let set = FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).unwrap();
    let mut paths = BTreeSet::new();
    for file in &set.file {
        for service in &file.service {
            for method in &service.method {
                paths.insert(format!("/{}.{}/{}", file.package(), service.name(), method.name()));
            }
        }
    }
    paths
}

#[tokio::test]
async fn each_declared_method_is_offered() {
    let recorder = Recorder::default();
    let mut client = Client::new(recorder.clone());
    let refused = [
        client.say_hello("").await.map(drop),
        client.my_c_function(0, 0.0).await.map(drop),
        client.add(0, 0).await.map(drop),
        client.greet("").await.map(drop),
        client.checksum([]).await.map(drop),
        client.mandelbrot(MandelbrotRequest::default()).await.map(drop),
        client.watch(WatchRequest::default()).await.map(drop),
        client.record(tokio_stream::empty::<Reading>()).await.map(drop),
        client.warn(tokio_stream::empty::<Reading>()).await.map(drop),
    ];
    assert!(refused.iter().all(Result::is_err), "a call was not sent to the recorder: {refused:?}");

    let (declared, called) = (declared(), recorder.0.lock().unwrap().clone());
    let missing: Vec<_> = declared.difference(&called).collect();
    assert!(
        missing.is_empty(),
        "no method of grpc_demo::Client calls {missing:?}: add it to src/client.rs, and its call \
         to this test"
    );
    // A call of a method that is not declared would be UNIMPLEMENTED.
    assert_eq!(called, declared);
}

/// The names in "Status codes and their use in gRPC", which lists them from 0 to 16.
const CODES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

#[test]
fn each_code_has_the_name_that_its_number_has_in_the_specification() {
    for (number, name) in (0..).zip(CODES) {
        let code = Code::from_i32(number);
        assert_eq!((code as i32, code_name(code)), (number, name));
    }
    assert_eq!(Code::from_i32(17), Code::Unknown, "there is a code after UNAUTHENTICATED");
}
