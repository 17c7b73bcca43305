//! C makes a string, and its caller has to free it: return it as a Rust `String`, and leak nothing.
//!
//! Copy the text first, by `CStr::from_ptr(…).to_str()`, and then give the pointer back to
//! `label_free`. Rust's allocator must not free it. A NULL means that there is no label.

use std::ffi::{CStr, CString, c_char};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

#[cfg_attr(solution, path = "solution.rs")]
mod answer;

/// The number of strings that were made and not freed.
static ALIVE: AtomicUsize = AtomicUsize::new(0);
