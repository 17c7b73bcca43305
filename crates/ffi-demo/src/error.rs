use core::ffi::c_int;
use std::path::PathBuf;

use crate::{Errno, MAX_ITERATIONS, MAX_PIXELS, View, sys};

/// The advice for a line that is not a sample.
const LINES: &str =
    "; each line takes a time in milliseconds, a space and a number, in at most 126 bytes";

/// The reason why a call into the C library was not made, or why it failed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A Rust string holds a NUL, at which a C string would end.
    #[error(
        "the name or path has a NUL byte at position {position}, and a C string would end there: \
         remove it"
    )]
    InteriorNul {
        /// Position of the first NUL, in bytes.
        position: usize,
    },

    /// C returned text that is not UTF-8.
    #[error("the text from C is not UTF-8 from byte {valid_up_to} on: pass names that are UTF-8")]
    NotUtf8 {
        /// Number of valid bytes before the first invalid one.
        valid_up_to: usize,
    },

    /// `PG_NULL_POINTER`: a pointer was NULL where C needs memory.
    #[error("{function} was handed a NULL pointer: pass memory for every argument")]
    NullPointer {
        /// The C function that returned it.
        function: &'static str,
    },

    /// `PG_BUFFER_TOO_SMALL`: the caller's buffer cannot hold the result, and nothing was written.
    #[error("the buffer has {size} bytes and the answer takes {needed}: pass a larger one")]
    BufferTooSmall {
        /// Size of the result, its NUL included, in bytes.
        needed: usize,
        /// Size of the buffer, in bytes.
        size: usize,
    },

    /// `PG_EMPTY_SIZE`: a picture without pixels.
    #[error("a picture of {width} x {height} has no pixels: both must be at least 1")]
    EmptySize {
        /// The requested width, in pixels.
        width: u32,
        /// The requested height, in pixels.
        height: u32,
    },

    /// `PG_TOO_MANY_PIXELS`: more than [`MAX_PIXELS`].
    #[error(
        "a picture of {width} x {height} is over the limit of {MAX_PIXELS} pixels: ask for less"
    )]
    TooManyPixels {
        /// The requested width, in pixels.
        width: u32,
        /// The requested height, in pixels.
        height: u32,
    },

    /// `PG_INVALID_VIEW`: a coordinate that is not a number, or a width that is not positive.
    #[error(
        "a view {} wide at {} + {}i is not a rectangle: use finite numbers, and a width above 0",
        view.width, view.center_re, view.center_im
    )]
    InvalidView {
        /// The requested view.
        view: View,
    },

    /// `PG_INVALID_ITERATIONS`: 0, or more than [`MAX_ITERATIONS`].
    #[error("max_iterations is {max_iterations}: it must be from 1 to {MAX_ITERATIONS}")]
    InvalidIterations {
        /// The requested limit.
        max_iterations: u32,
    },

    /// `PG_ROW_OUT_OF_RANGE`: a row that the picture does not have.
    #[error("row {row} is not in a picture of {height} rows, which are counted from 0")]
    RowOutOfRange {
        /// The requested row.
        row: u32,
        /// Number of rows in the picture.
        height: u32,
    },

    /// `PG_UNKNOWN_UNIT`, or a unit from C that this crate does not know.
    #[error(
        "{unit} is not a unit that series.h lists: pass a Unit, or rebuild with the newer header"
    )]
    UnknownUnit {
        /// The value that `pg_unit` does not list.
        unit: c_int,
    },

    /// `PG_NO_SAMPLES`: an empty series has no summary.
    #[error("the series has no samples to sum up: push one first")]
    NoSamples,

    /// `PG_OUT_OF_MEMORY`, or a NULL that means the same.
    #[error("{function} found no memory for its answer: ask for less at a time")]
    OutOfMemory {
        /// The C function that returned it.
        function: &'static str,
    },

    /// `PG_NO_THREAD`: the system could not start a thread.
    #[error("the system has no thread for a sampler: stop another one first")]
    NoThread,

    /// A file could not be read, or one of its lines is not a sample.
    #[error("cannot load {path:?}: {errno}{}", if *errno == Errno::INVALID { LINES } else { "" })]
    Load {
        /// Path of the file.
        path: PathBuf,
        /// The system's reason. For a bad line it is `EINVAL`.
        errno: Errno,
    },

    /// The sampler's own thread called `stop`, and would wait for itself.
    #[error("a sampler cannot be stopped from its own callback: stop it on another thread")]
    StoppedFromCallback,

    /// A status that this crate does not know: the library is newer than the crate.
    #[error("{function} answered status {status}, which polyglot.h did not have: rebuild ffi-demo")]
    UnknownStatus {
        /// The C function that returned it.
        function: &'static str,
        /// The status.
        status: i32,
    },
}

impl Error {
    /// Turns a status into a result, where the error needs only the function's name.
    pub(crate) fn check(function: &'static str, status: sys::PgStatus) -> Result<(), Self> {
        match status {
            sys::PG_OK => Ok(()),
            sys::PG_NULL_POINTER => Err(Self::NullPointer { function }),
            sys::PG_NO_SAMPLES => Err(Self::NoSamples),
            sys::PG_OUT_OF_MEMORY => Err(Self::OutOfMemory { function }),
            sys::PG_NO_THREAD => Err(Self::NoThread),
            status => Err(Self::UnknownStatus { function, status }),
        }
    }
}
