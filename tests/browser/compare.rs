//! What a crossing costs, measured in the page: no time is judged, only that there is one.

#[path = "compare/lines.rs"]
mod lines;
#[path = "compare/measure.rs"]
mod measure;

use std::sync::Arc;

use axum::{
    Router,
    http::{StatusCode, header::CONTENT_TYPE},
    routing::get,
};
use libtest_mimic::Trial;
use lines::{Line, lines};
use serde_json::{Value, json};

use crate::{
    open,
    streams::page_before,
    support::{
        browser::Page,
        requirement, root,
        stage::{Stage, clean, file_server, fits, only_failed_requests, trial},
    },
};

/// The columns of the page, in order.
const BOUNDARIES: [&str; 7] = [
    "JavaScript",
    "wasm, by hand",
    "wasm-bindgen",
    "wasm with SIMD",
    "wasm in a worker",
    "gRPC-web → Rust",
    "gRPC-web → Rust → C",
];

const OPERATIONS: [&str; 6] =
    ["add", "greet", "checksum-64b", "checksum-64kib", "checksum-16mib", "mandelbrot"];

pub fn trials(stage: &Result<Arc<Stage>, String>) -> Vec<Trial> {
    vec![
        trial("compare: every cell has a time or a reason", stage, every_cell),
        trial("compare: who answers wrongly is not timed; Stop leaves the rest", stage, wrong),
        trial("compare: as plain files, without what needs the server", stage, offline),
        trial("compare: the last native run stands beside it", stage, native),
        trial("compare: no native run, or one that cannot be read", stage, no_native),
        Trial::ignorable_test(
            "compare: batches, rounds and medians, by a clock of our own",
            || {
                let node = which::which("node").map_err(|_| "no node: install Node.js".to_owned());
                requirement(node, |_| measure::in_node())
            },
        ),
    ]
}

async fn every_cell(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    quick_run(page).await?;
    page.wait_for("#compare-result", &["Done in", "Every answer was right", "in JavaScript"])
        .await?;
    page.wait_for("#compare-here", &["clock ticks every"]).await?;
    for operation in OPERATIONS {
        let lines = lines(page, operation, "here").await?;
        for (boundary, line) in BOUNDARIES.iter().zip(&lines) {
            let reason = match (*boundary, operation) {
                ("wasm with SIMD", "mandelbrot") | ("gRPC-web → Rust", "greet") => None,
                ("wasm with SIMD", _) => Some("it draws the picture only"),
                ("gRPC-web → Rust", _) => Some("it answers SayHello only"),
                // As the server says it.
                ("gRPC-web → Rust → C", "checksum-16mib") => Some("OUT_OF_RANGE: "),
                _ => None,
            };
            if line.who != *boundary {
                return Err(format!("{operation}: {} stands where {boundary} should", line.who));
            }
            match reason {
                Some(reason) => line.lacks(&format!("– {reason}"))?,
                None => line.is_timed(operation.starts_with("checksum"))?,
            }
        }
        if lines[0].ratio != "1.00×" {
            return Err(format!("JavaScript is not the measure of {operation}: {:?}", lines[0]));
        }
    }
    for width in [360, 768, 1440] {
        fits(page, width).await?;
    }
    clean(page, url).await
}

async fn wrong(page: &Page, _: &str) -> Result<(), String> {
    // Its sums are right, up to a point.
    let wrong = "export const add = (a, b) => Math.min(a + b, 1000);
                 export const greet = name => `Hello, ${name}!`;
                 export { crc32c as checksum } from './crc32c.js';
                 export const mandelbrotRow = width => new Uint32Array(width);";
    let script = move || async move { ([(CONTENT_TYPE, "text/javascript")], wrong) };
    let url = page_before(Router::new().route("/wasm-bindgen.js", get(script))).await?;
    open(page, &url).await?;
    page.click("#compare-quick").await?;
    page.click("#compare-form [type=submit]").await?;
    page.wait_for("#compare-greet .here tr:nth-child(4)", &["ns"]).await?;
    page.click("#compare-stop").await?;
    page.wait_for("#compare-result", &["Stopped after", "wrong, and so not timed: 1"]).await?;

    let add = lines(page, "add", "here").await?;
    add[0].is_timed(false)?;
    add[1].is_timed(false)?;
    add[2].lacks("– wrong, so not timed: 1000 is not JavaScript’s 4950")?;
    // This server has no gRPC, and the others go on.
    add[6].lacks("– The server does not answer")?;
    for line in lines(page, "mandelbrot", "here").await? {
        line.lacks("– not measured: stopped")?;
    }
    // And again: nothing is left of it.
    page.click("#compare-form [type=submit]").await?;
    page.wait_for("#compare-result", &["Measuring add"]).await?;
    page.click("#compare-stop").await?;
    page.wait_for("#compare-result", &["Stopped after"]).await?;
    only_failed_requests(page).await
}

