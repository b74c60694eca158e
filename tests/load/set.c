/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/set.h"
#include "load/lane.h"
#include "tests/load/city.h"
#include <criterion/criterion.h>

/* One county of rows written by SQL; what each step must say of which row, and nothing else. */
static const char rows_sql[] =
    "INSERT INTO intake.run (run, command, program, program_sha256, operator) VALUES (-1, 'run', '', '', '') "
    "ON CONFLICT DO NOTHING;"
    "CREATE TABLE IF NOT EXISTS record.psn_info_b_690050 PARTITION OF record.psn_info_b FOR VALUES IN "
    "('690050');"
    "CREATE TABLE IF NOT EXISTS record.setl_d_690050 PARTITION OF record.setl_d FOR VALUES IN ('690050');"
    "CREATE TABLE IF NOT EXISTS record.setl_fund_pay_d_690050 PARTITION OF record.setl_fund_pay_d FOR VALUES "
    "IN ('690050');"
    "CREATE TABLE IF NOT EXISTS record.fixmedins_b_690050 PARTITION OF record.fixmedins_b FOR VALUES IN "
    "('690050');"
    "CREATE TABLE IF NOT EXISTS record.rsdt_psn_clct_detl_d_690050 PARTITION OF record.rsdt_psn_clct_detl_d "
    "FOR VALUES IN ('690050');"
    "INSERT INTO intake.delivery (delivery, run, county, folder, path, bytes, sha256, source, state) "
    "OVERRIDING SYSTEM VALUE"
    " VALUES (-50, -1, '690050', '', '', 0, '', 'file', 'published');"
    "INSERT INTO intake.file (file, delivery, kind, spec_path, spec_sha256, mapping_sha256, snapshot, "
    "columns) OVERRIDING SYSTEM VALUE"
    " VALUES (-50, -50, 'setl_d', '', '', '', false, '{}');"
    "INSERT INTO intake.reason (file, source_row, number, code, weight) VALUES (-50, 4, 1, "
    "'certno.placeholder', 'doubt'),"
    " (-50, 5, 1, 'certno.placeholder', 'doubt');"
    "INSERT INTO record.psn_info_b (src_psn_no, certno, county, src_key, key_hash, row_hash, file, "
    "source_row)"
    " SELECT p, c, '690050', p, md5('p' || p)::uuid, 0, -50, n FROM (VALUES ('A', '69010219900101123X', 1), "
    "('B', '69010219900101123x', 2),"
    " ('C', '690102199001011248', 3), ('D', '111111111111111111', 4), ('E', '111111111111111111', 5)) v (p, "
    "c, n);"
    "INSERT INTO record.fixmedins_b (fixmedins_code, county, src_key, key_hash, row_hash, file, source_row)"
    " VALUES ('H1', '690050', 'H1', md5('H1')::uuid, 0, -50, 10);"
    "INSERT INTO record.setl_d (setl_id, src_psn_no, fixmedins_code, setl_time, medfee_sumamt_fen, "
    "fund_pay_sumamt_fen, refd_setl_flag,"
    " init_setl_id, county, src_key, key_hash, row_hash, file, source_row) SELECT s, p, h, '2020-01-01', m, "
    "f, r, i, '690050', s,"
    " md5(s)::uuid, 0, -50, n FROM (VALUES ('S1', 'A', 'H1', 100, 60, '0', NULL, 20), ('S2', 'Z', 'H1', 100, "
    "60, '0', NULL, 21),"
    " ('S3', 'A', 'H9', 100, 0, '0', NULL, 22), ('S4', 'A', 'H1', -100, -60, '1', 'S1', 23), ('S5', 'A', "
    "'H1', -100, 0, '1', 'S9', 24))"
    " v (s, p, h, m, f, r, i, n);"
    "INSERT INTO record.setl_fund_pay_d (setl_id, fund_pay_type, fund_payamt_fen, county, src_key, key_hash, "
    "row_hash, file, source_row)"
    " SELECT s, '390100', f, '690050', s, md5('f' || s)::uuid, 0, -50, n FROM (VALUES ('S1', 60, 30), ('S2', "
    "50, 31), ('S4', -60, 32)) v (s, f, n);"
    "INSERT INTO record.rsdt_psn_clct_detl_d (rsdt_clct_detl_id, src_psn_no, insutype, accrym_begn, "
    "accrym_end, clct_time, revs_flag,"
    " clct_sumamt_fen, county, src_key, key_hash, row_hash, file, source_row) SELECT c, p, '390', b, e, "
    "t::date, r, m, '690050', c,"
    " md5(c)::uuid, 0, -50, n FROM (VALUES ('C1', 'A', '202001', '202012', '2020-01-04', 'Z', 250, 40), "
    "('C2', 'A', '202001', '202012', '2020-01-20', 'Z', 250, 41),"
    " ('C3', 'B', '202001', '202012', '2020-01-04', '+', 250, 42), ('C4', 'B', '202001', '202012', "
    "'2020-01-05', '-', -250, 43),"
    " ('C5', 'B', '202001', '202012', '2020-01-06', 'Z', 300, 44), ('C6', 'C', '202001', '202012', "
    "'2020-01-06', '-', -9, 45),"
    " ('C7', 'C', '202101', '202112', '2020-01-06', 'Z', 9, 46),"
    /* D paid again what nothing marks as taken back, E twice more. */
    " ('C8', 'D', '202001', '202012', '2020-01-06', 'Z', 250, 47), ('C9', 'D', '202001', '202012', "
    "'2020-01-07', 'Z',"
    " -250, 48), ('D1', 'D', '202001', '202012', '2020-01-08', 'Z', 250, 49), ('D2', 'E', '202001', '202012',"
    " '2020-01-06', NULL, 250, 50), ('D3', 'E', '202001', '202012', '2020-01-07', NULL, 250, 51), ('D4', 'E',"
    " '202001', '202012', '2020-01-08', NULL, -250, 52), ('D5', 'E', '202001', '202012', '2020-01-09', NULL, "
    "250, 53))"
    " v (c, p, b, e, t, r, m, n)";

