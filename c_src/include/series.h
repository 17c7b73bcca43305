/*
 * series.h: measurements in the order they were taken.
 *
 * A pg_series is a handle: C allocates it, and only C looks inside. The rules,
 * unless a function says otherwise:
 *   - no pointer is kept after a function returns;
 *   - for a NULL where memory is needed, the result is PG_NULL_POINTER;
 *   - a series may move between threads, but two threads may not use it at the
 *     same time unless both only read it (the functions that take a
 *     const pg_series *).
 */
#ifndef SERIES_H
#define SERIES_H

#include "polyglot.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The unit of a series. A later version may add units, so a caller has to
 * expect values that are not listed here. */
typedef enum pg_unit {
    PG_UNIT_NONE = 0,
    PG_UNIT_CELSIUS = 1,
    PG_UNIT_PERCENT = 2,
    PG_UNIT_HECTOPASCAL = 3
} pg_unit;

/* One measurement. */
typedef struct pg_sample {
    int64_t time_ms; /* since the Unix epoch */
    double value;
} pg_sample;

/* Lowest, highest and mean of a series. */
typedef struct pg_summary {
    pg_sample lowest;  /* the first of them, when several are equal */
    pg_sample highest; /* the first of them, when several are equal */
    double mean;
    size_t count;
    pg_unit unit;
} pg_summary;

typedef struct pg_series pg_series;

/*
 * Makes an empty series in *out. The caller owns it and must pass it to
 * pg_series_free.
 *
 * name: NUL-terminated; copied.
 * Returns PG_UNKNOWN_UNIT when unit is not one of pg_unit, and PG_OUT_OF_MEMORY
 * when memory runs out; *out is NULL then.
 */
PG_API pg_status pg_series_new(const char *name, int unit, pg_series **out);

/* Frees a series and everything it owns. NULL is allowed and does nothing. */
PG_API void pg_series_free(pg_series *series);

/* The name, borrowed: valid until the series is freed. NULL for NULL. */
PG_API const char *pg_series_name(const pg_series *series);

/* The unit; PG_UNIT_NONE for NULL. */
PG_API pg_unit pg_series_unit(const pg_series *series);

/* Appends one sample, which is passed by value. */
PG_API pg_status pg_series_push(pg_series *series, pg_sample sample);

/*
 * Appends count samples, all or none.
 *
 * samples: count elements that are not the series' own; NULL is allowed when
 *          count is 0.
 */
PG_API pg_status pg_series_extend(pg_series *series, const pg_sample *samples, size_t count);

/*
 * The samples in place, borrowed: valid until the series is changed or freed.
 * *count receives their number; the result is NULL when there are none.
 * Together they are at most PTRDIFF_MAX bytes.
 */
PG_API const pg_sample *pg_series_samples(const pg_series *series, size_t *count);

/*
 * Writes the summary to *out. Returns PG_NO_SAMPLES when the series is empty. A
 * value that is not a number makes the mean not a number, and becomes lowest or
 * highest only when it comes first.
 */
PG_API pg_status pg_series_summary(const pg_series *series, pg_summary *out);

/*
 * Makes a sentence about the series, such as "cellar: 3 samples in °C", as a
 * new NUL-terminated string. The caller owns it and must pass it to
 * pg_string_free, never to another allocator's free. NULL when series is NULL,
 * memory runs out, or the sentence is longer than INT_MAX.
 */
PG_API char *pg_series_describe(const pg_series *series);

/* Frees a string that this library made. NULL is allowed and does nothing. */
PG_API void pg_string_free(char *string);

/*
 * Called with one sample and the user data that came with it. A result other
 * than 0 ends the visit. The sample is borrowed for the duration of the call.
 */
typedef int (*pg_visit)(const pg_sample *sample, void *user_data);

/*
 * Calls visit for each sample, in order, on this thread. Returns 0 after the
 * last sample, or the result of visit that ended the visit; also 0 when series
 * or visit is NULL. user_data is passed on unchanged, and may be NULL.
 *
 * visit may read the series but not change or free it, and has to return: no
 * exception and no longjmp may leave it.
 */
PG_API int pg_series_each(const pg_series *series, pg_visit visit, void *user_data);

/*
 * Appends the samples in a text file, all or none. Each line, of at most 126
 * bytes, holds a time in milliseconds, a space and a finite value, whose decimal
 * point is a '.' in every locale.
 *
 * Returns 0, or -1 with the reason in errno: that of opening or reading the
 * file, EINVAL for a line that is not a sample or for a NULL, or ENOMEM.
 */
PG_API int pg_series_load(pg_series *series, const char *path);

/*
 * A sampler takes measurements on a thread of its own.
 *
 * on_sample is called on that thread, never on two at once, and never after
 * pg_sampler_stop has returned. What user_data points to must stay valid until
 * then, and must be usable from another thread. on_sample has to return: no
 * exception and no longjmp may leave it.
 */
typedef struct pg_sampler pg_sampler;
typedef void (*pg_on_sample)(pg_sample sample, void *user_data);

/*
 * Starts a sampler in *out: it calls on_sample count times, with values 0, 1,
 * 2, … and times that do not decrease. The caller owns it and must pass it to
 * pg_sampler_stop. Returns PG_NO_THREAD when the system cannot start a thread;
 * *out is NULL then.
 */
PG_API pg_status pg_sampler_start(uint32_t count, pg_on_sample on_sample, void *user_data,
                                  pg_sampler **out);

/*
 * Waits until the sampler has taken all its samples, and frees it. NULL is
 * allowed and does nothing. Do not call it from on_sample.
 */
PG_API void pg_sampler_stop(pg_sampler *sampler);

#ifdef __cplusplus
}
#endif

#endif
