use core::{ffi::c_int, fmt};
use std::io;

/// An `errno`. It is `Copy` and comparable; [`io::Error`] is neither.
///
/// ```
/// use std::io;
///
/// let error = ffi_demo::Series::new("cellar", ffi_demo::Unit::Celsius)?.load("no such file");
/// let Err(ffi_demo::Error::Load { errno, .. }) = error else { panic!("{error:?}") };
/// assert_eq!(io::Error::from(errno).kind(), io::ErrorKind::NotFound);
/// # Ok::<(), ffi_demo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(c_int);

impl Errno {
    /// `EINVAL`, which has this value on every system.
    pub const INVALID: Self = Self(22);

    /// Microsoft's `EILSEQ`, here for a path that cannot be written in bytes.
    #[cfg(not(unix))]
    pub(crate) const ILLEGAL_NAME: Self = Self(42);

    /// The `errno` that the last call into C left on this thread. Read it at once: the next call,
    /// even one that succeeds, may change it.
    pub(crate) fn of_the_last_call() -> Self {
        #[cfg(not(windows))]
        return Self(io::Error::last_os_error().raw_os_error().unwrap_or(0));

        // On Windows the system's last error and C's errno are two separate numbers.
        #[cfg(windows)]
        {
            unsafe extern "C" {
                fn _errno() -> *mut c_int;
            }
            // SAFETY: Microsoft documents that `_errno` returns the address of this thread's errno.
            Self(unsafe { *_errno() })
        }
    }
}

impl From<Errno> for io::Error {
    fn from(Errno(errno): Errno) -> Self {
        if cfg!(windows) {
            // On Windows, `from_raw_os_error` would take the number for a system error.
            Self::from(match errno {
                2 => io::ErrorKind::NotFound,
                12 => io::ErrorKind::OutOfMemory,
                13 => io::ErrorKind::PermissionDenied,
                22 => io::ErrorKind::InvalidInput,
                42 => io::ErrorKind::InvalidFilename,
                _ => io::ErrorKind::Other,
            })
        } else {
            Self::from_raw_os_error(errno)
        }
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        io::Error::from(*self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_errno_is_shown_in_the_systems_words() {
        let shown = Errno::INVALID.to_string();
        assert_eq!(shown, io::Error::from(Errno::INVALID).to_string());
        assert!(shown.to_lowercase().contains("invalid"), "{shown}");
    }
}
