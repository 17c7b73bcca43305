#include "series.h"

#include <stdlib.h>

#ifdef _WIN32
#include <windows.h>
typedef HANDLE thread;
#define THREAD_RESULT DWORD WINAPI
#else
#include <pthread.h>
#include <time.h>
typedef pthread_t thread;
#define THREAD_RESULT void *
#endif

struct pg_sampler {
    thread thread;
    uint32_t count;
    pg_on_sample on_sample;
    void *user_data;
};

/* Milliseconds since the Unix epoch. C11's timespec_get would do for both systems, but MinGW's usual
 * C library does not have it. */
static int64_t now_ms(void) {
#ifdef _WIN32
    /* Counts units of 100 ns since 1601, which was 11644473600 s before 1970. */
    FILETIME now;
    GetSystemTimeAsFileTime(&now);
    const uint64_t units = (uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime;
    return (int64_t)(units / 10000) - INT64_C(11644473600000);
#else
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
#endif
}

static THREAD_RESULT take_samples(void *argument) {
    const pg_sampler *sampler = argument;
    int64_t latest = 0;
    for (uint32_t i = 0; i < sampler->count; i++) {
        /* The system's clock may be set back; the times of a series may not. */
        const int64_t now = now_ms();
        latest = now > latest ? now : latest;
        sampler->on_sample((pg_sample){.time_ms = latest, .value = i}, sampler->user_data);
    }
    return 0;
}

pg_status pg_sampler_start(uint32_t count, pg_on_sample on_sample, void *user_data,
                           pg_sampler **out) {
    if (out == NULL) {
        return PG_NULL_POINTER;
    }
    *out = NULL;
    if (on_sample == NULL) {
        return PG_NULL_POINTER;
    }
    pg_sampler *sampler = malloc(sizeof *sampler);
    if (sampler == NULL) {
        return PG_OUT_OF_MEMORY;
    }
    sampler->count = count;
    sampler->on_sample = on_sample;
    sampler->user_data = user_data;
#ifdef _WIN32
    sampler->thread = CreateThread(NULL, 0, take_samples, sampler, 0, NULL);
    const int failed = sampler->thread == NULL;
#else
    const int failed = pthread_create(&sampler->thread, NULL, take_samples, sampler);
#endif
    if (failed) {
        free(sampler);
        return PG_NO_THREAD;
    }
    *out = sampler;
    return PG_OK;
}

void pg_sampler_stop(pg_sampler *sampler) {
    if (sampler == NULL) {
        return;
    }
#ifdef _WIN32
    WaitForSingleObject(sampler->thread, INFINITE);
    CloseHandle(sampler->thread);
#else
    pthread_join(sampler->thread, NULL);
#endif
    free(sampler);
}
