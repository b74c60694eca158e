/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_PIPELINE_H
#define CORE_PIPELINE_H
#include "core/stage.h"
#include "core/tally.h"
#include <stdatomic.h>

enum { WORKERS_MAX = 32, STAGES_MAX = 16 };

/* One reader fills batches; each worker runs its own chain, so stages need no locks.
   The number of batches is fixed, so memory is bounded and a slow database slows the reader. */
struct pipeline {
    struct stage reader;
    struct stage chain[WORKERS_MAX][STAGES_MAX];
    uint32_t worker_count, stage_count;
    _Atomic uint64_t rows_read, bytes_read; /* for a progress line; may be read at any time */
    const _Atomic bool *stop;               /* optional: set to end early with an error (a signal) */
};

/* Runs to the end of the source.  On true, `tally` accounts for every row that was read, and every
   worker's stages have ended.  On false the reader was stopped at once.  The caller opens and closes
   the stages.  Fails too when a stage lost or made rows or money: conserve.rows, conserve.amount. */
bool pipeline_run(struct pipeline *pipeline, struct tally *tally, struct error *error);
#endif
