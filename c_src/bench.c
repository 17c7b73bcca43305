/*
 * The same loops, written in C, to compare Rust with. Not part of the
 * library; only ffi-demo's feature "bench" compiles it.
 */
#include "polyglot.h"

/* The sum of the numbers below end, by one call of pg_add each. */
int32_t pg_bench_sum(int32_t end);
int32_t pg_bench_sum(int32_t end) {
    int32_t sum = 0;
    for (int32_t number = 0; number < end; number++) {
        sum = pg_add(sum, number);
    }
    return sum;
}

/* The same sum by calls of add, which is not NULL and gets user_data unchanged. */
int32_t pg_bench_sum_by(int32_t end, int32_t (*add)(int32_t, int32_t, void *), void *user_data);
int32_t pg_bench_sum_by(int32_t end, int32_t (*add)(int32_t, int32_t, void *), void *user_data) {
    int32_t sum = 0;
    for (int32_t number = 0; number < end; number++) {
        sum = add(sum, number, user_data);
    }
    return sum;
}

/* Calls call, which is not NULL, count times, with user_data unchanged. */
void pg_bench_each(uint32_t count, void (*call)(void *), void *user_data);
void pg_bench_each(uint32_t count, void (*call)(void *), void *user_data) {
    for (uint32_t i = 0; i < count; i++) {
        call(user_data);
    }
}
