//! The shared operations behind a hand-made interface, for any WebAssembly engine.
//!
//! WebAssembly functions take and return numbers. Anything longer than a number is in the module's
//! linear memory, and is passed as a pointer and a length:
//!
//! - the host gets room from `alloc`, writes to it, calls, and returns the room with `dealloc`;
//! - an answer comes back as `pointer << 32 | length in bytes`, and the host has to `dealloc` it;
//! - 0 means that there is no answer: the arguments were not valid.
//!
//! `polyglot bundle` compiles it to `web/pkg/ops.wasm`, which imports nothing.

use std::{ptr, slice};

use wasm_demo::View;

/// Room for `size` bytes in linear memory.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(size: usize) -> *mut u8 {
    Box::leak(vec![0; size].into_boxed_slice()).as_mut_ptr()
}

/// Frees a buffer that came from `alloc`, or an answer.
///
/// # Safety
///
/// `pointer` and `size` are exactly those that were handed out, and are not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dealloc(pointer: *mut u8, size: usize) {
    // SAFETY: the caller hands back a boxed slice that `alloc` or `answer` leaked, with its size.
    drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(pointer, size)) });
}

/// `a + b`, wrapping.
#[unsafe(no_mangle)]
pub extern "C" fn add(a: i32, b: i32) -> i32 {
    wasm_demo::add(a, b)
}

/// "Hello, NAME!"; 0 when the name is not UTF-8.
///
/// # Safety
///
/// `pointer` is `length` bytes from `alloc`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn greet(pointer: *const u8, length: usize) -> u64 {
    // SAFETY: the caller promises `length` initialised bytes, and writes nothing during the call.
    let name = unsafe { slice::from_raw_parts(pointer, length) };
    match std::str::from_utf8(name) {
        Ok(name) => answer(wasm_demo::greet(name).into_bytes()),
        Err(_) => 0,
    }
}

/// The CRC-32C of `length` bytes.
///
/// # Safety
///
/// `pointer` is `length` bytes from `alloc`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn checksum(pointer: *const u8, length: usize) -> u32 {
    // SAFETY: the caller promises `length` initialised bytes, and writes nothing during the call.
    wasm_demo::checksum(unsafe { slice::from_raw_parts(pointer, length) })
}

/// Iterations per pixel, each a little-endian `u32`; 0 when the picture cannot be drawn.
#[unsafe(no_mangle)]
pub extern "C" fn mandelbrot(
    width: u32,
    height: u32,
    center_re: f64,
    center_im: f64,
    view_width: f64,
    max_iterations: u32,
) -> u64 {
    let view = View { center_re, center_im, width: view_width };
    match wasm_demo::mandelbrot(width, height, view, max_iterations) {
        Ok(pixels) => answer(pixels.iter().flat_map(|n| n.to_le_bytes()).collect()),
        Err(_) => 0,
    }
}

/// Leaks the bytes, for the host to free, and returns their pointer and length as one number.
fn answer(bytes: Vec<u8>) -> u64 {
    let bytes = Box::leak(bytes.into_boxed_slice());
    (bytes.as_ptr() as u64) << 32 | bytes.len() as u64
}
