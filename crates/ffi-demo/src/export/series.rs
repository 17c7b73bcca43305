//! The handle: measurements in the order they were taken.

use core::{
    ffi::{c_char, c_int, c_void},
    fmt,
};
use std::{
    ffi::CString,
    sync::{
        PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use super::{
    arguments::{null, reference, slice, text},
    status::{Failure, guard, pgr_status},
};

/// The unit of a series. Functions take it as an `int32_t`: a C enum may hold any value, a Rust
/// enum may not.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum pgr_unit {
    /// A bare number.
    PGR_UNIT_NONE = 0,
    /// °C
    PGR_UNIT_CELSIUS = 1,
    /// %
    PGR_UNIT_PERCENT = 2,
    /// hPa
    PGR_UNIT_HECTOPASCAL = 3,
}

impl pgr_unit {
    fn new(unit: i32) -> Result<Self, Failure> {
        match unit {
            0 => Ok(Self::PGR_UNIT_NONE),
            1 => Ok(Self::PGR_UNIT_CELSIUS),
            2 => Ok(Self::PGR_UNIT_PERCENT),
            3 => Ok(Self::PGR_UNIT_HECTOPASCAL),
            _ => {
                let message = format!("unit {unit} is none of pgr_unit");
                Err(Failure::new(pgr_status::PGR_UNKNOWN_UNIT, message))
            }
        }
    }
}

/// One measurement.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct pgr_sample {
    /// Milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// In the unit of the series.
    pub value: f64,
}

/// A handle: Rust allocates the series, and only Rust looks inside.
///
/// Any thread may use it, and several threads may read it at once. No call waits: one that would
/// have to, because the series is being changed, or is to be changed while it is read, fails with
/// `PGR_BUSY`.
#[derive(Debug)]
pub struct pgr_series {
    name: CString,
    unit: pgr_unit,
    // Only ever tried, never waited for: a visit that changes the series it visits would wait for
    // itself.
    samples: RwLock<Vec<pgr_sample>>,
}

/// Called with one sample, which is borrowed for the duration of the call, and with the user data
/// that was passed along. Return 0 to continue, anything else to stop.
///
/// It may call any function of this library except `pgr_series_free` on the series that it visits.
/// It must return: a C++ exception or a `longjmp` may not pass through Rust.
pub type pgr_visit =
    Option<unsafe extern "C" fn(sample: *const pgr_sample, user_data: *mut c_void) -> c_int>;

/// Makes an empty series, which the caller owns and must pass to `pgr_series_free`. Returns NULL on
/// failure: `PGR_NULL_POINTER`, `PGR_INVALID_UTF8`, `PGR_UNKNOWN_UNIT`.
///
/// # Safety
///
/// `name` is NULL or a NUL-terminated string; it is copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgr_series_new(name: *const c_char, unit: i32) -> *mut pgr_series {
    guard(|| {
        // SAFETY: the contract on `name` is this function's own, and the text is copied before it
        // returns.
        let name = unsafe { text(name, "name")? }.to_owned();
        let series = pgr_series { name, unit: pgr_unit::new(unit)?, samples: RwLock::default() };
        LIVE.fetch_add(1, Relaxed);
        Ok(Box::into_raw(Box::new(series)))
    })
}

/// Frees a series and everything it owns. NULL is allowed and does nothing.
///
/// # Safety
///
/// `series` is NULL or came from `pgr_series_new`, was not freed before, and is not used during or
/// after this call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgr_series_free(series: *mut pgr_series) {
    guard(|| {
        if !series.is_null() {
            // SAFETY: `pgr_series_new` made it with Box::into_raw, and by the contract this is its
            // last use.
            drop(unsafe { Box::from_raw(series) });
            LIVE.fetch_sub(1, Relaxed);
        }
        Ok(())
    })
}

/// Returns the name, borrowed: valid until the series is freed. NULL when `series` is NULL.
///
/// # Safety
///
/// `series` is NULL or came from `pgr_series_new` and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgr_series_name(series: *const pgr_series) -> *const c_char {
    // SAFETY: the contract is this function's own. The name is never changed.
    guard(|| Ok(unsafe { reference(series, "series")? }.name.as_ptr()))
}

