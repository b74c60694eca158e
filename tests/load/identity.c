/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "load/set.h"
#include "tests/load/city.h"
#include <criterion/criterion.h>

/* One county whose rows all hold, and then one change for each identity. */
static const char base_sql[] =
    "CREATE TABLE IF NOT EXISTS record.setl_d_690077 PARTITION OF record.setl_d FOR VALUES IN ('690077');"
    "CREATE TABLE IF NOT EXISTS record.staf_psn_clct_detl_d_690077 PARTITION OF record.staf_psn_clct_detl_d "
    "FOR VALUES IN ('690077');"
    "CREATE TABLE IF NOT EXISTS record.rsdt_psn_clct_detl_d_690077 PARTITION OF record.rsdt_psn_clct_detl_d "
    "FOR VALUES IN ('690077');"
    "CREATE TABLE IF NOT EXISTS record.setl_fund_pay_d_690077 PARTITION OF record.setl_fund_pay_d FOR VALUES "
    "IN "
    "('690077'); DELETE FROM record.setl_fund_pay_d WHERE county = '690077'; DELETE FROM intake.reason WHERE "
    "file = "
    "-77;"
    "INSERT INTO intake.run (run, command, program, program_sha256, operator) VALUES (-7, 'run', '', '', '') "
    "ON CONFLICT DO NOTHING;"
    "INSERT INTO intake.delivery (delivery, run, county, folder, path, bytes, sha256, source, state) "
    "OVERRIDING SYSTEM VALUE"
    " VALUES (-77, -7, '690077', '', '', 0, '', 'file', 'published') ON CONFLICT DO NOTHING;"
    "INSERT INTO intake.file (file, delivery, kind, spec_path, spec_sha256, mapping_sha256, snapshot, "
    "columns) OVERRIDING SYSTEM VALUE"
    " VALUES (-77, -77, 'setl_d', '', '', '', false, '{}') ON CONFLICT DO NOTHING;"
    "INSERT INTO fund.setting VALUES ('policy', 'identity_test') ON CONFLICT (name) DO UPDATE SET value = "
    "excluded.value;"
    "DELETE FROM fund.policy_rule WHERE sha256 = 'identity_test'; DELETE FROM fund.policy_assignment WHERE "
    "sha256 = 'identity_test';"
    "INSERT INTO fund.policy_assignment VALUES ('identity_test', 1, '690077', '', 'P', 'city', '2018-01-01', "
    "NULL, '', 1);"
    "INSERT INTO fund.policy_rule (sha256, position, plan, param, insutype, hosp_lv_group, person_class, "
    "basis, mode, value, valid_from,"
    " evidence, source, path, line) SELECT 'identity_test', n, 'P', p, i, '', c, '', m, v, '2018-01-01', "
    "'S', '', '', n FROM (VALUES"
    " (1, 'contrib.rate.employer', '310', '', '', 800), (2, 'contrib.amount.rounding', '310', '', "
    "'floor_yuan', NULL),"
    " (3, 'acct.inflow', '310', 'active', 'pct_base', 200), (4, 'contrib.resident.tier', '390', '', '', "
    "25000),"
    " (5, 'subsidy.level', '390', 'central', '', 33000), (6, 'subsidy.level', '390', 'county', '', 22000)) v "
    "(n, p, i, c, m, v);"
    "DELETE FROM record.setl_d WHERE county = '690077'; DELETE FROM record.staf_psn_clct_detl_d WHERE county "
    "= '690077';"
    "DELETE FROM record.rsdt_psn_clct_detl_d WHERE county = '690077';"
    "INSERT INTO record.setl_d (setl_id, src_psn_no, insutype, med_type, setl_time, medfee_sumamt_fen, "
    "fulamt_ownpay_amt_fen,"
    " overlmt_selfpay_fen, preselfpay_amt_fen, inscp_amt_fen, act_pay_dedc_fen, hifp_pay_fen, "
    "pool_prop_selfpay, fund_pay_sumamt_fen,"
    " psn_pay_fen, acct_pay_fen, cash_payamt_fen, balc_fen, refd_setl_flag, init_setl_id, county, src_key, "
    "key_hash, row_hash, file, source_row)"
    " SELECT s, 'A', '390', '21', '2020-05-01', 1000 * g, 60 * g, 0, 40 * g, 900 * g, 100 * g, 640 * g, 0.8, "
    "640 * g, 360 * g, 60 * g, 300 * g, 5,"
    " r, o, '690077', s, md5('id' || s)::uuid, 0, -77, n FROM (VALUES ('S1', 1, '0', NULL, 1), ('S2', 1, "
    "'0', NULL, 2),"
    " ('S3', -1, '1', 'S2', 3)) v (s, g, r, o, n);"
    "INSERT INTO record.staf_psn_clct_detl_d (staf_clct_detl_id, src_psn_no, insutype, clct_time, "
    "psn_clctstd_fen, emp_clct_amt_fen,"
    " psn_clct_amt_fen, psn_clct_into_acct_amt_fen, clct_sumamt_fen, county, src_key, key_hash, row_hash, "
    "file, source_row)"
    " VALUES ('J1', 'B', '310', '2020-05-15', 301000, 24000, 6020, 6020, 30020, '690077', 'J1', "
    "md5('idJ1')::uuid, 0, -77, 4);"
    "INSERT INTO record.rsdt_psn_clct_detl_d (rsdt_clct_detl_id, src_psn_no, insutype, clct_time, "
    "psn_clct_amt_fen, finsubs_amt_fen,"
    " oth_clct_amt_fen, clct_sumamt_fen, county, src_key, key_hash, row_hash, file, source_row)"
    " VALUES ('P1', 'C', '390', '2020-01-05', 5000, 55000, 20000, 80000, '690077', 'P1', md5('idP1')::uuid, "
    "0, -77, 5)";

