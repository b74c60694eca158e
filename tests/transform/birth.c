/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Birth dates that say little, and numbers that no birth date confirms. */
#include "transform/link/birth.h"
#include "tests/transform/town.h"
#include "transform/link/veto.h"
#include <criterion/criterion.h>
#include <stdio.h>

enum { MANY = 40, FAMILIES = 60, BIRTH = 2 };

static void take_town(struct people *at) {
    char text[TEXT_BYTES], identifier[32];
    for (uint32_t p = 0; p < TOWN_PEOPLE; p++)
        for (int again = 0; again <= (p % 3 ? 0 : 1); again++) {
            town_record(p, again, text);
            snprintf(identifier, sizeof identifier, "69010%d/%u", 2 + again, p);
            people_take(at, again, identifier, text);
        }
}

static uint32_t place_of(const struct people *at, const char *county, uint32_t number) {
    char identifier[32];
    snprintf(identifier, sizeof identifier, "%s/%u", county, number);
    uint32_t place = link_find(&at->link, (struct span){identifier, strlen(identifier)});
    cr_assert(place != UINT32_MAX, "%s", identifier);
    return place;
}

static uint32_t pattern_of(const struct people *at, uint32_t a, uint32_t b) {
    return link_compare(&at->rules, link_row(&at->link, a), link_row(&at->link, b));
}

/* Forty people of one date where a usual one has two: to agree in it says less than to agree in another, and
   as much less as is learnt. */
Test(birth, a_date_of_many_says_less) {
    struct people at;
    char text[TEXT_BYTES], identifier[32];
    people_open(&at);
    take_town(&at);
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(text, sizeof text, "|东方%u|1945-01-01|1|||", i);
        snprintf(identifier, sizeof identifier, "690104/%u", i);
        people_take(&at, 0, identifier, text);
    }
    people_take(&at, 0, "690105/1", "|东方3|1945-01-01|1|||");
    people_take(&at, 0, "690105/2", "|西门庆|1946-02-03|1|||");
    people_take(&at, 0, "690105/3", "|西门庆|1946-02-03|1|||");
    cr_assert(link_gather(&at.link, at.sinks, 2, &at.error), "%s", at.error.message);
    link_run(&at.link);
    uint32_t common = pattern_of(&at, place_of(&at, "690104", 3), place_of(&at, "690105", 1));
    uint32_t usual = pattern_of(&at, place_of(&at, "690105", 2), place_of(&at, "690105", 3));
    const struct link_kind *kind = at.rules.fields[BIRTH].kind;
    cr_expect_str_eq(kind->levels[link_level_of(common, BIRTH)], "common");
    cr_expect_str_eq(kind->levels[link_level_of(usual, BIRTH)], "same");
    cr_expect_lt(link_weight(&at.link.scorer, common, 0), link_weight(&at.link.scorer, usual, 0) - 2);
    people_close(&at);
}

/* One of the brothers: under the number of the town's person, at his house. */
static void take_brother(struct people *at, const char *county, uint32_t family, const char *name,
                         bool dated) {
    char record[TEXT_BYTES], text[TEXT_BYTES], identifier[32], birth[16] = "";
    uint32_t person = family * 3;
    town_record(person, false, record);
    const char *number = record, *sex = strchr(strchr(record, '-'), '|') + 1;
    if (dated) snprintf(birth, sizeof birth, "%.4s-%.2s-%.2s", number + 6, number + 10, number + 12);
    snprintf(text, sizeof text, "%.18s|%s|%s|%.1s||柳树镇三里村%u组%u号|", number, name, birth, sex,
             person % 12 + 1, person / 4 % 90 + 1);
    snprintf(identifier, sizeof identifier, "%s/%u", county, family);
    people_take(at, family % 2, identifier, text);
}

/* Elder brothers' numbers were written for the younger ones, without a birth date and with names that sound
   alike: nobody is merged with his brother.  A number without a birth date is still the number. */
Test(birth, a_number_without_a_birth_date_may_be_a_brothers) {
    struct people at;
    uint32_t brothers = 0, same = 0;
    people_open(&at);
    take_town(&at);
    for (uint32_t i = 0; i < FAMILIES; i++) {
        take_brother(&at, "690104", i, i % 2 ? "赵卫明" : "赵卫铭", false);
        take_brother(&at, "690105", i, i % 2 ? "赵伟明" : "赵伟铭", true);
        take_brother(&at, "690106", i, i % 2 ? "赵伟明" : "赵伟铭", false);
    }
    cr_assert(link_gather(&at.link, at.sinks, 2, &at.error), "%s", at.error.message);
    link_run(&at.link);
    const uint32_t *persons = at.link.persons;
    for (uint32_t i = 0; i < FAMILIES; i++) {
        uint32_t elder = place_of(&at, "690105", i), again = place_of(&at, "690106", i);
        brothers += persons[elder] == persons[place_of(&at, "690104", i)];
        same += persons[elder] == persons[again];
        cr_expect(!veto_numbers(&at.link, elder, again));
        cr_expect(veto_numbers(&at.link, elder, place_of(&at, "690102", i * 3 + 1)));
    }
    cr_expect_eq(brothers, 0, "%u brothers merged", brothers);
    cr_expect_eq(same, FAMILIES, "%u of %u are one person", same, (unsigned)FAMILIES);
    people_close(&at);
}
