/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/claim.h"
#include "transform/row/date.h"

enum { CITY_DIGITS = 4, PROVINCE_DIGITS = 2, YOUNG_YEARS = 45 };

static bool begins(struct span text, const char *with) {
    size_t size = strlen(with);
    return text.size >= size && memcmp(text.bytes, with, size) == 0;
}

static enum policy_level sort_level(struct span code) {
    static const enum policy_level levels[] = {LEVEL_L3A, LEVEL_L3A, LEVEL_L3B, LEVEL_L3B, LEVEL_L2, LEVEL_L2,
                                               LEVEL_L2,  LEVEL_L1,  LEVEL_L1,  LEVEL_L1,  LEVEL_L0};
    if (code.size != 2) return LEVEL_NONE;
    int number = (code.bytes[0] - '0') * 10 + code.bytes[1] - '0';
    return number >= 1 && number <= (int)(sizeof levels / sizeof *levels) ? levels[number - 1] : LEVEL_NONE;
}

static enum claim_kind sort_kind(struct span type, bool fund_paid) {
    static const char *const stays[] = {"2101", "23", "24", "25", "27", "28", "29"};
    static const char *const visits[] = {"11", "12", "13", "16"};
    if (span_equal(type, SPAN("21"))) return CLAIM_STAY; /* 2102 and on are packages */
    for (size_t i = 0; i < sizeof stays / sizeof *stays; i++)
        if (begins(type, stays[i])) return CLAIM_STAY;
    if (begins(type, "22")) return CLAIM_TRAUMA;
    if (begins(type, "41")) return fund_paid ? CLAIM_VISIT : CLAIM_PHARMACY;
    for (size_t i = 0; i < sizeof visits / sizeof *visits && type.size != 4; i++)
        if (begins(type, visits[i])) return CLAIM_VISIT;
    return begins(type, "13") ? CLAIM_VISIT : CLAIM_OTHER;
}

static enum policy_level sort_away(const struct claim_words *words) {
    bool referred = begins(words->med_type, "23") || begins(words->med_type, "25");
    struct span place = words->place, insured = words->insured;
    bool known = place.size >= CITY_DIGITS && insured.size >= CITY_DIGITS;
    if (!known || memcmp(place.bytes, insured.bytes, CITY_DIGITS) == 0)
        return referred ? LEVEL_X1 : LEVEL_NONE;
    if (!referred) return LEVEL_X3;
    return memcmp(place.bytes, insured.bytes, PROVINCE_DIGITS) == 0 ? LEVEL_X1 : LEVEL_X2;
}

static uint32_t sort_classes(const struct claim_words *words, enum policy_scheme scheme) {
    struct span type = words->person_type;
    uint32_t classes = 0;
    if (begins(type, "12") || begins(type, "13")) classes |= 1u << CLASS_RETIRED;
    else if (scheme == SCHEME_EMPLOYEE) classes |= 1u << CLASS_ACTIVE;
    if (span_equal(type, SPAN("1103")) || span_equal(type, SPAN("1203"))) classes |= 1u << CLASS_FLEXIBLE;
    if (words->special.size && !span_equal(words->special, SPAN("0"))) classes |= 1u << CLASS_POOR;
    if (words->birth != INT32_MIN) {
        int year, month, day;
        date_civil(words->birth, &year, &month, &day);
        if (date_days(year + YOUNG_YEARS, month, day > 28 ? 28 : day) > words->day)
            classes |= 1u << CLASS_UNDER_45;
    }
    return classes;
}

void claim_sort(const struct claim_words *words, struct policy_claim *claim) {
    bool resident = span_equal(words->insutype, SPAN("390")),
         employee = span_equal(words->insutype, SPAN("310"));
    claim->scheme = resident ? SCHEME_RESIDENT : SCHEME_EMPLOYEE;
    claim->kind = resident || employee ? sort_kind(words->med_type, words->fund_paid) : CLAIM_OTHER;
    claim->level = sort_level(words->hosp_lv);
    claim->away = claim->kind == CLAIM_STAY || claim->kind == CLAIM_TRAUMA ? sort_away(words) : LEVEL_NONE;
    claim->classes = sort_classes(words, claim->scheme);
    claim->day = words->day;
}

const char *claim_level_word(enum policy_level level) {
    static const char *const words[LEVEL_COUNT] = {"",    "L00", "L0", "L1", "L2", "L3",
                                                   "L3B", "L3A", "X1", "X2", "X3"};
    return words[level];
}

const char *claim_person_word(const struct policy_claim *claim) {
    if (claim->scheme == SCHEME_RESIDENT) return claim->classes & 1u << CLASS_POOR ? "poor" : "resident";
    if (claim->classes & 1u << CLASS_RETIRED) return "retired";
    return claim->classes & 1u << CLASS_FLEXIBLE ? "flexible" : "active";
}

const char *claim_kind_word(enum claim_kind kind) {
    static const char *const words[] = {"stay", "trauma", "visit", "pharmacy", "other"};
    return words[kind];
}

const char *claim_verdict_word(enum policy_verdict verdict) {
    static const char *const words[VERDICT_COUNT] = {"done",    "not_covered", "no_plan", "no_level",
                                                     "no_rule", "no_kind",     "unpaired"};
    return words[verdict];
}
