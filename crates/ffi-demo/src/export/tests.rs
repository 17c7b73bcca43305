//! Careless calls get a status and a message, and never undefined behaviour.

use core::{
    ffi::{CStr, c_int, c_void},
    ptr::{null, null_mut},
};

use super::{
    series::*,
    status::{pgr_status::*, *},
};

/// A safe owner of a handle, for the tests.
struct Series(*mut pgr_series);

impl Series {
    fn new(values: &[f64]) -> Self {
        // SAFETY: a literal is NUL-terminated.
        let series = Self(unsafe { pgr_series_new(c"cellar".as_ptr(), 1) });
        assert_eq!(series.extend(values), PGR_OK);
        series
    }

    fn extend(&self, values: &[f64]) -> pgr_status {
        let samples: Vec<_> =
            (0..).zip(values).map(|(time_ms, &value)| pgr_sample { time_ms, value }).collect();
        // SAFETY: the handle is alive, and `samples` is a slice.
        unsafe { pgr_series_extend(self.0, samples.as_ptr(), samples.len()) }
    }

    fn values(&self) -> Vec<f64> {
        let mut values = [0.0; 16];
        let mut count = 0;
        // SAFETY: the handle is alive, and both places are writable.
        let status =
            unsafe { pgr_series_values(self.0, values.as_mut_ptr(), values.len(), &mut count) };
        assert_eq!(status, PGR_OK);
        values[..count].to_vec()
    }

    fn describe(&self) -> String {
        // SAFETY: the handle is alive, and the string is freed once.
        unsafe {
            let string = pgr_series_describe(self.0);
            let text = CStr::from_ptr(string).to_str().expect("UTF-8").to_owned();
            pgr_string_free(string);
            text
        }
    }
}

impl Drop for Series {
    fn drop(&mut self) {
        // SAFETY: made by `new`, and not used afterwards.
        unsafe { pgr_series_free(self.0) };
    }
}

fn last_error() -> String {
    let mut buffer = [0; 128];
    // SAFETY: the buffer is writable.
    let needed = unsafe { pgr_last_error(buffer.as_mut_ptr(), buffer.len()) };
    assert!(needed <= buffer.len());
    // SAFETY: the buffer holds zeros except for what was written.
    unsafe { CStr::from_ptr(buffer.as_ptr()) }.to_str().expect("UTF-8").to_owned()
}

#[track_caller]
fn assert_failed(status: pgr_status, message: &str) {
    assert_eq!((pgr_last_status(), last_error().as_str()), (status, message));
}

#[test]
fn samples_come_out_as_they_went_in() {
    let series = Series::new(&[11.5, 12.0, 11.0, 13.5]);
    assert_eq!(series.values(), [11.5, 12.0, 11.0, 13.5]);
    assert_eq!(series.describe(), "cellar: 4 samples in °C, 11.0 to 13.5");
    // SAFETY: the handle is alive.
    let name = unsafe { CStr::from_ptr(pgr_series_name(series.0)) };
    assert_eq!(name, c"cellar");
}

#[test]
fn sentences_of_few_samples() {
    assert_eq!(Series::new(&[]).describe(), "cellar: no samples in °C");
    assert_eq!(Series::new(&[1e300]).describe(), "cellar: 1 sample in °C, 1e300 to 1e300");
    assert_eq!(Series::new(&[f64::NAN]).describe(), "cellar: 1 sample in °C, NaN to NaN");
}

#[test]
fn a_panic_is_a_status_with_its_message() {
    let series = Series::new(&[11.5, 12.0]);
    // SAFETY: the handle is alive.
    let status = unsafe { pgr_series_clamp(series.0, 30.0, 0.0) };
    assert_eq!(status, PGR_PANIC);
    assert_failed(PGR_PANIC, "min > max, or either was NaN. min = 30.0, max = 0.0");
    assert_eq!(series.values(), [11.5, 12.0]);
    // The panic poisoned the lock for writing; the samples are still whole.
    // SAFETY: the handle is alive.
    assert_eq!(unsafe { pgr_series_clamp(series.0, 0.0, 11.75) }, PGR_OK);
    assert_eq!(series.values(), [11.5, 11.75]);
}

