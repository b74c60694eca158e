/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/mapping_index.h"
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

/* What one match may cost; a pattern that needs more is refused for the row, never waited for. */
enum { MATCH_STEPS = 100000, MATCH_DEPTH = 1000, MATCH_HEAP_KIB = 1024 };

struct match {
    pcre2_match_data *data;
    pcre2_match_context *context;
};

void *mapping_match_new(void) {
    struct match *match = malloc(sizeof *match);
    if (!match) abort();
    match->data = pcre2_match_data_create(1, NULL);
    match->context = pcre2_match_context_create(NULL);
    if (!match->data || !match->context) abort();
    pcre2_set_match_limit(match->context, MATCH_STEPS);
    pcre2_set_depth_limit(match->context, MATCH_DEPTH);
    pcre2_set_heap_limit(match->context, MATCH_HEAP_KIB);
    return match;
}

void mapping_match_free(void *opaque) {
    struct match *match = opaque;
    if (!match) return;
    pcre2_match_data_free(match->data);
    pcre2_match_context_free(match->context);
    free(match);
}

static void *arena_malloc(size_t size, void *arena) {
    return ARENA_NEW(arena, max_align_t, size / sizeof(max_align_t) + 1);
}
static void arena_keep(void *memory, void *arena) { (void)memory, (void)arena; }

/* \C is refused: it could split a character. */
void *mapping_compile(struct span expression, struct arena *arena) {
    int number;
    size_t offset;
    pcre2_general_context *general = pcre2_general_context_create(arena_malloc, arena_keep, arena);
    pcre2_compile_context *context = pcre2_compile_context_create(general);
    return pcre2_compile((PCRE2_SPTR)expression.bytes, expression.size,
                         PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &number,
                         &offset, context);
}

static int match_whole(const void *pattern, struct span text, const struct match *match) {
    return pcre2_match(pattern, (PCRE2_SPTR)(text.size ? text.bytes : ""), text.size, 0, 0, match->data,
                       match->context);
}

bool mapping_matches(const void *pattern, struct span text, const void *match) {
    return match && match_whole(pattern, text, match) >= 0;
}

/* What the candidates have said so far. */
struct choice {
    const struct mapping_row *best;
    unsigned score;
    bool tie, draft, other_day;
    struct mapping_range range;
};

static bool covers(const struct mapping_row *row, const struct mapping_question *question) {
    if (!question->day_known) return row->until == INT32_MAX;
    return row->from <= question->day && question->day < row->until;
}

/* Where a row begins or ends, the answer may change. */
static void narrow(struct mapping_range *range, const struct mapping_row *row,
                   const struct mapping_question *question) {
    const int32_t bounds[] = {row->from, row->until};
    if (!question->day_known) return;
    for (int i = 0; i < 2; i++) {
        if (bounds[i] <= question->day && bounds[i] > range->from) range->from = bounds[i];
        if (bounds[i] > question->day && bounds[i] < range->until) range->until = bounds[i];
    }
}

/* The higher level has the last word: a county's plain row stands above a shipped one with a condition.
   Within a level a condition is more specific than none, then the nearer system. */
static void consider(struct choice *choice, const struct mapping_row *row, unsigned nearness,
                     const struct mapping_question *question) {
    if (row->replaced) return;
    if (row->when) choice->range.conditional = true;
    narrow(&choice->range, row, question);
    if (row->when && !(question->holds && question->holds(row, question->context))) return;
    if (!row->reviewed) {
        choice->draft = true;
        return;
    }
    if (!covers(row, question)) {
        choice->other_day = true;
        return;
    }
    unsigned score = (unsigned)row->file->level * 1000u + (row->when ? 100u : 0u) + nearness;
    if (choice->best && score < choice->score) return;
    choice->tie = choice->best && score == choice->score && !span_equal(choice->best->target, row->target);
    choice->best = row;
    choice->score = score;
}

/* False when a pattern passed a limit. */
static bool consider_patterns(struct choice *choice, const struct mapping_table *table, struct span code,
                              const struct mapping_question *question) {
    for (const struct mapping_pattern *at = table->patterns; at && question->match; at = at->next) {
        struct span own = mapping_system(table->set, at->row);
        for (uint32_t system = 0; system < question->system_count; system++) {
            if (!span_equal(own, question->systems[system])) continue;
            int found = match_whole(at->code, code, question->match);
            if (found < 0 && found != PCRE2_ERROR_NOMATCH) return false;
            if (found >= 0) consider(choice, at->row, question->system_count - system, question);
            break;
        }
    }
    return true;
}

/* A code that stands for itself must be in the list, where there is one, else have the national format. */
static bool stands(const struct mapping_table *table, struct span code, const void *match) {
    if (table->targets.count) return map_get(&table->targets, code) != NULL;
    return !table->format || mapping_matches(table->format, code, match);
}

enum mapping_verdict mapping_choose(const struct mapping_table *table, struct span code,
                                    const struct mapping_question *question, const struct mapping_row **found,
                                    struct mapping_range *range) {
    struct choice choice = {.range = {INT32_MIN, INT32_MAX, false}};
    *found = NULL;
    for (uint32_t system = 0; system < question->system_count; system++)
        for (const struct mapping_row *row = mapping_rows(table, question->systems[system], code); row;
             row = row->next)
            if (!row->pattern) consider(&choice, row, question->system_count - system, question);
    /* A code that is written out beats any pattern. */
    bool limit = !choice.best && !consider_patterns(&choice, table, code, question);
    *range = choice.range;
    if (limit) return MAPPING_LIMIT;
    if (choice.tie) return MAPPING_AMBIGUOUS;
    if (choice.best && span_equal(choice.best->target, SPAN("=")) && !stands(table, code, question->match))
        return MAPPING_UNMAPPED;
    *found = choice.best;
    if (choice.best) return choice.best->target.size ? MAPPING_FOUND : MAPPING_NOTHING;
    return choice.other_day ? MAPPING_NOT_VALID : choice.draft ? MAPPING_DRAFT_ONLY : MAPPING_UNMAPPED;
}
