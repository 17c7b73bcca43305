mod visit;

use core::{
    ffi::{CStr, c_char},
    mem::ManuallyDrop,
    ptr::{NonNull, null_mut},
    slice,
};
use std::{ffi::CString, fmt, path::Path};

use crate::{Errno, Error, Unit, sys};

/// `pg_sample`: one measurement.
pub type Sample = sys::PgSample;

/// `pg_summary`: lowest, highest and mean of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The lowest sample; the first of them, when several are equal.
    pub lowest: Sample,
    /// The highest sample; the first of them, when several are equal.
    pub highest: Sample,
    /// The mean of all values.
    pub mean: f64,
    /// Number of samples.
    pub count: usize,
    /// Unit of the values.
    pub unit: Unit,
}

/// `pg_series`: measurements in the order they were taken, stored by C. Dropping it frees them.
///
/// ```
/// use ffi_demo::{Sample, Series, Unit};
///
/// let mut series = Series::new("cellar", Unit::Celsius)?;
/// series.push(Sample { time_ms: 0, value: 11.5 })?;
/// series.extend(&[Sample { time_ms: 60_000, value: 12.5 }])?;
///
/// assert_eq!(series.samples().len(), 2);
/// assert_eq!(series.summary()?.mean, 12.0);
/// assert_eq!(series.describe()?, "cellar: 2 samples in °C");
/// # Ok::<(), ffi_demo::Error>(())
/// ```
///
/// A dropped series cannot be used again:
///
/// ```compile_fail,E0382
/// # use ffi_demo::{Series, Unit};
/// let series = Series::new("cellar", Unit::Celsius)?;
/// drop(series);
/// series.describe()?;
/// # Ok::<(), ffi_demo::Error>(())
/// ```
///
/// and neither can anything borrowed from it, such as its name:
///
/// ```compile_fail,E0505
/// # use ffi_demo::{Series, Unit};
/// let series = Series::new("cellar", Unit::Celsius)?;
/// let name = series.name()?;
/// drop(series);
/// assert_eq!(name, "cellar");
/// # Ok::<(), ffi_demo::Error>(())
/// ```
///
/// Several threads may read it at the same time, but none may change it while another reads:
///
/// ```
/// # use ffi_demo::{Sample, Series, Unit};
/// let series = Series::new("cellar", Unit::Celsius)?;
/// std::thread::scope(|scope| {
///     scope.spawn(|| assert_eq!(series.samples(), []));
///     scope.spawn(|| assert_eq!(series.unit(), Ok(Unit::Celsius)));
/// });
/// # Ok::<(), ffi_demo::Error>(())
/// ```
///
/// ```compile_fail,E0502
/// # use ffi_demo::{Sample, Series, Unit};
/// let mut series = Series::new("cellar", Unit::Celsius)?;
/// std::thread::scope(|scope| {
///     scope.spawn(|| assert_eq!(series.samples(), []));
///     scope.spawn(|| series.push(Sample { time_ms: 0, value: 11.5 }));
/// });
/// # Ok::<(), ffi_demo::Error>(())
/// ```
pub struct Series(NonNull<sys::PgSeries>);

// SAFETY: the header says that a series may move between threads.
unsafe impl Send for Series {}

// SAFETY: the header lets two threads use a series at the same time when both call functions that
// take a `const pg_series *`. The methods with `&self` call no others; those with `&mut self` have
// the series for themselves.
unsafe impl Sync for Series {}

impl Series {
    /// A new, empty series. Calls C's `pg_series_new`, which copies the name.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] when `name` holds a NUL, which a C string cannot;
    /// [`Error::UnknownUnit`] when C does not know the unit; [`Error::OutOfMemory`].
    pub fn new(name: &str, unit: Unit) -> Result<Self, Error> {
        let name = c_string(name.as_bytes())?;
        let unit = unit.into();
        let mut series = null_mut();
        // SAFETY: the header asks for a NUL-terminated name, which it copies, and a writable place
        // for the handle.
        match unsafe { sys::pg_series_new(name.as_ptr(), unit, &mut series) } {
            sys::PG_UNKNOWN_UNIT => return Err(Error::UnknownUnit { unit }),
            status => Error::check("pg_series_new", status)?,
        }
        // SAFETY: the header makes the caller its owner.
        unsafe { Self::from_raw(series) }
    }

