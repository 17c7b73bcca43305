//! The page before a server that hangs, that is another one, or that is gone: each card and the
//! status line say so, and neither waits forever.

use std::sync::Arc;

use axum::{Router, http::StatusCode, routing::get};
use libtest_mimic::Trial;
use tokio::net::TcpListener;

use crate::{
    browser::page::{open, streams::page_before},
    support::{
        browser::Page,
        served::Served,
        stage::{Stage, clean, only_failed_requests, trial},
    },
};

pub fn trials(stage: &Result<Arc<Stage>, String>) -> Vec<Trial> {
    vec![
        #[cfg(unix)]
        trial("absent: a server that hangs is not waited for", stage, hangs),
        #[cfg(unix)]
        trial("absent: the gallery does not wait for it either", stage, hangs_in_gallery),
        trial("absent: no card waits for a file forever", stage, late),
        trial("absent: another server is not this page's", stage, another),
        trial("absent: the gallery tells a dead server from a missing file", stage, gone),
        trial("absent: the command starts a server at the page's address", stage, command),
    ]
}

const LATE: &str = "No answer came in time";

#[cfg(unix)]
async fn hangs(page: &Page, _: &str) -> Result<(), String> {
    let server = Served::start()?;
    open(page, &server.url).await?;
    server.signal("STOP")?;
    for button in ["#grpc-card [type=submit]", "#stream-card [type=submit]", "#picture-draw"] {
        page.click(button).await?;
    }
    for result in ["#grpc-result", "#stream-result", "#picture-c-side"] {
        page.wait_for(result, &[LATE]).await?;
    }
    page.wait_for("#server-status", &["has not answered for over 4 seconds"]).await?;

    server.signal("CONT")?;
    page.wait_for("#server-status", &["Served with gRPC"]).await?;
    page.click("#grpc-card [type=submit]").await?;
    page.wait_for("#grpc-result", &["Hello, Ferris!"]).await?;
    clean(page, &server.url).await
}

#[cfg(unix)]
async fn hangs_in_gallery(page: &Page, _: &str) -> Result<(), String> {
    let server = Served::start()?;
    page.goto(&format!("{}/gallery.html", server.url)).await?;
    page.wait_for("#card-strings .size", &["gzip"]).await?;
    server.signal("STOP")?;
    page.click("#card-strings [data-run]").await?;
    page.wait_for("#card-strings [data-result]", &[LATE]).await?;
    page.wait_for("#server-status", &["has not answered"]).await?;
    server.signal("CONT")?;
    page.wait_for("#server-status", &["Served with gRPC"]).await?;
    page.click("#card-strings [data-run]").await?;
    page.wait_for("#card-strings [data-result]", &["8 UTF-16 code units"]).await?;
    clean(page, &server.url).await
}

type List = &'static [&'static str];

/// The files that are never answered, then a page, the buttons to press, and the places that say so.
/// A browser opens six connections, and one has to stay free.
const FILES: [(List, &str, List, List); 4] = [
    (
        &["/cards/bytes.js", "/pkg/add.wasm", "/shared/wasm-bindgen.js", "/compare.json"],
        "/",
        &["#picture-draw"],
        &[
            "#bytes-result",
            "#wasm-raw-result",
            "#wasm-greet-result",
            "#picture-wasm-side",
            "#compare-native",
        ],
    ),
    (&["/compare/run.js"], "/", &["#compare-form [type=submit]"], &["#compare-result"]),
    (
        &["/compare/worker.js", "/pkg/mandelbrot_simd.wasm"],
        "/",
        &["#compare-form [type=submit]"],
        &["#compare-add .here tr:nth-child(6)"],
    ),
    (
        &[
            "/gallery/errors.js",
            "/pkg/strings_bg.wasm",
            "/gallery/loop-worker.js",
            "/gallery/race-worker.js",
        ],
        "/gallery.html",
        &[
            "#card-errors [data-run]",
            "#card-strings [data-run]",
            "#card-break-it [value=loop]",
            "#card-race [data-run]",
        ],
        &[
            "#card-errors [data-result]",
            "#card-strings [data-result]",
            "#card-break-it [data-result]",
            "#card-race [data-result]",
        ],
    ),
];

