//! The page, in a real browser: what each card shows, that it keeps to its origin, and that the
//! console stays clean.

mod support;

use std::{fs, path::Path, sync::Arc};

use axum::Router;
use libtest_mimic::{Arguments, Trial};
use support::{
    bless_command, blessing,
    browser::{self, Driver, Page},
    requirement, root,
    served::Served,
};
use tower_http::services::ServeDir;

/// What all windows share.
struct Stage {
    driver: Driver,
    server: Served,
}

fn main() {
    let arguments = Arguments::from_args();
    let stage = if arguments.list { Err("nothing is run".into()) } else { Stage::set() };
    let trials = vec![
        trial("FFI: the article's call", &stage, ffi_card),
        trial("WebAssembly: the raw lines beside wasm-bindgen", &stage, wasm_card),
        trial("gRPC: the client loads on first use", &stage, grpc_card),
        trial("one picture, drawn by Rust and by C", &stage, picture_card),
        trial("nonsense is answered beside its field", &stage, nonsense),
        trial("the keyboard is enough", &stage, keyboard),
        trial("every line of code shown is in its file", &stage, code_is_real),
        trial("no page is wider than its window", &stage, widths),
        trial("the README's picture shows the page", &stage, readme_picture),
        trial("a server that stopped is a sentence", &stage, stopped_server),
        trial("as plain files, the page says what needs the server", &stage, plain_files),
        trial("without web/pkg, the page says what to do", &stage, no_pkg),
    ];
    let conclusion = libtest_mimic::run(&arguments, trials);
    drop(stage);
    conclusion.exit()
}

impl Stage {
    fn set() -> Result<Arc<Self>, String> {
        let programs = browser::find()?;
        Ok(Arc::new(Self { driver: Driver::start(programs)?, server: Served::start()? }))
    }
}

/// One test in a window of its own.
fn trial<F>(name: &str, stage: &Result<Arc<Stage>, String>, test: F) -> Trial
where
    F: AsyncFnOnce(&Page, &str) -> Result<(), String> + Send + 'static,
{
    let stage = stage.clone();
    Trial::ignorable_test(name, move || {
        requirement(stage, |stage| {
            Ok(stage.driver.run(async |page| test(page, &stage.server.url).await)?)
        })
    })
}

async fn ffi_card(page: &Page, url: &str) -> Result<(), String> {
    page.goto(url).await?;
    page.click("#ffi-card [type=submit]").await?;
    page.wait_for("#ffi-result", &["Result: 131.88"]).await?;
    page.fill("#ffi-arg1", "-7").await?;
    page.fill("#ffi-arg2", "0.5").await?;
    page.click("#ffi-card [type=submit]").await?;
    page.wait_for("#ffi-result", &["Result: -3.5"]).await?;
    clean(page, url).await
}

async fn wasm_card(page: &Page, url: &str) -> Result<(), String> {
    page.goto(url).await?;
    page.wait_for("#wasm-raw-result", &["5"]).await?;
    page.wait_for("#wasm-bindgen-result", &["5"]).await?;
    page.wait_for("#wasm-greet-result", &["Hello, Ferris!"]).await?;
    page.wait_for("[data-size='add.wasm']", &["116"]).await?;
    page.fill("#wasm-a", "2147483647").await?;
    page.fill("#wasm-b", "1").await?;
    page.wait_for("#wasm-raw-result", &["-2147483648"]).await?;
    page.wait_for("#wasm-bindgen-result", &["-2147483648"]).await?;
    page.fill("#wasm-name", "世界").await?;
    page.wait_for("#wasm-greet-result", &["Hello, 世界!"]).await?;
    clean(page, url).await
}

async fn grpc_card(page: &Page, url: &str) -> Result<(), String> {
    page.goto(url).await?;
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
    page.goto(url).await?;
    page.click("#picture-draw").await?;
    page.wait_for("#picture-verdict", &["196,608"]).await?;
    for side in ["#picture-wasm-time", "#picture-c-time"] {
        page.wait_for(side, &["ms"]).await?;
    }
    // The picture itself: the same on both canvases, and of many colours.
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
    page.goto(url).await?;
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
    // Nothing was called with any of it.
    page.wait_for("#ffi-result", &["Not called yet"]).await?;
    clean(page, url).await
}

async fn keyboard(page: &Page, url: &str) -> Result<(), String> {
    page.goto(url).await?;
    page.press("#grpc-name", "\u{E007}").await?; // Enter
    page.wait_for("#grpc-result", &["Hello, Ferris!"]).await?;

    // Everything that can be clicked can be reached with Tab, and shows that it was.
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
    page.goto(url).await?;
    let blocks = page
        .script(
            "return [...document.querySelectorAll('pre')].map(pre =>
               [pre.dataset.source ?? '', ...[...pre.querySelectorAll('code')].map(code => code.textContent)]);",
        )
        .await?;
    let blocks: Vec<Vec<String>> =
        serde_json::from_value(blocks).map_err(|error| error.to_string())?;
    if blocks.len() < 6 {
        return Err(format!("only {} blocks of code were found", blocks.len()));
    }
    for block in blocks {
        let (file, parts) = block.split_first().ok_or("a block without parts")?;
        let source = unindented(&support::read(file)?);
        for part in parts {
            if !source.contains(&unindented(part)) {
                return Err(format!("index.html shows as {file} what is not in it:\n{part}"));
            }
        }
    }
    clean(page, url).await
}

