use std::{collections::HashMap, sync::Arc, time::Duration};

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Metric, Registry},
};
use prost::Message;
use prost_types::FileDescriptorSet;
use tonic::Code;

use crate::{Error, code_name};

/// The media type of what [`Metrics::encode`] returns.
pub const METRICS_CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The upper bounds of the histogram, in seconds: from an answer that was in memory to one that
/// callers no longer wait for.
const BUCKETS: [f64; 12] =
    [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0];

/// The counts of a server, for Prometheus.
///
/// A clone counts into the same numbers.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    registry: Registry,
    handled: Family<Handled, Counter>,
    seconds: Family<Method, Histogram>,
    /// The methods that are served, by their paths.
    methods: HashMap<String, Method>,
    /// All other methods. Callers invent their names: a label for each would let any caller fill the
    /// memory of this server, and of the system that stores its metrics.
    unknown: Method,
    in_flight: Gauge,
    refused_calls: Counter,
    connections: Gauge,
    refused_connections: Counter,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Method {
    grpc_service: Arc<String>,
    grpc_method: Arc<String>,
}

impl Method {
    fn new(service: &str, method: &str) -> Self {
        Self { grpc_service: Arc::new(service.into()), grpc_method: Arc::new(method.into()) }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Handled {
    #[prometheus(flatten)]
    method: Method,
    grpc_code: &'static str,
}

impl Metrics {
    /// Metrics of the methods in these encoded descriptor sets; calls to others are all counted
    /// under "unknown".
    pub(super) fn new(descriptor_sets: &[&[u8]]) -> Result<Self, Error> {
        let mut registry = Registry::default();
        let to = &mut registry;
        let handled =
            register(to, "grpc_server_handled", "Calls that have ended", Family::default());
        let help = "Time from a call's request headers to the end of its answer";
        let seconds = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> _);
        let seconds = register(to, "grpc_server_handling_seconds", help, seconds);
        let help = "Calls that have not ended";
        let in_flight = register(to, "grpc_server_in_flight", help, Gauge::default());
        let help = "Calls refused because too many were in flight";
        let refused_calls = register(to, "grpc_server_refused_calls", help, Counter::default());
        let help = "Open connections";
        let connections = register(to, "grpc_server_connections", help, Gauge::default());
        let help = "Connections closed at once because too many were open";
        let refused_connections =
            register(to, "grpc_server_refused_connections", help, Counter::default());

        let mut methods = HashMap::new();
        for set in descriptor_sets {
            let set = FileDescriptorSet::decode(*set)
                .map_err(|error| Error::Descriptors(error.into()))?;
            for file in set.file {
                for service in &file.service {
                    let service_name = match file.package() {
                        "" => service.name().to_owned(),
                        package => format!("{package}.{}", service.name()),
                    };
                    for method in &service.method {
                        let path = format!("/{service_name}/{}", method.name());
                        methods.insert(path, Method::new(&service_name, method.name()));
                    }
                }
            }
        }
        let unknown = Method::new("unknown", "unknown");
        // Each is in the text from the start, and not first when it is called.
        for method in methods.values().chain([&unknown]) {
            drop(seconds.get_or_create(method));
        }
        Ok(Self(Arc::new(Inner {
            registry,
            handled,
            seconds,
            methods,
            unknown,
            in_flight,
            refused_calls,
            connections,
            refused_connections,
        })))
    }

    /// All metrics, in the text format that Prometheus reads; see [`METRICS_CONTENT_TYPE`].
    pub fn encode(&self) -> String {
        let mut text = String::new();
        text::encode(&mut text, &self.0.registry).expect("a String takes all that is written");
        text
    }

    /// The number of calls that have not ended.
    pub fn in_flight(&self) -> usize {
        count(self.0.in_flight.get())
    }

    /// Counts a call as begun, and returns how many were in flight before it.
    pub(super) fn call_began(&self) -> usize {
        count(self.0.in_flight.inc())
    }

    pub(super) fn call_ended(&self) {
        self.0.in_flight.dec();
    }

    pub(super) fn call_refused(&self) {
        self.0.refused_calls.inc();
    }

    /// Counts a call to the method at `path` by how it ended.
    pub(super) fn call_handled(&self, path: &str, code: Code, took: Duration) {
        let method = self.0.methods.get(path).unwrap_or(&self.0.unknown);
        self.0.seconds.get_or_create(method).observe(took.as_secs_f64());
        let handled = Handled { method: method.clone(), grpc_code: code_name(code) };
        self.0.handled.get_or_create(&handled).inc();
    }

    /// Counts a connection as open, and returns how many were open before it.
    pub(super) fn connection_opened(&self) -> usize {
        count(self.0.connections.inc())
    }

    pub(super) fn connection_closed(&self) {
        self.0.connections.dec();
    }

    pub(super) fn connection_refused(&self) {
        self.0.refused_connections.inc();
    }
}

fn register<M: Metric + Clone>(registry: &mut Registry, name: &str, help: &str, metric: M) -> M {
    registry.register(name, help, metric.clone());
    metric
}

/// A gauge counts in `i64`; none of these goes below zero.
fn count(gauge: i64) -> usize {
    usize::try_from(gauge).unwrap_or_default()
}
