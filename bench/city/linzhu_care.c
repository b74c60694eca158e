/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/ledger.h"
#include "bench/city/linzhu.h"
#include "bench/out/words.h"
#include <stdio.h>

/* B. 临渚市: settlements and the lines of the funds that paid them. */

static const char *const js[] = {
    "结算编号", "就诊号", "人员编号", "险种",   "医疗类别", "机构编码",   "机构名称", "入院",     "出院",
    "结算时间", "总费用", "全自费",   "超限价", "先行自付", "符合范围",   "起付线",   "统筹支付", "大病",
    "救助",     "账户",   "共济",     "现金",   "退费标志", "原结算编号", NULL};
enum {
    JS_OF_SIZE = 692,
    JS_P8 = 0,
    JS_PAYERS,
    JS_REFUND,
    JS_REFUND_2,
    JS_UNPAIRED,
    JS_LIVE,
    JS_KEY = JS_LIVE,
    JS_DATE,
    JS_AMOUNT,
    JS_PLANTED,
    JS_COLUMNS = 12,
    JS_MEASURES = 15 /* and what is derived */,
    JS_AID = 55,
    JS_CUT = 100, /* one of its fund lines is cut through a character: a stay, so that the pool paid */
    JS_T18 = 88   /* and the one after it */
};

struct paid {
    uint64_t id, person;
    bool employee, refund;
    struct care care;
};

static void settlement_id(uint64_t id, char text[24]) {
    memcpy(text, "LZ2020", 6);
    text[6 + sink_number(text + 6, id, 10)] = '\0';
}

/* 55 of each 692 settlements get medical assistance, spread evenly. */
static bool aided(uint64_t index) {
    uint64_t at = index % JS_OF_SIZE;
    return at * JS_AID / JS_OF_SIZE != (at + 1) * JS_AID / JS_OF_SIZE;
}

/* The two stays of T18: one person, level 3, the second with 10,560 in scope. */
static void make_t18(struct paid *paid, uint64_t second) {
    static const uint32_t days[2][2] = {{20190304, 20190311}, {20190902, 20190910}};
    struct care *care = &paid->care;
    paid->person = JS_T18;
    care->type = CARE_INPATIENT;
    care->institution = 5;
    care->level = 3;
    care->nth = 1 + (unsigned)second;
    care->begin = days[second][0];
    care->end = care->settled = days[second][1];
    care_scope(care, second ? 1056000 : 800000);
}

static struct paid clean_settlement(const struct build *build, uint64_t index) {
    enum linzhu_class class = linzhu_class(index);
    struct paid paid = {.id = index + 1, .person = index, .employee = class != LINZHU_RESIDENT};
    struct care *care = &paid.care;
    struct pay_person who = {.plan = PAY_B, .employee = paid.employee, .retired = class == LINZHU_RETIRED};
    care_make(build, 22, index, who, paid.employee ? 2019 : 2020, care);
    if (care->type == CARE_PHARMACY) care->type = CARE_OUTPATIENT;
    if (care->type == CARE_AWAY || index == JS_CUT) care->type = CARE_INPATIENT;
    /* Above every deductible, or the pool paid nothing that could be missed. */
    care_split(care, index == JS_CUT ? 600000 + care->cost : care->cost);
    if (index == JS_T18 || index == JS_T18 + 1) make_t18(&paid, index - JS_T18);
    care->over = care->full / 3;
    care->full -= care->over;
    care->cash += care->civil; /* no such column here */
    care->civil = 0;
    if (paid.employee) { /* the column 大病 is the residents' */
        care->cash += care->big;
        care->big = 0;
        care->mutual = care->account / 10;
        care->account -= care->mutual;
    }
    if (aided(index)) {
        care->aid = care->cash / 2;
        care->cash -= care->aid;
    }
    return paid;
}

