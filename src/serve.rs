//! `polyglot serve`: the page, the tutorial, gRPC and gRPC-web on one address.

use std::{error::Error, future::Future, io, net::SocketAddr, time::Duration};

use anstream::println;
use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
    serve::ListenerExt,
};
use grpc_demo::server;
use memory_serve::CacheControl;
use tokio::net::TcpListener;
use tonic_web::GrpcWebLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::{Severity, bundle, report, toolchain, workspace};

/// How long calls in flight may take to end after Ctrl-C.
const DRAIN: Duration = Duration::from_secs(5);

/// Nothing from anywhere else, and no script but the page's own files and its WebAssembly.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// Serves until Ctrl-C or SIGTERM, then finishes the calls in flight.
///
/// # Errors
///
/// When the address is taken, or web/pkg is damaged and cannot be built here.
pub fn run(address: SocketAddr, open: bool) -> Result<(), Box<dyn Error>> {
    refresh_page()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(serve(address, open));
    // A picture that is still being drawn stops at its next row.
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

async fn serve(address: SocketAddr, open: bool) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("{address} is taken: stop what listens there, or choose another with --addr")
        }
        _ => format!("cannot listen on {address}: {error}; choose another with --addr"),
    })?;
    let url = format!("http://{}", listener.local_addr()?);
    let router = router().await?;

    if !address.ip().is_loopback() {
        let exposed = format!("{address} is no loopback address: others can reach this server");
        report(Severity::Warning, exposed);
    }
    println!("{url}  (page, tutorial, gRPC and gRPC-web; Ctrl-C stops)");
    if open && let Err(error) = open::that_detached(&url) {
        report(Severity::Warning, format!("cannot open a browser: {error}; open {url} yourself"));
    }

    // Small messages leave at once, and do not wait for more to send.
    let listener = listener.tap_io(|connection| drop(connection.set_nodelay(true)));
    let (draining, drain) = tokio::sync::oneshot::channel::<()>();
    let server = axum::serve(listener, router).with_graceful_shutdown(async {
        stop_signal().await;
        drop(draining);
    });
    tokio::select! {
        ended = server => ended?,
        () = after(drain, DRAIN) => println!("stopped; calls still open were cut off"),
    }
    Ok(())
}

/// Everything behind the one address.
async fn router() -> Result<Router, Box<dyn Error>> {
    // gRPC-web's layer refuses every other HTTP/1 request, so it is on the gRPC routes alone.
    let grpc = server::routes().await?.into_axum_router().reset_fallback();
    let grpc = grpc.layer(GrpcWebLayer::new());

    let site = memory_serve::load!("site")
        .index_file(Some("/index.html"))
        .add_alias("/tutorial/", "/tutorial/index.html");
    let pkg = memory_serve::load!("pkg").index_file(None);
    let [site, pkg] = [site, pkg].map(|files| {
        // The ETag tells a browser that its copy is still good; a rebuilt page is seen at once.
        // gzip alone, as brotli takes seconds in a debug build.
        files
            .enable_gzip(true)
            .enable_brotli(false)
            .cache_control(CacheControl::NoCache)
            .html_cache_control(CacheControl::NoCache)
            .into_router()
    });

    let header =
        |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    Ok(grpc
        .merge(site)
        .nest("/pkg", pkg)
        .route("/tutorial", get(|| async { Redirect::permanent("/tutorial/") }))
        .fallback(not_found)
        .layer(header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")))
}

/// A page that is not there, or a gRPC method that is not there, each in its own protocol.
async fn not_found(request: Request) -> Response {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let grpc = content_type.is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"));
    if grpc {
        let method = request.uri().path();
        return tonic::Status::unimplemented(format!("{method} is not served here")).into_http();
    }
    (StatusCode::NOT_FOUND, "There is no such page. The start is at /\n").into_response()
}

/// Ctrl-C, or SIGTERM where there is one.
async fn stop_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                () = interrupt => {}
                _ = terminate.recv() => {}
            },
            Err(_) => interrupt.await,
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
    println!("stopping: open calls may take {} s to end", DRAIN.as_secs());
}

async fn after(event: impl Future, time: Duration) {
    event.await;
    tokio::time::sleep(time).await;
}

/// Rebuilds web/pkg when its sources are newer and there is a toolchain for it.
fn refresh_page() -> Result<(), Box<dyn Error>> {
    let Some(root) = workspace::root() else { return Ok(()) };
    let state = bundle::State::of(&root)?;
    if state == bundle::State::Fresh {
        return Ok(());
    }
    // A release build holds the page as it was when it was built; a debug build reads the files.
    if cfg!(debug_assertions) && toolchain::with_wasm32().is_some() {
        println!("{}; doing so now", state.to_string().replace(": run", ", so it needs"));
        match bundle::run() {
            // Whole, if not the newest.
            Err(error) if !matches!(state, bundle::State::Damaged { .. }) => {
                report(Severity::Warning, error);
                return Ok(());
            }
            done => return done,
        }
    }
    if matches!(state, bundle::State::Damaged { .. }) {
        return Err(state.to_string().into());
    }
    report(Severity::Warning, state);
    Ok(())
}
