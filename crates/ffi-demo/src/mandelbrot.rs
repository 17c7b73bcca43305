use crate::{Error, sys};

/// `PG_MAX_PIXELS`: the largest picture, in pixels.
pub const MAX_PIXELS: u64 = 64 * 1024 * 1024;

/// `PG_MAX_ITERATIONS`: the most iterations per pixel.
pub const MAX_ITERATIONS: u32 = 10_000;

/// `pg_view`: a rectangle of the complex plane, by its centre and its width.
pub type View = sys::PgView;

/// Checks that a picture can be drawn. Calls C's `pg_mandelbrot_check`, and allocates nothing.
///
/// # Errors
///
/// [`Error::EmptySize`], [`Error::TooManyPixels`], [`Error::InvalidView`] or
/// [`Error::InvalidIterations`].
pub fn mandelbrot_check(
    width: u32,
    height: u32,
    view: View,
    max_iterations: u32,
) -> Result<(), Error> {
    Request { width, height, view, max_iterations }.check()
}

/// Iterations per pixel, row by row from the top. Calls C's `pg_mandelbrot`.
///
/// # Errors
///
/// Those of [`mandelbrot_check`], before anything is allocated.
pub fn mandelbrot(
    width: u32,
    height: u32,
    view: View,
    max_iterations: u32,
) -> Result<Vec<u32>, Error> {
    let request = Request { width, height, view, max_iterations };
    request.check()?;

    let mut pixels = vec![0; width as usize * height as usize];
    // SAFETY: the header asks for `out_length` writable elements, which the vector has.
    let status = unsafe {
        sys::pg_mandelbrot(width, height, view, max_iterations, pixels.as_mut_ptr(), pixels.len())
    };
    request.outcome("pg_mandelbrot", status, 0)?;
    Ok(pixels)
}

/// Iterations for one row of the picture that [`mandelbrot`] draws, for a caller that shows rows as
/// they come. Calls C's `pg_mandelbrot_row`.
///
/// # Errors
///
/// Those of [`mandelbrot`], and [`Error::RowOutOfRange`].
pub fn mandelbrot_row(
    width: u32,
    height: u32,
    view: View,
    max_iterations: u32,
    row: u32,
) -> Result<Vec<u32>, Error> {
    let request = Request { width, height, view, max_iterations };
    request.check()?;

    let mut pixels = vec![0; width as usize];
    // SAFETY: the header asks for `width` writable elements, which the vector has.
    let status = unsafe {
        sys::pg_mandelbrot_row(width, height, view, max_iterations, row, pixels.as_mut_ptr())
    };
    request.outcome("pg_mandelbrot_row", status, row)?;
    Ok(pixels)
}

/// The arguments, kept for the error message.
struct Request {
    width: u32,
    height: u32,
    view: View,
    max_iterations: u32,
}

impl Request {
    fn check(&self) -> Result<(), Error> {
        let status =
            sys::pg_mandelbrot_check(self.width, self.height, self.view, self.max_iterations);
        self.outcome("pg_mandelbrot_check", status, 0)
    }

    fn outcome(
        &self,
        function: &'static str,
        status: sys::PgStatus,
        row: u32,
    ) -> Result<(), Error> {
        let &Request { width, height, view, max_iterations } = self;
        match status {
            sys::PG_OK => Ok(()),
            sys::PG_NULL_POINTER => Err(Error::NullPointer { function }),
            sys::PG_EMPTY_SIZE => Err(Error::EmptySize { width, height }),
            sys::PG_TOO_MANY_PIXELS => Err(Error::TooManyPixels { width, height }),
            sys::PG_INVALID_VIEW => Err(Error::InvalidView { view }),
            sys::PG_INVALID_ITERATIONS => Err(Error::InvalidIterations { max_iterations }),
            sys::PG_ROW_OUT_OF_RANGE => Err(Error::RowOutOfRange { row, height }),
            status => Err(Error::UnknownStatus { function, status }),
        }
    }
}

#[cfg(test)]
mod tests {
    use core::ptr;

