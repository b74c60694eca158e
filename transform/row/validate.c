/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/codelike.h"
#include "core/decimal.h"
#include "transform/row/check.h"
#include "transform/row/text.h"

struct applied {
    const struct check *check;
    int column[CHECK_COLUMNS];
};

struct validate_plan {
    uint32_t count;
    struct applied *applied; /* [count] the checks that the spec's columns allow */
    uint16_t *source;        /* [kind->column_count] */
    bool *keyed;             /* [kind->column_count] fed by a key cell */
    bool *fed;
};

void check_begin(struct checking *checking) {
    const struct batch *batch = checking->batch;
    checking->applies = ARENA_ROOM(&checking->batch->arena, bool, batch->row_count + 1);
    for (uint32_t row = 0; row < batch->row_count; row++) {
        const struct row *at = &batch->rows[row];
        checking->applies[row] = at->fate != FATE_EXPLAINED && !at->shifted && !at->withdrawn;
    }
}

bool check_day(const struct checking *checking, int index, uint32_t row, int32_t *day) {
    const struct vector *vector = check_vector(checking, index);
    static const int64_t day_us = 86400000000;
    if (!vector || vector->null[row]) return false;
    if (checking->batch->kind->columns[checking->column[index]].type == TYPE_DATE) *day = vector->date[row];
    else *day = (int32_t)((vector->integer[row] - (vector->integer[row] < 0 ? day_us - 1 : 0)) / day_us);
    return true;
}

void check_say(const struct checking *checking, uint32_t row, enum weight weight, const char *code, int index,
               struct span detail) {
    struct batch *batch = checking->batch;
    struct reason reason = {.code = code, .detail = detail};
    int target = index < 0 ? -1 : checking->column[index];
    if (target >= 0) {
        reason.target = (uint16_t)(target + 1);
        reason.source = checking->source[target];
        const struct row *at = &batch->rows[row];
        for (uint8_t told = 0; told < at->reason_count && reason.source; told++)
            if (at->reasons[told].weight == WEIGHT_REJECT && at->reasons[told].source == reason.source)
                return;
        if (reason.source) reason.value = batch->cells[reason.source - 1][row];
    }
    if (weight == WEIGHT_REJECT) batch_reject(batch, row, reason);
    else if (weight == WEIGHT_DOUBT) batch_doubt(batch, row, reason);
    else if (weight == WEIGHT_NOTE) batch_note(batch, row, reason);
    else batch_explain(batch, row, reason);
    checking->applies[row] &= batch->rows[row].fate != FATE_EXPLAINED;
}

struct span check_difference(const struct checking *checking, int64_t fen) {
    char text[32];
    decimal_write(fen, 2, text);
    return detail_of(checking->batch, "difference=%s", text);
}

static bool is_read_as(const struct spec *spec, int target, const char *as) {
    for (uint32_t index = 0; index < spec->column_count; index++)
        if ((int)spec->columns[index].target == target && span_is(spec->columns[index].as, as)) return true;
    return false;
}

/* Fills the columns of `check`; false when the spec does not feed what it needs. */
static bool applies(const struct check *check, const struct spec *spec, const bool *fed,
                    int column[CHECK_COLUMNS]) {
    int at = 0;
    if (check->kinds && strcmp(check->kinds, spec->kind->name) != 0) return false;
    for (int index = 0; index < CHECK_COLUMNS; index++) column[index] = -1;
    for (int index = 0; index < CHECK_COLUMNS && check->needs[index]; index++) {
        int found = model_column(spec->kind, (struct span){check->needs[index], strlen(check->needs[index])});
        if (found < 0 || !fed[found] || (at == 0 && check->as && !is_read_as(spec, found, check->as)))
            return false;
        column[at++] = found;
    }
    for (int index = 0; index < CHECK_COLUMNS && check->uses[index]; index++, at++) {
        int found = model_column(spec->kind, (struct span){check->uses[index], strlen(check->uses[index])});
        column[at] = found >= 0 && fed[found] ? found : -1;
    }
    return true;
}

