/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "transform/row/mapping_index.h"
#define XXH_INLINE_ALL
#include <xxhash.h>

static const struct mapping_condition no_condition = {{"", 0}, {"", 0}, NULL};

static const struct mapping_condition *condition_of(const struct mapping_row *row) {
    return row->when ? row->when : &no_condition;
}

static bool same_condition(const struct mapping_row *a, const struct mapping_row *b) {
    const struct mapping_condition *left = condition_of(a), *right = condition_of(b);
    return left == right ||
           (span_equal(left->column, right->column) && span_equal(left->value, right->value));
}

struct quarrel {
    enum mapping_field field;
    const char *column, *sentence; /* sentence NULL: there is none */
};

static bool both(struct error *error, const struct mapping_row *a, const struct mapping_row *b,
                 const struct quarrel *quarrel) {
    error->at =
        (struct place){.source = b->file->path, .row = b->line, .column = b->file->columns[quarrel->field]};
    return error_code(error, TROUBLE_USAGE, "code.ambiguous",
                      TEXT("%s 第 %u 行与 %s 第 %u 行 %s 列：代码「%.*s」%s",
                           "%s line %u and %s line %u column %s: code \"%.*s\" %s"),
                      a->file->path, a->line, b->file->path, b->line, quarrel->column, (int)b->code.size,
                      b->code.bytes, quarrel->sentence);
}

static bool overlaps(const struct mapping_row *a, const struct mapping_row *b) {
    return a->from < b->until && b->from < a->until;
}

/* Two conditions over different columns can both hold, and neither is more specific. */
static bool rivals(const struct mapping_row *a, const struct mapping_row *b) {
    return a->when && b->when && !a->pattern && !span_equal(a->when->column, b->when->column) &&
           !span_equal(a->target, b->target);
}

/* What is wrong with two rows of one code at one level, both reviewed. */
static struct quarrel quarrel_of(const struct mapping_row *a, const struct mapping_row *b) {
    struct quarrel none = {FIELD_CODE, "source_code", NULL};
    if (!overlaps(a, b)) return none;
    if (same_condition(a, b) && a->from == b->from && a->until == b->until)
        return (struct quarrel){FIELD_CODE, "source_code", TEXT("重复", "is there twice")};
    if (same_condition(a, b))
        return (struct quarrel){FIELD_FROM, "valid_from", TEXT("有效期重叠", "has overlapping dates")};
    if (!rivals(a, b)) return none;
    return (struct quarrel){FIELD_WHEN_COLUMN, "when_column",
                            TEXT("的两个条件会同时成立", "has two conditions that can both hold")};
}

/* The rows of one system and code: a reviewed row of a higher level replaces those of lower ones with the
   same condition. */
static void overlay(struct mapping_row *first) {
    for (struct mapping_row *row = first; row; row = row->next)
        for (const struct mapping_row *other = first; other && !row->replaced; other = other->next)
            row->replaced =
                other->reviewed && other->file->level > row->file->level && same_condition(row, other);
}

/* Newer rows stand first in the chain, so `other` is the earlier one. */
static bool refuse_quarrels(struct mapping_set *set, const struct mapping_row *first, struct error *error) {
    for (const struct mapping_row *row = first; row; row = row->next)
        for (const struct mapping_row *other = row->next; other; other = other->next) {
            bool count = row->reviewed && other->reviewed && !row->replaced && !other->replaced &&
                         row->file->level == other->file->level;
            if (!count) continue;
            struct quarrel quarrel = quarrel_of(other, row);
            if (quarrel.sentence && !both(error, other, row, &quarrel) && !mapping_fault(set, error))
                return false;
        }
    return true;
}

static bool check_codes(struct mapping_set *set, struct error *error) {
    uint32_t at = 0;
    struct span name;
    for (void *value; map_next(&set->tables, &at, &name, &value);) {
        const struct mapping_table *table = value;
        for (uint32_t slot = 0; slot < table->slot_count; slot++) {
            struct mapping_row *first = table->slots[slot];
            if (!first || !first->next) continue;
            overlay(first);
            if (!refuse_quarrels(set, first, error)) return false;
        }
    }
    return true;
}

static bool is_target(const struct mapping_row *row, const void *match) {
    const struct mapping_table *table = row->file->table;
    if (!table->targets.count && !table->format) return true;
    if (row->pattern && span_equal(row->target, SPAN("="))) return true; /* asked again for each code */
    if (table->targets.count) return map_get(&table->targets, row->target) != NULL;
    return mapping_matches(table->format, row->target, match);
}

/* What a spreadsheet spoilt is said as such, and not again as a target that the list lacks. */
static bool told(const struct mapping_set *set, const struct mapping_row *row) {
    for (uint32_t i = 0; i < set->fault_count; i++)
        if (set->faults[i].at.source == row->file->path && set->faults[i].at.row == row->line &&
            set->faults[i].at.column == row->file->columns[FIELD_TARGET])
            return true;
    return false;
}

static bool check_targets(struct mapping_set *set, const void *match, struct error *error) {
    for (uint32_t index = 0; index < set->row_count; index++) {
        const struct mapping_row *row = set->rows[index];
        if (!row->reviewed || row->replaced || !row->target.size || is_target(row, match) || told(set, row))
            continue;
        error->at = (struct place){
            .source = row->file->path, .row = row->line, .column = row->file->columns[FIELD_TARGET]};
        error_code(error, TROUBLE_USAGE, NULL,
                   TEXT("%s 第 %u 行 target_code 列：目标代码「%.*s」不在 %s",
                        "%s line %u column target_code: target \"%.*s\" is not in %s"),
                   row->file->path, row->line, (int)row->target.size, row->target.bytes,
                   row->file->table->targets_path);
        if (!mapping_fault(set, error)) return false;
    }
    return true;
}

static void hash_span(XXH3_state_t *state, struct span text) {
    uint64_t size = text.size;
    XXH3_128bits_update(state, &size, sizeof size);
    if (text.size) XXH3_128bits_update(state, text.bytes, text.size);
}

/* What is in force; the hashes of rows are added up, so that no order matters and nothing is sorted. */
static void hash_rows(struct mapping_set *set) {
    for (uint32_t index = 0; index < set->row_count; index++) {
        const struct mapping_row *row = set->rows[index];
        if (row->replaced || !row->reviewed) continue;
        struct mapping_table *table = row->file->table;
        XXH3_state_t state;
        XXH3_INITSTATE(&state);
        XXH3_128bits_reset(&state);
        hash_span(&state, table->name);
        hash_span(&state, mapping_system(set, row));
        hash_span(&state, row->code);
        hash_span(&state, condition_of(row)->column);
        hash_span(&state, condition_of(row)->value);
        hash_span(&state, row->target);
        XXH3_128bits_update(&state, &row->from, sizeof row->from);
        XXH3_128bits_update(&state, &row->until, sizeof row->until);
        XXH128_hash_t value = XXH3_128bits_digest(&state);
        table->hash[0] += value.low64;
        table->hash[1] += value.high64;
        set->hash[0] += value.low64;
        set->hash[1] += value.high64;
    }
}

bool mapping_finish(struct mapping_set *set, struct error *error) {
    void *match = mapping_match_new();
    bool ok = mapping_check_zeros(set, error) && check_codes(set, error) && check_targets(set, match, error);
    mapping_match_free(match);
    if (ok) hash_rows(set);
    return ok;
}
