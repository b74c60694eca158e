/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_ROW_CERTNO_H
#define TRANSFORM_ROW_CERTNO_H
#include "core/arena.h"
#include <stdint.h>

/* Every six-digit division code that ever was, one bit each (125 KB, one load to ask), and the last year of
   those that are no more. */
enum { REGION_CODES = 1000000, REGIONS_ENDED = 8192, REGIONS_UNTIL = 2020 };
struct regions {
    uint64_t bits[REGION_CODES / 64], ending[REGION_CODES / 64]; /* a code that there is; that has an end */
    uint32_t ended_count, ended[REGIONS_ENDED];                  /* code << 12 | last year, rising */
};
/* Adds a CSV with a header (code,name,first,last: years); without the last year a code has no end.  The table
   knows nothing of the years after REGIONS_UNTIL, so who stands in it until then has none either. */
void regions_read(struct regions *regions, struct span csv_text);
void regions_add(struct regions *regions, struct span code);
bool regions_has(const struct regions *regions, uint32_t code);
/* The last year of a division that was no more when somebody was born in `year`; else 0.  A number is given
   out at any time from birth on, so a division that came later may stand in it, one that went before may not;
   a year is left for registers that followed late.  Source: yearly lists 1980-2020 of the Ministry of Civil
   Affairs and the revisions of GB/T 2260. */
uint32_t regions_ended(const struct regions *regions, uint32_t code, uint32_t year);

/* What was found wrong with a number. */
enum certno_fault {
    CERTNO_LENGTH = 1,
    CERTNO_CHECK_DIGIT = 2,
    CERTNO_BIRTH = 4,
    CERTNO_REGION = 8,
    CERTNO_PLACEHOLDER = 16,
    CERTNO_PRECISION = 32,    /* a spreadsheet turned it into a number; its last digits are gone */
    CERTNO_TYPE = 64,         /* the shape is not that of the certificate type */
    CERTNO_UPGRADED = 128,    /* 15 digits became 18: no fault, a note */
    CERTNO_REGION_ENDED = 256 /* the division was no more at birth */
};

struct certno {
    unsigned faults;
    bool citizen;         /* built like a citizen's number: birth and order digit mean something */
    struct span number;   /* as to be loaded */
    char expected, found; /* CERTNO_CHECK_DIGIT */
    uint32_t length;      /* CERTNO_LENGTH: characters found */
    uint32_t ended;       /* CERTNO_REGION_ENDED: the division's last year */
    int32_t birth;        /* citizen: days since 2000-01-01 */
    bool male;            /* citizen: order digit is odd */
};

/* Half-width, upper case, without blanks inside and without a leading apostrophe; a view when nothing
   changes, else in `arena`. */
struct span certno_normal(struct span text, struct arena *arena);
/* "6.90102E+17", or 18 digits that end in 000 and fail the check digit: Excel keeps 15 digits. */
bool certno_precision_lost(struct span number);
/* The check digit over the first 17 characters, '0'-'9' or 'X'.  Source: GB 11643-1999, 6. */
char certno_check_digit(const char *number);

/* Checks a normal number by its certificate type (psn_cert_type, "01" ...; empty: not known) first and
   by its digits second.  A good citizen's number of 15 digits becomes 18 (in `arena`); one that is
   wrong keeps its 15.  `regions` may be NULL. */
struct certno certno_check(struct span number, struct span type, const struct regions *regions,
                           struct arena *arena);
#endif
