//! Runs a card, and reads the lines of its result.

use std::{collections::BTreeMap, time::Duration};

use crate::support::browser::Page;

/// The result of a card: each question, and its answer.
pub struct Facts(pub BTreeMap<String, String>);

pub async fn open(page: &Page, url: &str) -> Result<(), String> {
    page.goto(&format!("{url}/gallery.html")).await
}

/// Clicks a card's button, and waits for the result.
pub async fn run(page: &Page, card: &str) -> Result<Facts, String> {
    page.click(&format!("#card-{card} [data-run]")).await?;
    outcome(page, card).await
}

/// Waits until a card has run.
pub async fn outcome(page: &Page, card: &str) -> Result<Facts, String> {
    let state = format!("return document.querySelector('#card-{card}').dataset.state");
    // The trial's own time limit ends this.
    while page.script(&state).await? == "loading" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let facts = page
        .script(&format!(
            "const facts = document.querySelectorAll('#card-{card}[data-state=done] .fact');
             return Object.fromEntries([...facts].map(({{ children: [what, value] }}) =>
               [what.textContent, value.textContent]));",
        ))
        .await?;
    let facts: BTreeMap<String, String> =
        serde_json::from_value(facts).map_err(|error| error.to_string())?;
    if facts.is_empty() {
        let said = page.text(&format!("#card-{card} [data-result]")).await?;
        return Err(format!("{card} has no result: {said}"));
    }
    Ok(Facts(facts))
}

impl Facts {
    /// Checks that the answer is `value`.
    pub fn is(&self, what: &str, value: &str) -> Result<(), String> {
        self.check(what, value, |found| found == value)
    }

    /// Checks that the answer starts with `start`.
    pub fn starts(&self, what: &str, start: &str) -> Result<(), String> {
        self.check(what, start, |found| found.starts_with(start))
    }

    /// Checks that the answer contains `part`.
    pub fn contains(&self, what: &str, part: &str) -> Result<(), String> {
        self.check(what, part, |found| found.contains(part))
    }

    fn check(
        &self,
        what: &str,
        expected: &str,
        right: impl Fn(&str) -> bool,
    ) -> Result<(), String> {
        match self.0.get(what) {
            Some(found) if right(found) => Ok(()),
            found => Err(format!("{what}: expected {expected:?}, found {found:?}")),
        }
    }
}
