/* Another clock for a program, by LD_PRELOAD: CLOCK_AHEAD seconds are added to the time of day. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t id, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int done = real(id, now);
    const char *ahead = getenv("CLOCK_AHEAD");
    if (!done && id == CLOCK_REALTIME && ahead) now->tv_sec += atol(ahead);
    return done;
}
