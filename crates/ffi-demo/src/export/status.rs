//! Carries a failure out of Rust: as a status, and as a message that the caller can ask for.

use core::ffi::c_char;
use std::{
    any::Any,
    cell::RefCell,
    ffi::CString,
    panic::{AssertUnwindSafe, catch_unwind},
    ptr,
};

/// The result of a call. A later version may add values.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum pgr_status {
    /// The call succeeded.
    PGR_OK = 0,
    /// A pointer was NULL where memory is needed.
    PGR_NULL_POINTER = 1,
    /// A string was not UTF-8.
    PGR_INVALID_UTF8 = 2,
    /// A unit was not one of `pgr_unit`.
    PGR_UNKNOWN_UNIT = 3,
    /// A count was larger than memory can be.
    PGR_TOO_MANY = 4,
    /// There was not enough memory for what the caller asked to keep.
    PGR_OUT_OF_MEMORY = 5,
    /// The caller's buffer could not hold the result, and nothing was written to it.
    PGR_BUFFER_TOO_SMALL = 6,
    /// The series was in use: by another thread, or by the call whose `visit` made this one.
    PGR_BUSY = 7,
    /// `visit` asked to stop. This is not a failure: `pgr_last_error` does not report it.
    PGR_STOPPED = 8,
    /// Rust panicked: there is a bug, in the library or in the request. The panic ended at the
    /// library's edge, and the process continues.
    PGR_PANIC = 9,
}

/// Returns the status of the last call that failed on this thread; `PGR_OK` when none has failed. A
/// call that succeeds does not change it.
#[unsafe(no_mangle)]
pub extern "C" fn pgr_last_status() -> pgr_status {
    guard(|| Ok(last(|failure| failure.status).unwrap_or(pgr_status::PGR_OK)))
}

/// Writes the message of the last failure on this thread to `out`, NUL-terminated and in UTF-8, and
/// returns the size of the message, NUL included. Writes nothing when `out_size` is less than that.
/// Returns 0 when no call has failed.
///
/// Call it on the thread of the call that failed, before the next call.
///
/// # Safety
///
/// `out` is NULL, which asks for the size, or points to `out_size` writable bytes that the caller
/// owns.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgr_last_error(out: *mut c_char, out_size: usize) -> usize {
    guard(|| {
        let message = last(|failure| failure.message.clone()).unwrap_or_default();
        let bytes = message.as_bytes_with_nul();
        if !out.is_null() && bytes.len() <= out_size {
            // SAFETY: by the contract `out` points to `out_size` writable bytes, and at most that
            // many are written. The message is this function's own, so nothing overlaps.
            unsafe { ptr::copy_nonoverlapping(bytes.as_ptr().cast(), out, bytes.len()) };
        }
        Ok(if message.is_empty() { 0 } else { bytes.len() })
    })
}

/// The reason why an exported function did not do what it was asked.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) status: pgr_status,
    message: CString,
}

impl Failure {
    pub(super) fn new(status: pgr_status, message: impl Into<String>) -> Self {
        // A C string would end at a NUL, and the message of a panic may contain one.
        let message = CString::new(message.into().replace('\0', "\u{FFFD}")).unwrap_or_default();
        Self { status, message }
    }

    fn panic(payload: Box<dyn Any + Send>) -> Self {
        let message = match payload.downcast::<String>() {
            Ok(message) => *message,
            Err(payload) => match payload.downcast_ref::<&str>() {
                Some(message) => (*message).to_owned(),
                None => {
                    // Dropping a payload that is not text could panic again, outside the guard.
                    let dropped = catch_unwind(AssertUnwindSafe(|| drop(payload)));
                    dropped.unwrap_or_else(std::mem::forget);
                    "a panic without a message".to_owned()
                }
            },
        };
        Self::new(pgr_status::PGR_PANIC, message)
    }
}

thread_local! {
    static LAST: RefCell<Option<Failure>> = const { RefCell::new(None) };
}

fn last<T>(look: impl FnOnce(&Failure) -> T) -> Option<T> {
    LAST.with_borrow(|last| last.as_ref().map(look))
}

/// Runs the body of an exported function. A failure is stored for `pgr_last_error`, and the
/// function returns its value for a failure; a panic counts as a failure.
///
/// `AssertUnwindSafe` promises that a half-made change is never seen after a panic. The promise
/// holds because the bodies change a series only through functions of `Vec`, which keep it whole.
pub(super) fn guard<T: Answer>(body: impl FnOnce() -> Result<T, Failure>) -> T {
    let failure = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(answer)) => return answer,
        Ok(Err(failure)) => failure,
        Err(payload) => Failure::panic(payload),
    };
    let status = failure.status;
    // A thread that is ending no longer has this variable; then the status alone has to do.
    let _ = LAST.try_with(|last| last.replace(Some(failure)));
    T::failed(status)
}

/// The return type of an exported function, and its value after a failure.
pub(super) trait Answer {
    fn failed(status: pgr_status) -> Self;
}

impl Answer for pgr_status {
    fn failed(status: pgr_status) -> Self {
        status
    }
}

impl<T> Answer for *mut T {
    fn failed(_: pgr_status) -> Self {
        ptr::null_mut()
    }
}

impl<T> Answer for *const T {
    fn failed(_: pgr_status) -> Self {
        ptr::null()
    }
}

impl Answer for usize {
    fn failed(_: pgr_status) -> Self {
        0
    }
}

impl Answer for () {
    fn failed(_: pgr_status) {}
}
