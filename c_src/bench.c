/*
 * What benches/ffi compares Rust with: the same loops, written in C. Not part
 * of the library; only ffi-demo's feature "bench" compiles it.
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

/* The same by calls of add, which is not NULL. */
int32_t pg_bench_sum_by(int32_t end, int32_t (*add)(int32_t, int32_t));
int32_t pg_bench_sum_by(int32_t end, int32_t (*add)(int32_t, int32_t)) {
    int32_t sum = 0;
    for (int32_t number = 0; number < end; number++) {
        sum = add(sum, number);
    }
    return sum;
}
