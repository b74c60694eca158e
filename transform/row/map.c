/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/codelike.h"
#include "core/language.h"
#include "transform/row/cells.h"
#include "transform/row/date.h"
#include "transform/row/mapping.h"
#include "transform/row/row.h"
#include "transform/row/text.h"
#include <assert.h>

enum { SYSTEMS_MAX = 4, MEMO = 256, MEMO_CODE = 23 };

/* Codes repeat: an answer that depends on nothing but the code is kept. */
struct memo {
    bool used;
    uint8_t size;
    char code[MEMO_CODE];
    enum mapping_verdict verdict;
    const struct mapping_row *row;
};

struct mapped {
    const struct spec_column *column;
    const struct kind_column *target;
    const struct mapping_table *table;
    struct memo memo[MEMO];
};

struct map_plan {
    uint32_t count;
    struct mapped *mapped; /* [count] a column stands behind those that its table's conditions ask */
    struct span systems[SYSTEMS_MAX];
    uint32_t system_count;
    uint32_t when_count;
    struct spec_condition
        *whens; /* [when_count] columns of conditions, resolved; index -1: the source lacks it */
    void *match;
};

/* A code without a mapping waits until it is known whether its row is data at all. */
struct failure {
    const struct mapped *mapped;
    uint32_t row;
    enum mapping_verdict verdict;
    struct span code;
};

struct failures {
    struct failure *list;
    size_t count, capacity;
};

static void add_failure(struct failures *failures, struct arena *arena, struct failure failure) {
    if (failures->count == failures->capacity) {
        size_t capacity = failures->capacity ? failures->capacity * 2 : 64;
        struct failure *list = ARENA_NEW(arena, struct failure, capacity);
        if (failures->count) memcpy(list, failures->list, failures->count * sizeof *list);
        failures->list = list;
        failures->capacity = capacity;
    }
    failures->list[failures->count++] = failure;
}

static bool fed(const struct spec *spec, int target) {
    for (uint32_t index = 0; index < spec->column_count; index++)
        if ((int)spec->columns[index].target == target) return true;
    return false;
}

static struct spec_condition *when_of(const struct map_plan *plan, struct span name) {
    for (uint32_t index = 0; index < plan->when_count; index++)
        if (span_equal(plan->whens[index].column, name)) return &plan->whens[index];
    return NULL;
}

static void resolve_when(struct map_plan *plan, const struct spec *spec, const struct columns *columns,
                         struct span name) {
    if (when_of(plan, name)) return;
    struct spec_condition *when = &plan->whens[plan->when_count++];
    *when =
        (struct spec_condition){.column = name, .index = model_column(spec->kind, name), .value_count = 1};
    when->target =
        when->index >= 0 && fed(spec, when->index) && spec->kind->columns[when->index].type == TYPE_TEXT;
    if (when->target) return;
    when->index = -1;
    for (uint32_t column = 0; column < columns->count; column++)
        if (span_equal(columns->names[column], name)) when->index = (int)column;
}

/* Whether `table` has a condition over `target`. */
static bool asks(const struct mapping_set *set, const struct mapping_table *table,
                 const struct kind_column *target) {
    for (uint32_t row = 0; row < set->row_count; row++)
        if (set->rows[row]->table == table && span_is(set->rows[row]->when_column, target->name)) return true;
    return false;
}

/* Columns that others ask come first. */
static bool order(struct map_plan *plan, const struct map_state *state, struct error *error) {
    for (uint32_t placed = 0; placed < plan->count; placed++) {
        uint32_t next = placed;
        for (; next < plan->count; next++) {
            bool waits = false;
            for (uint32_t other = placed; other < plan->count; other++)
                waits |= other != next &&
                         asks(state->mappings, plan->mapped[next].table, plan->mapped[other].target);
            if (!waits) break;
        }
        if (next == plan->count)
            return error_code(
                error, TROUBLE_USAGE, NULL,
                TEXT("%s：映射表的条件互相依赖", "%s: conditions of mapping tables depend on each other"),
                state->spec->path);
        struct mapped first = plan->mapped[next];
        plan->mapped[next] = plan->mapped[placed];
        plan->mapped[placed] = first;
    }
    return true;
}

/* The profile "sample-jinbao.AC01" of system sample-jinbao, the county itself, and rows for any system. */
static void name_systems(struct map_plan *plan, const struct map_state *state) {
    struct span profile = state->spec->profile;
    const char *dot = profile.size ? memchr(profile.bytes, '.', profile.size) : NULL;
    if (profile.size) plan->systems[plan->system_count++] = profile;
    if (dot)
        plan->systems[plan->system_count++] = (struct span){profile.bytes, (size_t)(dot - profile.bytes)};
    if (state->mappings->county.size) plan->systems[plan->system_count++] = state->mappings->county;
    plan->systems[plan->system_count++] = (struct span){"", 0};
}

