/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/queue.h"
#include <assert.h>

void queue_put(struct queue *queue, struct batch *batch) {
    pthread_mutex_lock(&queue->lock);
    assert(!queue->closed);
    while (queue->count == QUEUE_BATCHES) pthread_cond_wait(&queue->changed, &queue->lock);
    queue->batches[(queue->head + queue->count++) % QUEUE_BATCHES] = batch;
    pthread_cond_broadcast(&queue->changed);
    pthread_mutex_unlock(&queue->lock);
}

struct batch *queue_take(struct queue *queue) {
    struct batch *batch = NULL;
    pthread_mutex_lock(&queue->lock);
    while (queue->count == 0 && !queue->closed) pthread_cond_wait(&queue->changed, &queue->lock);
    if (queue->count > 0) {
        uint32_t at = queue->newest_first ? queue->head + queue->count - 1 : queue->head;
        batch = queue->batches[at % QUEUE_BATCHES];
        if (!queue->newest_first) queue->head = (queue->head + 1) % QUEUE_BATCHES;
        queue->count--;
        pthread_cond_broadcast(&queue->changed);
    }
    pthread_mutex_unlock(&queue->lock);
    return batch;
}

void queue_close(struct queue *queue) {
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->changed);
    pthread_mutex_unlock(&queue->lock);
}