#[test]
fn any_panic_is_caught() {
    let status: pgr_status = guard(|| panic!("a NUL \0 inside"));
    assert_eq!(status, PGR_PANIC);
    assert_failed(PGR_PANIC, "a NUL \u{FFFD} inside");
    let size: usize = guard(|| std::panic::panic_any(7));
    assert_eq!(size, 0);
    assert_failed(PGR_PANIC, "a panic without a message");
}

#[test]
fn null_is_answered_not_followed() {
    let series = Series::new(&[1.0]);
    let mut count = 0;
    // SAFETY: the contract allows NULL for each of these.
    unsafe {
        assert_eq!(pgr_series_new(null(), 0), null_mut());
        assert_failed(PGR_NULL_POINTER, "name is NULL");
        assert_eq!(pgr_series_name(null()), null());
        assert_eq!(pgr_series_describe(null()), null_mut());
        assert_eq!(pgr_series_extend(null_mut(), null(), 0), PGR_NULL_POINTER);
        assert_eq!(pgr_series_clamp(null_mut(), 0.0, 1.0), PGR_NULL_POINTER);
        assert_eq!(pgr_series_values(null(), null_mut(), 0, &mut count), PGR_NULL_POINTER);
        assert_eq!(pgr_series_each(null(), Some(stop), null_mut()), PGR_NULL_POINTER);
        assert_failed(PGR_NULL_POINTER, "series is NULL");
        assert_eq!(pgr_series_each(series.0, None, null_mut()), PGR_NULL_POINTER);
        assert_failed(PGR_NULL_POINTER, "visit is NULL");
        assert_eq!(pgr_series_values(series.0, null_mut(), 1, &mut count), PGR_NULL_POINTER);
        assert_failed(PGR_NULL_POINTER, "out is NULL");
        assert_eq!(pgr_series_values(series.0, null_mut(), 0, null_mut()), PGR_NULL_POINTER);
        assert_failed(PGR_NULL_POINTER, "count is NULL");
        assert_eq!(pgr_series_extend(series.0, null(), 1), PGR_NULL_POINTER);
        assert_failed(PGR_NULL_POINTER, "samples is NULL");
        assert_eq!(pgr_series_extend(series.0, null(), 0), PGR_OK);
        pgr_series_free(null_mut());
        pgr_string_free(null_mut());
    }
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    // SAFETY: a literal is NUL-terminated.
    assert_eq!(unsafe { pgr_series_new(c"cel\xFFar".as_ptr(), 0) }, null_mut());
    assert_failed(PGR_INVALID_UTF8, "name is not UTF-8 from byte 3 on");
}

#[test]
fn an_unknown_unit_is_refused() {
    for unit in [-1, 4, i32::MIN, i32::MAX] {
        // SAFETY: a literal is NUL-terminated.
        assert_eq!(unsafe { pgr_series_new(c"cellar".as_ptr(), unit) }, null_mut());
        assert_failed(PGR_UNKNOWN_UNIT, &format!("unit {unit} is none of pgr_unit"));
    }
}

#[test]
fn a_count_that_memory_cannot_hold_is_refused() {
    let series = Series::new(&[1.0]);
    let sample = pgr_sample { time_ms: 0, value: 0.0 };
    for count in [usize::MAX, isize::MAX as usize / size_of::<pgr_sample>() + 1] {
        // SAFETY: none; this breaks the contract on purpose, and relies on the count being checked
        // before the samples are read.
        assert_eq!(unsafe { pgr_series_extend(series.0, &sample, count) }, PGR_TOO_MANY);
    }
    assert_eq!(series.values(), [1.0]);
}

