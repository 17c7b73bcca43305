/* Write clamp: it returns low if value is under low, high if value is over high, and else value. */
#include <stdint.h>
