/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_PAIR_H
#define REPORT_PAIR_H
#include "core/span.h"
#include <stdint.h>
#include <stdio.h>

/* Two records for a person to judge, as a page that needs no other file: fields side by side with their
   differences marked, what each says in bits, covers over time, households.  Texts are ready to be shown. */

/* One term of the sum.  A field has two values; prior, kinship and the like have none. */
struct pair_term {
    struct span name, a, b, level; /* level: in words */
    bool compared;                 /* a field; else only `name` and `bits` */
    bool marked;                   /* the values differ */
    bool clear;                    /* values are in clear, so their differing characters are marked */
    int hundredths;                /* of a bit */
};

/* A relation to a scheme. */
struct pair_cover {
    int32_t from, until; /* days since 2000-01-01, half-open; until INT32_MAX: still open */
    struct span code, scheme, state, months; /* months: 2015-01～2019-12 */
};

struct pair_side {
    struct span record, county, person; /* 690102/102900000010, 青禾区, 000000001160 */
    uint32_t cover_count, member_count;
    const struct pair_cover *covers;
    const struct span *members; /* others of the household */
};

struct pair {
    uint32_t place;                 /* from 1, in the list */
    struct span number, state, why; /* P1160-2672-..., 待审, why nobody decided yet */
    struct span rule, chance;       /* what brought the two together; 99.99 % */
    int hundredths;                 /* of a bit, the sum */
    uint32_t term_count;
    const struct pair_term *terms;
    struct pair_side sides[2];
    int32_t until; /* the day up to which covers are drawn */
};

/* One pair, between write_html_begin and write_html_end; `threshold`: hundredths of a bit from which pairs
   are merged without asking. */
void write_html_pair(const struct pair *pair, int threshold, FILE *stream);
#endif
