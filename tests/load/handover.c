/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "load/set.h"
#include "tests/load/city.h"
#include <criterion/criterion.h>

/* Personal accounts across the handover: the city's opening of a person is what the counties closed with,
   over identity.xref.  Person P was enrolled in two counties, Q in one, R in both and nobody linked the two.
 */
static const char base_sql[] =
    "CREATE TABLE IF NOT EXISTS fund.psn_acct_d_690970 PARTITION OF fund.psn_acct_d FOR VALUES IN ('690970');"
    "CREATE TABLE IF NOT EXISTS fund.psn_acct_d_690971 PARTITION OF fund.psn_acct_d FOR VALUES IN ('690971');"
    "CREATE TABLE IF NOT EXISTS fund.psn_acct_d_690972 PARTITION OF fund.psn_acct_d FOR VALUES IN ('690972');"
    "CREATE TABLE IF NOT EXISTS fund.acct_set_d_690970 PARTITION OF fund.acct_set_d FOR VALUES IN ('690970');"
    "INSERT INTO intake.run (run, command, program, program_sha256, operator) VALUES (-9, 'run', '', '', '') "
    "ON CONFLICT DO NOTHING;"
    "INSERT INTO intake.delivery (delivery, run, county, folder, path, bytes, sha256, source, state) "
    "OVERRIDING SYSTEM VALUE"
    " VALUES (-70, -9, '690970', '', '', 0, '', 'file', 'published') ON CONFLICT DO NOTHING;"
    "DELETE FROM fund.psn_acct_d WHERE county IN ('690970', '690971', '690972'); DELETE FROM fund.acct_set_d "
    "WHERE county = '690970';"
    "DELETE FROM identity.xref WHERE county IN ('690970', '690971', '690972');"
    "INSERT INTO identity.xref (county, src_psn_no, psn_no) VALUES ('690971', 'a1', '9700001'), ('690972', "
    "'b1', '9700001'), ('690970', 'c1', '9700001'),"
    " ('690971', 'a2', '9700002'), ('690970', 'c2', '9700002'), ('690971', 'a3', '9700003'), ('690972', "
    "'b3', '9700004'), ('690970', 'c3', '9700003'),"
    " ('690970', 'c4', '9700004');"
    "INSERT INTO fund.acct_set_d (acct_set, fund_set, pooling_mode, county, src_key, key_hash, row_hash, "
    "file, source_row)"
    " VALUES ('01', '职工', '市级', '690970', '01', md5('ho01')::uuid, 0, -70, 1);"
    "INSERT INTO fund.psn_acct_d (src_psn_no, year, bal_date, open_amt_fen, into_amt_fen, balc_fen, county, "
    "src_key, key_hash, row_hash, file, source_row)"
    " SELECT p, y, (y || '-12-31')::date, o, b - o, b, c, p || y, md5('ho' || c || p || y)::uuid, 0, -70, 1 "
    "FROM (VALUES"
    " ('690971', 'a1', '2020', 100, 1000), ('690972', 'b1', '2020', 0, 500), ('690971', 'a2', '2020', 7, "
    "77), ('690971', 'a3', '2020', 0, 30),"
    " ('690972', 'b3', '2020', 0, 40), ('690970', 'c1', '2021', 1500, 1600), ('690970', 'c2', '2021', 77, "
    "80), ('690970', 'c3', '2021', 30, 30),"
    " ('690970', 'c4', '2021', 40, 40)) v (c, p, y, o, b)";

static const char said_sql[] =
    "SELECT state || ' ' || left_value || ' ' || right_value || ' ' || (SELECT "
    "coalesce(string_agg(c.fen::text, ' ' ORDER BY c.fen), '-')"
    " FROM fund.culprit c WHERE c.finding = f.finding) FROM intake.finding f WHERE county = '690970' AND "
    "check_code = 'ledger.c2' AND subject = '2021 移交'"
    " ORDER BY run DESC, finding DESC LIMIT 1";

