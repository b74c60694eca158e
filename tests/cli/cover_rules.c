/* SPDX-License-Identifier: MulanPSL-2.0 */
/* A few persons, told by SQL: months that are covered without being paid, the county that two employers say
   somebody works in, what both sides paid for one stay, and who is on a roster. */
#include "cli/city.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdlib.h>

static struct journey journey;
static void setup(void) { journey_begin_at(&journey, JOURNEY_EMPTY); }
static void teardown(void) { journey_end(&journey); }
TestSuite(cover_rules, .init = setup, .fini = teardown, .timeout = JOURNEY_SECONDS);

static void put(const char *sql) {
    struct database database;
    struct session session = {0};
    struct error error = {0};
    cr_assert(database_open(&database, "embedded", journey.city, &error), "%s", error.message);
    cr_assert(session_open(&session, &database, "test", &error), "%s", error.message);
    cr_assert(session_run(&session, sql, &error), "%s: %s", sql, error.message);
    session_close(&session);
    database_close(&database);
}

#define ROW "county, src_key, key_hash, row_hash, file, source_row"

/* One person of two counties: in the one an employee, paid for from January to December 2020 (`paid_until` in
   the other), in the other a resident or an employee, too. */
static const char make_sql[] =
    "DO $make$ DECLARE k text; c text; BEGIN FOREACH k IN ARRAY '{psn_info_b,psn_insu_d,staf_psn_clct_detl_d,"
    "rsdt_psn_clct_detl_d,insu_emp_info_b,psn_roster_d,setl_d}'::text[] LOOP FOREACH c IN ARRAY "
    "'{690102,690123,690100}'::text[] LOOP EXECUTE format('CREATE TABLE IF NOT EXISTS record.%%s_%%s "
    "PARTITION"
    " OF record.%%s FOR VALUES IN (%%L)', k, c, k, c); END LOOP; END LOOP; END $make$;"
    "INSERT INTO identity.xref (county, src_psn_no, psn_no, record_no) VALUES ('690102', 'A', '000000000001',"
    " 1), ('690123', 'B', '000000000001', 2);"
    "INSERT INTO record.psn_info_b (src_psn_no, psn_cert_type, certno, psn_name, " ROW ") VALUES ('A', '01',"
    " '690102198001010010', '样例甲', '690102', 'a', md5('a')::uuid, 0, 0, 1), ('B', '01', "
    "'690102198001010010', '样例甲', '690123', 'b', md5('b')::uuid, 0, 0, 1);"
    "INSERT INTO record.psn_insu_d (src_psn_no, insutype, psn_insu_stas, crt_insu_date, insu_idet, "
    "emp_no, " ROW ") VALUES ('A', '310', '1', '2019-01-01', NULL, 'E1', '690102', 'a', md5('a')::uuid, 0, "
    "0, 1), ('B', '%s',"
    " '1', '2019-01-01', '五保', 'E2', '690123', 'b', md5('b')::uuid, 0, 0, 1);"
    "INSERT INTO record.staf_psn_clct_detl_d (staf_clct_detl_id, src_psn_no, insutype, accrym_begn, "
    "accrym_end, clct_time, clct_sumamt_fen, " ROW
    ") SELECT n || m, n, '310', m, m, to_date(m, 'YYYYMM'), 100,"
    " c, n || m, md5(n || m)::uuid, 0, 0, 1 FROM (VALUES ('A', '690102'), ('B', '690123')) p (n, c),"
    " generate_series(202001, 202012) g, LATERAL (SELECT g::text AS m) x WHERE n = 'A' OR '%s' = '310' AND g "
    "<= 202010;"
    "INSERT INTO record.insu_emp_info_b (emp_no, loc_admdvs, " ROW ") VALUES ('E1', '690123', '690102', 'e',"
    " md5('e')::uuid, 0, 0, 1), ('E2', '690123', '690123', 'f', md5('f')::uuid, 0, 0, 1)";