/* Who is covered when, who died, who lay where: D died while enrolled; A was covered in 2020 only; A's
   second stay overlaps the first, the third begins on the day of the second's end, the fourth is the
   third's own, the fifth was refunded.  M8 was settled in two parts, and so was M9, inside it. */
static const char cover_sql[] =
    "CREATE TABLE IF NOT EXISTS record.psn_insu_d_690050 PARTITION OF record.psn_insu_d FOR VALUES IN "
    "('690050');"
    "UPDATE record.psn_info_b SET die_date = '2020-05-01' WHERE county = '690050' AND src_psn_no IN ('D', "
    "'E');"
    "INSERT INTO record.psn_insu_d (src_psn_no, insutype, psn_insu_stas, crt_insu_date, paus_insu_date, "
    "county,"
    " src_key, key_hash, row_hash, file, source_row) SELECT p, '390', s, '2020-01-01', u::date, '690050', p,"
    " md5('i' || p)::uuid, 0, -50, n FROM (VALUES ('A', '1', '2021-01-01', 60), ('D', '1', NULL, 61), ('E', "
    "'2',"
    " NULL, 62), ('C', '1', NULL, 63)) v (p, s, u, n);"
    "INSERT INTO record.setl_d (setl_id, mdtrt_id, src_psn_no, fixmedins_code, begndate, enddate, setl_time,"
    " med_type, medfee_sumamt_fen, refd_setl_flag, init_setl_id, county, src_key, key_hash, row_hash, file,"
    " source_row) SELECT s, m, 'A', 'H1', b::date, e::date, e::date, '21', f, r, i, '690050', s,"
    " md5(s)::uuid, 0, -50, n FROM (VALUES"
    " ('T1', 'M1', '2020-02-01', '2020-02-10', 100, '0', NULL, 70),"
    " ('T2', NULL, '2020-02-05', '2020-02-12', 200, '0', NULL, 71),"
    " ('T3', 'M3', '2020-02-12', '2020-02-20', 300, '0', NULL, 72),"
    " ('T4', 'M3', '2020-02-15', '2020-02-20', 400, '0', NULL, 73),"
    " ('T5', 'M5', '2020-02-16', '2020-02-18', 500, '0', NULL, 74),"
    " ('T6', 'M5', '2020-02-16', '2020-02-18', -500, '1', 'T5', 75),"
    " ('T7', 'M7', '2021-01-01', '2021-01-03', 600, '0', NULL, 76),"
    " ('U1', 'M8', '2020-04-01', '2020-04-20', 11, '0', NULL, 77),"
    " ('U2', 'M9', '2020-04-03', '2020-04-04', 12, '0', NULL, 78),"
    " ('U3', 'M8', '2020-04-05', '2020-04-20', 13, '0', NULL, 79),"
    " ('U4', 'M9', '2020-04-06', '2020-04-08', 14, '0', NULL, 80)) v (s, m, b, e, f, r, i, n)";

static const char covered[] =
    "61 enroll.after_death  0, 71 settle.stay_overlap  200, 76 settle.not_covered  600,"
    " 78 settle.stay_overlap  12, 80 settle.stay_overlap  14";

static const char said_sql[] = "SELECT string_agg(source_row || ' ' || code || ' ' || detail || ' ' || "
                               "coalesce(fen, 0), ', ' ORDER BY source_row, code) FROM intake.reason"
                               " WHERE file = -50 AND code <> 'certno.placeholder'";

