/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/mapping.h"
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

enum { CODE_BYTES_MAX = 256, SYSTEM_BYTES_MAX = 128 };
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

bool mapping_when_matches(const struct mapping_row *row, struct span text, void *opaque) {
    const struct match *match = opaque;
    return match && pcre2_match(row->when_pattern, (PCRE2_SPTR)(text.size ? text.bytes : ""), text.size, 0, 0,
                                match->data, match->context) >= 0;
}

void mapping_match_free(void *opaque) {
    struct match *match = opaque;
    if (!match) return;
    pcre2_match_data_free(match->data);
    pcre2_match_context_free(match->context);
    free(match);
}

/* What the candidates have said so far. */
struct choice {
    const struct mapping_row *best;
    unsigned score;
    bool tie, draft, other_day, constant;
};

static bool covers(const struct mapping_row *row, const struct mapping_question *question) {
    if (!question->day_known) return row->until == INT32_MAX;
    return row->from <= question->day && question->day < row->until;
}

/* The higher level has the last word: a county's plain row stands above a shipped one with a condition.
   Within a level a condition is more specific than none, then the nearer system. */
static void consider(struct choice *choice, const struct mapping_row *row, unsigned nearness,
                     const struct mapping_question *question) {
    if (row->replaced) return;
    if (row->when_column.size || row->from != INT32_MIN || row->until != INT32_MAX) choice->constant = false;
    if (row->when_column.size && !(question->holds && question->holds(row, question->context))) return;
    if (!row->reviewed) {
        choice->draft = true;
        return;
    }
    if (!covers(row, question)) {
        choice->other_day = true;
        return;
    }
    unsigned score = (unsigned)row->level * 1000u + (row->when_column.size ? 100u : 0u) + nearness;
    if (choice->best && score < choice->score) return;
    choice->tie = choice->best && score == choice->score && !span_equal(choice->best->target, row->target);
    choice->best = row;
    choice->score = score;
}

static const struct mapping_row *exact(const struct mapping_table *table, struct span system,
                                       struct span code) {
    char key[SYSTEM_BYTES_MAX + 1 + CODE_BYTES_MAX];
    if (system.size > SYSTEM_BYTES_MAX || code.size > CODE_BYTES_MAX) return NULL;
    if (system.size) memcpy(key, system.bytes, system.size);
    key[system.size] = '\0';
    if (code.size) memcpy(key + system.size + 1, code.bytes, code.size);
    return map_get(&table->codes, (struct span){key, system.size + 1 + code.size});
}

/* False when a pattern passed a limit. */
static bool consider_patterns(struct choice *choice, const struct mapping_table *table, struct span code,
                              const struct mapping_question *question) {
    const struct match *match = question->match;
    for (const struct mapping_row *row = table->patterns; row && match; row = row->next) {
        for (uint32_t system = 0; system < question->system_count; system++) {
            if (!span_equal(row->system, question->systems[system])) continue;
            int found = pcre2_match(row->pattern, (PCRE2_SPTR)(code.size ? code.bytes : ""), code.size, 0, 0,
                                    match->data, match->context);
            if (found < 0 && found != PCRE2_ERROR_NOMATCH) return false;
            if (found >= 0) consider(choice, row, question->system_count - system, question);
            break;
        }
    }
    return true;
}

enum mapping_verdict mapping_choose(const struct mapping_table *table, struct span code,
                                    const struct mapping_question *question, const struct mapping_row **found,
                                    bool *constant) {
    struct choice choice = {.constant = true};
    *found = NULL;
    for (uint32_t system = 0; system < question->system_count; system++)
        for (const struct mapping_row *row = exact(table, question->systems[system], code); row;
             row = row->next)
            consider(&choice, row, question->system_count - system, question);
    /* A code that is written out beats any pattern. */
    bool limit = !choice.best && !consider_patterns(&choice, table, code, question);
    *constant = choice.constant;
    if (limit) return MAPPING_LIMIT;
    if (choice.tie) return MAPPING_AMBIGUOUS;
    *found = choice.best;
    if (choice.best) return choice.best->target.size ? MAPPING_FOUND : MAPPING_NOTHING;
    return choice.other_day ? MAPPING_NOT_VALID : choice.draft ? MAPPING_DRAFT_ONLY : MAPPING_UNMAPPED;
}