static void make(const char *scheme_b) { put(arena_print(&journey.arena, make_sql, scheme_b, scheme_b)); }

/* What a search finds, and how many open relations are unpaid. */
static void finds(const char *wanted, const char *when) {
    journey_expect(&journey, "cover find -q", 0, NULL);
    const char *got = journey_ask(
        &journey,
        "SELECT coalesce((SELECT string_agg(rule || ' ' || keep || ' ' || overlap, ', ') FROM"
        " cover.duplicate WHERE state = 'proposed'), 'none') || ' ' || (SELECT count(*) FROM cover.idle)");
    cr_expect_str_eq(got, wanted, "%s: %s, not %s", when, got, wanted);
}

Test(cover_rules, who_need_not_pay_is_covered_where_a_dated_row_says_so) {
    static const struct {
        const char *row, *end, *wanted;
    } cases[] = {
        {"", "", "none 1"},
        {"390,roster,特困|特困人员,2020-01-01,,,", "", "subsidised review {[2020-04-01,2021-01-01)} 0"},
        {"390,roster,,2020-01-01,,,", "", "subsidised review {[2020-04-01,2021-01-01)} 0"},
        {"390,roster,低保,2020-01-01,,,", "", "none 1"},
        {"310,roster,,2020-01-01,,,", "", "none 1"},
        {"390,roster,,2020-01-01,,690102,", "", "none 1"},
        {"390,roster,,2020-07-01,,690123,", "", "subsidised review {[2020-07-01,2021-01-01)} 0"},
        {"390,roster,,2020-01-01,2020-06-01,,", "", "subsidised review {[2020-04-01,2020-06-01)} 1"},
        {"390,roster,,2021-01-01,,,", "", "none 1"},
        /* Residents are covered by the year: struck off in May, covered until its end; but not on the roster
           then. */
        {"390,roster,,2020-01-01,,,", "2020-05-20", "subsidised review {[2020-04-01,2021-01-01)} 1"},
        {"390,identity,低保|五保,2020-02-01,,,", "", "subsidised review {[2020-02-01,2021-01-01)} 0"},
        {"390,identity,低保,2020-02-01,,,", "", "none 1"},
    };
    make("390");
    put("INSERT INTO record.psn_roster_d (roster_type, roster_no, psn_name, certno, begn_date, "
        "roster_class, " ROW
        ") VALUES ('贫困', '1', '样例甲', '690102198001010010', '2020-04-10', '特困人员', '690100', 'r',"
        " md5('r')::uuid, 0, 0, 1)");
    cr_assert_eq(system(arena_print(&journey.arena, "mkdir -p '%s/mappings/cover'", journey.city)), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put(arena_print(&journey.arena, "UPDATE record.psn_roster_d SET end_date = nullif('%s', '')::date",
                        cases[i].end));
        const char *text = arena_print(
            &journey.arena, "insutype,who,class,valid_from,valid_until,county,basis\n%s\n", cases[i].row);
        journey_write(&journey, "mappings/cover/exempt.csv", (struct span){text, strlen(text)});
        finds(cases[i].wanted, *cases[i].row ? cases[i].row : "nobody is exempt");
    }
}

Test(cover_rules, an_employee_of_two_counties_stays_where_the_employers_are) {
    make("310");
    finds("employee-work b {[2020-01-01,2020-11-01)} 0", "both employers are in the other county");
    /* Each in its own county: nothing is told by that, and the latest payment is. */
    put("UPDATE record.insu_emp_info_b SET loc_admdvs = '690102' WHERE emp_no = 'E1'");
    finds("employee-twice a {[2020-01-01,2020-11-01)} 0", "an employer in each county");
    /* One of them nobody knows. */
    put("UPDATE record.insu_emp_info_b SET loc_admdvs = NULL WHERE emp_no = 'E1'");
    finds("employee-twice a {[2020-01-01,2020-11-01)} 0", "an employer without a region");
    /* One outside both counties. */
    put("UPDATE record.insu_emp_info_b SET loc_admdvs = '690181' WHERE emp_no = 'E1'");
    finds("employee-work b {[2020-01-01,2020-11-01)} 0", "an employer elsewhere");
}

