/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/build.h"

const char *const care_institutions[INSTITUTIONS + 1] = {"样例第一医院",
                                                         "样例第二医院",
                                                         "样例中医院",
                                                         "样例街道卫生服务中心",
                                                         "样例大药房",
                                                         "样例临渚人民医院",
                                                         "样例临渚妇幼保健院",
                                                         "样例临渚中心卫生院",
                                                         "样例临渚诊所",
                                                         "样例石榴县医院",
                                                         "样例石榴镇卫生院",
                                                         "样例石榴村卫生室",
                                                         NULL};

unsigned care_region(unsigned institution) {
    return institution < 5 ? 690102 : institution < 9 ? 690181 : 690123;
}

unsigned care_level(unsigned institution) {
    static const uint8_t levels[INSTITUTIONS] = {3, 2, 2, 1, 1, 3, 2, 1, 1, 2, 1, 1};
    return levels[institution];
}

size_t care_code(unsigned institution, char *into) {
    unsigned region = care_region(institution);
    unsigned first = region == 690102 ? 0 : region == 690181 ? 5 : 9;
    into[0] = 'H';
    sink_number(into + 1, region, 6);
    sink_number(into + 7, institution - first + 1, 5);
    return 12;
}

bool care_young(uint32_t birth, uint32_t day) { return birth + 450000 > day; }

static struct pay_claim claim_of(const struct care *care) {
    static const enum pay_care cares[CARE_TYPES] = {PAY_VISIT, PAY_UNKNOWN, PAY_NOTHING,
                                                    PAY_VISIT, PAY_STAY,    PAY_AWAY};
    return (struct pay_claim){
        .care = cares[care->type], .level = care->level, .nth = care->nth, .scope = care->scope};
}

/* Who pays what the funds leave: civil servants' aid at some hospitals, the account, cash. */
static void share_rest(struct care *care) {
    bool stay = care->type >= CARE_INPATIENT, employee = care->who.employee;
    int64_t above = care->scope - care->deductible;
    care->civil = care->aid = care->account = care->mutual = 0;
    int64_t left =
        above - care->pool - care->big; /* below 0 where a county pays the ratio on the whole scope */
    if (employee && care->institution % 3 == 0 && left > 0) care->civil = left / 4;
    int64_t rest = care->cost - care->pool - care->big - care->civil;
    if (employee) care->account = stay ? rest / 5 : rest / 2;
    care->cash = rest - care->account;
}

static void split_scope(struct care *care) {
    struct pay_claim claim = claim_of(care);
    struct pay_amounts amounts;
    if (!pay_work(care->who.plan, &care->who, &claim, &amounts)) { /* chronic disease by a list of its own */
        amounts.deductible = care->scope < 3000 ? care->scope / 2 : 3000;
        amounts.pool = (care->scope - amounts.deductible) * (care->who.employee ? 80 : 65) / 100;
    }
    care->deductible = amounts.deductible;
    care->pool = amounts.pool;
    care->big = amounts.big;
    share_rest(care);
}

void care_split(struct care *care, int64_t cost) {
    care->cost = cost;
    care->full = cost * 6 / 100;
    care->over = 0;
    care->pre = cost * 4 / 100;
    care->scope = cost - care->full - care->pre;
    split_scope(care);
}

void care_scope(struct care *care, int64_t scope) {
    care->cost = care->scope = scope;
    care->full = care->over = care->pre = 0;
    split_scope(care);
}

void care_band_error(struct care *care) {
    care->pool += care->pool * care->deductible / (care->scope - care->deductible);
    share_rest(care);
}

void care_make(const struct build *build, unsigned salt, uint64_t index, struct pay_person who, unsigned year,
               struct care *care) {
    static const uint8_t types[10] = {0, 0, 0, 1, 2, 3, 4, 4, 4, 5};
    uint64_t dice = person_mix(build->seed, salt, index);
    care->type = (enum care_type)types[dice % 10];
    care->who = who;
    care->nth = 1;
    static const uint8_t hospitals[] = {0, 1, 2, 3, 5, 6, 7, 9, 10};
    bool stay = care->type >= CARE_INPATIENT;
    care->institution = care->type == CARE_PHARMACY ? 4 : hospitals[(dice >> 8) % sizeof hospitals];
    care->level = care_level(care->institution);
    uint32_t begin = person_days(year * 10000 + 102) + (uint32_t)(dice >> 16) % 300;
    uint32_t end = begin + (stay ? 3 + (uint32_t)(dice >> 26) % 12 : 0);
    care->begin = person_day(begin);
    care->end = person_day(end);
    care->settled = person_day(end + (stay ? (uint32_t)(dice >> 30) % 4 : 0));
    care->balance = who.employee ? (int64_t)((dice >> 40) % 500000) : 0;
    int64_t cost = stay ? 200000 + (int64_t)((dice >> 34) % 2500000) : 5000 + (int64_t)((dice >> 34) % 75000);
    care_split(care, cost);
}

void care_negate(struct care *care) {
    int64_t *amounts[] = {&care->cost,       &care->full,   &care->over, &care->pre,   &care->scope,
                          &care->deductible, &care->pool,   &care->big,  &care->civil, &care->aid,
                          &care->account,    &care->mutual, &care->cash};
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) *amounts[i] = -*amounts[i];
}
