//! An attack on a running `polyglot serve`, and an honest client that is served meanwhile.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use grpc_demo::Client;

use crate::support::served::Served;

/// The number of calls that are answered during an attack.
const CALLS: usize = 50;

/// The time limit for all of that.
const LIMIT: Duration = Duration::from_secs(120);

/// The memory that an attack may cost the server, in bytes above the amount before.
const MEMORY: u64 = 16 << 20;

/// State that the attacker and the honest client share.
#[derive(Default)]
pub struct Siege {
    under_way: AtomicBool,
    over: AtomicBool,
}

impl Siege {
    /// Keeps an attack up until the honest client is done.
    pub fn hold(&self, mut still: impl FnMut() -> Result<(), String>) -> Result<(), String> {
        self.under_way.store(true, Relaxed);
        while !self.over.load(Relaxed) {
            thread::sleep(Duration::from_millis(20));
            still()?;
        }
        Ok(())
    }
}

/// Attacks again and again, until the honest client's calls are answered.
pub fn withstand(attack: fn(SocketAddr, &Siege) -> Result<(), String>) -> Result<(), String> {
    let server = Served::start()?;
    let address = server.url.trim_start_matches("http://").parse();
    let address: SocketAddr = address.map_err(|error| format!("{}: {error}", server.url))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;

    // Warms the server up: memory that it allocates once is not the attack's.
    runtime.block_on(calls(&server.url, CALLS, || false))?;
    let before = server.memory();
    let mut most = before;

    let siege = Siege::default();
    thread::scope(|scope| {
        let attacker = scope.spawn(|| {
            while !siege.over.load(Relaxed) {
                attack(address, &siege)?;
                siege.under_way.store(true, Relaxed);
            }
            Ok::<(), String>(())
        });
        let served = runtime.block_on(calls(&server.url, CALLS, || {
            most = most.max(server.memory());
            // Does not wait for an attacker that has failed.
            !siege.under_way.load(Relaxed) && !attacker.is_finished()
        }));
        siege.over.store(true, Relaxed);
        let attacked = attacker.join().map_err(|_| "the attacker panicked")?;
        attacked.and(served.map_err(|error| format!("the honest client was not served: {error}")))
    })?;

    runtime.block_on(calls(&server.url, 1, || false)).map_err(|error| format!("after: {error}"))?;
    if let (Some(before), Some(most)) = (before, most.max(server.memory()))
        && most - before > MEMORY
    {
        let (more, most) = ((most - before) >> 10, MEMORY >> 10);
        return Err(format!("the attack cost the server {more} KiB, and may cost {most} KiB"));
    }
    // The runtime holds the honest client's connections, which a stopping server waits for.
    drop(runtime);
    #[cfg(unix)]
    server.stop()?;
    Ok(())
}

/// An honest client on a connection of its own: all its calls are answered. It makes `count` calls,
/// and continues for as long as `more` returns true.
async fn calls(url: &str, count: usize, mut more: impl FnMut() -> bool) -> Result<(), String> {
    let mut client = Client::connect(url).await.map_err(|error| error.to_string())?;
    let start = Instant::now();
    let mut left = count;
    while left > 0 {
        if !more() {
            left -= 1;
        }
        let greeting = client.say_hello("Ferris").await.map_err(|status| status.to_string())?;
        if greeting != "Hello, Ferris!" {
            return Err(format!("it was told {greeting:?}"));
        }
        if start.elapsed() > LIMIT {
            return Err(format!("{left} calls are not answered after {} s", LIMIT.as_secs()));
        }
    }
    Ok(())
}