#define MOVED                                                                                                \
    "; INSERT INTO intake.movement (run, delivery, kind, measure, before, after) SELECT 1, max(delivery),"   \
    " 'psn_insu_d', '', 0, 1 FROM intake.delivery"

/* Who is enrolled twice under one number is kept for a county until it delivers again. */
Test(cover_rules, what_is_known_of_a_county_holds_until_it_delivers) {
    make("390");
    put("INSERT INTO intake.run (run, command, program, program_sha256, operator) OVERRIDING SYSTEM VALUE "
        "VALUES"
        " (1, 'run', '', '', ''); INSERT INTO intake.delivery (run, county, folder, path, bytes, sha256, "
        "source,"
        " state) VALUES (1, '690102', 'c', 'a', 0, '', 'file', 'published')" MOVED);
    finds("none 1", "one relation in each county");
    /* As no delivery could: a second relation of the same number, and nobody heard of it. */
    put("INSERT INTO record.psn_insu_d (src_psn_no, insutype, psn_insu_stas, crt_insu_date, " ROW
        ") VALUES ('C', '310', '1', '2019-01-01', '690102', 'c', md5('c')::uuid, 0, 0, 1), ('C', '310', '1',"
        " '2019-02-01', '690102', 'd', md5('d')::uuid, 0, 0, 1);"
        "INSERT INTO record.staf_psn_clct_detl_d (staf_clct_detl_id, src_psn_no, insutype, accrym_begn, "
        "accrym_end, clct_time, clct_sumamt_fen, " ROW ") VALUES ('C', 'C', '310', '202001', '202012',"
        " '2020-01-01', 100, '690102', 'C', md5('C')::uuid, 0, 0, 1)");
    finds("none 1", "what is known of the county is taken");
    put("INSERT INTO intake.delivery (run, county, folder, path, bytes, sha256, source, state) VALUES (1,"
        " '690102', 'c', 'b', 0, '', 'file', 'published')" MOVED);
    finds("same-county review {[2020-01-01,2021-01-01)} 1", "the county delivered");
}

/* Care in the place of what was there: number, whose, scheme, first and last day, cost, fund, refund, of
 * what. */
static void put_care(const char *rows) {
    put("DELETE FROM record.setl_d WHERE county IN ('690102', '690123')");
    if (*rows)
        put(arena_print(
            &journey.arena,
            "INSERT INTO record.setl_d (setl_id, src_psn_no, insutype, begndate, enddate, setl_time, "
            "medfee_sumamt_fen, fund_pay_sumamt_fen, refd_setl_flag, init_setl_id, " ROW
            ") SELECT s, p, t, f::date, u::date, u::date, m, g::bigint, r, i, CASE p WHEN 'A' THEN '690102' "
            "ELSE "
            "'690123' END, s, md5(s)::uuid, 0, 0, 1 FROM (VALUES %s) v (s, p, t, f, u, m, g, r, i)",
            rows));
}
#define CARE(id, who, from, until, cost, fund)                                                               \
    "('" id "', '" who "', '310', '" from "', '" until "', " cost ", " fund ", NULL, NULL)"

