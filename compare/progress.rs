//! The progress of a run on a terminal, and Ctrl-C.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};

/// The exit code after Ctrl-C, as shells report it: 128 plus the number of the signal.
pub const INTERRUPTED: u8 = 130;

const STEPS: u64 = 1000;

/// A bar on standard error, if that is a terminal. Dropping it removes the bar.
pub struct Progress(ProgressBar);

impl Progress {
    /// An empty bar.
    pub fn new() -> Self {
        let style = ProgressStyle::with_template("{bar:24} {percent:>3} %  {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        // Drawing more often would take time from what is measured.
        let target = ProgressDrawTarget::stderr_with_hz(10);
        Self(ProgressBar::with_draw_target(Some(STEPS), target).with_style(style))
    }

    /// Names the next step, which takes a while.
    pub fn step(&self, what: String) {
        self.0.set_message(what);
        self.0.tick();
    }

    /// Shows the share of the whole run that is done, from 0 to 1, and the next step.
    pub fn set(&self, done: f64, what: String) {
        self.0.set_message(what);
        self.0.set_position((done * STEPS as f64) as u64);
    }

    /// Prints a line on standard error, whether or not that is a terminal.
    pub fn say(&self, line: &str) {
        self.0.suspend(|| anstream::eprintln!("{line}"));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// A request to stop: the first Ctrl-C ends the measuring, the second the program.
#[derive(Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Starts to listen.
    ///
    /// # Errors
    ///
    /// When the system does not allow it.
    pub fn on_ctrl_c() -> io::Result<Self> {
        let stop = Self::default();
        for signal in [SIGINT, SIGTERM] {
            // In this order: at the first signal, the conditional shutdown finds the flag not yet
            // set.
            flag::register_conditional_shutdown(signal, INTERRUPTED.into(), stop.0.clone())?;
            flag::register(signal, stop.0.clone())?;
        }
        Ok(stop)
    }

    /// Asks to stop.
    #[cfg(test)]
    pub fn now(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// True once a stop was asked for.
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
