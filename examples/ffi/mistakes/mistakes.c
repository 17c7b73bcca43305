/*
 * The C halves of those mistakes that cannot be made with c_src. The Rust file of the same name
 * calls each of them.
 */
#include <stdint.h>
#include <stdlib.h>

/* c_reads_freed.rs: keeps a pointer after it has returned. */
static const int32_t *kept;
void keep(const int32_t *numbers);
void keep(const int32_t *numbers) { kept = numbers; }
int32_t kept_at(size_t index);
int32_t kept_at(size_t index) { return kept[index]; }

/* signed_overflow.rs: the sum of two int32_t may not fit in one. */
int32_t midpoint(int32_t low, int32_t high);
int32_t midpoint(int32_t low, int32_t high) { return (low + high) / 2; }

/* unwind_through_c.rs: frees its buffer once the callback has returned. */
int with_buffer(int (*use)(uint8_t *buffer));
int with_buffer(int (*use)(uint8_t *buffer)) {
    uint8_t *buffer = calloc(64, 1);
    const int answer = buffer == NULL ? -1 : use(buffer);
    free(buffer);
    return answer;
}
