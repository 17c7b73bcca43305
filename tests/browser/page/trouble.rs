//! The page's messages when something fails: they name the true cause, and quote input as it was
//! sent.

use std::sync::Arc;

use axum::{
    Router,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
    routing::{get, post},
};
use libtest_mimic::Trial;
use serde_json::json;

use crate::{
    browser::page::open,
    browser::page::streams::page_before,
    support::{
        browser::Page,
        root,
        served::Served,
        stage::{Stage, clean, empty, file_server, only_failed_requests, trial},
    },
};

pub fn trials(stage: &Result<Arc<Stage>, String>) -> Vec<Trial> {
    vec![
        trial("trouble: a module's, by what is thrown", stage, modules),
        trial("trouble: a status of the server is not its absence", stage, statuses),
        trial("trouble: whether the server answers is shown live", stage, alive),
        trial("trouble: what was typed or sent is not mark-up", stage, data),
        trial("trouble: an old answer does not stay beside a new error", stage, nothing_old),
        trial("trouble: -0 stays -0", stage, minus_zero),
        trial("trouble: six streams leave no connection", stage, crowded),
        trial("trouble: a card that does not arrive says so", stage, card_unfetched),
    ]
}

/// The thing that throws, and words of the page's message. An error that this browser cannot throw
/// is quoted.
const MODULES: [(&str, &str); 17] = [
    ("new WebAssembly.Instance(wantsEnv)", "needs an import"),
    ("new WebAssembly.Instance(wantsEnv, {})", "needs an import"),
    ("new WebAssembly.Instance(wantsEnv, { env: {} })", "needs an import"),
    ("throw new TypeError(\"import object field 'env' is not an Object\")", "needs an import"),
    (
        "throw new TypeError(\"can't make WebAssembly.Instance because there is no imports Object\")",
        "needs an import",
    ),
    ("new WebAssembly.Module(new TextEncoder().encode('<!DOCTYPE html>'))", "is not WebAssembly"),
    ("new WebAssembly.Module(new Uint8Array())", "is not WebAssembly"),
    ("new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 13, 0, 1, 0))", "component"),
    ("new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 9))", "damaged"),
    (
        "throw new WebAssembly.CompileError(\"invalid value type 'externref', enable with --experimental-wasm-reftypes\")",
        "browser is too old",
    ),
    (
        "throw new WebAssembly.CompileError('at offset 52: unrecognized opcode: fd c')",
        "browser is too old",
    ),
    (
        "throw new RangeError('WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory for new instance')",
        "no memory left",
    ),
    ("throw new RangeError('Array buffer allocation failed')", "no memory left"),
    ("throw new WebAssembly.RuntimeError('memory access out of bounds')", "The module stopped"),
    (
        "throw new TypeError('Failed to fetch dynamically imported module: http://a/b.js')",
        "did not arrive",
    ),
    ("AbortSignal.none()", "too old for the page"),
    ("throw new Error('something else')", "This page has a bug"),
];

async fn modules(page: &Page, _: &str) -> Result<(), String> {
    let url = file_server(&root().join("web")).await?;
    open(page, &url).await?;
    for (thrower, words) in MODULES {
        let sentence = page
            .script(&format!(
                "return (async () => {{
                   const {{ wasmTrouble }} = await import('/trouble.js');
                   // (module (import \"env\" \"sensor\" (func)))
                   const wantsEnv = new WebAssembly.Module(Uint8Array.of(
                     0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0,
                     2, 14, 1, 3, 101, 110, 118, 6, 115, 101, 110, 115, 111, 114, 0, 0));
                   try {{ {thrower} }} catch (error) {{ return String(wasmTrouble(error)); }}
                 }})();"
            ))
            .await?;
        if !sentence.as_str().is_some_and(|sentence| sentence.contains(words)) {
            return Err(format!("{thrower} is told as {sentence}, without {words:?}"));
        }
    }
    clean(page, &url).await
}

