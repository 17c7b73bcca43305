//! C returns a value that the Rust `enum` does not have.
//!
//! The header has grown since this `enum` was written. A plain run takes an 8 for the last variant;
//! an optimised one may crash. No tool reports it: the number was a valid `int` all along.
//!
//! The right way: take the integer, and convert it with `TryFrom` (`ffi_enums`).
//!
//! - plain: wrong result

use std::{ffi::c_char, ptr};

#[repr(C)]
#[expect(dead_code, reason = "C makes these values")]
enum Status {
    Ok = 0,
    NullPointer = 1,
    BufferTooSmall = 2,
}

unsafe extern "C" {
    fn pg_series_new(name: *const c_char, unit: i32, out: *mut *mut u8) -> Status;
}

fn main() {
    // SAFETY: broken. Unit 99 makes C return PG_UNKNOWN_UNIT, which is 8.
    let status = unsafe { pg_series_new(c"cellar".as_ptr(), 99, &mut ptr::null_mut()) };
    let text = match status {
        Status::Ok => "it is fine",
        Status::NullPointer => "a pointer was NULL",
        Status::BufferTooSmall => "the buffer is too small",
    };
    assert_ne!(text, "the buffer is too small", "there is no buffer");
}
