//! Have C call a closure from a thread of its own.
//!
//! Why you would: audio, sensor and network libraries all call back from threads that they start.
//! C's header says in prose what it does on which thread; `Send` and `'static` make the compiler
//! check your half.
//!
//! ```console
//! $ cargo run --example ffi_threads
//! 5 samples from one other thread: [0.0, 1.0, 2.0, 3.0, 4.0]
//! ```

use std::{
    ffi::c_void,
    ptr::null_mut,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use anyhow::{Context, bail};
use ffi_demo::sys::{self, PG_OK, PgSample, PgSampler};

/// The handle, and the closure that C's thread is using.
struct Sampler<F> {
    sampler: *mut PgSampler,
    on_sample: *mut F,
}

impl<F> Sampler<F>
where
    // Send: the closure is used on C's thread, so an `Rc` in it does not compile.
    // Not Sync: "never on two at once". If C called from two threads together, it would have to be
    // `Fn + Sync` instead, or behind a lock.
    // 'static: C keeps it while this thread runs on, so it cannot borrow what this thread may drop.
    F: FnMut(PgSample) + Send + 'static,
{
    fn start(count: u32, on_sample: F) -> anyhow::Result<Self> {
        // On the heap, because the address has to stay the same when `start` returns.
        let on_sample = Box::into_raw(Box::new(on_sample));
        let mut sampler = null_mut();
        // SAFETY: series.h: user data is valid until stop has returned (see drop) and usable from
        // another thread (F is Send). The trampoline matches this user data.
        let status = unsafe {
            sys::pg_sampler_start(count, Some(trampoline::<F>), on_sample.cast(), &mut sampler)
        };
        if status != PG_OK {
            // SAFETY: a box's pointer, and C has started nothing.
            drop(unsafe { Box::from_raw(on_sample) });
            bail!("no sampler: status {status}");
        }
        Ok(Self { sampler, on_sample })
    }
}

impl<F> Drop for Sampler<F> {
    fn drop(&mut self) {
        // End C's thread first, then free what it uses: the reverse would call into freed memory.
        // SAFETY: series.h: this owns the sampler and stops it once; not from on_sample, which does
        // not own it here (ffi_demo::Sampler guards against one that does).
        unsafe { sys::pg_sampler_stop(self.sampler) };
        // SAFETY: a box's pointer; series.h: no call after stop has returned.
        drop(unsafe { Box::from_raw(self.on_sample) });
    }
}

unsafe extern "C" fn trampoline<F: FnMut(PgSample)>(sample: PgSample, user_data: *mut c_void) {
    // SAFETY: series.h: the user data of start, never on two threads at once. The owner does not
    // touch it until stop has returned.
    let on_sample = unsafe { &mut *user_data.cast::<F>() };
    on_sample(sample); // A panic would end the program: see ffi_panic.
}

fn main() -> anyhow::Result<()> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&seen);
    let sampler = Sampler::start(5, move |sample| {
        let thread = thread::current().id();
        thread::sleep(Duration::from_millis(2)); // So that there is something to wait for.
        shared.lock().expect("no holder panics").push((thread, sample.value));
    })?;
    drop(sampler); // Waits for C's thread.

    // Fails while the closure still owns the other reference.
    let seen = Arc::into_inner(seen).context("the closure was not freed")?.into_inner()?;
    let (threads, values): (Vec<_>, Vec<_>) = seen.into_iter().unzip();
    println!("{} samples from one other thread: {values:?}", values.len());
    assert_eq!(values, [0.0, 1.0, 2.0, 3.0, 4.0], "drop has waited for the last");
    assert!(threads.iter().all(|id| *id == threads[0] && *id != thread::current().id()));
    Ok(())
}
