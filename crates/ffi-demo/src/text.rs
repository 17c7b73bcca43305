use core::ffi::CStr;
use std::ffi::CString;

use crate::{Error, sys};

/// Returns `"Hello, NAME!"`. Calls C's `pg_greet`: once to ask for the size, once for the text.
///
/// ```
/// assert_eq!(ffi_demo::greet("Ferris")?, "Hello, Ferris!");
/// # Ok::<(), ffi_demo::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InteriorNul`] when `name` holds a NUL, which a C string cannot.
pub fn greet(name: &str) -> Result<String, Error> {
    let name =
        CString::new(name).map_err(|nul| Error::InteriorNul { position: nul.nul_position() })?;
    let needed = match greet_into(&name, &mut []) {
        Err(Error::BufferTooSmall { needed, .. }) => needed,
        other => return other.map(str::to_owned),
    };
    let mut buffer = vec![0; needed];
    greet_into(&name, &mut buffer).map(str::to_owned)
}

/// Writes `"Hello, NAME!"` into the caller's buffer. Calls C's `pg_greet`.
///
/// # Errors
///
/// [`Error::BufferTooSmall`], with the size that is needed, and nothing is written;
/// [`Error::NotUtf8`] when `name` is not UTF-8, because C copies its bytes as they are.
pub fn greet_into<'buffer>(name: &CStr, buffer: &'buffer mut [u8]) -> Result<&'buffer str, Error> {
    let mut needed = 0;
    // SAFETY: the header asks for a NUL-terminated name, which a CStr is; for `out_size` bytes that
    // the caller owns, which the exclusive slice has (so it cannot overlap the name); and for a
    // place for the size. C keeps none of the three.
    let status = unsafe {
        sys::pg_greet(name.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len(), &mut needed)
    };
    match status {
        sys::PG_OK => {}
        sys::PG_NULL_POINTER => return Err(Error::NullPointer { function: "pg_greet" }),
        sys::PG_BUFFER_TOO_SMALL => {
            return Err(Error::BufferTooSmall { needed, size: buffer.len() });
        }
        status => return Err(Error::UnknownStatus { function: "pg_greet", status }),
    }
    // Looks for the NUL inside the buffer, and never past its end.
    let text = CStr::from_bytes_until_nul(buffer)
        .map_err(|_| Error::BufferTooSmall { needed, size: buffer.len() })?;
    text.to_str().map_err(|utf8| Error::NotUtf8 { valid_up_to: utf8.valid_up_to() })
}

#[cfg(test)]
mod tests {
    use core::ptr::{null, null_mut};

    use super::*;

    #[test]
    fn a_nul_inside_the_name_is_named() {
        assert_eq!(greet("Fer\0ris"), Err(Error::InteriorNul { position: 3 }));
    }

    #[test]
    fn a_buffer_one_byte_too_small_is_left_alone() {
        let mut exact = [0xAA; 14];
        let short = &mut exact[..13];
        assert_eq!(
            greet_into(c"Ferri", short),
            Err(Error::BufferTooSmall { needed: 14, size: 13 })
        );
        assert_eq!(short, [0xAA; 13]);
        assert_eq!(greet_into(c"Ferri", &mut exact), Ok("Hello, Ferri!"));
    }

    #[test]
    fn bytes_that_are_not_utf8_come_back_as_an_error() {
        assert_eq!(greet_into(c"\xFF", &mut [0; 32]), Err(Error::NotUtf8 { valid_up_to: 7 }));
    }

    #[test]
    fn null_is_answered_not_followed() {
        let mut needed = 0;
        // SAFETY: the header allows NULL for each of these.
        let statuses = unsafe {
            [
                sys::pg_greet(null(), null_mut(), 0, &mut needed),
                sys::pg_greet(c"x".as_ptr(), null_mut(), 1, &mut needed),
                sys::pg_greet(c"x".as_ptr(), null_mut(), 0, null_mut()),
            ]
        };
        assert_eq!(statuses, [sys::PG_NULL_POINTER; 3]);
    }

    #[test]
    fn any_language_and_any_length() {
        for name in ["", "世界", "🦀", &"x".repeat(100_000)] {
            assert_eq!(greet(name), Ok(format!("Hello, {name}!")));
        }
    }
}
