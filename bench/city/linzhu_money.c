/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/linzhu.h"
#include "bench/city/qinghe.h"
#include "bench/out/words.h"

/* B. 临渚市: relations, payments of residents, settlements and their fund lines. */

static const char *const cb[] = {"参保关系号",   "人员编号", "险种", "人员类别", "单位编号",
                                 "本次参保日期", "暂停日期", "状态", "统筹区",   NULL};
enum { CB_PAST = LINZHU_CAST, CB_OLD = 44, CB_FOREIGN = 46, CB_PLANTED = 48 };

static void fill_relation(struct linzhu *county, uint64_t id, uint64_t person, unsigned scheme, unsigned type,
                          uint32_t from, uint32_t until, const char *status) {
    char employer[13] = "";
    if (scheme != WORD_RESIDENT) qinghe_employer((unsigned)(45 + person % 15), employer);
    county->cell[0][0] = 'R';
    county->cell[0][1 + sink_number(county->cell[0] + 1, id, 10)] = '\0';
    linzhu_person(county, 1, person);
    linzhu_word(county, 2, scheme);
    linzhu_word(county, 3, type);
    linzhu_text(county, 4, employer);
    linzhu_number(county, 5, from, 8);
    if (until) linzhu_number(county, 6, until, 8);
    else linzhu_text(county, 6, "");
    linzhu_text(county, 7, status);
    linzhu_text(county, 8, "690181");
}

/* Employees of 临渚 went over to the city's own pool on 2020-01-01: their relations here have ended. */
static void fill_clean(struct linzhu *county, uint64_t index) {
    uint64_t persons = county->build->size * LINZHU_CLEAN, person = index;
    if (index < persons) {
        enum linzhu_class class = linzhu_class(index);
        uint32_t from =
            person_day(person_days(20060101) + (uint32_t)(person_mix(county->build->seed, 21, index) % 3000));
        if (class == LINZHU_RESIDENT)
            fill_relation(county, index + 1, index, WORD_RESIDENT, index % 3 ? WORD_ADULT : WORD_CHILD,
                          20160101, 0, "1");
        else
            fill_relation(county, index + 1, index, WORD_EMPLOYEE,
                          class == LINZHU_RETIRED ? WORD_RETIRED : WORD_ACTIVE, from, 20191231,
                          index % 29 >= 6 ? "2" : "4");
        return;
    }
    index -= persons; /* civil servants: three of each 29 */
    person = index / 3 * 29 + index % 3;
    uint32_t from =
        person_day(person_days(20060101) + (uint32_t)(person_mix(county->build->seed, 21, person) % 3000));
    fill_relation(county, persons + index + 1, person, WORD_CIVIL, WORD_ACTIVE, from, 20191231, "4");
}

static void fill_cast_relation(struct linzhu *county, unsigned member) {
    uint64_t person = LINZHU_CAST_FIRST + member % LINZHU_CAST;
    if (member >= CB_PAST) { /* the last 18 planted persons were here before */
        person = LINZHU_CAST_FIRST + LINZHU_CAST - 18 + (member - CB_PAST);
        fill_relation(county, 9000000000u + member, person, WORD_RESIDENT, WORD_ADULT, 20120101, 20141231,
                      member == CB_PAST ? "0" : "4");
        return;
    }
    unsigned number = cast_linzhu(member);
    uint32_t from = number == CAST_NEWBORN                    ? 20200401
                    : number == CAST_P8 || number == CAST_P10 ? 20200101
                                                              : 20160101;
    fill_relation(county, 9000000000u + member, person, WORD_RESIDENT,
                  number == CAST_NEWBORN ? WORD_CHILD : WORD_ADULT, from, 0, "1");
}

void linzhu_relations(struct linzhu *county) {
    struct plan plan;
    bool planted;
    uint64_t index, size = county->build->size;
    struct truth *truth = county->build->truth;
    plan_open(&plan, county->build, 202, size * (LINZHU_CLEAN + 90), CB_PLANTED);
    linzhu_begin(county, 202, cb);
    while (plan_next(&plan, &planted, &index)) {
        if (planted && index >= CB_OLD) {
            bool old = index < CB_FOREIGN;
            uint64_t person = (index - CB_OLD) * 29 + 3;
            fill_relation(county, 9000000000u + index, person, old ? WORD_CIVIL : WORD_EMPLOYEE, WORD_ACTIVE,
                          old ? 20000715 : 20050301, 20051231, "4");
            if (!old) linzhu_text(county, 8, "690102");
            linzhu_put(county, county->count);
            truth_row(truth, county->file, TRUTH_REJECTED, county->line, old ? "险种" : "统筹区",
                      old ? "code.not_valid_on_date" : "row.foreign_county", NULL, 0);
            continue;
        }
        if (planted) fill_cast_relation(county, (unsigned)index);
        else fill_clean(county, index);
        linzhu_put(county, county->count);
        truth_new(county->file, NULL);
        /* P1, P8 and P10 have another cover elsewhere. */
        if (planted && (index < CAST_P2 || index == 11 || index == 12))
            truth_doubt(truth, county->file, county->line, "本次参保日期", "enroll.overlap", 0);
    }
    linzhu_end(county);
}

static const char *const jf[] = {"缴费流水", "人员编号", "险种", "费款所属期起", "费款所属期止", "个人缴费",
                                 "财政补助", "其他资助", "合计", "缴费标志",     "核销标志",     "到账日期",
                                 "资助类别", NULL};
