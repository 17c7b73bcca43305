//! A call of any method with any bytes as its body, in gRPC and in gRPC-web: nothing panics, and
//! the call ends with a status. A message that can be decoded is the same after it is encoded and
//! decoded again.
#![no_main]

use std::{cell::RefCell, convert::Infallible, time::Duration};

use bytes::Bytes;
use grpc_demo::{
    cellar::{Reading, Summary, Warning, WatchRequest},
    crossing::{
        AddReply, AddRequest, ChecksumReply, ChecksumRequest, GreetReply, GreetRequest,
        MandelbrotRequest, MandelbrotRow, MyCFunctionReply, MyCFunctionRequest, View,
    },
    hello::{HelloReply, HelloRequest},
    production::server::{Grpc, Settings},
    services,
};
use http::{HeaderMap, HeaderValue, Request, StatusCode, Version};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, StreamBody};
use libfuzzer_sys::fuzz_target;
use prost::Message;
use tokio::{runtime::Runtime, time::timeout};
use tonic_web::{GrpcWebLayer, GrpcWebService};
use tower::{Layer, ServiceExt};

/// Two methods whose answers may have no end.
const WATCH: &str = "/cellar.Thermometer/Watch";
const WATCH_HEALTH: &str = "/grpc.health.v1.Health/Watch";
/// A method whose answer may take hours.
const MANDELBROT: &str = "/crossing.Crossing/Mandelbrot";

const METHODS: [&str; 14] = [
    "/hello.Greeter/SayHello",
    "/crossing.Crossing/MyCFunction",
    "/crossing.Crossing/Add",
    "/crossing.Crossing/Greet",
    "/crossing.Crossing/Checksum",
    MANDELBROT,
    WATCH,
    "/cellar.Thermometer/Record",
    "/cellar.Thermometer/Warn",
    "/grpc.health.v1.Health/Check",
    WATCH_HEALTH,
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/hello.Greeter/NoSuchMethod",
    "/",
];

/// Suffixes of `application/grpc`; the input supplies one more.
const KINDS: [&str; 6] = ["", "+proto", "-web", "-web+proto", "-web-text", "+json"];

const ENCODINGS: [&str; 4] = ["", "identity", "gzip", "no-such-encoding"];

const TIMEOUTS: [&str; 8] = ["", "1S", "0n", "1H", "99999999m", "123456789S", "-1S", "S"];

thread_local! {
    /// One server for all inputs: a call must not affect the next.
    static SERVER: RefCell<(Runtime, GrpcWebService<Grpc>)> = RefCell::new({
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime needs no files");
        let server = services::server(Settings::default());
        let grpc = server.expect("the descriptors decode").grpc();
        (runtime, GrpcWebLayer::new().layer(grpc))
    });
}

fuzz_target!(|bytes: &[u8]| {
    decode_all(bytes);
    let Some((&[method, kind, encoding, timeout, chunk], body)) = bytes.split_first_chunk() else {
        return;
    };
    let method = METHODS[usize::from(method) % METHODS.len()];
    let known = KINDS.get(usize::from(kind)).map(|kind| kind.as_bytes());
    let (kind, body) = match known {
        Some(kind) => (kind, body),
        None => body.split_at(usize::from(kind % 8).min(body.len())),
    };
    let kind = [b"application/grpc", kind].concat();
    let Ok(content_type) = HeaderValue::from_bytes(&kind) else { return };
    if method == MANDELBROT && (kind.ends_with(b"text") || is_much_work(body)) {
        return;
    }

    // Over HTTP/1 the server accepts only gRPC-web's own types.
    let web = known.is_some_and(|kind| kind.starts_with(b"-web"));
    let mut request = Request::post(method)
        .version(if web { Version::HTTP_11 } else { Version::HTTP_2 })
        .header("content-type", content_type);
    let encoding = ENCODINGS[usize::from(encoding) % ENCODINGS.len()];
    let timeout = TIMEOUTS[usize::from(timeout) % TIMEOUTS.len()];
    for (name, value) in [("grpc-encoding", encoding), ("grpc-timeout", timeout)] {
        if !value.is_empty() {
            request = request.header(name, value);
        }
    }
    // A body comes in pieces, cut anywhere.
    let pieces: Vec<Result<_, Infallible>> = body
        .chunks(usize::from(chunk) + 1)
        .map(|piece| Ok(Frame::data(Bytes::copy_from_slice(piece))))
        .collect();
    let body = StreamBody::new(tokio_stream::iter(pieces));
    let request = request.body(body).expect("all of its parts are valid");

    let endless = matches!(method, WATCH | WATCH_HEALTH | MANDELBROT);
    SERVER.with_borrow_mut(|(runtime, service)| {
        let outcome = runtime.block_on(answer(service.clone(), request));
        assert!(outcome.is_some() || endless, "{method} has no end");
        if let Some(code) = outcome {
            assert!(
                (0..=16).contains(&code),
                "{method} ends with {code}, which is not a code of gRPC"
            );
        }
    });
});

