/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H
#include "core/pipeline.h"
#include <pthread.h>

/* A bar on a terminal, a line every ten seconds elsewhere, nothing when quiet; on standard error. */
struct progress {
    bool quiet, terminal;
    const char *label; /* 青禾区  医保数据_202012.zip */
    uint64_t bytes;    /* of the source; 0: unknown */
    const struct pipeline *pipeline;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool running;
    bool drawn;
};

void progress_open(struct progress *progress, bool quiet);
void progress_start(struct progress *progress, const char *label, uint64_t bytes,
                    const struct pipeline *pipeline);
void progress_stop(struct progress *progress); /* wipes the bar */
void progress_close(struct progress *progress);
#endif
