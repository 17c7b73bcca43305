//! `polyglot serve`: the page, the tutorial, gRPC and gRPC-web on one address.

mod host;
mod read_to_end;

use std::{error::Error, io, net::SocketAddr, path::PathBuf, time::Duration};

use anstream::println;
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Version, header},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use clap::{Args, ValueEnum};
use grpc_demo::{
    production::server::{self, Grpc, METRICS_CONTENT_TYPE, Metrics, Settings},
    services,
};
use memory_serve::CacheControl;
use tokio::sync::Notify;
use tonic::service::Routes;
use tonic_web::{GrpcWebLayer, GrpcWebService};
use tower::{Layer, ServiceExt};
use tower_http::set_header::SetResponseHeaderLayer;
use tracing_subscriber::{filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use self::{host::Names, read_to_end::ReadToEnd};
use crate::{Severity, last_run, pkg, report, workspace};

/// Allows nothing from other origins, and no script except the page's own files and its
/// WebAssembly.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// The options of `polyglot serve`.
#[derive(Args)]
pub struct Options {
    /// The address to listen on; port 0 takes any free one
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "HOST:PORT", value_parser = server::resolve)]
    addr: SocketAddr,

    /// Another name of this server; may be given more than once
    ///
    /// Requests are answered if they are for localhost, for the address, or for one of these names.
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,

    /// Open the page in the default browser
    #[arg(long)]
    open: bool,

    /// The time that calls in flight have to end after Ctrl-C or SIGTERM
    #[arg(long, default_value_t = 5, value_name = "SECONDS")]
    drain: u64,

    /// One line on standard error for each gRPC call; off leaves only warnings
    #[arg(long, value_enum, default_value_t = Log::Off)]
    log: Log,
}

#[derive(Clone, Copy, ValueEnum)]
enum Log {
    Text,
    Json,
    Off,
}

/// Serves until Ctrl-C or SIGTERM, then finishes the calls in flight; a second signal ends them.
///
/// # Errors
///
/// When the address is taken, or web/pkg is damaged.
pub fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    look_at_page()?;
    // A line for each call. Messages of the libraries are for their developers, and stay off.
    let level = match options.log {
        Log::Text | Log::Json => tracing::Level::INFO,
        Log::Off => tracing::Level::WARN,
    };
    let calls = tracing_subscriber::registry().with(Targets::new().with_target("grpc_demo", level));
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(false);
    match options.log {
        Log::Text | Log::Off => calls.with(lines).init(),
        Log::Json => calls.with(lines.json().flatten_event(true)).init(),
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(serve(options));
    // A picture that is still being drawn stops at its next row.
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

async fn serve(options: &Options) -> Result<(), Box<dyn Error>> {
    let &Options { addr: address, ref host, open, drain, log: _ } = options;
    let settings =
        Settings { http1: true, drain: Duration::from_secs(drain), ..Settings::default() };
    let server = services::server(settings)?;
    let service = service(Names::new(address.ip(), host), server.grpc(), server.metrics());
    let stop = server::stop_signal()?;

    let incoming = server::listen(address).map_err(|error| match error {
        grpc_demo::Error::Listen { source, .. } if source.kind() == io::ErrorKind::AddrInUse => {
            format!(
                "{address} is in use: stop the program there, or choose another address with --addr"
            )
        }
        grpc_demo::Error::Listen { source, .. } => {
            format!("cannot listen on {address}: {source}; choose another address with --addr")
        }
        other => other.to_string(),
    })?;
    let url = format!("http://{}", incoming.local_addr()?);
    if !address.ip().is_loopback() {
        let exposed =
            format!("{address} is not a loopback address: other machines can reach this server");
        report(Severity::Warning, exposed);
    }
    println!("{url}  (page, tutorial, gRPC and gRPC-web; Ctrl-C stops)");
    if open && let Err(error) = open::that_detached(&url) {
        report(Severity::Warning, format!("cannot open a browser: {error}; open {url} yourself"));
    }

    let draining = Notify::new();
    let stop = async {
        stop.await;
        println!("stopping: open calls have {drain} s to end; press Ctrl-C to end them now");
        draining.notify_one();
    };
    let stop_now = async {
        draining.notified().await;
        server::stop_signal()?.await;
        Ok::<_, io::Error>(())
    };
    let stopped = tokio::select! {
        stopped = server.serve_service(service, incoming, stop) => stopped?,
        signalled = stop_now => {
            signalled?;
            println!("stopped without waiting for open calls");
            return Ok(());
        }
    };
    if stopped.calls_cut > 0 {
        println!("stopped; open calls that were cut off: {}", stopped.calls_cut);
    }
    Ok(())
}

/// Everything behind the one address: calls by their content type, pages by their path.
fn service(names: Names, grpc: Grpc, metrics: Metrics) -> Routes {
    // gRPC-web becomes plain gRPC inside, where calls are counted and bounded.
    let grpc: GrpcWebService<Grpc> = GrpcWebLayer::new().layer(grpc);
    let site = site(metrics);
    let by_protocol = move |request: Request| {
        let (grpc, site) = (grpc.clone(), site.clone());
        let checked = names.check(&request);
        let request = match request.version() {
            Version::HTTP_2 => request,
            _ => request.map(|body| Body::new(ReadToEnd::new(body))),
        };
        async move {
            if let Err(refusal) = checked {
                refusal
            } else if is_grpc(request.headers()) {
                grpc.oneshot(request).await.into_response()
            } else {
                site.oneshot(request).await.into_response()
            }
        }
    };
    Router::new().fallback(by_protocol).into()
}

fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    content_type.is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}