/* The planted settlements that stay. */
static struct paid planted_settlement(const struct build *build, unsigned fault) {
    uint64_t spare = build->size * LINZHU_CLEAN - 29 + 10 + fault; /* a resident with no clean settlement */
    struct paid paid = clean_settlement(build, fault == JS_REFUND ? 3 : 40);
    if (fault == JS_REFUND || fault == JS_REFUND_2) { /* all of it back, a week later */
        paid.refund = true;
        care_negate(&paid.care);
        paid.care.settled = person_day(person_days(paid.care.settled) + 7);
    } else {
        static const int64_t costs[JS_PLANTED] = {523000, 86000, 0, 0, 45600, 131840, 64215, 102450};
        paid = (struct paid){.person = spare};
        care_make(build, 23, fault, (struct pay_person){.plan = PAY_B}, 2020, &paid.care);
        paid.care.type = fault == JS_P8 ? CARE_INPATIENT : CARE_OUTPATIENT;
        paid.care.end = paid.care.settled = paid.care.begin;
        care_split(&paid.care, costs[fault]);
    }
    if (fault == JS_P8) { /* the stay that 石榴县 pays too */
        paid.person = LINZHU_CAST_FIRST + 11;
        paid.care.begin = 20200511, paid.care.end = paid.care.settled = 20200520;
        paid.care.institution = 5;
        paid.care.level = 3;
        paid.care.pool = 313800, paid.care.big = 0;
        paid.care.cash = paid.care.cost - paid.care.pool;
    }
    if (fault == JS_PAYERS) paid.care.cash -= 10;
    if (fault == JS_UNPAIRED) {
        paid.refund = true;
        care_negate(&paid.care);
    }
    paid.id = build->size * JS_OF_SIZE + 1 + fault;
    return paid;
}

const char *const linzhu_types[] = {"普通门诊", "门诊慢特病", "",  "急诊",
                                    "普通住院", "",           NULL}; /* by care_type */

static void fill_settlement(struct linzhu *county, const struct paid *paid, int64_t fen[JS_MEASURES]) {
    const struct care *care = &paid->care;
    const int64_t money[JS_COLUMNS] = {care->cost,  care->full,       care->over,   care->pre,
                                       care->scope, care->deductible, care->pool,   care->big,
                                       care->aid,   care->account,    care->mutual, care->cash};
    settlement_id(paid->id, county->cell[0]);
    settlement_id(paid->id, county->cell[1]);
    memcpy(county->cell[1], "JZ", 2);
    linzhu_person(county, 2, paid->person);
    linzhu_word(county, 3, paid->employee ? WORD_EMPLOYEE : WORD_RESIDENT);
    linzhu_span(county, 4, county->types[care->type]);
    county->cell[5][care_code(care->institution, county->cell[5])] = '\0';
    linzhu_span(county, 6, county->institutions[care->institution]);
    linzhu_number(county, 7, care->begin, 8);
    linzhu_number(county, 8, care->end, 8);
    linzhu_number(county, 9, care->settled, 8);
    for (unsigned i = 0; i < JS_COLUMNS; i++) {
        linzhu_fen(county, 10 + i, money[i]);
        fen[i] = money[i];
    }
    fen[12] = 0; /* hifob_pay: the column 大病 of employees, always 0 here */
    fen[13] = care->pool + care->big + care->aid;
    fen[14] = care->account + care->mutual + care->cash;
    linzhu_text(county, 22, paid->refund ? "1" : "0");
    linzhu_text(county, 23, "");
}

static void put_rejected(struct linzhu *county, unsigned fault, int64_t fen[JS_MEASURES]) {
    static const char *const columns[] = {"结算编号", "结算时间", "总费用"};
    static const char *const codes[] = {"key.empty", "date.not_a_date", "amount.not_a_number"};
    unsigned which = fault - JS_KEY;
    if (fault == JS_KEY) linzhu_text(county, 0, "");
    if (fault == JS_DATE) linzhu_text(county, 9, "20200230");
    if (fault == JS_AMOUNT) {
        linzhu_text(county, 10, "1O24.50"); /* the letter O */
        fen[0] = 0;
    }
    linzhu_put(county, county->count);
    truth_row(county->build->truth, county->file, TRUTH_REJECTED, county->line, columns[which], codes[which],
              fen, fault == JS_AMOUNT);
}

/* Of the clean ones 3 and 40 are taken back; the two of T18 are one person's. */
static void count_impact(const struct build *build, const struct paid *paid, uint64_t fault, uint64_t index) {
    bool planted = fault != UINT64_MAX;
    if (planted && fault == JS_UNPAIRED) return;
    if (!planted && index == JS_T18) return;
    if (!planted && index == JS_T18 + 1) {
        struct paid first = clean_settlement(build, JS_T18);
        care_impact_two(build->truth, "690181", &first.care, &paid->care);
        return;
    }
    care_impact(build->truth, "690181", &paid->care,
                paid->refund || (!planted && (index == 3 || index == 40)));
}

