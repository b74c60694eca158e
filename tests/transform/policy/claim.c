/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/claim.h"
#include <criterion/criterion.h>

static struct span span_of(const char *text) { return (struct span){text, strlen(text)}; }

Test(policy_claim, kinds) {
    static const struct {
        const char *insutype, *med_type;
        bool fund_paid;
        enum claim_kind kind;
    } cases[] = {{"390", "21", true, CLAIM_STAY},      {"390", "2101", true, CLAIM_STAY},
                 {"390", "2102", true, CLAIM_OTHER},   {"310", "23", true, CLAIM_STAY},
                 {"310", "25", true, CLAIM_STAY},      {"310", "26", true, CLAIM_OTHER},
                 {"390", "29", true, CLAIM_STAY},      {"390", "22", true, CLAIM_TRAUMA},
                 {"390", "2201", true, CLAIM_TRAUMA},  {"390", "11", true, CLAIM_VISIT},
                 {"390", "1101", true, CLAIM_OTHER},   {"390", "13", true, CLAIM_VISIT},
                 {"390", "1301", true, CLAIM_VISIT},   {"390", "14", true, CLAIM_OTHER},
                 {"310", "16", true, CLAIM_VISIT},     {"310", "41", true, CLAIM_VISIT},
                 {"310", "41", false, CLAIM_PHARMACY}, {"390", "52", true, CLAIM_OTHER},
                 {"510", "21", true, CLAIM_OTHER},     {"", "21", true, CLAIM_OTHER},
                 {"390", "", true, CLAIM_OTHER}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct claim_words words = {.insutype = span_of(cases[i].insutype),
                                    .med_type = span_of(cases[i].med_type),
                                    .birth = INT32_MIN,
                                    .fund_paid = cases[i].fund_paid};
        struct policy_claim claim = {0};
        claim_sort(&words, &claim);
        cr_expect_eq(claim.kind, cases[i].kind, "%s %s %d: %s", cases[i].insutype, cases[i].med_type,
                     cases[i].fund_paid, claim_kind_word(claim.kind));
        cr_expect_eq(claim.scheme, strcmp(cases[i].insutype, "390") == 0 ? SCHEME_RESIDENT : SCHEME_EMPLOYEE);
    }
}

Test(policy_claim, levels) {
    static const struct {
        const char *code, *word;
    } cases[] = {{"01", "L3A"}, {"02", "L3A"}, {"03", "L3B"}, {"04", "L3B"}, {"05", "L2"},
                 {"07", "L2"},  {"08", "L1"},  {"10", "L1"},  {"11", "L0"},  {"12", ""},
                 {"00", ""},    {"1", ""},     {"", ""},      {"011", ""},   {"X1", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct claim_words words = {.hosp_lv = span_of(cases[i].code), .birth = INT32_MIN};
        struct policy_claim claim = {0};
        claim_sort(&words, &claim);
        cr_expect_str_eq(claim_level_word(claim.level), cases[i].word, "%s: %s", cases[i].code,
                         claim_level_word(claim.level));
    }
}

/* Where somebody was treated, and whether he was sent there. */
Test(policy_claim, away) {
    static const struct {
        const char *med_type, *place, *insured, *word;
    } cases[] = {
        {"21", "690102", "690181", ""},   {"21", "6901", "6901", ""},       {"23", "690102", "690181", "X1"},
        {"23", "690201", "690102", "X1"}, {"25", "680100", "690102", "X2"}, {"25", "6801", "6901", "X2"},
        {"21", "690201", "690102", "X3"}, {"21", "6902", "6901", "X3"},     {"24", "680100", "690102", "X3"},
        {"21", "", "690102", ""},         {"21", "690201", "", ""},         {"23", "", "", "X1"},
        {"21", "690", "690102", ""},      {"11", "680100", "690102", ""},   {"22", "680100", "690102", "X3"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct claim_words words = {.insutype = SPAN("390"),
                                    .med_type = span_of(cases[i].med_type),
                                    .place = span_of(cases[i].place),
                                    .insured = span_of(cases[i].insured),
                                    .birth = INT32_MIN};
        struct policy_claim claim = {0};
        claim_sort(&words, &claim);
        cr_expect_str_eq(claim_level_word(claim.away), cases[i].word, "%s at %s of %s: %s", cases[i].med_type,
                         cases[i].place, cases[i].insured, claim_level_word(claim.away));
    }
}

/* 45 on the day itself is no longer under 45. */
Test(policy_claim, classes) {
    enum { DAY = 7305 }; /* 2020-01-01 */
    static const struct {
        const char *insutype, *type, *special;
        int32_t birth;
        uint32_t classes;
        const char *word;
    } cases[] = {
        {"310", "11", "", INT32_MIN, 1u << CLASS_ACTIVE, "active"},
        {"310", "12", "0", INT32_MIN, 1u << CLASS_RETIRED, "retired"},
        {"310", "13", "", INT32_MIN, 1u << CLASS_RETIRED, "retired"},
        {"310", "1103", "", INT32_MIN, 1u << CLASS_ACTIVE | 1u << CLASS_FLEXIBLE, "flexible"},
        {"310", "1203", "", INT32_MIN, 1u << CLASS_RETIRED | 1u << CLASS_FLEXIBLE, "retired"},
        {"390", "14", "", INT32_MIN, 0, "resident"},
        {"390", "14", "3", INT32_MIN, 1u << CLASS_POOR, "poor"},
        {"390", "14", "0", INT32_MIN, 0, "resident"},
        {"390", "14", "", DAY - 16436, 0, "resident"},                    /* 1975-01-01 */
        {"390", "14", "", DAY - 16435, 1u << CLASS_UNDER_45, "resident"}, /* 1975-01-02 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct claim_words words = {.insutype = span_of(cases[i].insutype),
                                    .med_type = SPAN("21"),
                                    .person_type = span_of(cases[i].type),
                                    .special = span_of(cases[i].special),
                                    .birth = cases[i].birth,
                                    .day = DAY};
        struct policy_claim claim = {0};
        claim_sort(&words, &claim);
        cr_expect_eq(claim.classes, cases[i].classes, "%zu: %x", i, claim.classes);
        cr_expect_str_eq(claim_person_word(&claim), cases[i].word, "%zu", i);
        cr_expect_eq(claim.day, DAY);
    }
}
