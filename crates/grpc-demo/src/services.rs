//! The services of `proto/`, as this demo implements them.
//!
//! Serve them with tonic alone, here on any free port:
//!
//! ```
//! use grpc_demo::{Client, services};
//! use tonic::transport::{Server, server::TcpIncoming};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Without nodelay, small answers wait for more to send.
//! let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
//! let uri = format!("http://{}", incoming.local_addr()?);
//! tokio::spawn(Server::builder().add_routes(services::routes()).serve_with_incoming(incoming));
//!
//! let mut client = Client::connect(uri).await?;
//! assert_eq!(client.say_hello("Ferris").await?, "Hello, Ferris!");
//! # Ok(())
//! # }
//! ```
//!
//! With the feature `production`, `serve` and `server` put them behind limits, health and
//! reflection instead: see [`production`](crate::production).

mod crossing;
mod greeter;
mod invalid;
mod thermometer;

use tonic::service::Routes;

pub use self::{
    crossing::{CrossingService, MAX_ROW_PIXELS},
    greeter::{GreeterService, MAX_NAME_BYTES},
    thermometer::ThermometerService,
};
use crate::{
    cellar::thermometer_server::ThermometerServer, crossing::crossing_server::CrossingServer,
    hello::greeter_server::GreeterServer,
};

/// All three services, for tonic's own `Server` or as part of an axum router.
pub fn routes() -> Routes {
    Routes::new(GreeterServer::new(GreeterService))
        .add_service(CrossingServer::new(CrossingService))
        .add_service(ThermometerServer::new(ThermometerService))
}

#[cfg(feature = "production")]
mod served {
    use tonic::transport::server::TcpIncoming;

    use super::*;
    use crate::{
        Error, FILE_DESCRIPTOR_SET,
        production::server::{Server, Settings},
    };

    /// All three services in a [`Server`] that is not running yet. Needs the feature `production`.
    ///
    /// # Errors
    ///
    /// [`Error::Descriptors`], which only a broken build causes.
    pub fn server(settings: Settings) -> Result<Server, Error> {
        Server::builder()
            .settings(settings)
            .add_service(GreeterServer::new(GreeterService))
            .add_service(CrossingServer::new(CrossingService))
            .add_service(ThermometerServer::new(ThermometerService))
            .add_descriptors(FILE_DESCRIPTOR_SET)
            .build()
    }

    /// Serves all three services with the default [`Settings`] until `shutdown` is done, then
    /// finishes the calls in flight, as [`Server::serve`] does. Needs the feature `production`.
    ///
    /// # Errors
    ///
    /// Those of [`server`] and [`Server::serve`].
    pub async fn serve(
        incoming: TcpIncoming,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), Error> {
        server(Settings::default())?.serve(incoming, shutdown).await?;
        Ok(())
    }
}
#[cfg(feature = "production")]
pub use self::served::{serve, server};