/// Appends `count` samples, all or none. Fails with `PGR_NULL_POINTER`, `PGR_TOO_MANY`,
/// `PGR_OUT_OF_MEMORY` or `PGR_BUSY`.
///
/// # Safety
///
/// `series` is NULL or came from `pgr_series_new` and was not freed. `samples` is NULL or points to
/// `count` samples, which are copied; it may be NULL when `count` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgr_series_extend(
    series: *mut pgr_series,
    samples: *const pgr_sample,
    count: usize,
) -> pgr_status {
    guard(|| {
        // SAFETY: the contract on both is this function's own, and neither is kept.
        let (series, new) =
            unsafe { (reference(series, "series")?, slice(samples, count, "samples")?) };
        let mut samples = series.write()?;
        samples.try_reserve(new.len()).map_err(|_| {
            let message = format!("there is no memory for {count} more samples");
            Failure::new(pgr_status::PGR_OUT_OF_MEMORY, message)
        })?;
        samples.extend_from_slice(new);
        Ok(pgr_status::PGR_OK)
    })
}

/// Writes the values to `out`, which has room for `out_length` of them. `*count` receives the
/// number of samples, also when the function fails with `PGR_BUFFER_TOO_SMALL`. Other failures:
/// `PGR_NULL_POINTER`, `PGR_BUSY`.
///
/// # Safety
///
/// `series` is NULL or came from `pgr_series_new` and was not freed. `out` is NULL or points to
/// `out_length` writable elements; it may be NULL when `out_length` is 0, which asks for the count.
/// `count` is NULL or writable, and not part of `out`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgr_series_values(
    series: *const pgr_series,
    out: *mut f64,
    out_length: usize,
    count: *mut usize,
) -> pgr_status {
    guard(|| {
        // SAFETY: the contract is this function's own.
        let samples = unsafe { reference(series, "series")? }.read()?;
        if count.is_null() || (out.is_null() && out_length > 0) {
            return Err(null(if count.is_null() { "count" } else { "out" }));
        }
        // SAFETY: not NULL, so writable by the contract.
        unsafe { count.write(samples.len()) };
        if samples.len() > out_length {
            let message = format!("there are {} values, and room for {out_length}", samples.len());
            return Err(Failure::new(pgr_status::PGR_BUFFER_TOO_SMALL, message));
        }
        for (index, sample) in samples.iter().enumerate() {
            // SAFETY: the index is below samples.len(), which is at most out_length. No reference
            // is made to the old element, which the caller need not have initialised.
            unsafe { out.add(index).write(sample.value) };
        }
        Ok(pgr_status::PGR_OK)
    })
}

/// Calls `visit` for each sample, in order, on this thread. Returns `PGR_STOPPED` when `visit`
/// stopped it; fails with `PGR_NULL_POINTER` or `PGR_BUSY`.
///
/// # Safety
///
/// `series` is NULL or came from `pgr_series_new` and was not freed. `visit` is NULL or keeps the
/// contract of `pgr_visit`; it is not called after this function has returned. `user_data` is what
/// `visit` expects, and may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgr_series_each(
    series: *const pgr_series,
    visit: pgr_visit,
    user_data: *mut c_void,
) -> pgr_status {
    guard(|| {
        // SAFETY: the contract is this function's own.
        let samples = unsafe { reference(series, "series")? }.read()?;
        let visit = visit.ok_or_else(|| null("visit"))?;
        for sample in samples.iter() {
            // SAFETY: `visit` keeps its contract; the sample lives as long as the lock is held.
            if unsafe { visit(sample, user_data) } != 0 {
                return Ok(pgr_status::PGR_STOPPED);
            }
        }
        Ok(pgr_status::PGR_OK)
    })
}

