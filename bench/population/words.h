/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_POPULATION_WORDS_H
#define BENCH_POPULATION_WORDS_H
#include <stdint.h>

/* Characters of given names in groups that sound alike; every group ends where the next begins. */
enum { WORDS_GROUP_MAX = 12 };
struct words_group {
    const char *characters[WORDS_GROUP_MAX]; /* NULL ends; all of one syllable */
};
extern const struct words_group words_groups[];
extern const uint32_t words_group_count;

/* Pairs that are mistaken for each other when read, and simplified characters with their traditional form. */
struct words_pair {
    const char *one, *other;
};
extern const struct words_pair words_alike[], words_traditional[];
extern const uint32_t words_alike_count, words_traditional_count;

extern const char *const words_surnames[],
    *const words_rare[], *const words_uyghur[], *const words_places[], *const words_numerals[];
extern const uint32_t words_surname_count, words_rare_count, words_uyghur_count, words_place_count;
#endif
