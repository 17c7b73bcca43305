//! The Mandelbrot picture two pixels at a time: each f64x2 holds one number of each.
//!
//! The hand-made interface is that of `ops.rs`. Rows are drawn separately, so that workers can
//! share a picture. `polyglot bundle` compiles it to `web/pkg/mandelbrot_simd.wasm`, which imports
//! nothing. An engine without SIMD refuses the whole module, so SIMD has a module of its own.

#![cfg(target_arch = "wasm32")]

use std::{arch::wasm32::*, ptr};

use wasm_demo::{MAX_PIXELS, View};

/// Frees an answer.
///
/// # Safety
///
/// `pointer` and `size` are exactly those that were handed out, and are not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dealloc(pointer: *mut u8, size: usize) {
    // SAFETY: the caller hands back a boxed slice that `mandelbrot_rows` leaked, with its size in
    // bytes; its elements are u32.
    drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(pointer.cast::<u32>(), size / 4)) });
}

/// Iterations per pixel of `rows` rows, starting with `first_row`, each a little-endian `u32`, as
/// `pointer << 32 | length in bytes`; 0 when there are too many pixels.
#[unsafe(no_mangle)]
pub extern "C" fn mandelbrot_rows(
    width: u32,
    height: u32,
    center_re: f64,
    center_im: f64,
    view_width: f64,
    max_iterations: u32,
    first_row: u32,
    rows: u32,
) -> u64 {
    if u64::from(width) * u64::from(rows) > MAX_PIXELS {
        return 0;
    }
    let view = View { center_re, center_im, width: view_width };
    let mut pixels = Vec::with_capacity(width as usize * rows as usize);
    for row in 0..rows {
        draw_row(width, height, view, max_iterations, first_row + row, &mut pixels);
    }
    let pixels = Box::leak(pixels.into_boxed_slice());
    (pixels.as_ptr() as u64) << 32 | size_of_val(pixels) as u64
}

// The operations and their order are those of crates/wasm-demo/src/mandelbrot.rs: each lane rounds
// as a single f64 does, so the pixels are the same.
fn draw_row(
    width: u32,
    height: u32,
    view: View,
    max_iterations: u32,
    row: u32,
    out: &mut Vec<u32>,
) {
    let step = view.width / f64::from(width);
    let left = view.center_re - view.width / 2.0;
    let top = view.center_im + step * f64::from(height) / 2.0;
    let im = top - (f64::from(row) + 0.5) * step;
    let re = |x: u32| left + (f64::from(x) + 0.5) * step;
    for x in (0..width).step_by(2) {
        let pair = iterations_at(f64x2(re(x), re(x + 1)), f64x2_splat(im), max_iterations);
        // A picture of odd width has no room for the last pair's second pixel.
        let count = if x + 1 < width { 2 } else { 1 };
        out.extend_from_slice(&pair[..count]);
    }
}

// Without this attribute the intrinsics would be calls, and slower than plain f64.
#[target_feature(enable = "simd128")]
fn iterations_at(re: v128, im: v128, max_iterations: u32) -> [u32; 2] {
    let mut z_re = f64x2_splat(0.0);
    let mut z_im = f64x2_splat(0.0);
    let mut inside = i64x2_splat(-1);
    let mut count = i64x2_splat(0);
    for _ in 0..max_iterations {
        let re_squared = f64x2_mul(z_re, z_re);
        let im_squared = f64x2_mul(z_im, z_im);
        // A lane that has left stays out, while the other may continue.
        let bounded = f64x2_le(f64x2_add(re_squared, im_squared), f64x2_splat(4.0));
        inside = v128_and(inside, bounded);
        if !v128_any_true(inside) {
            break;
        }
        // A lane that is inside is all ones, which is -1.
        count = i64x2_sub(count, inside);
        z_im = f64x2_add(f64x2_mul(f64x2_mul(f64x2_splat(2.0), z_re), z_im), im);
        z_re = f64x2_add(f64x2_sub(re_squared, im_squared), re);
    }
    [i64x2_extract_lane::<0>(count) as u32, i64x2_extract_lane::<1>(count) as u32]
}
