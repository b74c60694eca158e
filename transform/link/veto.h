/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_LINK_VETO_H
#define TRANSFORM_LINK_VETO_H
#include "transform/link/link.h"

/* What keeps two persons from being made one, whatever the bits of a pair between them. */
enum veto {
    VETO_NONE,
    VETO_DECIDED,       /* somebody said that a record of one is not a record of the other */
    VETO_NUMBERS,       /* both have a verified number, and those differ */
    VETO_CONTRADICTION, /* a record of one speaks against a record of the other */
    VETO_SIZE           /* together they would have too many records */
};

struct link_veto {
    enum veto veto;
    uint32_t left, right; /* the records that show it: of the first person, of the second */
    double bits;          /* VETO_CONTRADICTION: what they say, before any expectation */
};

/* The record with this row has a verified number. */
bool veto_verified(const struct link_rules *rules, const unsigned char *row);
/* Both records have a verified number, and those do not contain the same birth date and order: two people. */
bool veto_numbers(const struct link *link, uint32_t left, uint32_t right);
/* What one record says about the other, in bits, before any expectation. */
double veto_bits(const struct link *link, uint32_t left, uint32_t right);

/* Looks at the persons of records `a` and `b` as link_run left them; in one person: VETO_NONE.
   Compares every record of one with every record of the other. */
struct link_veto link_veto(const struct link *link, uint32_t a, uint32_t b);
#endif
