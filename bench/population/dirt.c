/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What a clerk makes of a person: times in 10,000 at usual dirt, after registers of the kind that counties
   keep; nobody's real rates, so they are a knob. */
#include "bench/city/person.h"
#include "bench/population/person.h"
#include "bench/population/words.h"
#include <stdlib.h>
#include <string.h>

enum { SECOND_NUMBER = 5000, NO_BOOK = 3000, NO_PHONE = 1500 };

static void swap_bytes(char *a, char *b) {
    char swap = *a;
    *a = *b;
    *b = swap;
}

/* Slips of the fingers: each alone. */
static void mistype_number(struct writing *writing, char *certno) {
    struct dice *dice = &writing->dice;
    uint32_t at = dice_below(dice, 17), size = (uint32_t)strlen(certno);
    if (writing_dirty(writing, 60))
        certno[at] = (char)('0' + (certno[at] - '0' + 1 + (int)dice_below(dice, 9)) % 10);
    else if (writing_dirty(writing, 40))
        swap_bytes(&certno[at < 16 ? at : 15], &certno[at < 16 ? at + 1 : 16]);
    else if (writing_dirty(writing, 20)) memmove(certno + at, certno + at + 1, size - at);
    else if (writing_dirty(writing, 30)) certno[17] = (char)('0' + (certno[17] + 3) % 10);
    else if (writing_dirty(writing, 5)) {
        certno[14 + dice_below(dice, 3)] = (char)('0' + dice_below(dice, 10));
        certno[17] = person_check_digit(certno);
    }
}

static void write_number(struct writing *writing, const struct citizen *citizen, const struct citizen *mother,
                         char *certno) {
    static const char *const placeholders[] = {
        "111111111111111111", "000000000000000000", "123456789012345678", "无", "不详", "0", "1",
        "690101190001010000", "999999999999999999"};
    struct dice *dice = &writing->dice;
    bool second = citizen->second[0] && dice_of_10000(dice, SECOND_NUMBER);
    strcpy(certno, second ? citizen->second : citizen->certno);
    if (mother && writing_dirty(writing, 400)) {
        strcpy(certno, mother->certno);
    } else if (writing_dirty(writing, 180)) {
        *certno = '\0';
        return;
    } else if (writing_dirty(writing, 20)) {
        strcpy(certno, placeholders[dice_below(dice, sizeof placeholders / sizeof *placeholders)]);
        return;
    } else if (writing_dirty(writing, 10)) {
        strcpy(certno, writing->clerk[dice_below(dice, CLERK_NUMBERS)]);
        return;
    } else if (citizen->birth < 19800000 && citizen->birth > 19000000 && writing_dirty(writing, 250)) {
        char fifteen[16];
        person_fifteen(certno, fifteen);
        strcpy(certno, fifteen);
        return;
    } else {
        mistype_number(writing, certno);
    }
    size_t size = strlen(certno);
    if (size && certno[size - 1] == 'X' && dice_of_10000(dice, 2000)) certno[size - 1] = 'x';
    if (writing_dirty(writing, 30) && size > 6) {
        memmove(certno + 7, certno + 6, size - 5);
        certno[6] = ' ';
    }
}

static const char *sounding_alike(struct writing *writing, const char *character) {
    for (uint32_t g = 0; g < words_group_count; g++) {
        uint32_t count = 0;
        bool inside = false;
        for (; count < WORDS_GROUP_MAX && words_groups[g].characters[count]; count++)
            inside |= strcmp(words_groups[g].characters[count], character) == 0;
        if (inside) return words_groups[g].characters[dice_below(&writing->dice, count)];
    }
    return character;
}

static const char *looking_alike(const struct words_pair *pairs, uint32_t count, const char *character) {
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(pairs[i].one, character) == 0) return pairs[i].other;
        if (strcmp(pairs[i].other, character) == 0) return pairs[i].one;
    }
    return character;
}

static bool rare(const char *character) {
    for (uint32_t i = 0; i < words_rare_count; i++)
        if (strcmp(words_rare[i], character) == 0) return true;
    return false;
}

static void write_uyghur(struct writing *writing, const struct citizen *citizen, char *name) {
    static const char *const dots[] = {"·", "•", ".", "．", "・", ""};
    const char *dot = writing_dirty(writing, 3000) ? dots[dice_below(&writing->dice, 6)] : dots[0];
    strcpy(name, citizen->name[0]);
    if (writing_dirty(writing, 200)) return;
    strcat(strcat(name, dot), citizen->name[1]);
}

static void write_name(struct writing *writing, const struct citizen *citizen, char *name) {
    static const char *const unreadable[] = {"?", "*", "〓", "\xEE\xA0\x81", "\xEE\x9F\x87"};
    struct dice *dice = &writing->dice;
    const char *characters[NAME_CHARACTERS];
    uint32_t count = citizen->count, at = count > 1 ? 1 + dice_below(dice, count - 1) : 0;
    *name = '\0';
    if (citizen->uyghur) {
        write_uyghur(writing, citizen, name);
        return;
    }
    memcpy(characters, citizen->name, sizeof characters);
    if (writing_dirty(writing, 90)) characters[at] = sounding_alike(writing, characters[at]);
    if (writing_dirty(writing, 40))
        characters[at] = looking_alike(words_alike, words_alike_count, characters[at]);
    if (count > 2 && writing_dirty(writing, 20)) count--;
    if (count > 2 && writing_dirty(writing, 10)) {
        const char *swap = characters[1];
        characters[1] = characters[2];
        characters[2] = swap;
    }
    bool traditional = writing_dirty(writing, 80), spaced = writing_dirty(writing, 50);
    bool blank = dice_of_10000(dice, 4000);
    for (uint32_t i = 0; i < count; i++) {
        const char *character = characters[i];
        if (traditional) character = looking_alike(words_traditional, words_traditional_count, character);
        if (blank && rare(character)) character = unreadable[dice_below(dice, 5)];
        strcat(name, character);
        if (spaced && i == 0) strcat(name, dice_below(dice, 2) ? " " : "\xE3\x80\x80");
    }
}

