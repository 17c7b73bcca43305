//! The gallery of WebAssembly, in a real browser: runs every card, and compares its result with the
//! results of the two languages.

mod facts;
mod play;

use crate::support::{
    browser::Page,
    root,
    stage::{
        self, Stage, clean, empty, file_server, only_failed_requests, requests, trial,
        web_without_pkg,
    },
};
use std::sync::Arc;

use self::facts::{open, outcome, run};
use libtest_mimic::Trial;

/// The cards whose result is lines of a question and an answer; the others are in `play`.
const CARDS: [&str; 7] = ["strings", "class", "closures", "errors", "fetch", "arrays", "dom"];

pub fn trials(stage: &Result<Arc<Stage>, String>) -> Vec<Trial> {
    let mut trials = vec![
        trial("strings: counted by both, and cut in two", stage, strings),
        trial("class: a struct that is freed once", stage, class),
        trial("closures: called both ways, and dropped", stage, closures),
        trial("errors: the message names the input", stage, errors),
        trial("fetch: awaited, refused and aborted", stage, fetch),
        trial("a result is marked when its field changes", stage, stale),
        trial("arrays: copied, viewed, detached and viewed again", stage, arrays),
        trial("DOM: a list and its picture", stage, dom),
        trial("a card costs nothing until it is run", stage, lazy),
        trial("every card says what it weighs", stage, sizes),
        trial("the keyboard is enough", stage, keyboard),
        trial("every line of code shown is in its file", stage, code_is_real),
        trial("the page is no wider than its window, in any state", stage, widths),
        trial("every card works as a plain file", stage, plain_files),
        trial("without web/pkg, a card says what to do", stage, no_pkg),
    ];
    trials.extend(play::trials(stage));
    trials
}

async fn strings(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    let facts = run(page, "strings").await?;
    facts.is("text.length in JavaScript", "8 UTF-16 code units")?;
    facts.is("text.len() in Rust", "11 bytes of UTF-8: 68 c3 a9 6c 6c 6f 20 f0 9f a6 80")?;
    facts.is("text.chars().count() in Rust", "7 characters")?;
    facts.is("reverse(text), made by Rust", "🦀 olléh")?;
    facts.is("reverse(reverse(text)) === text", "true")?;
    facts.is("reverse(text.slice(0, -1))", "\u{FFFD} olléh, with U+FFFD for the half")?;

    page.fill("#strings-text", "日本").await?;
    let facts = run(page, "strings").await?;
    facts.is("text.length in JavaScript", "2 UTF-16 code units")?;
    facts.is("text.len() in Rust", "6 bytes of UTF-8: e6 97 a5 e6 9c ac")?;
    facts.is("reverse(text.slice(0, -1))", "日")?;

    page.fill("#strings-text", "x").await?;
    let facts = run(page, "strings").await?;
    facts.is("text.length in JavaScript", "1 UTF-16 code unit")?;
    facts.is("text.len() in Rust", "1 byte of UTF-8: 78")?;
    facts.is("text.chars().count() in Rust", "1 character")?;
    clean(page, url).await
}

async fn class(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    let facts = run(page, "class").await?;
    facts.is("series.mean() before any value", "undefined")?;
    facts.is("series.name", "cellar")?;
    facts.is("series.mean() of 11.5, 12, 12.5", "12")?;
    facts.is("series instanceof Series", "true")?;
    facts.is("series.mean() after series.free()", "Error: null pointer passed to rust")?;

    page.click("#card-class [value=borrowed]").await?;
    let facts = outcome(page, "class").await?;
    let said =
        "Error: recursive use of an object detected which would lead to unsafe aliasing in rust";
    facts.is("series.forEach(value => series.push(value + 1))", said)?;
    facts.is("series.forEach(() => series.mean())", "no error: 11.5")?;
    facts.is("push after forEach", "no error: the mean is 12")?;
    clean(page, url).await
}

async fn closures(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    let facts = run(page, "closures").await?;
    facts.is("forEach of 11.5, 12, 12.5 called visit with", "11.5, 12, 12.5")?;
    facts.is("what visit throws, caught behind Rust", "RangeError: 11.5 is too cold")?;
    facts.is("is it the same object?", "true")?;
    facts.is("3 clicks, counted by the Rust closure", "3")?;
    facts.is("1 more, after counter.free()", "3: no one listens any more")?;
    // A closure that is called after it was dropped throws, and the console would show the error.
    clean(page, url).await
}

