//! Functions that only measurements need: the feature "bench".

use core::{ffi::c_void, ptr::from_mut};
use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

/// Path of the shared library that the build script links.
pub const SHARED_LIBRARY: &str = env!("POLYGLOT_SHARED_LIBRARY");

unsafe extern "C" {
    /// `int32_t pg_bench_sum(int32_t)`: C calls C in a loop. `safe`, because `pg_add` wraps.
    pub safe fn pg_bench_sum(end: i32) -> i32;

    /// `int32_t pg_bench_sum_by(int32_t, int32_t (*)(int32_t, int32_t, void *), void *)`: C calls
    /// the function it is given.
    ///
    /// # Safety
    ///
    /// `add` accepts `user_data`, and does not unwind.
    pub fn pg_bench_sum_by(
        end: i32,
        add: unsafe extern "C" fn(i32, i32, *mut c_void) -> i32,
        user_data: *mut c_void,
    ) -> i32;

    /// `void pg_bench_each(uint32_t, void (*)(void *), void *)`: C makes the given number of calls.
    ///
    /// # Safety
    ///
    /// The function accepts the user data, and does not unwind.
    pub fn pg_bench_each(
        count: u32,
        call: unsafe extern "C" fn(*mut c_void),
        user_data: *mut c_void,
    );
}

/// The sum of the numbers below `end`, for which C calls `add` once per number: `pg_bench_sum_by`.
///
/// # Panics
///
/// When `add` panics: it is not called again, and the panic continues once C has returned.
pub fn sum_by<F: FnMut(i32, i32) -> i32>(end: i32, add: F) -> i32 {
    unsafe extern "C" fn trampoline<F: FnMut(i32, i32) -> i32>(
        a: i32,
        b: i32,
        user_data: *mut c_void,
    ) -> i32 {
        // SAFETY: C passes the user data unchanged: the closure that `sum_by` lent.
        let closure = unsafe { &mut *user_data.cast::<Closure<F>>() };
        closure.call(|add| add(a, b)).unwrap_or(0)
    }

    let mut closure = Closure { function: add, panic: None };
    // SAFETY: the trampoline matches this closure, which outlives the call, and it does not unwind.
    // C keeps neither.
    let sum = unsafe { pg_bench_sum_by(end, trampoline::<F>, from_mut(&mut closure).cast()) };
    closure.finish();
    sum
}

/// Makes C call `call` `count` times: `pg_bench_each`.
///
/// # Panics
///
/// When `call` panics: it is not called again, and the panic continues once C has returned.
pub fn each<F: FnMut()>(count: u32, call: F) {
    unsafe extern "C" fn trampoline<F: FnMut()>(user_data: *mut c_void) {
        // SAFETY: C passes the user data unchanged: the closure that `each` lent.
        let closure = unsafe { &mut *user_data.cast::<Closure<F>>() };
        closure.call(|call| call());
    }

    let mut closure = Closure { function: call, panic: None };
    // SAFETY: the trampoline matches this closure, which outlives the call, and it does not unwind.
    // C keeps neither.
    unsafe { pg_bench_each(count, trampoline::<F>, from_mut(&mut closure).cast()) };
    closure.finish();
}

/// The user data of the trampolines.
struct Closure<F> {
    function: F,
    /// The panic that ended the closure.
    panic: Option<Box<dyn Any + Send>>,
}

impl<F> Closure<F> {
    /// Runs `call` on the closure and returns its result; `None` if it panics now or has panicked
    /// before. C's loop cannot be left early, and a panic that reached the edge of an `extern "C"`
    /// function would end the program.
    fn call<T>(&mut self, call: impl FnOnce(&mut F) -> T) -> Option<T> {
        if self.panic.is_some() {
            return None;
        }
        // The panic may leave captured values broken, but they are not read before it continues.
        match catch_unwind(AssertUnwindSafe(|| call(&mut self.function))) {
            Ok(value) => Some(value),
            Err(panic) => {
                self.panic = Some(panic);
                None
            }
        }
    }

    /// Resumes the panic, if there was one. C has returned, so none of its frames is unwound.
    fn finish(self) {
        if let Some(panic) = self.panic {
            resume_unwind(panic);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_calls_a_closure_with_what_it_captured() {
        let mut seen = Vec::new();
        let sum = sum_by(4, |sum, number| {
            seen.push(number);
            sum + 10 * number
        });
        assert_eq!((sum, seen), (60, vec![0, 1, 2, 3]));

        let mut calls = 0;
        each(7, || calls += 1);
        each(0, || unreachable!("0 calls are none"));
        assert_eq!(calls, 7);
    }

    #[test]
    fn a_panic_continues_once_c_has_returned() {
        let mut calls = 0;
        let panic = catch_unwind(AssertUnwindSafe(|| {
            sum_by(5, |sum, number| {
                calls += 1;
                assert_ne!(number, 2, "no more");
                sum
            })
        }));
        assert!(message(panic.unwrap_err()).contains("no more"));
        assert_eq!(calls, 3, "it is not called again");

        let mut calls = 0;
        let panic = catch_unwind(AssertUnwindSafe(|| {
            each(5, || {
                calls += 1;
                assert_ne!(calls, 2, "no more");
            });
        }));
        assert!(message(panic.unwrap_err()).contains("no more"));
        assert_eq!(calls, 2, "it is not called again");
    }

    fn message(panic: Box<dyn Any + Send>) -> String {
        *panic.downcast().expect("a formatted message")
    }
}