static bool map_open(struct stage *stage, struct columns *columns, struct error *error) {
    struct map_state *state = stage->state;
    const struct spec *spec = state->spec;
    struct map_plan *plan = state->plan = ARENA_NEW(stage->arena, struct map_plan, 1);
    size_t mapped_count = 1, when_count = 1;
    for (uint32_t index = 0; index < spec->column_count; index++)
        mapped_count += spec->columns[index].map.size > 0;
    for (uint32_t row = 0; row < state->mappings->row_count; row++)
        when_count += state->mappings->rows[row]->when_column.size > 0;
    plan->mapped = ARENA_NEW(stage->arena, struct mapped, mapped_count);
    plan->whens = ARENA_NEW(stage->arena, struct spec_condition, when_count);
    for (uint32_t index = 0; index < spec->column_count; index++) {
        const struct spec_column *column = &spec->columns[index];
        if (!column->map.size) continue;
        struct mapped *mapped = &plan->mapped[plan->count++];
        *mapped = (struct mapped){.column = column,
                                  .target = &spec->kind->columns[column->target],
                                  .table = mapping_find(state->mappings, column->map)};
        error->at = (struct place){.source = spec->path, .row = column->line};
        if (!mapped->table)
            return error_code(error, TROUBLE_USAGE, NULL,
                              TEXT("第 %u 行：没有映射表 %.*s", "line %u: no mapping table %.*s"),
                              column->line, (int)column->map.size, column->map.bytes);
        if (mapped->target->type != TYPE_TEXT)
            return error_code(error, TROUBLE_USAGE, NULL,
                              TEXT("第 %u 行：列 %s 不是代码，不能映射",
                                   "line %u: column %s is no code and cannot be mapped"),
                              column->line, mapped->target->name);
        for (uint32_t row = 0; row < state->mappings->row_count; row++) {
            const struct mapping_row *at = state->mappings->rows[row];
            if (at->table == mapped->table && at->when_column.size)
                resolve_when(plan, spec, columns, at->when_column);
        }
    }
    error->at = (struct place){0};
    name_systems(plan, state);
    plan->match = mapping_match_new();
    return order(plan, state, error);
}

struct asked {
    const struct map_plan *plan;
    const struct batch *batch;
    uint32_t row;
};

static bool holds(const struct mapping_row *row, void *context) {
    const struct asked *asked = context;
    const struct spec_condition *when = when_of(asked->plan, row->when_column);
    if (!when || when->index < 0) return false;
    struct spec_condition condition = *when;
    condition.values = &row->when_value;
    if (row->when_pattern)
        return mapping_when_matches(row, condition_text(&condition, asked->batch, asked->row),
                                    asked->plan->match);
    return condition_holds(&condition, asked->batch, asked->row);
}

static bool event_day(const struct batch *batch, uint32_t row, int32_t *day) {
    int event = batch->kind->event;
    if (event < 0 || batch->values[event].null[row]) return false;
    static const int64_t day_us = 86400000000;
    if (batch->kind->columns[event].type == TYPE_DATE) *day = batch->values[event].date[row];
    else *day = (int32_t)(batch->values[event].integer[row] / day_us);
    return true;
}

static struct span code_of(const struct spec_column *column, struct batch *batch, uint32_t row) {
    if (column->from_count == 0) return column->value;
    if (column->from_count == 1) return text_trim(batch->cells[column->index[0]][row]);
    struct span code = {0};
    for (uint32_t part = 0; part < column->from_count; part++) {
        struct span cell = text_trim(batch->cells[column->index[part]][row]);
        char *bytes = ARENA_NEW(&batch->arena, char, code.size + column->join.size + cell.size + 1),
             *at = bytes;
        if (code.size) at = mempcpy(at, code.bytes, code.size);
        if (part && column->join.size) at = mempcpy(at, column->join.bytes, column->join.size);
        if (cell.size) at = mempcpy(at, cell.bytes, cell.size);
        code = (struct span){bytes, (size_t)(at - bytes)};
    }
    return code;
}

static struct memo *memo_of(struct mapped *mapped, struct span code) {
    unsigned sum = (unsigned)code.size;
    for (size_t index = 0; index < code.size; index++) sum = sum * 31 + (unsigned char)code.bytes[index];
    return code.size > MEMO_CODE ? NULL : &mapped->memo[sum % MEMO];
}

static enum mapping_verdict look_up(struct mapped *mapped, const struct map_plan *plan, struct batch *batch,
                                    uint32_t row, struct span code, const struct mapping_row **found) {
    struct memo *memo = memo_of(mapped, code);
    if (memo && memo->used && memo->size == code.size &&
        memcmp(memo->code, code.bytes ? code.bytes : "", code.size) == 0) {
        *found = memo->row;
        return memo->verdict;
    }
    struct asked asked = {plan, batch, row};
    struct mapping_question question = {.systems = plan->systems,
                                        .system_count = plan->system_count,
                                        .holds = holds,
                                        .context = &asked,
                                        .match = plan->match};
    question.day_known = event_day(batch, row, &question.day);
    bool constant;
    enum mapping_verdict verdict = mapping_choose(mapped->table, code, &question, found, &constant);
    if (memo && constant) {
        *memo = (struct memo){.used = true, .size = (uint8_t)code.size, .verdict = verdict, .row = *found};
        if (code.size) memcpy(memo->code, code.bytes, code.size);
    }
    return verdict;
}

