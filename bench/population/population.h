/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_POPULATION_POPULATION_H
#define BENCH_POPULATION_POPULATION_H
#include "core/error.h"
#include <stdio.h>

/* An invented city of twelve counties whose registers are as dirty as real ones, with the truth beside it.
   Households with children, twins and newborns on their mother's number; one person in seven is registered
   two to five times, after a move, a new phone, sometimes a new name.  Province 69 does not exist.
   The same seed gives the same bytes. */

/* Situations in which a careless linker merges two people, or one slow rule ruins the time. */
enum population_trap {
    TRAP_NONE,
    TRAP_TWINS,   /* numbers of neighbouring order, one birth date, sex, house, phone, generation character */
    TRAP_NEWBORN, /* on the mother's number, every fourth with her birth date too */
    TRAP_NAMESAKE,  /* father and son of one name in one house */
    TRAP_SHARED_ID, /* one valid number for two people */
    TRAP_CHAIN,     /* a thousand people, each nearly the one before */
    TRAP_COUNT
};
extern const char *const population_traps[TRAP_COUNT];

struct population {
    uint64_t seed;
    uint32_t records;   /* about so many; a household is not cut */
    uint32_t dirt;      /* in quarters of what is usual: 2 is half, 4 is 1, 16 is 4 times */
    bool traps;         /* 300 of each kind besides, a chain of 1,000 */
    uint32_t phone_all; /* so many records carry one phone */
    uint32_t born_1900; /* share of birth dates that are 1900-01-01, in percent */
};

/* Writes records (columns named as in psn_info_b, and county) and truth (record,person,trap). */
bool population_write(const struct population *population, const char *records, const char *truth,
                      struct error *error);
#endif
