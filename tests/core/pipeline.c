/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/pipeline.h"
#include <criterion/criterion.h>
#include <stdlib.h>

/* A reader that makes batches, a decoder that measures them, and stages that break one law each. */
enum { BATCHES = 200, ROWS = 100, BAD_BATCH = 7 };

struct made {
    uint64_t batches;
    bool breaks;
};

static const struct columns no_columns;

static enum flow count_run(struct stage *stage, struct batch *batch, struct error *error) {
    struct made *made = stage->state;
    if (made->breaks && made->batches == BAD_BATCH)
        return error_set(error, "the source ends inside a record"), FLOW_FAILED;
    batch_shape(batch, &no_columns, ROWS);
    for (uint32_t i = 0; i < ROWS; i++) batch->rows[i].byte = batch->index * ROWS + i;
    return ++made->batches == BATCHES ? FLOW_END : FLOW_MORE;
}

static enum flow measure_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)stage, (void)error;
    batch->measures[3] = ARENA_NEW(&batch->arena, int64_t, batch->row_count);
    for (uint32_t i = 0; i < batch->row_count; i++) batch->measures[3][i] = (int64_t)i * 100 - 1;
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
    if (batch->index == BAD_BATCH) batch->measures[3][5] -= 1;
    return FLOW_MORE;
}

static enum flow eraser_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)stage, (void)error;
    if (batch->index == BAD_BATCH) batch->measures[3] = NULL;
    return FLOW_MORE;
}

static enum flow dropper_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)stage, (void)error;
    if (batch->index == BAD_BATCH) batch->row_count--;
    return FLOW_MORE;
}

static enum flow failing_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)stage;
    if (batch->index != BAD_BATCH) return FLOW_MORE;
    error_code(error, TROUBLE_LATER, "db.lost", "connection lost");
    return FLOW_FAILED;
}

static bool ended(struct stage *stage, struct error *error) {
    (void)error;
    ++*(uint64_t *)stage->state;
    return true;
}

static bool end_fails(struct stage *stage, struct error *error) {
    return error_set(error, "%s cannot end", stage->kind->name);
}

static const struct stage_kind counting = {.name = "count", .run = count_run};
static const struct stage_kind measuring = {.name = "measure", .run = measure_run};
static const struct stage_kind odd = {.name = "odd", .run = odd_run, .end = ended};
static const struct stage_kind thief = {.name = "thief", .run = thief_run};
static const struct stage_kind eraser = {.name = "eraser", .run = eraser_run};
static const struct stage_kind dropper = {.name = "dropper", .run = dropper_run};
static const struct stage_kind failing = {.name = "failing", .run = failing_run};
static const struct stage_kind unending = {.name = "unending", .run = odd_run, .end = end_fails};

struct outcome {
    bool ok;
    struct made made;
    uint64_t ends[WORKERS_MAX];
    struct tally tally;
    struct error error;
    uint64_t rows_read, bytes_read;
};

static void run(const struct stage_kind *last, uint32_t workers, const _Atomic bool *stop, bool breaks,
                struct outcome *outcome) {
    struct pipeline *pipeline = calloc(1, sizeof *pipeline);
    *outcome = (struct outcome){.made = {.breaks = breaks}};
    pipeline->reader = (struct stage){.kind = &counting, .state = &outcome->made};
    pipeline->worker_count = workers;
    pipeline->stage_count = 3;
    pipeline->stop = stop;
    for (uint32_t i = 0; i < workers; i++) {
        pipeline->chain[i][0] = (struct stage){.kind = &measuring};
        pipeline->chain[i][1] = (struct stage){.kind = &odd, .state = &outcome->ends[i]};
        pipeline->chain[i][2] = (struct stage){.kind = last, .state = &outcome->ends[i]};
    }
    outcome->ok = pipeline_run(pipeline, &outcome->tally, &outcome->error);
    outcome->rows_read = pipeline->rows_read;
    outcome->bytes_read = pipeline->bytes_read;
    free(pipeline);
}

static const uint32_t worker_counts[] = {1, 2, 4, WORKERS_MAX};
enum { WORKER_COUNTS = sizeof worker_counts / sizeof *worker_counts };