static const char broken_sql[] = "SELECT coalesce(string_agg(substring(check_code FROM 10), ' ' ORDER BY "
                                 "check_code), '') FROM (SELECT DISTINCT ON (check_code) *"
                                 " FROM intake.finding WHERE county = '690077' AND check_code LIKE "
                                 "'identity.%' ORDER BY check_code, run DESC, finding DESC) l"
                                 " WHERE state = 'broken'";

/* Identities that are broken and behind which no row stands. */
static const char alone_sql[] = "SELECT count(*) FROM (SELECT DISTINCT ON (check_code) * FROM intake.finding "
                                "WHERE county = '690077' AND check_code "
                                "LIKE 'identity.%' ORDER BY check_code, run DESC, finding DESC) f WHERE "
                                "state = 'broken' AND NOT EXISTS (SELECT FROM "
                                "fund.culprit c WHERE c.finding = f.finding)";

/* Both sides of the first identity that is broken. */
static const char values_sql[] =
    "SELECT left_value || ' ' || right_value FROM (SELECT DISTINCT ON (check_code) * FROM intake.finding "
    "WHERE "
    "county = '690077' AND check_code LIKE 'identity.%' ORDER BY check_code, run DESC, finding DESC) f WHERE "
    "state = 'broken' ORDER BY check_code LIMIT 1";

static const char *broken_after(struct city *city, const char *change) {
    city_run(city, base_sql);
    if (*change) city_run(city, change);
    cr_assert(set_county(&city->registry, "690077", &city->error), "%s", city->error.message);
    return city_ask(city, broken_sql);
}

