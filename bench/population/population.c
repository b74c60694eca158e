/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/population/population.h"
#include "bench/population/person.h"
#include "bench/population/words.h"
#include "core/arena.h"
#include "core/language.h"
#include <string.h>

const char *const population_traps[TRAP_COUNT] = {"", "twins", "newborn", "namesake", "shared_id", "chain"};

enum { CHILDREN_MAX = 4, FAMILY_MAX = CHILDREN_MAX + 2, CLERK_SEED = 77 };

struct family {
    struct citizen members[FAMILY_MAX];
    uint32_t count;
};

static struct citizen *add_member(struct writing *writing, struct family *family, const struct home *home,
                                  bool male, uint32_t birth) {
    struct citizen *citizen = &family->members[family->count++];
    *citizen = (struct citizen){.number = ++writing->persons, .male = male, .birth = birth, .home = *home};
    /* Most are born where they live. */
    citizen->area = AREA_BASE + (dice_of_10000(&writing->dice, 9000) ? home->county
                                                                     : dice_below(&writing->dice, COUNTIES));
    citizen->phone = phone_make(writing);
    citizen_number(writing, citizen, citizen->certno);
    if (writing_dirty(writing, 30)) {
        struct citizen elsewhere = *citizen;
        elsewhere.area = AREA_BASE + dice_below(&writing->dice, COUNTIES);
        citizen_number(writing, &elsewhere, citizen->second);
    }
    return citizen;
}

static bool same_name(const struct citizen *a, const struct citizen *b) {
    if (a->count != b->count) return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (strcmp(a->name[i], b->name[i]) != 0) return false;
    return true;
}

/* Nobody gives two children one name. */
static void name_child(struct writing *writing, struct family *family, uint32_t surname,
                       const char *generation) {
    struct citizen *child = &family->members[family->count - 1];
    bool taken = true;
    while (taken) {
        citizen_name(writing, child, surname, generation);
        taken = false;
        for (uint32_t i = 0; i + 1 < family->count; i++) taken |= same_name(child, &family->members[i]);
    }
}

/* Couple and children; a generation character that siblings share in every second family. */
static void make_family(struct writing *writing, struct family *family) {
    struct dice *dice = &writing->dice;
    struct home home;
    family->count = 0;
    home_make(writing, dice_below(dice, COUNTIES), &home);
    uint32_t father_birth = citizen_birth(writing, FIRST_YEAR + 10, LAST_YEAR - 24),
             year = father_birth / 10000;
    uint32_t surname = dice_uneven(dice, words_surname_count);
    struct citizen *father = add_member(writing, family, &home, true, father_birth);
    citizen_name(writing, father, surname, NULL);
    if (!dice_of_10000(dice, 1000))
        citizen_name(writing,
                     add_member(writing, family, &home, false, citizen_birth(writing, year - 2, year + 4)),
                     dice_uneven(dice, words_surname_count), NULL);
    uint32_t children = family->count > 1 ? dice_below(dice, 4) : 0;
    const char *generation = NULL;
    for (uint32_t i = 0, twin = 0; i < children && family->count < FAMILY_MAX; i++) {
        uint32_t first = year + 22, last = year + 38 < LAST_YEAR ? year + 38 : LAST_YEAR;
        uint32_t birth = twin ? twin : citizen_birth(writing, first < last ? first : last, last);
        struct citizen *child = add_member(writing, family, &home, dice_below(dice, 2), birth);
        name_child(writing, family, surname, generation);
        if (!generation && !child->uyghur && child->count == 3 && dice_below(dice, 2))
            generation = child->name[1];
        twin = !twin && dice_of_10000(dice, 300) ? birth : 0;
        if (twin && children < CHILDREN_MAX) children = children > i + 1 ? children : i + 2;
    }
}

/* Between two registrations people move, get another phone, rarely another name. */
static void live_on(struct writing *writing, struct citizen *citizen) {
    struct dice *dice = &writing->dice;
    if (dice_of_10000(dice, 2500)) home_make(writing, dice_below(dice, COUNTIES), &citizen->home);
    if (dice_of_10000(dice, 3000)) citizen->phone = phone_make(writing);
    if (!citizen->uyghur && writing_dirty(writing, 80)) {
        struct citizen other = *citizen;
        citizen_name(writing, &other, dice_uneven(dice, words_surname_count), NULL);
        for (uint32_t i = 1; i < other.count && !other.uyghur; i++) citizen->name[i] = other.name[i];
        if (!other.uyghur) citizen->count = other.count;
    }
}

static void register_person(struct writing *writing, const struct family *family, struct citizen citizen) {
    struct dice *dice = &writing->dice;
    struct entry entry;
    const struct citizen *mother =
        citizen.birth >= 20210000 && family->count > 1 ? &family->members[1] : NULL;
    uint32_t times = dice_of_10000(dice, 1400) ? 2 : 1;
    while (times > 1 && times < 5 && dice_of_10000(dice, 1500)) times++;
    for (uint32_t i = 0; i < times; i++) {
        if (i) live_on(writing, &citizen);
        uint32_t county = dice_of_10000(dice, 8500) ? citizen.home.county : dice_below(dice, COUNTIES);
        entry_make(writing, &citizen, mother && mother->number != citizen.number ? mother : NULL, county,
                   &entry);
        /* Now and then a relative's number is taken. */
        if (writing_dirty(writing, 8))
            strcpy(entry.certno, family->members[dice_below(dice, family->count)].certno);
        entry_write(writing, &entry, citizen.number, "");
    }
}

static void make_clerks(struct writing *writing) {
    for (uint32_t i = 0; i < CLERK_NUMBERS; i++) {
        struct citizen clerk = {
            .male = i % 2, .birth = citizen_birth(writing, 1960, 1980), .area = AREA_BASE + i};
        citizen_number(writing, &clerk, writing->clerk[i]);
    }
}

bool population_write(const struct population *population, const char *records, const char *truth,
                      struct error *error) {
    struct arena arena = {0};
    struct writing writing = {.dice = {population->seed * CLERK_SEED + 1},
                              .dirt = population->dirt,
                              .records = fopen(records, "w"),
                              .truth = fopen(truth, "w"),
                              .born_1900 = population->born_1900};
    struct family *family = ARENA_NEW(&arena, struct family, 1);
    bool ok = writing.records && writing.truth;
    if (population->phone_all) writing.phone_all = population->records / population->phone_all;
    if (ok) {
        writing.orders = ARENA_NEW(&arena, uint16_t, (size_t)COUNTIES * ORDER_DAYS * 2);
        fputs("county,src_psn_no,psn_name,gend,brdy,psn_cert_type,certno,mob,live_addr,resdbook_no\n",
              writing.records);
        fputs("record,person,trap\n", writing.truth);
        make_clerks(&writing);
        while (writing.written < population->records) {
            make_family(&writing, family);
            for (uint32_t i = 0; i < family->count; i++)
                register_person(&writing, family, family->members[i]);
        }
        if (population->traps) traps_write(&writing);
        ok = !ferror(writing.records) && !ferror(writing.truth);
    }
    if (writing.records) ok = fclose(writing.records) == 0 && ok;
    if (writing.truth) ok = fclose(writing.truth) == 0 && ok;
    arena_free(&arena);
    return ok || error_code(error, TROUBLE_FAILED, NULL, TEXT("写不了 %s", "cannot write %s"), records);
}
