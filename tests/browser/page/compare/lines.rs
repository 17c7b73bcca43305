//! Reads the card's tables, row by row.

use crate::support::browser::Page;

/// A row of one of the tables, in the form that it is shown.
#[derive(Debug, serde::Deserialize)]
pub struct Line {
    state: String,
    pub who: String,
    reason: String,
    pub time: String,
    pub ratio: String,
    /// Positions on the scale: the end of its bar, and the start and end of its interval.
    pub at: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    title: String,
    /// Text for screen readers only.
    hidden: String,
}

impl Line {
    /// Checks that the time is missing, and that the reason starts with `reason`.
    pub fn lacks(&self, reason: &str) -> Result<(), String> {
        if self.reason.starts_with(reason) && self.time.is_empty() && self.at.is_none() {
            Ok(())
        } else {
            Err(format!("this does not say {reason:?}: {self:?}"))
        }
    }

    /// Checks that the row has a time with its spread, and a bar of matching length.
    pub fn is_timed(&self, bulk: bool) -> Result<(), String> {
        let mut words = self.time.split(' ');
        let number = words.next().and_then(|number| number.parse::<f64>().ok());
        let unit = match words.next() {
            Some("ns") => 1.0,
            Some("µs") => 1e3,
            Some("ms") => 1e6,
            Some("s") => 1e9,
            _ => return Err(format!("this is not a time: {self:?}")),
        };
        let ns = number.unwrap_or_default() * unit;
        let place = (ns.log10() / 9.0).clamp(0.0, 1.0);
        let (Some(at), Some(low), Some(high)) = (self.at, self.low, self.high) else {
            return Err(format!("this has no bar: {self:?}"));
        };
        let told = self.reason.is_empty()
            && self.state == "done"
            && self.ratio.ends_with('×')
            && self.time.contains('±')
            && self.time.ends_with("B/s") == bulk
            && self.title.contains("samples of")
            && self.hidden == format!(", {}", self.title);
        // The text has three digits.
        let drawn = (at - place).abs() < 0.001 && low <= at && at <= high;
        if ns > 0.0 && told && drawn {
            Ok(())
        } else {
            Err(format!("not as it should be: {self:?}"))
        }
    }
}

/// The rows of an operation's table that can be seen: those of this browser (`here`) or `native`.
pub async fn lines(page: &Page, operation: &str, group: &str) -> Result<Vec<Line>, String> {
    let script = format!(
        "return [...document.querySelectorAll('#compare-{operation} .{group} tr:not(.heading, [hidden])')].map(row => {{
           const part = name => row.querySelector(name);
           const bar = part('.bar-cell');
           const place = name => (bar ? Number(bar.style.getPropertyValue(name)) : null);
           return {{
             state: row.dataset.state,
             who: part('th').textContent,
             reason: part('.reason')?.textContent ?? '',
             time: [...row.querySelectorAll('.time :is(strong, .details)')].map(part => part.textContent).join(' '),
             ratio: part('.ratio')?.textContent ?? '',
             at: place('--at'), low: place('--low'), high: place('--high'),
             title: part('.time')?.title ?? '',
             hidden: part('.time .hidden')?.textContent ?? '',
           }};
         }});"
    );
    let lines = page.script(&script).await?;
    let lines: Vec<Line> = serde_json::from_value(lines).map_err(|error| error.to_string())?;
    if lines.is_empty() { Err(format!("{operation} has no lines {group}")) } else { Ok(lines) }
}
