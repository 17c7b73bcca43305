//! Export two functions for C and Python: `shout` returns a text in capitals as a new string, and
//! `shout_free` frees it. Both take NULL; `shout` returns NULL for that, and for what is not UTF-8.
//!
//! `CString::into_raw` gives a string to the caller, and `CString::from_raw` takes it back. C's
//! `free` would be wrong: Rust's allocator made it. No panic may leave these functions, so nothing in
//! them may `unwrap`.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    ffi::{CStr, c_char},
    ptr::null_mut,
    sync::atomic::{AtomicIsize, Ordering::Relaxed},
};

use anyhow::ensure;

#[cfg_attr(feature = "solutions", path = "solution.rs")]
mod answer;

/// Counts what is allocated and not freed.
struct Counting(AtomicIsize);

#[global_allocator]
static ALLOCATOR: Counting = Counting(AtomicIsize::new(0));

// SAFETY: passes each call on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.0.fetch_add(1, Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        self.0.fetch_sub(1, Relaxed);
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

fn main() -> anyhow::Result<()> {
    let shout: unsafe extern "C" fn(*const c_char) -> *mut c_char = answer::shout;
    let free: unsafe extern "C" fn(*mut c_char) = answer::shout_free;

    for (text, expected) in [(c"frost", c"FROST"), (c"Zoë", c"ZOË"), (c"", c"")] {
        let before = ALLOCATOR.0.load(Relaxed);
        // SAFETY: a NUL-terminated string.
        let shouted = unsafe { shout(text.as_ptr()) };
        ensure!(!shouted.is_null(), "shout({text:?}) is NULL, and should be {expected:?}");
        // SAFETY: a NUL-terminated string, until it is freed below.
        let found = unsafe { CStr::from_ptr(shouted) };
        ensure!(found == expected, "shout({text:?}) is {found:?}, and should be {expected:?}");
        // SAFETY: a string of shout, freed once.
        unsafe { free(shouted) };
        let left = ALLOCATOR.0.load(Relaxed) - before;
        ensure!(left == 0, "after shout and shout_free, {left} allocation(s) are left");
    }
    // SAFETY: NULL, and a NUL-terminated string.
    let (null, not_utf8) = unsafe { (shout(null_mut()), shout(c"caf\xe9".as_ptr())) };
    ensure!(null.is_null(), "shout(NULL) is a string, and should be NULL");
    ensure!(not_utf8.is_null(), "shout of bytes that are not UTF-8 should be NULL");
    // SAFETY: NULL is allowed.
    unsafe { free(null_mut()) };
    Ok(())
}
