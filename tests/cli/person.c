/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Who is who in the sample city: what must be linked, judged or kept apart; order, decisions and undoing. */
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdio.h>

/* The persons as sets of records, whatever their numbers. */
#define PERSONS                                                                                              \
    "SELECT md5(string_agg(person, '|' ORDER BY person)) FROM (SELECT string_agg(county || '/' || "          \
    "src_psn_no, "                                                                                           \
    "',' ORDER BY county, src_psn_no) AS person FROM identity.xref GROUP BY psn_no) x"
/* The same with their numbers. */
#define NUMBERS                                                                                              \
    "SELECT md5(string_agg(county || src_psn_no || psn_no, ',' ORDER BY record_no)) FROM identity.xref"
#define RECORD(number)                                                                                       \
    "(SELECT record_no FROM identity.xref WHERE county || '/' || src_psn_no = '" number "')"

enum { NUMBER_BYTES = 32 };

static bool together(struct journey *journey, const char *a, const char *b) {
    char sql[512];
    snprintf(
        sql, sizeof sql,
        "SELECT count(DISTINCT psn_no) FROM identity.xref WHERE county || '/' || src_psn_no IN ('%s', '%s')",
        a, b);
    return strcmp(journey_ask(journey, sql), "1") == 0;
}

static bool for_review(struct journey *journey, const char *a, const char *b) {
    char sql[1024];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM identity.link l JOIN identity.xref x ON x.record_no IN (l.a, l.b) WHERE "
             "band = 'review'"
             " AND x.county || '/' || x.src_psn_no IN ('%s', '%s') GROUP BY l.a, l.b HAVING count(*) = 2",
             a, b);
    return strcmp(journey_ask(journey, sql), "2") == 0;
}

Test(person, sample_city) {
    static const struct {
        const char *what, *a, *b;
        bool linked, review;
    } cases[] = {
        {"employee and resident", "690102/102900000001", "690181/181900000001", true, false},
        {"15 and 18 digits", "690102/102900000007", "690123/12390000001-1", true, false},
        {"a character lost", "690102/102900000010", "690181/181900000007", false, true},
        {"twins", "690123/12390000004-1", "690123/12390000004-2", false, false},
        {"newborn", "690181/181900000008", "690181/181900000009", false, true},
        {"one number", "690102/102900000011", "690102/102900000012", false, true},
        {"father and son", "690102/102900000013", "690102/102900000014", false, false},
        {"moved", "690102/102900000015", "690123/12390000006-1", true, false},
        {"number lost to E+17", "690102/102900000021", "690123/12390000009-1", false, true},
    };
    struct journey journey;
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_eq(together(&journey, cases[i].a, cases[i].b), cases[i].linked, "%s", cases[i].what);
        if (cases[i].review) cr_expect(for_review(&journey, cases[i].a, cases[i].b), "%s", cases[i].what);
    }
    /* Terms add up to the bits of every pair that is stored. */
    cr_expect_str_eq(
        journey_ask(&journey,
                    "SELECT count(*) FROM identity.link WHERE abs((SELECT sum(t) FROM unnest(terms) t)"
                    " - bits * 100) > 1"),
        "0");
    /* Every record has a person, and the city's views say which. */
    cr_expect_str_eq(journey_ask(&journey, "SELECT count(*) FROM city.psn_info_b WHERE psn_no IS NULL"), "0");
    journey_end(&journey);
}

/* One run of everything, or county after county in any order: the same persons. */
Test(person, order_of_deliveries_does_not_show) {
    struct journey journey;
    char whole[NUMBER_BYTES * 2];
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    snprintf(whole, sizeof whole, "%s", journey_ask(&journey, PERSONS));
    journey_end(&journey);
    journey_begin_at(&journey, JOURNEY_EMPTY);
    static const char *const steps[] = {"run --quiet --county shiliu", "run --quiet --county linzhu",
                                        "run --quiet --county qinghe"};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        journey_run(&journey, steps[i]);
        bool last = i + 1 == sizeof steps / sizeof *steps;
        cr_expect_eq(strcmp(whole, journey_ask(&journey, PERSONS)) == 0, last, "%s", steps[i]);
    }
    journey_end(&journey);
}

/* "Different" parts two who were one; taken back, everything is as it was, numbers and all. */
Test(person, a_decision_and_its_undoing) {
    struct journey journey;
    char before[NUMBER_BYTES * 2];
    const char *a = "690102/102900000001", *b = "690181/181900000001";
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    snprintf(before, sizeof before, "%s", journey_ask(&journey, NUMBERS));
    cr_assert(together(&journey, a, b));
    journey_ask(
        &journey,
        "INSERT INTO identity.decision (a, b, verdict, reason, operator) SELECT least(x, y), greatest(x, y),"
        " 'different', 'test', 'test' FROM (SELECT " RECORD("690102/102900000001") " AS x, " RECORD(
            "690181/181900000001") " AS y) p RETURNING decision");
    journey_expect(&journey, "person link", 0, NULL);
    cr_expect(!together(&journey, a, b));
    cr_expect_str_eq(journey_ask(&journey, "SELECT string_agg(kind, ',' ORDER BY event) FROM identity.event"),
                     "split");
    journey_ask(&journey,
                "INSERT INTO identity.event (kind, operator) VALUES ('undo', 'test') RETURNING event");
    journey_ask(
        &journey,
        "UPDATE identity.decision SET undone_event = (SELECT max(event) FROM identity.event) RETURNING 1");
    journey_expect(&journey, "person link", 0, NULL);
    cr_expect_str_eq(journey_ask(&journey, NUMBERS), before);
    journey_end(&journey);
}

/* Neither name nor number in clear, unless asked for, and that is recorded. */
Test(person, explain_is_masked) {
    struct journey journey;
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    const char *name =
        journey_ask(&journey, "SELECT psn_name FROM record.psn_info_b WHERE src_psn_no = '102900000001'");
    const char *number =
        journey_ask(&journey, "SELECT certno FROM record.psn_info_b WHERE src_psn_no = '102900000001'");
    journey_expect(&journey, "person explain 690102/102900000001 690181/181900000001", 0, "自动归并");
    cr_expect(!strstr(journey.output, name) && !strstr(journey.output, number));
    cr_expect_str_eq(journey_ask(&journey, "SELECT count(*) FROM intake.audit WHERE action = 'unmask'"), "0");
    journey_expect(&journey, "person explain 690102/102900000001 690181/181900000001 --unmask", 0, name);
    cr_expect_str_eq(journey_ask(&journey, "SELECT count(*) FROM intake.audit WHERE action = 'unmask'"), "1");
    journey_expect(&journey, "person why-not 690123/12390000004-1 690123/12390000004-2", 0,
                   "各有真证件号，号码不同");
    journey_expect(&journey, "person explain 690102/1 690102/2", 64, "没有这条人员记录");
    journey_end(&journey);
}
