//! What is being measured, on a terminal.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

/// Drawing more often would only take time from what is measured.
const INTERVAL: Duration = Duration::from_millis(100);

const STEPS: u64 = 1000;

/// A bar on standard error, if that is a terminal.
pub struct Progress {
    bar: ProgressBar,
    drawn: Cell<Option<Instant>>,
}

impl Progress {
    /// An empty bar.
    pub fn new() -> Self {
        let style = ProgressStyle::with_template("{bar:24} {percent:>3} %  {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        Self { bar: ProgressBar::new(STEPS).with_style(style), drawn: Cell::new(None) }
    }

    /// Says what comes next, which takes a while.
    pub fn say(&self, what: &str) {
        self.bar.set_message(what.to_owned());
        self.bar.tick();
    }

    /// Says how much of everything is done, from 0 to 1, and what comes next; most of the time,
    /// nothing, as the last time was a moment ago.
    pub fn step(&self, done: f64, what: impl FnOnce() -> String) {
        let now = Instant::now();
        if self.drawn.get().is_none_or(|drawn| now - drawn >= INTERVAL) {
            self.drawn.set(Some(now));
            self.bar.set_message(what());
            self.bar.set_position((done * STEPS as f64) as u64);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
