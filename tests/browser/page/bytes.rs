//! The inspector shows the bytes of the specification, which are the bytes that travel.

use std::sync::Arc;

use axum::{Router, body::Bytes, http::header::CONTENT_TYPE, routing::post};
use libtest_mimic::Trial;
use tokio::sync::mpsc;

use crate::{
    browser::page::open,
    browser::page::streams::page_before,
    support::{
        browser::Page,
        stage::{Stage, clean, fits, trial},
    },
};

/// `HelloRequest { name: "Ferris" }` in its frame, written by hand from the specifications.
const REQUEST: &[u8] = b"\0\0\0\0\x08\x0a\x06Ferris";
/// Its answer: a frame with the message, and one with the trailers.
const RESPONSE: &[u8] = b"\0\0\0\0\x10\x0a\x0eHello, Ferris!\x80\0\0\0\x0fgrpc-status:0\r\n";

pub fn trials(stage: &Result<Arc<Stage>, String>) -> Vec<Trial> {
    vec![
        trial("bytes: of a call that succeeds", stage, success),
        trial("bytes: of a call that fails", stage, failure),
        trial("bytes: what is shown is what was sent", stage, sent),
        trial("bytes: a part and its bytes are marked together", stage, marked),
        trial("bytes: whatever answers, the card says what it is", stage, strangers),
    ]
}

async fn success(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    dump_is(page, "request", REQUEST).await?;
    page.click("#bytes-card [type=submit]").await?;
    page.wait_for("#bytes-response", &["HTTP 200", "Hello, Ferris!"]).await?;
    dump_is(page, "response", RESPONSE).await?;
    let parts = page
        .script(
            "return [...document.querySelectorAll('#bytes-response .parts button')]
               .map(part => part.querySelector('b').textContent)",
        )
        .await?;
    let names = ["flag", "length", "tag", "length", "value", "flag", "length", "grpc-status"];
    if parts != serde_json::json!(names) {
        return Err(format!("the response's parts are {parts}"));
    }

    // The typed text is sent. Three characters take two, three and four bytes.
    page.fill("#bytes-name", "é世🦀").await?;
    page.wait_for("#bytes-response", &["Hello, é世🦀!"]).await?;
    dump_is(page, "request", "\0\0\0\0\x0b\x0a\x09é世🦀".as_bytes()).await?;

    // A length of 200 takes two bytes: its seven lowest bits, then the rest.
    let name = "x".repeat(200);
    page.fill("#bytes-name", &name).await?;
    let request = [&b"\0\0\0\0\xcb\x0a\xc8\x01"[..], name.as_bytes()].concat();
    dump_is(page, "request", &request).await?;
    fits(page, 360).await?;
    clean(page, url).await
}

async fn failure(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    page.click("#bytes-try-empty").await?;
    let shown = [
        "HTTP 200",
        "grpc-status: 3",
        "INVALID_ARGUMENT",
        "grpc-message: name%20is%20empty",
        "grpc-status-details-bin: ",
        "name: must be 1 to 256 bytes",
    ];
    page.wait_for("#bytes-response", &shown).await?;
    // A message of defaults alone has no bytes, and an answer without a message has no frame.
    dump_is(page, "request", &[0; 5]).await?;
    dump_is(page, "response", &[]).await?;

    // The generated client passes the same details to the card above.
    page.click("#grpc-try-empty").await?;
    page.wait_for("#grpc-time", &["Its details: name must be 1 to 256 bytes."]).await?;
    fits(page, 360).await?;
    clean(page, url).await
}

async fn sent(page: &Page, _: &str) -> Result<(), String> {
    let (sent, mut bodies) = mpsc::channel(8);
    let answer = move |body: Bytes| async move {
        let _ = sent.send(body).await;
        ([(CONTENT_TYPE, "application/grpc-web+proto")], RESPONSE)
    };
    let url = page_before(Router::new().route("/hello.Greeter/SayHello", post(answer))).await?;
    open(page, &url).await?;
    page.click("#bytes-card [type=submit]").await?;
    let body = bodies.recv().await.ok_or("the server has ended")?;
    if body != REQUEST {
        return Err(format!("the page sent {body:?}"));
    }
    page.wait_for("#bytes-response", &["Hello, Ferris!"]).await?;
    dump_is(page, "response", RESPONSE).await?;
    clean(page, &url).await
}

async fn marked(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    let marked = "return ['.hex', '.text', 'li'].map(place =>
        [...document.querySelectorAll(`#bytes-request ${place} [data-marked]`)].map(e => e.textContent).join(' '))";
    // By keyboard, the space bar goes to the focused element.
    page.press("#bytes-request li:last-child button", " ").await?;
    let shown = page.script(marked).await?;
    if shown[0] != "46 65 72 72 69 73" || shown[1] != "F e r r i s" {
        return Err(format!("with the focus on the value, what is marked is {shown}"));
    }
    // By pointer, from the bytes to the part.
    page.click("#bytes-request .hex [data-part='1']").await?;
    let shown = page.script(marked).await?;
    let part = shown[2].as_str().unwrap_or_default();
    if shown[0] != "00 00 00 08" || !part.contains("8 bytes of message") {
        return Err(format!("with the pointer on the length, what is marked is {shown}"));
    }
    clean(page, url).await
}

async fn strangers(page: &Page, _: &str) -> Result<(), String> {
    for (kind, body, words) in [
        (
            "text/html",
            &b"<p>Bad gateway"[..],
            ["does not speak gRPC-web", "HTTP 200 with text/html"],
        ),
        (
            "application/grpc-web+proto",
            &RESPONSE[..9],
            ["cannot be read", "frame at byte 0 is longer"],
        ),
    ] {
        let answer = move || async move { ([(CONTENT_TYPE, kind)], body) };
        let url = page_before(Router::new().route("/hello.Greeter/SayHello", post(answer))).await?;
        open(page, &url).await?;
        page.click("#bytes-card [type=submit]").await?;
        page.wait_for("#bytes-result", &words).await?;
        dump_is(page, "response", &[]).await?;
        clean(page, &url).await?;
    }
    Ok(())
}

/// Checks the bytes that the card shows in hexadecimal, and as text beside it.
async fn dump_is(page: &Page, side: &str, bytes: &[u8]) -> Result<(), String> {
    let shown = page
        .script(&format!(
            "const text = place => Array.from(
               document.querySelectorAll(`#bytes-{side} .dump ${{place}} span`), span => span.textContent);
             return [text('.hex').join(' '), text('.text').join('')];"
        ))
        .await?;
    let hex: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let printable = |&byte: &u8| if (b' '..=b'~').contains(&byte) { byte.into() } else { '·' };
    let text: String = bytes.iter().map(printable).collect();
    if shown == serde_json::json!([hex.join(" "), text]) {
        Ok(())
    } else {
        Err(format!("the {side} is shown as {shown:#}\ninstead of {hex:?} {text}"))
    }
}
