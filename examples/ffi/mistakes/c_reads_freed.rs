//! C reads memory that Rust has freed.
//!
//! `keep` remembers a pointer into a vector that is gone when C looks again. Nothing has reused its
//! memory yet, so a plain run gets the right number.
//!
//! The right way: C uses what it borrows only during the call (`ffi_slices`), or gets something
//! that lives until C says that it is done (`ffi_callback`).
//!
//! - gcc, clang, tsan: heap-use-after-free
//! - valgrind: Invalid read

unsafe extern "C" {
    fn keep(numbers: *const i32);
    fn kept_at(index: usize) -> i32;
}

fn main() {
    let numbers: Vec<i32> = (0..10).collect();
    // SAFETY: broken. What C keeps has to live until C's last use of it.
    let ninth = unsafe {
        keep(numbers.as_ptr());
        drop(numbers);
        kept_at(9)
    };
    assert_eq!(ninth, 9);
}