async fn errors(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    let facts = run(page, "errors").await?;
    let said =
        "Error: value 3 is \"warm\", which is not a whole number: invalid digit found in string";
    facts.is("mean(text) threw", said)?;
    facts.is("error instanceof Error", "true")?;

    page.click("#card-errors [data-try='']").await?;
    let facts = outcome(page, "errors").await?;
    facts.is(
        "mean(text) threw",
        "Error: there are no values: write some, with spaces between them",
    )?;

    page.fill("#errors-text", "11 12 14").await?;
    run(page, "errors").await?.starts("mean(text) returned", "12.333")?;
    clean(page, url).await
}

async fn fetch(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    let facts = run(page, "fetch").await?;
    let manifest = crate::support::read("web/pkg/manifest.json")?;
    let length = manifest.encode_utf16().count();
    let length = format!("{},{:03} characters: {{", length / 1000, length % 1000);
    facts.starts("await fetchText(url, signal)", &length)?;
    facts.starts("the same, after controller.abort()", "AbortError: ")?;
    clean(page, url).await?;

    page.script(
        "window.asked = [];
         const { fetch } = window;
         window.fetch = (url, ...how) => {
           if (/missing/.test(url)) asked.push(url);
           return fetch(url, ...how);
         };",
    )
    .await?;
    page.click("#card-fetch [data-try]").await?;
    let facts = outcome(page, "fetch").await?;
    let said = "Error: pkg/missing.json: the server answered 404";
    facts.is("await fetchText(url, signal)", said)?;
    facts.starts("the same, after controller.abort()", "AbortError: ")?;
    let asked = page.script("return window.asked").await?;
    if asked != serde_json::json!(["pkg/missing.json", "pkg/missing.json"]) {
        return Err(format!("Rust asked for {asked}"));
    }
    only_failed_requests(page).await
}

async fn stale(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    for (card, field) in
        [("strings", "#strings-text"), ("errors", "#errors-text"), ("fetch", "#fetch-url")]
    {
        let result = format!("#card-{card} [data-result]");
        let opacity =
            format!("return getComputedStyle(document.querySelector('{result}')).opacity");
        let is = async |expected: &str| {
            let found = page.script(&opacity).await?;
            if found == expected { Ok(()) } else { Err(format!("{card}: opacity {found}")) }
        };
        // Without a result, there is nothing to mark.
        page.press(field, "x").await?;
        is("1").await?;
        run(page, card).await?;
        is("1").await?;
        page.press(field, "y").await?;
        is("0.5").await?;
        run(page, card).await?;
        is("1").await?;
    }
    only_failed_requests(page).await
}

async fn arrays(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    // The second run uses the memory that the first one has grown.
    for _ in 0..2 {
        let facts = run(page, "arrays").await?;
        facts.is("Rust reads, after copy[0] = 1", "0")?;
        facts.is("Rust reads, after view[0] = 2", "2")?;
        facts.is("view.length after memory has grown", "0")?;
        facts.is("view.length, of a new view", "16,777,216, and view[0] is 2")?;
        for cost in ["16 MiB as a copy", "16 MiB as a view"] {
            facts.contains(cost, "s each")?;
        }
    }
    clean(page, url).await
}

async fn dom(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    // The second run replaces what the first one made.
    for _ in 0..2 {
        run(page, "dom").await?.starts("made by Rust", "a list of 12 items")?;
    }
    let items = page
        .script("return [...document.querySelectorAll('#card-dom li')].map(li => li.textContent)")
        .await?;
    // 16 - 5 cos 0, 16 - 5 cos ½ and 16 - 5 cos 3.
    if (&items[0], &items[1], &items[6])
        != (&"11.0 °C".into(), &"11.6 °C".into(), &"20.9 °C".into())
    {
        return Err(format!("the list holds {items}"));
    }
    // A pixel is opaque where a bar is: the first bar is half as high as the seventh, with a gap
    // between them.
    let bars = page
        .script(
            "const canvas = document.querySelector('#card-dom canvas');
             const { width, height } = canvas;
             const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
             const opaque = (place, up) => {
               const [x, y] = [Math.floor(place * width / 12), Math.floor((height - 1) * (1 - up))];
               return data[4 * (y * width + x) + 3] === 255;
             };
             return [opaque(0.4, 0), opaque(0.4, 0.5), opaque(0.4, 0.6), opaque(6.4, 1), opaque(6.9, 0)];",
        )
        .await?;
    if bars != serde_json::json!([true, true, false, true, false]) {
        return Err(format!("the bars are not where they should be: {bars}"));
    }
    clean(page, url).await
}