static void count_use(const struct map_state *state, const struct batch *batch, uint32_t row,
                      const struct mapping_row *found) {
    if (!state->use) return;
    int main = batch->kind->main_measure;
    state->use[found->number].rows++;
    if (main >= 0 && batch->measures[main]) state->use[found->number].fen += batch->measures[main][row];
}

/* A code reviewed as not handed over: the row is no data of ours. */
static void explain(const struct mapped *mapped, struct batch *batch, uint32_t row,
                    const struct mapping_row *found, struct span code) {
    struct reason reason = {
        .code = span_is(mapped->table->name, "insutype") ? "scope.not_medical" : "scope.mapped_to_none",
        .source = mapped->column->from_count ? (uint16_t)(mapped->column->index[0] + 1) : 0,
        .target = (uint16_t)(mapped->column->target + 1),
        .value = code};
    reason.detail = detail_of(batch, "label=%.*s", (int)(found->label.size < 90 ? found->label.size : 0),
                              found->label.bytes);
    batch_explain(batch, row, reason);
}

static void tell(const struct failure *failure, bool keep, struct batch *batch) {
    static const char *const codes[] = {[MAPPING_UNMAPPED] = "code.unmapped",
                                        [MAPPING_DRAFT_ONLY] = "code.draft_only",
                                        [MAPPING_NOT_VALID] = "code.not_valid_on_date",
                                        [MAPPING_AMBIGUOUS] = "code.ambiguous",
                                        [MAPPING_LIMIT] = "code.pattern_limit"};
    if (batch->rows[failure->row].fate == FATE_EXPLAINED) return;
    const struct mapped *mapped = failure->mapped;
    char date[16] = "-";
    int32_t day;
    if (event_day(batch, failure->row, &day)) date_write(day, date);
    struct reason reason = {.source =
                                mapped->column->from_count ? (uint16_t)(mapped->column->index[0] + 1) : 0,
                            .target = (uint16_t)(mapped->column->target + 1),
                            .value = failure->code};
    struct span shown =
        codelike(failure->code) ? failure->code : codelike_hidden(failure->code, &batch->arena);
    reason.detail = detail_of(batch, "value=%.*s;table=%.*s;date=%s", (int)shown.size, shown.bytes,
                              (int)mapped->table->name.size, mapped->table->name.bytes, date);
    if (failure->verdict == MAPPING_UNMAPPED && keep) {
        reason.code = "code.unmapped_kept";
        batch->values[mapped->column->target].null[failure->row] = false;
        batch->values[mapped->column->target].text[failure->row] = failure->code;
        batch_doubt(batch, failure->row, reason);
        return;
    }
    reason.code = codes[failure->verdict];
    batch_reject(batch, failure->row, reason);
}

static enum flow map_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)error;
    struct map_state *state = stage->state;
    struct map_plan *plan = state->plan;
    struct failures failures = {0};
    for (uint32_t index = 0; index < plan->count; index++) {
        struct mapped *mapped = &plan->mapped[index];
        struct vector *values = &batch->values[mapped->column->target];
        const struct spec_condition *when = &mapped->column->when;
        for (uint32_t row = 0; row < batch->row_count; row++) {
            if (batch->rows[row].shifted || batch->rows[row].fate == FATE_EXPLAINED) continue;
            if (when->value_count && !condition_holds(when, batch, row)) continue;
            const struct mapping_row *found;
            struct span code = code_of(mapped->column, batch, row);
            enum mapping_verdict verdict = look_up(mapped, plan, batch, row, code, &found);
            assert(found || (verdict != MAPPING_FOUND && verdict != MAPPING_NOTHING));
            if (found) count_use(state, batch, row, found);
            if (verdict == MAPPING_FOUND) {
                values->null[row] = false;
                values->text[row] = found->target;
            } else if (verdict == MAPPING_NOTHING) {
                explain(mapped, batch, row, found, code);
            } else if (code.size) { /* an empty cell without a mapping of its own is null */
                add_failure(&failures, &batch->arena, (struct failure){mapped, row, verdict, code});
            }
        }
    }
    for (size_t index = 0; index < failures.count; index++)
        tell(&failures.list[index], state->spec->unmapped_keep, batch);
    return FLOW_MORE;
}

static void map_close(struct stage *stage) {
    struct map_state *state = stage->state;
    if (state->plan) mapping_match_free(state->plan->match);
}

const struct stage_kind transform_map = {.name = "map",
                                         .state_size = sizeof(struct map_state),
                                         .open = map_open,
                                         .run = map_run,
                                         .close = map_close};
