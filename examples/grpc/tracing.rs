//! Trace one call through all the servers it reaches.
//!
//! Why you would: when a call is slow or fails, the log of one server does not tell which of those
//! behind it is to blame. Spans that know their parents do, across machines and languages.
//!
//! ```console
//! $ cargo run --example grpc_tracing --features otel
//! client calls
//!   front answers
//!     back answers
//! ```

use grpc_demo::hello::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use opentelemetry::{propagation::TextMapPropagator, trace::TracerProvider};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_sdk::{
    propagation::TraceContextPropagator,
    trace::{InMemorySpanExporter, SdkTracerProvider},
};
use tokio::task::JoinSet;
use tonic::{
    Request, Response, Status,
    transport::{Channel, Endpoint, Server, server::TcpIncoming},
};
use tracing::{Instrument, Span, info_span, level_filters::LevelFilter};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

/// An interceptor for clients. A trace does not cross by itself: without this there are three.
fn send_span(mut request: Request<()>) -> Result<Request<()>, Status> {
    // The header is W3C's, `traceparent: 00-TRACE-SPAN-01`, which every language can read.
    let mut headers = HeaderInjector(request.metadata_mut().as_mut());
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut headers);
    Ok(request)
}

/// Passes a call on to the next server, or answers it if it is the last. The client is one, too.
struct Hop(Option<Channel>);

#[tonic::async_trait]
impl Greeter for Hop {
    async fn say_hello(&self, call: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        let Some(next) = self.0.clone() else { return Ok(Response::new(HelloReply::default())) };
        GreeterClient::with_interceptor(next, send_span).say_hello(call.into_inner()).await
    }
}

// On one thread, the span of an answer ends before its caller has the answer.
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    // For a collector such as Jaeger, take the exporter of the crate opentelemetry-otlp.
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("grpc_tracing"));
    // HTTP/2 has spans of its own, a level below INFO, for each frame.
    tracing_subscriber::registry().with(LevelFilter::INFO).with(layer).init();

    let mut servers = JoinSet::new();
    let mut hop = Hop(None);
    for name in ["back answers", "front answers"] {
        let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
        let endpoint = Endpoint::from_shared(format!("http://{}", incoming.local_addr()?))?;
        // A span around all that this server does for a call, below the one that the caller sent.
        let mut server = Server::builder().trace_fn(move |request| {
            let span = info_span!("answer", otel.name = name, otel.kind = "server");
            let parent = TraceContextPropagator::new().extract(&HeaderExtractor(request.headers()));
            span.set_parent(parent).expect("nothing has entered the span yet");
            span
        });
        servers.spawn(server.add_service(GreeterServer::new(hop)).serve_with_incoming(incoming));
        hop = Hop(Some(endpoint.connect().await?));
    }

    let span = info_span!("client calls", otel.kind = "client");
    hop.say_hello(Request::new(HelloRequest::default())).instrument(span).await?;

    // Spans leave in batches. A program that ends without this, or `shutdown`, loses the last ones.
    provider.force_flush()?;
    let spans = exporter.get_finished_spans()?;
    let [back, front, client] = &spans[..] else { panic!("not three spans: {spans:?}") };
    println!("{}\n  {}\n    {}", client.name, front.name, back.name);
    assert_eq!(front.parent_span_id, client.span_context.span_id(), "the client's is the parent");
    assert_eq!(back.parent_span_id, front.span_context.span_id(), "the front's is the parent");
    Ok(())
}