/// The page, the tutorial and the metrics.
fn site(metrics: Metrics) -> Router {
    let site = memory_serve::load!("site")
        .index_file(Some("/index.html"))
        .add_alias("/tutorial/", "/tutorial/index.html");
    let pkg = memory_serve::load!("pkg").index_file(None);
    let [site, pkg] = [site, pkg].map(|files| {
        // The ETag lets a browser keep a copy that is still good; a rebuilt page shows at once.
        // Only gzip, because brotli takes seconds in a debug build.
        files
            .enable_gzip(true)
            .enable_brotli(false)
            .cache_control(CacheControl::NoCache)
            .html_cache_control(CacheControl::NoCache)
            .into_router()
    });

    let header =
        |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    site.nest("/pkg", pkg)
        .route("/tutorial", get(|| async { Redirect::permanent("/tutorial/") }))
        .route(
            "/metrics",
            get(|| async move {
                ([(header::CONTENT_TYPE, METRICS_CONTENT_TYPE)], metrics.encode())
            }),
        )
        .fallback(|| async {
            (StatusCode::NOT_FOUND, "This page does not exist. The start page is /\n")
        })
        .layer(middleware::from_fn(|request, next| {
            let target = workspace::root().map(|root| workspace::target(&root));
            compare_json(target, request, next)
        }))
        .layer(header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
}

/// Serves this machine's last run of `polyglot compare` instead of the run that is packed with the
/// page.
async fn compare_json(target: Option<PathBuf>, request: Request, next: Next) -> Response {
    let asked = matches!(*request.method(), Method::GET | Method::HEAD)
        && request.uri().path().strip_prefix('/') == Some(last_run::FILE);
    if asked && let Some(target) = target {
        match tokio::task::spawn_blocking(move || last_run::read(&target)).await {
            Ok(Ok(Some(json))) => {
                let headers = [
                    (header::CONTENT_TYPE, "application/json"),
                    (header::CACHE_CONTROL, "no-cache"),
                ];
                return (headers, json).into_response();
            }
            Ok(Err(damaged)) => report(Severity::Warning, damaged),
            Ok(Ok(None)) | Err(_) => {}
        }
    }
    next.run(request).await
}

/// Warns when web/pkg is older than its sources, and refuses to serve a damaged one.
fn look_at_page() -> Result<(), Box<dyn Error>> {
    let Some(root) = workspace::root() else { return Ok(()) };
    match pkg::State::of(&root)? {
        pkg::State::Fresh => {}
        state @ pkg::State::Stale { .. } => report(Severity::Warning, state),
        state @ pkg::State::Damaged { .. } => return Err(state.to_string().into()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    const RUN: &str = include_str!("../tests/data/sample.json");

    /// The response of a site with a packed run; `target` is the folder of the last run.
    async fn answer(target: Option<&Path>, method: Method, path: &str) -> Response {
        let target = target.map(Path::to_path_buf);
        let site = Router::new().fallback(|| async { "packed" }).layer(middleware::from_fn(
            move |request, next| compare_json(target.clone(), request, next),
        ));
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        site.oneshot(request).await.unwrap()
    }

    async fn body(response: Response) -> Vec<u8> {
        axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()
    }

    #[tokio::test]
    async fn the_last_run_comes_before_the_packed_one() {
        let folder = tempfile::tempdir().unwrap();
        let target = Some(folder.path());
        fs::write(folder.path().join(last_run::FILE), RUN).unwrap();

        let response = answer(target, Method::GET, "/compare.json").await;
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-cache");
        assert_eq!(body(response).await, RUN.as_bytes());

        for (target, method, path) in [
            (target, Method::POST, "/compare.json"),
            (target, Method::GET, "/compare.json/"),
            (None, Method::GET, "/compare.json"),
        ] {
            assert_eq!(body(answer(target, method, path).await).await, b"packed");
        }
    }

    #[tokio::test]
    async fn a_last_run_that_is_damaged_or_absent_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let target = Some(folder.path());
        assert_eq!(body(answer(target, Method::GET, "/compare.json").await).await, b"packed");
        fs::write(folder.path().join(last_run::FILE), "{").unwrap();
        assert_eq!(body(answer(target, Method::GET, "/compare.json").await).await, b"packed");
    }
}
