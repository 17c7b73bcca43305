//! The server half: Greeter and Crossing, with health and reflection.

use std::{future::Future, net::SocketAddr};

use tonic::{
    service::Routes,
    transport::{Server, server::TcpIncoming},
};

use crate::{
    Error, FILE_DESCRIPTOR_SET, crossing::crossing_server::CrossingServer,
    hello::greeter_server::GreeterServer,
};
pub use crate::{
    crossing_service::{CrossingService, MAX_ROW_PIXELS},
    greeter::{GreeterService, MAX_NAME_BYTES},
};

/// All services, to be served alone by [`serve`] or as part of an axum router.
///
/// # Errors
///
/// [`Error::Descriptors`], which only a broken build brings about.
pub async fn routes() -> Result<Routes, Error> {
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_serving::<GreeterServer<GreeterService>>().await;
    health.set_serving::<CrossingServer<CrossingService>>().await;

    let reflection_service = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()
        .map_err(Error::Descriptors)?;

    Ok(Routes::new(GreeterServer::new(GreeterService))
        .add_service(CrossingServer::new(CrossingService))
        .add_service(health_service)
        .add_service(reflection_service))
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

/// Answers until `shutdown` is done, then finishes the calls in flight.
///
/// # Errors
///
/// [`Error::Serve`] when the listener fails.
pub async fn serve(incoming: TcpIncoming, shutdown: impl Future<Output = ()>) -> Result<(), Error> {
    Server::builder()
        .add_routes(routes().await?)
        .serve_with_incoming_shutdown(incoming, shutdown)
        .await
        .map_err(Error::Serve)
}