Test(identity, each_is_broken_by_what_breaks_it) {
#define SETTLEMENT(change) "UPDATE record.setl_d SET " change " WHERE county = '690077' AND setl_id = 'S1'"
#define REFUND(change) "UPDATE record.setl_d SET " change " WHERE county = '690077' AND setl_id = 'S3'"
#define PAYMENT(change) "UPDATE record.staf_psn_clct_detl_d SET " change " WHERE county = '690077'"
#define RESIDENT(change) "UPDATE record.rsdt_psn_clct_detl_d SET " change " WHERE county = '690077'"
    static const struct {
        const char *change, *broken, *values; /* values: of the first that is broken; NULL: not asked */
    } cases[] = {
        {"", "", NULL},
        {SETTLEMENT("preselfpay_amt_fen = 41"), "a1", NULL},
        {SETTLEMENT("psn_pay_fen = 361, cash_payamt_fen = 301"), "a2", NULL},
        {SETTLEMENT("othfund_pay_fen = 1"), "a3", NULL},
        {SETTLEMENT("cash_payamt_fen = 299"), "a4", NULL},
        {SETTLEMENT("act_pay_dedc_fen = -1, pool_prop_selfpay = NULL"), "a7", "99 100"},
        {SETTLEMENT("act_pay_dedc_fen = 300, pool_prop_selfpay = NULL"), "a8", "1280 1240"},
        {SETTLEMENT("pool_prop_selfpay = 0.7"), "a9", NULL},
        {SETTLEMENT("acct_pay_fen = -1, cash_payamt_fen = 361"), "a11", NULL},
        {"UPDATE record.setl_d SET src_psn_no = 'Z' WHERE county = '690077' AND setl_id = 'S3'", "a12", NULL},
        {"UPDATE record.setl_d SET init_setl_id = 'S9' WHERE county = '690077' AND setl_id = 'S3'", "a12",
         NULL},
        {SETTLEMENT("balc_fen = -1"), "a13", "60 0"},
        {"INSERT INTO record.setl_fund_pay_d (setl_id, fund_pay_type, fund_payamt_fen, county, src_key, "
         "key_hash, "
         "row_hash, file, source_row) VALUES ('S1', '390100', 639, '690077', 'L1', md5('idL1')::uuid, 0, "
         "-77, 9)",
         "a6", "640 0"},
        {"INSERT INTO intake.reason (file, source_row, number, code, weight) VALUES (-77, 1, 1, "
         "'settle.dates_disordered', 'doubt')",
         "a14", "1000 0"},
        {"INSERT INTO record.rsdt_psn_clct_detl_d (rsdt_clct_detl_id, src_psn_no, insutype, accrym_begn, "
         "accrym_end, "
         "clct_time, revs_flag, psn_clct_amt_fen, finsubs_amt_fen, oth_clct_amt_fen, clct_sumamt_fen, "
         "county, "
         "src_key, key_hash, row_hash, file, source_row) SELECT k, 'D', '390', '202001', '202012', "
         "'2020-01-05', 'Z', "
         "5000, 55000, 20000, 80000, '690077', k, md5('id' || k)::uuid, 0, -77, n FROM (VALUES ('P2', 6), "
         "('P3', 7)) v "
         "(k, n)",
         "b4", NULL},
        {PAYMENT("clct_sumamt_fen = 30021"), "b1", NULL},
        {PAYMENT("emp_clct_amt_fen = 24080, clct_sumamt_fen = 30100"), "b1", NULL}, /* not cut to the yuan */
        {PAYMENT("psn_clct_into_acct_amt_fen = 6000"), "b7", NULL},
        {RESIDENT("finsubs_amt_fen = 54999, clct_sumamt_fen = 79999"), "b5", NULL},
        {RESIDENT("oth_clct_amt_fen = 19999, clct_sumamt_fen = 79999"), "b6", NULL},
        /* What the scope leaves after a deductible is least; the deductible itself is at most that of the
           rule. */
        {SETTLEMENT("dedc_std_fen = 99"), "a7", "200 199"},
        {SETTLEMENT("crt_dedc_fen = 99, dedc_std_fen = 100"), "a7", "200 199"},
        {SETTLEMENT(
             "hifp_pay_fen = 642, fund_pay_sumamt_fen = 642, psn_pay_fen = 358, cash_payamt_fen = 298"),
         "a9", "642 640"},
        /* More than the scope, and more than what is not the person's own. */
        {SETTLEMENT("hifp_pay_fen = 901, act_pay_dedc_fen = NULL, pool_prop_selfpay = NULL, "
                    "fund_pay_sumamt_fen = 901,"
                    " psn_pay_fen = 99, cash_payamt_fen = 39"),
         "a11 a8", NULL},
        {SETTLEMENT("othfund_pay_fen = 310, fund_pay_sumamt_fen = 950, psn_pay_fen = 50, acct_pay_fen = 50,"
                    " cash_payamt_fen = 0"),
         "a11", "950 0"},
        {REFUND("acct_pay_fen = 1, cash_payamt_fen = -361"), "a11", "640 1280"},
        /* A part of what was settled, less of the funds, and twice. */
        {REFUND("medfee_sumamt_fen = -999, fulamt_ownpay_amt_fen = -59, psn_pay_fen = -359, cash_payamt_fen "
                "= -299"),
         "a12", "-999 -1000"},
        {REFUND(
             "hifp_pay_fen = -639, fund_pay_sumamt_fen = -639, psn_pay_fen = -361, cash_payamt_fen = -301"),
         "a12", "-1000 -1000"},
        {"INSERT INTO record.setl_d SELECT (jsonb_populate_record(s, '{\"setl_id\": \"S4\", \"src_key\": "
         "\"S4\","
         " \"key_hash\": \"00000000-0000-0000-0000-000000000004\", \"source_row\": 8}')).* FROM "
         "record.setl_d s"
         " WHERE county = '690077' AND setl_id = 'S3'",
         "a12", "-2000 -2000"},
        /* The nearest tier, of no special class. */
        {"INSERT INTO fund.policy_rule SELECT (jsonb_populate_record(r, '{\"position\": 9, \"mode\": "
         "\"pct_base\","
         " \"value\": 24999}')).* FROM fund.policy_rule r WHERE sha256 = 'identity_test' AND position = "
         "4;" RESIDENT("oth_clct_amt_fen = 19999, clct_sumamt_fen = 79999"),
         "b6", "24999 25000"}};
    struct city city;
    city_enter_alone(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *broken = broken_after(&city, cases[i].change);
        cr_expect_str_eq(broken, cases[i].broken, "%zu: %s: broken %s", i, cases[i].change, broken);
        cr_expect_str_eq(city_ask(&city, alone_sql), "0", "%s: nothing stands behind it", cases[i].broken);
        if (cases[i].values)
            cr_expect_str_eq(city_ask(&city, values_sql), cases[i].values, "%s: %s", cases[i].change,
                             city_ask(&city, values_sql));
    }
    city_run(&city, "DELETE FROM fund.setting WHERE name = 'policy'");
    city_leave(&city);
}

