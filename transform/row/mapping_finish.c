/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "transform/row/mapping.h"
#define XXH_INLINE_ALL
#include <xxhash.h>
#include <stdlib.h>

static int compare(struct span a, struct span b) {
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size ? memcmp(a.bytes, b.bytes, size) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

/* Rows of one key stand together: table, system, code, condition; then the higher level first, then by date.
 */
static int by_key(const struct mapping_row *a, const struct mapping_row *b) {
    int order = compare(a->table->name, b->table->name);
    if (!order) order = compare(a->system, b->system);
    if (!order) order = compare(a->code, b->code);
    if (!order) order = compare(a->when_column, b->when_column);
    if (!order) order = compare(a->when_value, b->when_value);
    return order;
}

static int by_key_level_date(const void *left, const void *right) {
    const struct mapping_row *a = *(const struct mapping_row *const *)left,
                             *b = *(const struct mapping_row *const *)right;
    int order = by_key(a, b);
    if (!order) order = (a->level < b->level) - (a->level > b->level);
    if (!order) order = (a->from > b->from) - (a->from < b->from);
    return order ? order : (a->number > b->number) - (a->number < b->number);
}

static bool both(struct error *error, const struct mapping_row *a, const struct mapping_row *b,
                 const char *code, const char *sentence) {
    error->at = (struct place){.source = b->path, .row = b->line};
    return error_code(
        error, TROUBLE_USAGE, code,
        TEXT("%s 第 %u 行与 %s 第 %u 行：代码「%.*s」%s", "%s line %u and %s line %u: code \"%.*s\" %s"),
        a->path, a->line, b->path, b->line, (int)b->code.size, b->code.bytes, sentence);
}

static bool overlaps(const struct mapping_row *a, const struct mapping_row *b) {
    return a->from < b->until && b->from < a->until;
}

/* A reviewed row of a higher level replaces those of lower ones; at one level nothing may overlap. */
static bool overlay(struct mapping_row **rows, uint32_t count, struct error *error) {
    const struct mapping_row *last = NULL; /* the reviewed row in force before this one */
    for (uint32_t index = 0; index < count; index++) {
        struct mapping_row *row = rows[index];
        if (last && by_key(last, row) != 0) last = NULL;
        if (last && last->level > row->level) {
            row->replaced = true;
            continue;
        }
        if (!row->reviewed) continue;
        if (last && last->from == row->from && last->until == row->until)
            return both(error, last, row, "code.ambiguous", TEXT("重复", "is there twice"));
        if (last && overlaps(last, row))
            return both(error, last, row, "code.ambiguous", TEXT("有效期重叠", "has overlapping dates"));
        last = row;
    }
    return true;
}

static bool rivals(const struct mapping_row *a, const struct mapping_row *b) {
    return a->reviewed && b->reviewed && !a->replaced && !b->replaced && a->level == b->level &&
           a->when_column.size && b->when_column.size && !span_equal(a->when_column, b->when_column) &&
           overlaps(a, b) && span_equal(a->system, b->system) && !span_equal(a->target, b->target);
}

/* Two conditions over different columns can both hold, and neither is more specific. */
static bool refuse_ties(const struct mapping_set *set, struct error *error) {
    for (uint32_t index = 0; index < set->row_count; index++) {
        const struct mapping_row *row = set->rows[index];
        if (row->pattern || !row->when_column.size) continue;
        for (const struct mapping_row *other = row->next; other; other = other->next)
            if (rivals(row, other))
                return both(error, other, row, "code.ambiguous",
                            TEXT("的两个条件会同时成立", "has two conditions that can both hold"));
    }
    return true;
}

static bool check_targets(const struct mapping_set *set, struct error *error) {
    for (uint32_t index = 0; index < set->row_count; index++) {
        const struct mapping_row *row = set->rows[index];
        if (!row->reviewed || row->replaced || !row->target.size || !row->table->targets.count) continue;
        if (map_get(&row->table->targets, row->target)) continue;
        error->at = (struct place){.source = row->path, .row = row->line};
        return error_code(
            error, TROUBLE_USAGE, NULL,
            TEXT("%s 第 %u 行：目标代码「%.*s」不在 %s", "%s line %u: target \"%.*s\" is not in %s"),
            row->path, row->line, (int)row->target.size, row->target.bytes, row->table->targets_path);
    }
    return true;
}

static void hash_span(XXH3_state_t *state, struct span text) {
    uint64_t size = text.size;
    XXH3_128bits_update(state, &size, sizeof size);
    if (text.size) XXH3_128bits_update(state, text.bytes, text.size);
}

/* What is in force, in the order of keys, so that the order of files does not matter. */
static void hash_rows(struct mapping_row **rows, uint32_t count, const struct mapping_table *table,
                      uint64_t hash[2]) {
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    XXH3_128bits_reset(&state);
    for (uint32_t index = 0; index < count; index++) {
        const struct mapping_row *row = rows[index];
        if (row->replaced || !row->reviewed || (table && row->table != table)) continue;
        hash_span(&state, row->table->name);
        hash_span(&state, row->system);
        hash_span(&state, row->code);
        hash_span(&state, row->when_column);
        hash_span(&state, row->when_value);
        hash_span(&state, row->target);
        XXH3_128bits_update(&state, &row->from, sizeof row->from);
        XXH3_128bits_update(&state, &row->until, sizeof row->until);
    }
    XXH128_hash_t value = XXH3_128bits_digest(&state);
    hash[0] = value.low64;
    hash[1] = value.high64;
}

bool mapping_finish(struct mapping_set *set, struct error *error) {
    struct mapping_row **sorted = ARENA_NEW(set->arena, struct mapping_row *, set->row_count + 1);
    if (set->row_count) memcpy(sorted, set->rows, set->row_count * sizeof *sorted);
    qsort(sorted, set->row_count, sizeof *sorted, by_key_level_date);
    if (!overlay(sorted, set->row_count, error) || !refuse_ties(set, error) || !check_targets(set, error))
        return false;
    for (uint32_t from = 0, until; from < set->row_count; from = until) { /* a table's rows stand together */
        struct mapping_table *table = sorted[from]->table;
        for (until = from; until < set->row_count && sorted[until]->table == table;) until++;
        hash_rows(sorted + from, until - from, table, table->hash);
    }
    hash_rows(sorted, set->row_count, NULL, set->hash);
    return true;
}