    /// Takes over a series that C made.
    ///
    /// # Errors
    ///
    /// [`Error::NullPointer`] when `series` is NULL.
    ///
    /// # Safety
    ///
    /// `series` is NULL or comes from `pg_series_new`, and nothing else uses or frees it.
    pub unsafe fn from_raw(series: *mut sys::PgSeries) -> Result<Self, Error> {
        NonNull::new(series).map(Self).ok_or(Error::NullPointer { function: "pg_series_new" })
    }

    /// Hands the series over to C code, which must pass it to `pg_series_free`.
    pub fn into_raw(self) -> *mut sys::PgSeries {
        ManuallyDrop::new(self).0.as_ptr()
    }

    /// Returns the name. Calls C's `pg_series_name`; no copy.
    ///
    /// # Errors
    ///
    /// [`Error::NotUtf8`] when C code has named the series with other bytes.
    pub fn name(&self) -> Result<&str, Error> {
        // SAFETY: the header lends the name until the series is freed, and `&self` prevents that.
        unsafe { borrowed_text("pg_series_name", sys::pg_series_name(self.as_ptr())) }
    }

    /// Returns the unit. Calls C's `pg_series_unit`.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownUnit`] when the C library has a unit that this crate does not know.
    pub fn unit(&self) -> Result<Unit, Error> {
        // SAFETY: this is a series, and nothing changes it while `&self` lives.
        Unit::try_from(unsafe { sys::pg_series_unit(self.as_ptr()) })
    }

    /// Appends one sample. Calls C's `pg_series_push`, which takes it by value.
    ///
    /// C may move the samples to make room, so you cannot hold a borrow of them at that time:
    ///
    /// ```compile_fail,E0502
    /// # use ffi_demo::{Sample, Series, Unit};
    /// let mut series = Series::new("cellar", Unit::Celsius)?;
    /// let samples = series.samples();
    /// series.push(Sample { time_ms: 0, value: 11.5 })?;
    /// assert_eq!(samples, []);
    /// # Ok::<(), ffi_demo::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`]; the series is unchanged.
    pub fn push(&mut self, sample: Sample) -> Result<(), Error> {
        // SAFETY: nothing else uses the series while `&mut self` lives, so no samples are borrowed.
        let status = unsafe { sys::pg_series_push(self.0.as_ptr(), sample) };
        Error::check("pg_series_push", status)
    }

    /// Appends all samples. Calls C's `pg_series_extend`, which copies them in one go.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`]; the series is unchanged.
    pub fn extend(&mut self, samples: &[Sample]) -> Result<(), Error> {
        // SAFETY: the header asks for `count` readable elements, which a slice is (none are read
        // when it is empty), that are not the series' own: those cannot be borrowed while
        // `&mut self` lives.
        let status =
            unsafe { sys::pg_series_extend(self.0.as_ptr(), samples.as_ptr(), samples.len()) };
        Error::check("pg_series_extend", status)
    }

    /// The samples, in C's memory. Calls C's `pg_series_samples`; no copy.
    pub fn samples(&self) -> &[Sample] {
        let mut count = 0;
        // SAFETY: this is a series, and the count is writable.
        let samples = unsafe { sys::pg_series_samples(self.as_ptr(), &mut count) };
        if samples.is_null() {
            // By the header this means that there are none. A Rust slice may not start at NULL, not
            // even an empty one.
            return &[];
        }
        // SAFETY: the header lends `count` samples until the series is changed or freed, and
        // `&self` prevents both; and says that they take no more bytes than a slice may have.
        unsafe { slice::from_raw_parts(samples, count) }
    }