/* What honest counties do. */
Test(identity, what_is_honest_breaks_nothing) {
    static const char *const changes[] = {
        /* A plan of its own for employees beside the general one, and a general rule beside the narrower. */
        "UPDATE fund.policy_rule SET plan = 'E' WHERE sha256 = 'identity_test' AND insutype = '310';"
        "INSERT INTO fund.policy_assignment VALUES ('identity_test', 2, '690077', '310', 'E', 'city', "
        "'2018-01-01', NULL,"
        " '', 2); INSERT INTO fund.policy_rule SELECT (jsonb_populate_record(r, "
        "jsonb_build_object('position', position +"
        " 10, 'plan', p, 'insutype', '', 'value', 900))).* FROM fund.policy_rule r, unnest('{P,E}'::text[]) "
        "p WHERE sha256"
        " = 'identity_test' AND param IN ('contrib.rate.employer', 'acct.inflow') AND (p = 'P' OR param ="
        " 'contrib.rate.employer') ON CONFLICT DO NOTHING",
        /* Who works for nobody pays it all. */
        PAYMENT("psn_type = '1103', emp_clct_amt_fen = NULL, clct_sumamt_fen = 6020"),
        /* Days before the rule. */
        PAYMENT("clct_time = '2017-12-31', clct_sumamt_fen = 30020"),
        /* Days after the plan, and after the rules. */
        "UPDATE fund.policy_assignment SET valid_until = '2020-01-01' WHERE sha256 = "
        "'identity_test'; " PAYMENT("emp_clct_amt_fen = 1, clct_sumamt_fen = 6021"),
        "UPDATE fund.policy_rule SET valid_until = '2020-01-01' WHERE sha256 = 'identity_test'; " PAYMENT(
            "emp_clct_amt_fen = 1, clct_sumamt_fen = 6021"),
        /* Every fund that may pay, every part that a person may bear. */
        SETTLEMENT("cvlserv_pay_fen = 1, hifes_pay_fen = 2, hifmi_pay_fen = 4, hifob_pay_fen = 8, "
                   "hifdm_pay_fen = 16,"
                   " maf_pay_fen = 32, othfund_pay_fen = 64, fund_pay_sumamt_fen = 767, psn_pay_fen = 233,"
                   " cash_payamt_fen = 173, preselfpay_amt_fen = 30, overlmt_selfpay_fen = 10"),
        /* A fen of rounding, a visit that has no share, an account that is empty, deductibles by their rule.
         */
        SETTLEMENT("hifp_pay_fen = 641, fund_pay_sumamt_fen = 641, psn_pay_fen = 359, cash_payamt_fen = 299"),
        SETTLEMENT("med_type = '11', pool_prop_selfpay = 0.7"),
        SETTLEMENT("balc_fen = 0, crt_dedc_fen = 100, dedc_std_fen = 99"),
        /* Everything that may stand beside the employer's part, on the employer's base, to both accounts. */
        PAYMENT("finsubs_amt_fen = 5, oth_clct_amt_fen = 6, clct_sumamt_fen = 30031"),
        PAYMENT("emp_clctstd_fen = 400000, emp_clct_amt_fen = 32000, psn_clct_into_acct_amt_fen = 7900,"
                " emp_clct_into_acct_amt_fen = 100, clct_sumamt_fen = 38020"),
        PAYMENT("psn_type = '1203', emp_clct_amt_fen = NULL, clct_sumamt_fen = 6020"),
        /* Half up to the yuan; to the fen; a county's account likewise. */
        "UPDATE fund.policy_rule SET mode = 'half_up_yuan' WHERE sha256 = 'identity_test' AND position = "
        "2; " PAYMENT("emp_clct_amt_fen = 24100, clct_sumamt_fen = 30120"),
        "DELETE FROM fund.policy_rule WHERE sha256 = 'identity_test' AND position = 2; " PAYMENT(
            "psn_clctstd_fen = 301007, emp_clct_amt_fen = 24081, clct_sumamt_fen = 30101"),
        PAYMENT("psn_clctstd_fen = 301025, psn_clct_into_acct_amt_fen = 6021"),
        /* Who is retired has an account by another rule; who pays a lower tier pays it whole. */
        "INSERT INTO fund.policy_rule SELECT (jsonb_populate_record(r, '{\"position\": 9, \"person_class\":"
        " \"retired\", \"value\": 500}')).* FROM fund.policy_rule r WHERE sha256 = 'identity_test' AND "
        "position = 3",
        "INSERT INTO fund.policy_rule SELECT (jsonb_populate_record(r, '{\"position\": 9, \"nth\": 2, "
        "\"value\":"
        " 10000}')).* FROM fund.policy_rule r WHERE sha256 = 'identity_test' AND position = 4",
        /* What was taken back is not weighed. */
        PAYMENT("revs_flag = '+', clct_sumamt_fen = 1"),
        RESIDENT("revs_flag = 'R', clct_sumamt_fen = 1"),
    };
    struct city city;
    city_enter_alone(&city);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const char *broken = broken_after(&city, changes[i]);
        cr_expect_str_eq(broken, "", "%zu: broken %s", i, broken);
    }
    city_leave(&city);
}

