//! A browser and a server that the tests of a page share, and checks for every page.

use std::{fs, io, path::Path, sync::Arc};

use axum::Router;
use libtest_mimic::{Arguments, Trial};
use serde_json::Value;
use tempfile::TempDir;
use tower_http::services::ServeDir;

use super::{
    browser::{self, Driver, Page},
    read, requirement, root,
    served::Served,
};

/// The programs that all windows share.
pub struct Stage {
    driver: Driver,
    server: Served,
}

impl Stage {
    /// Starts the browser's driver and the server, or names the missing program.
    ///
    /// # Panics
    ///
    /// When one of them does not start: that is a failure, not a reason to ignore a test.
    pub fn set(arguments: &Arguments) -> Result<Arc<Self>, String> {
        if arguments.list {
            return Err("nothing is run".into());
        }
        let programs = browser::find()?;
        let started = Driver::start(programs).and_then(|driver| Ok((driver, Served::start()?)));
        let (driver, server) = started.unwrap_or_else(|error| panic!("no stage: {error}"));
        Ok(Arc::new(Self { driver, server }))
    }
}

/// One test in a window of its own; it gets the server's address.
pub fn trial<F>(name: &str, stage: &Result<Arc<Stage>, String>, test: F) -> Trial
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

/// Serves a folder as any static file server does.
pub async fn file_server(folder: &Path) -> Result<String, String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let router = Router::new().fallback_service(ServeDir::new(folder));
    tokio::spawn(async { axum::serve(listener, router).await });
    Ok(format!("http://{address}"))
}

/// The files of the page without the built ones.
pub fn web_without_pkg() -> io::Result<TempDir> {
    let web = tempfile::tempdir()?;
    copy_without_pkg(&root().join("web"), web.path())?;
    Ok(web)
}

fn copy_without_pkg(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to)?;
        } else if entry.file_name() != "pkg" {
            copy_without_pkg(&entry.path(), &to)?;
        }
    }
    Ok(())
}

/// Checks that the console is empty, and that every request went to the page's own origin.
pub async fn clean(page: &Page, url: &str) -> Result<(), String> {
    let console = page.console().await?;
    if !console.is_empty() {
        return Err(format!("the console is not clean: {console:#?}"));
    }
    match requests(page).await?.iter().find(|request| !request.starts_with(url)) {
        Some(elsewhere) => Err(format!("the page asked another origin for {elsewhere}")),
        None => Ok(()),
    }
}

/// Checks that the console holds only the browser's own messages about failed requests.
pub async fn only_failed_requests(page: &Page) -> Result<(), String> {
    let mut console = page.console().await?;
    console.retain(|line| !line.contains("Failed to load resource"));
    if console.is_empty() { Ok(()) } else { Err(format!("the console says {console:#?}")) }
}

/// The address of everything that the page has requested so far.
pub async fn requests(page: &Page) -> Result<Vec<String>, String> {
    let names = page
        .script("return performance.getEntriesByType('resource').map(request => request.name)")
        .await?;
    serde_json::from_value(names).map_err(|error| error.to_string())
}

/// Checks that the page shows at least `least` blocks of code, each of which is in its file.
pub async fn code_is_real(page: &Page, least: usize) -> Result<(), String> {
    let blocks = page
        .script(
            "return [...document.querySelectorAll('pre')].map(pre =>
               [pre.dataset.source ?? '', ...[...pre.querySelectorAll('code')].map(code => code.textContent)]);",
        )
        .await?;
    let blocks: Vec<Vec<String>> =
        serde_json::from_value(blocks).map_err(|error| error.to_string())?;
    if blocks.len() < least {
        return Err(format!("only {} blocks of code were found", blocks.len()));
    }
    for block in blocks {
        let (file, parts) = block.split_first().ok_or("a block without parts")?;
        let source = unindented(&read(file)?);
        for part in parts {
            if !source.contains(&unindented(part)) {
                return Err(format!("the page shows as {file} what is not in it:\n{part}"));
            }
        }
    }
    Ok(())
}

/// The text without the spaces at the start of each line: a slice may be indented less than its
/// file.
fn unindented(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Checks that the window has this width, and that the page is no wider.
pub async fn fits(page: &Page, width: u32) -> Result<(), String> {
    page.resize(width, 900).await?;
    let widths = page.script("return [innerWidth, document.scrollingElement.scrollWidth]").await?;
    match (widths[0].as_u64(), widths[1].as_u64()) {
        (Some(window), Some(wide)) if window == u64::from(width) && wide <= window => Ok(()),
        _ => Err(format!("in a window of {width}, window and page are {widths} wide")),
    }
}

/// An error that names the items of the list, unless it is empty.
pub fn empty(what: &str, list: &Value) -> Result<(), String> {
    match list.as_array() {
        Some(list) if list.is_empty() => Ok(()),
        _ => Err(format!("{what} {list:#}")),
    }
}
