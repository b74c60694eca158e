/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/load/city.h"
#include <criterion/criterion.h>

/* What each check across rows lists and what it leaves alone, case by case: one step is made over rows of
   county 690071, beside which 690070 holds rows that are nobody's business there. */
static const char base_sql[] =
    "INSERT INTO intake.run (run, command, program, program_sha256, operator) VALUES (-8, 'run', '', '', '');"
    "INSERT INTO intake.delivery (delivery, run, county, folder, path, bytes, sha256, source, state) "
    "OVERRIDING SYSTEM VALUE SELECT -n, -8, '6900' || n, '', '', 0, '', 'file', 'published' FROM "
    "generate_series(70, 71) n;"
    "INSERT INTO intake.file (file, delivery, kind, spec_path, spec_sha256, mapping_sha256, snapshot, "
    "columns) OVERRIDING SYSTEM VALUE SELECT -n, -n, 'setl_d', '', '', '', false, '{}' FROM "
    "generate_series(70, 71) n;"
    "DO $$ DECLARE k text; c text; BEGIN FOREACH k IN ARRAY '{psn_info_b,psn_insu_d,setl_d,setl_fund_pay_d,"
    "fixmedins_b,insu_emp_info_b,emp_clct_detl_d,rsdt_psn_clct_detl_d,staf_psn_clct_detl_d}'::text[] LOOP "
    "FOREACH c IN ARRAY '{690070,690071}'::text[] LOOP EXECUTE format('CREATE TABLE record.%I PARTITION OF "
    "record.%I FOR VALUES IN (%L)', k || '_' || c, k, c); END LOOP; END LOOP; END $$";

/* The lineage of a row: county, number. */
#define LINEAGE "county, src_key, key_hash, row_hash, file, source_row"
#define LINE(kind) "c, n, md5('" kind "' || c || n)::uuid, 0, -right(c, 2)::int, n FROM (VALUES_HERE) v "
static const char person_sql[] =
    "INSERT INTO record.psn_info_b (src_psn_no, certno, " LINEAGE ") SELECT p, i, " LINE("p") "(c, n, p, i)";
static const char cover_sql[] =
    "INSERT INTO record.psn_insu_d (src_psn_no, emp_no, insutype, crt_insu_date, "
    "paus_insu_date, " LINEAGE ") SELECT p, e, '310', f::date, u::date, " LINE("i") "(c, n, p, e, f, u)";
static const char paid_sql[] =
    "INSERT INTO record.rsdt_psn_clct_detl_d (rsdt_clct_detl_id, src_psn_no, insutype, clct_type, "
    "accrym_begn, accrym_end, clct_time, revs_flag, clct_flag, clct_sumamt_fen, " LINEAGE
    ") SELECT n, p, i, t, f, u, '2020-01-01'::date + n, r, g, m, " LINE("r") "(c, n, p, i, t, f, u, r, g, m)";
/* The same as employees' contributions. */
static const char staff_sql[] =
    "INSERT INTO record.staf_psn_clct_detl_d (staf_clct_detl_id, src_psn_no, insutype, clct_type, "
    "accrym_begn, accrym_end, clct_time, revs_flag, clct_flag, clct_sumamt_fen, " LINEAGE
    ") SELECT n, p, i, t, f, u, '2020-01-01'::date + n, r, g, m, " LINE("s") "(c, n, p, i, t, f, u, r, g, m)";
/* County, row, settlement, person, hospital, refund, what it takes back, total of funds, hifp, others. */
static const char settled_sql[] =
    "INSERT INTO record.setl_d (setl_id, src_psn_no, fixmedins_code, refd_setl_flag, init_setl_id, "
    "fund_pay_sumamt_fen, hifp_pay_fen, cvlserv_pay_fen, hifes_pay_fen, hifmi_pay_fen, hifob_pay_fen, "
    "hifdm_pay_fen, maf_pay_fen, othfund_pay_fen, setl_time, medfee_sumamt_fen, " LINEAGE
    ") SELECT s, p, h, r, o, t::bigint, f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], '2020-06-01', "
    "1000, " LINE("t") "(c, n, s, p, h, r, o, t, f)";
static const char line_sql[] =
    "INSERT INTO record.setl_fund_pay_d (setl_id, fund_pay_type, fund_payamt_fen, " LINEAGE
    ") SELECT s, n, m, " LINE("f") "(c, n, s, m)";
static const char hospital_sql[] =
    "INSERT INTO record.fixmedins_b (fixmedins_code, " LINEAGE ") SELECT h, " LINE("h") "(c, n, h)";
static const char employer_sql[] =
    "INSERT INTO record.insu_emp_info_b (emp_no, " LINEAGE ") SELECT e, " LINE("e") "(c, n, e)";
