/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The threaded pipeline under ThreadSanitizer; a plain program, as Criterion cannot start there. */
#include "core/pipeline.h"
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>

enum { BATCHES = 1500, ROWS = 64, WORKERS = 4, STAGES = 3 };

static const struct columns no_columns;

static enum flow count_run(struct stage *stage, struct batch *batch, struct error *error) {
    uint64_t *made = stage->state;
    (void)error;
    batch_shape(batch, &no_columns, ROWS);
    return ++*made == BATCHES ? FLOW_END : FLOW_MORE;
}

static enum flow measure_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)stage, (void)error;
    batch->measures[0] = ARENA_NEW(&batch->arena, int64_t, batch->row_count);
    for (uint32_t i = 0; i < batch->row_count; i++) batch->measures[0][i] = (int64_t)i * 100 + 1;
    return FLOW_MORE;
}

static enum flow odd_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)stage, (void)error;
    for (uint32_t i = 1; i < batch->row_count; i += 2)
        batch_reject(batch, i, (struct reason){.code = "amount.not_a_number"});
    return FLOW_MORE;
}

static enum flow thief_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)stage, (void)error;
    if (batch->index % 100 == 7) batch->measures[0][5] -= 1; /* several workers fail at once */
    return FLOW_MORE;
}

static const struct stage_kind count = {.name = "count", .run = count_run};
static const struct stage_kind measure = {.name = "measure", .run = measure_run};
static const struct stage_kind odd = {.name = "odd", .run = odd_run};
static const struct stage_kind thief = {.name = "thief", .run = thief_run};

/* What a progress line does while the pipeline runs. */
struct watch {
    struct pipeline *pipeline;
    _Atomic bool done;
    uint64_t looks;
};

static void *look(void *argument) {
    struct watch *watch = argument;
    while (!atomic_load(&watch->done)) watch->looks += atomic_load(&watch->pipeline->rows_read) > 0;
    return NULL;
}

static bool run(const struct stage_kind *last, const _Atomic bool *stop, struct tally *tally) {
    struct pipeline pipeline = {.worker_count = WORKERS, .stage_count = STAGES, .stop = stop};
    struct watch watch = {.pipeline = &pipeline};
    struct error error = {0};
    uint64_t made = 0;
    pthread_t thread;
    pipeline.reader = (struct stage){.kind = &count, .state = &made};
    for (uint32_t i = 0; i < WORKERS; i++) {
        pipeline.chain[i][0] = (struct stage){.kind = &measure};
        pipeline.chain[i][1] = (struct stage){.kind = &odd};
        pipeline.chain[i][2] = (struct stage){.kind = last};
    }
    if (pthread_create(&thread, NULL, look, &watch) != 0) return false;
    bool ok = pipeline_run(&pipeline, tally, &error);
    atomic_store(&watch.done, true);
    pthread_join(thread, NULL);
    printf("%-6s %s, %" PRIu64 " live, %" PRIu64 " rejected, %" PRIu64 " batches %s\n", last->name,
           ok ? "ended" : "stopped", tally->rows[FATE_LIVE], tally->rows[FATE_REJECTED], made, error.message);
    return ok;
}

int main(void) {
    struct tally honest = {0}, stolen = {0}, stopped = {0};
    _Atomic bool stop = true;
    if (!run(&odd, NULL, &honest) || tally_rows(&honest) != (uint64_t)BATCHES * ROWS) return 1;
    if (run(&thief, NULL, &stolen)) return 1;
    if (run(&odd, &stop, &stopped)) return 1;
    puts("race ok");
    return 0;
}