async fn late(page: &Page, _: &str) -> Result<(), String> {
    for (files, path, buttons, places) in FILES {
        let never = || std::future::pending::<StatusCode>();
        let routes =
            files.iter().fold(Router::new(), |routes, file| routes.route(file, get(never)));
        let url = page_before(routes).await?;
        let page_url = format!("{url}{path}");
        if path == "/" {
            open(page, &page_url).await?
        } else {
            page.goto(&page_url).await?
        }
        for button in buttons {
            page.click(button).await?;
        }
        for place in places {
            page.wait_for(place, &[LATE]).await?;
        }
        only_failed_requests(page).await?;
    }

    let never = || std::future::pending::<StatusCode>();
    page.goto(&page_before(Router::new().route("/cards.js", get(never))).await?).await?;
    page.wait_for("#server-status", &["The rest of the page did not arrive"]).await.map(drop)
}

async fn another(page: &Page, _: &str) -> Result<(), String> {
    let server = Served::start()?;
    open(page, &server.url).await?;
    let address = server.url.trim_start_matches("http://").to_owned();
    drop(server);
    page.wait_for("#server-status", &["does not answer"]).await?;

    let listener = TcpListener::bind(&address).await.map_err(|error| error.to_string())?;
    // It has a file of this name, too.
    let stranger = Router::new().route("/server.js", get(|| async { "serve();" }));
    let stranger = tokio::spawn(async { axum::serve(listener, stranger).await });
    let command = format!("cargo run -- serve --addr {address}");
    page.wait_for("#server-status", &["Another server, or a proxy, answers", &command]).await?;
    stranger.abort();
    page.wait_for("#server-status", &["does not answer", &command]).await?;
    only_failed_requests(page).await
}

async fn gone(page: &Page, _: &str) -> Result<(), String> {
    let server = Served::start()?;
    let url = server.url.replace("127.0.0.1", "localhost");
    let command = format!("cargo run -- serve --addr {}", url.trim_start_matches("http://"));
    page.goto(&format!("{url}/gallery.html")).await?;
    page.wait_for("#card-strings .size", &["gzip"]).await?;
    // Then this card lacks only its worker.
    page.click("#card-break-it [value=bounds]").await?;
    page.wait_for("#card-break-it [data-result]", &["It means"]).await?;
    drop(server);
    for (card, button) in [("errors", "[data-run]"), ("break-it", "[value=loop]")] {
        page.click(&format!("#card-{card} {button}")).await?;
        let said = page
            .wait_for(&format!("#card-{card} [data-result]"), &["could not be fetched", &command])
            .await?;
        if said.contains("web/pkg") || said.contains("bug") {
            return Err(format!("a server that is gone is told as {said}"));
        }
    }
    only_failed_requests(page).await
}

async fn command(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    for (address, options) in [
        ("http://127.0.0.1:8080", ""),
        ("http://localhost:8080/gallery.html", ""),
        ("http://127.0.0.1:9123", " --addr 127.0.0.1:9123"),
        ("http://localhost:9123", " --addr localhost:9123"),
        ("http://localhost", " --addr localhost:80"),
        ("http://[::1]:9123", " --addr [::1]:9123"),
        ("http://cellar:9123", " --addr cellar:9123 --host cellar"),
        ("http://cellar", " --addr cellar:80 --host cellar"),
        ("https://cellar.example", " --host cellar.example"),
    ] {
        let said = page
            .script(&format!(
                "return import('/trouble.js').then(({{ serveCommand }}) => String(serveCommand(new URL('{address}'))));"
            ))
            .await?;
        if said != format!("`cargo run -- serve{options}`") {
            return Err(format!("the page at {address} says {said}"));
        }
    }
    clean(page, url).await
}
