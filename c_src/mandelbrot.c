#include "polyglot.h"

#include <float.h>
#include <stdbool.h>

/* isfinite needs <math.h>, which is part of a C library; WebAssembly is compiled without one. */
static bool is_finite(double value) { return -DBL_MAX <= value && value <= DBL_MAX; }

pg_status pg_mandelbrot_check(uint32_t width, uint32_t height, pg_view view,
                              uint32_t max_iterations) {
    if (width == 0 || height == 0) {
        return PG_EMPTY_SIZE;
    }
    if ((uint64_t)width * height > PG_MAX_PIXELS) {
        return PG_TOO_MANY_PIXELS;
    }
    if (!is_finite(view.center_re) || !is_finite(view.center_im) || !is_finite(view.width) ||
        view.width <= 0.0) {
        return PG_INVALID_VIEW;
    }
    if (max_iterations == 0 || max_iterations > PG_MAX_ITERATIONS) {
        return PG_INVALID_ITERATIONS;
    }
    return PG_OK;
}

static uint32_t iterations_at(double re, double im, uint32_t max_iterations) {
    double z_re = 0.0;
    double z_im = 0.0;
    for (uint32_t n = 0; n < max_iterations; n++) {
        const double re_squared = z_re * z_re;
        const double im_squared = z_im * z_im;
        if (re_squared + im_squared > 4.0) {
            return n;
        }
        z_im = 2.0 * z_re * z_im + im;
        z_re = re_squared - im_squared + re;
    }
    return max_iterations;
}

/* The picture has been checked, and out holds width elements. */
static void draw_row(uint32_t width, uint32_t height, pg_view view, uint32_t max_iterations,
                     uint32_t row, uint32_t *out) {
    const double step = view.width / width;
    const double left = view.center_re - view.width / 2.0;
    const double top = view.center_im + step * height / 2.0;
    const double im = top - (row + 0.5) * step;
    for (uint32_t x = 0; x < width; x++) {
        out[x] = iterations_at(left + (x + 0.5) * step, im, max_iterations);
    }
}

pg_status pg_mandelbrot_row(uint32_t width, uint32_t height, pg_view view,
                            uint32_t max_iterations, uint32_t row, uint32_t *out) {
    const pg_status status = pg_mandelbrot_check(width, height, view, max_iterations);
    if (status != PG_OK) {
        return status;
    }
    if (row >= height) {
        return PG_ROW_OUT_OF_RANGE;
    }
    if (out == NULL) {
        return PG_NULL_POINTER;
    }
    draw_row(width, height, view, max_iterations, row, out);
    return PG_OK;
}

pg_status pg_mandelbrot(uint32_t width, uint32_t height, pg_view view, uint32_t max_iterations,
                        uint32_t *out, size_t out_length) {
    const pg_status status = pg_mandelbrot_check(width, height, view, max_iterations);
    if (status != PG_OK) {
        return status;
    }
    if (out == NULL) {
        return PG_NULL_POINTER;
    }
    if (out_length < (uint64_t)width * height) {
        return PG_BUFFER_TOO_SMALL;
    }
    for (uint32_t row = 0; row < height; row++) {
        draw_row(width, height, view, max_iterations, row, out + (size_t)row * width);
    }
    return PG_OK;
}