/// The page, with a Greeter that ends each call with this status.
async fn page_before_status(code: u32, message: &'static str) -> Result<String, String> {
    let answer = move || async move {
        let code = code.to_string();
        [
            (CONTENT_TYPE.as_str(), "application/grpc-web+proto".to_owned()),
            ("grpc-status", code),
            ("grpc-message", message.to_owned()),
        ]
        .into_response()
    };
    page_before(Router::new().route("/hello.Greeter/SayHello", post(answer))).await
}

async fn statuses(page: &Page, _: &str) -> Result<(), String> {
    for (code, name) in [
        (1, "CANCELLED"),
        (2, "UNKNOWN"),
        (12, "UNIMPLEMENTED"),
        (13, "INTERNAL"),
        (14, "UNAVAILABLE"),
    ] {
        // A server may pass on what its own language said. That does not make it absent.
        let url = page_before_status(code, "TypeError:%20of%20the%20server").await?;
        open(page, &url).await?;
        page.click("#grpc-card [type=submit]").await?;
        let said = format!("{name}: TypeError: of the server");
        let shown = page.wait_for("#grpc-result", &[&said]).await?;
        if shown.contains("does not answer") {
            return Err(format!("a server that answers {name} is told as {shown}"));
        }
        page.wait_for("#grpc-time", &["The server sent this status"]).await?;
        page.wait_for("#server-status", &["Served with gRPC"]).await?;
        clean(page, &url).await?;
    }

    // A web server without gRPC is a different case, and both clients report it.
    let html = || async { ([(CONTENT_TYPE, "text/html")], "<p>Bad gateway") };
    let url = page_before(Router::new().route("/hello.Greeter/SayHello", post(html))).await?;
    open(page, &url).await?;
    for card in ["grpc", "bytes"] {
        page.click(&format!("#{card}-card [type=submit]")).await?;
        page.wait_for(&format!("#{card}-result"), &["does not speak gRPC-web"]).await?;
    }
    clean(page, &url).await
}

async fn alive(page: &Page, _: &str) -> Result<(), String> {
    let server = Served::start()?;
    page.goto(&format!("{}/gallery.html", server.url)).await?;
    page.wait_for("#server-status", &["Served with gRPC from 127.0.0.1"]).await?;
    open(page, &server.url).await?;
    page.wait_for("#server-status", &["Served with gRPC from 127.0.0.1"]).await?;
    drop(server);
    // Shown without a click.
    page.wait_for("#server-status", &["does not answer", "cargo run -- serve"]).await?;
    let state =
        page.script("return document.getElementById('server-status').dataset.state").await?;
    if state != "error" {
        return Err(format!("the state of a server that is gone is {state}"));
    }
    only_failed_requests(page).await
}

async fn data(page: &Page, url: &str) -> Result<(), String> {
    let name = "`tick` <b>bold</b> ${x} &amp;";
    open(page, url).await?;
    for (field, result) in [
        ("#grpc-name", "#grpc-result"),
        ("#bytes-name", "#bytes-response"),
        ("#wasm-name", "#wasm-greet-result"),
    ] {
        page.fill(field, name).await?;
        page.press(field, "\u{E007}").await?;
        page.wait_for(result, &[&format!("Hello, {name}!")]).await?;
    }
    page.goto(&format!("{url}/gallery.html")).await?;
    page.fill("#card-strings input", name).await?;
    page.click("#card-strings [data-run]").await?;
    page.wait_for("#card-strings [data-result]", &[&name.chars().rev().collect::<String>()])
        .await?;
    clean(page, url).await?;

    // The message of a server is shown as it is.
    let url = page_before_status(9, "%60tick%60%20<b>bold</b>").await?;
    open(page, &url).await?;
    page.click("#grpc-card [type=submit]").await?;
    page.wait_for("#grpc-result", &["FAILED_PRECONDITION: `tick` <b>bold</b>"]).await?;
    let elements = page
        .script("return [...document.querySelector('#grpc-result').children].map(e => e.outerHTML)")
        .await?;
    empty("what a server said became", &elements)?;
    clean(page, &url).await
}

