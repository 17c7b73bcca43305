//! Turn C's status codes and errno into a `Result`.
//!
//! Why you would: C functions fail by returning a number, which is easy to overlook. A `Result`
//! cannot be, and it can say what was wrong with which input.
//!
//! ```console
//! $ cargo run --example ffi_errors
//! status: the series has no samples
//! status: pg_series_new answered status 8
//! errno:  cannot load no-such-file.txt: entity not found
//! ```

use std::{ffi::c_int, io, ptr::null_mut};

use ffi_demo::sys::{self, PG_NO_SAMPLES, PG_OK, PG_UNIT_CELSIUS, PgSummary};

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("the series has no samples")]
    NoSamples,
    #[error("cannot load {path}: {}", source.kind())]
    Load { path: &'static str, source: io::Error },
    #[error("{function} answered status {status}")]
    Status { function: &'static str, status: c_int },
}

/// Every status but PG_OK is an error, including those that a later header adds.
fn check(function: &'static str, status: c_int) -> Result<(), Error> {
    match status {
        PG_OK => Ok(()),
        PG_NO_SAMPLES => Err(Error::NoSamples),
        status => Err(Error::Status { function, status }),
    }
}

/// The errno that C left. Read it in the very next call: anything between, even a `println!`, may
/// set errno to something else.
fn errno() -> io::Error {
    #[cfg(not(windows))]
    return io::Error::last_os_error();

    // On Windows the system's last error and C's errno are two separate numbers: 2 is ENOENT.
    #[cfg(windows)]
    {
        unsafe extern "C" {
            fn _errno() -> *mut c_int;
        }
        // SAFETY: Microsoft documents that `_errno` returns the address of this thread's errno.
        let not_found = unsafe { *_errno() } == 2;
        io::Error::from(if not_found { io::ErrorKind::NotFound } else { io::ErrorKind::Other })
    }
}

fn main() -> anyhow::Result<()> {
    let mut series = null_mut();
    // SAFETY: series.h: a NUL-terminated name and a place for the handle.
    let status = unsafe { sys::pg_series_new(c"cellar".as_ptr(), PG_UNIT_CELSIUS, &mut series) };
    check("pg_series_new", status)?;

    let mut summary = std::mem::MaybeUninit::<PgSummary>::uninit();
    // SAFETY: series.h: a writable place for the summary, to which an error writes nothing.
    let status = unsafe { sys::pg_series_summary(series, summary.as_mut_ptr()) };
    let empty = check("pg_series_summary", status).expect_err("nothing was pushed");
    println!("status: {empty}");
    assert!(matches!(empty, Error::NoSamples));

    // SAFETY: series.h: a NUL-terminated name, a writable handle; an unknown unit returns a status.
    let status = unsafe { sys::pg_series_new(c"attic".as_ptr(), 99, &mut null_mut()) };
    let unknown = check("pg_series_new", status).expect_err("there is no unit 99");
    println!("status: {unknown}");
    assert!(matches!(unknown, Error::Status { status: sys::PG_UNKNOWN_UNIT, .. }));

    // SAFETY: series.h: a series and a NUL-terminated path; -1 means that the reason is in errno.
    let missing = match unsafe { sys::pg_series_load(series, c"no-such-file.txt".as_ptr()) } {
        0 => panic!("there is no such file"),
        _ => Error::Load { path: "no-such-file.txt", source: errno() },
    };
    println!("errno:  {missing}");
    assert!(matches!(missing, Error::Load { source, .. }
        if source.kind() == io::ErrorKind::NotFound));

    // SAFETY: series.h: main owns it and frees it once.
    unsafe { sys::pg_series_free(series) };
    Ok(())
}
