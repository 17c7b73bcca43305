//! A real browser, driven over WebDriver.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use fantoccini::{Client, ClientBuilder, Locator, error::CmdError, wd::WebDriverCompatibleCommand};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::process::Process;

const START: Duration = Duration::from_secs(60);
/// The time that a card may take to show something, on a slow machine.
const CHANGE: Duration = Duration::from_secs(60);

/// The programs, or the name of the missing one.
pub fn find() -> Result<(PathBuf, PathBuf), String> {
    let remedy = "run tools/install-browser";
    let browser = ["chromium", "chromium-browser", "google-chrome", "chrome"]
        .into_iter()
        .find_map(|name| which::which(name).ok())
        .ok_or(format!("no Chromium or Chrome: {remedy}"))?;
    let driver = which::which("chromedriver").map_err(|_| format!("no chromedriver: {remedy}"))?;
    Ok((browser, driver))
}

/// A running chromedriver.
pub struct Driver {
    url: String,
    browser: PathBuf,
    _process: Process,
}

impl Driver {
    /// Starts the driver on a free port.
    pub fn start((browser, driver): (PathBuf, PathBuf)) -> Result<Self, String> {
        let mut command = std::process::Command::new(driver);
        let mut process = Process::spawn(command.arg("--port=0"))?;
        let start = "ChromeDriver was started successfully on port ";
        let line = process.wait_for_line(start, START)?;
        let port = line[start.len()..].trim_end_matches('.');
        Ok(Self { url: format!("http://127.0.0.1:{port}"), browser, _process: process })
    }

    /// Runs `test` in a window of its own, which is closed however the test ends.
    pub fn run(&self, test: impl AsyncFnOnce(&Page) -> Result<(), String>) -> Result<(), String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(|error| error.to_string())?.block_on(async {
            let page = Page { client: self.open().await? };
            let outcome = tokio::time::timeout(2 * CHANGE, test(&page)).await;
            let closed = page.client.close().await;
            outcome.map_err(|_| "took too long".to_owned())??;
            closed.map_err(|error| error.to_string())
        })
    }

    async fn open(&self) -> Result<Client, String> {
        let Value::Object(capabilities) = json!({
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": {
                "binary": self.browser,
                // Chromium's sandbox refuses root, the usual user in a container. The other options
                // keep it from contacting its maker, which fills the log where there is no network.
                "args": [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
                    "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync",
                    "--window-size=1440,900",
                ],
            },
        }) else {
            unreachable!("the literal is an object");
        };
        ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&self.url)
            .await
            .map_err(|error| format!("no browser session: {error}"))
    }
}

/// One window.
pub struct Page {
    client: Client,
}

impl Page {
    pub async fn goto(&self, url: &str) -> Result<(), String> {
        self.client.goto(url).await.map_err(said)
    }

    /// Clicks the element that the selector finds.
    pub async fn click(&self, selector: &str) -> Result<(), String> {
        self.find(selector).await?.click().await.map_err(said)
    }

    /// Replaces the content of a field.
    pub async fn fill(&self, selector: &str, text: &str) -> Result<(), String> {
        let field = self.find(selector).await?;
        field.clear().await.map_err(said)?;
        field.send_keys(text).await.map_err(said)
    }

    /// Types keys into the element that the selector finds.
    pub async fn press(&self, selector: &str, keys: &str) -> Result<(), String> {
        self.find(selector).await?.send_keys(keys).await.map_err(said)
    }

    /// The visible text of an element.
    pub async fn text(&self, selector: &str) -> Result<String, String> {
        self.find(selector).await?.text().await.map_err(said)
    }

    /// Waits until all of `words` are visible, and returns the whole text.
    pub async fn wait_for(&self, selector: &str, words: &[&str]) -> Result<String, String> {
        let start = Instant::now();
        loop {
            let text = self.text(selector).await?;
            if words.iter().all(|word| text.contains(word)) {
                return Ok(text);
            }
            if start.elapsed() > CHANGE {
                return Err(format!("{selector} says {text:?}, which lacks some of {words:?}"));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Runs a script, and returns its result.
    pub async fn script(&self, script: &str) -> Result<Value, String> {
        self.client.execute(script, vec![]).await.map_err(said)
    }

    /// Makes the page believe that the window has this size, in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) -> Result<(), String> {
        let parameters =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        let body = json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": parameters });
        self.command("goog/cdp/execute", body).await.map(drop)
    }

    /// A picture of the window, as PNG.
    pub async fn screenshot(&self) -> Result<Vec<u8>, String> {
        self.client.screenshot().await.map_err(said)
    }

    /// The console's new messages since the last call.
    pub async fn console(&self) -> Result<Vec<String>, String> {
        let log = self.command("se/log", json!({ "type": "browser" })).await?;
        let entries = log.as_array().ok_or("the log is not a list")?;
        Ok(entries.iter().map(|entry| entry["message"].to_string()).collect())
    }

    async fn find(&self, selector: &str) -> Result<fantoccini::elements::Element, String> {
        let found = self.client.find(Locator::Css(selector)).await;
        found.map_err(|error| format!("{selector}: {error}"))
    }

    async fn command(&self, path: &'static str, body: Value) -> Result<Value, String> {
        self.client.issue_cmd(Extension { path, body }).await.map_err(said)
    }
}

fn said(error: CmdError) -> String {
    error.to_string()
}

/// A command that only chromedriver has.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (axum::http::Method, Option<String>) {
        (axum::http::Method::POST, Some(self.body.to_string()))
    }
}