static const char expected[] =
    "1 certno.shared count=2 0, 2 certno.shared count=2 0, 21 reference.person_missing  100, 21 "
    "settle.fund_detail difference=0.10 10,"
    " 22 reference.institution_missing  100, 24 settle.refund_unpaired  -100, 41 contrib.paid_twice  250,"
    " 45 contrib.reversal_unpaired  -9, 53 contrib.paid_twice  250";

static void changed_by(struct city *city, int run) {
    city_run(city, lane_format(
                       &city->arena,
                       "UPDATE intake.delivery SET run = %d WHERE delivery = -50;"
                       "INSERT INTO intake.movement (run, delivery, kind, measure, before, after) SELECT %d,"
                       " -50, kind, '', 0, 0 FROM unnest('{psn_info_b,psn_insu_d,setl_d,setl_fund_pay_d,"
                       "fixmedins_b,rsdt_psn_clct_detl_d}'::text[]) kind",
                       run, run));
}

Test(set, each_step_says_what_is_wrong_and_says_it_once) {
    struct city city;
    city_enter_alone(&city);
    city_run(&city, rows_sql);
    changed_by(&city, city.registry.run);
    for (int time = 0; time < 2; time++) {
        cr_assert(set_run(&city.registry, NULL, &city.error), "%s", city.error.message);
        cr_assert_str_eq(city_ask(&city, said_sql), expected, "time %d", time);
    }
    city_run(&city, "DELETE FROM record.setl_d WHERE county = '690050'; DELETE FROM record.setl_fund_pay_d "
                    "WHERE county = '690050'");
    city_run(&city, cover_sql);
    changed_by(&city, city.registry.run);
    cr_assert(set_run(&city.registry, NULL, &city.error), "%s", city.error.message);
    cr_assert_str_eq(city_ask(&city, lane_format(&city.arena, "%s AND source_row >= 60", said_sql)), covered);
    city_run(&city, "DELETE FROM record.setl_d WHERE county = '690050'; DELETE FROM record.setl_fund_pay_d "
                    "WHERE county = '690050'");
    changed_by(&city, city.registry.run);
    cr_assert(set_run(&city.registry, NULL, &city.error), "%s", city.error.message);
    cr_assert_str_eq(
        city_ask(&city, "SELECT count(*) FROM intake.reason WHERE file = -50 AND code LIKE 'settle%'"), "0");
    /* Nothing changed the county since, so what is taken away is not said again; other steps are. */
    static const char shared[] =
        "SELECT count(*) FROM intake.reason WHERE file = -50 AND code = 'certno.shared'";
    changed_by(&city, -1);
    city_run(&city, "DELETE FROM intake.reason WHERE file = -50 AND code = 'certno.shared'");
    cr_assert(set_run(&city.registry, NULL, &city.error), "%s", city.error.message);
    cr_assert_str_eq(city_ask(&city, shared), "0", "read again without need");
    city_run(&city, "UPDATE intake.checked SET steps = 'older' WHERE county = '690050';"
                    "UPDATE intake.step SET state = 'older' WHERE county = '690050'");
    cr_assert(set_run(&city.registry, NULL, &city.error), "%s", city.error.message);
    cr_assert_str_eq(city_ask(&city, shared), "2");
    city_leave(&city);
}

/* Ledgers are checked beside the rest, on a connection of their own: a step that fails on either is named,
   and the county is not taken for looked at. */
Test(set, a_step_that_fails_is_named_and_the_county_looked_at_again) {
    static const struct {
        const char *hide, *show, *step;
    } cases[] = {{"ALTER TABLE fund.audit_adj_d RENAME TO hidden",
                  "ALTER TABLE fund.hidden RENAME TO audit_adj_d", "71_ledger_balance.sql"},
                 {"ALTER TABLE fund.voucher_entry_d RENAME TO hidden",
                  "ALTER TABLE fund.hidden RENAME TO voucher_entry_d", "70_ledger_posting.sql"},
                 {"ALTER TABLE record.fixmedins_b RENAME TO hidden",
                  "ALTER TABLE record.hidden RENAME TO fixmedins_b", "21_institution_missing.sql"}};
    static const char checked[] = "SELECT count(*) FROM intake.checked WHERE county = '690050'";
    struct city city;
    city_enter_alone(&city);
    city_run(&city, rows_sql);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        city_run(&city, "DELETE FROM intake.checked WHERE county = '690050'");
        city_run(&city, cases[i].hide);
        bool ok = set_county(&city.registry, "690050", &city.error);
        city_run(&city, cases[i].show);
        cr_assert(!ok, "%s", cases[i].step);
        cr_expect(strstr(city.error.message, cases[i].step), "%s: %s", cases[i].step, city.error.message);
        cr_expect(strstr(city.error.message, "42P01"), "%s: %s", cases[i].step, city.error.message);
        cr_expect_str_eq(city_ask(&city, checked), "0", "%s", cases[i].step);
        city.error = (struct error){0};
        cr_assert(set_county(&city.registry, "690050", &city.error), "%s", city.error.message);
        cr_expect_str_eq(city_ask(&city, checked), "1", "%s", cases[i].step);
    }
    /* Whoever is asked for by number is found by it, and the index is made once. */
    cr_expect_str_eq(city_ask(&city, "SELECT string_agg(indexdef, ',') FROM pg_indexes WHERE tablename = "
                                     "'setl_d_690050' AND indexdef LIKE '%(src_psn_no)'"),
                     "CREATE INDEX setl_d_690050_person ON record.setl_d_690050 USING btree (src_psn_no)");
    cr_expect_str_eq(city_ask(&city,
                              "SELECT count(*) FROM pg_indexes WHERE indexname = 'setl_d_690050_number'"
                              " AND indexdef LIKE '%brin (setl_id%'"),
                     "1");
    city_leave(&city);
}

