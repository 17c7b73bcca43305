/*
 * Call Rust from C.
 *
 * Why you would: the program is C and stays C, and one part of it is better written in Rust.
 *
 *   cargo rustc -p ffi-demo --lib --crate-type staticlib
 *   cc -Icrates/ffi-demo/include -o target/series_c \
 *     examples/ffi/c/series.c target/debug/libffi_demo.a -lm
 *   target/series_c
 */
#undef NDEBUG /* the assertions are the lesson */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "pgr_series.h"

/* Prints the reason of a failure. Each thread has its own, so it is asked for at once. */
static void print_failure(const char *what, pgr_status status) {
    char message[128];
    size_t needed = pgr_last_error(message, sizeof message);
    assert(0 < needed && needed <= sizeof message && pgr_last_status() == status);
    printf("%s: %d, %s\n", what, (int)status, message);
}

/* C has no closures: the callback gets its data as user data. */
struct visited {
    int count;
    double too_cold;
};

static int visit(const pgr_sample *sample, void *user_data) {
    struct visited *visited = user_data;
    if (sample->value < 11.5) {
        visited->too_cold = sample->value;
        return 1;
    }
    visited->count++;
    printf(" %.1f", sample->value);
    return 0;
}

/* The length of this text as a C string: up to its first NUL, or all of it. */
static size_t end_of(const char *text, size_t length) {
    const char *nul = memchr(text, '\0', length);
    return nul == NULL ? length : (size_t)(nul - text);
}

int main(void) {
    pgr_series *series = pgr_series_new("cellar", PGR_UNIT_CELSIUS);
    assert(series != NULL);
    /* Borrowed: it ends with the series, and you do not free it. */
    const char *name = pgr_series_name(series);
    assert(strcmp(name, "cellar") == 0);
    printf("name: %s\n", name);

    const pgr_sample samples[] = {{0, 11.5}, {1000, 12.0}, {2000, 11.0}, {3000, 13.5}};
    assert(pgr_series_extend(series, samples, sizeof samples / sizeof *samples) == PGR_OK);

    double values[8];
    size_t count = 0;
    assert(pgr_series_values(series, values, sizeof values / sizeof *values, &count) == PGR_OK);
    assert(count == 4 && values[3] == 13.5);
    printf("values:");
    for (size_t i = 0; i < count; i++) {
        printf(" %.1f", values[i]);
    }

    struct visited visited = {0, 0.0};
    printf("\nvisited:");
    assert(pgr_series_each(series, visit, &visited) == PGR_STOPPED);
    assert(visited.count == 2);
    printf(", stopped by: %.1f is too cold\n", visited.too_cold);

    /* Yours, but made by Rust's allocator: free() would corrupt the heap. */
    char *sentence = pgr_series_describe(series);
    assert(sentence != NULL);
    printf("described: %s\n", sentence);
    pgr_string_free(sentence);

    assert(pgr_series_new("cellar", 99) == NULL);
    print_failure("refused", PGR_UNKNOWN_UNIT);

    /* Text that comes with its length, from a file or a socket. Rust would see only a part of it. */
    const char received[] = {'c', 'e', 'l', '\0', 'l', 'a', 'r'};
    size_t end = end_of(received, sizeof received);
    assert(end < sizeof received);
    printf("with a NUL: refused, a C string would end at byte %zu\n", end);

    assert(pgr_series_clamp(series, 30.0, 0.0) == PGR_PANIC);
    print_failure("panicked", PGR_PANIC);

    assert(pgr_series_values(series, NULL, 0, &count) == PGR_BUFFER_TOO_SMALL);
    assert(count == 4);
    printf("still there: %zu values\n", count);

    pgr_series_free(series);
    assert(pgr_live_count() == 0);
    printf("not freed: %zu\n", pgr_live_count());
    return 0;
}
