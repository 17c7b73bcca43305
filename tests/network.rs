//! Threats that a server must survive: hostile peers, proxies, and the loss of its neighbours.
//!
//! A trial whose proxy is missing is ignored, with the reason.

mod network {
    pub mod proxy;
    pub mod reliability;
}
mod support;

use libtest_mimic::Arguments;
use network::{proxy, reliability};

fn main() {
    let trials = [("attack", reliability::trials()), ("proxy", proxy::trials())];
    let trials = trials
        .into_iter()
        .flat_map(|(kind, trials)| trials.into_iter().map(move |trial| trial.with_kind(kind)))
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
}