static bool validate_open(struct stage *stage, struct columns *columns, struct error *error) {
    (void)columns, (void)error;
    struct validate_state *state = stage->state;
    const struct spec *spec = state->spec;
    static const struct check *const lists[] = {checks_person, checks_dates, checks_money};
    struct validate_plan *plan = state->plan = ARENA_NEW(stage->arena, struct validate_plan, 1);
    plan->source = ARENA_NEW(stage->arena, uint16_t, spec->kind->column_count);
    plan->keyed = ARENA_NEW(stage->arena, bool, spec->kind->column_count);
    plan->fed = ARENA_NEW(stage->arena, bool, spec->kind->column_count);
    for (uint32_t index = 0; index < spec->column_count; index++) {
        const struct spec_column *column = &spec->columns[index];
        plan->fed[column->target] = true;
        if (column->from_count && !plan->source[column->target])
            plan->source[column->target] = (uint16_t)(column->index[0] + 1);
        for (uint32_t part = 0; part < column->from_count; part++)
            for (uint32_t key = 0; key < spec->key_count; key++)
                plan->keyed[column->target] |= spec->key_index[key] == column->index[part];
    }
    uint32_t most = 0;
    for (size_t list = 0; list < sizeof lists / sizeof *lists; list++)
        for (const struct check *check = lists[list]; check->run; check++) most++;
    plan->applied = ARENA_NEW(stage->arena, struct applied, most);
    for (size_t list = 0; list < sizeof lists / sizeof *lists; list++)
        for (const struct check *check = lists[list]; check->run; check++) {
            struct applied *applied = &plan->applied[plan->count];
            applied->check = check;
            plan->count += applies(check, spec, plan->fed, applied->column);
        }
    return true;
}

static bool key_is_empty(const struct spec *spec, const struct batch *batch, uint32_t row) {
    for (uint32_t key = 0; key < spec->key_count; key++)
        if (spec->key_index[key] >= 0 && text_trim(batch->cells[spec->key_index[key]][row]).size == 0)
            return true;
    return false;
}

/* A required value that is null for no reason already told. */
static void require(const struct checking *checking, const struct validate_plan *plan, uint32_t column) {
    struct batch *batch = checking->batch;
    const bool *null = batch->values[column].null;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        if (!null[row] || !check_applies(checking, row)) continue;
        const struct row *at = &batch->rows[row];
        bool told = false;
        for (uint8_t index = 0; index < at->reason_count; index++)
            told |= at->reasons[index].weight == WEIGHT_REJECT &&
                    (at->reasons[index].target == column + 1 ||
                     (plan->source[column] && at->reasons[index].source == plan->source[column]));
        if (told || (plan->keyed[column] && key_is_empty(checking->state->spec, batch, row)))
            continue; /* key.empty says it */
        const int self[] = {(int)column};
        struct checking one = {checking->state, batch, self, checking->source, checking->applies};
        check_say(&one, row, WEIGHT_REJECT, "required.empty", 0, (struct span){0});
    }
}

/* A division code of 6, 9 or 12 digits lies in the county when its first six do. */
static bool is_own(const struct validate_state *state, struct span code) {
    if (code.size > 6 && text_is_digits(code)) code.size = 6;
    for (uint32_t index = 0; index < state->county_count; index++)
        if (span_equal(state->county[index], code)) return true;
    return false;
}

static void check_county(const struct checking *checking) {
    const struct spec *spec = checking->state->spec;
    struct batch *batch = checking->batch;
    if (!spec->county_column.size || spec->foreign_keep || !checking->state->county_count) return;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        if (batch->rows[row].fate == FATE_EXPLAINED || batch->rows[row].shifted) continue;
        struct span cell = text_trim(batch->cells[spec->county_index][row]);
        if (cell.size == 0 || is_own(checking->state, cell)) continue; /* blank: the deliverer's own */
        struct span shown = codelike(cell) ? cell : codelike_hidden(cell, &batch->arena);
        batch_reject(batch, row,
                     (struct reason){.code = "row.foreign_county",
                                     .source = (uint16_t)(spec->county_index + 1),
                                     .value = cell,
                                     .detail = detail_of(batch, "value=%.*s", (int)shown.size, shown.bytes)});
    }
}

static enum flow validate_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)error;
    const struct validate_state *state = stage->state;
    const struct validate_plan *plan = state->plan;
    struct checking checking = {state, batch, NULL, plan->source, NULL};
    check_begin(&checking);
    check_county(&checking);
    for (uint32_t column = 0; column < batch->kind->column_count; column++)
        if (batch->kind->columns[column].tags & (TAG_REQUIRED | TAG_EVENT) && plan->fed[column])
            require(&checking, plan, column);
    for (uint32_t index = 0; index < plan->count; index++) {
        checking.column = plan->applied[index].column;
        plan->applied[index].check->run(&checking);
    }
    return FLOW_MORE;
}

const struct stage_kind transform_validate = {.name = "validate",
                                              .state_size = sizeof(struct validate_state),
                                              .open = validate_open,
                                              .run = validate_run};