async fn lazy(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    page.wait_for("#card-strings .size", &["gzip"]).await?;
    let early = requests(page).await?;
    if let Some(early) = early.iter().find(|name| name.contains("/gallery/") || is_module(name)) {
        return Err(format!("{early} was fetched before any card was run"));
    }
    for card in CARDS {
        run(page, card).await?;
        let fetched = requests(page).await?;
        let modules = fetched.iter().filter(|name| is_module(name));
        let own = |name: &&String| name.ends_with(&format!("/pkg/{card}_bg.wasm"));
        if modules.clone().filter(own).count() != 1 {
            let modules = modules.collect::<Vec<_>>();
            return Err(format!("{card} did not fetch its module once: {modules:#?}"));
        }
    }
    let modules = requests(page).await?.iter().filter(|name| is_module(name)).count();
    if modules != CARDS.len() {
        return Err(format!("{} cards have fetched {modules} modules", CARDS.len()));
    }
    clean(page, url).await
}

async fn sizes(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    let cards =
        page.script("return [...document.querySelectorAll('.card')].map(card => card.id)").await?;
    let cards: Vec<String> = serde_json::from_value(cards).map_err(|error| error.to_string())?;
    if cards.len() < CARDS.len() {
        return Err(format!("there are only these cards: {cards:?}"));
    }
    for card in cards {
        page.wait_for(&format!("#{card} [data-size]"), &["gzip"]).await?;
    }
    clean(page, url).await
}

fn is_module(name: &str) -> bool {
    name.ends_with(".wasm")
}

async fn keyboard(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    page.press("#errors-text", "\u{E007}").await?; // Enter
    outcome(page, "errors").await?.contains("mean(text) threw", "warm")?;
    page.press("#card-class [data-run]", " ").await?;
    outcome(page, "class").await?.is("series.name", "cellar")?;

    let unreachable = page
        .script(
            "return [...document.querySelectorAll('a[href], button, input, select')]
               .filter(element => element.tabIndex < 0)
               .map(element => element.outerHTML);",
        )
        .await?;
    empty("the keyboard cannot reach", &unreachable)?;
    let unlabelled = page
        .script(
            "const named = element => Boolean(element?.textContent.trim());
             return [
               ...[...document.querySelectorAll('input, select')]
                 .filter(input => !input.labels.length && !input.ariaLabel),
               ...[...document.querySelectorAll('button')].filter(button => !button.textContent.trim()),
               ...[...document.querySelectorAll('.card')]
                 .filter(card => !named(document.getElementById(card.getAttribute('aria-labelledby')))),
               // A screen reader speaks an <output> when it changes.
               ...[...document.querySelectorAll('.card')].filter(card => !card.querySelector('output')),
             ].map(element => element.outerHTML.slice(0, 200));",
        )
        .await?;
    empty("there is no name, or no output, for", &unlabelled)?;
    clean(page, url).await
}

async fn code_is_real(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    stage::code_is_real(page, 2 * CARDS.len()).await?;
    // Each card shows both of its halves; the server's pages show the whole files.
    for card in CARDS {
        for file in [format!("examples/wasm/browser/{card}.rs"), format!("web/gallery/{card}.js")] {
            let figure = format!("#card-{card} figure:has([data-source='{file}'])");
            page.text(&format!("{figure} a[href='source/{file}.html']")).await?;
        }
    }
    let dead = page
        .script(
            "const hrefs = [...document.querySelectorAll('a')].map(a => a.href.split('#')[0]);
             const answers = await Promise.all([...new Set(hrefs)].map(async href => [href, await fetch(href)]));
             return answers.filter(([, answer]) => !answer.ok).map(([href]) => href);",
        )
        .await?;
    empty("these links lead nowhere:", &dead)?;
    clean(page, url).await
}

async fn widths(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    for width in [360, 768, 1440] {
        stage::fits(page, width).await?;
    }
    for card in CARDS {
        run(page, card).await?;
    }
    for width in [360, 768, 1440] {
        stage::fits(page, width).await?;
    }
    clean(page, url).await
}

async fn plain_files(page: &Page, _: &str) -> Result<(), String> {
    let url = file_server(&root().join("web")).await?;
    open(page, &url).await?;
    page.wait_for("#server-status", &["Plain files"]).await?;
    for card in CARDS {
        run(page, card).await?;
    }
    clean(page, &url).await
}

async fn no_pkg(page: &Page, _: &str) -> Result<(), String> {
    let web = web_without_pkg().map_err(|error| error.to_string())?;
    open(page, &file_server(web.path()).await?).await?;
    page.click("#card-strings [data-run]").await?;
    page.wait_for("#card-strings [data-result]", &["cargo bundle"]).await?;
    only_failed_requests(page).await
}