void linzhu_settlements(struct linzhu *county) {
    struct plan plan;
    bool planted;
    uint64_t index;
    struct truth *truth = county->build->truth;
    plan_open(&plan, county->build, 204, county->build->size * JS_OF_SIZE, JS_PLANTED);
    linzhu_begin(county, 204, js);
    while (plan_next(&plan, &planted, &index)) {
        int64_t fen[JS_MEASURES];
        struct paid paid = planted ? planted_settlement(county->build, (unsigned)index)
                                   : clean_settlement(county->build, index);
        fill_settlement(county, &paid, fen);
        if (planted && paid.refund)
            settlement_id(index == JS_REFUND ? 4 : index == JS_REFUND_2 ? 41 : 9999999999u, county->cell[23]);
        if (planted && index >= JS_LIVE) {
            put_rejected(county, (unsigned)index, fen);
        } else {
            linzhu_put(county, county->count);
            truth_new(county->file, fen);
            count_impact(county->build, &paid, planted ? index : UINT64_MAX, index);
        }
        ledger_paid(county->build, 690181, &paid.care, paid.employee, planted && index >= JS_LIVE);
        county->fen += fen[0];
        if (planted && index == JS_PAYERS)
            truth_doubt(truth, county->file, county->line, "现金", "settle.payers", 10);
        if (planted && index == JS_UNPAIRED)
            truth_doubt(truth, county->file, county->line, "原结算编号", "settle.refund_unpaired", fen[0]);
        if (!planted && index == JS_CUT) /* one of its fund lines is cut through a character */
            truth_doubt(truth, county->file, county->line, "结算编号", "settle.fund_detail", paid.care.pool);
    }
    linzhu_end(county);
}

enum { FUND_LINE = 60, FUND_NAME = 20 };
enum fund {
    FUND_EMPLOYEE,
    FUND_RESIDENT,
    FUND_BIG_EMPLOYEE,
    FUND_BIG_RESIDENT,
    FUND_AID,
    FUND_CUT,
    FUND_TOTAL
};
/* The name of FUND_CUT has 25 bytes in 20: its tenth character loses its second half. */
const char *const linzhu_fund_names[] = {"职工统筹基金", "居民统筹基金",
                                         "大额补助基金", "居民大病保险",
                                         "医疗救助基金", "*城乡居民基本医疗保险统筹",
                                         "合计",         NULL};
static const char *const fund_codes[] = {"310100", "390100", "330100", "390200", "610100", "390100", ""};

/* 60 bytes: settlement 1-20, fund 21-26, name 27-46, fen 47-58, sign 59, line feed 60. */
static void put_fund(struct linzhu *county, const char *id, enum fund fund, int64_t fen) {
    char line[FUND_LINE], text[24];
    struct span name = county->funds[fund];
    if (fund == FUND_TOTAL) name.size = 0; /* its word stands in place of the settlement */
    memset(line, ' ', sizeof line);
    memcpy(line, id, strlen(id));
    memcpy(line + 20, fund_codes[fund], strlen(fund_codes[fund]));
    memcpy(line + 26, name.bytes, name.size < FUND_NAME ? name.size : FUND_NAME);
    size_t size = sink_number(text, (uint64_t)(fen < 0 ? -fen : fen), 1);
    memcpy(line + 58 - size, text, size);
    line[58] = fen < 0 ? '-' : '+';
    line[59] = '\n';
    sink_put(county->sink, line, sizeof line);
    county->line++;
    county->fen += fen;
    if (fund == FUND_CUT)
        truth_row(county->build->truth, county->file, TRUTH_REJECTED, county->line, "基金名称",
                  "text.split_character", &fen, 0);
    else if (fund != FUND_TOTAL) truth_new(county->file, &fen);
    else
        truth_row(county->build->truth, county->file, TRUTH_EXPLAINED, county->line, "", "row.subtotal", &fen,
                  0);
}

static void put_funds(struct linzhu *county, const struct paid *paid, bool cut) {
    char id[24];
    settlement_id(paid->id, id);
    put_fund(county, id, cut ? FUND_CUT : paid->employee ? FUND_EMPLOYEE : FUND_RESIDENT, paid->care.pool);
    put_fund(county, id, paid->employee ? FUND_BIG_EMPLOYEE : FUND_BIG_RESIDENT, paid->care.big);
    if (paid->care.aid != 0) put_fund(county, id, FUND_AID, paid->care.aid);
}

void linzhu_funds(struct linzhu *county) {
    county->line = 0;
    county->fen = 0;
    for (uint64_t index = 0; index < county->build->size * JS_OF_SIZE; index++) {
        struct paid paid = clean_settlement(county->build, index);
        put_funds(county, &paid, index == JS_CUT);
    }
    for (unsigned fault = 0; fault < JS_LIVE; fault++) {
        struct paid paid = planted_settlement(county->build, fault);
        put_funds(county, &paid, false);
    }
    char total[16];
    struct span word = county->funds[FUND_TOTAL];
    memcpy(total, word.bytes, word.size);
    total[word.size] = '\0';
    put_fund(county, total, FUND_TOTAL, county->fen);
}
