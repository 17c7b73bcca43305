#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static void (*on_ring)(uint32_t number, void *user_data);
static void *data;

/* Keeps both until bell_unregister. bell_ring calls function with user_data, which therefore has to
   be usable on any thread; function must not unwind. There is one place: a second registration
   replaces the first. */
void bell_register(void (*function)(uint32_t number, void *user_data), void *user_data) {
    on_ring = function;
    data = user_data;
}

/* After this has returned, function is not called any more. */
void bell_unregister(void) { on_ring = NULL; }

/* May be called on any thread, but no two functions of this file at the same time. */
void bell_ring(uint32_t number) {
    if (on_ring != NULL) on_ring(number, data);
}

bool bell_is_registered(void) { return on_ring != NULL; }
