/* SPDX-License-Identifier: MulanPSL-2.0 */
/* People whom only care keeps apart; every record is of another person. */
#include "bench/city/person.h"
#include "bench/population/person.h"
#include "bench/population/population.h"
#include "bench/population/words.h"
#include <string.h>

enum { EACH = 300, CHAIN = 1000 };

static void make_person(struct writing *writing, struct citizen *citizen, uint32_t first_year,
                        uint32_t last_year) {
    *citizen = (struct citizen){.number = ++writing->persons, .male = dice_below(&writing->dice, 2)};
    home_make(writing, dice_below(&writing->dice, COUNTIES), &citizen->home);
    citizen->birth = citizen_birth(writing, first_year, last_year);
    citizen->area = AREA_BASE + citizen->home.county;
    citizen->phone = citizen->home.phone;
    citizen_number(writing, citizen, citizen->certno);
    do citizen_name(writing, citizen, dice_uneven(&writing->dice, words_surname_count), NULL);
    while (citizen->uyghur || citizen->count != 3);
}

static void write_one(struct writing *writing, const struct citizen *citizen, enum population_trap trap) {
    struct entry entry;
    entry_clean(citizen,
                dice_below(&writing->dice, 2) ? citizen->home.county : dice_below(&writing->dice, COUNTIES),
                &entry);
    entry_write(writing, &entry, citizen->number, population_traps[trap]);
}

static void write_twins(struct writing *writing) {
    struct citizen one, other, spare;
    make_person(writing, &one, 1950, 2020);
    other = one;
    other.number = ++writing->persons;
    citizen_number(writing, &other, other.certno);
    make_person(writing, &spare, 1950, 2020);
    other.name[2] = spare.name[2];
    if (strcmp(other.name[2], one.name[2]) == 0) other.name[2] = "双";
    write_one(writing, &one, TRAP_TWINS);
    write_one(writing, &other, TRAP_TWINS);
}

static void write_newborn(struct writing *writing, uint32_t index) {
    struct citizen mother, child;
    make_person(writing, &mother, 1985, 2000);
    make_person(writing, &child, 2022, 2024);
    child.home = mother.home;
    child.phone = mother.phone;
    strcpy(child.certno, mother.certno);
    if (index % 4 == 0) child.birth = mother.birth, child.male = mother.male;
    /* Not yet named: "somebody's child". */
    if (index % 3 == 0) {
        child.name[0] = mother.name[0], child.name[1] = mother.name[1], child.name[2] = mother.name[2];
        child.name[3] = "之", child.name[4] = "子", child.count = 5;
    }
    write_one(writing, &mother, TRAP_NEWBORN);
    write_one(writing, &child, TRAP_NEWBORN);
}

static void write_namesake(struct writing *writing, uint32_t index) {
    struct citizen father, son;
    make_person(writing, &father, 1940, 1970);
    son = father;
    son.number = ++writing->persons;
    son.birth = citizen_birth(writing, father.birth / 10000 + 20, father.birth / 10000 + 35);
    citizen_number(writing, &son, son.certno);
    if (index % 3 == 1) son.certno[0] = '\0';
    if (index % 3 == 2) son.certno[0] = father.certno[0] = '\0';
    write_one(writing, &father, TRAP_NAMESAKE);
    write_one(writing, &son, TRAP_NAMESAKE);
}

static void write_shared(struct writing *writing, uint32_t index) {
    struct citizen one, other;
    make_person(writing, &one, 1950, 2000);
    make_person(writing, &other, 1950, 2000);
    strcpy(other.certno, one.certno);
    /* Every second register took birth date and sex from the number. */
    if (index % 2) other.birth = one.birth, other.male = one.male;
    if (strcmp(other.name[0], one.name[0]) == 0 && strcmp(other.name[1], one.name[1]) == 0)
        other.name[1] = "异";
    write_one(writing, &one, TRAP_SHARED_ID);
    write_one(writing, &other, TRAP_SHARED_ID);
}

/* No numbers; each is born a day after the one before and lives next door. */
static void write_chain(struct writing *writing) {
    struct citizen link;
    make_person(writing, &link, 1960, 1970);
    link.certno[0] = '\0';
    for (uint32_t i = 0; i < CHAIN; i++) {
        link.number = ++writing->persons;
        link.birth = person_day(person_days(link.birth) + 1);
        link.home.door = 1 + i % 99;
        link.home.book++;
        link.phone++;
        write_one(writing, &link, TRAP_CHAIN);
    }
}

void traps_write(struct writing *writing) {
    for (uint32_t i = 0; i < EACH; i++) {
        write_twins(writing);
        write_newborn(writing, i);
        write_namesake(writing, i);
        write_shared(writing, i);
    }
    write_chain(writing);
}
