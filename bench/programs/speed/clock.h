/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_SPEED_CLOCK_H
#define BENCH_SPEED_CLOCK_H
#include <stdint.h>
#include <sys/time.h>
#include <sys/types.h>

/* Microseconds of CPU since the machine started: of a server with all its processes, those that ended
   included, and of everybody.  The kernel counts in ticks of 10 ms. */
struct clock_cpu {
    int64_t server, machine;
};

int64_t clock_now(void); /* monotonic */
int64_t clock_own(void); /* CPU of this process, all threads */
int64_t clock_microseconds(struct timeval time);
void clock_cpu(pid_t postmaster, struct clock_cpu *cpu);
#endif
