/// The largest picture, in pixels.
pub const MAX_PIXELS: u64 = 64 * 1024 * 1024;

/// The most iterations per pixel.
pub const MAX_ITERATIONS: u32 = 10_000;

/// A rectangle of the complex plane, by its centre and its width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// The real part of the centre.
    pub center_re: f64,
    /// The imaginary part of the centre.
    pub center_im: f64,
    /// The width of the rectangle; its height follows from the picture's.
    pub width: f64,
}

/// The reasons why a picture cannot be drawn.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A picture without pixels.
    #[error("a picture of {width} x {height} has no pixels: both must be at least 1")]
    EmptySize {
        /// The width asked for, in pixels.
        width: u32,
        /// The height asked for, in pixels.
        height: u32,
    },

    /// More than [`MAX_PIXELS`].
    #[error(
        "a picture of {width} x {height} is over the limit of {MAX_PIXELS} pixels: ask for less"
    )]
    TooManyPixels {
        /// The width asked for, in pixels.
        width: u32,
        /// The height asked for, in pixels.
        height: u32,
    },

    /// A coordinate that is not a number, or a width that is not positive.
    #[error(
        "a view {} wide at {} + {}i is not a rectangle: use finite numbers, and a width above 0",
        view.width, view.center_re, view.center_im
    )]
    InvalidView {
        /// The view asked for.
        view: View,
    },

    /// 0, or more than [`MAX_ITERATIONS`].
    #[error("max_iterations is {max_iterations}: it must be from 1 to {MAX_ITERATIONS}")]
    InvalidIterations {
        /// The limit asked for.
        max_iterations: u32,
    },

    /// A row that the picture does not have.
    #[error("row {row} is not in a picture of {height} rows, which are counted from 0")]
    RowOutOfRange {
        /// The row asked for.
        row: u32,
        /// The number of rows.
        height: u32,
    },
}

/// Iterations per pixel, row by row from the top: how many times z² + c was taken before |z|
/// exceeded 2, at most `max_iterations`.
///
/// # Errors
///
/// [`Error`], before anything is allocated.
pub fn mandelbrot(
    width: u32,
    height: u32,
    view: View,
    max_iterations: u32,
) -> Result<Vec<u32>, Error> {
    check(width, height, view, max_iterations)?;
    let mut pixels = Vec::with_capacity(width as usize * height as usize);
    for row in 0..height {
        pixels.extend(pixels_of_row(width, height, view, max_iterations, row));
    }
    Ok(pixels)
}

/// One row of the same picture, for a caller that wants to show rows as they come.
///
/// # Errors
///
/// The errors of [`mandelbrot`], and [`Error::RowOutOfRange`].
pub fn mandelbrot_row(
    width: u32,
    height: u32,
    view: View,
    max_iterations: u32,
    row: u32,
) -> Result<Vec<u32>, Error> {
    check(width, height, view, max_iterations)?;
    if row >= height {
        return Err(Error::RowOutOfRange { row, height });
    }
    Ok(pixels_of_row(width, height, view, max_iterations, row).collect())
}

fn check(width: u32, height: u32, view: View, max_iterations: u32) -> Result<(), Error> {
    if width == 0 || height == 0 {
        return Err(Error::EmptySize { width, height });
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Error::TooManyPixels { width, height });
    }
    let finite = [view.center_re, view.center_im, view.width].iter().all(|n| n.is_finite());
    if !finite || view.width <= 0.0 {
        return Err(Error::InvalidView { view });
    }
    if !(1..=MAX_ITERATIONS).contains(&max_iterations) {
        return Err(Error::InvalidIterations { max_iterations });
    }
    Ok(())
}

// The operations and their order are those of c_src/mandelbrot.c: floating point is not
// associative, and both halves must agree bit for bit.
fn pixels_of_row(
    width: u32,
    height: u32,
    view: View,
    max_iterations: u32,
    row: u32,
) -> impl Iterator<Item = u32> {
    let step = view.width / f64::from(width);
    let left = view.center_re - view.width / 2.0;
    let top = view.center_im + step * f64::from(height) / 2.0;
    let im = top - (f64::from(row) + 0.5) * step;
    (0..width).map(move |x| iterations_at(left + (f64::from(x) + 0.5) * step, im, max_iterations))
}

fn iterations_at(re: f64, im: f64, max_iterations: u32) -> u32 {
    let mut z_re = 0.0;
    let mut z_im = 0.0;
    for n in 0..max_iterations {
        let re_squared = z_re * z_re;
        let im_squared = z_im * z_im;
        if re_squared + im_squared > 4.0 {
            return n;
        }
        z_im = 2.0 * z_re * z_im + im;
        z_re = re_squared - im_squared + re;
    }
    max_iterations
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: View = View { center_re: -0.75, center_im: 0.0, width: 3.0 };

    #[test]
    fn rows_make_up_the_picture() {
        let rows: Vec<u32> =
            (0..40).flat_map(|row| mandelbrot_row(60, 40, WHOLE, 300, row).unwrap()).collect();
        assert_eq!(rows, mandelbrot(60, 40, WHOLE, 300).unwrap());
    }

    #[test]
    fn what_cannot_be_drawn_is_named() {
        let nan = View { center_im: f64::NAN, ..WHOLE };
        let flat = View { width: 0.0, ..WHOLE };
        assert_eq!(mandelbrot(0, 5, WHOLE, 9), Err(Error::EmptySize { width: 0, height: 5 }));
        assert_eq!(
            mandelbrot(u32::MAX, u32::MAX, WHOLE, 9),
            Err(Error::TooManyPixels { width: u32::MAX, height: u32::MAX })
        );
        assert!(matches!(mandelbrot(1, 1, nan, 9), Err(Error::InvalidView { .. })));
        assert_eq!(mandelbrot(1, 1, flat, 9), Err(Error::InvalidView { view: flat }));
        assert_eq!(
            mandelbrot(1, 1, WHOLE, MAX_ITERATIONS + 1),
            Err(Error::InvalidIterations { max_iterations: MAX_ITERATIONS + 1 })
        );
        assert_eq!(
            mandelbrot_row(1, 2, WHOLE, 9, 2),
            Err(Error::RowOutOfRange { row: 2, height: 2 })
        );
    }
}