    use super::*;

    const WHOLE: View = View { center_re: -0.75, center_im: 0.0, width: 3.0 };

    #[test]
    fn the_centre_never_escapes_and_the_corner_does() {
        let pixels = mandelbrot(3, 3, WHOLE, 100).unwrap();
        assert_eq!(pixels[4], 100, "-0.75 is in the set");
        assert!(pixels[0] < 5, "-1.75 + i is not");
    }

    #[test]
    fn rows_make_up_the_picture() {
        let rows: Vec<u32> =
            (0..40).flat_map(|row| mandelbrot_row(60, 40, WHOLE, 300, row).unwrap()).collect();
        assert_eq!(rows, mandelbrot(60, 40, WHOLE, 300).unwrap());
    }

    #[test]
    fn an_impossible_picture_is_named() {
        let nan = View { center_im: f64::NAN, ..WHOLE };
        let flat = View { width: 0.0, ..WHOLE };
        assert_eq!(mandelbrot(0, 5, WHOLE, 9), Err(Error::EmptySize { width: 0, height: 5 }));
        assert_eq!(mandelbrot_check(0, 5, WHOLE, 9), Err(Error::EmptySize { width: 0, height: 5 }));
        assert_eq!(mandelbrot_check(1, 5, WHOLE, 9), Ok(()));
        assert_eq!(
            mandelbrot(u32::MAX, u32::MAX, WHOLE, 9),
            Err(Error::TooManyPixels { width: u32::MAX, height: u32::MAX })
        );
        assert!(matches!(mandelbrot(1, 1, nan, 9), Err(Error::InvalidView { .. })));
        assert_eq!(mandelbrot(1, 1, flat, 9), Err(Error::InvalidView { view: flat }));
        assert_eq!(mandelbrot(1, 1, WHOLE, 0), Err(Error::InvalidIterations { max_iterations: 0 }));
        assert_eq!(
            mandelbrot_row(1, 2, WHOLE, 9, 2),
            Err(Error::RowOutOfRange { row: 2, height: 2 })
        );
    }

    #[test]
    fn c_refuses_a_buffer_that_is_too_short_and_leaves_it_alone() {
        const UNTOUCHED: u32 = u32::MAX;
        let mut pixels = [UNTOUCHED; 6];
        for length in 0..6 {
            // SAFETY: the header asks for `length` writable elements, and there are more.
            let status = unsafe { sys::pg_mandelbrot(3, 2, WHOLE, 9, pixels.as_mut_ptr(), length) };
            assert_eq!((status, pixels), (sys::PG_BUFFER_TOO_SMALL, [UNTOUCHED; 6]), "{length}");
        }
        // SAFETY: there are six elements, and no more are used than the picture has; NULL is refused.
        unsafe {
            assert_eq!(sys::pg_mandelbrot(3, 2, WHOLE, 9, pixels.as_mut_ptr(), 6), sys::PG_OK);
            assert_eq!(pixels[..], mandelbrot(3, 2, WHOLE, 9).unwrap());
            let status = sys::pg_mandelbrot(3, 2, WHOLE, 9, ptr::null_mut(), 6);
            assert_eq!(status, sys::PG_NULL_POINTER);
            let status = sys::pg_mandelbrot_row(3, 2, WHOLE, 9, 0, ptr::null_mut());
            assert_eq!(status, sys::PG_NULL_POINTER);
        }
    }

    #[test]
    fn the_limits_are_the_headers() {
        let most = MAX_PIXELS as u32;
        assert_eq!(sys::pg_mandelbrot_check(most, 1, WHOLE, MAX_ITERATIONS), sys::PG_OK);
        assert_eq!(sys::pg_mandelbrot_check(most + 1, 1, WHOLE, 1), sys::PG_TOO_MANY_PIXELS);
        assert_eq!(
            sys::pg_mandelbrot_check(1, 1, WHOLE, MAX_ITERATIONS + 1),
            sys::PG_INVALID_ITERATIONS
        );
    }
}
