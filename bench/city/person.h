/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_CITY_PERSON_H
#define BENCH_CITY_PERSON_H
#include "core/arena.h"
#include "core/span.h"
#include <stdint.h>

/* Invented people.  Everything about a person is a function of (seed, region, index), so any row can
   be written without keeping the ones before it: memory does not grow with the number of rows.
   Province 69 does not exist in GB/T 2260, so no number can be a real person's. */
struct person {
    bool male;
    uint32_t birth;             /* yyyymmdd */
    char certno[19];            /* with the right check digit */
    uint16_t surname, given[2]; /* into person_surnames, person_given */
    uint8_t given_count;
    uint8_t nationality; /* GB/T 3304 number, 1..56 */
    uint64_t phone;      /* 100 and eight digits: never assigned */
    uint32_t door;       /* house number */
};

enum {
    PERSON_ORDERS = 490 /* of one birthday, sex and region; higher order digits are for planted people */
};

extern const char *const person_surnames[], *const person_given[]; /* NULL-terminated, UTF-8 */
struct person_words {
    const struct span *surnames, *given;
};
struct person_words person_encode(struct arena *arena, const char *encoding);

uint64_t person_mix(uint64_t seed, uint64_t a, uint64_t b); /* splitmix64 of the three */

/* The `index`-th person of a region (690121...); distinct indexes have distinct ID numbers. */
void person_make(uint64_t seed, unsigned region, uint64_t index, struct person *person);
/* Writes an ID number from its parts, with its check digit. */
void person_certno(char certno[19], unsigned region, uint32_t birth, unsigned order);
char person_check_digit(const char *seventeen);
/* "690121850101123" of "69012119850101123X". */
void person_fifteen(const char *certno, char fifteen[16]);
/* The name's bytes in the words' encoding; at most 16. */
size_t person_name(const struct person *person, const struct person_words *words, char *into);
/* A day as yyyymmdd from days since 1900-03-01, and back. */
uint32_t person_day(uint32_t days);
uint32_t person_days(uint32_t yyyymmdd);
#endif
