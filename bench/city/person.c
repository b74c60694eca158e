/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/person.h"
#include "bench/out/sink.h"
#include "bench/out/words.h"
#include <assert.h>

const char *const person_surnames[] = {"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐",
                                       "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗", "梁", "宋",
                                       "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁",
                                       "邓", "许", "傅", "沈", "曾", "彭", "吕", NULL};
/* 脇 and 襹 end in the byte 0x7C, '|', in GB18030: a delimited file must be split with that in mind. */
const char *const person_given[] = {
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明",
    "超", "兰", "霞", "平", "刚", "桂", "英", "华", "玉", "秀", "文", "建", "国", "春", "梅", "志",
    "红", "海", "云", "燕", "成", "德", "福", "庆", "祥", "安", "宁", "康", "健", "林", "峰", "龙",
    "飞", "鑫", "宇", "浩", "然", "子", "涵", "轩", "怡", "佳", "琪", "镕", "脇", NULL};
enum { SURNAMES = 40, GIVEN = 61 };
_Static_assert(sizeof person_surnames / sizeof *person_surnames == SURNAMES + 1, "count them");
_Static_assert(sizeof person_given / sizeof *person_given == GIVEN + 1, "count them");

struct person_words person_encode(struct arena *arena, const char *encoding) {
    return (struct person_words){words_list(arena, encoding, person_surnames),
                                 words_list(arena, encoding, person_given)};
}

static uint64_t scramble(uint64_t x) {
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

uint64_t person_mix(uint64_t seed, uint64_t a, uint64_t b) {
    return scramble(scramble(scramble(seed) ^ a) ^ b);
}

/* Source: Howard Hinnant, chrono-compatible low-level date algorithms; years begin in March. */
uint32_t person_day(uint32_t days) {
    uint32_t shifted = days + 1900u * 365 + 1900 / 4 - 1900 / 100 + 1900 / 400;
    uint32_t era = shifted / 146097, of_era = shifted % 146097;
    uint32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    uint32_t of_year = of_era - (365 * year + year / 4 - year / 100);
    uint32_t month = (5 * of_year + 2) / 153, day = of_year - (153 * month + 2) / 5 + 1;
    month = month < 10 ? month + 3 : month - 9;
    return (year + era * 400 + (month <= 2)) * 10000 + month * 100 + day;
}

uint32_t person_days(uint32_t yyyymmdd) {
    uint32_t year = yyyymmdd / 10000, month = yyyymmdd / 100 % 100, day = yyyymmdd % 100;
    if (month <= 2) year--;
    uint32_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return year * 365 + year / 4 - year / 100 + year / 400 + of_year -
           (1900u * 365 + 1900 / 4 - 1900 / 100 + 1900 / 400);
}

char person_check_digit(const char *seventeen) {
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++) sum += (seventeen[i] - '0') * weights[i];
    return "10X98765432"[sum % 11];
}

void person_certno(char certno[19], unsigned region, uint32_t birth, unsigned order) {
    sink_number(certno, region, 6);
    sink_number(certno + 6, birth, 8);
    sink_number(certno + 14, order, 3);
    certno[17] = person_check_digit(certno);
    certno[18] = '\0';
}

void person_fifteen(const char *certno, char fifteen[16]) {
    memcpy(fifteen, certno, 6);
    memcpy(fifteen + 6, certno + 8, 9);
    fifteen[15] = '\0';
}

enum { BIRTHDAYS = 24989 /* a prime: 1935-01-01 to 2003-05-31 */, FIRST_BIRTHDAY = 12724 };

void person_make(uint64_t seed, unsigned region, uint64_t index, struct person *person) {
    uint64_t dice = person_mix(seed, region, index);
    uint32_t day = (uint32_t)(index % BIRTHDAYS * 7919 % BIRTHDAYS);
    unsigned order = (unsigned)(index / BIRTHDAYS);
    assert(order < PERSON_ORDERS);
    person->male = dice & 1;
    person->birth = person_day(FIRST_BIRTHDAY + day);
    person_certno(person->certno, region, person->birth, order * 2 + (person->male ? 1 : 2));
    person->surname = (uint16_t)((dice >> 1) % SURNAMES);
    person->given_count = (dice >> 8) % 4 ? 2 : 1;
    person->given[0] = (uint16_t)((dice >> 16) % GIVEN);
    person->given[1] = (uint16_t)((dice >> 28) % GIVEN);
    unsigned rare = (unsigned)(dice >> 40) % 16;
    person->nationality = rare ? 1 : (uint8_t)(1 + (dice >> 44) % 56);
    person->phone = 10000000000u + (dice >> 20) % 100000000u;
    person->door = 1 + (uint32_t)(dice >> 50) % 200;
}

size_t person_name(const struct person *person, const struct person_words *words, char *into) {
    struct span part = words->surnames[person->surname];
    memcpy(into, part.bytes, part.size);
    size_t size = part.size;
    for (unsigned i = 0; i < person->given_count; i++) {
        part = words->given[person->given[i]];
        memcpy(into + size, part.bytes, part.size);
        size += part.size;
    }
    return size;
}
