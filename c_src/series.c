#include "series.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The longest line of a file, without its newline, in bytes. */
enum { LONGEST_LINE = 126 };

struct pg_series {
    char *name;
    pg_unit unit;
    pg_sample *samples; /* room for capacity, of which count are in use */
    size_t count;
    size_t capacity;
};

/* NULL for a value that is not a unit. */
static const char *unit_suffix(int unit) {
    switch (unit) {
    case PG_UNIT_NONE:
        return "";
    case PG_UNIT_CELSIUS:
        return " in \xC2\xB0" "C"; /* the degree sign in UTF-8, whatever the compiler's charset */
    case PG_UNIT_PERCENT:
        return " in %";
    case PG_UNIT_HECTOPASCAL:
        return " in hPa";
    default:
        return NULL;
    }
}

/* strdup is not in C11. */
static char *copy_of(const char *text) {
    const size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    if (copy != NULL) {
        memcpy(copy, text, size);
    }
    return copy;
}

/* Makes room for more samples. */
static pg_status reserve(pg_series *series, size_t more) {
    /* No object may be larger: pointers into it could not be subtracted. */
    const size_t most = PTRDIFF_MAX / sizeof(pg_sample);
    if (more > most - series->count) {
        return PG_OUT_OF_MEMORY;
    }
    const size_t needed = series->count + more;
    if (needed <= series->capacity) {
        return PG_OK;
    }
    /* Grows by half, so that pushing samples one by one does not copy each time. */
    size_t capacity = series->capacity < most / 2 ? series->capacity + series->capacity / 2 : most;
    if (capacity < needed) {
        capacity = needed;
    }
    pg_sample *samples = realloc(series->samples, capacity * sizeof *samples);
    if (samples == NULL) {
        return PG_OUT_OF_MEMORY;
    }
    series->samples = samples;
    series->capacity = capacity;
    return PG_OK;
}

pg_status pg_series_new(const char *name, int unit, pg_series **out) {
    if (out == NULL) {
        return PG_NULL_POINTER;
    }
    *out = NULL;
    if (name == NULL) {
        return PG_NULL_POINTER;
    }
    if (unit_suffix(unit) == NULL) {
        return PG_UNKNOWN_UNIT;
    }
    pg_series *series = calloc(1, sizeof *series);
    if (series == NULL) {
        return PG_OUT_OF_MEMORY;
    }
    series->name = copy_of(name);
    if (series->name == NULL) {
        free(series);
        return PG_OUT_OF_MEMORY;
    }
    series->unit = (pg_unit)unit;
    *out = series;
    return PG_OK;
}

void pg_series_free(pg_series *series) {
    if (series == NULL) {
        return;
    }
    free(series->samples);
    free(series->name);
    free(series);
}

const char *pg_series_name(const pg_series *series) {
    return series == NULL ? NULL : series->name;
}

pg_unit pg_series_unit(const pg_series *series) {
    return series == NULL ? PG_UNIT_NONE : series->unit;
}

pg_status pg_series_push(pg_series *series, pg_sample sample) {
    return pg_series_extend(series, &sample, 1);
}

pg_status pg_series_extend(pg_series *series, const pg_sample *samples, size_t count) {
    if (series == NULL || (samples == NULL && count > 0)) {
        return PG_NULL_POINTER;
    }
    if (count == 0) {
        return PG_OK;
    }
    const pg_status status = reserve(series, count);
    if (status != PG_OK) {
        return status;
    }
    memcpy(series->samples + series->count, samples, count * sizeof *samples);
    series->count += count;
    return PG_OK;
}

const pg_sample *pg_series_samples(const pg_series *series, size_t *count) {
    if (count == NULL) {
        return NULL;
    }
    *count = series == NULL ? 0 : series->count;
    return *count == 0 ? NULL : series->samples;
}

pg_status pg_series_summary(const pg_series *series, pg_summary *out) {
    if (series == NULL || out == NULL) {
        return PG_NULL_POINTER;
    }
    if (series->count == 0) {
        return PG_NO_SAMPLES;
    }
    pg_summary summary = {
        .lowest = series->samples[0],
        .highest = series->samples[0],
        .mean = 0.0,
        .count = series->count,
        .unit = series->unit,
    };
    double sum = 0.0;
    for (size_t i = 0; i < series->count; i++) {
        const pg_sample sample = series->samples[i];
        if (sample.value < summary.lowest.value) {
            summary.lowest = sample;
        }
        if (sample.value > summary.highest.value) {
            summary.highest = sample;
        }
        sum += sample.value;
    }
    summary.mean = sum / (double)series->count;
    *out = summary;
    return PG_OK;
}

