/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PERSON_PAIRS_H
#define CLI_PERSON_PAIRS_H
#include "cli/person/desk.h"
#include "report/pair.h"

/* Pairs of records with everything that a person needs to judge them, masked unless asked otherwise. */
struct pairs {
    struct desk *desk;
    const struct link_rules *rules;
    uint32_t count;
    struct pair *pairs; /* [count] in the order of the source */
    int threshold;      /* hundredths of a bit from which the last linking merged without asking */
};

/* `source` is a SELECT of: a, b (record numbers), hundredths (of a bit), pattern, rule (-1: none), band,
   terms (hundredths, an array in the order of identity.link) and place (their order); its arguments are the
   caller's.  Fails: the database only. */
bool pairs_read(struct pairs *pairs, const char *source, int count, const char *const *arguments,
                struct error *error);
/* "2015-01～2019-12 职工", a relation a line, each after `before`. */
const char *pairs_covers(const struct pair_side *side, const char *before, struct arena *arena);
/* "99.9998%", of a sum of bits. */
struct span pairs_chance(int hundredths, struct arena *arena);
#endif
