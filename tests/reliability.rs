//! What a server must survive: hostile peers, and the loss of its neighbours.
//!
//! The hostile ones speak HTTP/2 by hand, frame by frame. Under each attack the server stays up,
//! serves others as before, and holds no more memory than [`siege`] says.

#[path = "reliability/attacks.rs"]
mod attacks;
#[path = "reliability/backends.rs"]
mod backends;
#[path = "reliability/full.rs"]
mod full;
#[path = "reliability/http2.rs"]
mod http2;
#[path = "reliability/messages.rs"]
mod messages;
#[path = "reliability/siege.rs"]
mod siege;
mod support;

use libtest_mimic::{Arguments, Trial};

fn main() {
    let attacks = attacks::ATTACKS
        .map(|(name, attack)| Trial::test(name, move || Ok(siege::withstand(attack)?)));
    let mut trials = Vec::from(attacks);
    trials.push(Trial::test("a full server refuses calls, and recovers", || {
        Ok(run(full::refuses_and_recovers())?)
    }));
    trials.push(Trial::test("one of three servers is killed, and no call fails", || {
        Ok(run(backends::killed())?)
    }));
    #[cfg(unix)]
    trials.push(Trial::test("one of three servers is told to stop, and no call fails", || {
        Ok(run(backends::drained())?)
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
}

fn run(test: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(test)
}
