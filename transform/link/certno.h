/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_LINK_CERTNO_H
#define TRANSFORM_LINK_CERTNO_H
#include "transform/link/rules.h"

/* What a number is worth as evidence. */
enum certno_grade {
    CERTNO_NONE,     /* none, or a placeholder */
    CERTNO_GOOD,     /* A: the check digit holds and it agrees with birth date and sex */
    CERTNO_CONFLICT, /* B: the check digit holds, the record says another birth date or sex */
    CERTNO_RAISED,   /* C: of 15 digits, made 18, be it with the wrong century */
    CERTNO_BROKEN,   /* D: check digit or birth date is wrong */
    CERTNO_SHORT,    /* E: of another length */
    CERTNO_OTHER,    /* permit or passport: known only as a whole */
    CERTNO_BORROWED, /* another generation's: evidence of kinship, not of identity; no number is kept */
    CERTNO_LOST,     /* a spreadsheet rounded its last digits away: area and birth date are left */
    CERTNO_ENDED,    /* the check digit holds, but its division was no more at birth */
    CERTNO_HOT,      /* carried under too many names; no number is kept */
    CERTNO_GRADES
};
/* Years between the number's birth date and the record's from which it is somebody else's. */
enum { CERTNO_GENERATION = 12 };

struct certno_slot {
    uint64_t head;                /* characters 1 to 16, four bits each, X is 10; of permits a hash */
    uint16_t tail;                /* characters 17 and 18 in the low byte */
    uint8_t length : 5, male : 1; /* length 0: no evidence */
    uint8_t alone : 1;            /* the record says no birth date that it could be held against */
    uint8_t grade;
    uint32_t birth; /* yyyymmdd of a number whose check digit holds; else 0 */
};

/* Holds a number against what the record says of birth (yyyymmdd, 0: not said) and sex (1 male, 2 female). */
void certno_judge(struct certno_slot *slot, uint32_t birth, unsigned sex);
/* Grade A.  A number of 15 has no check digit of its own, so a slip in it goes unseen. */
bool certno_verified(const struct certno_slot *slot);
#endif
