//! The clock that deadlines are read from: a thread that moves the engine's epoch.

use std::{
    io,
    thread::{self, JoinHandle},
    time::Duration,
};

use wasmtime::Engine;

/// The time from one tick of the epoch to the next. A call may notice its deadline that much later.
const TICK: Duration = Duration::from_millis(10);

/// Starts the thread. It ends when the last clone of `engine` is gone.
pub fn start(engine: &Engine) -> io::Result<JoinHandle<()>> {
    let engine = engine.weak();
    let tick = move || {
        loop {
            thread::sleep(TICK);
            match engine.upgrade() {
                Some(engine) => engine.increment_epoch(),
                None => return,
            }
        }
    };
    thread::Builder::new().name("sandbox clock".into()).spawn(tick)
}

/// The number of ticks of the epoch after which `deadline` has certainly passed. The first tick may
/// come at once.
pub fn ticks(deadline: Duration) -> u64 {
    let ticks = deadline.as_nanos().div_ceil(TICK.as_nanos()) + 1;
    // The engine adds this to its epoch, which must not overflow. 2^40 ticks are centuries.
    u64::try_from(ticks).unwrap_or(u64::MAX).min(1 << 40)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_never_early() {
        let after = |milliseconds| ticks(Duration::from_millis(milliseconds));
        assert_eq!([0, 1, 10, 11, 1000].map(after), [1, 2, 2, 3, 101]);
        assert_eq!(ticks(Duration::MAX), 1 << 40);
    }

    #[test]
    fn the_thread_ends_with_the_engine() {
        let engine = Engine::default();
        let clock = start(&engine).unwrap();
        let guest = engine.clone();
        drop(engine);
        thread::sleep(5 * TICK);
        assert!(!clock.is_finished(), "a guest still needs it");
        drop(guest);
        // Far longer than it takes, and not forever.
        let ended = (0..1000).any(|_| {
            thread::sleep(TICK);
            clock.is_finished()
        });
        assert!(ended, "the thread is still running");
    }
}
