/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/city.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>

static struct journey journey;
static void teardown(void) { journey_end(&journey); }
TestSuite(policy_journey, .fini = teardown, .timeout = JOURNEY_SECONDS);

#define HEADER                                                                                               \
    "plan,param,insutype,hosp_lv_group,person_class,nth,basis,band_from_fen,band_to_fen,mode,value,unit,"    \
    "valid_from,valid_until,evidence,source\n"

/* What is wrong is named with file, row and column.  A file that cannot be read stops the run; a fault of
   some counties' rules keeps their deliveries out, and the others are published. */
Test(policy_journey, a_bad_rule_keeps_its_counties_out) {
#define PLANS "county,insutype,plan,city_plan,valid_from,valid_until\n"
    static const struct {
        const char *path, *text, *said, *out; /* out: counties kept out */
        int code;
    } cases[] = {
        {"mappings/policies/x.csv", HEADER "A,inp.ratio,390,L1,,,per_stay,,,set,八十,%,2020-01-01,,S,x\n",
         "mappings/policies/x.csv: 第 2 行，第 11 列", NULL, 64},
        {"mappings/policies/plans.csv", PLANS ",,A,city,2018-01-01,\n",
         "mappings/policies/plans.csv: 第 2 行，第 1 列", NULL, 64},
        {"mappings/policies/x.csv",
         HEADER "A,inp.ratio,390,L1,,,per_stay,,,set,80,%,2018-01-01,2019-01-01,S,x\n"
                "A,inp.ratio,390,L1,,,per_stay,,,set,80,%,2020-01-01,,S,x\n",
         "mappings/policies/x.csv 第 3 行，第 13 列：2019-01-01 到 2020-01-01 "
         "之间没有规则（另见 mappings/policies/x.csv 第 2 行）",
         "690102", 3},
        {"mappings/policies/plans.csv",
         PLANS "690102,,A,,2018-01-01,\n690181,,B,city,2018-01-01,\n690123,,C,city,2018-01-01,\n",
         "mappings/policies/plans.csv 第 2 行，第 4 列：city_plan 列：县方案没有对应的市方案", "690102", 3},
        {"mappings/policies/plans.csv", PLANS "690181,,B,city,2018-01-01,\n690123,,C,city,2018-01-01,\n",
         "690102：这个县没有方案", "690102", 3},
        /* A plan that no county goes by is named, and keeps nobody out. */
        {"mappings/policies/x.csv",
         HEADER "X,ci.band,390,,,,per_year,100,200,marginal,50,%,2020-01-01,,S,x\n"
                "X,ci.band,390,,,,per_year,300,,marginal,50,%,2020-01-01,,S,x\n",
         "mappings/policies/x.csv 第 3 行，第 8 列：两段之间空着 200 到 300 分（另见 "
         "mappings/policies/x.csv 第 2 行）",
         "", 2},
    };
    static const char published[] =
        "SELECT coalesce(string_agg(DISTINCT county, ' ' ORDER BY county), '') FROM"
        " intake.delivery WHERE state = 'published' AND county <> '690100'";
    journey_begin_at(&journey, JOURNEY_EMPTY);
    struct span plans = journey_file(&journey, "mappings/policies/plans.csv");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        journey_write(&journey, cases[i].path, (struct span){cases[i].text, strlen(cases[i].text)});
        journey_expect(&journey, "policy lint", 64, cases[i].said);
        journey_expect(&journey, "check -q", 64, NULL);
        journey_expect(&journey, "run -q", cases[i].code, cases[i].said);
        cr_expect_str_eq(journey_ask(&journey, published), !cases[i].out   ? ""
                                                           : *cases[i].out ? "690123 690181"
                                                                           : "690102 690123 690181");
        journey_write(&journey, "mappings/policies/x.csv", SPAN(HEADER));
        journey_write(&journey, "mappings/policies/plans.csv", plans);
    }
    journey_expect(&journey, "policy lint", 0, "没有错");
}

