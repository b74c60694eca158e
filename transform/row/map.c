/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/codelike.h"
#include "core/language.h"
#include "transform/row/cells.h"
#include "transform/row/date.h"
#include "transform/row/mapping.h"
#include "transform/row/row.h"
#include "transform/row/text.h"
#include <assert.h>

enum { SYSTEMS_MAX = 4, MEMO = 256, MEMO_CODE = 16 };

/* Codes repeat: an answer that depends on nothing but the code, and on days of a range, is kept. */
struct memo {
    uint64_t words[2]; /* the code, by load_code */
    const struct mapping_row *row;
    struct mapping_use *use; /* of `row`; NULL: nobody counts */
    struct span target;
    int32_t from, until; /* the days it is good for; from = until: nothing kept here */
    uint8_t size;
    uint8_t verdict;
    bool itself; /* the code is its own target */
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
    for (uint32_t row = 0; table->conditional && row < set->row_count; row++)
        if (set->rows[row]->file->table == table && set->rows[row]->when &&
            span_is(set->rows[row]->when->column, target->name))
            return true;
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
        when_count += state->mappings->rows[row]->when != NULL;
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
        for (uint32_t row = 0; mapped->table->conditional && row < state->mappings->row_count; row++) {
            const struct mapping_row *at = state->mappings->rows[row];
            if (at->file->table == mapped->table && at->when)
                resolve_when(plan, spec, columns, at->when->column);
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
    const struct spec_condition *when = when_of(asked->plan, row->when->column);
    struct span value = row->when->value;
    if (!when || when->index < 0) return false;
    struct spec_condition condition = *when;
    condition.values = &value;
    if (row->when->pattern)
        return mapping_matches(row->when->pattern, condition_text(&condition, asked->batch, asked->row),
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

/* Nearly every code is visible ASCII from end to end. */
static struct span trim_code(struct span cell) {
    if (cell.size && cell.bytes[0] > ' ' && cell.bytes[cell.size - 1] > ' ') return cell;
    return text_trim(cell);
}

static struct span code_of(const struct spec_column *column, struct batch *batch, uint32_t row) {
    if (column->from_count == 0) return column->value;
    if (column->from_count == 1) return trim_code(batch->cells[column->index[0]][row]);
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

/* A code of up to 16 bytes in two words, told apart together with its size; reads nothing beyond it. */
static void load_code(struct span code, uint64_t words[2]) {
    const char *bytes = code.bytes;
    size_t size = code.size;
    words[0] = words[1] = 0;
    if (size >= 8) {
        memcpy(&words[0], bytes, 8);
        memcpy(&words[1], bytes + size - 8, 8);
    } else if (size >= 4) {
        memcpy(&words[0], bytes, 4);
        memcpy((char *)&words[0] + 4, bytes + size - 4, 4);
    } else if (size) {
        words[0] = (uint64_t)(unsigned char)bytes[0] | (uint64_t)(unsigned char)bytes[size / 2] << 8 |
                   (uint64_t)(unsigned char)bytes[size - 1] << 16;
    }
}

static struct memo *memo_of(struct mapped *mapped, const uint64_t words[2], size_t size) {
    uint64_t sum = (words[0] ^ (words[1] + size) * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
    return &mapped->memo[sum >> 56];
}

/* What all columns of a batch share. */
struct pass {
    const struct map_state *state;
    struct batch *batch;
    const int64_t *fen; /* of the main measure, or NULL */
    bool *skip;         /* [row_count] no data, or its cells do not stand under their columns */
    int32_t *days;      /* [row_count] event days; INT32_MIN: none.  NULL: the kind has none */
};

static enum mapping_verdict look_up(const struct pass *pass, struct mapped *mapped, uint32_t row,
                                    struct span code, struct mapping_range *range,
                                    const struct mapping_row **found) {
    const struct map_plan *plan = pass->state->plan;
    struct asked asked = {plan, pass->batch, row};
    struct mapping_question question = {.systems = plan->systems,
                                        .system_count = plan->system_count,
                                        .holds = holds,
                                        .context = &asked,
                                        .match = plan->match};
    question.day_known = pass->days && pass->days[row] != INT32_MIN;
    if (question.day_known) question.day = pass->days[row];
    return mapping_choose(mapped->table, code, &question, found, range);
}

/* The answer in `scratch`, or where it is kept. */
static const struct memo *answer(const struct pass *pass, struct mapped *mapped, uint32_t row,
                                 struct span code, struct memo *scratch) {
    int32_t day = pass->days ? pass->days[row] : 0;
    bool keep = code.size <= MEMO_CODE && day != INT32_MIN;
    struct memo *memo = scratch;
    uint64_t words[2] = {0};
    if (keep) {
        load_code(code, words);
        memo = memo_of(mapped, words, code.size);
        if (memo->words[0] == words[0] && memo->words[1] == words[1] && memo->size == code.size &&
            memo->from <= day && day < memo->until)
            return memo;
    }
    struct mapping_range range;
    const struct mapping_row *found;
    enum mapping_verdict verdict = look_up(pass, mapped, row, code, &range, &found);
    if (range.conditional) memo = scratch;
    *memo = (struct memo){.words = {words[0], words[1]},
                          .row = found,
                          .from = range.from,
                          .until = range.until,
                          .size = (uint8_t)code.size,
                          .verdict = (uint8_t)verdict};
    if (found) memo->target = mapping_result(found, code);
    if (found && pass->state->use) memo->use = &pass->state->use[found->number];
    memo->itself = found && memo->target.bytes == code.bytes && code.size > 0;
    return memo;
}

static void count_use(const struct pass *pass, uint32_t row, struct mapping_use *use) {
    use->rows++;
    if (pass->fen) use->fen += pass->fen[row];
    if (!pass->days || pass->days[row] == INT32_MIN) return;
    int32_t day = pass->days[row];
    if (!use->dated || day < use->first) use->first = day;
    if (!use->dated || day > use->last) use->last = day;
    use->dated = true;
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

/* 01 in the file, 1 in the table and 01 nowhere: the table lost its zeros in a spreadsheet. */
static bool zeros_kept(const struct pass *pass, const struct mapped *mapped, struct span code,
                       struct error *error) {
    const struct map_plan *plan = pass->state->plan;
    struct span bare = code;
    while (bare.size > 1 && bare.bytes[0] == '0') bare.bytes++, bare.size--;
    if (bare.size == code.size || bare.bytes[0] == '0' || !text_is_digits(bare)) return true;
    for (uint32_t system = 0; system < plan->system_count; system++) {
        const struct mapping_row *row = mapping_rows(mapped->table, plan->systems[system], bare);
        for (; row && row->file->level == MAPPING_SHIPPED;) row = row->next;
        if (!row) continue;
        error->at = (struct place){
            .source = row->file->path, .row = row->line, .column = row->file->columns[FIELD_CODE]};
        return error_code(
            error, TROUBLE_REFUSED, "mapping.zeros_eaten",
            TEXT("%s 第 %u 行 source_code 列：代码「%.*s」的前导零被表格软件吃掉了(文件里是 %.*s)；把"
                 "这一列设成文本再填",
                 "%s line %u column source_code: a spreadsheet has eaten the leading zeros of code "
                 "\"%.*s\" (the file says %.*s); format the column as text and type it again"),
            row->file->path, row->line, (int)bare.size, bare.bytes, (int)code.size, code.bytes);
    }
    return true;
}

static bool map_column(const struct pass *pass, struct mapped *mapped, struct failures *failures,
                       struct error *error) {
    struct batch *batch = pass->batch;
    struct vector *values = &batch->values[mapped->column->target];
    const struct spec_condition *when = &mapped->column->when;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        if (pass->skip[row] || (when->value_count && !condition_holds(when, batch, row))) continue;
        struct memo scratch;
        struct span code = code_of(mapped->column, batch, row);
        const struct memo *memo = answer(pass, mapped, row, code, &scratch);
        enum mapping_verdict verdict = memo->verdict;
        assert(memo->row || (verdict != MAPPING_FOUND && verdict != MAPPING_NOTHING));
        if (memo->use) count_use(pass, row, memo->use);
        if (verdict == MAPPING_FOUND) {
            values->null[row] = false;
            values->text[row] = memo->itself ? code : memo->target;
        } else if (verdict == MAPPING_NOTHING) {
            explain(mapped, batch, row, memo->row, code);
            pass->skip[row] = batch->rows[row].fate == FATE_EXPLAINED;
        } else if (code.size) { /* an empty cell without a mapping of its own is null */
            if (verdict == MAPPING_UNMAPPED && code.bytes[0] == '0' && !zeros_kept(pass, mapped, code, error))
                return false;
            add_failure(failures, &batch->arena, (struct failure){mapped, row, verdict, code});
        }
    }
    return true;
}

static void begin_pass(struct pass *pass, const struct map_state *state, struct batch *batch) {
    int main = batch->kind->main_measure;
    *pass = (struct pass){.state = state,
                          .batch = batch,
                          .fen = main >= 0 ? batch->measures[main] : NULL,
                          .skip = ARENA_NEW(&batch->arena, bool, batch->row_count + 1)};
    if (batch->kind->event >= 0) pass->days = ARENA_NEW(&batch->arena, int32_t, batch->row_count + 1);
    for (uint32_t row = 0; row < batch->row_count; row++) {
        pass->skip[row] = batch->rows[row].shifted || batch->rows[row].fate == FATE_EXPLAINED;
        if (pass->days && !event_day(batch, row, &pass->days[row])) pass->days[row] = INT32_MIN;
    }
}

static enum flow map_run(struct stage *stage, struct batch *batch, struct error *error) {
    struct map_state *state = stage->state;
    struct map_plan *plan = state->plan;
    struct failures failures = {0};
    struct pass pass;
    if (!plan->count) return FLOW_MORE;
    begin_pass(&pass, state, batch);
    for (uint32_t index = 0; index < plan->count; index++)
        if (!map_column(&pass, &plan->mapped[index], &failures, error)) return FLOW_FAILED;
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
