use std::{collections::HashMap, pin::Pin};

use tokio::sync::watch;
use tokio_stream::{Stream, StreamExt, wrappers::WatchStream};
use tonic::{Request, Response, Status};
use tonic_health::{
    ServingStatus,
    pb::{
        HealthCheckRequest, HealthCheckResponse, health_check_response::ServingStatus as Reported,
        health_server,
    },
};

/// The health of a server's services, which `grpc.health.v1.Health` reports.
///
/// A clone is cheap, and sets the same health. tonic-health's own service ends the `Watch` of a
/// service that it does not know with NOT_FOUND. By the protocol, as here, the watcher is told
/// SERVICE_UNKNOWN, and hears when the service is set.
#[derive(Clone, Debug, Default)]
pub struct Health(watch::Sender<Statuses>);

#[derive(Clone, Debug, Default)]
struct Statuses {
    services: HashMap<String, ServingStatus>,
    is_stopping: bool,
}

impl Health {
    /// Sets the health of one service; "" is the server as a whole.
    ///
    /// Once the server is stopping, every service is NOT_SERVING, whatever is set.
    pub fn set(&self, service: impl Into<String>, status: ServingStatus) {
        self.0.send_modify(|statuses| {
            statuses.services.insert(service.into(), status);
        });
    }

    pub(super) fn stop(&self) {
        self.0.send_modify(|statuses| statuses.is_stopping = true);
    }
}

impl Statuses {
    fn of(&self, service: &str) -> Option<Reported> {
        let status = *self.services.get(service)?;
        Some(if self.is_stopping { Reported::NotServing } else { status.into() })
    }
}

#[tonic::async_trait]
impl health_server::Health for Health {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let service = &request.get_ref().service;
        let status = self.0.borrow().of(service);
        let status = status
            .ok_or_else(|| Status::not_found(format!("this server has no service {service:?}")))?;
        Ok(Response::new(HealthCheckResponse { status: status.into() }))
    }

    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let service = request.into_inner().service;
        let mut last = None;
        let changes = WatchStream::new(self.0.subscribe()).filter_map(move |statuses| {
            let status = statuses.of(&service).unwrap_or(Reported::ServiceUnknown);
            let is_news = last.replace(status) != Some(status);
            is_news.then(|| Ok(HealthCheckResponse { status: status.into() }))
        });
        Ok(Response::new(Box::pin(changes)))
    }
}
