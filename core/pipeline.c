/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/pipeline.h"
#include "core/language.h"
#include "core/queue.h"
#include <assert.h>
#include <stdlib.h>

/* Each worker holds one batch while the reader fills another. */
enum { BATCHES_PER_WORKER = 2 };

struct worker {
    struct stage *chain;
    uint32_t stage_count;
    struct queue *full, *spare;
    _Atomic bool *failed; /* shared: the first failure stops everybody */
    struct tally tally;
    struct error error;
    bool own_failure;
    pthread_t thread;
};

/* What a stage may not change: the rows, and the fen of each measure that was there before it.
   Sums wrap, which does not matter for telling whether they are the same. */
struct content {
    uint32_t rows;
    bool measured[MEASURES];
    uint64_t fen[MEASURES];
};

static void weigh(const struct batch *batch, struct content *content) {
    content->rows = batch->row_count;
    for (int m = 0; m < MEASURES; m++) {
        const int64_t *fen = batch->measures[m];
        content->measured[m] = fen != NULL;
        uint64_t sum = 0;
        if (fen)
            for (uint32_t row = 0; row < batch->row_count; row++) sum += (uint64_t)fen[row];
        content->fen[m] = sum;
    }
}

static bool run_stage(struct stage *stage, struct batch *batch, struct content *content,
                      struct error *error) {
    struct content after;
    if (stage->kind->run(stage, batch, error) == FLOW_FAILED) return false;
    weigh(batch, &after);
    if (after.rows != content->rows)
        return error_code(error, TROUBLE_REFUSED, "conserve.rows",
                          TEXT("环节 %s 改变了行数：%u → %u", "stage %s changed the rows: %u to %u"),
                          stage->kind->name, content->rows, after.rows);
    for (int m = 0; m < MEASURES; m++)
        if (content->measured[m] && (!after.measured[m] || content->fen[m] != after.fen[m]))
            return error_code(
                error, TROUBLE_REFUSED, "conserve.amount",
                TEXT("环节 %s 改变了金额(第 %d 个金额列)", "stage %s changed money (measure %d)"),
                stage->kind->name, m + 1);
    *content = after;
    return true;
}

static bool run_chain(struct worker *worker, struct batch *batch) {
    struct content content;
    weigh(batch, &content);
    for (uint32_t i = 0; i < worker->stage_count; i++)
        if (!run_stage(&worker->chain[i], batch, &content, &worker->error)) return false;
    tally_add(&worker->tally, batch);
    return true;
}

static void fail(struct worker *worker) {
    worker->own_failure = true;
    atomic_store(worker->failed, true);
}

static void *work(void *argument) {
    struct worker *worker = argument;
    for (struct batch *batch; (batch = queue_take(worker->full)); queue_put(worker->spare, batch))
        if (!atomic_load(worker->failed) && !run_chain(worker, batch)) fail(worker);
    for (uint32_t i = 0; i < worker->stage_count && !atomic_load(worker->failed); i++) {
        struct stage *stage = &worker->chain[i];
        if (stage->kind->end && !stage->kind->end(stage, &worker->error)) fail(worker);
    }
    return NULL;
}

static void renew(struct batch *batch, uint64_t index) {
    struct arena arena = batch->arena;
    arena_reset(&arena);
    *batch = (struct batch){.arena = arena, .index = index};
}

static uint64_t count_totals(const struct batch *batch) {
    uint64_t count = 0;
    for (uint32_t row = 0; row < batch->row_count; row++) count += batch->rows[row].total;
    return count;
}

static bool read_all(struct pipeline *pipeline, struct queue *spare, struct queue *full, _Atomic bool *failed,
                     struct error *error) {
    struct stage *reader = &pipeline->reader;
    uint64_t totals = 0;
    for (uint64_t index = 0;; index++) {
        struct batch *batch = queue_take(spare);
        if (atomic_load(failed)) return true; /* the worker has the reason */
        if (pipeline->stop && atomic_load(pipeline->stop))
            return error_code(error, TROUBLE_LATER, NULL, "%s", TEXT("已中断", "interrupted"));
        renew(batch, index);
        enum flow flow = reader->kind->run(reader, batch, error);
        if (flow == FLOW_FAILED) return false;
        batch->totals_before = totals;
        totals += count_totals(batch);
        pipeline->rows_read += batch->row_count;
        if (batch->row_count) pipeline->bytes_read = batch->rows[batch->row_count - 1].byte;
        queue_put(full, batch);
        if (flow == FLOW_END) return true;
    }
}

static bool settle(const struct pipeline *pipeline, const struct worker *workers, bool ok,
                   struct tally *tally, struct error *error) {
    for (uint32_t i = 0; i < pipeline->worker_count; i++) {
        tally_merge(tally, &workers[i].tally);
        if (ok && workers[i].own_failure) {
            ok = false;
            *error = workers[i].error;
        }
    }
    if (ok && tally_rows(tally) != pipeline->rows_read)
        return error_code(error, TROUBLE_REFUSED, "conserve.rows",
                          TEXT("读入 %ju 行，去向合计 %ju 行", "read %ju rows, accounted for %ju"),
                          (uintmax_t)pipeline->rows_read, (uintmax_t)tally_rows(tally));
    return ok;
}

bool pipeline_run(struct pipeline *pipeline, struct tally *tally, struct error *error) {
    assert(pipeline->worker_count >= 1 && pipeline->worker_count <= WORKERS_MAX);
    assert(pipeline->stage_count <= STAGES_MAX);
    _Static_assert(WORKERS_MAX * BATCHES_PER_WORKER <= QUEUE_BATCHES, "every batch fits a queue");
    uint32_t batch_count = pipeline->worker_count * BATCHES_PER_WORKER;
    struct queue full = QUEUE_EMPTY, spare = QUEUE_EMPTY;
    struct batch batches[WORKERS_MAX * BATCHES_PER_WORKER] = {0};
    struct worker workers[WORKERS_MAX] = {0};
    _Atomic bool failed = false;
    spare.newest_first = true;
    pipeline->rows_read = pipeline->bytes_read = 0;
    for (uint32_t i = 0; i < batch_count; i++) queue_put(&spare, &batches[i]);
    for (uint32_t i = 0; i < pipeline->worker_count; i++) {
        workers[i] = (struct worker){.chain = pipeline->chain[i],
                                     .stage_count = pipeline->stage_count,
                                     .full = &full,
                                     .spare = &spare,
                                     .failed = &failed};
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) abort();
    }
    bool ok = read_all(pipeline, &spare, &full, &failed, error);
    if (!ok) atomic_store(&failed, true); /* so that no worker ends its stages as if all were well */
    queue_close(&full);
    for (uint32_t i = 0; i < pipeline->worker_count; i++) pthread_join(workers[i].thread, NULL);
    for (uint32_t i = 0; i < batch_count; i++) arena_free(&batches[i].arena);
    return settle(pipeline, workers, ok, tally, error);
}
