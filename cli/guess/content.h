/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_GUESS_CONTENT_H
#define CLI_GUESS_CONTENT_H
#include "cli/guess/words.h"

/* What a column's cells are, by most of them. */
enum content {
    CONTENT_EMPTY,
    CONTENT_CITIZEN,
    CONTENT_NAME,
    CONTENT_PHONE,
    CONTENT_DATE,
    CONTENT_MONTH,
    CONTENT_MONEY,
    CONTENT_CODE,
    CONTENT_NUMBER,
    /* identifies something: long, many values */ CONTENT_TEXT
};

enum content content_of(const struct profile_column *profile);
/* How many of 1000 filled cells have the shape. */
uint32_t content_share(const struct profile_column *profile, enum profile_shape shape);
/* What the target's cells must be; CONTENT_TEXT: anything. */
enum content content_wanted(const struct kind_column *target);
/* How far the cells speak against the target: 1000 not at all, 0 they cannot be that. */
uint32_t content_allows(const struct kind_column *target, const struct profile_column *profile);
/* Score of a target for a column without a telling name; `rank` is the column's number among those of the
   same content, from 0. */
uint32_t content_fit(const struct guess_words *words, const struct kind *kind, uint32_t target,
                     const struct profile_column *profile, uint32_t rank);
/* A phrase about the cells: "99.4% 通过校验位".  Values only of codes met five times or more. */
const char *content_says(const struct kind_column *target, const struct profile_column *profile,
                         struct arena *arena);
/* The value met most often and not yet taken, at least five times; -1: none.  Takes it. */
int content_top(const struct profile_column *profile, bool taken[PROFILE_VALUES]);
bool content_is_month(const char *column); /* accrym_begn, cashym, fst_insu_ym ... */
#endif
