//! The picture's edges: which pixel is which point, and at which iteration a point counts as escaped.
//! Everything here is compared with arithmetic of its own, in integers.
//!
//! ffi-demo includes this file for the picture that C draws, wasm-demo for the one that Rust draws.

use super::{MAX_ITERATIONS, MAX_PIXELS, View, mandelbrot, mandelbrot_row};

/// Eighths of a unit: the points of the pictures below are multiples of it.
const UNIT: i128 = 8;

/// The iterations at a point given in eighths, in integers. After `n` steps a point has
/// `3 * 2^(n - 1)` fractional bits, so five steps are exact here, and in an f64 as well.
fn exact_iterations(re: i128, im: i128, max_iterations: u32) -> u32 {
    assert!(max_iterations <= 5);
    // After the first step z is c: (z_re + z_im i) / scale.
    let (mut z_re, mut z_im, mut scale) = (re, im, UNIT);
    for n in 1..max_iterations {
        if z_re * z_re + z_im * z_im > 4 * scale * scale {
            return n;
        }
        let c = scale * scale / UNIT;
        (z_re, z_im) = (z_re * z_re - z_im * z_im + re * c, 2 * z_re * z_im + im * c);
        scale *= scale;
    }
    max_iterations
}

/// The iterations at one point, as a picture of one pixel.
fn at(center_re: f64, center_im: f64, max_iterations: u32) -> u32 {
    let view = View { center_re, center_im, width: 0.5 };
    let [pixel] = mandelbrot(1, 1, view, max_iterations).unwrap()[..] else { panic!("one pixel") };
    pixel
}

#[test]
fn every_pixel_is_the_iterations_at_its_own_middle() {
    // The pixels are a quarter of a unit wide and high, so that their middles are at odd eighths. In
    // these views the set's edge runs through the pictures, and their centres are off its axes.
    for (width, height) in [(1, 1), (2, 1), (1, 2), (7, 3), (12, 20), (20, 12)] {
        for (re, im) in [(0, 0), (-6, 1), (2, -3), (-16, 0), (5, 8), (-9, -7)] {
            let [center_re, center_im] = [re, im].map(|eighths| eighths as f64 / UNIT as f64);
            let view = View { center_re, center_im, width: f64::from(width) / 4.0 };
            for max_iterations in 1..=5 {
                let pixels = mandelbrot(width, height, view, max_iterations).unwrap();
                let expected: Vec<u32> = (0..i128::from(height))
                    .flat_map(|y| (0..i128::from(width)).map(move |x| (x, y)))
                    .map(|(x, y)| {
                        let x = re - i128::from(width) + 2 * x + 1;
                        let y = im + i128::from(height) - 2 * y - 1;
                        exact_iterations(x, y, max_iterations)
                    })
                    .collect();
                assert_eq!(pixels, expected, "{width} x {height}, {view:?}, {max_iterations}");
            }
        }
    }
}

#[test]
fn a_point_escapes_beyond_2_and_not_at_2() {
    // c = -2 goes to 2 and stays exactly there; 2 and 2i reach a distance of 2 in their first step,
    // and leave with the second.
    assert_eq!(at(-2.0, 0.0, MAX_ITERATIONS), MAX_ITERATIONS);
    for (re, im) in [(2.0, 0.0), (0.0, 2.0), (0.0, -2.0)] {
        assert_eq!([1, 2, 3, 100].map(|most| at(re, im, most)), [1, 2, 2, 2], "{re} + {im}i");
    }
    // The next number beyond -2 that an f64 has is outside.
    assert!(at((-2.0f64).next_down(), 0.0, MAX_ITERATIONS) < 30);
    // Cycles of one, two and three different points, which an f64 holds exactly.
    for (re, im) in [(0.0, 0.0), (-1.0, 0.0), (0.0, 1.0)] {
        assert_eq!(at(re, im, MAX_ITERATIONS), MAX_ITERATIONS, "{re} + {im}i");
    }
}

/// On the real axis there is one way to compute a step, so that an f64 is enough.
#[test]
fn a_slow_escape_is_counted_up_to_the_limit() {
    for c in [0.26, 0.2501, 0.250_01, 0.3, -2.000_001, 0.5, 1.0, 3.0] {
        let mut escape = 0;
        let mut z = 0.0_f64;
        while z.abs() <= 2.0 {
            z = z * z + c;
            escape += 1;
        }
        for most in [escape - 1, escape, escape + 1, MAX_ITERATIONS] {
            if most > 0 {
                assert_eq!(at(c, 0.0, most), escape.min(most), "{c}, at most {most}");
            }
        }
    }
}

/// The iterations at a point in fixed point, with 60 bits after the point: 8 more than a double has.
fn fixed_point_iterations(re: f64, im: f64) -> u32 {
    const ONE: i128 = 1 << 60;
    let [re, im] = [re, im].map(|part| (part * ONE as f64) as i128);
    let (mut z_re, mut z_im) = (0, 0);
    for n in 0..MAX_ITERATIONS {
        let [re_squared, im_squared] = [z_re, z_im].map(|part| part * part / ONE);
        if re_squared + im_squared > 4 * ONE {
            return n;
        }
        (z_re, z_im) = (re_squared - im_squared + re, 2 * z_re * z_im / ONE + im);
    }
    MAX_ITERATIONS
}

/// The point i is on the edge: its orbit is a cycle of two. Beside it, each step takes the orbit a
/// little further away, so the distance decides when it escapes. A `float` cannot hold the distance.
#[test]
fn beside_the_edge_a_pixel_has_the_precision_of_a_double() {
    for bits in [10, 20, 25, 30, 35, 40] {
        let distance = 0.5_f64.powi(bits);
        for (re, im) in [(distance, 1.0), (-distance, 1.0), (0.0, 1.0 + distance)] {
            let escape = fixed_point_iterations(re, im);
            assert!(escape < 200, "{re} + {im}i is outside of the set");
            assert_eq!(at(re, im, MAX_ITERATIONS), escape, "{re} + {im}i");
        }
    }
}

#[test]
fn the_limits_themselves_are_allowed() {
    let view = View { center_re: 3.0, center_im: 0.0, width: 1.0 };
    let side = 8192;
    assert_eq!(u64::from(side) * u64::from(side), MAX_PIXELS);
    assert_eq!(mandelbrot_row(side, side, view, 1, side - 1).unwrap().len(), side as usize);
    assert!(mandelbrot_row(side, side + 1, view, 1, 0).is_err());
    assert!(mandelbrot_row(1, 1, view, MAX_ITERATIONS, 0).is_ok());
    assert!(mandelbrot_row(1, 1, view, MAX_ITERATIONS + 1, 0).is_err());
    assert!(mandelbrot_row(1, 1, view, 0, 0).is_err());
    assert!(mandelbrot_row(1, 2, view, 1, 2).is_err());
}
