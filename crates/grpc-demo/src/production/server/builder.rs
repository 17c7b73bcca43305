use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response};
use tonic::{body::Body, codegen::StdError, server::NamedService, service::Routes};
use tonic_health::{ServingStatus, pb::health_server::HealthServer};
use tower::{Layer, Service};

use super::{Health, Metrics, Server, Settings, call::CallLayer, drain::Drain};
use crate::{Error, production::deadline::DeadlineLayer};

/// The longest request that health and reflection take, in bytes: it holds a name.
const MAX_NAME_REQUEST_BYTES: usize = 1_024;

/// Builds a [`Server`].
#[derive(Debug)]
pub struct Builder {
    settings: Settings,
    health: Health,
    descriptor_sets: Vec<&'static [u8]>,
    routes: Routes,
}

impl Default for Builder {
    fn default() -> Self {
        let health = Health::default();
        health.set("", ServingStatus::Serving);
        // Every client that decodes the details of a status needs these.
        let descriptor_sets = vec![tonic_types::pb::FILE_DESCRIPTOR_SET];
        let (settings, routes) = (Settings::default(), Routes::default());
        Self { settings, health, descriptor_sets, routes }
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
        self.health.set(S::NAME, ServingStatus::Serving);
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
    pub fn build(self) -> Result<Server, Error> {
        let Self { settings, health, mut descriptor_sets, mut routes } = self;
        descriptor_sets.extend([
            tonic_health::pb::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
        ]);
        let metrics = Metrics::new(&descriptor_sets)?;
        let reflection = || {
            descriptor_sets.iter().fold(
                tonic_reflection::server::Builder::configure().include_reflection_service(false),
                |builder, set| builder.register_encoded_file_descriptor_set(set),
            )
        };
        // v1alpha is the same under its older name, which some tools still ask for.
        let v1 = reflection().build_v1().map_err(Error::Descriptors)?;
        let v1alpha = reflection().build_v1alpha().map_err(Error::Descriptors)?;
        routes = routes
            .add_service(v1.max_decoding_message_size(MAX_NAME_REQUEST_BYTES))
            .add_service(v1alpha.max_decoding_message_size(MAX_NAME_REQUEST_BYTES))
            .add_service(
                HealthServer::new(health.clone()).max_decoding_message_size(MAX_NAME_REQUEST_BYTES),
            );

        let drain = Drain::default();
        let calls = CallLayer::new(&settings, metrics.clone(), drain.clone());
        let grpc = calls.layer(DeadlineLayer::new().layer(routes.prepare()));
        Ok(Server { settings, health, metrics, drain, grpc })
    }
}
