#include <stdbool.h>
#include <stddef.h>

struct range {
    bool empty; /* There are no values; the other fields are 0. */
    double lowest, highest;
};

/* The range of count values. They are only read, and only during the call; values may be any pointer
   when count is 0. */
struct range range_of(const double *values, size_t count) {
    struct range range = {count == 0, 0, 0};
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || values[i] < range.lowest) range.lowest = values[i];
        if (i == 0 || values[i] > range.highest) range.highest = values[i];
    }
    return range;
}