static void write_birth(struct writing *writing, const struct citizen *citizen, const struct citizen *mother,
                        const char *certno, char *birth) {
    struct dice *dice = &writing->dice;
    uint32_t day = citizen->birth;
    if (mother && strcmp(certno, mother->certno) == 0 && dice_of_10000(dice, 2500)) day = mother->birth;
    if (writing_dirty(writing, 90)) day = person_day(person_days(day) - 18 - dice_below(dice, 32));
    else if (writing_dirty(writing, 50)) day = day / 10000 * 10000 + 101;
    else if (writing_dirty(writing, 30) && day % 100 <= 12)
        day = day / 10000 * 10000 + day % 100 * 100 + day / 100 % 100;
    else if (writing_dirty(writing, 30)) day = day / 100000 * 100000 + (day + 10000) % 100000;
    if (writing->born_1900 && dice_below(dice, 100) < writing->born_1900) day = 19000101;
    if (day % 100 > 28) day = day / 100 * 100 + 28; /* a register refuses the 30th of February */
    if (writing_dirty(writing, 50)) *birth = '\0';
    else snprintf(birth, 16, "%04u-%02u-%02u", day / 10000, day / 100 % 100, day % 100);
}

static const char *numeral(uint32_t value, bool han, char text[32]) {
    text[0] = '\0';
    if (!han) snprintf(text, 32, "%u", value);
    if (han && value >= 20) strcat(text, words_numerals[value / 10 - 1]);
    if (han && value >= 10) strcat(text, words_numerals[9]);
    if (han && value % 10) strcat(text, words_numerals[value % 10 - 1]);
    return text;
}

static void write_address(struct writing *writing, const struct home *home, char *address) {
    struct dice *dice = &writing->dice;
    char group[32], door[32];
    bool han = dice_of_10000(dice, 800), brief = dice_of_10000(dice, 3000);
    bool townless = writing_dirty(writing, 300), vague = writing_dirty(writing, 600);
    const char *town = words_places[(home->county * 7 + home->town) % words_place_count];
    const char *village =
        words_places[(home->county * 11 + home->village * 13 + home->village / TOWNS) % words_place_count];
    int size = snprintf(address, 256, "%s%s%s%s村", brief ? "" : "云川市", townless ? "" : town,
                        townless ? "" : "镇", village);
    if (vague) return;
    snprintf(address + size, 256 - (size_t)size, "%s组%s号", numeral(home->group, han, group),
             numeral(home->door, han, door));
}

void entry_make(struct writing *writing, const struct citizen *citizen, const struct citizen *mother,
                uint32_t county, struct entry *entry) {
    struct dice *dice = &writing->dice;
    *entry = (struct entry){.county = county, .sex = citizen->male ? 1 : 2};
    write_number(writing, citizen, mother, entry->certno);
    write_name(writing, citizen, entry->name);
    write_birth(writing, citizen, mother, entry->certno, entry->birth);
    if (writing_dirty(writing, 40)) entry->sex = 3 - entry->sex;
    write_address(writing, &citizen->home, entry->address);
    entry->phone = dice_of_10000(dice, 3000) ? citizen->home.phone : citizen->phone;
    /* The village's cadre gives his own. */
    if (dice_of_10000(dice, 500))
        entry->phone = 10900000000u + citizen->home.county * VILLAGES + citizen->home.village;
    if (dice_of_10000(dice, NO_PHONE)) entry->phone = 0;
    else if (writing_dirty(writing, 50)) entry->phone += 1 + dice_below(dice, 8);
    if (writing->phone_all && dice_below(dice, writing->phone_all) == 0) entry->phone = 10088888888u;
    entry->book = dice_of_10000(dice, NO_BOOK) ? 0 : citizen->home.book;
}

void entry_clean(const struct citizen *citizen, uint32_t county, struct entry *entry) {
    *entry = (struct entry){
        .county = county, .sex = citizen->male ? 1 : 2, .phone = citizen->phone, .book = citizen->home.book};
    for (uint32_t i = 0; i < citizen->count; i++) strcat(entry->name, citizen->name[i]);
    strcpy(entry->certno, citizen->certno);
    snprintf(entry->birth, sizeof entry->birth, "%04u-%02u-%02u", citizen->birth / 10000,
             citizen->birth / 100 % 100, citizen->birth % 100);
    snprintf(entry->address, sizeof entry->address, "云川市%s镇%s村%u组%u号",
             words_places[(citizen->home.county * 7 + citizen->home.town) % words_place_count],
             words_places[citizen->home.village % words_place_count], citizen->home.group,
             citizen->home.door);
}

void entry_write(struct writing *writing, const struct entry *entry, uint32_t person, const char *trap) {
    uint32_t county = AREA_BASE + entry->county, number = ++writing->written;
    fprintf(writing->records, "%u,P%09u,%s,%d,%s,%s,%s,", county, number, entry->name, entry->sex,
            entry->birth, entry->certno[0] ? "01" : "", entry->certno);
    if (entry->phone) fprintf(writing->records, "%ju", (uintmax_t)entry->phone);
    fprintf(writing->records, ",%s,", entry->address);
    if (entry->book) fprintf(writing->records, "%ju", (uintmax_t)entry->book);
    fputc('\n', writing->records);
    fprintf(writing->truth, "%u/P%09u,%u,%s\n", county, number, person, trap);
}