static const char unpaid_sql[] =
    "SELECT (SELECT count(*) FROM intake.reason WHERE file = -54 AND code = 'enroll.unpaid') || ' ' ||"
    " (SELECT count(*) FROM cover.unpaid WHERE county = '690054') || ' ' ||"
    " (SELECT count(*) FROM cover.unpaid_seen WHERE county = '690054')";

/* An open relation for which nothing was paid: said where the county delivered payments at all, and where it
   did not, nothing is written down that nobody is told.  What a search knew stays with its state. */
Test(set, what_is_unpaid_is_looked_for_where_payments_were_delivered) {
    static const struct {
        const char *sql, *said;
    } steps[] = {
        {"SELECT 1", "0 0 0"},
        {"INSERT INTO record.rsdt_psn_clct_detl_d (rsdt_clct_detl_id, src_psn_no, insutype, accrym_begn,"
         " accrym_end, clct_time, clct_sumamt_fen, county, src_key, key_hash, row_hash, file, source_row)"
         " VALUES ('C1', 'B', '390', '202001', '202012', '2020-01-04', 250, '690054', 'C1',"
         " md5('C1')::uuid, 0, -54, 2)",
         "1 1 1"},
        {"DELETE FROM record.rsdt_psn_clct_detl_d WHERE county = '690054'", "0 1 1"},
    };
    struct city city;
    city_enter_alone(&city);
    city_run(
        &city,
        "CREATE TABLE IF NOT EXISTS record.psn_insu_d_690054 PARTITION OF record.psn_insu_d FOR VALUES IN"
        " ('690054');"
        "CREATE TABLE IF NOT EXISTS record.rsdt_psn_clct_detl_d_690054 PARTITION OF"
        " record.rsdt_psn_clct_detl_d FOR VALUES IN ('690054');"
        "INSERT INTO cover.scheme VALUES ('390', 'resident', 'year', '{1}', '', '') ON CONFLICT DO"
        " NOTHING; DELETE FROM cover.setting; INSERT INTO cover.setting (until, tolerance_days,"
        " idle_days) VALUES ('2021-01-01', 0, 365);"
        "INSERT INTO intake.run (run, command, program, program_sha256, operator) VALUES (-1, 'run', '',"
        " '', '') ON CONFLICT DO NOTHING;"
        "INSERT INTO intake.delivery (delivery, run, county, folder, path, bytes, sha256, source, state)"
        " OVERRIDING SYSTEM VALUE VALUES (-54, -1, '690054', '', '', 0, '', 'file', 'published');"
        "INSERT INTO intake.file (file, delivery, kind, spec_path, spec_sha256, mapping_sha256, snapshot,"
        " columns) OVERRIDING SYSTEM VALUE VALUES (-54, -54, 'psn_insu_d', '', '', '', false, '{}');"
        "INSERT INTO intake.movement (run, delivery, kind, measure, before, after) VALUES (-1, -54,"
        " 'psn_insu_d', '', 0, 1);"
        "INSERT INTO record.psn_insu_d (src_psn_no, insutype, psn_insu_stas, crt_insu_date, county,"
        " src_key, key_hash, row_hash, file, source_row) VALUES ('A', '390', '1', '2019-01-01',"
        " '690054', 'A', md5('iA')::uuid, 0, -54, 1)");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        city_run(&city, steps[i].sql);
        cr_assert(set_county(&city.registry, "690054", &city.error), "%s", city.error.message);
        cr_expect_str_eq(city_ask(&city, unpaid_sql), steps[i].said, "step %zu", i);
    }
    city_run(&city, "DELETE FROM record.psn_insu_d WHERE county = '690054'; DELETE FROM cover.setting;"
                    "DELETE FROM cover.scheme; DELETE FROM cover.unpaid; DELETE FROM cover.unpaid_seen");
    city_leave(&city);
}
