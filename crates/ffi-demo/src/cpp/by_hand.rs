//! The class through its C interface: everything that cxx writes for [`cpp::Gauge`](super::Gauge),
//! written by hand.

use core::{
    ffi::CStr,
    ptr::{self, NonNull},
    slice,
};
use std::ffi::CString;

use super::sys;

/// A `pg_gauge` that Rust owns. Dropping it calls the C++ destructor.
#[derive(Debug)]
pub struct Gauge(NonNull<sys::PgGauge>);

// SAFETY: gauge_c.h says that a gauge may move between threads.
unsafe impl Send for Gauge {}

// SAFETY: `&Gauge` calls only functions that take a `const pg_gauge *`, and gauge_c.h says that any
// number of threads may call those.
unsafe impl Sync for Gauge {}

/// The reason why a gauge refused a call.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GaugeError {
    /// A Rust string holds a NUL, at which a C string would end. A `std::string` would not.
    #[error("the name has a NUL byte at position {0}, and a C string would end there: remove it")]
    InteriorNul(usize),

    /// `std::invalid_argument`, with its message.
    #[error("{0}")]
    InvalidArgument(String),

    /// `std::out_of_range`, with its message.
    #[error("{0}")]
    OutOfRange(String),

    /// Any other status, with the message that came with it.
    #[error("{message} (status {status} of gauge_c.h)")]
    Other {
        /// The `pg_gauge_status`.
        status: sys::PgGaugeStatus,
        /// The text from `pg_gauge_error`.
        message: String,
    },
}

impl Gauge {
    /// A gauge whose scale goes from `lowest` to `highest`. Calls `pg_gauge_new`.
    ///
    /// # Errors
    ///
    /// [`GaugeError::InteriorNul`]; [`GaugeError::InvalidArgument`], unless `lowest` is below
    /// `highest`.
    pub fn new(name: &str, lowest: f64, highest: f64) -> Result<Self, GaugeError> {
        let name = CString::new(name).map_err(|nul| GaugeError::InteriorNul(nul.nul_position()))?;
        let mut gauge = ptr::null_mut();
        // SAFETY: gauge_c.h asks for a NUL-terminated name, which a CString is, and a place for the
        // gauge. It keeps neither.
        let status = unsafe { sys::pg_gauge_new(name.as_ptr(), lowest, highest, &mut gauge) };
        outcome(status)?;
        Ok(Self(NonNull::new(gauge).expect("gauge_c.h: NULL only comes with a status")))
    }

    /// Returns the gauge's name. Calls `pg_gauge_name`.
    pub fn name(&self) -> &CStr {
        // SAFETY: the pointer is a gauge's, so the result is a NUL-terminated string, valid until
        // the gauge is freed; `&self` prevents that.
        unsafe { CStr::from_ptr(sys::pg_gauge_name(self.0.as_ptr())) }
    }

    /// The readings in C++'s memory, without a copy. Calls `pg_gauge_readings`.
    pub fn readings(&self) -> &[f64] {
        let mut count = 0;
        // SAFETY: the pointer is a gauge's, and `count` is writable.
        let readings = unsafe { sys::pg_gauge_readings(self.0.as_ptr(), &mut count) };
        if readings.is_null() {
            return &[]; // A Rust slice may not start at NULL, not even an empty one.
        }
        // SAFETY: `readings` points to `count` elements, valid until the next pg_gauge_record or
        // pg_gauge_free. Both take the gauge exclusively, and the slice borrows `&self`.
        unsafe { slice::from_raw_parts(readings, count) }
    }

    /// Records a reading. Calls `pg_gauge_record`.
    ///
    /// # Errors
    ///
    /// [`GaugeError::OutOfRange`], when it is off the scale. The gauge is unchanged then.
    pub fn record(&mut self, reading: f64) -> Result<(), GaugeError> {
        // SAFETY: the pointer is a gauge's, and `&mut self` makes this its only use.
        outcome(unsafe { sys::pg_gauge_record(self.0.as_ptr(), reading) })
    }
}

