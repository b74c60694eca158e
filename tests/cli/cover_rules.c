/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What a dated rule makes of a few persons: months that are covered without being paid, and the county that
   two employers say somebody works in. */
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
    "rsdt_psn_clct_detl_d,insu_emp_info_b,psn_roster_d}'::text[] LOOP FOREACH c IN ARRAY "
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