/// The code of the status that the call ends with; `None` if the stream does not end.
async fn answer<B>(service: GrpcWebService<Grpc>, request: Request<B>) -> Option<i32>
where
    B: Body<Data = Bytes, Error = Infallible> + Send + 'static,
{
    let hour = Duration::from_secs(3600);
    let response = timeout(hour, service.oneshot(request)).await.ok()?;
    let response = response.unwrap_or_else(|never| match never {});
    if response.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        // It is not gRPC, and a client would take that for UNKNOWN.
        return Some(2);
    }
    let (head, mut body) = response.into_parts();
    let mut data = Vec::new();
    let mut code = code_of(&head.headers);
    for _ in 0..1_000 {
        // Stops as hyper does: a body that reports its end is not read further. Some bodies of
        // tonic would return more: the same error, again and again.
        let frame =
            if body.is_end_stream() { None } else { timeout(hour, body.frame()).await.ok()? };
        let frame = match frame {
            Some(Ok(frame)) => frame,
            Some(Err(error)) => panic!("the answer breaks off: {error}"),
            // gRPC-web has its trailers at the end of the body.
            None => return Some(code.or_else(|| code_in(&data)).expect("there is a status")),
        };
        match frame.into_data() {
            Ok(bytes) => data.extend_from_slice(&bytes),
            Err(frame) => code = frame.trailers_ref().and_then(code_of),
        }
    }
    None
}

fn code_of(headers: &HeaderMap) -> Option<i32> {
    headers.get("grpc-status")?.to_str().ok()?.parse().ok()
}

/// The status code in a gRPC-web body, whose frames are whole and whose last frame holds the trailers.
fn code_in(mut body: &[u8]) -> Option<i32> {
    while let Some((&[flags, a, b, c, d], rest)) = body.split_first_chunk() {
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        let frame = rest.get(..length).expect("the last frame is whole");
        if flags & 0x80 != 0 {
            assert_eq!(rest.len(), length, "nothing follows the trailers");
            let trailers = str::from_utf8(frame).expect("trailers are text");
            let status = trailers.lines().find_map(|line| line.strip_prefix("grpc-status:"));
            return status?.trim().parse().ok();
        }
        body = &rest[length..];
    }
    None
}

/// True for pictures of which one row takes more than an instant.
fn is_much_work(body: &[u8]) -> bool {
    let Some((&[_, a, b, c, d], rest)) = body.split_first_chunk() else { return false };
    let message = rest.get(..u32::from_be_bytes([a, b, c, d]) as usize);
    let request = message.and_then(|message| MandelbrotRequest::decode(message).ok());
    request.is_some_and(|request| {
        u64::from(request.width) * u64::from(request.max_iterations) > 1 << 18
    })
}

fn decode_all(bytes: &[u8]) {
    let types = [
        decode::<HelloRequest>,
        decode::<HelloReply>,
        decode::<MyCFunctionRequest>,
        decode::<MyCFunctionReply>,
        decode::<AddRequest>,
        decode::<AddReply>,
        decode::<GreetRequest>,
        decode::<GreetReply>,
        decode::<ChecksumRequest>,
        decode::<ChecksumReply>,
        decode::<View>,
        decode::<MandelbrotRequest>,
        decode::<MandelbrotRow>,
        decode::<WatchRequest>,
        decode::<Reading>,
        decode::<Summary>,
        decode::<Warning>,
    ];
    types.iter().for_each(|decode| decode(bytes));
}

fn decode<M: Message + Default>(bytes: &[u8]) {
    let Ok(message) = M::decode(bytes) else { return };
    let encoded = message.encode_to_vec();
    assert_eq!(encoded.len(), message.encoded_len());
    let again = M::decode(&*encoded).expect("what was encoded is a message");
    // Compares the bytes and not the messages: no NaN is equal to another.
    assert_eq!(again.encode_to_vec(), encoded);
}
