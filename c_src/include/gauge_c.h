/*
 * gauge_c.h: the class of gauge.h for callers that know only C, written by hand.
 *
 * C has no strings that know their length, no vectors, no destructors and no
 * exceptions, so this file spells out each of them. The rules, unless a function
 * says otherwise:
 *   - no pointer is kept after a function returns;
 *   - for a NULL where memory is needed, the result is PG_GAUGE_NULL_POINTER;
 *   - no exception leaves a function: it becomes a status, and its message is
 *     kept for pg_gauge_error;
 *   - a gauge may move between threads, but two threads may not use it at the
 *     same time unless both only call functions that take a const pg_gauge *.
 */
#ifndef GAUGE_C_H
#define GAUGE_C_H

#include "polyglot.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum pg_gauge_status {
    PG_GAUGE_OK = 0,
    PG_GAUGE_NULL_POINTER = 1,     /* a pointer was NULL */
    PG_GAUGE_INVALID_ARGUMENT = 2, /* std::invalid_argument */
    PG_GAUGE_OUT_OF_RANGE = 3,     /* std::out_of_range */
    PG_GAUGE_EXCEPTION = 4         /* any other exception */
} pg_gauge_status;

typedef struct pg_gauge pg_gauge;

/*
 * Makes a gauge in *out. The caller owns it and must pass it to pg_gauge_free.
 * *out is NULL when the result is not PG_GAUGE_OK.
 *
 * name: NUL-terminated; copied.
 */
PG_API pg_gauge_status pg_gauge_new(const char *name, double lowest, double highest,
                                    pg_gauge **out);

/* Frees a gauge and everything it owns. NULL is allowed and does nothing. */
PG_API void pg_gauge_free(pg_gauge *gauge);

/* The name, borrowed: valid until the gauge is freed. NULL for NULL. */
PG_API const char *pg_gauge_name(const pg_gauge *gauge);

/* Records a reading. Returns PG_GAUGE_OUT_OF_RANGE, and changes nothing, when
 * the reading is off the scale. */
PG_API pg_gauge_status pg_gauge_record(pg_gauge *gauge, double reading);

/*
 * The readings in place, borrowed: valid until the next pg_gauge_record or
 * pg_gauge_free. *count receives their number; the result is NULL when there
 * are none, or when a pointer is NULL.
 */
PG_API const double *pg_gauge_readings(const pg_gauge *gauge, size_t *count);

/*
 * The message of the last failure on this thread: a NUL-terminated string of at
 * most 255 bytes, never NULL, borrowed until the next function that fails on
 * this thread.
 */
PG_API const char *pg_gauge_error(void);

#ifdef __cplusplus
}
#endif

#endif
