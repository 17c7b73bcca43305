//! Threats that a server must survive: hostile peers, and the loss of its neighbours.
//!
//! The hostile peers write HTTP/2 by hand, frame by frame. Under each attack the server stays up,
//! serves others as before, and holds no more memory than the limit in [`siege`].

mod attacks;
mod backends;
mod full;
mod http2;
mod messages;
mod siege;

use libtest_mimic::Trial;

pub fn trials() -> Vec<Trial> {
    let attacks = attacks::ATTACKS
        .map(|(name, attack)| Trial::test(name, move || Ok(siege::withstand(attack)?)));
    let mut trials = Vec::from(attacks);
    trials.push(Trial::test("a full server refuses calls, and recovers", || {
        Ok(run(full::refuses_and_recovers())?)
    }));
    trials.push(Trial::test(
        "one of three servers is killed, and only responses that had begun fail",
        || Ok(run(backends::killed())?),
    ));
    #[cfg(unix)]
    trials.push(Trial::test("one of three servers is told to stop, and no call fails", || {
        Ok(run(backends::drained())?)
    }));
    trials
}

fn run(test: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(test)
}
