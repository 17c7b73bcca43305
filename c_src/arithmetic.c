#include "polyglot.h"

double my_c_function(int32_t arg1, double arg2) { return arg1 * arg2; }

int32_t pg_add(int32_t a, int32_t b) {
    /* Signed overflow is undefined in C, unsigned overflow wraps. */
    return (int32_t)((uint32_t)a + (uint32_t)b);
}