/* One stay paid for from both sides: said once for each side, of the smaller payment. */
Test(cover_rules, one_stay_is_paid_for_once) {
#define ONE CARE("S1", "A", "2020-05-01", "2020-05-09", "1000", "800")
#define OTHER(from, until, cost, fund) ONE ", " CARE("T1", "B", "2020-05-" from, "2020-05-" until, cost, fund)
    static const struct {
        const char *name, *care, *said;
    } cases[] = {
        {"the same cost and days", OTHER("01", "09", "1000", "700"), "S1 a exact 700, T1 b exact 700"},
        {"one in a hundred and a day", OTHER("02", "08", "1010", "700"), "S1 a near 700, T1 b near 700"},
        {"more than one in a hundred", OTHER("01", "09", "1011", "700"), ""},
        {"begun two days later", OTHER("03", "09", "1000", "700"), ""},
        {"ended two days later", OTHER("01", "11", "1000", "700"), ""},
        {"what the first left over", OTHER("01", "09", "1000", "200"),
         "S1 a sequential 0, T1 b sequential 0"},
        {"a fen more than that", OTHER("01", "09", "1000", "201"), "S1 a exact 201, T1 b exact 201"},
        {"of the larger cost", OTHER("01", "09", "1010", "210"), "S1 a sequential 0, T1 b sequential 0"},
        {"nobody knows what was paid", OTHER("01", "09", "1000", "NULL"), ""},
        {"two here, one there",
         OTHER("01", "09", "1000", "700") ", " CARE("S2", "A", "2020-05-01", "2020-05-09", "1000", "900"),
         "S1 a exact 700, T1 b exact 700"},
        {"the same before what is near",
         OTHER("01", "09", "1000", "700") ", " CARE("T2", "B", "2020-05-01", "2020-05-09", "1001", "650"),
         "S1 a exact 700, T1 b exact 700"},
        {"the nearest",
         OTHER("01", "09", "1005", "700") ", " CARE("T2", "B", "2020-05-01", "2020-05-09", "1003", "650"),
         "S1 a near 650, T2 b near 650"},
        {"whose nearest is another",
         OTHER("01", "09", "1003", "700") ", " CARE("S2", "A", "2020-05-01", "2020-05-09", "1004", "750"),
         "S2 a near 700, T1 b near 700"},
        {"taken back",
         OTHER("01", "09", "1000",
               "700") ", ('T2', 'B', '310', '2020-05-01', '2020-05-09', -1000, -700, '1', 'T1')",
         ""},
        {"of another scheme", ONE ", ('T1', 'B', '390', '2020-05-01', '2020-05-09', 1000, 700, NULL, NULL)",
         ""},
        {"before both were covered",
         CARE("S1", "A", "2019-12-31", "2020-01-04", "1000", "800") ", " CARE("T1", "B", "2019-12-31",
                                                                              "2020-01-04", "1000", "700"),
         ""},
        {"on the first day of both",
         CARE("S1", "A", "2020-01-01", "2020-01-04", "1000", "800") ", " CARE("T1", "B", "2020-01-01",
                                                                              "2020-01-04", "1000", "700"),
         "S1 a exact 700, T1 b exact 700"}};
    make("310");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put_care(cases[i].care);
        journey_expect(&journey, "cover find -q", 0, NULL);
        const char *got = journey_ask(
            &journey,
            "SELECT coalesce(string_agg(concat_ws(' ', src_key, side, level, amount_fen), ', ' ORDER BY"
            " src_key), '') FROM cover.money WHERE item = 'claim'");
        cr_expect_str_eq(got, cases[i].said, "%s: %s", cases[i].name, got);
    }
    /* Who had no care while both paid may have the premium back. */
    static const char keep[] =
        "rule,when,keep,effect,ask_person,document,refund,approve_over,valid_from,valid_until,county,basis\n"
        "x,,a,suspend,no,no,unused,0,,,,\n";
    cr_assert_eq(system(arena_print(&journey.arena, "mkdir -p '%s/mappings/cover'", journey.city)), 0);
    journey_write(&journey, "mappings/cover/keep.csv", (struct span){keep, sizeof keep - 1});
    put("UPDATE record.staf_psn_clct_detl_d SET psn_clct_amt_fen = 1");
    put_care(ONE);
    journey_expect(&journey, "cover find -q", 0, NULL);
    const char *back =
        journey_ask(&journey, "SELECT string_agg(DISTINCT side || ' ' || left(basis, 2), ', ' ORDER BY"
                              " side || ' ' || left(basis, 2)) FROM cover.money WHERE item = 'premium'");
    cr_expect_str_eq(back, "a 不退, b 可退", "%s", back);
}