/// Without the spaces at the start of each line: a slice may be indented less than its file.
fn unindented(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join("\n").trim().to_owned()
}

async fn widths(page: &Page, url: &str) -> Result<(), String> {
    for path in [
        "/",
        "/tutorial/",
        "/tutorial/three-ways.html",
        "/tutorial/ffi.html",
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

/// `POLYGLOT_BLESS=1 cargo test --test browser` takes the picture anew.
async fn readme_picture(page: &Page, url: &str) -> Result<(), String> {
    let file = root().join("docs/images/page.png");
    page.resize(1440, 2000).await?;
    page.goto(url).await?;
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
    // Fonts and times differ between machines, so the picture's size is all that can be compared.
    let committed = fs::read(&file).map_err(|error| format!("docs/images/page.png: {error}"))?;
    let size = |png: &[u8]| png.get(16..24).map(<[u8]>::to_vec);
    if size(&committed) == Some([1440u32.to_be_bytes(), 2000u32.to_be_bytes()].concat()) {
        clean(page, url).await
    } else {
        Err(format!("docs/images/page.png is no such picture: run {}", bless_command()))
    }
}

async fn stopped_server(page: &Page, _: &str) -> Result<(), String> {
    let server = Served::start()?;
    page.goto(&server.url).await?;
    page.click("#ffi-card [type=submit]").await?;
    page.wait_for("#ffi-result", &["Result: 131.88"]).await?;
    drop(server);
    page.click("#ffi-card [type=submit]").await?;
    page.wait_for("#ffi-result", &["server", "cargo run -- serve"]).await?;
    page.click("#grpc-card [type=submit]").await?;
    page.wait_for("#grpc-result", &["server", "cargo run -- serve"]).await?;
    only_failed_requests(page).await
}

async fn plain_files(page: &Page, _: &str) -> Result<(), String> {
    let url = file_server(&root().join("web")).await?;
    page.goto(&url).await?;
    page.wait_for("#wasm-raw-result", &["5"]).await?;
    page.wait_for("#wasm-bindgen-result", &["5"]).await?;
    for card in ["#ffi-result", "#grpc-result"] {
        page.wait_for(card, &["Server not running", "cargo run -- serve"]).await?;
    }
    page.click("#picture-draw").await?;
    page.wait_for("#picture-wasm-time", &["ms"]).await?;
    let links = page
        .script("return [...document.querySelectorAll('a')].map(a => a.getAttribute('href')).filter(href => !href.startsWith('#'))")
        .await?;
    empty("plain files have dead links:", &links)?;
    clean(page, &url).await
}

async fn no_pkg(page: &Page, _: &str) -> Result<(), String> {
    let web = tempfile::tempdir().map_err(|error| error.to_string())?;
    for entry in fs::read_dir(root().join("web")).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_file() {
            let to = web.path().join(path.file_name().unwrap_or_default());
            fs::copy(&path, to).map_err(|error| error.to_string())?;
        }
    }
    let url = file_server(web.path()).await?;
    page.goto(&url).await?;
    for result in ["#wasm-raw-result", "#wasm-bindgen-result"] {
        let sentence = page
            .script(&format!("return document.querySelector('{result}').dataset.state"))
            .await?;
        if sentence == "done" {
            return Err(format!("{result} has an answer without a module"));
        }
    }
    page.wait_for("#wasm-card", &["cargo run -- bundle"]).await?;
    only_failed_requests(page).await
}

/// What any static file server does with a folder.
async fn file_server(folder: &Path) -> Result<String, String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let router = Router::new().fallback_service(ServeDir::new(folder));
    tokio::spawn(async { axum::serve(listener, router).await });
    Ok(format!("http://{address}"))
}

/// The console is empty, and nothing was asked of any other origin.
async fn clean(page: &Page, url: &str) -> Result<(), String> {
    let console = page.console().await?;
    if !console.is_empty() {
        return Err(format!("the console is not clean: {console:#?}"));
    }
    match requests(page).await?.iter().find(|request| !request.starts_with(url)) {
        Some(elsewhere) => Err(format!("the page asked another origin for {elsewhere}")),
        None => Ok(()),
    }
}

/// The browser itself logs a request that failed; nobody else logs anything.
async fn only_failed_requests(page: &Page) -> Result<(), String> {
    let mut console = page.console().await?;
    console.retain(|line| !line.contains("Failed to load resource"));
    if console.is_empty() { Ok(()) } else { Err(format!("the console says {console:#?}")) }
}

async fn requests(page: &Page) -> Result<Vec<String>, String> {
    let names = page
        .script("return performance.getEntriesByType('resource').map(request => request.name)")
        .await?;
    serde_json::from_value(names).map_err(|error| error.to_string())
}

fn empty(what: &str, list: &serde_json::Value) -> Result<(), String> {
    match list.as_array() {
        Some(list) if list.is_empty() => Ok(()),
        _ => Err(format!("{what} {list:#}")),
    }
}
