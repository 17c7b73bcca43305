//! gRPC: the same server, called with no connection, over a pipe in memory, and over sockets.
//!
//! The service behind every column is this project's, which answers by calling C: an FFI call, of
//! some nanoseconds, is in each number. It draws `mandelbrot` on a thread for work that blocks, in
//! every column.
//!
//! The server is tonic's as it comes, with its HTTP/2 windows, but for one limit: it takes messages of
//! over 4 MiB, as any server must whose callers send 16 MiB at once.

mod caller;
mod server;
#[cfg(test)]
mod tests;

use std::{
    future, io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use grpc_demo::{
    crossing::crossing_server::CrossingServer, production::server::listen,
    services::CrossingService,
};
use hyper_util::rt::TokioIo;
use tokio::runtime::Runtime;
use tonic::{
    service::Routes,
    transport::{self, Channel, Endpoint, server::TcpIncoming},
};
use tower::service_fn;

use self::{
    caller::Caller,
    server::{Server, runtime, within},
};
use super::{
    super::{side::Failure, tls},
    Columns, Technique,
};

/// The longest message that the server takes: 16 MiB of data, and what protobuf says about them.
const MAX_MESSAGE_BYTES: usize = (16 << 20) + 64;

/// What the pipe in memory holds. With 64 KiB, a message of 16 MiB takes a fifth longer; a small one
/// does not care.
const PIPE_BYTES: usize = 1 << 20;

/// How long a call may take. Nothing here takes a second; it is what keeps a server that says
/// nothing from holding up the rest for ever.
const CALL_TIMEOUT: Duration = Duration::from_secs(60);

pub fn add_to(columns: &mut Columns<'_>) {
    columns.add("grpc-direct", "gRPC, no connection", Technique::Grpc, || direct().map_err(absent));
    columns.add("grpc-memory", "gRPC, in-process", Technique::Grpc, || memory().map_err(absent));
    columns.add("grpc-uds", "gRPC, UDS", Technique::Grpc, || uds().map_err(absent));
    columns.add("grpc-tcp", "gRPC, TCP", Technique::Grpc, || tcp().map_err(absent));
    columns.add("grpc-tls", "gRPC, TCP+TLS", Technique::Grpc, || tls().map_err(absent));
}

/// Why there is no column, with what was behind it: tonic's own errors keep that to themselves.
fn absent(failure: Failure) -> String {
    let mut reason = failure.to_string();
    let mut source = failure.source();
    while let Some(error) = source {
        reason = format!("{reason}: {error}");
        source = error.source();
    }
    reason
}

fn routes() -> Routes {
    let service = CrossingServer::new(CrossingService);
    Routes::new(service.max_decoding_message_size(MAX_MESSAGE_BYTES)).prepare()
}

/// The generated client calls the server's routes. What is left of gRPC are the messages, their
/// frames, and finding the method.
fn direct() -> Result<Caller<Routes, ()>, Failure> {
    Ok(Caller::new(routes(), runtime()?, ()))
}

/// HTTP/2 over a pipe, with both ends in one runtime, on this thread: what a test does, or a program
/// that is its own client. Beside [`direct`] that is HTTP/2 alone: there is no socket, and the server
/// has no thread of its own to wake up.
fn memory() -> Result<Caller<Channel, ()>, Failure> {
    let runtime = runtime()?;
    let (near, far) = tokio::io::duplex(PIPE_BYTES);
    let mut server = transport::Server::builder();
    let incoming = tokio_stream::once(io::Result::Ok(far));
    runtime.spawn(server.add_routes(routes()).serve_with_incoming(incoming));
    let mut near = Some(TokioIo::new(near));
    let connector = service_fn(move |_| {
        future::ready(near.take().ok_or(io::Error::other("the server has closed the pipe")))
    });
    let endpoint = Endpoint::from_static("http://memory");
    let channel = runtime.block_on(endpoint.connect_with_connector(connector))?;
    Ok(Caller::new(channel, runtime, ()))
}

/// A Unix socket, in a folder that goes with the server.
#[cfg(unix)]
fn uds() -> Result<Caller<Channel, (Server, tempfile::TempDir)>, Failure> {
    use tokio::net::UnixListener;
    use tokio_stream::wrappers::UnixListenerStream;

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("crossing.sock");
    let runtime = runtime()?;
    let listener = within(&runtime, || UnixListener::bind(&path))
        .map_err(|error| format!("cannot listen at {}: {error}", path.display()))?;
    let incoming = UnixListenerStream::new(listener);
    let serving = transport::Server::builder().add_routes(routes()).serve_with_incoming(incoming);
    let server = Server::start(runtime, serving)?;
    connect(Endpoint::from_shared(format!("unix://{}", path.display()))?, (server, folder))
}

#[cfg(not(unix))]
fn uds() -> Result<Caller<Channel, ()>, Failure> {
    Err("this system has no Unix sockets: take TCP".into())
}

fn tcp() -> Result<Caller<Channel, Server>, Failure> {
    let (runtime, incoming, address) = on_loopback()?;
    let serving = transport::Server::builder().add_routes(routes()).serve_with_incoming(incoming);
    let server = Server::start(runtime, serving)?;
    connect(Endpoint::from_shared(format!("http://{address}"))?, server)
}

/// With a certificate that is made for it, and that the client trusts.
fn tls() -> Result<Caller<Channel, Server>, Failure> {
    let key = rcgen::generate_simple_self_signed([Ipv4Addr::LOCALHOST.to_string()])?;
    let certificate = key.cert.pem();
    let (runtime, incoming, address) = on_loopback()?;
    let incoming = Box::pin(tls::accept(
        incoming,
        certificate.as_bytes(),
        key.signing_key.serialize_pem().as_bytes(),
    )?);
    let serving = transport::Server::builder().add_routes(routes()).serve_with_incoming(incoming);
    let server = Server::start(runtime, serving)?;
    let runtime = self::runtime()?;
    let uri = format!("https://{address}");
    let channel = runtime.block_on(tls::connect(uri, certificate.as_bytes()))?;
    Ok(Caller::new(channel, runtime, server))
}

/// A runtime for a server, and its port.
fn on_loopback() -> Result<(Runtime, TcpIncoming, SocketAddr), Failure> {
    let runtime = runtime()?;
    let incoming = within(&runtime, || listen((Ipv4Addr::LOCALHOST, 0).into()))?;
    let address = incoming.local_addr()?;
    Ok((runtime, incoming, address))
}

/// Over TCP, both ends send small messages at once (TCP_NODELAY): an endpoint does so by itself, and
/// the server through [`listen`].
fn connect<F>(endpoint: Endpoint, far: F) -> Result<Caller<Channel, F>, Failure> {
    let runtime = runtime()?;
    let channel = runtime.block_on(endpoint.connect())?;
    Ok(Caller::new(channel, runtime, far))
}
