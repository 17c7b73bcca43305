//! C writes past the end of a Rust vector.
//!
//! C believes the size it is told. A plain run notices nothing, because `malloc` rounds up; two
//! bytes more would have hit the neighbour's memory.
//!
//! The right way: pass the slice's own `len()` as the size (`ffi_slices`).
//!
//! - gcc, clang: heap-buffer-overflow
//! - valgrind: Invalid write

use std::ffi::c_char;

unsafe extern "C" {
    fn pg_greet(name: *const c_char, out: *mut c_char, size: usize, needed: *mut usize) -> i32;
}

fn main() {
    let mut out: Vec<c_char> = vec![0; 13];
    let mut needed = 0;
    // SAFETY: broken. The size is that of the text, not that of the vector.
    let status = unsafe { pg_greet(c"Ferris".as_ptr(), out.as_mut_ptr(), 15, &mut needed) };
    assert_eq!((status, out.len()), (0, 13));
}
