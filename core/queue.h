/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_QUEUE_H
#define CORE_QUEUE_H
#include "core/batch.h"
#include <pthread.h>

enum { QUEUE_BATCHES = 64 };

/* Batches on their way from one thread to another, in order; or a stack of them. */
struct queue {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct batch *batches[QUEUE_BATCHES];
    uint32_t head, count;
    bool closed;
    bool newest_first; /* take what was put last: its memory is still in the cache */
};

#define QUEUE_EMPTY                                                                                          \
    { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER }

void queue_put(struct queue *queue, struct batch *batch); /* waits while full */
struct batch *queue_take(struct queue *queue);            /* waits; NULL once closed and empty */
void queue_close(struct queue *queue);
#endif