Test(handover, a_person_opens_with_what_the_counties_closed_with) {
    static const struct {
        const char *name, *change, *said;
    } cases[] = {
        {"over xref", "", "held 1647 1647 -"},
        {"a fen more",
         "UPDATE fund.psn_acct_d SET open_amt_fen = 1501 WHERE county = '690970' AND src_psn_no = 'c1'",
         "broken 1648 1647 1"},
        /* Two that cancel each other in the sum are still two. */
        {"two that cancel",
         "UPDATE fund.psn_acct_d SET open_amt_fen = open_amt_fen + CASE src_psn_no WHEN 'c1' THEN 5 ELSE -5 "
         "END"
         " WHERE county = '690970' AND src_psn_no IN ('c1', 'c2')",
         "broken 1647 1647 -5 5"},
        {"a county's balance left behind",
         "DELETE FROM identity.xref WHERE county = '690972' AND src_psn_no = 'b1'",
         "broken 1647 1647 -500 500"},
        {"a person the city does not have",
         "DELETE FROM fund.psn_acct_d WHERE county = '690970' AND src_psn_no = 'c2'", "broken 1570 1647 -77"},
        {"linked to the wrong person",
         "UPDATE identity.xref SET psn_no = '9700002' WHERE county = '690972' AND src_psn_no = 'b1'",
         "broken 1647 1647 -500 500"},
        {"two records found to be one",
         "UPDATE identity.xref SET psn_no = '9700003' WHERE src_psn_no IN ('b3', 'c4') AND county IN "
         "('690970', '690972')",
         "held 1647 1647 -"}};
    struct city city;
    city_enter_alone(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        city_run(&city, base_sql);
        if (*cases[i].change) city_run(&city, cases[i].change);
        cr_assert(set_county(&city.registry, "690970", &city.error), "%s", city.error.message);
        cr_expect_str_eq(city_ask(&city, said_sql), cases[i].said, "%s", cases[i].name);
        /* Each row behind it is one, of the county that it is said to be of. */
        cr_expect_str_eq(
            city_ask(&city,
                     "SELECT count(*) FROM fund.culprit c WHERE c.finding = (SELECT finding FROM"
                     " intake.finding WHERE county = '690970' AND check_code = 'ledger.c2' AND subject ="
                     " '2021 移交' ORDER BY run DESC, finding DESC LIMIT 1) AND NOT EXISTS (SELECT FROM"
                     " fund.psn_acct_d p WHERE p.county = c.county AND p.key_hash = c.key_hash)"),
            "0", "%s", cases[i].name);
    }
    /* A year later: what the city itself closed with, and what a county that hands over then closed with. */
    static const struct {
        const char *rows, *said;
    } later[] = {
        {"('690970', 'c1', '2022', 1600, 1600)", "2021 移交 held 1647 1647"},
        {"('690970', 'c1', '2022', 1604, 1604), ('690971', 'a1', '2021', 0, 4)",
         "2021 移交 held 1647 1647, 2022 移交 broken 1604 1754"},
        {"('690970', 'c1', '2022', 1604, 0), ('690970', 'c2', '2022', 80, 0), ('690970', 'c3', '2022', "
         "30, 0), ('690970', 'c4', '2022', 40, 0), ('690971', 'a1', '2021', 0, 4)",
         "2021 移交 held 1647 1647, 2022 移交 held 1754 1754"}};
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        city_run(&city, base_sql);
        city_put(
            &city,
            "INSERT INTO fund.psn_acct_d (src_psn_no, year, bal_date, open_amt_fen, balc_fen, county, "
            "src_key, key_hash, row_hash, file, source_row) SELECT p, y, (y || '-12-31')::date, o, b, c, p "
            "|| y, md5('ho' || c || p || y)::uuid, 0, -70, 1 FROM (VALUES_HERE) v (c, p, y, o, b)",
            later[i].rows);
        cr_assert(set_county(&city.registry, "690970", &city.error), "%s", city.error.message);
        const char *said = city_ask(
            &city,
            "SELECT string_agg(concat_ws(' ', subject, state, left_value, right_value), ', ' ORDER BY "
            "subject) FROM (SELECT DISTINCT ON (subject) * FROM intake.finding WHERE county = '690970' AND "
            "check_code = 'ledger.c2' AND subject LIKE '%移交' ORDER BY subject, run DESC, finding DESC) f "
            "WHERE detail <> 'gone=1'");
        cr_expect_str_eq(said, later[i].said, "%zu: %s", i, said);
    }
    city_run(&city, "DELETE FROM fund.psn_acct_d WHERE county IN ('690970', '690971', '690972'); DELETE FROM"
                    " identity.xref WHERE county IN ('690970', '690971', '690972')");
    city_leave(&city);
}
