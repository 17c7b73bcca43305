//! Turns C's pointers into Rust's references, or into a status.

use core::ffi::{CStr, c_char};

use super::status::{Failure, pgr_status};

/// A failure for a NULL argument; `name` is the argument's name in the header.
pub(super) fn null(name: &str) -> Failure {
    Failure::new(pgr_status::PGR_NULL_POINTER, format!("{name} is NULL"))
}

/// # Safety
///
/// `pointer` is NULL, or points to a `T` that stays in place and is not written to for `'a`.
pub(super) unsafe fn reference<'a, T>(pointer: *const T, name: &str) -> Result<&'a T, Failure> {
    // SAFETY: the caller's contract is that of `as_ref`.
    unsafe { pointer.as_ref() }.ok_or_else(|| null(name))
}

/// # Safety
///
/// `pointer` is NULL, or it points to a NUL-terminated string that is not written to for `'a`.
pub(super) unsafe fn text<'a>(pointer: *const c_char, name: &str) -> Result<&'a CStr, Failure> {
    if pointer.is_null() {
        return Err(null(name));
    }
    // SAFETY: not NULL, so by the caller's contract NUL-terminated and unchanging.
    let text = unsafe { CStr::from_ptr(pointer) };
    match text.to_str() {
        Ok(_) => Ok(text),
        Err(utf8) => Err(Failure::new(
            pgr_status::PGR_INVALID_UTF8,
            format!("{name} is not UTF-8 from byte {} on", utf8.valid_up_to()),
        )),
    }
}

/// # Safety
///
/// `count` is 0, or `pointer` is NULL, or it points to `count` aligned and initialised elements
/// that are not written to for `'a`.
pub(super) unsafe fn slice<'a, T>(
    pointer: *const T,
    count: usize,
    name: &str,
) -> Result<&'a [T], Failure> {
    if count == 0 {
        // C may pass NULL for an empty array, and a Rust slice may not be NULL.
        return Ok(&[]);
    }
    if pointer.is_null() {
        return Err(null(name));
    }
    if count > isize::MAX as usize / size_of::<T>().max(1) {
        let message = format!("{count} elements of {name} do not fit into memory");
        return Err(Failure::new(pgr_status::PGR_TOO_MANY, message));
    }
    // SAFETY: by the caller's contract the elements are present and unchanging; the pointer is not
    // NULL, and the size in bytes is at most isize::MAX.
    Ok(unsafe { core::slice::from_raw_parts(pointer, count) })
}
