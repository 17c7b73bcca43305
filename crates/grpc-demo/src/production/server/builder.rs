use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response};
use tonic::{body::Body, codegen::StdError, server::NamedService, service::Routes};
use tonic_health::{
    ServingStatus,
    pb::health_server::HealthServer,
    server::{HealthReporter, HealthService},
};
use tower::{Layer, Service};

use super::{Metrics, Server, Settings, call::CallLayer, drain::Drain};
use crate::{Error, production::deadline::DeadlineLayer};

/// The longest request that health and reflection take, in bytes: it holds a name.
const MAX_NAME_REQUEST_BYTES: usize = 1_024;

/// Builds a [`Server`].
#[derive(Debug)]
pub struct Builder {
    settings: Settings,
    names: Vec<&'static str>,
    descriptor_sets: Vec<&'static [u8]>,
    routes: Routes,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            // "" is the server as a whole.
            names: vec![""],
            descriptor_sets: Vec::new(),
            routes: Routes::default(),
        }
    }
}

impl Builder {
    /// Other limits than those of [`Settings::default`].
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// A service that tonic generated, such as `GreeterServer::new(MyGreeter)`. Health reports it as
    /// SERVING.
    ///
    /// The longest message it takes is its own setting, `max_decoding_message_size`: 4 MiB unless
    /// you change it.
    pub fn add_service<S, B>(mut self, service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<B>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<StdError>,
    {
        self.names.push(S::NAME);
        self.routes = self.routes.add_service(service);
        self
    }

    /// The encoded `FileDescriptorSet` of the services. Reflection answers from it, and metrics take
    /// the names of the methods from it: without one, all calls are counted as "unknown".
    pub fn add_descriptors(mut self, encoded: &'static [u8]) -> Self {
        self.descriptor_sets.push(encoded);
        self
    }

    /// The server, which is not running yet.
    ///
    /// # Errors
    ///
    /// [`Error::Descriptors`] when a descriptor set does not decode.
    pub async fn build(self) -> Result<Server, Error> {
        let Self { settings, names, mut descriptor_sets, mut routes } = self;
        descriptor_sets.push(tonic_health::pb::FILE_DESCRIPTOR_SET);
        let reflection = descriptor_sets
            .iter()
            .fold(tonic_reflection::server::Builder::configure(), |builder, set| {
                builder.register_encoded_file_descriptor_set(set)
            })
            .build_v1()
            .map_err(Error::Descriptors)?;
        descriptor_sets.push(tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET);
        let metrics = Metrics::new(&descriptor_sets)?;

        let health = HealthReporter::new();
        for service in &names {
            health.set_service_status(service, ServingStatus::Serving).await;
        }
        let health_service = HealthServer::new(HealthService::from_health_reporter(health.clone()));
        routes = routes
            .add_service(health_service.max_decoding_message_size(MAX_NAME_REQUEST_BYTES))
            .add_service(reflection.max_decoding_message_size(MAX_NAME_REQUEST_BYTES));

        let drain = Drain::default();
        let calls = CallLayer::new(&settings, metrics.clone(), drain.clone());
        let grpc = calls.layer(DeadlineLayer::new().layer(routes.prepare()));
        Ok(Server { settings, names, health, metrics, drain, grpc })
    }
}
