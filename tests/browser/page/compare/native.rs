//! A native run beside the page's own, or the reason why there is none.

use axum::{
    Router,
    body::Body,
    http::{
        StatusCode,
        header::{CONTENT_TYPE, ETAG},
    },
    routing::get,
};
use serde_json::{Value, json};

use super::lines::{Line, lines};
use crate::{
    browser::page::open,
    browser::page::streams::page_before,
    support::{
        browser::Page,
        root,
        stage::{clean, file_server, fits, only_failed_requests},
    },
};

/// A record in the format of compare/record.rs, with three boundaries and two operations.
fn record() -> Value {
    let time = |median: f64, ratio: f64, bytes_per_second: Option<f64>| {
        json!({
            "median_ns": median, "interval_ns": [0.9 * median, 1.1 * median], "samples": 31,
            "calls": 4096, "ratio": ratio, "ratio_interval": [ratio, ratio],
            "bytes_per_second": bytes_per_second,
        })
    };
    let column =
        |id: &str, technique: &str| json!({ "id": id, "name": id, "technique": technique });
    json!({
        "schema": 1,
        "command": "polyglot compare --quick",
        "unix_time": 1_790_000_000,
        "machine": { "cpu": "A Test 3000", "cores": 2, "os": "Linux", "arch": "x86_64" },
        "versions": [{ "name": "rustc", "version": "1.95.0" }],
        "profile": "debug",
        "warnings": ["the machine is busy"],
        "boundaries": [column("rust", "rust"), column("c-dlopen", "ffi"), column("grpc-tcp", "grpc")],
        "operations": [
            {
                "id": "add", "name": "add", "bytes": null,
                "cells": [time(1.5, 1.0, None), time(2.25, 1.5, None), time(1e5, 66_666.7, None)],
            },
            {
                "id": "checksum-64kib", "name": "checksum 64 KiB", "bytes": 65536,
                "cells": [
                    time(32_768.0, 1.0, Some(2e9)),
                    { "absent": "the library does not open" },
                    time(2e9, 61_035.2, Some(32_768.0)),
                ],
            },
        ],
    })
}

/// The page, with this response from `/compare.json`.
async fn page_with(status: StatusCode, record: String) -> Result<String, String> {
    let answer = move || {
        let record = record.clone();
        async move { (status, [(CONTENT_TYPE, "application/json")], record) }
    };
    page_before(Router::new().route("/compare.json", get(answer))).await
}

pub async fn native(page: &Page, _: &str) -> Result<(), String> {
    let url = page_with(StatusCode::OK, record().to_string()).await?;
    open(page, &url).await?;
    let said = ["your last run", "polyglot compare --quick", "21 September 2026 (UTC)"];
    page.wait_for("#compare-native", &said).await?;
    page.wait_for("#compare-native", &["A Test 3000", "2 cores"]).await?;
    page.wait_for("#compare-native", &["rustc 1.95.0", "debug build", "machine is busy"]).await?;

    // Shows one boundary of each technique, until all are requested.
    let who = |lines: &[Line]| lines.iter().map(|line| line.who.clone()).collect::<Vec<_>>();
    let shown = lines(page, "add", "native").await?;
    if who(&shown) != ["rust", "grpc-tcp"] {
        return Err(format!("shown first are {shown:?}"));
    }
    page.click("#compare-all").await?;
    let add = lines(page, "add", "native").await?;
    let checksum = lines(page, "checksum-64kib", "native").await?;
    if who(&add) != ["rust", "c-dlopen", "grpc-tcp"] {
        return Err(format!("all are {add:?}"));
    }
    for line in &add {
        line.is_timed(false)?;
    }
    checksum[1].lacks("– the library does not open")?;
    for (line, time, ratio) in [
        (&add[1], "2.25 ns ±10 %", "1.50×"),
        (&add[2], "100 µs ±10 %", "66,700×"),
        (&checksum[0], "32.8 µs ±10 % · 2.00 GB/s", "1.00×"),
        (&checksum[2], "2.00 s ±10 % · 32.8 kB/s", "61,000×"),
    ] {
        if line.time != time || line.ratio != ratio {
            return Err(format!("instead of {time} and {ratio}: {line:?}"));
        }
    }
    // A time of over a second is drawn at the end of the scale.
    if checksum[2].at != Some(1.0) {
        return Err(format!("{:?} is not at the end", checksum[2]));
    }
    for line in lines(page, "greet", "native").await? {
        line.lacks("– not in this run")?;
    }
    for width in [360, 1440] {
        fits(page, width).await?;
    }
    clean(page, &url).await
}

/// The run that comes with the page is another machine's.
pub async fn not_yours(page: &Page, _: &str) -> Result<(), String> {
    let packed =
        || async { ([(CONTENT_TYPE, "application/json"), (ETAG, "\"1\"")], record().to_string()) };
    let served = page_before(Router::new().route("/compare.json", get(packed))).await?;
    for url in [served, file_server(&root().join("web")).await?] {
        open(page, &url).await?;
        let said = ["the project’s own run, not yours", "cargo compare makes yours", "(UTC)"];
        page.wait_for("#compare-native", &said).await?;
        clean(page, &url).await?;
    }
    Ok(())
}

pub async fn no_native(page: &Page, _: &str) -> Result<(), String> {
    let mut newer = record();
    newer["schema"] = json!(2);
    let mut short = record();
    short["operations"][0]["cells"] = json!([]);
    let mut timeless = record();
    timeless["operations"][1]["cells"][0]["median_ns"] = Value::Null;
    let mut uncounted = record();
    uncounted["operations"][0]["cells"][2]["samples"] = json!("31");
    let mut homeless = record();
    homeless["machine"] = Value::Null;
    for (status, record, words) in [
        (StatusCode::NOT_FOUND, String::new(), "No native run yet: run cargo compare"),
        (StatusCode::INTERNAL_SERVER_ERROR, String::new(), "it answered 500 Internal Server Error"),
        (StatusCode::OK, "{".to_owned(), "JSON"),
        (StatusCode::OK, newer.to_string(), "its schema is 2, but this page reads schema 1"),
        (StatusCode::OK, short.to_string(), "add has 0 cells for 3 boundaries"),
        (StatusCode::OK, timeless.to_string(), "a cell of checksum-64kib has no time"),
        (StatusCode::OK, uncounted.to_string(), "lacks its number of samples and calls"),
        (StatusCode::OK, homeless.to_string(), "cannot be read"),
    ] {
        let url = page_with(status, record).await?;
        open(page, &url).await?;
        page.wait_for("#compare-native", &[words]).await?;
        // The rest of the card still works.
        lines(page, "add", "here").await?[0].lacks("– not measured yet")?;
        if status == StatusCode::OK {
            page.wait_for("#compare-native", &["cargo compare"]).await?;
            clean(page, &url).await?;
        } else {
            only_failed_requests(page).await?;
        }
    }
    // A truncated record.
    let cut = || async {
        let end = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        Body::from_stream(tokio_stream::iter([Ok("{"), Err(end)]))
    };
    let url = page_before(Router::new().route("/compare.json", get(cut))).await?;
    open(page, &url).await?;
    page.wait_for("#compare-native", &["could not be fetched", "reload"]).await?;
    only_failed_requests(page).await
}