#define EVERY(change) "UPDATE record.setl_d SET " change " WHERE county = '690077'"
#define ALL_OF(change) "UPDATE record.setl_d SET " change " WHERE county = '690077' AND refd_setl_flag = '0'"

/* The rows behind a difference add up to it, wherever a part stands. */
Test(identity, what_stands_behind_adds_up) {
    static const char *const changes[] = {
        ALL_OF(
            "ownpay_hosp_part_fen = 10, medfee_sumamt_fen = 1010 + CASE setl_id WHEN 'S1' THEN 7 ELSE 0 END,"
            " fulamt_ownpay_amt_fen = 70"),
        EVERY("fund_pay_sumamt_fen = fund_pay_sumamt_fen + acct_pay_fen + CASE setl_id WHEN 'S1' THEN 3 ELSE "
              "0 END,"
              " psn_pay_fen = psn_pay_fen - acct_pay_fen, cash_payamt_fen = cash_payamt_fen - acct_pay_fen"),
        ALL_OF("acct_mulaid_pay_fen = 20, cash_payamt_fen = 280 + CASE setl_id WHEN 'S1' THEN 5 ELSE 0 END")};
    struct city city;
    city_enter_alone(&city);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        broken_after(&city, changes[i]);
        const char *wrong = city_ask(
            &city,
            "SELECT count(*) || coalesce(string_agg(l.check_code || ' ' || l.left_value - l.right_value || ' "
            "' ||"
            " c.fen, ', ') FILTER (WHERE l.left_value - l.right_value <> c.fen), '') FROM (SELECT DISTINCT ON"
            " (check_code) * FROM intake.finding WHERE county = '690077' AND check_code ~ 'identity.a[1-4]$' "
            "ORDER BY"
            " check_code, run DESC, finding DESC) l, LATERAL (SELECT sum(fen) AS fen FROM fund.culprit c "
            "WHERE"
            " c.finding = l.finding) c WHERE l.state = 'broken'");
        cr_expect(*wrong > '0' && !wrong[1], "%zu: %s", i, wrong);
    }
    city_leave(&city);
}

