/*
 * pgr_series.h: the C interface of a Rust library. Measurements in the order they were taken.
 *
 * Made from crates/ffi-demo/src/export. Do not edit: tools/bless
 *
 * The rules, unless a function says otherwise:
 *   - what Rust allocated, Rust frees: pass a pgr_series * to pgr_series_free and a char * to
 *     pgr_string_free, and neither to free;
 *   - no pointer that is passed in is kept after the function returns;
 *   - a function that fails returns a status or NULL; pgr_last_status and pgr_last_error then
 *     give the reason, on the same thread;
 *   - any function may be called from any thread;
 *   - a panic in Rust is the status PGR_PANIC. Nothing unwinds into the caller, and nothing
 *     aborts, unless memory runs out.
 *
 * The caller must follow what a function lists under "Safety". Rust cannot check it.
 */

#ifndef PGR_SERIES_H
#define PGR_SERIES_H

#include <stddef.h>
#include <stdint.h>

/**
 * The result of a call. A later version may add values.
 */
typedef enum {
    /**
     * The call succeeded.
     */
    PGR_OK = 0,
    /**
     * A pointer was NULL where memory is needed.
     */
    PGR_NULL_POINTER = 1,
    /**
     * A string was not UTF-8.
     */
    PGR_INVALID_UTF8 = 2,
    /**
     * A unit was not one of `pgr_unit`.
     */
    PGR_UNKNOWN_UNIT = 3,
    /**
     * A count was larger than memory can be.
     */
    PGR_TOO_MANY = 4,
    /**
     * There was not enough memory for what the caller asked to keep.
     */
    PGR_OUT_OF_MEMORY = 5,
    /**
     * The caller's buffer could not hold the result, and nothing was written to it.
     */
    PGR_BUFFER_TOO_SMALL = 6,
    /**
     * The series was in use: by another thread, or by the call whose `visit` made this one.
     */
    PGR_BUSY = 7,
    /**
     * `visit` asked to stop. This is not a failure: `pgr_last_error` does not report it.
     */
    PGR_STOPPED = 8,
    /**
     * Rust panicked: there is a bug, in the library or in the request. The panic ended at the
     * library's edge, and the process continues.
     */
    PGR_PANIC = 9,
} pgr_status;

/**
 * The unit of a series. Functions take it as an `int32_t`: a C enum may hold any value, a Rust
 * enum may not.
 */
typedef enum {
    /**
     * A bare number.
     */
    PGR_UNIT_NONE = 0,
    /**
     * °C
     */
    PGR_UNIT_CELSIUS = 1,
    /**
     * %
     */
    PGR_UNIT_PERCENT = 2,
    /**
     * hPa
     */
    PGR_UNIT_HECTOPASCAL = 3,
} pgr_unit;

/**
 * A handle: Rust allocates the series, and only Rust looks inside.
 *
 * Any thread may use it, and several threads may read it at once. No call waits: one that would
 * have to, because the series is being changed, or is to be changed while it is read, fails with
 * `PGR_BUSY`.
 */
typedef struct pgr_series pgr_series;

/**
 * One measurement.
 */
typedef struct {
    /**
     * Milliseconds since the Unix epoch.
     */
    int64_t time_ms;
    /**
     * In the unit of the series.
     */
    double value;
} pgr_sample;

/**
 * Called with one sample, which is borrowed for the duration of the call, and with the user data
 * that was passed along. Return 0 to continue, anything else to stop.
 *
 * It may call any function of this library except `pgr_series_free` on the series that it visits.
 * It must return: a C++ exception or a `longjmp` may not pass through Rust.
 */
typedef int (*pgr_visit)(const pgr_sample *sample, void *user_data);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Makes an empty series, which the caller owns and must pass to `pgr_series_free`. Returns NULL on
 * failure: `PGR_NULL_POINTER`, `PGR_INVALID_UTF8`, `PGR_UNKNOWN_UNIT`.
 *
 * # Safety
 *
 * `name` is NULL or a NUL-terminated string; it is copied.
 */
pgr_series *pgr_series_new(const char *name,
                           int32_t unit);

/**
 * Frees a series and everything it owns. NULL is allowed and does nothing.
 *
 * # Safety
 *
 * `series` is NULL or came from `pgr_series_new`, was not freed before, and is not used during or
 * after this call.
 */
