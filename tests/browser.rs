//! The page and its gallery of WebAssembly, in a real browser.
//!
//! Without a browser, all trials are ignored, with the reason.

mod browser {
    pub mod cards;
    pub mod page;
}
mod support;

use browser::{cards, page};
use libtest_mimic::Arguments;
use support::stage::Stage;

fn main() {
    let arguments = Arguments::from_args();
    let stage = Stage::set(&arguments);
    let trials = [("page", page::trials(&stage)), ("cards", cards::trials(&stage))];
    let trials = trials
        .into_iter()
        .flat_map(|(kind, trials)| trials.into_iter().map(move |trial| trial.with_kind(kind)))
        .collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    drop(stage);
    conclusion.exit()
}
