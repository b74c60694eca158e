/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/parallel.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

struct job {
    void (*work)(void *context, unsigned thread, uint32_t part);
    void *context;
    uint32_t count;
    _Atomic uint32_t next;
    _Atomic unsigned threads;
};

static void *take_parts(void *argument) {
    struct job *job = argument;
    unsigned thread = atomic_fetch_add(&job->threads, 1);
    for (uint32_t part; (part = atomic_fetch_add(&job->next, 1)) < job->count;)
        job->work(job->context, thread, part);
    return NULL;
}

void parallel_run(unsigned threads, uint32_t count,
                  void (*work)(void *context, unsigned thread, uint32_t part), void *context) {
    struct job job = {.work = work, .context = context, .count = count};
    pthread_t others[PARALLEL_THREADS_MAX];
    unsigned started = 0;
    if (threads > PARALLEL_THREADS_MAX) threads = PARALLEL_THREADS_MAX;
    if (threads > count) threads = count;
    while (started + 1 < threads && pthread_create(&others[started], NULL, take_parts, &job) == 0) started++;
    take_parts(&job);
    for (unsigned i = 0; i < started; i++) pthread_join(others[i], NULL);
}

unsigned parallel_threads(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    int count = CPU_COUNT(&set);
    if (count < 1) return 1;
    return count > PARALLEL_THREADS_MAX ? PARALLEL_THREADS_MAX : (unsigned)count;
}
