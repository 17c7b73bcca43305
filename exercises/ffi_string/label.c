#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static size_t alive;

/* A new NUL-terminated string, or NULL if the sensor has no label. The caller passes it to label_free
   once. Its bytes are whatever was typed in, so they may not be UTF-8. Call all three functions on
   one thread. */
char *label_make(int32_t sensor) {
    static const char *const labels[] = {"cellar", "Zo\xc3\xab's attic", "caf\xe9"};
    if (sensor < 0 || sensor > 2) return NULL;
    size_t size = strlen(labels[sensor]) + 1;
    char *label = malloc(size);
    if (label == NULL) return NULL;
    alive++;
    return memcpy(label, labels[sensor], size);
}

/* Frees a string of label_make. NULL is allowed. */
void label_free(char *label) {
    if (label == NULL) return;
    alive--;
    memset(label, '?', strlen(label)); /* So that a late read is seen. */
    free(label);
}

/* The number of strings that were made and not freed. */
size_t label_alive(void) { return alive; }
