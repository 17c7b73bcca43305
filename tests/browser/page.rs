//! The page, in a real browser: the content of each card, no requests to other origins, and a clean
//! console.

mod absent;
mod bytes;
mod compare;
mod streams;
mod trouble;

use std::{fs, sync::Arc, time::Duration};

use crate::support::{
    bless_command, blessing,
    browser::Page,
    root,
    served::Served,
    stage::{
        self, Stage, clean, empty, file_server, only_failed_requests, requests, trial,
        web_without_pkg,
    },
};
use libtest_mimic::Trial;

pub fn trials(stage: &Result<Arc<Stage>, String>) -> Vec<Trial> {
    let mut trials = vec![
        trial("the first picture needs no card, and no module", stage, first_picture),
        trial("FFI: the article's call", stage, ffi_card),
        trial("WebAssembly: the raw lines beside wasm-bindgen", stage, wasm_card),
        trial("gRPC: the client loads on first use", stage, grpc_card),
        trial("one picture, drawn by Rust and by C", stage, picture_card),
        trial("nonsense is answered beside its field", stage, nonsense),
        trial("the keyboard is enough", stage, keyboard),
        trial("every line of code shown is in its file", stage, code_is_real),
        trial("no page is wider than its window", stage, widths),
        trial("the README's picture shows the page", stage, readme_picture),
        trial("a server that stopped is a sentence", stage, stopped_server),
        trial("as plain files, the page says what needs the server", stage, plain_files),
        trial("without web/pkg, the page says what to do", stage, no_pkg),
    ];
    trials.extend(streams::trials(stage));
    trials.extend(bytes::trials(stage));
    trials.extend(compare::trials(stage));
    trials.extend(trouble::trials(stage));
    trials.extend(absent::trials(stage));
    trials
}

/// Loads the page, and waits for its cards, which start when they are on the screen.
async fn open(page: &Page, url: &str) -> Result<(), String> {
    page.goto(url).await?;
    // The trial's own time limit ends this.
    while page.script("return document.body.dataset.state").await? != "done" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

async fn first_picture(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    let early = page
        .script(
            "const [picture] = performance.getEntriesByName('first-contentful-paint');
             return performance.getEntriesByType('resource')
               .filter(request => request.startTime < picture.startTime)
               .map(request => new URL(request.name).pathname)
               .filter(path => path.startsWith('/cards') || path.startsWith('/pkg/'));",
        )
        .await?;
    empty("before the first picture, the page asks for", &early)?;
    clean(page, url).await
}

async fn ffi_card(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    page.click("#ffi-card [type=submit]").await?;
    page.wait_for("#ffi-result", &["Result: 131.88"]).await?;
    page.fill("#ffi-arg1", "-7").await?;
    page.fill("#ffi-arg2", "0.5").await?;
    page.click("#ffi-card [type=submit]").await?;
    page.wait_for("#ffi-result", &["Result: -3.5"]).await?;
    // Zero has a sign, too.
    page.fill("#ffi-arg2", "0").await?;
    page.click("#ffi-card [type=submit]").await?;
    page.wait_for("#ffi-result", &["Result: -0"]).await?;
    clean(page, url).await
}

async fn wasm_card(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    page.wait_for("#wasm-raw-result", &["5"]).await?;
    page.wait_for("#wasm-bindgen-result", &["5"]).await?;
    page.wait_for("#wasm-greet-result", &["Hello, Ferris!"]).await?;
    page.wait_for("[data-size='add.wasm']", &["101"]).await?;
    page.fill("#wasm-a", "2147483647").await?;
    page.fill("#wasm-b", "1").await?;
    page.wait_for("#wasm-raw-result", &["-2147483648"]).await?;
    page.wait_for("#wasm-bindgen-result", &["-2147483648"]).await?;
    page.fill("#wasm-name", "世界").await?;
    page.wait_for("#wasm-greet-result", &["Hello, 世界!"]).await?;
    clean(page, url).await
}

async fn grpc_card(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    page.wait_for("#wasm-raw-result", &["5"]).await?;
    if requests(page).await?.iter().any(|request| request.contains("grpc_demo")) {
        return Err("the gRPC client was loaded before anyone asked for it".into());
    }
    page.click("#grpc-card [type=submit]").await?;
    page.wait_for("#grpc-result", &["Hello, Ferris!"]).await?;
    page.click("#grpc-try-empty").await?;
    page.wait_for("#grpc-result", &["INVALID_ARGUMENT", "name is empty", "256"]).await?;
    page.click("#grpc-try-long").await?;
    page.wait_for("#grpc-result", &["INVALID_ARGUMENT", "name is 257 bytes", "256"]).await?;
    clean(page, url).await
}

async fn picture_card(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    page.click("#picture-draw").await?;
    page.wait_for("#picture-verdict", &["196,608"]).await?;
    for side in ["#picture-wasm-time", "#picture-c-time"] {
        page.wait_for(side, &["ms"]).await?;
    }
    // The picture itself is the same on both canvases, and has many colours.
    let colours = page
        .script(
            "const pixels = ['picture-wasm', 'picture-c'].map(id => {
               const canvas = document.getElementById(id);
               const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
               return new Uint32Array(data.buffer);
             });
             if (!pixels[0].every((pixel, i) => pixel === pixels[1][i])) return -1;
             return new Set(pixels[0]).size;",
        )
        .await?;
    if colours.as_i64().unwrap_or_default() < 20 {
        return Err(format!("the canvases hold {colours} colours; -1 is that they differ"));
    }
    clean(page, url).await
}

