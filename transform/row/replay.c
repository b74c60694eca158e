/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "transform/row/row.h"

static bool replay_open(struct stage *stage, struct columns *columns, struct error *error) {
    const struct replay_state *state = stage->state;
    for (size_t index = 0; index < state->cell_count; index++)
        if (state->cells[index].column >= columns->count)
            return error_code(error, TROUBLE_USAGE, "header.missing_column",
                              TEXT("没有第 %u 列", "there is no column %u"), state->cells[index].column + 1);
    return true;
}

/* The first of `count` ascending numbers that is not below `number`. */
static size_t first_row(const uint64_t *numbers, size_t count, uint64_t number) {
    size_t from = 0, until = count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (numbers[middle] < number) from = middle + 1;
        else until = middle;
    }
    return from;
}

static size_t first_cell(const struct replay_cell *cells, size_t count, uint64_t number) {
    size_t from = 0, until = count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (cells[middle].row < number) from = middle + 1;
        else until = middle;
    }
    return from;
}

static enum flow replay_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)error;
    const struct replay_state *state = stage->state;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        uint64_t number = batch->rows[row].number;
        size_t found = first_row(state->rows, state->row_count, number);
        if (found == state->row_count || state->rows[found] != number) {
            batch_explain(batch, row, (struct reason){.code = "row.filtered"});
            continue;
        }
        size_t cell = first_cell(state->cells, state->cell_count, number);
        for (; cell < state->cell_count && state->cells[cell].row == number; cell++)
            batch->cells[state->cells[cell].column][row] = state->cells[cell].text;
    }
    return FLOW_MORE;
}

const struct stage_kind transform_replay = {
    .name = "replay", .state_size = sizeof(struct replay_state), .open = replay_open, .run = replay_run};