/* A run replays; a changed rule shows in the next replay; nothing of what is stored changes. */
Test(policy_journey, rules_change_the_replay_and_nothing_else) {
    static const char rule[] = HEADER "city,inp.ratio,390,L1,,,per_stay,,,set,95,%,2021-01-01,,I,x\n";
    static const char paid[] =
        "SELECT new_fund_fen FROM fund.impact WHERE scope = 'city' AND insutype = '' AND compared"
        " AND year = 2020 ORDER BY run DESC LIMIT 1";
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    const char *before = journey_ask(&journey, paid), *content = journey_content(&journey);
    journey_expect(&journey, "compare truth.json", 0, NULL);
    journey_expect(&journey, "policy explain 690102/S20200000135", 0, "26,000.00");
    journey_expect(&journey, "policy explain 690123/ZY2020000053", 0, "4,500.00");
    journey_expect(&journey, "policy explain 690123/ZY2020000061", 0, "跨省(X2)：1,500.00");
    cr_expect(strstr(journey.output, "750.00"), "%s", journey.output);
    journey_expect(&journey, "policy explain 690181/LZ20200000000090", 0, "8,800.00");
    journey_expect(&journey, "policy explain nosuch", 64, "没有结算");
    /* Every settlement and enrollment stands under its county's plan and has the city's beside it. */
    cr_expect_str_eq(journey_ask(&journey,
                                 "SELECT string_agg(DISTINCT county || ' ' || plan || ' ' || city_plan, "
                                 "', ' ORDER BY county || ' ' || plan || ' ' || city_plan) FROM "
                                 "city.setl_plan WHERE setl_time < '2021-01-01'"),
                     "690102 A city, 690123 C city, 690181 B city");
    cr_expect_str_eq(journey_ask(&journey,
                                 "SELECT string_agg(DISTINCT plan || ' ' || plan_from || ' ' || "
                                 "coalesce(plan_until::text, '-'), ', ') FROM city.psn_insu_plan WHERE "
                                 "county = '690102' AND (src_psn_no, crt_insu_date) = (SELECT src_psn_no, "
                                 "crt_insu_date FROM record.psn_insu_d WHERE county = '690102' AND "
                                 "crt_insu_date < '2018-01-01' AND paus_insu_date IS NULL ORDER BY 1 "
                                 "LIMIT 1)"),
                     "A 2018-01-01 2021-01-01, city 2021-01-01 infinity");
    /* A row for one insurance goes before the general one on its days, and hides it on no other. */
    struct span plans = journey_file(&journey, "mappings/policies/plans.csv");
    static const char special[] = "690102,310,B,city,2019-01-01,2020-01-01,甲,乙,\n";
    const char *more = arena_print(&journey.arena, "%.*s%s", (int)plans.size, plans.bytes, special);
    journey_write(&journey, "mappings/policies/plans.csv", (struct span){more, strlen(more)});
    journey_expect(&journey, "policy replay", 0, NULL);
    cr_expect_str_eq(
        journey_ask(&journey, "SELECT string_agg(DISTINCT insutype || ' ' || plan || ' ' || plan_from || ' ' "
                              "|| coalesce(plan_until::text, '-'), ', ') FROM city.psn_insu_plan e WHERE "
                              "county = '690102' AND insutype = '310' AND crt_insu_date < "
                              "'2018-01-01' AND paus_insu_date IS NULL"),
        "310 A 2018-01-01 2019-01-01, 310 A 2020-01-01 2021-01-01, 310 B 2019-01-01 2020-01-01, 310 city "
        "2021-01-01 infinity");
    cr_expect_str_eq(
        journey_ask(&journey, "SELECT count(*) FROM city.setl_plan WHERE county = '690102' AND setl_time < "
                              "'2021-01-01' AND plan IS DISTINCT FROM CASE WHEN insutype = '310' AND "
                              "setl_time BETWEEN '2019-01-01' AND '2019-12-31' THEN 'B' ELSE 'A' END"),
        "0");
    journey_write(&journey, "mappings/policies/plans.csv", plans);
    journey_write(&journey, "mappings/policies/x.csv", SPAN(rule));
    journey_expect(&journey, "policy replay", 0, "次均基金(新规)");
    cr_expect_str_neq(journey_ask(&journey, paid), before, "the rule changed nothing");
    cr_expect_str_eq(journey_content(&journey), content);
    journey_expect(&journey, "compare truth.json", 1, "impact");
}

/* Every known case by its name, each figure said and none of them wrong: those of settlements by the shipped
   rules, those of reports by the reports' formulas. */
Test(policy_journey, every_vector_holds_by_name) {
    journey_begin(&journey);
    for (unsigned number = 1; number <= 18; number++) {
        const char *name = arena_print(&journey.arena, "T%02u", number);
        journey_expect(&journey, arena_print(&journey.arena, "policy explain --vector %s", name), 0, name);
        cr_expect(strstr(journey.output, "✓") && !strstr(journey.output, "✗"), "%s", journey.output);
    }
    journey_expect(&journey, "policy explain --vector T19", 64, "T19");
}