async fn crowded(page: &Page, _: &str) -> Result<(), String> {
    let never = || std::future::pending::<StatusCode>();
    let url = page_before(Router::new().route("/hello.Greeter/SayHello", post(never))).await?;
    open(page, &url).await?;
    for (open, words) in [(5, "may be busy"), (1, "6 streams of this page are open")] {
        // Holds the locks that the stream cards of this many tabs would hold.
        let hold = "navigator.locks.request('polyglot: an open stream', { mode: 'shared' }, () => new Promise(() => {}));";
        page.script(&hold.repeat(open)).await?;
        page.click("#grpc-card [type=submit]").await?;
        page.wait_for("#grpc-result", &[words]).await?;
    }
    page.wait_for("#grpc-result", &["at most 6 connections", "HTTP/1.1", "HTTP/2"]).await?;
    clean(page, &url).await
}

async fn card_unfetched(page: &Page, _: &str) -> Result<(), String> {
    let gone = || async { StatusCode::NOT_FOUND };
    let url = page_before(Router::new().route("/cards/bytes.js", get(gone))).await?;
    open(page, &url).await?;
    page.wait_for("#bytes-result", &["This card could not be fetched", "reload"]).await?;
    // The other cards still work.
    page.wait_for("#wasm-raw-result", &["5"]).await?;
    only_failed_requests(page).await
}

async fn minus_zero(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    page.fill("#picture-re", "-0").await?;
    page.click("#picture-zoom-out").await?;
    page.wait_for("#picture-verdict", &["identical"]).await?;
    let re = page.script("return document.getElementById('picture-re').value").await?;
    if re != "-0" {
        return Err(format!("-0 is shown as {re}"));
    }
    clean(page, url).await
}

/// An earlier answer beside a later error would be taken for the later call's answer.
async fn nothing_old(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    page.click("#ffi-card [type=submit]").await?;
    page.wait_for("#ffi-result", &["Result: 131.88"]).await?;
    page.click("#stream-card [type=submit]").await?;
    page.wait_for("#stream-result", &["OK"]).await?;
    page.click("#picture-draw").await?;
    page.wait_for("#picture-verdict", &["identical"]).await?;
    for (field, button) in [
        ("#ffi-arg1", "#ffi-card [type=submit]"),
        ("#stream-count", "#stream-card [type=submit]"),
        ("#picture-re", "#picture-draw"),
        ("#wasm-a", "#wasm-b"),
    ] {
        page.fill(field, "nonsense").await?;
        page.click(button).await?;
        page.wait_for(&format!("{field}-error"), &["must be"]).await?;
    }
    let left = page
        .script(
            "const text = selector => [...document.querySelectorAll(selector)].map(e => e.textContent).join('|');
             const painted = ['picture-wasm', 'picture-c'].filter(id => {
               const canvas = document.getElementById(id);
               return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean);
             });
             return {
               ffi: text('#ffi-result'), arrows: text('#ffi-card :is([data-out], [data-back], [data-time])'), time: text('#ffi-time'),
               stream: text('#stream-result'), readings: text('#stream-readings li'), note: text('#stream-note'),
               times: text('#picture-card figure output'), verdict: text('#picture-verdict'), painted,
               label: text('#wasm-card [data-call]'), sum: text('#wasm-raw-result'),
             };",
        )
        .await?;
    let nothing = json!({
        "ffi": "Not called.", "arrows": "|…|…|…|…", "time": "",
        "stream": "Not called.", "readings": "", "note": "",
        "times": "|", "verdict": "", "painted": [],
        "label": "add(a, b) =|add(a, b) =", "sum": "…",
    });
    if left == nothing {
        clean(page, url).await
    } else {
        Err(format!("beside an error there is left {left:#}"))
    }
}