static const char due_sql[] = "INSERT INTO record.emp_clct_detl_d (emp_clct_detl_id, emp_no, arvl_date, "
                              "amt_fen, " LINEAGE ") SELECT n, e, '2020-01-01', m, " LINE("d") "(c, n, e, m)";

#define OURS "('690071', "
#define THEIRS "('690070', "
#define FUNDS(list) "'{" list "}'::bigint[])"
#define NO_FUNDS "NULL::bigint[])"

struct rows {
    const char *name, *persons, *covers, *paid, *staff, *settled, *lines, *hospitals, *employers, *dues,
        *said;
};

static void judge(const char *step, const struct rows *cases, size_t count) {
    struct city city;
    city_enter_alone(&city);
    for (size_t i = 0; i < count; i++) {
        city_run(&city, "BEGIN");
        city_run(&city, base_sql);
        city_put(&city, person_sql, cases[i].persons);
        city_put(&city, cover_sql, cases[i].covers);
        city_put(&city, paid_sql, cases[i].paid);
        city_put(&city, staff_sql, cases[i].staff);
        city_put(&city, settled_sql, cases[i].settled);
        city_put(&city, line_sql, cases[i].lines);
        city_put(&city, hospital_sql, cases[i].hospitals);
        city_put(&city, employer_sql, cases[i].employers);
        city_put(&city, due_sql, cases[i].dues);
        city_step(&city, step, "690071");
        const char *said = city_ask(
            &city, "SELECT coalesce(string_agg(source_row || coalesce(' ' || fen, ''), ', ' ORDER BY "
                   "file, source_row), '') FROM intake.reason WHERE file IN (-70, -71)");
        cr_expect_str_eq(said, cases[i].said, "%s: \"%s\"", cases[i].name, said);
        city_run(&city, "ROLLBACK");
    }
    city_leave(&city);
}
#define JUDGE(step, cases) judge(step, cases, sizeof(cases) / sizeof *(cases))

Test(doubt, one_number_of_several_persons) {
    static const struct rows cases[] = {
        {"two persons, x as X",
         .persons = OURS "1, 'A', '69010219900101123X'), " OURS "2, 'B', "
                         "'69010219900101123x'), " OURS "3, 'C', '690102199001011248')",
         .said = "1, 2"},
        {"one of 15 digits", .persons = OURS "1, 'A', '690102900101123'), " OURS "2, 'B', '690102900101123')",
         .said = "1, 2"},
        {"too short to be one",
         .persons = OURS "1, 'A', '69010290010112'), " OURS "2, 'B', '69010290010112')", .said = ""},
        {"two rows of one person",
         .persons = OURS "1, 'A', '69010219900101123X'), " OURS "2, 'A', '69010219900101123X')", .said = ""},
        {"in two counties",
         .persons = OURS "1, 'A', '69010219900101123X'), " THEIRS "2, 'B', '69010219900101123X')",
         .said = ""}};
    JUDGE("10_certno_shared", cases);
}

Test(doubt, a_person_that_was_not_delivered) {
    static const struct rows persons[] = {
        {"in each kind", .persons = OURS "1, 'A', NULL)",
         .covers = OURS "2, 'Z', NULL, '2020-01-01', NULL), " OURS "3, 'A', NULL, '2020-01-01', NULL)",
         .paid = OURS "4, 'Z', '390', NULL, '202001', '202001', NULL, NULL, 4)",
         .staff = OURS "5, 'Z', '310', NULL, '202001', '202001', NULL, NULL, 5)",
         .settled = OURS "6, 'S', 'Z', NULL, NULL, NULL, NULL, " NO_FUNDS, .said = "2, 4 4, 5 5, 6 1000"},
        {"the neighbour's person", .persons = OURS "1, 'A', NULL), " THEIRS "1, 'Z', NULL)",
         .covers = OURS "2, 'Z', NULL, '2020-01-01', NULL)", .said = "2"},
        {"no persons were delivered", .persons = THEIRS "1, 'A', NULL)",
         .covers = OURS "2, 'Z', NULL, '2020-01-01', NULL)", .said = ""}};
    JUDGE("20_person_missing", persons);
}

Test(doubt, a_hospital_that_nobody_registered) {
    static const struct rows hospitals[] = {
        {"the neighbour's hospital", .hospitals = OURS "1, 'H'), " THEIRS "1, 'G')",
         .settled = OURS "2, 'S', 'A', 'H', NULL, NULL, NULL, " NO_FUNDS ", " OURS
                         "3, 'T', 'A', 'G', NULL, NULL, NULL, " NO_FUNDS ", " OURS
                         "4, 'U', 'A', NULL, NULL, NULL, NULL, " NO_FUNDS,
         .said = "3 1000"},
        {"no hospitals were delivered", .hospitals = THEIRS "1, 'G')",
         .settled = OURS "3, 'T', 'A', 'G', NULL, NULL, NULL, " NO_FUNDS, .said = ""}};
    JUDGE("21_institution_missing", hospitals);
}

