//! gRPC: the same server, called without a connection, over a pipe in memory, and over sockets.
//!
//! The service of every column is this project's, and it answers by calling C: each number includes
//! an FFI call, of some nanoseconds. It draws `mandelbrot` on a thread for work that blocks.
//!
//! The server is tonic's, with its own HTTP/2 windows and one limit changed: it accepts messages of
//! over 4 MiB, as any server must whose callers send 16 MiB at once.

use std::{
    future,
    hint::black_box,
    io,
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use grpc_demo::{
    Client, code_name,
    crossing::{MandelbrotRequest, View, crossing_server::CrossingServer},
    production::deadline::{DeadlineLayer, Deadlines},
    services::CrossingService,
};
use hyper_util::rt::TokioIo;
use tokio::runtime::{Builder, Runtime};
use tonic::{
    Status,
    body::Body,
    client::GrpcService,
    codegen::{Body as HttpBody, Bytes, StdError},
    service::Routes,
    transport::{Endpoint, Server, server::TcpIncoming},
};
use tower::{Layer, service_fn};

use super::{Boundary, Opened, Say, Technique, opened};
use crate::compare::{
    operation::{Answer, NAME, Operation, PICTURE, Picture},
    side::{Failure, Side, untimed},
    tls,
};

const fn column(id: &'static str, name: &'static str, open: fn(&Say<'_>) -> Opened) -> Boundary {
    Boundary::new(id, name, Technique::Grpc, open)
}

pub const DIRECT: Boundary = column("grpc-direct", "gRPC, no connection", |_| opened(direct()));
pub const MEMORY: Boundary = column("grpc-memory", "gRPC, in-process", |_| opened(memory()));
pub const UDS: Boundary = column("grpc-uds", "gRPC, UDS", |_| opened(uds()));
pub const TCP: Boundary = column("grpc-tcp", "gRPC, TCP", |_| opened(tcp()));
pub const TLS: Boundary = column("grpc-tls", "gRPC, TCP+TLS", |_| opened(over_tls()));

/// The longest message that the server accepts: 16 MiB of data, and protobuf's overhead.
const MAX_MESSAGE_BYTES: usize = (16 << 20) + 64;

/// Capacity of the pipe in memory. With 64 KiB, a message of 16 MiB takes a fifth longer; a small
/// one takes the same time.
const PIPE_BYTES: usize = 1 << 20;

/// Deadline of a call: far longer than any call takes, so that a silent server does not hold up the
/// other columns.
const CALL_TIMEOUT: Duration = Duration::from_secs(60);

/// The generated client calls the server's routes. Of gRPC, this leaves the messages, their frames,
/// and finding the method.
fn direct() -> Result<impl Side + use<>, Failure> {
    Ok(calling(routes(), near()?, ()))
}

/// HTTP/2 over a pipe, with both ends in one runtime, on this thread, as in a test, or in a program
/// that is its own client. Compared with [`direct`] this adds only HTTP/2: there is no socket, and
/// no server thread to wake up.
fn memory() -> Result<impl Side + use<>, Failure> {
    let runtime = near()?;
    let (near, far) = tokio::io::duplex(PIPE_BYTES);
    let incoming = tokio_stream::once(io::Result::Ok(far));
    runtime.spawn(Server::builder().add_routes(routes()).serve_with_incoming(incoming));
    let mut near = Some(TokioIo::new(near));
    let connector = service_fn(move |_| {
        future::ready(near.take().ok_or(io::Error::other("the server closed the pipe")))
    });
    let endpoint = Endpoint::from_static("http://memory");
    let channel = runtime.block_on(endpoint.connect_with_connector(connector))?;
    Ok(calling(channel, runtime, ()))
}

/// A Unix socket, in a folder that is removed with the server.
#[cfg(unix)]
fn uds() -> Result<impl Side + use<>, Failure> {
    let (server, runtime, folder) = (far()?, near()?, tempfile::tempdir()?);
    let path = folder.path().join("crossing.sock");
    let listener = server.block_on(async { tokio::net::UnixListener::bind(&path) })?;
    let incoming = tokio_stream::wrappers::UnixListenerStream::new(listener);
    server.spawn(Server::builder().add_routes(routes()).serve_with_incoming(incoming));
    let endpoint = Endpoint::from_shared(format!("unix://{}", path.display()))?;
    let channel = runtime.block_on(endpoint.connect())?;
    Ok(calling(channel, runtime, (server, folder)))
}

#[cfg(not(unix))]
fn uds() -> Result<Caller<Routes, ()>, Failure> {
    Err("this system has no Unix sockets: use TCP".into())
}

fn tcp() -> Result<impl Side + use<>, Failure> {
    let (server, runtime) = (far()?, near()?);
    let incoming = listen(&server)?;
    let endpoint = Endpoint::from_shared(format!("http://{}", incoming.local_addr()?))?;
    server.spawn(Server::builder().add_routes(routes()).serve_with_incoming(incoming));
    let channel = runtime.block_on(endpoint.connect())?;
    Ok(calling(channel, runtime, server))
}

/// TLS, with a certificate that is made for this server, and that the client trusts.
fn over_tls() -> Result<impl Side + use<>, Failure> {
    let (server, runtime) = (far()?, near()?);
    let made = rcgen::generate_simple_self_signed([Ipv4Addr::LOCALHOST.to_string()])?;
    let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    let incoming = listen(&server)?;
    let uri = format!("https://{}", incoming.local_addr()?);
    let incoming = Box::pin(tls::accept(incoming, certificate.as_bytes(), key.as_bytes())?);
    server.spawn(Server::builder().add_routes(routes()).serve_with_incoming(incoming));
    let channel = runtime.block_on(tls::connect(uri, certificate.as_bytes()))?;
    Ok(calling(channel, runtime, server))
}

fn routes() -> Routes {
    let service = CrossingServer::new(CrossingService);
    Routes::new(service.max_decoding_message_size(MAX_MESSAGE_BYTES)).prepare()
}

/// A port for a server. It sends small messages at once (TCP_NODELAY); a client's endpoint does so
/// by default.
fn listen(server: &Runtime) -> io::Result<TcpIncoming> {
    let bound = server.block_on(async { TcpIncoming::bind((Ipv4Addr::LOCALHOST, 0).into()) })?;
    Ok(bound.with_nodelay(Some(true)))
}

/// A runtime for a client: its tasks run on the thread that calls `block_on`.
fn near() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

/// A runtime for a server, with a thread of its own, as in a separate program. Dropping it ends the
/// calls, closes the sockets and waits for the thread.
fn far() -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(1).enable_all().build()
}

/// The near side of every column: the generated client, called in a loop.
struct Caller<T, F> {
    transport: T,
    runtime: Runtime,
    /// Owner of the far side. Dropped last: by then the connection is closed.
    _far: F,
}

/// A caller that waits in `runtime`, which also made the connection under `transport`. Its calls
/// have deadlines like those of `Client::connect`, but longer.
fn calling<T, F>(transport: T, runtime: Runtime, far: F) -> Caller<Deadlines<T>, F> {
    let transport = DeadlineLayer::new().default_timeout(CALL_TIMEOUT).layer(transport);
    Caller { transport, runtime, _far: far }
}

impl<T, F> Side for Caller<T, F>
where
    T: GrpcService<Body, Error: Into<StdError>> + Clone,
    T::ResponseBody: HttpBody<Data = Bytes, Error: Into<StdError> + Send> + Send + 'static,
{
    /// All calls are in one `block_on`, so that entering the runtime is paid for once. Every
    /// operation uses the same loop: compared with a call, choosing the method takes no time.
    fn run(&mut self, operation: Operation, calls: u32) -> Result<(Answer, Duration), Failure> {
        let mut client = Client::new(self.transport.clone());
        let data = operation.data();
        let mut repeat = async |calls: u32| {
            let mut answer = Answer::Sum(0);
            let start = Instant::now();
            for number in 0..calls {
                let next = match (operation, data) {
                    (Operation::Add, _) => {
                        let sum = if let Answer::Sum(sum) = answer { sum } else { 0 };
                        Answer::Sum(client.add(sum, number.cast_signed()).await?)
                    }
                    (Operation::Greet, _) => Answer::Text(client.greet(black_box(NAME)).await?),
                    // A message owns its bytes: the copy is part of the cost of sending them.
                    (_, Some(data)) => Answer::Checksum(client.checksum(black_box(data)).await?),
                    (_, None) => {
                        // The rows come in order, as in any stream.
                        let mut rows = client.mandelbrot(picture()).await?;
                        let mut pixels = Vec::with_capacity(1 << 18);
                        while let Some(row) = rows.message().await? {
                            pixels.extend(row.iterations);
                        }
                        Answer::Pixels(pixels)
                    }
                };
                answer = black_box(next);
            }
            Ok((answer, start.elapsed()))
        };
        let done = self.runtime.block_on(async {
            repeat(untimed(calls)).await?;
            repeat(calls).await
        });
        done.map_err(|status: Status| {
            let (code, message) = (code_name(status.code()), status.message());
            format!("{} ended with {code}: {message}", operation.name()).into()
        })
    }
}

fn picture() -> MandelbrotRequest {
    let Picture { width, height, view, max_iterations } = PICTURE;
    let view = View { center_re: view.center_re, center_im: view.center_im, width: view.width };
    MandelbrotRequest { width, height, view: Some(view), max_iterations }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tonic::codegen::http;
    use tower::ServiceExt;

    use super::*;

    #[test]
    fn calls_are_as_many_as_asked_for_and_have_a_deadline_or_fail() {
        let (sent, seen) = mpsc::channel();
        let transport = service_fn(move |request: http::Request<Body>| {
            sent.send(request.headers().get("grpc-timeout").cloned()).unwrap();
            routes().oneshot(request)
        });
        let mut caller = calling(transport, near().unwrap(), ());
        for calls in [1, 100] {
            caller.time(Operation::Greet, calls).unwrap();
            let timeouts: Vec<_> = seen.try_iter().collect();
            assert_eq!(timeouts.len(), (calls + untimed(calls)) as usize);
            assert!(timeouts.iter().all(Option::is_some), "a call without a deadline");
        }
        let gone = service_fn(|_: http::Request<Body>| {
            let gone = io::Error::other("the server has gone");
            future::ready(Err::<http::Response<Body>, _>(gone))
        });
        let error = calling(gone, near().unwrap(), ()).answer(Operation::Greet).unwrap_err();
        assert_eq!(error.to_string(), "greet ended with UNKNOWN: the server has gone");
    }
}
