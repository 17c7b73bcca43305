//! Deadlines of calls: a thread that sleeps until the next one, and then moves the engine's epoch.

use std::{
    collections::BTreeSet,
    io,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::Instant,
};

use wasmtime::Engine;

/// The thread; dropping this ends it.
pub struct Timer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

/// The deadlines of the calls that are running.
#[derive(Default)]
struct Queue {
    /// With a number, since two may be due at the same time.
    alarms: BTreeSet<(Instant, u64)>,
    next: u64,
    /// Until when the thread sleeps; `None` is until it is told.
    sleeps_until: Option<Instant>,
    closed: bool,
}

impl Timer {
    pub fn start(engine: &Engine) -> io::Result<Self> {
        let shared = Arc::new(Shared { queue: Mutex::default(), changed: Condvar::new() });
        let (engine, watched) = (engine.clone(), Arc::clone(&shared));
        let thread = thread::Builder::new()
            .name("sandbox deadlines".into())
            .spawn(move || watched.watch(&engine))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Moves the epoch at `at`, unless the alarm is dropped before.
    pub fn set(&self, at: Instant) -> Alarm<'_> {
        let mut queue = self.shared.queue();
        let alarm = (at, queue.next);
        queue.next += 1;
        queue.alarms.insert(alarm);
        // Most calls end long before the thread would wake for an earlier one. Waking it now as well
        // would cost each of them more than many a call.
        if queue.sleeps_until.is_none_or(|wakes| at < wakes) {
            self.shared.changed.notify_one();
        }
        Alarm { shared: &self.shared, alarm }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.shared.queue().closed = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // It does not panic; if it did, there would be nothing left to do here.
            let _ = thread.join();
        }
    }
}

/// A deadline that is waited for.
pub struct Alarm<'a> {
    shared: &'a Shared,
    alarm: (Instant, u64),
}

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        self.shared.queue().alarms.remove(&self.alarm);
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self, engine: &Engine) {
        let mut queue = self.queue();
        while !queue.closed {
            let now = Instant::now();
            let next = queue.alarms.first().map(|&(at, _)| at);
            queue.sleeps_until = next;
            queue = match next {
                None => self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner),
                Some(at) if at > now => {
                    let sleep = self.changed.wait_timeout(queue, at - now);
                    sleep.unwrap_or_else(PoisonError::into_inner).0
                }
                Some(_) => {
                    queue.alarms.pop_first();
                    engine.increment_epoch();
                    queue
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_thread_ends_with_the_timer() {
        let timer = Timer::start(&Engine::default()).unwrap();
        let alarm = timer.set(Instant::now() + Duration::from_secs(3600));
        drop(alarm);
        let shared = Arc::downgrade(&timer.shared);
        drop(timer);
        assert!(shared.upgrade().is_none(), "the thread still holds its half");
    }

    #[test]
    fn a_dropped_alarm_is_forgotten() {
        let timer = Timer::start(&Engine::default()).unwrap();
        let at = Instant::now() + Duration::from_secs(3600);
        let (first, second) = (timer.set(at), timer.set(at));
        assert_eq!(timer.shared.queue().alarms.len(), 2);
        drop(first);
        assert_eq!(timer.shared.queue().alarms.len(), 1);
        drop(second);
        assert!(timer.shared.queue().alarms.is_empty());
    }
}
