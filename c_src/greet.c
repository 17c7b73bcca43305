#include "polyglot.h"

#include <string.h>

pg_status pg_greet(const char *name, char *out, size_t out_size, size_t *needed) {
    static const char before[] = "Hello, ";
    static const char after[] = "!"; /* copied with its NUL */

    if (name == NULL || needed == NULL || (out == NULL && out_size > 0)) {
        return PG_NULL_POINTER;
    }

    const size_t length = strlen(name);
    *needed = strlen(before) + length + sizeof after;
    if (out_size < *needed) {
        return PG_BUFFER_TOO_SMALL;
    }

    memcpy(out, before, strlen(before));
    memcpy(out + strlen(before), name, length);
    memcpy(out + strlen(before) + length, after, sizeof after);
    return PG_OK;
}
