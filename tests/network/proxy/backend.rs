//! A server in this process that reports each call to the test.

use std::{error::Error, net::SocketAddr, pin::Pin};

use grpc_demo::{
    cellar::{
        Reading, Summary, Warning, WatchRequest,
        thermometer_server::{Thermometer, ThermometerServer},
    },
    hello::{
        HelloReply, HelloRequest,
        greeter_server::{Greeter, GreeterServer},
    },
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_stream::{Stream, StreamExt};
use tonic::{
    Request, Response, Status, Streaming,
    metadata::{MetadataMap, MetadataValue},
    transport::{Server, server::TcpIncoming},
};
use tonic_health::server::HealthReporter;

/// A name whose call is never answered.
pub const UNANSWERED: &str = "unanswered";

/// The details of the status for an empty name: as large as a proxy has to let pass.
pub const DETAILS: &[u8] = &[0xDE; 5000];

#[derive(Debug, PartialEq)]
pub enum Event {
    /// A call that waits forever has begun; the value is its `grpc-timeout`.
    Began(Option<String>),
    /// That call is over.
    Ended,
}

/// A backend. It ends with the runtime that it was started on.
pub struct Backend {
    pub address: SocketAddr,
    pub events: UnboundedReceiver<Event>,
    pub health: HealthReporter,
}

impl Backend {
    /// Starts a backend. Each reply has `number` in the metadata, as `backend`.
    pub async fn start(number: usize) -> Result<Self, Box<dyn Error>> {
        let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
        let address = incoming.local_addr()?;
        let (sender, events) = unbounded_channel();
        let service = Service { number, events: sender };
        let (health, health_service) = tonic_health::server::health_reporter();
        let server = Server::builder()
            .add_service(GreeterServer::new(service.clone()))
            .add_service(ThermometerServer::new(service))
            .add_service(health_service);
        tokio::spawn(server.serve_with_incoming(incoming));
        Ok(Self { address, events, health })
    }
}

#[derive(Clone)]
struct Service {
    number: usize,
    events: UnboundedSender<Event>,
}

impl Service {
    fn wait<T>(&self, request: &Request<T>) -> Waiting {
        let timeout = request.metadata().get("grpc-timeout");
        let timeout = timeout.map(|timeout| String::from_utf8_lossy(timeout.as_bytes()).into());
        drop(self.events.send(Event::Began(timeout)));
        Waiting(self.events.clone())
    }
}

/// Owned by a call that waits forever; dropping it reports the end of the call.
struct Waiting(UnboundedSender<Event>);

impl Drop for Waiting {
    fn drop(&mut self) {
        drop(self.0.send(Event::Ended));
    }
}

#[tonic::async_trait]
impl Greeter for Service {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let name = request.get_ref().name.as_str();
        if name.is_empty() {
            let mut metadata = MetadataMap::new();
            metadata.insert("field", MetadataValue::from_static("name"));
            let details = DETAILS.to_vec().into();
            return Err(Status::with_details_and_metadata(
                tonic::Code::InvalidArgument,
                "name is 0 bytes: 1 to 256 bytes, in UTF-8 “…”",
                details,
                metadata,
            ));
        }
        if name == UNANSWERED {
            let _waiting = self.wait(&request);
            std::future::pending::<()>().await;
        }
        let mut response = Response::new(HelloReply { message: format!("Hello, {name}!") });
        let metadata = response.metadata_mut();
        metadata.insert("backend", self.number.into());
        if let Some(id) = request.metadata().get("x-request-id") {
            metadata.insert("x-request-id", id.clone());
        }
        if let Some(trace) = request.metadata().get_bin("trace-bin") {
            metadata.insert_bin("trace-bin", trace.clone());
        }
        Ok(response)
    }
}

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl Thermometer for Service {
    type WatchStream = Answers<Reading>;
    type WarnStream = Answers<Warning>;

    /// One reading, and then silence.
    async fn watch(
        &self,
        request: Request<WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let waiting = self.wait(&request);
        let one = tokio_stream::once(Ok(Reading { celsius: 11.5 }));
        let stream = one.chain(tokio_stream::pending()).map(move |reading| {
            let _ = &waiting;
            reading
        });
        Ok(Response::new(Box::pin(stream)))
    }

    /// Returns the number of readings.
    async fn record(
        &self,
        request: Request<Streaming<Reading>>,
    ) -> Result<Response<Summary>, Status> {
        let mut readings = request.into_inner();
        let mut summary = Summary::default();
        while readings.message().await?.is_some() {
            summary.count += 1;
        }
        Ok(Response::new(summary))
    }

    /// A warning for each reading.
    async fn warn(
        &self,
        request: Request<Streaming<Reading>>,
    ) -> Result<Response<Self::WarnStream>, Status> {
        let warnings = request.into_inner().map(|reading| {
            reading.map(|Reading { celsius }| Warning { celsius, message: String::new() })
        });
        Ok(Response::new(Box::pin(warnings)))
    }
}
