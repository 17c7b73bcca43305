//! The `CString` is freed before C reads it.
//!
//! A temporary lives to the end of its statement, and a pointer does not keep it alive. In a plain
//! run, `free` has already written over the first bytes. The compiler warns about this one.
//!
//! The right way: bind the `CString` to a name first (`ffi_strings`).
//!
//! - plain: wrong result
//! - rustc: dangling_pointers_from_temporaries
//! - gcc, clang, tsan: heap-use-after-free
//! - valgrind: Invalid read

use std::ffi::{CString, c_char};

unsafe extern "C" {
    fn pg_greet(name: *const c_char, out: *mut c_char, size: usize, needed: *mut usize) -> i32;
}

fn main() {
    let mut out = [0; 64];
    let mut needed = 0;
    let name = CString::new("Ferris").expect("no NUL").as_ptr();
    // SAFETY: broken. The CString and its memory ended with the line above.
    let status = unsafe { pg_greet(name, out.as_mut_ptr(), out.len(), &mut needed) };
    assert_eq!((status, needed), (0, 15));
}
