/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/transform/town.h"
#include "core/shipped.h"
#include "transform/row/certno.h"
#include <criterion/criterion.h>
#include <stdio.h>

/* The inputs of person.yaml in its order. */
enum {
    CERTNO,
    TYPE,
    NAME,
    BIRTH,
    SEX,
    MOBILE,
    PHONE,
    COUNTY,
    HOUSEHOLD,
    ADDRESS,
    TOWN,
    VILLAGE,
    BOOK,
    INPUTS
};

void people_open(struct people *at) {
    struct span text;
    *at = (struct people){0};
    cr_assert(shipped_find("mappings/link/person.yaml", &text));
    cr_assert(link_rules_read(text, "person.yaml", &at->arena, &at->rules, &at->error), "%s",
              at->error.message);
    struct regions *regions = ARENA_NEW(&at->arena, struct regions, 1);
    regions_read(regions, SPAN("code,name,first,last\n690199,旧县,1980,1985\n"));
    for (uint32_t f = 0; f < at->rules.field_count; f++) at->rules.fields[f].regions = regions;
    for (int i = 0; i < 2; i++) at->sinks[i].rules = &at->rules;
    at->link.rules = &at->rules;
    at->link.threads = 1;
}

void people_close(struct people *at) {
    for (int i = 0; i < 2; i++) link_sink_free(&at->sinks[i]);
    link_free(&at->link);
    arena_free(&at->arena);
}

void people_take(struct people *at, int sink, const char *identifier, const char *record) {
    static const int places[] = {CERTNO, NAME, BIRTH, SEX, MOBILE, ADDRESS, BOOK};
    struct span cells[INPUTS];
    for (int i = 0; i < INPUTS; i++) cells[i] = SPAN("");
    cells[TYPE] = SPAN("01");
    cells[COUNTY] = SPAN("690102");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        size_t size = strcspn(record, "|");
        cells[places[i]] = (struct span){record, size};
        record += size + (record[size] == '|');
    }
    link_sink_take(&at->sinks[sink], (struct span){identifier, strlen(identifier)}, cells);
}

static char check_digit(const char *number) {
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++) sum += (number[i] - '0') * weights[i];
    return "10X98765432"[sum % 11];
}

void town_record(uint32_t person, bool again, char text[TEXT_BYTES]) {
    static const char *const surnames[] = {"王", "李", "张", "刘", "陈", "杨", "赵", "黄"};
    static const char *const given[] = {"伟", "芳", "静", "敏", "磊", "洋", "艳", "勇",
                                        "杰", "涛", "明", "霞", "平", "刚", "桂", "英"};
    uint64_t dice = link_mix(person, 5);
    uint32_t year = 1940 + (uint32_t)(dice % 70), month = 1 + (uint32_t)(dice >> 8) % 12,
             day = 1 + (uint32_t)(dice >> 16) % 28;
    unsigned sex = dice >> 30 & 1, order = (unsigned)(dice >> 32) % 490 * 2 + sex;
    char number[20];
    snprintf(number, sizeof number, "690102%04u%02u%02u%03u", year, month, day, order);
    number[17] = check_digit(number);
    number[18] = '\0';
    bool slip = again && person % 9 == 0;
    if (slip) number[8] = (char)('0' + (number[8] - '0' + 1) % 10);
    snprintf(text, TEXT_BYTES, "%s|%s%s%s|%04u-%02u-%02u|%u|%s%08u|柳树镇三里村%u组%u号|", number,
             surnames[dice >> 40 & 7], given[dice >> 44 & 15], given[dice >> 48 & 15], year, month, day,
             2 - sex, again ? "139" : "138", (unsigned)(dice >> 20 & 0xFFFFFF), person % 12 + 1,
             person / (again ? 5 : 4) % 90 + 1);
}