void pgr_series_free(pgr_series *series);

/**
 * Returns the name, borrowed: valid until the series is freed. NULL when `series` is NULL.
 *
 * # Safety
 *
 * `series` is NULL or came from `pgr_series_new` and was not freed.
 */
const char *pgr_series_name(const pgr_series *series);

/**
 * Appends `count` samples, all or none. Fails with `PGR_NULL_POINTER`, `PGR_TOO_MANY`,
 * `PGR_OUT_OF_MEMORY` or `PGR_BUSY`.
 *
 * # Safety
 *
 * `series` is NULL or came from `pgr_series_new` and was not freed. `samples` is NULL or points to
 * `count` samples, which are copied; it may be NULL when `count` is 0.
 */
pgr_status pgr_series_extend(pgr_series *series,
                             const pgr_sample *samples,
                             size_t count);

/**
 * Writes the values to `out`, which has room for `out_length` of them. `*count` receives the
 * number of samples, also when the function fails with `PGR_BUFFER_TOO_SMALL`. Other failures:
 * `PGR_NULL_POINTER`, `PGR_BUSY`.
 *
 * # Safety
 *
 * `series` is NULL or came from `pgr_series_new` and was not freed. `out` is NULL or points to
 * `out_length` writable elements; it may be NULL when `out_length` is 0, which asks for the count.
 * `count` is NULL or writable, and not part of `out`.
 */
pgr_status pgr_series_values(const pgr_series *series,
                             double *out,
                             size_t out_length,
                             size_t *count);

/**
 * Calls `visit` for each sample, in order, on this thread. Returns `PGR_STOPPED` when `visit`
 * stopped it; fails with `PGR_NULL_POINTER` or `PGR_BUSY`.
 *
 * # Safety
 *
 * `series` is NULL or came from `pgr_series_new` and was not freed. `visit` is NULL or keeps the
 * contract of `pgr_visit`; it is not called after this function has returned. `user_data` is what
 * `visit` expects, and may be NULL.
 */
pgr_status pgr_series_each(const pgr_series *series,
                           pgr_visit visit,
                           void *user_data);

/**
 * Raises values below `lowest` to `lowest`, and lowers values above `highest` to `highest`. Fails
 * with `PGR_NULL_POINTER` or `PGR_BUSY`.
 *
 * Fails with `PGR_PANIC`, and changes nothing, when the series has samples and `lowest` is above
 * `highest` or one of the two is not a number. `f64::clamp` panics then; this function does not
 * check first, so that you can see a panic being caught.
 *
 * # Safety
 *
 * `series` is NULL or came from `pgr_series_new` and was not freed.
 */
pgr_status pgr_series_clamp(pgr_series *series,
                            double lowest,
                            double highest);

/**
 * Returns a sentence about the series, such as "cellar: 4 samples in °C, 11.0 to 13.5", as a new
 * NUL-terminated string in UTF-8. The caller owns it and must pass it to `pgr_string_free`, never
 * to `free`. Returns NULL on failure: `PGR_NULL_POINTER`, `PGR_BUSY`.
 *
 * # Safety
 *
 * `series` is NULL or came from `pgr_series_new` and was not freed.
 */
char *pgr_series_describe(const pgr_series *series);

/**
 * Frees a string that this library made. NULL is allowed and does nothing.
 *
 * # Safety
 *
 * `string` is NULL or came from `pgr_series_describe`, was not freed before, and still has its
 * original length.
 */
void pgr_string_free(char *string);

/**
 * Returns the number of series and strings that callers own at the moment, on all threads. Ask for
 * it at the end of a program, to check that everything was freed.
 */
size_t pgr_live_count(void);

/**
 * Returns the status of the last call that failed on this thread; `PGR_OK` when none has failed. A
 * call that succeeds does not change it.
 */
pgr_status pgr_last_status(void);

/**
 * Writes the message of the last failure on this thread to `out`, NUL-terminated and in UTF-8, and
 * returns the size of the message, NUL included. Writes nothing when `out_size` is less than that.
 * Returns 0 when no call has failed.
 *
 * Call it on the thread of the call that failed, before the next call.
 *
 * # Safety
 *
 * `out` is NULL, which asks for the size, or points to `out_size` writable bytes that the caller
 * owns.
 */
size_t pgr_last_error(char *out,
                      size_t out_size);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* PGR_SERIES_H */
