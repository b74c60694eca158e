/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_LINK_CLOCK_H
#define TRANSFORM_LINK_CLOCK_H
#include <stdint.h>
#include <time.h>

/* CPU microseconds of the calling thread. */
static inline int64_t clock_cpu_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
#endif