impl Drop for Gauge {
    fn drop(&mut self) {
        // SAFETY: the gauge came from pg_gauge_new, and nothing else frees it.
        unsafe { sys::pg_gauge_free(self.0.as_ptr()) }
    }
}

/// Converts a status to a result. Call it right after the function that returned the status: the
/// message is that of the last failure on this thread.
fn outcome(status: sys::PgGaugeStatus) -> Result<(), GaugeError> {
    if status == sys::PG_GAUGE_OK {
        return Ok(());
    }
    // SAFETY: gauge_c.h says that it is NUL-terminated, never NULL, and valid until the next
    // failure; it is copied before that.
    let message = unsafe { CStr::from_ptr(sys::pg_gauge_error()) };
    let message = message.to_string_lossy().into_owned();
    Err(match status {
        sys::PG_GAUGE_INVALID_ARGUMENT => GaugeError::InvalidArgument(message),
        sys::PG_GAUGE_OUT_OF_RANGE => GaugeError::OutOfRange(message),
        status => GaugeError::Other { status, message },
    })
}

#[cfg(test)]
mod tests {
    use core::ptr::{null, null_mut};

    use super::*;

    #[test]
    fn each_exception_is_an_error_of_its_own() {
        let Err(GaugeError::InvalidArgument(message)) = Gauge::new("g", 1.0, 1.0) else {
            panic!("a scale from 1 to 1");
        };
        assert_eq!(message, "no scale goes from 1 to 1");

        let mut gauge = Gauge::new("g", 0.0, 1.0).unwrap();
        assert!(matches!(gauge.record(1.5), Err(GaugeError::OutOfRange(_))));
        assert!(matches!(gauge.record(f64::NAN), Err(GaugeError::OutOfRange(_))));
        assert!(gauge.readings().is_empty(), "what was refused is not recorded");
    }

    #[test]
    fn a_name_is_what_a_c_string_can_hold() {
        assert_eq!(Gauge::new("a\0b", 0.0, 1.0).unwrap_err(), GaugeError::InteriorNul(1));
        let long = "°".repeat(1000);
        let mut gauge = Gauge::new(&long, 0.0, 1.0).unwrap();
        assert_eq!(gauge.name().to_str(), Ok(&*long));
        let message = gauge.record(2.0).unwrap_err().to_string();
        assert!(message.starts_with("2 is off the scale of °°"), "cut, not overrun: {message}");
    }

    #[test]
    fn null_is_answered_not_followed() {
        let mut gauge = null_mut();
        // SAFETY: gauge_c.h allows NULL for each of these, and answers it with a status.
        unsafe {
            let statuses = [
                sys::pg_gauge_new(null(), 0.0, 1.0, &mut gauge),
                sys::pg_gauge_new(c"g".as_ptr(), 0.0, 1.0, null_mut()),
                sys::pg_gauge_record(null_mut(), 0.0),
            ];
            assert_eq!(statuses, [sys::PG_GAUGE_NULL_POINTER; 3]);
            assert!(gauge.is_null());
            assert!(sys::pg_gauge_name(null()).is_null());
            assert!(sys::pg_gauge_readings(null(), null_mut()).is_null());
            sys::pg_gauge_free(null_mut());
        }
    }

    #[test]
    fn a_message_is_its_threads_own() {
        let mut gauge = Gauge::new("g", 0.0, 1.0).unwrap();
        let error = gauge.record(2.0).unwrap_err().to_string();
        std::thread::spawn(|| Gauge::new("h", 2.0, 1.0).unwrap_err()).join().unwrap();
        // SAFETY: gauge_c.h: NUL-terminated, never NULL, and no call has failed on this thread
        // since.
        let message = unsafe { CStr::from_ptr(sys::pg_gauge_error()) };
        assert_eq!(message.to_str(), Ok(&*error));
    }
}
