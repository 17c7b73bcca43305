use core::ffi::c_int;
use std::path::PathBuf;

use crate::{Errno, MAX_ITERATIONS, MAX_PIXELS, View, sys};

/// Why a call into the C library was not made, or what C answered.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A Rust string holds a NUL, where C would take the string to end.
    #[error(
        "the name or path has a NUL byte at position {position}, and a C string would end there: \
         remove it"
    )]
    InteriorNul {
        /// Where the first NUL is, in bytes.
        position: usize,
    },

    /// C handed back text that is not UTF-8.
    #[error("the text from C is not UTF-8 from byte {valid_up_to} on: pass names that are UTF-8")]
    NotUtf8 {
        /// How many bytes were valid.
        valid_up_to: usize,
    },

    /// `PG_NULL_POINTER`: C was handed NULL where it needs memory.
    #[error("{function} was handed a NULL pointer: pass memory for every argument")]
    NullPointer {
        /// The C function that answered so.
        function: &'static str,
    },

    /// `PG_BUFFER_TOO_SMALL`: the caller's buffer cannot hold the answer, and nothing was written.
    #[error("the buffer has {size} bytes and the answer takes {needed}: pass a larger one")]
    BufferTooSmall {
        /// How large the answer is, its NUL included.
        needed: usize,
        /// How large the buffer was.
        size: usize,
    },

    /// `PG_EMPTY_SIZE`: a picture without pixels.
    #[error("a picture of {width} x {height} has no pixels: both must be at least 1")]
    EmptySize {
        /// The width asked for, in pixels.
        width: u32,
        /// The height asked for, in pixels.
        height: u32,
    },

    /// `PG_TOO_MANY_PIXELS`: more than [`MAX_PIXELS`].
    #[error(
        "a picture of {width} x {height} is over the limit of {MAX_PIXELS} pixels: ask for less"
    )]
    TooManyPixels {
        /// The width asked for, in pixels.
        width: u32,
        /// The height asked for, in pixels.
        height: u32,
    },

    /// `PG_INVALID_VIEW`: a coordinate that is not a number, or a width that is not positive.
    #[error(
        "a view {} wide at {} + {}i is no rectangle: use finite numbers, and a width above 0",
        view.width, view.center_re, view.center_im
    )]
    InvalidView {
        /// The view asked for.
        view: View,
    },

    /// `PG_INVALID_ITERATIONS`: 0, or more than [`MAX_ITERATIONS`].
    #[error("max_iterations is {max_iterations}: it must be from 1 to {MAX_ITERATIONS}")]
    InvalidIterations {
        /// The limit asked for.
        max_iterations: u32,
    },

    /// `PG_ROW_OUT_OF_RANGE`: a row that the picture does not have.
    #[error("row {row} is not in a picture of {height} rows, which are counted from 0")]
    RowOutOfRange {
        /// The row asked for.
        row: u32,
        /// How many rows there are.
        height: u32,
    },

    /// `PG_UNKNOWN_UNIT`, or a unit from C that this crate has no name for.
    #[error("{unit} is no unit that series.h lists: pass a Unit, or rebuild with the newer header")]
    UnknownUnit {
        /// The value that is none of `pg_unit`.
        unit: c_int,
    },

    /// `PG_NO_SAMPLES`: there is nothing to sum up.
    #[error("the series has no samples to sum up: push one first")]
    NoSamples,

    /// `PG_OUT_OF_MEMORY`, or a NULL that means the same.
    #[error("{function} found no memory for its answer: ask for less at a time")]
    OutOfMemory {
        /// The C function that answered so.
        function: &'static str,
    },

    /// `PG_NO_THREAD`: the system has no thread to give.
    #[error("the system has no thread for a sampler: stop another one first")]
    NoThread,

    /// A file could not be read, or has a line that is no sample.
    #[error(
        "cannot load {}: {errno}; each line takes a time in milliseconds, a space and a number",
        path.display()
    )]
    Load {
        /// The file.
        path: PathBuf,
        /// Why, in the system's words. A bad line is `EINVAL`.
        errno: Errno,
    },

    /// A sampler was to be stopped by its own thread, which would wait for itself.
    #[error("a sampler cannot be stopped from its own callback: stop it on another thread")]
    StoppedFromCallback,

    /// A status that this crate has no name for: the library is newer than the crate.
    #[error("{function} answered status {status}, which polyglot.h did not have: rebuild ffi-demo")]
    UnknownStatus {
        /// The C function that answered so.
        function: &'static str,
        /// What it answered.
        status: i32,
    },
}

impl Error {
    /// What a status means when it needs no more than the function's name.
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
