/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/population/person.h"
#include "bench/city/person.h"
#include "bench/population/words.h"
#include <string.h>

enum { USUAL = 4, ORDERS = 1000, UYGHUR = 150, RARE = 60, ONE_CHARACTER = 1300 };

bool writing_dirty(struct writing *writing, uint32_t times) {
    return dice_of_10000(&writing->dice, times * writing->dirt / USUAL);
}

void citizen_number(struct writing *writing, struct citizen *citizen, char certno[CERTNO_BYTES]) {
    uint32_t day = person_days(citizen->birth) % ORDER_DAYS;
    uint32_t county = (citizen->area - AREA_BASE) % COUNTIES;
    uint16_t *order = &writing->orders[((size_t)county * ORDER_DAYS + day) * 2 + citizen->male];
    /* Each day begins anywhere: counties do not give away the same orders on the same day. */
    uint32_t first = (uint32_t)person_mix(day, county, 0) % (ORDERS / 2) * 2;
    uint32_t value = (first + *order) % (ORDERS - 2) + (citizen->male ? 1U : 2U);
    *order = (uint16_t)(*order + 2);
    char number[19];
    person_certno(number, citizen->area, citizen->birth, value);
    memcpy(certno, number, sizeof number);
}

static const char *given_character(struct writing *writing) {
    const struct words_group *group = &words_groups[dice_uneven(&writing->dice, words_group_count)];
    uint32_t count = 0;
    while (count < WORDS_GROUP_MAX && group->characters[count]) count++;
    return group->characters[dice_uneven(&writing->dice, count)];
}

void citizen_name(struct writing *writing, struct citizen *citizen, uint32_t surname,
                  const char *generation) {
    struct dice *dice = &writing->dice;
    citizen->count = 0;
    citizen->uyghur = !generation && dice_of_10000(dice, UYGHUR);
    if (citizen->uyghur) {
        citizen->name[citizen->count++] = words_uyghur[dice_below(dice, words_uyghur_count)];
        citizen->name[citizen->count++] = words_uyghur[dice_below(dice, words_uyghur_count)];
        return;
    }
    citizen->name[citizen->count++] = words_surnames[surname];
    if (generation) citizen->name[citizen->count++] = generation;
    else if (!dice_of_10000(dice, ONE_CHARACTER)) citizen->name[citizen->count++] = given_character(writing);
    citizen->name[citizen->count++] =
        dice_of_10000(dice, RARE) ? words_rare[dice_below(dice, words_rare_count)] : given_character(writing);
}

uint32_t citizen_birth(struct writing *writing, uint32_t first_year, uint32_t last_year) {
    uint32_t from = person_days(first_year * 10000 + 101), until = person_days(last_year * 10000 + 1231);
    return person_day(from + dice_below(&writing->dice, until - from + 1));
}

uint64_t phone_make(struct writing *writing) { return 10000000000u + dice_below(&writing->dice, 1000000000); }

void home_make(struct writing *writing, uint32_t county, struct home *home) {
    struct dice *dice = &writing->dice;
    home->county = county;
    home->village = dice_below(dice, VILLAGES);
    home->town = home->village % TOWNS;
    home->group = 1 + dice_below(dice, 12);
    home->door = 1 + dice_below(dice, 99);
    home->book = 69000000000u + dice_below(dice, 4000000000u);
    home->phone = phone_make(writing);
}