/* Where a part stands is what the spec says, else what more rows follow; either way the finding says it. */
Test(identity, the_spec_overrides_the_reading) {
    static const struct {
        const char *change, *inside, *a2, *a3, *a4;
    } cases[] = {
        {"", "", "held k=0", "held k=0", "held k=1"},
        /* The hospital's part beside the person's: the rows follow k = 1, the spec may say otherwise. */
        {ALL_OF("ownpay_hosp_part_fen = 10, medfee_sumamt_fen = 1010, fulamt_ownpay_amt_fen = 70"), "",
         "held k=1", "held k=0", "held k=1"},
        {ALL_OF("ownpay_hosp_part_fen = 10, medfee_sumamt_fen = 1010, fulamt_ownpay_amt_fen = 70"),
         "ownpay_hosp_part=yes", "broken k=0;said=1", "held k=0", "held k=1"},
        {"", "ownpay_hosp_part=no", "held k=1;said=1", "held k=0", "held k=1"},
        /* The account inside the funds. */
        {EVERY("fund_pay_sumamt_fen = fund_pay_sumamt_fen + acct_pay_fen, psn_pay_fen = psn_pay_fen - "
               "acct_pay_fen, cash_payamt_fen = cash_payamt_fen - acct_pay_fen"),
         "", "held k=0", "held k=1", "held k=1"},
        {EVERY("fund_pay_sumamt_fen = fund_pay_sumamt_fen + acct_pay_fen, psn_pay_fen = psn_pay_fen - "
               "acct_pay_fen, cash_payamt_fen = cash_payamt_fen - acct_pay_fen"),
         "acct_pay=no", "held k=0", "broken k=0;said=1", "held k=1"},
        /* Mutual aid inside the account, against a spec that says it stands beside. */
        {ALL_OF("acct_mulaid_pay_fen = 20"), "acct_mulaid_pay=yes", "held k=0", "held k=0",
         "held k=0;said=1"},
        {ALL_OF("acct_mulaid_pay_fen = 20"), "acct_mulaid_pay=no;acct_pay=no", "held k=0", "held k=0;said=1",
         "broken k=1;said=1"}};
    struct city city;
    city_enter_alone(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const expected[] = {cases[i].a2, cases[i].a3, cases[i].a4};
        city_run(&city, base_sql);
        city_run(&city, lane_format(&city.arena, "UPDATE intake.file SET inside = '%s' WHERE file = -77; %s",
                                    cases[i].inside, cases[i].change));
        cr_assert(set_county(&city.registry, "690077", &city.error), "%s", city.error.message);
        for (int a = 0; a < 3; a++)
            cr_expect_str_eq(
                city_ask(&city,
                         lane_format(
                             &city.arena,
                             "SELECT state || ' ' || substring(detail FROM 'k=.*') FROM intake.finding WHERE"
                             " county = '690077' AND check_code = 'identity.a%d' ORDER BY run DESC, finding"
                             " DESC LIMIT 1",
                             a + 2)),
                expected[a], "%zu: a%d", i, a + 2);
    }
    city_run(&city, "UPDATE intake.file SET inside = '' WHERE file = -77; DELETE FROM fund.setting WHERE "
                    "name = 'policy'");
    city_leave(&city);
}
