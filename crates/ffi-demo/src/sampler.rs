use core::{
    ffi::c_void,
    mem::ManuallyDrop,
    ptr::{NonNull, null_mut},
};
use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::OnceLock,
    thread::{self, ThreadId},
};

use crate::{Error, Sample, sys};

/// `pg_sampler`: takes measurements on a thread that C starts. Dropping it waits for them all.
///
/// ```
/// use std::sync::mpsc;
/// use ffi_demo::Sampler;
///
/// let (sender, receiver) = mpsc::channel();
/// let sampler = Sampler::start(3, move |sample| sender.send(sample.value).unwrap())?;
/// assert_eq!(receiver.iter().take(3).collect::<Vec<_>>(), [0.0, 1.0, 2.0]);
/// sampler.stop()?;
/// # Ok::<(), ffi_demo::Error>(())
/// ```
///
/// The closure goes to another thread, so it cannot capture a value that is tied to one thread:
///
/// ```compile_fail,E0277
/// use std::{cell::Cell, rc::Rc};
/// use ffi_demo::Sampler;
///
/// let seen = Rc::new(Cell::new(0.0));
/// let sampler = Sampler::start(3, move |sample| seen.set(sample.value))?;
/// # Ok::<(), ffi_demo::Error>(())
/// ```
///
/// The other thread runs it while this function continues, so it cannot borrow from this function:
///
/// ```compile_fail,E0597
/// use std::sync::Mutex;
/// use ffi_demo::Sampler;
///
/// let seen = Mutex::new(0.0);
/// let borrowed = &seen;
/// let sampler = Sampler::start(3, move |sample| *borrowed.lock().unwrap() = sample.value)?;
/// # Ok::<(), ffi_demo::Error>(())
/// ```
///
/// A stopped sampler cannot be used again:
///
/// ```compile_fail,E0382
/// # use ffi_demo::Sampler;
/// let sampler = Sampler::start(3, |_| {})?;
/// sampler.stop()?;
/// sampler.stop()?;
/// # Ok::<(), ffi_demo::Error>(())
/// ```
#[must_use = "dropping a sampler waits until it has taken all its samples"]
pub struct Sampler<F: Send + 'static> {
    sampler: NonNull<sys::PgSampler>,
    /// A leaked box. C's thread uses it until `pg_sampler_stop` has returned.
    state: NonNull<State<F>>,
}

// SAFETY: polyglot.h lets any thread call any function. The closure already runs on another thread
// and may be dropped on a third, which `Send` allows; the rest of the state is `Send` too.
unsafe impl<F: Send + 'static> Send for Sampler<F> {}

struct State<F> {
    on_sample: F,
    /// The id of C's thread, once it has called.
    thread: OnceLock<ThreadId>,
    /// The panic that ended the closure.
    panic: Option<Box<dyn Any + Send>>,
}

impl<F: FnMut(Sample) + Send + 'static> Sampler<F> {
    /// Makes C take `count` samples on a thread of its own, and call `on_sample` with each. Calls
    /// C's `pg_sampler_start`.
    ///
    /// After `on_sample` has panicked it is not called again.
    ///
    /// # Errors
    ///
    /// [`Error::NoThread`] when the system cannot start a thread; [`Error::OutOfMemory`].
    pub fn start(count: u32, on_sample: F) -> Result<Self, Error> {
        let state = Box::new(State { on_sample, thread: OnceLock::new(), panic: None });
        let state = NonNull::from(Box::leak(state));
        let mut sampler = null_mut();
        // SAFETY: the header asks for user data that is valid until `pg_sampler_stop` has returned
        // (`join` frees it after that) and may be used on another thread (the closure is `Send`).
        // The trampoline does not unwind.
        let status = unsafe {
            sys::pg_sampler_start(count, Some(trampoline::<F>), state.as_ptr().cast(), &mut sampler)
        };
        let started = Error::check("pg_sampler_start", status).and_then(|()| {
            NonNull::new(sampler).ok_or(Error::NullPointer { function: "pg_sampler_start" })
        });
        match started {
            Ok(sampler) => Ok(Self { sampler, state }),
            Err(error) => {
                // SAFETY: it comes from a box, and C has not started a thread that would use it.
                drop(unsafe { Box::from_raw(state.as_ptr()) });
                Err(error)
            }
        }
    }

    /// Waits until all samples are taken, and drops the closure. Calls C's `pg_sampler_stop`.
    ///
    /// # Errors
    ///
    /// [`Error::StoppedFromCallback`] when called on the sampler's own thread, which is running the
    /// closure. The sampler is dropped then.
    ///
    /// # Panics
    ///
    /// When the closure has panicked: its panic continues here.
    pub fn stop(self) -> Result<(), Error> {
        if self.is_calling() {
            return Err(Error::StoppedFromCallback);
        }
        match ManuallyDrop::new(self).join().panic {
            None => Ok(()),
            Some(panic) => resume_unwind(panic),
        }
    }
}

impl<F: Send + 'static> Sampler<F> {
    /// Returns true on the sampler's own thread: the caller is inside the closure.
    fn is_calling(&self) -> bool {
        // SAFETY: the state is alive until `join`; the lock in it is only shared.
        let thread = unsafe { &(*self.state.as_ptr()).thread };
        thread.get() == Some(&thread::current().id())
    }

    /// Ends C's thread, and takes the state back. Called once, and not when `is_calling`.
    fn join(&mut self) -> State<F> {
        // SAFETY: this owns the sampler and uses it for the last time, and is not called from
        // `on_sample`.
        unsafe { sys::pg_sampler_stop(self.sampler.as_ptr()) };
        // SAFETY: it comes from a box, and by the header C makes no more calls.
        *unsafe { Box::from_raw(self.state.as_ptr()) }
    }
}

impl<F: Send + 'static> Drop for Sampler<F> {
    /// Waits like [`Sampler::stop`]. A panic of the closure is lost, like that of a thread that is
    /// not joined.
    ///
    /// A closure may come to own its own sampler, and drop it. It cannot wait for itself, and C
    /// forbids it, so another thread waits.
    fn drop(&mut self) {
        if self.is_calling() {
            let this = ManuallyDrop::new(Self { sampler: self.sampler, state: self.state });
            // Without a thread to wait on, the sampler is leaked, because C still uses it.
            let _ = thread::Builder::new().spawn(|| drop(ManuallyDrop::into_inner(this)));
        } else {
            drop(self.join());
        }
    }
}

/// # Safety
///
/// `user_data` is a `State<F>` of which other code uses only the lock meanwhile.
unsafe extern "C" fn trampoline<F: FnMut(Sample)>(sample: Sample, user_data: *mut c_void) {
    let state = user_data.cast::<State<F>>();
    // SAFETY: the header passes `user_data` unchanged and never calls on two threads at once, and
    // the owner does not touch these two fields before C's thread has ended.
    let (on_sample, panic) = unsafe { (&mut (*state).on_sample, &mut (*state).panic) };
    // SAFETY: the owner may read this field meanwhile. It is a lock, and both only share it.
    unsafe { &(*state).thread }.get_or_init(|| thread::current().id());
    if panic.is_some() {
        return;
    }
    // A panic that reached the edge of an `extern "C"` function would end the program. After a
    // panic the closure is not used again, so its captured values may be broken.
    *panic = catch_unwind(AssertUnwindSafe(|| on_sample(sample))).err();
}

#[cfg(test)]
mod tests;
