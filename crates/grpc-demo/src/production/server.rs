//! A server to ship: limits on its peers, health, reflection, metrics, and an end that loses no
//! call, around any services that tonic generates.
//!
//! ```
//! use grpc_demo::{
//!     FILE_DESCRIPTOR_SET,
//!     hello::{HelloRequest, greeter_client::GreeterClient, greeter_server::GreeterServer},
//!     production::server::{Server, Settings, listen},
//!     services::GreeterService,
//! };
//! use tokio::sync::oneshot;
//! use tonic::transport::Endpoint;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = Server::builder()
//!     .settings(Settings { max_in_flight: 64, ..Settings::default() })
//!     .add_service(GreeterServer::new(GreeterService)) // or a service of yours
//!     .add_descriptors(FILE_DESCRIPTOR_SET)
//!     .build()?;
//! let metrics = server.metrics();
//!
//! let incoming = listen("127.0.0.1:0".parse()?)?;
//! let uri = format!("http://{}", incoming.local_addr()?);
//! // In a program this is `stop_signal()?`: Ctrl-C and SIGTERM.
//! let (stop, stopped) = oneshot::channel::<()>();
//! let running = tokio::spawn(server.serve(incoming, async { drop(stopped.await) }));
//!
//! let mut greeter = GreeterClient::new(Endpoint::from_shared(uri)?.connect().await?);
//! greeter.say_hello(HelloRequest { name: "Ferris".into() }).await?;
//!
//! drop(stop);
//! assert_eq!(running.await??.calls_cut, 0);
//! assert!(metrics.encode().contains("grpc_method=\"SayHello\",grpc_code=\"OK\"} 1"));
//! # Ok(())
//! # }
//! ```
//!
//! It needs the feature `production`.

mod arrival;
mod builder;
mod call;
mod connection;
mod drain;
mod health;
mod metrics;
mod outgoing;
mod settings;
mod signal;

use std::{future::Future, io, net::SocketAddr};

use bytes::Bytes;
use http::{HeaderName, Request, Response};
use tokio::net::TcpStream;
use tokio_stream::Stream;
use tonic::{
    body::Body,
    codegen::StdError,
    service::Routes,
    transport::{self, server::TcpIncoming},
};
use tower::{Service, ServiceExt};

pub use self::{
    builder::Builder,
    health::Health,
    metrics::{METRICS_CONTENT_TYPE, Metrics},
    settings::Settings,
    signal::stop_signal,
};
pub use tonic_health::ServingStatus;

use self::{call::Calls, drain::Drain};
use super::deadline::Deadlines;
use crate::Error;
pub use crate::address::resolve;

/// The header by which a caller and its servers name a request in their logs. It is sent back with
/// the answer; one of more than 256 bytes is neither sent back nor logged.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Binds the address. Connections queue up from this point, so a client may be started.
///
/// # Errors
///
/// [`Error::Listen`] when the address is taken or does not belong to this machine.
pub fn listen(address: SocketAddr) -> Result<TcpIncoming, Error> {
    let incoming =
        TcpIncoming::bind(address).map_err(|source| Error::Listen { address, source })?;
    // Small messages are sent at once, and do not wait for more.
    Ok(incoming.with_nodelay(Some(true)))
}

/// The services of a [`Server`] behind all its [`Settings`], as one tower service.
///
/// What is not gRPC is refused with HTTP status 415. A status that is too long for the headers of a
/// client arrives with its code and a shorter message: at most 7.5 KiB leave as headers or trailers.
pub type Grpc = Calls<Deadlines<Routes>>;

/// Services, and what it takes to run them for others.
#[derive(Debug)]
pub struct Server {
    settings: Settings,
    health: Health,
    metrics: Metrics,
    drain: Drain,
    grpc: Grpc,
}

/// A server's end: the calls that it cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stopped {
    /// The number of calls, without those to health, that were still in flight when
    /// [`Settings::drain`] was over. They were ended with UNAVAILABLE.
    pub calls_cut: usize,
}

impl Server {
    /// A server without services, to add yours to.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// This server's counts.
    pub fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }

    /// Sets the health of one service, while the others continue.
    pub fn health(&self) -> Health {
        self.health.clone()
    }

    /// The services, to be made a part of what [`serve_service`](Self::serve_service) serves.
    pub fn grpc(&self) -> Grpc {
        self.grpc.clone()
    }

    /// Answers until `shutdown` is done, then stops:
    ///
    /// 1. health becomes NOT_SERVING, and for [`Settings::lame_duck`] nothing else changes;
    /// 2. the address is released, the streams of health end, and every peer is told (GOAWAY) to
    ///    open its next streams elsewhere; calls in flight continue;
    /// 3. after [`Settings::drain`] the remaining calls end with UNAVAILABLE, and soon after that
    ///    the connections are closed.
    ///
    /// Dropping the future closes the address and the connections at once.
    ///
    /// # Errors
    ///
    /// [`Error::Serve`] when the server fails for a reason of its own.
    pub async fn serve(
        self,
        incoming: impl Stream<Item = io::Result<TcpStream>>,
        shutdown: impl Future<Output = ()>,
    ) -> Result<Stopped, Error> {
        let grpc = self.grpc();
        self.serve_service(grpc, incoming, shutdown).await
    }

    /// [`serve`](Self::serve)s `service`, of which [`grpc`](Self::grpc) is a part.
    ///
    /// # Errors
    ///
    /// [`Error::Serve`] when the server fails for a reason of its own.
    pub async fn serve_service<S, B>(
        self,
        service: S,
        incoming: impl Stream<Item = io::Result<TcpStream>>,
        shutdown: impl Future<Output = ()>,
    ) -> Result<Stopped, Error>
    where
        S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send,
        S::Error: Into<StdError> + Send + 'static,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<StdError>,
    {
        let Self { settings, health, metrics, drain, grpc: _ } = self;
        let _close_when_dropped = CloseOnDrop(&drain);

        let mut server = transport::Server::builder()
            .accept_http1(settings.http1)
            .http2_keepalive_interval(Some(settings.keepalive_interval))
            .http2_keepalive_timeout(Some(settings.keepalive_timeout))
            .http2_max_header_list_size(settings.max_header_list_bytes)
            .http2_max_pending_accept_reset_streams(Some(settings.max_pending_reset_streams))
            .http2_max_local_error_reset_streams(Some(settings.max_local_error_resets))
            .max_concurrent_streams(settings.max_concurrent_streams);
        if let Some(age) = settings.max_connection_age {
            // Not with a grace: with one, tonic 0.14 cuts connections off that it never told to go.
            server = server.max_connection_age(age);
        }

        let close = drain.close.clone();
        let connections = connection::admit(incoming, &settings, metrics.clone(), close);
        let service = service.map_request(arrival::arrive);
        let going = drain.begin(shutdown, health, &settings);
        tokio::select! {
            ended = server.serve_with_incoming_shutdown(service, connections, going) => {
                ended.map_err(Error::Serve)?;
            }
            never = drain.enforce(&settings, &metrics) => match never {},
        }
        Ok(Stopped { calls_cut: drain.calls_cut() })
    }
}

struct CloseOnDrop<'a>(&'a Drain);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.close.cancel();
    }
}