/* What becomes of every line of a roster, and who is on none though enrolled as if. */
Test(cover_rules, every_line_of_a_roster_ends_in_one_state) {
#define LISTED(type, number, from, until)                                                                    \
    "('690100', '" type "', '1', '样例甲', " number ", '" from "', " until ")"
#define KNOWN "'690102198001010010'"
#define NOBODY "'690102198001010999'"
#define CARED                                                                                                \
    CARE("S1", "A", "2020-06-01", "2020-06-01", "1", "10")                                                   \
    ", " CARE("S2", "B", "2020-06-02", "2020-06-02", "2", "20") ", " CARE(                                   \
        "S3", "A", "2020-07-01", "2020-07-01", "4",                                                          \
        "40") ", " CARE("S4", "A", "2020-06-05", "2020-06-05", "8",                                          \
                        "80") ", ('S5', 'A', '310', '2020-06-06', '2020-06-06', -8, -80, '1', 'S4')"
    static const struct {
        const char *name, *listed, *relation, *care,
            *said; /* relation: an UPDATE's SET of A's, B's is ended */
    } cases[] = {
        {"dead, and the cover goes on", LISTED("死亡", KNOWN, "2020-06-01", "NULL"), "insutype = '310'",
         CARED, "死亡 still_enrolled 2 6 60"},
        {"dead, and it ended later", LISTED("死亡", KNOWN, "2020-06-01", "NULL"),
         "paus_insu_date = '2020-09-01'", "", "死亡 agrees 0 0 0"},
        {"dead, and it is not in force", LISTED("死亡", KNOWN, "2020-06-01", "NULL"), "psn_insu_stas = '2'",
         "", "死亡 agrees 0 0 0"},
        {"dead, and it began after", LISTED("死亡", KNOWN, "2020-06-01", "NULL"),
         "crt_insu_date = '2020-06-02', paus_insu_date = '2020-09-01'", "", "死亡 still_enrolled 0 0 0"},
        {"imprisoned for a month", LISTED("服刑", KNOWN, "2020-06-01", "'2020-07-01'"), "insutype = '310'",
         CARED, "服刑 still_enrolled 1 2 20"},
        {"enrolled before it", LISTED("服刑", KNOWN, "2020-06-01", "'2020-07-01'"),
         "paus_insu_date = '2020-06-01'", "", "服刑 agrees 0 0 0"},
        {"enrolled after it", LISTED("服刑", KNOWN, "2020-06-01", "'2020-07-01'"),
         "crt_insu_date = '2020-07-01'", "", "服刑 agrees 0 0 0"},
        {"not in force in it", LISTED("服刑", KNOWN, "2020-06-01", "'2020-07-01'"), "psn_insu_stas = '2'", "",
         "服刑 agrees 0 0 0"},
        {"aided and enrolled", LISTED("贫困", KNOWN, "2020-06-01", "NULL"), "insutype = '310'", CARED,
         "贫困 agrees 0 0 0"},
        {"aided and enrolled no more", LISTED("贫困", KNOWN, "2020-06-01", "NULL"),
         "paus_insu_date = '2020-06-01'", "", "贫困 not_enrolled 0 0 0"},
        {"under another name", "('690100', '死亡', '1', '样例乙', " KNOWN ", '2020-06-01', NULL)",
         "insutype = '310'", CARED, "死亡 name_differs 0 0 0"},
        {"nobody's number", LISTED("死亡", NOBODY, "2020-06-01", "NULL"), "insutype = '310'", CARED,
         "死亡 unknown 0 0 0"},
        {"a student on no roster of an office", LISTED("在校", NOBODY, "2020-06-01", "NULL"),
         "psn_type = '1403'", "", "在校 not_on_roster 0 0 0, 在校 unknown 0 0 0"},
        {"who is on it", LISTED("在校", KNOWN, "2020-06-01", "NULL"), "psn_type = '1403'", "",
         "在校 agrees 0 0 0"},
        {"enrolled as one no more", LISTED("在校", NOBODY, "2020-06-01", "NULL"),
         "psn_type = '1403', paus_insu_date = '2020-09-01'", "", "在校 unknown 0 0 0"},
        {"a roster of the other county", "('690123', '在校', '1', '样例甲', " NOBODY ", '2020-06-01', NULL)",
         "psn_type = '1403'", "", "在校 unknown 0 0 0"}};
    make("390");
    put("UPDATE record.psn_insu_d SET paus_insu_date = '2019-06-01' WHERE county = '690123'");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put("DELETE FROM record.psn_roster_d WHERE county IN ('690100', '690123')");
        put(arena_print(
            &journey.arena,
            "INSERT INTO record.psn_roster_d (roster_type, roster_no, psn_name, certno, begn_date, "
            "end_date, " ROW ") SELECT t, n, m, i, f::date, u::date, c, n, md5(n)::uuid, 0, 0, 1 FROM "
            "(VALUES %s) v (c, t, n, m, i, f, u)",
            cases[i].listed));
        put(arena_print(
            &journey.arena,
            "UPDATE record.psn_insu_d SET psn_insu_stas = '1', crt_insu_date = '2019-01-01', "
            "paus_insu_date = NULL, psn_type = NULL WHERE county = '690102'; UPDATE record.psn_insu_d "
            "SET %s WHERE county = '690102'",
            cases[i].relation));
        put_care(cases[i].care);
        journey_expect(&journey, "cover find -q", 0, NULL);
        const char *got = journey_ask(
            &journey,
            "SELECT coalesce(string_agg(concat_ws(' ', roster_type, state, settlements, settled_fen, "
            "fund_fen), ', ' ORDER BY roster_type, state), '') FROM cover.roster_line");
        cr_expect_str_eq(got, cases[i].said, "%s: %s", cases[i].name, got);
    }
    /* Who was enrolled as aided this year; what was taken back, and what another year was for, is no aid. */
    static const struct {
        const char *columns, *said;
    } aided[] = {{"20, NULL, '202001', NULL", "not_on_roster, unknown"},
                 {"0, '2', '202001', NULL", "not_on_roster, unknown"},
                 {"0, NULL, '202001', NULL", "unknown"},
                 {"20, NULL, '202001', '+'", "unknown"},
                 {"20, NULL, '201901', NULL", "unknown"}};
    put("UPDATE record.psn_roster_d SET roster_type = '贫困', county = '690100' WHERE county = '690123'");
    for (size_t i = 0; i < sizeof aided / sizeof *aided; i++) {
        put(arena_print(
            &journey.arena,
            "DELETE FROM record.rsdt_psn_clct_detl_d WHERE county = '690123'; INSERT INTO "
            "record.rsdt_psn_clct_detl_d (oth_clct_amt_fen, psn_idet_type, accrym_begn, revs_flag, "
            "rsdt_clct_detl_id, src_psn_no, insutype, accrym_end, clct_time, clct_sumamt_fen, " ROW
            ") VALUES (%s, 'P', 'B', '390', '202012', '2020-01-05', 20, '690123', 'p', md5('p')::uuid, 0, "
            "0, 1)",
            aided[i].columns));
        journey_expect(&journey, "cover find -q", 0, NULL);
        const char *got = journey_ask(&journey, "SELECT string_agg(state, ', ' ORDER BY state) FROM "
                                                "cover.roster_line WHERE roster_type = '贫困'");
        cr_expect_str_eq(got, aided[i].said, "%s: %s", aided[i].columns, got);
    }
}