Test(doubt, an_employer_that_nobody_registered) {
    static const struct rows employers[] = {
        {"in each kind", .employers = OURS "1, 'E'), " THEIRS "1, 'Z')",
         .covers = OURS "2, 'A', 'Z', '2020-01-01', NULL), " OURS "3, 'A', 'E', '2020-01-01', NULL)",
         .dues = OURS "5, 'Z', 5), " OURS "6, 'E', 6)", .said = "2, 5 5"},
        {"no employers were delivered", .employers = THEIRS "1, 'E')", .dues = OURS "5, 'Z', 5)",
         .said = ""}};
    JUDGE("22_employer_missing", employers);
}

/* A6: the lines by fund are the total, or without one the settlement's own columns. */
Test(doubt, the_lines_by_fund_are_the_total) {
    static const struct rows cases[] = {
        {"the total counts, not the columns", .lines = OURS "1, 'S', 20), " OURS "2, 'S', 40)",
         .settled = OURS "3, 'S', 'A', NULL, NULL, NULL, 60, " FUNDS("1,2"), .said = ""},
        {"without a total every column counts", .lines = OURS "1, 'S', 255)",
         .settled = OURS "3, 'S', 'A', NULL, NULL, NULL, NULL, " FUNDS("1,2,4,8,16,32,64,128"), .said = ""},
        {"too little and too much", .lines = OURS "1, 'S', 50), " OURS "2, 'T', 70)",
         .settled = OURS "3, 'S', 'A', NULL, NULL, NULL, 60, " NO_FUNDS ", " OURS
                         "4, 'T', 'A', NULL, NULL, NULL, 60, " NO_FUNDS,
         .said = "3 10, 4 -10"},
        {"no line at all, and the neighbour's", .lines = OURS "1, 'T', 0), " THEIRS "1, 'S', 60)",
         .settled = OURS "3, 'S', 'A', NULL, NULL, NULL, 60, " NO_FUNDS ", " OURS
                         "4, 'T', 'A', NULL, NULL, NULL, 0, " NO_FUNDS,
         .said = "3 60"},
        {"no lines were delivered", .lines = THEIRS "1, 'S', 60)",
         .settled = OURS "3, 'S', 'A', NULL, NULL, NULL, 61, " NO_FUNDS, .said = ""}};
    JUDGE("30_fund_detail", cases);
}

Test(doubt, a_refund_has_its_settlement) {
    static const struct rows refunds[] = {
        {"of the neighbour's settlement",
         .settled = OURS "1, 'S', 'A', NULL, '1', 'T', NULL, " NO_FUNDS ", " THEIRS
                         "1, 'T', 'A', NULL, '0', NULL, NULL, " NO_FUNDS,
         .said = "1 1000"},
        {"of a settlement that is there",
         .settled = OURS "1, 'S', 'A', NULL, '1', 'T', NULL, " NO_FUNDS ", " OURS
                         "2, 'T', 'A', NULL, '0', NULL, NULL, " NO_FUNDS,
         .said = ""},
        {"that is none", .settled = OURS "1, 'S', 'A', NULL, '0', 'T', NULL, " NO_FUNDS, .said = ""}};
    JUDGE("31_refund_unpaired", refunds);
}

#define PAID(row, scheme, type, from, until, mark, flag, fen)                                                \
    OURS #row ", 'A', " scheme ", " type ", '" from "', '" until "', " mark ", " flag ", " fen ")"
#define ONCE PAID(1, "'390'", "NULL", "202001", "202006", "NULL", "NULL", "9")

