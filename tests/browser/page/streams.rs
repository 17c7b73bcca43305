//! A stream in the page, from a server that the trial controls.

use std::{convert::Infallible, iter::repeat, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    http::header::CONTENT_TYPE,
    routing::{get, post},
};
use grpc_demo::cellar::{
    Reading, Summary, Warning, WatchRequest,
    thermometer_server::{Thermometer, ThermometerServer},
};
use libtest_mimic::Trial;
use tokio::{net::TcpListener, sync::mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming, service::Routes};
use tonic_web::GrpcWebLayer;
use tower_http::services::ServeDir;

use crate::{
    browser::page::open,
    support::{
        browser::Page,
        root,
        stage::{Stage, clean, fits, trial},
    },
};

pub fn trials(stage: &Result<Arc<Stage>, String>) -> Vec<Trial> {
    vec![
        trial("stream: what the server sends, and how it ends", stage, stream_card),
        trial("stream: each reading is shown as it comes", stage, one_by_one),
        trial("stream: the page keeps the deadline that the server does not", stage, deadline),
        trial("stream: one that is faster than its reader leaves the page alive", stage, flood),
        trial("stream: Cancel, or another call, is seen by the server", stage, cancel),
    ]
}

async fn stream_card(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    page.click("#stream-card [type=submit]").await?;
    page.wait_for("#stream-result", &["OK"]).await?;
    page.wait_for("#stream-note", &["6 readings in"]).await?;
    let readings = page
        .script("return [...document.querySelectorAll('#stream-readings li')].map(li => li.firstChild.data)")
        .await?;
    let celsius = ["11.5 °C", "12.0 °C", "11.0 °C", "13.5 °C", "11.5 °C", "12.0 °C"];
    if readings != serde_json::json!(celsius) {
        return Err(format!("the readings are {readings}"));
    }
    fits(page, 360).await?;
    page.click("#stream-card [data-watch^='0 ']").await?;
    page.wait_for("#stream-result", &["DEADLINE_EXCEEDED"]).await?;
    page.click("#stream-card [data-watch*=' 60001 ']").await?;
    page.wait_for("#stream-result", &["INVALID_ARGUMENT", "60001"]).await?;
    clean(page, url).await
}

async fn one_by_one(page: &Page, _: &str) -> Result<(), String> {
    let (url, mut calls) = thermometer().await?;
    open(page, &url).await?;
    let call = watch(page, &mut calls, ["3", "250", "60000"]).await?;
    if call.request != (WatchRequest { count: 3, interval_ms: 250 }) {
        return Err(format!("the page asked for {:?}", call.request));
    }
    // The next reading is sent only when the one before is on the page.
    for (celsius, shown) in [(11.5, "1 reading"), (-2.0, "2 readings"), (40.5, "3 readings")] {
        call.say(celsius).await?;
        page.wait_for("#stream-result", &[shown]).await?;
        page.wait_for("#stream-readings li:last-child", &[&format!("{celsius:.1} °C")]).await?;
    }
    drop(call);
    page.wait_for("#stream-result", &["OK"]).await?;
    clean(page, &url).await
}

async fn deadline(page: &Page, _: &str) -> Result<(), String> {
    let (url, mut calls) = thermometer().await?;
    open(page, &url).await?;
    let call = watch(page, &mut calls, ["0", "0", "1500"]).await?;
    // A number of at most eight digits, and its unit: microseconds.
    if call.timeout.as_deref() != Some("1500000u") {
        return Err(format!("the call's grpc-timeout is {:?}", call.timeout));
    }
    call.say(11.5).await?;
    page.wait_for("#stream-result", &["DEADLINE_EXCEEDED", "this page ended it"]).await?;
    page.wait_for("#stream-note", &["1 reading in"]).await?;
    // The trial's own time limit ends this if the server does not hear of the cancellation.
    call.readings.closed().await;
    clean(page, &url).await
}

async fn flood(page: &Page, _: &str) -> Result<(), String> {
    // `Reading { celsius: 11.5 }` in its frame, without end, faster than any page can read.
    let reading = [&[0, 0, 0, 0, 9, 9][..], &11.5f64.to_le_bytes()].concat();
    let readings = Bytes::from(reading.repeat(10_000));
    let answer = || async move {
        let endless = tokio_stream::iter(repeat(readings).map(Ok::<_, Infallible>));
        ([(CONTENT_TYPE, "application/grpc-web+proto")], Body::from_stream(endless))
    };
    let url = page_before(Router::new().route("/cellar.Thermometer/Watch", post(answer))).await?;
    open(page, &url).await?;
    // A timer fires while half a million readings that have already arrived are read.
    let heard = page
        .script(
            "return (async () => {
               const { grpcClient } = await import('/shared/rpc.js');
               const { Pauses } = await import('/shared/pauses.js');
               const client = await grpcClient();
               const reading = [0, 0, 0, 0, 9, 9, 0, 0, 0, 0, 0, 0, 39, 64];
               const readings = Uint8Array.from({ length: 14 * 500_000 }, (_, i) => reading[i % 14]);
               const { fetch } = globalThis;
               const headers = { 'content-type': 'application/grpc-web+proto' };
               globalThis.fetch = async () => new Response(readings, { headers });
               const pauses = new Pauses();
               let count = 0;
               let heard;
               setTimeout(() => { heard = count; });
               // Without trailers, the call fails at the end.
               await client.watch(0, 0, 60_000, () => { count++; return pauses.due(); },
                 new AbortController().signal).catch(() => {});
               globalThis.fetch = fetch;
               return [heard ?? -1, count];
             })();",
        )
        .await?;
    let counts: [i64; 2] = serde_json::from_value(heard).map_err(|error| error.to_string())?;
    if counts[1] != 500_000 || !(0..400_000).contains(&counts[0]) {
        return Err(format!("of {} readings, a timer was heard after {}", counts[1], counts[0]));
    }
    // Readings without an interval; a timer and a click have to end them. A page that only reads
    // would react to neither.
    for (field, text) in [("count", "0"), ("interval", "0"), ("deadline", "600000")] {
        page.fill(&format!("#stream-{field}"), text).await?;
    }
    page.script(
        "window.painted = 0;
         const result = document.getElementById('stream-result');
         const frame = () => {
           if (/reading/.test(result.textContent)) window.painted++;
           if (window.painted < 5) requestAnimationFrame(frame);
           else setTimeout(() => document.getElementById('stream-cancel').click());
         };
         frame();
         document.querySelector('#stream-card [type=submit]').click();",
    )
    .await?;
    page.wait_for("#stream-result", &["CANCELLED"]).await?;
    page.wait_for("#stream-note", &["as fast as this page reads", "has to wait"]).await?;

    // The deadline is a timer as well.
    page.click("#stream-card [data-watch='0 0 2000']").await?;
    page.wait_for("#stream-result", &["DEADLINE_EXCEEDED"]).await?;
    let shown =
        page.script("return document.querySelectorAll('#stream-readings li').length").await?;
    if shown != 12 {
        return Err(format!("{shown} readings are shown"));
    }
    clean(page, &url).await
}

