//! C keeps a closure and calls it from another thread, until it is unregistered: bell.c has the rules.
//! Keep the closure alive for that time, and free it once.
//!
//! `Box::into_raw` gives the closure an address of its own and stops Rust from freeing it;
//! `Box::from_raw` takes it back. In which order do you take it back and unregister it?

use std::{
    mem::ManuallyDrop,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    thread,
};

use anyhow::{anyhow, ensure};

#[cfg_attr(feature = "solutions", path = "solution.rs")]
mod answer;

#[link(name = "ffi_kept_closure_bell", kind = "static")]
unsafe extern "C" {
    fn bell_ring(number: u32);
    safe fn bell_is_registered() -> bool;
}

#[derive(Default)]
struct Counts {
    sum: AtomicU32,
    freed: AtomicU32,
    freed_too_early: AtomicU32,
}

/// Part of the closure: counts how often that is freed, and whether C can still call it then.
struct Counted(Arc<Counts>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.freed.fetch_add(1, Relaxed);
        self.0.freed_too_early.fetch_add(bell_is_registered().into(), Relaxed);
    }
}

fn main() -> anyhow::Result<()> {
    let counts = Arc::new(Counts::default());
    let counted = Counted(Arc::clone(&counts));
    // Not dropped when this function ends early, as that might free the closure again.
    let registration = ManuallyDrop::new(answer::Registration::new(move |number| {
        counted.0.sum.fetch_add(number, Relaxed);
    }));
    ensure!(bell_is_registered(), "after `new`, C has no closure");
    let freed = counts.freed.load(Relaxed);
    ensure!(freed == 0, "after `new`, the closure is freed, and C would still call it");

    // SAFETY: bell.c: one thread at a time, and the closure is registered.
    let ring = thread::spawn(|| (1..=3).for_each(|number| unsafe { bell_ring(number) }));
    ring.join().map_err(|_| anyhow!("the thread that rings has panicked"))?;
    let sum = counts.sum.load(Relaxed);
    ensure!(sum == 6, "the numbers of three calls add up to {sum}, and should to 6");

    drop(ManuallyDrop::into_inner(registration));
    ensure!(
        !bell_is_registered(),
        "after the registration is dropped, C would still call the closure"
    );
    let too_early = counts.freed_too_early.load(Relaxed);
    ensure!(too_early == 0, "the closure was freed before it was unregistered");
    let freed = counts.freed.load(Relaxed);
    ensure!(freed == 1, "the closure was freed {freed} times, and should be once");
    Ok(())
}