async fn nonsense(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    for (field, text, words) in [
        ("#ffi-arg1", "2147483648", "whole number"),
        ("#ffi-arg2", "<script>", "decimal number"),
        ("#wasm-a", "1e3", "whole number"),
        ("#picture-iterations", "0", "whole number"),
        ("#picture-width", "NaN", "number"),
    ] {
        page.fill(field, text).await?;
        if field.starts_with("#picture") {
            page.click("#picture-draw").await?;
        } else {
            page.press(field, "\u{E007}").await?;
        }
        page.wait_for(&format!("{field}-error"), &[words]).await?;
        page.fill(field, "1").await?;
    }
    // The refused input did not reach a call.
    page.wait_for("#ffi-result", &["Not called"]).await?;
    clean(page, url).await
}

async fn keyboard(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    page.press("#grpc-name", "\u{E007}").await?; // Enter
    page.wait_for("#grpc-result", &["Hello, Ferris!"]).await?;

    // Everything that can be clicked can be reached with Tab, and shows the focus.
    let unreachable = page
        .script(
            "return [...document.querySelectorAll('a[href], button, input')]
               .filter(element => element.tabIndex < 0 || element.disabled)
               .map(element => element.outerHTML);",
        )
        .await?;
    empty("the keyboard cannot reach", &unreachable)?;
    let unlabelled = page
        .script(
            "return [...document.querySelectorAll('input')]
               .filter(input => !input.labels.length && !input.ariaLabel)
               .map(input => input.outerHTML);",
        )
        .await?;
    empty("there is no label for", &unlabelled)?;
    clean(page, url).await
}

async fn code_is_real(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    stage::code_is_real(page, 6).await?;
    clean(page, url).await
}

async fn widths(page: &Page, url: &str) -> Result<(), String> {
    for path in [
        "/",
        "/gallery.html",
        "/tutorial/",
        "/tutorial/three-ways.html",
        "/tutorial/ffi.html",
        "/tutorial/ffi-reference.html",
        "/tutorial/wasm.html",
        "/tutorial/wasm-reference.html",
        "/source/c_src/checksum.c.html",
    ] {
        for width in [360, 768, 1440] {
            page.resize(width, 900).await?;
            page.goto(&format!("{url}{path}")).await?;
            let wide = page.script("return document.scrollingElement.scrollWidth").await?;
            // A scroll bar takes some of the width.
            if wide.as_u64().is_none_or(|wide| wide > width.into()) {
                return Err(format!("{path} is {wide} wide in a window of {width}"));
            }
        }
        clean(page, url).await?;
    }
    Ok(())
}

