//! The server half: Greeter, Crossing and Thermometer, with health and reflection.
//!
//! [`listen`] and [`serve`] are the simple way. [`Server`] is what they are made of, for other
//! [`Settings`], for metrics, and for gRPC beside something else on one address.

mod arrival;
mod call;
mod connection;
mod drain;
mod metrics;
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
    server::NamedService,
    service::Routes,
    transport::{self, server::TcpIncoming},
};
use tonic_health::{
    pb::health_server::HealthServer,
    server::{HealthReporter, HealthService},
};
use tower::{Layer, Service, ServiceExt};

use self::{
    call::{CallLayer, Calls},
    drain::Drain,
};
pub use self::{
    metrics::{METRICS_CONTENT_TYPE, Metrics},
    settings::Settings,
    signal::stop_signal,
};
use crate::{
    Error, FILE_DESCRIPTOR_SET,
    cellar::thermometer_server::ThermometerServer,
    crossing::crossing_server::CrossingServer,
    deadline::{DeadlineLayer, Deadlines},
    hello::greeter_server::GreeterServer,
};
pub use crate::{
    crossing_service::{CrossingService, MAX_ROW_PIXELS},
    greeter::{GreeterService, MAX_NAME_BYTES},
    thermometer::ThermometerService,
};

/// The services that health knows; "" is the server as a whole.
const SERVICES: [&str; 4] = [
    "",
    <GreeterServer<GreeterService> as NamedService>::NAME,
    <CrossingServer<CrossingService> as NamedService>::NAME,
    <ThermometerServer<ThermometerService> as NamedService>::NAME,
];

/// The longest request that health takes, in bytes: it is the name of a service.
const MAX_HEALTH_REQUEST_BYTES: usize = 1_024;

/// By which a caller and its servers name a request in their logs. It comes back with the answer.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// All services, to be served by tonic's own `Server` or as part of an axum router.
///
/// # Errors
///
/// [`Error::Descriptors`], which only a broken build brings about.
pub async fn routes() -> Result<Routes, Error> {
    services(&HealthReporter::new(), &Settings::default()).await
}

async fn services(health: &HealthReporter, settings: &Settings) -> Result<Routes, Error> {
    for service in SERVICES {
        health.set_service_status(service, tonic_health::ServingStatus::Serving).await;
    }
    let health_service = HealthServer::new(HealthService::from_health_reporter(health.clone()));
    let reflection_service = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()
        .map_err(Error::Descriptors)?;

    let limit = settings.max_message_bytes;
    let routes = Routes::new(GreeterServer::new(GreeterService).max_decoding_message_size(limit))
        .add_service(CrossingServer::new(CrossingService).max_decoding_message_size(limit))
        .add_service(ThermometerServer::new(ThermometerService).max_decoding_message_size(limit))
        .add_service(health_service.max_decoding_message_size(MAX_HEALTH_REQUEST_BYTES))
        .add_service(reflection_service.max_decoding_message_size(limit));
    Ok(routes)
}

/// Takes the address. From here on connections queue up, so a client may be started.
///
/// # Errors
///
/// [`Error::Listen`] when the address is taken or not this machine's.
pub fn listen(address: SocketAddr) -> Result<TcpIncoming, Error> {
    let incoming =
        TcpIncoming::bind(address).map_err(|source| Error::Listen { address, source })?;
    // Small messages leave at once, and do not wait for more to send.
    Ok(incoming.with_nodelay(Some(true)))
}

/// Answers until `shutdown` is done, then finishes the calls in flight, as [`Server::serve`] does
/// with [`Settings::default`].
///
/// # Errors
///
/// Those of [`Server::new`] and [`Server::serve`].
pub async fn serve(incoming: TcpIncoming, shutdown: impl Future<Output = ()>) -> Result<(), Error> {
    Server::new(Settings::default()).await?.serve(incoming, shutdown).await?;
    Ok(())
}

/// All services under all [`Settings`], as one tower service.
pub type Grpc = Calls<Deadlines<Routes>>;

/// All services, and what it takes to run them for others.
#[derive(Debug)]
pub struct Server {
    settings: Settings,
    health: HealthReporter,
    metrics: Metrics,
    drain: Drain,
    grpc: Grpc,
}

/// How a server came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stopped {
    /// How many calls, those to health aside, were still in flight when [`Settings::drain`] was
    /// over. They were ended with UNAVAILABLE, if their callers still listened.
    pub calls_cut: usize,
}

impl Server {
    /// A server that is not running yet.
    ///
    /// # Errors
    ///
    /// [`Error::Descriptors`], which only a broken build brings about.
    pub async fn new(settings: Settings) -> Result<Self, Error> {
        let health = HealthReporter::new();
        let metrics = Metrics::new(&[
            FILE_DESCRIPTOR_SET,
            tonic_health::pb::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
        ])?;
        let drain = Drain::default();
        let routes = services(&health, &settings).await?.prepare();
        let calls = CallLayer::new(&settings, metrics.clone(), drain.clone());
        let grpc = calls.layer(DeadlineLayer::new().layer(routes));
        Ok(Self { settings, health, metrics, drain, grpc })
    }

    /// What this server counts.
    pub fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }

    /// By which a service can be said not to be serving, while the others go on.
    ///
    /// Once the server is to stop, report nothing more: a service that is set to SERVING then is
    /// sent new calls by its balancers, which the server does not take.
    pub fn health(&self) -> HealthReporter {
        self.health.clone()
    }

    /// The services, to be made a part of what [`serve_service`](Self::serve_service) serves.
    pub fn grpc(&self) -> Grpc {
        self.grpc.clone()
    }

    /// Answers until `shutdown` is done, then stops:
    ///
    /// 1. health turns NOT_SERVING, and for [`Settings::lame_duck`] nothing else changes;
    /// 2. the address is given up, the streams of health end, and every peer is told (GOAWAY) to
    ///    open its next streams elsewhere; calls in flight go on;
    /// 3. after [`Settings::drain`] those that are left end with UNAVAILABLE, and soon after that
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
        let going = drain.begin(shutdown, health, &SERVICES, &settings);
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
