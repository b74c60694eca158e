/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/build.h"
#include <assert.h>

static void give_birth(struct person *person, unsigned region, uint32_t birth, unsigned order) {
    person->birth = birth;
    person_certno(person->certno, region, birth, order);
}

/* Order digits of planted persons are beyond PERSON_ORDERS, so they meet no clean person's number. */
static unsigned order_of(const struct person *person) { return person->male ? 983 : 982; }

void cast_make(const struct build *build, unsigned number, struct cast *cast) {
    unsigned region = number == CAST_REGION   ? 690177 /* was never a division */
                      : number < CAST_A_COUNT ? 690121
                      : number < CAST_TWINS   ? 690181
                                              : 690123;
    struct person *person = &cast->person;
    unsigned look = number == CAST_SHARED + 1 ? CAST_SHARED : number == CAST_TWINS + 1 ? CAST_TWINS : number;
    cast->name = NULL;
    person_make(build->seed, 690199, 1000 + look, person);
    person->nationality = 1;
    person->male = look % 2 == 0;
    person->phone = 10000000000u + 90000000u + look;
    give_birth(person, region, person_day(person_days(19380105) + look * 331 % 14000), order_of(person));
    switch (number) {
    case CAST_P3: cast->name = "李䶮"; break;
    case CAST_SHARED: cast->name = "赵明"; break;
    case CAST_SHARED + 1: cast->name = "钱建国"; break;
    case CAST_FATHER:
    case CAST_SON:
        cast->name = "孙志强";
        person->male = true, person->phone = 10090000012u, person->door = 12;
        give_birth(person, region, number == CAST_FATHER ? 19580311 : 19840709, 983);
        break;
    case CAST_P7 + 1: give_birth(person, region, 19280506, order_of(person)); break;
    case CAST_QUESTION: cast->name = "张?明"; break;
    case CAST_MOTHER:
    case CAST_NEWBORN:
        cast->name = number == CAST_MOTHER ? "周丽" : "周丽之女";
        person->male = false;
        give_birth(person, region, 19910214, 982);
        break;
    case CAST_TWINS:
    case CAST_TWINS + 1:
        cast->name = number == CAST_TWINS ? "吴佳" : "吴怡";
        person->male = true;
        give_birth(person, region, 20120601, number == CAST_TWINS ? 983 : 985);
        break;
    default: break;
    }
}

unsigned cast_linzhu(unsigned index) {
    static const uint8_t numbers[LINZHU_CAST] = {CAST_P1,
                                                 CAST_P1 + 1,
                                                 CAST_P1 + 2,
                                                 CAST_P1 + 3,
                                                 CAST_P1 + 4,
                                                 CAST_P1 + 5,
                                                 CAST_P3,
                                                 CAST_NEWBORN,
                                                 CAST_MOTHER,
                                                 CAST_P6,
                                                 CAST_P6 + 1,
                                                 CAST_P8,
                                                 CAST_P10,
                                                 CAST_CHECK_B,
                                                 CAST_CHECK_B + 1,
                                                 CAST_SEX_B,
                                                 CAST_REGION,
                                                 CAST_1900_B,
                                                 CAST_FIFTEEN_B,
                                                 CAST_FIFTEEN_B + 1,
                                                 CAST_FIFTEEN_B + 2,
                                                 CAST_FIFTEEN_B + 3,
                                                 CAST_FIFTEEN_B + 4,
                                                 CAST_FIFTEEN_B + 5,
                                                 CAST_FIFTEEN_B + 6,
                                                 CAST_FIFTEEN_B + 7};
    assert(index < LINZHU_CAST);
    return numbers[index];
}

unsigned cast_shiliu(unsigned index) {
    static const uint8_t numbers[SHILIU_CAST] = {CAST_P2,
                                                 CAST_P2 + 1,
                                                 CAST_P2 + 2,
                                                 CAST_TWINS,
                                                 CAST_TWINS + 1,
                                                 CAST_P5,
                                                 CAST_P5 + 1,
                                                 CAST_P8,
                                                 CAST_P9,
                                                 CAST_LOST,
                                                 CAST_LOST + 1,
                                                 CAST_LOST + 2,
                                                 CAST_LOST + 3,
                                                 CAST_CHECK_C,
                                                 CAST_FIFTEEN_C,
                                                 CAST_FIFTEEN_C + 1,
                                                 CAST_FIFTEEN_C + 2,
                                                 CAST_FIFTEEN_C + 3};
    assert(index < SHILIU_CAST);
    return numbers[index];
}
