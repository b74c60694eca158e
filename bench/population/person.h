/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_POPULATION_PERSON_H
#define BENCH_POPULATION_PERSON_H
#include "bench/population/dice.h"
#include <stdio.h>

enum { NAME_CHARACTERS = 16, NAME_BYTES = 128, CERTNO_BYTES = 24, COUNTIES = 12, AREA_BASE = 690101 };
enum { VILLAGES = 300, TOWNS = 20, CLERK_NUMBERS = 6 };

/* Where a household lives. */
struct home {
    uint32_t county, town, village, group, door; /* county 0..11; village below VILLAGES of the county */
    uint64_t book;                               /* household book; 0: not registered */
    uint64_t phone;
};

/* A person as he is. */
struct citizen {
    uint32_t number; /* in the truth */
    bool male;
    uint32_t birth;                                  /* yyyymmdd */
    uint32_t area;                                   /* of the certificate number */
    char certno[CERTNO_BYTES], second[CERTNO_BYTES]; /* second: another valid one, or "" */
    uint32_t count;
    const char *name[NAME_CHARACTERS]; /* [count] characters, or parts of an Uyghur name */
    bool uyghur;
    uint64_t phone;
    struct home home;
};

/* What is kept while a city is written. */
struct writing {
    struct dice dice;
    uint32_t dirt; /* quarters */
    FILE *records, *truth;
    uint32_t written, persons;
    uint16_t *orders; /* [COUNTIES * days * 2] last order digits given away */
    uint32_t phone_all, born_1900;
    char clerk[CLERK_NUMBERS][CERTNO_BYTES];
};

enum { ORDER_DAYS = 55000, FIRST_YEAR = 1925, LAST_YEAR = 2024 };

/* True in `times` of 10,000 at usual dirt. */
bool writing_dirty(struct writing *writing, uint32_t times);
/* The next number of area, day and sex: twins get neighbouring ones. */
void citizen_number(struct writing *writing, struct citizen *citizen, char certno[CERTNO_BYTES]);
void citizen_name(struct writing *writing, struct citizen *citizen, uint32_t surname, const char *generation);
uint32_t citizen_birth(struct writing *writing, uint32_t first_year, uint32_t last_year);
void home_make(struct writing *writing, uint32_t county, struct home *home);
uint64_t phone_make(struct writing *writing);

/* One row of a register. */
struct entry {
    uint32_t county;
    char name[NAME_BYTES], certno[CERTNO_BYTES * 2], birth[16], address[256];
    int sex; /* 0: not said */
    uint64_t phone, book;
};

/* dirt.c: the entry that a clerk makes of a person; `mother` lends her number to a newborn, or NULL. */
void entry_make(struct writing *writing, const struct citizen *citizen, const struct citizen *mother,
                uint32_t county, struct entry *entry);
/* Without any slip. */
void entry_clean(const struct citizen *citizen, uint32_t county, struct entry *entry);
/* Writes the entry and its truth; `trap` is its name or "". */
void entry_write(struct writing *writing, const struct entry *entry, uint32_t person, const char *trap);

/* trap.c */
void traps_write(struct writing *writing);
#endif