    /// Returns the lowest and highest sample and the mean. Calls C's `pg_series_summary`.
    ///
    /// # Errors
    ///
    /// [`Error::NoSamples`] when the series is empty; [`Error::UnknownUnit`] when this crate does
    /// not know the unit.
    pub fn summary(&self) -> Result<Summary, Error> {
        let nothing = Sample { time_ms: 0, value: 0.0 };
        let mut summary =
            sys::PgSummary { lowest: nothing, highest: nothing, mean: 0.0, count: 0, unit: 0 };
        // SAFETY: this is a series, and the summary is writable.
        let status = unsafe { sys::pg_series_summary(self.as_ptr(), &mut summary) };
        Error::check("pg_series_summary", status)?;
        let sys::PgSummary { lowest, highest, mean, count, unit } = summary;
        Ok(Summary { lowest, highest, mean, count, unit: unit.try_into()? })
    }

    /// Returns a sentence such as "cellar: 2 samples in °C". Calls C's `pg_series_describe`, copies
    /// the string that C made, and frees that with `pg_string_free`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`]; [`Error::NotUtf8`] when the name is not UTF-8.
    pub fn describe(&self) -> Result<String, Error> {
        /// Frees the string on every return path, also after an error.
        struct Freed(NonNull<c_char>);
        impl Drop for Freed {
            fn drop(&mut self) {
                // SAFETY: the library made it, and it is not used afterwards.
                unsafe { sys::pg_string_free(self.0.as_ptr()) }
            }
        }

        // SAFETY: this is a series.
        let text = NonNull::new(unsafe { sys::pg_series_describe(self.as_ptr()) })
            .map(Freed)
            .ok_or(Error::OutOfMemory { function: "pg_series_describe" })?;
        // SAFETY: the header promises a NUL-terminated string, which this function owns until it is
        // freed.
        unsafe { borrowed_text("pg_series_describe", text.0.as_ptr()) }.map(str::to_owned)
    }

    /// Appends the samples in a text file. Each line holds a time in milliseconds, a space and a
    /// value. Calls C's `pg_series_load`. On Windows C takes the path in the system's code page, so
    /// keep to ASCII there.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] when `path` holds a NUL; [`Error::Load`] when the file cannot be read
    /// or one of its lines is not a sample. The series is unchanged.
    pub fn load(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let failed = |errno| Error::Load { path: path.to_owned(), errno };
        #[cfg(unix)]
        let bytes = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str());
        #[cfg(not(unix))]
        let bytes = path.to_str().ok_or_else(|| failed(Errno::ILLEGAL_NAME))?.as_bytes();

        let c_path = c_string(bytes)?;
        // SAFETY: the header asks for a NUL-terminated path; nothing else uses the series while
        // `&mut self` lives, so no samples are borrowed.
        match unsafe { sys::pg_series_load(self.0.as_ptr(), c_path.as_ptr()) } {
            0 => Ok(()),
            _ => Err(failed(Errno::of_the_last_call())),
        }
    }

    fn as_ptr(&self) -> *const sys::PgSeries {
        self.0.as_ptr()
    }
}

impl Drop for Series {
    fn drop(&mut self) {
        // SAFETY: this owns the series, and nothing borrowed from it can outlive it.
        unsafe { sys::pg_series_free(self.0.as_ptr()) }
    }
}

impl fmt::Debug for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Series")
            .field("name", &self.name())
            .field("unit", &self.unit())
            .field("samples", &self.samples())
            .finish()
    }
}

/// A C string with the same bytes.
fn c_string(bytes: &[u8]) -> Result<CString, Error> {
    CString::new(bytes).map_err(|nul| Error::InteriorNul { position: nul.nul_position() })
}

/// The text at `text`, which `function` returned.
///
/// # Safety
///
/// `text` is NULL, or NUL-terminated and unchanged for as long as `'text`.
unsafe fn borrowed_text<'text>(
    function: &'static str,
    text: *const c_char,
) -> Result<&'text str, Error> {
    if text.is_null() {
        return Err(Error::NullPointer { function });
    }
    // SAFETY: not NULL, so by the caller's promise NUL-terminated and unchanged.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().map_err(|utf8| Error::NotUtf8 { valid_up_to: utf8.valid_up_to() })
}

#[cfg(test)]
mod tests;
