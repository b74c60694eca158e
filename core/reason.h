/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_REASON_H
#define CORE_REASON_H
#include "core/span.h"
#include <stdint.h>

/* The catalogue of reason codes, as the build reads it from mappings/reason_codes.csv. */
struct reason_kind {
    const char *code, *zh, *en, *suggestion_zh, *stage, *fate, *suggestion_en;
};
extern const struct reason_kind reason_kinds[]; /* by code */
extern const uint32_t reason_kind_count;

const struct reason_kind *reason_find(const char *code); /* NULL: not in the catalogue */
/* What to do about it, in the user's language; empty: nothing is said. */
const char *reason_suggestion(const struct reason_kind *kind);

/* The sentence of `code` in the user's language with its {braces} filled from `detail`
   ("expected=X;found=3"); a brace without a value becomes "?".  Returns the length that it has or
   would have had; always ends `text` with NUL. */
size_t reason_sentence(const char *code, struct span detail, char *text, size_t size);
#endif