char *pg_series_describe(const pg_series *series) {
    if (series == NULL) {
        return NULL;
    }
    const char *format = series->count == 1 ? "%s: %zu sample%s" : "%s: %zu samples%s";
    const char *suffix = unit_suffix(series->unit);
    const int length = snprintf(NULL, 0, format, series->name, series->count, suffix);
    if (length < 0) {
        return NULL;
    }
    char *text = malloc((size_t)length + 1);
    if (text != NULL) {
        snprintf(text, (size_t)length + 1, format, series->name, series->count, suffix);
    }
    return text;
}

void pg_string_free(char *string) { free(string); }

int pg_series_each(const pg_series *series, pg_visit visit, void *user_data) {
    if (series == NULL || visit == NULL) {
        return 0;
    }
    for (size_t i = 0; i < series->count; i++) {
        const int ended = visit(&series->samples[i], user_data);
        if (ended != 0) {
            return ended;
        }
    }
    return 0;
}

/* True when text is a finite number and nothing else; *value is set then. */
static bool parse_value(const char *text, double *value) {
    if (text[strspn(text, "+-.0123456789abcdefxpABCDEFXP \t\r")] != '\0') {
        return false;
    }
    /* A file has a '.', but strtod expects the program's own decimal point: that of "0,0". */
    char zero[16] = "0.0";
    snprintf(zero, sizeof zero, "%.1f", 0.0);
    const int before = (int)strcspn(text, ".");
    const bool has_point = text[before] == '.';
    const int point = has_point ? (int)strlen(zero) - 2 : 0;
    char local[LONGEST_LINE + sizeof zero];
    snprintf(local, sizeof local, "%.*s%.*s%s", before, text, point, zero + 1,
             text + before + has_point);
    char *end;
    *value = strtod(local, &end);
    return end != local && isfinite(*value) && end[strspn(end, " \t\r")] == '\0';
}

/* True when line is one sample and nothing else; *sample is set then. */
static bool parse_sample(const char *line, pg_sample *sample) {
    /* Not sscanf, for which a number that is too large is undefined behaviour. */
    char *end;
    errno = 0;
    sample->time_ms = strtoll(line, &end, 10);
    return end != line && *end == ' ' && errno == 0 && parse_value(end + 1, &sample->value);
}

/*
 * Reads the next line, without its newline. Returns 0; EOF when there is none;
 * or EINVAL when it is too long, or has a NUL, at which parsing would stop.
 */
static int read_line(FILE *file, char line[LONGEST_LINE + 1]) {
    int byte = getc(file);
    if (byte == EOF) {
        return EOF;
    }
    size_t length = 0;
    for (; byte != EOF && byte != '\n'; byte = getc(file)) {
        if (byte == '\0' || length == LONGEST_LINE) {
            return EINVAL;
        }
        line[length++] = (char)byte;
    }
    line[length] = '\0';
    return 0;
}

/* Reads every line of file into series; returns 0, or an errno. */
static int read_samples(FILE *file, pg_series *series) {
    char line[LONGEST_LINE + 1];
    for (;;) {
        errno = 0;
        const int ended = read_line(file, line);
        if (ferror(file)) {
            return errno != 0 ? errno : EIO;
        }
        if (ended != 0) {
            return ended == EOF ? 0 : ended;
        }
        pg_sample sample;
        if (!parse_sample(line, &sample)) {
            return EINVAL;
        }
        if (pg_series_push(series, sample) != PG_OK) {
            return ENOMEM;
        }
    }
}

int pg_series_load(pg_series *series, const char *path) {
    if (series == NULL || path == NULL) {
        errno = EINVAL;
        return -1;
    }
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return -1; /* fopen has set errno */
    }
    const size_t count = series->count;
    const int error = read_samples(file, series);
    fclose(file);
    if (error != 0) {
        series->count = count;
        errno = error;
        return -1;
    }
    return 0;
}