async fn cancel(page: &Page, _: &str) -> Result<(), String> {
    let (url, mut calls) = thermometer().await?;
    open(page, &url).await?;
    let first = watch(page, &mut calls, ["0", "0", "600000"]).await?;
    first.say(11.5).await?;
    page.wait_for("#stream-result", &["1 reading"]).await?;
    let second = watch(page, &mut calls, ["0", "0", "600000"]).await?;
    first.readings.closed().await;

    second.say(12.0).await?;
    page.wait_for("#stream-readings", &["12.0 °C"]).await?;
    // Each open stream counts once, across all tabs.
    open_streams(page, 1).await?;
    page.click("#stream-cancel").await?;
    page.wait_for("#stream-result", &["CANCELLED"]).await?;
    second.readings.closed().await;
    open_streams(page, 0).await?;
    clean(page, &url).await
}

async fn open_streams(page: &Page, expected: usize) -> Result<(), String> {
    let held = "return navigator.locks.query().then(({ held }) => held.length)";
    let open = page.script(held).await?;
    if open == expected { Ok(()) } else { Err(format!("{open} streams are open, not {expected}")) }
}

/// Fills in the readings, the interval and the deadline, and returns the call that the server gets.
async fn watch(page: &Page, calls: &mut Calls, fields: [&str; 3]) -> Result<Call, String> {
    for (field, text) in ["count", "interval", "deadline"].iter().zip(fields) {
        page.fill(&format!("#stream-{field}"), text).await?;
    }
    page.click("#stream-card [type=submit]").await?;
    calls.recv().await.ok_or_else(|| "the server has ended".into())
}

type Calls = mpsc::Receiver<Call>;

/// A call of Watch, whose stream the trial controls.
struct Call {
    request: WatchRequest,
    timeout: Option<String>,
    readings: mpsc::Sender<Result<Reading, Status>>,
}

impl Call {
    async fn say(&self, celsius: f64) -> Result<(), String> {
        let sent = self.readings.send(Ok(Reading { celsius })).await;
        sent.map_err(|_| format!("the caller went before {celsius} °C"))
    }
}

/// Passes each call of Watch to the trial.
struct Told(mpsc::Sender<Call>);

#[tonic::async_trait]
impl Thermometer for Told {
    type WatchStream = ReceiverStream<Result<Reading, Status>>;

    async fn watch(
        &self,
        request: Request<WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let (readings, stream) = mpsc::channel(1);
        let timeout = request.metadata().get("grpc-timeout");
        let timeout = timeout.and_then(|timeout| timeout.to_str().ok()).map(str::to_owned);
        let call = Call { request: request.into_inner(), timeout, readings };
        self.0.send(call).await.map_err(|_| Status::unavailable("the trial is over"))?;
        Ok(Response::new(ReceiverStream::new(stream)))
    }

    async fn record(&self, _: Request<Streaming<Reading>>) -> Result<Response<Summary>, Status> {
        Err(Status::unimplemented("the page cannot stream to a server"))
    }

    type WarnStream = ReceiverStream<Result<Warning, Status>>;

    async fn warn(
        &self,
        _: Request<Streaming<Reading>>,
    ) -> Result<Response<Self::WarnStream>, Status> {
        Err(Status::unimplemented("the page cannot stream to a server"))
    }
}

/// The page, with a thermometer that ignores deadlines.
async fn thermometer() -> Result<(String, Calls), String> {
    let (told, calls) = mpsc::channel(1);
    let routes = Routes::new(ThermometerServer::new(Told(told)));
    let routes = routes.into_axum_router().reset_fallback().layer(GrpcWebLayer::new());
    Ok((page_before(routes).await?, calls))
}

/// The page as a gRPC server serves it; `routes` are that server's.
pub async fn page_before(routes: Router) -> Result<String, String> {
    let served =
        || async { ([(CONTENT_TYPE, "text/javascript")], "export const served = true;\n") };
    let router =
        routes.route("/server.js", get(served)).fallback_service(ServeDir::new(root().join("web")));
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    tokio::spawn(async { axum::serve(listener, router).await });
    Ok(format!("http://{address}"))
}