Test(doubt, a_month_is_paid_once) {
    static const struct rows cases[] = {
        {"the last month again",
         .paid = ONCE ", " PAID(2, "'390'", "NULL", "202006", "202007", "NULL", "NULL", "8"), .said = "2 8"},
        {"the next month",
         .paid = ONCE ", " PAID(2, "'390'", "NULL", "202007", "202008", "NULL", "NULL", "8"), .said = ""},
        {"once as an employee", .paid = ONCE,
         .staff = PAID(2, "'390'", "NULL", "202001", "202001", "NULL", "NULL", "8"), .said = "2 8"},
        {"another scheme",
         .paid = ONCE ", " PAID(2, "'310'", "NULL", "202001", "202006", "NULL", "NULL", "9"), .said = ""},
        {"a supplement of another type",
         .paid = ONCE ", " PAID(2, "'390'", "'20'", "202001", "202006", "NULL", "NULL", "9"), .said = ""},
        {"nothing", .paid = ONCE ", " PAID(2, "'390'", "NULL", "202001", "202006", "NULL", "NULL", "0"),
         .said = ""},
        {"not received", .paid = ONCE ", " PAID(2, "'390'", "NULL", "202001", "202006", "NULL", "'0'", "9"),
         .said = ""},
        {"taken back, both marked, and again",
         .paid = PAID(1, "'390'", "NULL", "202001", "202006", "'+'", "NULL", "9") ", " PAID(
             2, "'390'", "NULL", "202001", "202006", "'-'", "NULL",
             "-9") ", " PAID(3, "'390'", "NULL", "202001", "202006", "NULL", "NULL", "9"),
         .said = ""},
        {"taken back once, paid twice again",
         .paid = ONCE ", " PAID(2, "'390'", "NULL", "202001", "202006", "NULL", "NULL", "-9") ", " PAID(
             3, "'390'", "NULL", "202001", "202006", "NULL", "NULL",
             "9") ", " PAID(4, "'390'", "NULL", "202001", "202006", "NULL", "NULL", "9"),
         .said = "4 9"},
        {"taken back of another scheme",
         .paid = ONCE ", " PAID(2, "'390'", "NULL", "202001", "202006", "NULL", "NULL",
                                "9") ", " PAID(3, "'310'", "NULL", "202001", "202006", "NULL", "NULL", "-9"),
         .said = "2 9"},
        {"another amount taken back",
         .paid = ONCE ", " PAID(2, "'390'", "NULL", "202001", "202006", "NULL", "NULL",
                                "9") ", " PAID(3, "'390'", "NULL", "202001", "202006", "NULL", "NULL", "-8"),
         .said = "2 9"}};
    JUDGE("40_paid_twice", cases);
}

/* Of residents and of employees alike. */
Test(doubt, a_reversal_has_its_payment) {
#define BACK PAID(1, "'390'", "NULL", "202001", "202006", "'-'", "NULL", "-9")
    static const struct {
        const char *name, *rows, *said;
    } cases[] = {
        {"the payment", BACK ", " PAID(2, "'390'", "NULL", "202001", "202006", "'+'", "NULL", "9"), ""},
        {"alone", BACK, "1 -9"},
        {"another amount", BACK ", " PAID(2, "'390'", "NULL", "202001", "202006", "'+'", "NULL", "8"),
         "1 -9"},
        {"another scheme", BACK ", " PAID(2, "'310'", "NULL", "202001", "202006", "'+'", "NULL", "9"),
         "1 -9"},
        {"another month", BACK ", " PAID(2, "'390'", "NULL", "202002", "202006", "'+'", "NULL", "9"), "1 -9"},
        {"another reversal", BACK ", " PAID(2, "'390'", "NULL", "202001", "202006", "'-'", "NULL", "-9"),
         "1 -9, 2 -9"},
        {"another person", BACK ", " OURS "2, 'B', '390', NULL, '202001', '202006', '+', NULL, 9)", "1 -9"},
        {"the neighbour's", BACK ", " THEIRS "2, 'A', '390', NULL, '202001', '202006', '+', NULL, 9)",
         "1 -9"}};
    enum { COUNT = sizeof cases / sizeof *cases };
    struct rows rows[2 * COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        rows[2 * i] = (struct rows){cases[i].name, .paid = cases[i].rows, .said = cases[i].said};
        rows[2 * i + 1] = (struct rows){cases[i].name, .staff = cases[i].rows, .said = cases[i].said};
    }
    JUDGE("41_reversal_unpaired", rows);
}

Test(doubt, care_on_a_day_without_cover) {
#define CARE OURS "1, 'S', 'A', NULL, '0', NULL, NULL, " NO_FUNDS
    static const struct rows cases[] = {
        {"that begins on the day", .settled = CARE, .covers = OURS "2, 'A', NULL, '2020-06-01', NULL)",
         .said = ""},
        {"that begins on the next", .settled = CARE, .covers = OURS "2, 'A', NULL, '2020-06-02', NULL)",
         .said = "1 1000"},
        {"that ended on the day", .settled = CARE, .covers = OURS "2, 'A', NULL, '2020-01-01', '2020-06-01')",
         .said = "1 1000"},
        {"that ends on the next", .settled = CARE, .covers = OURS "2, 'A', NULL, '2020-01-01', '2020-06-02')",
         .said = ""},
        {"of another person", .settled = CARE, .covers = OURS "2, 'B', NULL, '2020-01-01', NULL)",
         .said = "1 1000"},
        {"the neighbour's", .settled = CARE,
         .covers = OURS "2, 'B', NULL, '2020-01-01', NULL), " THEIRS "2, 'A', NULL, '2020-01-01', NULL)",
         .said = "1 1000"},
        {"no covers were delivered", .settled = CARE, .covers = THEIRS "2, 'A', NULL, '2020-01-01', NULL)",
         .said = ""}};
    JUDGE("61_not_covered", cases);
}
