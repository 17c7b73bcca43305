/*
 * polyglot.h: the C half of the shared operations.
 *
 * Unless a function says otherwise:
 *   - it keeps no pointer after it returns, and frees nothing it was given;
 *   - it may be called from any thread at any time: there is no global state;
 *   - pointers may not be NULL where "not NULL" is written; elsewhere a NULL makes
 *     the function return PG_NULL_POINTER.
 */
#ifndef POLYGLOT_H
#define POLYGLOT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32) && defined(PG_BUILDING)
#define PG_API __declspec(dllexport)
#elif !defined(_WIN32) && (defined(__GNUC__) || defined(__clang__))
#define PG_API __attribute__((visibility("default")))
#else
#define PG_API
#endif

/* The result of a call. Anything but PG_OK means that nothing was written,
 * except where the function says so. */
typedef enum pg_status {
    PG_OK = 0,
    PG_NULL_POINTER = 1,       /* a pointer was NULL */
    PG_BUFFER_TOO_SMALL = 2,   /* the caller's buffer cannot hold the result */
    PG_EMPTY_SIZE = 3,         /* width or height is 0 */
    PG_TOO_MANY_PIXELS = 4,    /* width * height is over PG_MAX_PIXELS */
    PG_INVALID_VIEW = 5,       /* a coordinate is not finite, or width is not positive */
    PG_INVALID_ITERATIONS = 6, /* max_iterations is 0 or over PG_MAX_ITERATIONS */
    PG_ROW_OUT_OF_RANGE = 7,   /* row is not below height */
    PG_UNKNOWN_UNIT = 8,       /* a unit is not one of pg_unit */
    PG_NO_SAMPLES = 9,         /* a series is empty */
    PG_OUT_OF_MEMORY = 10,     /* malloc failed */
    PG_NO_THREAD = 11          /* the system could not start a thread */
} pg_status;

/* arg1 * arg2. The article's function: any two arguments are valid. */
PG_API double my_c_function(int32_t arg1, double arg2);

/* a + b, modulo 2^32: it wraps where plain C addition would be undefined. */
PG_API int32_t pg_add(int32_t a, int32_t b);

/*
 * Writes "Hello, NAME!" and a terminating NUL into out.
 *
 * name: a NUL-terminated string. Its bytes are copied as they are; what is
 *       valid UTF-8 stays valid UTF-8.
 * out:  a buffer of out_size bytes, owned by the caller.
 *       It must not overlap name.
 * needed: not NULL; receives the size of the result, NUL included, on
 *       PG_OK and on PG_BUFFER_TOO_SMALL. A truncated greeting is never
 *       written. out may be NULL when out_size is 0: that asks for the size.
 */
PG_API pg_status pg_greet(const char *name, char *out, size_t out_size, size_t *needed);

/*
 * CRC-32C (Castagnoli) of length bytes at data, as in iSCSI and ext4.
 * data may be NULL when length is 0; otherwise it is not NULL and points to
 * length readable bytes.
 */
PG_API uint32_t pg_checksum(const uint8_t *data, size_t length);

#define PG_MAX_PIXELS ((uint64_t)64 * 1024 * 1024)
#define PG_MAX_ITERATIONS ((uint32_t)10000)

/* A rectangle of the complex plane: its centre and its width. Its height
 * follows from the picture's, as pixels are square. */
typedef struct pg_view {
    double center_re;
    double center_im;
    double width;
} pg_view;

/* Checks that a picture can be drawn: PG_OK, or the reason why not. */
PG_API pg_status pg_mandelbrot_check(uint32_t width, uint32_t height, pg_view view,
                                     uint32_t max_iterations);

/*
 * Draws one row of the Mandelbrot set: out[x] is the number of times z*z + c
 * was computed at pixel (x, row) before |z| exceeded 2, at most max_iterations.
 * Row 0 is the top row.
 *
 * out: width elements, owned by the caller.
 */
PG_API pg_status pg_mandelbrot_row(uint32_t width, uint32_t height, pg_view view,
                                   uint32_t max_iterations, uint32_t row, uint32_t *out);

/*
 * Draws the whole picture, row by row.
 *
 * out: out_length elements, owned by the caller; at least width * height, or
 *      PG_BUFFER_TOO_SMALL.
 */
PG_API pg_status pg_mandelbrot(uint32_t width, uint32_t height, pg_view view,
                               uint32_t max_iterations, uint32_t *out, size_t out_length);

#ifdef __cplusplus
}
#endif

#endif
