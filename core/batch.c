/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/batch.h"
#include <assert.h>

void batch_room(struct batch *batch, const struct columns *columns, uint32_t row_count) {
    batch->source = columns;
    batch->row_count = row_count;
    batch->rows = ARENA_NEW(&batch->arena, struct row, row_count ? row_count : 1);
    batch->cells = ARENA_NEW(&batch->arena, struct span *, columns->count ? columns->count : 1);
    for (uint32_t column = 0; column < columns->count; column++)
        batch->cells[column] = ARENA_ROOM(&batch->arena, struct span, row_count ? row_count : 1);
}

void batch_shape(struct batch *batch, const struct columns *columns, uint32_t row_count) {
    batch_room(batch, columns, row_count);
    for (uint32_t column = 0; column < columns->count && row_count; column++)
        memset(batch->cells[column], 0, row_count * sizeof **batch->cells);
}

static struct row *keep(struct batch *batch, uint32_t row, struct reason reason, enum weight weight) {
    assert(row < batch->row_count && reason.code);
    struct row *target = &batch->rows[row];
    if (!target->reasons) target->reasons = ARENA_NEW(&batch->arena, struct reason, REASONS_MAX);
    for (uint8_t i = 0; i < target->reason_count; i++) {
        const struct reason *old = &target->reasons[i];
        if (old->code == reason.code && old->source == reason.source &&
            (reason.source || old->target == reason.target))
            return target; /* said already */
    }
    reason.weight = weight;
    if (target->reason_count < REASONS_MAX) {
        target->reasons[target->reason_count++] = reason;
    } else if (weight <= WEIGHT_EXPLAIN) {
        /* A fate without its reason would be worse than one doubt fewer. */
        target->reasons[REASONS_MAX - 1] = reason;
    }
    return target;
}

void batch_reject(struct batch *batch, uint32_t row, struct reason reason) {
    struct row *target = keep(batch, row, reason, WEIGHT_REJECT);
    if (target->fate == FATE_LIVE) target->fate = FATE_REJECTED;
}

void batch_explain(struct batch *batch, uint32_t row, struct reason reason) {
    struct row *target = keep(batch, row, reason, WEIGHT_EXPLAIN);
    if (target->fate == FATE_LIVE) target->fate = FATE_EXPLAINED;
}

void batch_doubt(struct batch *batch, uint32_t row, struct reason reason) {
    keep(batch, row, reason, WEIGHT_DOUBT);
}

void batch_note(struct batch *batch, uint32_t row, struct reason reason) {
    keep(batch, row, reason, WEIGHT_NOTE);
}
