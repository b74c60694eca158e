/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/control.h"
#include <stdlib.h>

static struct control_part *part_new(struct control_state *state, uint64_t batch) {
    uint32_t measures = state->kind->measure_count + 1;
    struct control_part *part = ARENA_NEW(state->arena, struct control_part, 1);
    part->batch = batch;
    part->said = ARENA_NEW(state->arena, bool, measures);
    part->total = ARENA_NEW(state->arena, int64_t, measures);
    part->sum = ARENA_NEW(state->arena, fen_total, measures);
    if (state->last) state->last->next = part;
    else state->first = part;
    state->last = part;
    state->count++;
    return part;
}

static bool is_grand(const struct batch *batch, uint32_t row) {
    for (uint32_t c = 0; c < batch->source->count; c++) {
        struct span cell = batch->cells[c][row];
        if (!cell.size) continue;
        return memmem(cell.bytes, cell.size, "小计", strlen("小计")) == NULL;
    }
    return true;
}

static void take_total(struct control_part *part, const struct batch *batch, uint32_t row) {
    part->row = batch->rows[row].number;
    part->grand = is_grand(batch, row);
    for (uint32_t m = 0; m < batch->kind->measure_count; m++) {
        uint16_t column = batch->kind->measures[m];
        if (!batch->measures[m] || batch->values[column].null[row]) continue;
        part->said[m] = true;
        part->total[m] = batch->measures[m][row];
    }
}

static enum flow control_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)error;
    struct control_state *state = stage->state;
    struct control_part *part = part_new(state, batch->index);
    for (uint32_t row = 0; row < batch->row_count; row++) {
        const struct row *at = &batch->rows[row];
        if (at->total) {
            take_total(part, batch, row);
            part = part_new(state, batch->index);
        } else if (at->fate != FATE_EXPLAINED) {
            for (uint32_t m = 0; m < batch->kind->measure_count; m++)
                if (batch->measures[m]) part->sum[m] += batch->measures[m][row];
        }
    }
    return FLOW_MORE;
}

/* Parts of one batch stand in one worker's list in their order, so a stable order by batch is enough. */
static int by_batch(const void *a, const void *b) {
    const struct control_part *left = *(const struct control_part *const *)a;
    const struct control_part *right = *(const struct control_part *const *)b;
    if (left->batch != right->batch) return left->batch < right->batch ? -1 : 1;
    if (!left->row || !right->row) return left->row ? -1 : right->row ? 1 : 0;
    return left->row < right->row ? -1 : left->row > right->row;
}

struct running {
    fen_total part[MEASURES], whole[MEASURES];
};

static void compare(const struct control_part *part, uint32_t measures, struct running *running,
                    uint64_t *compared, struct control_breach *breaches, uint32_t limit,
                    uint64_t *breach_count) {
    for (uint32_t m = 0; m < measures; m++) {
        running->part[m] += part->sum[m];
        running->whole[m] += part->sum[m];
        if (!part->row) continue;
        fen_total found = part->grand ? running->whole[m] : running->part[m];
        if (part->said[m]) {
            ++*compared;
            if (found != part->total[m] && (*breach_count)++ < limit)
                breaches[*breach_count - 1] = (struct control_breach){part->row, m, part->total[m], found};
        }
        running->part[m] = 0;
        if (part->grand) running->whole[m] = 0;
    }
}

uint64_t control_check(const struct control_state *states, uint32_t state_count, struct arena *arena,
                       struct control_breach *breaches, uint32_t limit, uint64_t *breach_count) {
    uint64_t count = 0, at = 0, compared = 0;
    struct running running = {0};
    *breach_count = 0;
    for (uint32_t i = 0; i < state_count; i++) count += states[i].count;
    struct control_part **parts = ARENA_NEW(arena, struct control_part *, count + 1);
    for (uint32_t i = 0; i < state_count; i++)
        for (struct control_part *part = states[i].first; part; part = part->next) parts[at++] = part;
    qsort(parts, count, sizeof *parts, by_batch);
    for (uint64_t i = 0; i < count; i++)
        compare(parts[i], states[0].kind->measure_count, &running, &compared, breaches, limit, breach_count);
    return compared;
}

const struct stage_kind transform_control = {
    .name = "control",
    .state_size = sizeof(struct control_state),
    .run = control_run,
};
