#include <stddef.h>

/* Calls visit with each reading, and passes user_data on unchanged. All calls are made on the
   caller's thread and before this returns; neither pointer is kept. visit must not unwind. */
void readings_each(void (*visit)(double celsius, void *user_data), void *user_data) {
    static const double readings[] = {11.5, 12.0, 14.5};
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) visit(readings[i], user_data);
}