enum {
    JF_OF_SIZE = 30 * (19 * 3 + 6),
    JF_LIVE = 106,
    JF_DUPLICATE = 106,
    JF_DECIMALS = 109,
    JF_PLANTED = 110
};

/* What a resident pays for a year, and what is added; fen: sum, person, finance, other. */
static void fill_payment(struct linzhu *county, uint64_t id, uint64_t person, unsigned year, bool low,
                         int64_t fen[4]) {
    static const int64_t own[5] = {12000, 15000, 18000, 22000, 25000},
                         finance[5] = {42000, 45000, 49000, 52000, 55000};
    unsigned at = year - 2016;
    fen[1] = low ? 0 : own[at], fen[2] = finance[at], fen[3] = low ? own[at] : 0;
    fen[0] = fen[1] + fen[2] + fen[3];
    county->cell[0][0] = 'P';
    county->cell[0][1 + sink_number(county->cell[0] + 1, id, 10)] = '\0';
    linzhu_person(county, 1, person);
    linzhu_word(county, 2, WORD_RESIDENT);
    linzhu_number(county, 3, year * 100 + 1, 6);
    linzhu_number(county, 4, year * 100 + 12, 6);
    linzhu_text(county, 9, "1");
    linzhu_text(county, 10, "Z");
    linzhu_number(county, 11, year * 10000 + 100 + 2 + id % 25, 8); /* January of the year */
    if (low) linzhu_word(county, 12, WORD_LOW);
    else linzhu_text(county, 12, "");
}

static void fill_amounts(struct linzhu *county, const int64_t fen[4]) {
    for (unsigned i = 1; i < 4; i++) linzhu_fen(county, 4 + i, fen[i]);
    linzhu_fen(county, 8, fen[0]);
}

/* Of each 29 persons 19 are residents and pay for 2018-2020; the first six of them for 2017 too. */
static void fill_clean_payment(struct linzhu *county, uint64_t index, int64_t fen[4]) {
    unsigned rest = (unsigned)(index % 63);
    unsigned class = rest < 24 ? rest / 4 : 6 + (rest - 24) / 3,
             year = rest < 24 ? 2017 + rest % 4 : 2018 + (rest - 24) % 3;
    fill_payment(county, index + 1, index / 63 * 29 + 10 + class, year, class == 18, fen);
    fill_amounts(county, fen);
}

/* 106 planted rows that stay: 23 persons for 2017-2020, three for 2020 only, seven for 2016 too, and
   two payments reversed (+ and -).  The last three joined late in 2020, without the subsidy. */
static void fill_cast_payment(struct linzhu *county, unsigned index, int64_t fen[4]) {
    static const uint8_t only_2020[3] = {7, 11, 12}; /* newborn, P8, P10 */
    unsigned member, year;
    bool reversal = index >= 102;
    if (index < 92) {
        member = index / 4, year = 2017 + index % 4;
        if (member >= 7) member++;
        if (member >= 11) member += 2;
    } else if (index < 95) {
        member = only_2020[index - 92], year = 2020;
    } else {
        member = index < 102 ? 13 + index - 95 : 20 + (index - 102) / 2, year = 2016;
    }
    fill_payment(county, 9000000000u + index, LINZHU_CAST_FIRST + member, year, false, fen);
    if (year == 2020 && member >= 23) {
        fen[2] = 0;
        fen[0] = fen[1];
        linzhu_text(county, 11, "20200706");
    }
    if (reversal) linzhu_text(county, 10, index % 2 ? "-" : "+");
    if (reversal && index % 2)
        for (unsigned i = 0; i < 4; i++) fen[i] = -fen[i];
    fill_amounts(county, fen);
}

void linzhu_payments(struct linzhu *county) {
    struct plan plan;
    bool planted;
    uint64_t index;
    struct truth *truth = county->build->truth;
    plan_open(&plan, county->build, 203, county->build->size * JF_OF_SIZE, JF_PLANTED);
    linzhu_begin(county, 203, jf);
    while (plan_next(&plan, &planted, &index)) {
        int64_t fen[4];
        if (!planted) {
            fill_clean_payment(county, index, fen);
        } else if (index < JF_LIVE) {
            fill_cast_payment(county, (unsigned)index, fen);
        } else if (index < JF_DECIMALS) { /* the three late joiners' 2020 rows once more, 250.00 each */
            fill_cast_payment(county, 83 + 4 * (unsigned)(index - JF_DUPLICATE), fen);
        } else { /* an amount with half a fen */
            fill_payment(county, 9000000000u + index, 10, 2016, false, fen);
            fill_amounts(county, fen);
            linzhu_text(county, 5, "25000.5");
            fen[1] = 0;
        }
        linzhu_put(county, county->count);
        county->fen += fen[0];
        if (!planted || index < JF_LIVE) truth_new(county->file, fen);
        else if (index < JF_DECIMALS)
            truth_row(truth, county->file, TRUTH_DUPLICATE, county->line, "缴费流水", "key.duplicate", fen,
                      0);
        else
            truth_row(truth, county->file, TRUTH_REJECTED, county->line, "个人缴费",
                      "amount.too_many_decimals", fen, 1 << 1);
    }
    linzhu_end(county);
}