#[test]
fn a_buffer_one_too_small_is_left_alone() {
    let series = Series::new(&[1.0, 2.0]);
    let (mut out, mut count) = ([-1.0; 2], 0);
    // SAFETY: the handle is alive, and both places are writable.
    let status = unsafe { pgr_series_values(series.0, out.as_mut_ptr(), 1, &mut count) };
    assert_eq!((status, out, count), (PGR_BUFFER_TOO_SMALL, [-1.0; 2], 2));
    assert_failed(PGR_BUFFER_TOO_SMALL, "there are 2 values, and room for 1");

    let (mut text, needed) = ([7; 64], "there are 2 values, and room for 1".len() + 1);
    // SAFETY: the buffer is writable; NULL asks for the size.
    unsafe {
        assert_eq!(pgr_last_error(text.as_mut_ptr(), needed - 1), needed);
        assert_eq!(text, [7; 64]);
        assert_eq!(pgr_last_error(null_mut(), 64), needed);
        assert_eq!(pgr_last_error(text.as_mut_ptr(), needed), needed);
    }
    assert_eq!((text[needed - 1], text[needed]), (0, 7));
}

#[test]
fn each_thread_has_its_own_last_error() {
    // SAFETY: NULL is allowed.
    unsafe { pgr_series_name(null()) };
    let other = || (pgr_last_status(), last_error());
    let other = std::thread::spawn(other).join().expect("it does not panic");
    assert_eq!(other, (PGR_OK, String::new()));
    assert_failed(PGR_NULL_POINTER, "series is NULL");
}

unsafe extern "C" fn stop(_: *const pgr_sample, _: *mut c_void) -> c_int {
    1
}

/// Calls back into the series that it visits: `user_data` is that series.
unsafe extern "C" fn reenter(sample: *const pgr_sample, user_data: *mut c_void) -> c_int {
    let (series, mut count) = (user_data.cast(), 0);
    // SAFETY: each_calls_back passes a live handle, and the sample is valid for this call.
    unsafe {
        assert_eq!(pgr_series_extend(series, sample, 1), PGR_BUSY);
        assert_failed(PGR_BUSY, "the series is in use");
        assert_eq!(pgr_series_clamp(series, 0.0, 1.0), PGR_BUSY);
        pgr_series_values(series, null_mut(), 0, &mut count);
        assert_eq!(pgr_series_each(series, Some(stop), null_mut()), PGR_STOPPED);
    }
    (count != 2) as c_int
}

#[test]
fn each_calls_back() {
    let series = Series::new(&[1.0, 2.0]);
    // SAFETY: the handle is alive, and the callbacks keep the contract of `pgr_visit`.
    unsafe {
        assert_eq!(pgr_series_each(series.0, Some(stop), null_mut()), PGR_STOPPED);
        assert_eq!(pgr_series_each(series.0, Some(reenter), series.0.cast()), PGR_OK);
    }
    assert_eq!(series.extend(&[3.0]), PGR_OK);
    assert_eq!(series.values(), [1.0, 2.0, 3.0]);
}

#[test]
fn threads_get_a_status_and_not_a_race() {
    const fn shared<T: Send + Sync>() {}
    const { shared::<pgr_series>() };

    let series = Series::new(&[]);
    let address = series.0 as usize;
    let appended: usize = std::thread::scope(|scope| {
        let append = || {
            // Not freed here: the outer owner frees it.
            let series = std::mem::ManuallyDrop::new(Series(address as *mut pgr_series));
            (0..1000)
                .filter(|_| match series.extend(&[1.0]) {
                    PGR_OK => true,
                    status => {
                        assert_eq!(status, PGR_BUSY);
                        false
                    }
                })
                .count()
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(append)).collect();
        threads.into_iter().map(|thread| thread.join().expect("it does not panic")).sum()
    });
    let mut count = 0;
    // SAFETY: the handle is alive, and the count is writable.
    unsafe { pgr_series_values(series.0, null_mut(), 0, &mut count) };
    assert_eq!(count, appended);
}

#[test]
fn what_a_caller_owns_is_counted() {
    // Other tests own some at the same time.
    let _owned = [(); 2].map(|()| Series::new(&[]));
    assert!(pgr_live_count() >= 2);
}