/// Raises values below `lowest` to `lowest`, and lowers values above `highest` to `highest`. Fails
/// with `PGR_NULL_POINTER` or `PGR_BUSY`.
///
/// Fails with `PGR_PANIC`, and changes nothing, when the series has samples and `lowest` is above
/// `highest` or one of the two is not a number. `f64::clamp` panics then; this function does not
/// check first, so that you can see a panic being caught.
///
/// # Safety
///
/// `series` is NULL or came from `pgr_series_new` and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgr_series_clamp(
    series: *mut pgr_series,
    lowest: f64,
    highest: f64,
) -> pgr_status {
    guard(|| {
        // SAFETY: the contract is this function's own.
        let mut samples = unsafe { reference(series, "series")? }.write()?;
        for sample in samples.iter_mut() {
            sample.value = sample.value.clamp(lowest, highest);
        }
        Ok(pgr_status::PGR_OK)
    })
}

/// Returns a sentence about the series, such as "cellar: 4 samples in °C, 11.0 to 13.5", as a new
/// NUL-terminated string in UTF-8. The caller owns it and must pass it to `pgr_string_free`, never
/// to `free`. Returns NULL on failure: `PGR_NULL_POINTER`, `PGR_BUSY`.
///
/// # Safety
///
/// `series` is NULL or came from `pgr_series_new` and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgr_series_describe(series: *const pgr_series) -> *mut c_char {
    guard(|| {
        // SAFETY: the contract is this function's own.
        let series = unsafe { reference(series, "series")? };
        let sentence = series.sentence(&series.read()?);
        // The name was a C string, and the rest of the sentence has no NUL either.
        let sentence = CString::new(sentence).expect("no NUL");
        LIVE.fetch_add(1, Relaxed);
        Ok(sentence.into_raw())
    })
}

/// Frees a string that this library made. NULL is allowed and does nothing.
///
/// # Safety
///
/// `string` is NULL or came from `pgr_series_describe`, was not freed before, and still has its
/// original length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgr_string_free(string: *mut c_char) {
    guard(|| {
        if !string.is_null() {
            // SAFETY: `pgr_series_describe` made it with CString::into_raw, and by the contract it
            // still has its original length.
            drop(unsafe { CString::from_raw(string) });
            LIVE.fetch_sub(1, Relaxed);
        }
        Ok(())
    })
}

/// Returns the number of series and strings that callers own at the moment, on all threads. Ask for
/// it at the end of a program, to check that everything was freed.
#[unsafe(no_mangle)]
pub extern "C" fn pgr_live_count() -> usize {
    guard(|| Ok(LIVE.load(Relaxed)))
}

static LIVE: AtomicUsize = AtomicUsize::new(0);

impl pgr_series {
    fn read(&self) -> Result<RwLockReadGuard<'_, Vec<pgr_sample>>, Failure> {
        unless_busy(self.samples.try_read())
    }

    fn write(&self) -> Result<RwLockWriteGuard<'_, Vec<pgr_sample>>, Failure> {
        unless_busy(self.samples.try_write())
    }

    fn sentence(&self, samples: &[pgr_sample]) -> String {
        let values = || samples.iter().map(|sample| sample.value);
        let count: &dyn fmt::Display = match samples.len() {
            0 => &"no samples",
            1 => &"1 sample",
            count => &format!("{count} samples"),
        };
        let unit = match self.unit {
            pgr_unit::PGR_UNIT_NONE => "",
            pgr_unit::PGR_UNIT_CELSIUS => " in °C",
            pgr_unit::PGR_UNIT_PERCENT => " in %",
            pgr_unit::PGR_UNIT_HECTOPASCAL => " in hPa",
        };
        let name = self.name.to_string_lossy();
        match (values().reduce(f64::min), values().reduce(f64::max)) {
            (Some(lowest), Some(highest)) => {
                format!("{name}: {count}{unit}, {lowest:?} to {highest:?}")
            }
            _ => format!("{name}: {count}{unit}"),
        }
    }
}

/// A panic poisons a lock. The samples under it are still whole: see [`guard`].
fn unless_busy<G>(tried: Result<G, TryLockError<G>>) -> Result<G, Failure> {
    match tried {
        Ok(lock) => Ok(lock),
        Err(TryLockError::Poisoned(poisoned)) => Ok(PoisonError::into_inner(poisoned)),
        Err(TryLockError::WouldBlock) => {
            Err(Failure::new(pgr_status::PGR_BUSY, "the series is in use"))
        }
    }
}
