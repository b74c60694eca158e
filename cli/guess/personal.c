/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/content.h"
#include "cli/guess/scan.h"

/* Which columns of a source tell of a person: by what the draft makes of them, by their names, by what is in
   them.  In doubt, yes: a value that is hidden can be looked up, one that was shown cannot be taken back. */

enum { SURE = 800, LONG_TEXT = 24, MANY = 64 };

/* By the name, over all kinds: a column that the draft leaves out may be personal, too. */
static enum pii named(const struct guess_words *words, struct span header) {
    enum guess_basis basis;
    const char *why;
    if (guess_is_household(header) || guess_is_member(header)) return PII_ID;
    for (uint32_t k = 0; k < model_kind_count; k++)
        for (uint32_t c = 0; c < model_kinds[k].column_count; c++)
            if (model_kinds[k].columns[c].pii != PII_NONE &&
                guess_word_fit(words, &model_kinds[k], c, header, &basis, &why) >= SURE)
                return model_kinds[k].columns[c].pii;
    return PII_NONE;
}

/* A line that joins columns, {from: [户号, 序号]}, names them in its text. */
static bool reads(const struct guess_draft *draft, const struct guess_line *line, uint32_t column,
                  struct arena *arena) {
    if (line->source >= 0) return line->source == (int)column;
    const char *name = guess_scalar(arena, draft->source->columns.names[column]);
    return strstr(line->text, name) != NULL;
}

enum pii guess_personal(const struct guess_draft *draft, uint32_t column, const struct guess_words *words,
                        struct arena *arena) {
    const struct profile_column *profile = &draft->source->profiles[column];
    for (uint32_t i = 0; i < draft->line_count; i++) {
        enum pii pii = draft->kind->columns[draft->lines[i].target].pii;
        if (pii != PII_NONE && reads(draft, &draft->lines[i], column, arena)) return pii;
    }
    switch (content_of(profile)) {
    case CONTENT_CITIZEN: return PII_ID;
    case CONTENT_NAME: return PII_NAME;
    case CONTENT_PHONE: return PII_PHONE;
    case CONTENT_EMPTY:
    case CONTENT_DATE:
    case CONTENT_MONTH:
    case CONTENT_MONEY:
    case CONTENT_CODE:
    case CONTENT_NUMBER:
    case CONTENT_TEXT: break;
    }
    if (content_share(profile, SHAPE_CITIZEN) > 0) return PII_ID;
    if (content_of(profile) == CONTENT_TEXT && profile->longest > LONG_TEXT && profile->distinct > MANY)
        return PII_ADDRESS;
    return named(words, draft->source->columns.names[column]);
}