Test(pipeline, accounts_for_every_row_and_fen) {
    for (int w = 0; w < WORKER_COUNTS; w++) {
        struct outcome outcome;
        run(&odd, worker_counts[w], NULL, false, &outcome);
        cr_assert(outcome.ok, "%u workers: %s", worker_counts[w], outcome.error.message);
        const struct tally *tally = &outcome.tally;
        cr_expect(tally->rows[FATE_LIVE] == BATCHES * ROWS / 2 &&
                  tally->rows[FATE_REJECTED] == BATCHES * ROWS / 2);
        cr_expect(tally_rows(tally) == BATCHES * ROWS && outcome.rows_read == BATCHES * ROWS);
        cr_expect(outcome.bytes_read == BATCHES * ROWS - 1);
        /* Σ(100 i − 1): 0..98 even is 245000 − 50, odd is 250000 − 50. */
        cr_expect(tally->measures[FATE_LIVE][3] == (fen_total)BATCHES * 244950);
        cr_expect(tally->measures[FATE_REJECTED][3] == (fen_total)BATCHES * 249950);
        for (uint32_t i = 0; i < worker_counts[w]; i++)
            cr_expect(outcome.ends[i] == 2, "worker %u ended %ju stages", i, (uintmax_t)outcome.ends[i]);
    }
}

Test(pipeline, catches_what_a_stage_may_not_do) {
    static const struct {
        const struct stage_kind *stage;
        enum trouble trouble;
        const char *code;
    } cases[] = {
        {&thief, TROUBLE_REFUSED, "conserve.amount"},
        {&eraser, TROUBLE_REFUSED, "conserve.amount"},
        {&dropper, TROUBLE_REFUSED, "conserve.rows"},
        {&failing, TROUBLE_LATER, "db.lost"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int w = 0; w < WORKER_COUNTS; w++) {
            struct outcome outcome;
            run(cases[i].stage, worker_counts[w], NULL, false, &outcome);
            const char *name = cases[i].stage->name;
            cr_assert(!outcome.ok, "%s with %u workers was not caught", name, worker_counts[w]);
            cr_expect(outcome.error.trouble == cases[i].trouble, "%s: trouble %d", name,
                      outcome.error.trouble);
            cr_expect(outcome.error.code && strcmp(outcome.error.code, cases[i].code) == 0, "%s: code %s",
                      name, outcome.error.code ? outcome.error.code : "none");
            cr_expect(i == 3 || strstr(outcome.error.message, name), "%s: %s", name, outcome.error.message);
            /* A single worker has two batches under way at most.  With several, one may be put aside by the
               system with the bad batch in its hands while the others go on. */
            cr_expect(worker_counts[w] > 1 || outcome.made.batches <= BAD_BATCH + 3,
                      "%s: the reader went on to %ju", name, (uintmax_t)outcome.made.batches);
            for (uint32_t n = 0; n < worker_counts[w]; n++)
                cr_expect(!outcome.ends[n], "%s: a stage ended as if all were well", name);
        }
}

Test(pipeline, a_broken_source_ends_no_stage) {
    for (int w = 0; w < WORKER_COUNTS; w++) {
        struct outcome outcome;
        run(&odd, worker_counts[w], NULL, true, &outcome);
        cr_assert(!outcome.ok && outcome.made.batches == BAD_BATCH);
        cr_expect(strcmp(outcome.error.message, "the source ends inside a record") == 0, "%s",
                  outcome.error.message);
        for (uint32_t i = 0; i < worker_counts[w]; i++) cr_expect(!outcome.ends[i]);
    }
}

Test(pipeline, stops_when_told) {
    struct outcome outcome;
    _Atomic bool stop = true;
    run(&odd, 2, &stop, false, &outcome);
    cr_expect(!outcome.ok && outcome.made.batches == 0 && *outcome.error.message);
    cr_expect(!outcome.ends[0] && !outcome.ends[1]);
}

Test(pipeline, a_failing_end_fails_the_run) {
    struct outcome outcome;
    run(&unending, 2, NULL, false, &outcome);
    cr_expect(!outcome.ok && strcmp(outcome.error.message, "unending cannot end") == 0, "%s",
              outcome.error.message);
}