async fn offline(page: &Page, _: &str) -> Result<(), String> {
    let url = file_server(&root().join("web")).await?;
    open(page, &url).await?;
    page.wait_for("#compare-offline", &["Server not running", "cargo run -- serve"]).await?;
    quick_run(page).await?;
    page.wait_for("#compare-result", &["Done in", "Every answer was right"]).await?;
    for operation in OPERATIONS {
        let lines = lines(page, operation, "here").await?;
        lines[6].lacks("– server not running")?;
        lines[4].is_timed(operation.starts_with("checksum"))?;
    }
    lines(page, "greet", "here").await?[5].lacks("– server not running")?;
    clean(page, &url).await
}

/// As src/compare/record.rs writes it, of three boundaries and two operations.
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

/// The page, with what `/compare.json` answers.
async fn page_with(status: StatusCode, record: String) -> Result<String, String> {
    let answer = move || {
        let record = record.clone();
        async move { (status, [(CONTENT_TYPE, "application/json")], record) }
    };
    page_before(Router::new().route("/compare.json", get(answer))).await
}

async fn native(page: &Page, _: &str) -> Result<(), String> {
    let url = page_with(StatusCode::OK, record().to_string()).await?;
    open(page, &url).await?;
    let said = ["polyglot compare --quick", "21 September 2026", "A Test 3000", "2 cores"];
    page.wait_for("#compare-native", &said).await?;
    page.wait_for("#compare-native", &["rustc 1.95.0", "debug build", "machine is busy"]).await?;

    // One of each technique, until all are asked for.
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
        (&add[2], "100 µs ±10 %", "66.7K×"),
        (&checksum[0], "32.8 µs ±10 % · 2.00 GB/s", "1.00×"),
        (&checksum[2], "2.00 s ±10 % · 32.8 kB/s", "61K×"),
    ] {
        if line.time != time || line.ratio != ratio {
            return Err(format!("instead of {time} and {ratio}: {line:?}"));
        }
    }
    // What takes over a second stands at the end of the scale.
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

async fn no_native(page: &Page, _: &str) -> Result<(), String> {
    let mut newer = record();
    newer["schema"] = json!(2);
    let mut short = record();
    short["operations"][0]["cells"] = json!([]);
    let mut timeless = record();
    timeless["operations"][1]["cells"][0]["median_ns"] = Value::Null;
    for (status, record, words) in [
        (StatusCode::NOT_FOUND, String::new(), "No native run yet"),
        (StatusCode::OK, "{".to_owned(), "JSON"),
        (StatusCode::OK, newer.to_string(), "its schema is 2, and this page reads 1"),
        (StatusCode::OK, short.to_string(), "add has 0 cells for 3 boundaries"),
        (StatusCode::OK, timeless.to_string(), "a cell of checksum-64kib has no time"),
    ] {
        let url = page_with(status, record).await?;
        open(page, &url).await?;
        page.wait_for("#compare-native", &[words, "cargo run --release -- compare"]).await?;
        // The card itself is whole.
        lines(page, "add", "here").await?[0].lacks("– not measured yet")?;
        clean(page, &url).await?;
    }
    Ok(())
}

/// Starts a quick run, and waits for its end.
async fn quick_run(page: &Page) -> Result<(), String> {
    page.click("#compare-quick").await?;
    page.click("#compare-form [type=submit]").await?;
    // The trial's own time limit ends this.
    while page.script("return document.getElementById('compare-card').dataset.state").await?
        == "loading"
    {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    Ok(())
}
