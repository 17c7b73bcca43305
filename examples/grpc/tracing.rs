//! Follow one call through all the servers it reaches, as one trace.
//!
//! Why you would: when a call is slow or fails, the log of one server does not tell which of those
//! behind it is to blame. Spans that know their parents do, across machines and languages.
//!
//! ```console
//! $ cargo run --example grpc_tracing --features otel
//! Spans
//! ...
//! [..]Name         : back answers
//! [..]TraceId      : [..]
//! [..]SpanId       : [..]
//! [..]TraceFlags   : TraceFlags(1)
//! [..]ParentSpanId : [..]
//! [..]Kind         : Server
//! ...
//! trace [..]
//! client calls front
//!   front answers
//!     front calls back
//!       back answers
//! ```

use std::{
    error::Error,
    sync::{Arc, Mutex},
};

use grpc_demo::{
    hello::{
        HelloReply, HelloRequest,
        greeter_client::GreeterClient,
        greeter_server::{Greeter, GreeterServer},
    },
    services::GreeterService,
};
use http::HeaderMap;
use opentelemetry::{
    SpanId,
    propagation::{Extractor, Injector, TextMapPropagator},
    trace::TracerProvider,
};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    propagation::TraceContextPropagator,
    trace::{SdkTracerProvider, SpanData, SpanExporter},
};
use tokio::task::JoinSet;
use tonic::{
    Request, Response, Status,
    metadata::{AsciiMetadataKey, MetadataMap},
    transport::{self, Channel, Endpoint, Server, server::TcpIncoming},
};
use tracing::{Instrument, Span, info_span, level_filters::LevelFilter};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

/// The metadata of a call that goes out. W3C's field in it is `traceparent: 00-TRACE-SPAN-01`.
struct Outgoing<'a>(&'a mut MetadataMap);

impl Injector for Outgoing<'_> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(key), Ok(value)) = (key.parse::<AsciiMetadataKey>(), value.parse()) {
            self.0.insert(key, value);
        }
    }
}

/// The metadata of a call that has come in.
struct Incoming<'a>(&'a HeaderMap);

impl Extractor for Incoming<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(|key| key.as_str()).collect()
    }
}

/// An interceptor for clients. A trace does not cross by itself: without this there are two.
fn send_span(mut request: Request<()>) -> Result<Request<()>, Status> {
    let metadata = &mut Outgoing(request.metadata_mut());
    TraceContextPropagator::new().inject_context(&Span::current().context(), metadata);
    Ok(request)
}

/// A span around all that a server does for this call, below the span that the caller has sent.
fn answer_span(name: &str, request: &http::Request<()>) -> Span {
    let span = info_span!("answer", otel.name = name, otel.kind = "server");
    let parent = TraceContextPropagator::new().extract(&Incoming(request.headers()));
    if let Err(error) = span.set_parent(parent) {
        tracing::warn!(%error, "the caller's trace ends here");
    }
    span
}

/// The server in front, which is the client of the one behind it.
struct Front {
    back: Channel,
}

#[tonic::async_trait]
impl Greeter for Front {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let mut back = GreeterClient::with_interceptor(self.back.clone(), send_span);
        let span = info_span!("front calls back", otel.kind = "client");
        back.say_hello(request.into_inner()).instrument(span).await
    }
}

fn serve(
    servers: &mut JoinSet<Result<(), transport::Error>>,
    span: &'static str,
    greeter: impl Greeter,
) -> Result<Endpoint, Box<dyn Error>> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let endpoint = Endpoint::from_shared(format!("http://{}", incoming.local_addr()?))?;
    let server = Server::builder()
        .trace_fn(move |request| answer_span(span, request))
        .add_service(GreeterServer::new(greeter))
        .serve_with_incoming(incoming);
    servers.spawn(server);
    Ok(endpoint)
}

/// Keeps the spans for the assertions below.
#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Kept {
    async fn export(&self, spans: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().expect("no holder panics").extend(spans);
        Ok(())
    }
}

// On one thread, the span of an answer ends before its caller has the answer.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let kept = Kept::default();
    // A collector such as Jaeger takes the place of standard output: see opentelemetry-otlp.
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(opentelemetry_stdout::SpanExporter::default())
        .with_simple_exporter(kept.clone())
        .build();
    tracing_subscriber::registry()
        .with(LevelFilter::INFO) // HTTP/2 has spans of its own, a level lower, for each frame.
        .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("grpc_tracing")))
        .init();

    let mut servers = JoinSet::new();
    let back = serve(&mut servers, "back answers", GreeterService)?.connect().await?;
    let front = serve(&mut servers, "front answers", Front { back })?.connect().await?;

    let mut client = GreeterClient::with_interceptor(front, send_span);
    let span = info_span!("client calls front", otel.kind = "client");
    let reply = client.say_hello(HelloRequest { name: "Ferris".into() }).instrument(span).await?;
    assert_eq!(reply.into_inner().message, "Hello, Ferris!");

    drop(client);
    servers.shutdown().await;
    // Spans leave in batches. A program that ends without this loses the last ones.
    provider.shutdown()?;

    let spans = kept.0.lock().expect("no holder panics");
    println!("trace {}", spans[0].span_context.trace_id());
    let mut parent = SpanId::INVALID;
    let mut nested = Vec::new();
    while let Some(span) = spans.iter().find(|span| span.parent_span_id == parent) {
        println!("{:indent$}{}", "", span.name, indent = 2 * nested.len());
        assert_eq!(span.span_context.trace_id(), spans[0].span_context.trace_id());
        parent = span.span_context.span_id();
        nested.push(&*span.name);
    }
    let expected = ["client calls front", "front answers", "front calls back", "back answers"];
    assert_eq!(nested, expected, "each is the parent of the next");
    Ok(())
}
