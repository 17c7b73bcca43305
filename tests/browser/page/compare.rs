//! The cost of a crossing, measured in the page. The tests check that there is a time, not its
//! value.

mod lines;
mod measure;
mod native;

use std::sync::Arc;

use axum::{
    Router,
    http::{StatusCode, header::CONTENT_TYPE},
    routing::get,
};
use libtest_mimic::Trial;
use lines::lines;
use serde_json::json;

use crate::{
    browser::page::open,
    browser::page::streams::page_before,
    support::{
        browser::Page,
        requirement, root,
        stage::{Stage, clean, empty, file_server, fits, only_failed_requests, trial},
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
        trial("compare: a part of it that does not arrive", stage, unfetched),
        trial("compare: as plain files, without what needs the server", stage, offline),
        trial("compare: a native run is beside it", stage, native::native),
        trial("compare: a run that is not the reader's says so", stage, native::not_yours),
        trial("compare: a browser is named as its readers do", stage, browsers),
        trial("compare: no native run, or one that cannot be read", stage, native::no_native),
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
    count_workers(page).await?;
    quick_run(page).await?;
    page.wait_for("#compare-result", &["Done in", "Every answer was right", "in JavaScript"])
        .await?;
    page.wait_for("#compare-here", &["clock ticks every", "100 ticks", "loop that calls it"])
        .await?;
    workers(page, 1).await?;
    for operation in OPERATIONS {
        let lines = lines(page, operation, "here").await?;
        for (boundary, line) in BOUNDARIES.iter().zip(&lines) {
            let reason = match (*boundary, operation) {
                ("wasm with SIMD", "mandelbrot") | ("gRPC-web → Rust", "greet") => None,
                ("wasm with SIMD", _) => Some("it only draws the picture"),
                ("gRPC-web → Rust", _) => Some("it only answers SayHello"),
                // The server's own words.
                ("gRPC-web → Rust → C", "checksum-16mib") => Some("OUT_OF_RANGE: "),
                _ => None,
            };
            if line.who != *boundary {
                return Err(format!("{operation}: {} is where {boundary} should be", line.who));
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
    let widths = page
        .script(
            "const row = document.querySelector('#compare-add .here .heading');
             return [...row.children].map(cell => cell.getBoundingClientRect().width);",
        )
        .await?;
    // In a wide window the scale gets the extra width, not the columns beside it.
    if widths[1].as_f64() < Some(1.2 * widths[2].as_f64().unwrap_or(f64::MAX)) {
        return Err(format!("the columns are {widths} wide"));
    }
    page.resize(360, 900).await?;
    let no_part = page
        .script(
            "const roles = { TABLE: 'table', THEAD: 'rowgroup', TBODY: 'rowgroup', TR: 'row', TD: 'cell' };
             const headers = { col: 'columnheader', row: 'rowheader', rowgroup: 'rowheader' };
             return [...document.querySelectorAll('.costs, .costs :is(thead, tbody, tr, td, th)')]
               .filter(part => part.role !== (roles[part.tagName] ?? headers[part.scope]))
               .concat([...document.querySelectorAll('.scale :not([aria-hidden=true])')])
               .concat([...document.querySelectorAll('.costs:not(:has(thead th[scope=col]:nth-child(4)))')])
               .map(part => part.outerHTML);",
        )
        .await?;
    empty("a screen reader does not present these as parts of a table", &no_part)?;
    clean(page, url).await
}

/// Counts the workers that are started and ended from now on.
async fn count_workers(page: &Page) -> Result<(), String> {
    page.script(
        "window.workers = { made: 0, ended: 0 };
         window.Worker = class extends Worker {
           constructor(...how) { super(...how); workers.made++; }
           terminate() { super.terminate(); workers.ended++; }
         };",
    )
    .await
    .map(drop)
}

/// Checks that `made` workers were started, and that all of them have ended.
async fn workers(page: &Page, made: u32) -> Result<(), String> {
    let workers = page.script("return workers").await?;
    let expected = json!({ "made": made, "ended": made });
    if workers == expected { Ok(()) } else { Err(format!("of workers, there were {workers}")) }
}

async fn wrong(page: &Page, _: &str) -> Result<(), String> {
    // The sums of this module are right up to a limit.
    let wrong = "export const add = (a, b) => Math.min(a + b, 1000);
                 export const greet = name => `Hello, ${name}!`;
                 export { crc32c as checksum } from './js-ops.js';
                 export const mandelbrotRow = width => new Uint32Array(width);";
    let script = move || async move { ([(CONTENT_TYPE, "text/javascript")], wrong) };
    let url = page_before(Router::new().route("/shared/wasm-bindgen.js", get(script))).await?;
    open(page, &url).await?;
    count_workers(page).await?;
    page.click("#compare-quick").await?;
    page.click("#compare-form [type=submit]").await?;
    can_start(page, false).await?;
    page.wait_for("#compare-greet .here tr:nth-child(4)", &["ns"]).await?;
    page.click("#compare-stop").await?;
    page.wait_for("#compare-result", &["Stopped after", "Wrong answers, which were not timed: 1"])
        .await?;
    can_start(page, true).await?;
    workers(page, 1).await?;

    let add = lines(page, "add", "here").await?;
    add[0].is_timed(false)?;
    add[1].is_timed(false)?;
    add[2].lacks("– wrong, so not timed: 1000 instead of JavaScript’s 4950")?;
    // This server has no gRPC; the other columns are measured.
    add[6].lacks("– The server at")?;
    for line in lines(page, "mandelbrot", "here").await? {
        line.lacks("– not measured: stopped")?;
    }
    // Runs it again, without traces of the first run.
    page.click("#compare-form [type=submit]").await?;
    page.wait_for("#compare-result", &["Measuring add"]).await?;
    page.click("#compare-stop").await?;
    page.wait_for("#compare-result", &["Stopped after"]).await?;
    workers(page, 2).await?;
    only_failed_requests(page).await
}

/// Checks that exactly one of the two buttons can be pressed: Measure if `expected`, else Stop.
async fn can_start(page: &Page, expected: bool) -> Result<(), String> {
    let disabled = page
        .script(
            "return ['#compare-form [type=submit]', '#compare-stop']
               .map(button => document.querySelector(button).ariaDisabled === 'true');",
        )
        .await?;
    if disabled == json!([!expected, expected]) {
        Ok(())
    } else {
        Err(format!("Measure and Stop are disabled: {disabled}"))
    }
}

async fn unfetched(page: &Page, _: &str) -> Result<(), String> {
    let gone = || async { StatusCode::NOT_FOUND };
    let url = page_before(Router::new().route("/compare/run.js", get(gone))).await?;
    open(page, &url).await?;
    page.click("#compare-form [type=submit]").await?;
    page.wait_for("#compare-result", &["The comparison could not be fetched", "reload"]).await?;
    can_start(page, true).await?;
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

async fn browsers(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    let chrome =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0";
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let safari = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                  Version/18.3 Safari/605.1.15";
    for (agent, name) in [
        (format!("{chrome} Safari/537.36"), "Chrome 130"),
        (format!("{chrome} Safari/537.36 Edg/131.0.0.0"), "Edge 131"),
        (format!("{chrome} Mobile Safari/537.36 EdgA/132.0.0.0"), "Edge 132"),
        (format!("{chrome} Safari/537.36 OPR/114.0.0.0"), "Opera 114"),
        (firefox.to_owned(), "Firefox 140"),
        (safari.to_owned(), "Safari 18"),
        ("curl/8.5.0".to_owned(), "a browser"),
    ] {
        let said = page
            .script(&format!(
                "Object.defineProperty(navigator, 'userAgent', {{ value: '{agent}', configurable: true }});
                 return import('/compare/conditions.js').then(({{ conditions }}) => String(conditions(0.1)));"
            ))
            .await?;
        if !said
            .as_str()
            .is_some_and(|said| said.starts_with(&format!("In this browser: {name}, ")))
        {
            return Err(format!("{agent} is told as {said}"));
        }
    }
    clean(page, url).await
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