/// `tools/bless "README's picture"` takes the picture again.
async fn readme_picture(page: &Page, url: &str) -> Result<(), String> {
    let file = root().join("docs/images/page.png");
    page.resize(1440, 2000).await?;
    open(page, url).await?;
    for card in ["ffi", "grpc"] {
        page.click(&format!("#{card}-card [type=submit]")).await?;
    }
    page.click("#picture-draw").await?;
    page.wait_for("#picture-verdict", &["identical"]).await?;
    page.script("document.activeElement.blur(); scrollTo(0, 0)").await?;
    let picture = page.screenshot().await?;
    if blessing() {
        fs::write(&file, picture).map_err(|error| error.to_string())?;
    }
    // Fonts and times differ between machines, so only the picture's size can be compared.
    let committed = fs::read(&file).map_err(|error| format!("docs/images/page.png: {error}"))?;
    let size = |png: &[u8]| png.get(16..24).map(<[u8]>::to_vec);
    if size(&committed) == Some([1440u32.to_be_bytes(), 2000u32.to_be_bytes()].concat()) {
        clean(page, url).await
    } else {
        Err(format!("docs/images/page.png is not 1440 by 2000 pixels: run {}", bless_command()))
    }
}

async fn stopped_server(page: &Page, _: &str) -> Result<(), String> {
    let server = Served::start()?;
    open(page, &server.url).await?;
    page.click("#ffi-card [type=submit]").await?;
    page.wait_for("#ffi-result", &["Result: 131.88"]).await?;
    for (field, text) in [("count", "0"), ("interval", "100"), ("deadline", "600000")] {
        page.fill(&format!("#stream-{field}"), text).await?;
    }
    page.click("#stream-card [type=submit]").await?;
    page.wait_for("#stream-result", &["reading"]).await?;
    drop(server);
    // The server cut the stream off, before its deadline.
    page.wait_for("#stream-result", &["server", "cargo run -- serve"]).await?;
    for card in ["ffi", "grpc", "stream", "bytes"] {
        page.click(&format!("#{card}-card [type=submit]")).await?;
        let result = format!("#{card}-result");
        page.wait_for(&result, &["does not answer", "cargo run -- serve"]).await?;
    }
    only_failed_requests(page).await
}

async fn plain_files(page: &Page, _: &str) -> Result<(), String> {
    let url = file_server(&root().join("web")).await?;
    open(page, &url).await?;
    page.wait_for("#wasm-raw-result", &["5"]).await?;
    page.wait_for("#wasm-bindgen-result", &["5"]).await?;
    for card in ["#ffi-result", "#grpc-result", "#stream-result", "#bytes-result"] {
        page.wait_for(card, &["Server not running", "cargo run -- serve"]).await?;
    }
    page.wait_for("#bytes-request", &["field 1, name"]).await?;
    page.click("#picture-draw").await?;
    page.wait_for("#picture-wasm-time", &["ms"]).await?;
    let links = page
        .script("return [...document.querySelectorAll('a')].map(a => a.getAttribute('href')).filter(href => !/^#|^gallery\\.html$/.test(href))")
        .await?;
    empty("plain files have dead links:", &links)?;
    clean(page, &url).await
}

async fn no_pkg(page: &Page, _: &str) -> Result<(), String> {
    let web = web_without_pkg().map_err(|error| error.to_string())?;
    let url = file_server(web.path()).await?;
    open(page, &url).await?;
    for result in ["#wasm-raw-result", "#wasm-bindgen-result"] {
        let sentence = page
            .script(&format!("return document.querySelector('{result}').dataset.state"))
            .await?;
        if sentence == "done" {
            return Err(format!("{result} has an answer without a module"));
        }
    }
    page.wait_for("#wasm-card", &["cargo bundle"]).await?;
    page.click("#compare-form [type=submit]").await?;
    page.wait_for("#compare-add .here", &["1.00×", "cargo bundle"]).await?;
    // With one side there is nothing to compare. The run may end before it is stopped.
    page.click("#compare-stop").await?;
    page.wait_for("#compare-result", &["nothing to compare"]).await?;
    only_failed_requests(page).await
}
