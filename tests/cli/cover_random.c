/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Persons, relations and payments at random: what `cover find` says with ranges, hashes and lists is held
   against the plainest way to say it, day by day. */
#include "cli/city.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdlib.h>

static struct journey journey;
static void setup(void) { journey_begin_at(&journey, JOURNEY_EMPTY); }
static void teardown(void) { journey_end(&journey); }
TestSuite(cover_random, .init = setup, .fini = teardown, .timeout = JOURNEY_SECONDS);

/* A draw below n for a place in the data: draw(text, n). */
static const char fill_sql[] =
    "CREATE OR REPLACE FUNCTION pg_temp.draw(place text, n int) RETURNS int LANGUAGE sql RETURN"
    " ((hashtextextended(place, %u) & 1073741823) %% n)::int;"
    "DO $make$ DECLARE k text; c text; BEGIN"
    " FOREACH k IN ARRAY '{psn_insu_d,staf_psn_clct_detl_d,rsdt_psn_clct_detl_d}'::text[] LOOP"
    "  FOREACH c IN ARRAY '{690102,690123,690181}'::text[] LOOP EXECUTE format("
    "   'CREATE TABLE IF NOT EXISTS record.%%s_%%s PARTITION OF record.%%s FOR VALUES IN (%%L)', k, c, k, c);"
    "  END LOOP; EXECUTE 'TRUNCATE record.' || k; END LOOP; END $make$;"
    "TRUNCATE identity.xref; TRUNCATE cover.duplicate, cover.money, cover.idle, cover.search CASCADE;"
    /* Up to three relations of a person, under up to two numbers; every fourth person is not linked. */
    "INSERT INTO record.psn_insu_d (src_psn_no, insutype, psn_insu_stas, crt_insu_date, paus_insu_date,"
    " insutype_retr_flag, county, src_key, key_hash, row_hash, file, source_row)"
    " SELECT 'N' || p || '-' || r %% 2, CASE pg_temp.draw('s' || x, 2) WHEN 0 THEN '310' ELSE '390' END,"
    " (ARRAY['1', '1', '2', '4', '3'])[1 + pg_temp.draw('t' || x, 5)], d, CASE pg_temp.draw('o' || x, 3) "
    "WHEN 0"
    " THEN NULL ELSE d + pg_temp.draw('e' || x, 500) END, CASE pg_temp.draw('r' || x, 10) WHEN 0 THEN '1' "
    "END,"
    " (ARRAY['690102', '690123', '690181'])[1 + (p + pg_temp.draw('c' || x, 2)) %% 3], x, md5(x)::uuid, 0, "
    "0, 1"
    " FROM generate_series(1, 400) p, generate_series(1, 3) r, LATERAL (SELECT p || '/' || r AS x) y,"
    " LATERAL (SELECT '2019-01-01'::date + pg_temp.draw('d' || x, 600) AS d) z WHERE pg_temp.draw('?' || x, "
    "3) > 0;"
    "INSERT INTO identity.xref (county, src_psn_no, psn_no, record_no) SELECT county, src_psn_no,"
    " lpad((min(n) OVER (PARTITION BY split_part(src_psn_no, '-', 1)))::text, 12, '0'), n FROM (SELECT "
    "county,"
    " src_psn_no, row_number() OVER (ORDER BY county, src_psn_no) AS n FROM (SELECT DISTINCT county, "
    "src_psn_no"
    " FROM record.psn_insu_d) d WHERE substr(split_part(src_psn_no, '-', 1), 2)::int %% 4 > 0) x;"
    /* Months and quarters of employees, years of residents; a tenth is taken back, some periods are half
       said. */
    "CREATE TEMP TABLE due AS SELECT DISTINCT county, src_psn_no, insutype, m, county || src_psn_no || "
    "insutype || m"
    " AS x FROM record.psn_insu_d, generate_series(0, 23) m WHERE insutype = '310' OR m %% 12 = 0;"
    "DELETE FROM pg_temp.due WHERE pg_temp.draw('pay' || x, 5) < 2;"
    "INSERT INTO record.staf_psn_clct_detl_d (staf_clct_detl_id, src_psn_no, insutype, accrym_begn, "
    "accrym_end,"
    " clct_time, clct_sumamt_fen, county, src_key, key_hash, row_hash, file, source_row) SELECT x || s, "
    "src_psn_no,"
    " insutype, CASE WHEN pg_temp.draw('b' || x, 6) > 0 THEN to_char(d, 'YYYYMM') END, CASE WHEN "
    "pg_temp.draw('f' || x,"
    " 6) > 0 THEN to_char(d + make_interval(months => CASE WHEN pg_temp.draw('q' || x, 5) = 0 THEN 2 ELSE 0 "
    "END),"
    " 'YYYYMM') END, d, s * 100, county, x || s, md5(x || s)::uuid, 0, 0, 1 FROM pg_temp.due, LATERAL (SELECT"
    " ('2019-01-01'::date + make_interval(months => m))::date AS d) y, unnest(ARRAY[1, -1]) s WHERE insutype "
    "= '310'"
    " AND (s > 0 OR pg_temp.draw('back' || x, 10) = 0);"
    "INSERT INTO record.rsdt_psn_clct_detl_d (rsdt_clct_detl_id, src_psn_no, insutype, accrym_begn, "
    "accrym_end,"
    " clct_time, clct_sumamt_fen, county, src_key, key_hash, row_hash, file, source_row) SELECT x || s, "
    "src_psn_no,"
    " insutype, to_char(d, 'YYYYMM'), to_char(d, 'YYYY') || '12', d, s * 100, county, x || s, md5(x || "
    "s)::uuid, 0, 0,"
    " 1 FROM pg_temp.due, LATERAL (SELECT ('2019-01-01'::date + make_interval(months => m))::date AS d) y,"
    " unnest(ARRAY[1, -1]) s WHERE insutype = '390' AND (s > 0 OR pg_temp.draw('back' || x, 10) = 0)";

/* Every relation's covered days, one by one; pairs by the days that both have. */
#define PLAIN                                                                                                \
    "WITH paid AS (SELECT county, src_psn_no, insutype, coalesce(accrym_begn, accrym_end) AS b,"             \
    " coalesce(accrym_end, accrym_begn) AS e, clct_time, clct_sumamt_fen AS fen FROM"                        \
    " record.staf_psn_clct_detl_d UNION ALL SELECT county, src_psn_no, insutype, accrym_begn, accrym_end,"   \
    " clct_time, clct_sumamt_fen FROM record.rsdt_psn_clct_detl_d), net AS (SELECT county, src_psn_no,"      \
    " insutype, coalesce(b, to_char(clct_time, 'YYYYMM')) AS b, coalesce(e, to_char(clct_time, 'YYYYMM'))"   \
    " AS e FROM paid GROUP BY 1, 2, 3, 4, 5 HAVING sum(fen) > 0), relation AS (SELECT coalesce(x.psn_no,"    \
    " t.county || '/' || t.src_psn_no) AS person, least(t.paus_insu_date, '2021-01-01') AS until, t.* FROM"  \
    " record.psn_insu_d t LEFT JOIN identity.xref x USING (county, src_psn_no) WHERE t.psn_insu_stas <>"     \
    " '3'), day AS MATERIALIZED (SELECT person, key_hash, d::date AS day FROM relation JOIN net USING"       \
    " (county, src_psn_no, insutype), LATERAL (SELECT CASE insutype WHEN '310' THEN to_date(b, 'YYYYMM')"    \
    " ELSE to_date(left(b, 4), 'YYYY') END AS f, CASE insutype WHEN '310' THEN to_date(e, 'YYYYMM') +"       \
    " interval '1 month' ELSE to_date(left(e, 4), 'YYYY') + interval '1 year' END AS t) y,"                  \
    " generate_series(f, t - interval '1 day', interval '1 day') d WHERE d >= crt_insu_date AND d < until"   \
    " UNION SELECT person, key_hash, d::date FROM relation, generate_series(crt_insu_date, until - 1,"       \
    " interval '1 day') d WHERE insutype = '310' AND insutype_retr_flag = '1'), plain AS ("                  \
    "SELECT a.key_hash AS k, b.key_hash AS l, count(*) AS days, count(DISTINCT to_char(day, 'YYYYMM')) AS"   \
    " months FROM day a JOIN day b USING (person, day) WHERE a.key_hash < b.key_hash GROUP BY 1, 2), found"  \
    " AS (SELECT least(key_a, key_b) AS k, greatest(key_a, key_b) AS l, (SELECT sum(upper(r) - lower(r))"    \
    " FROM unnest(overlap) r) AS days, months FROM cover.duplicate WHERE state <> 'gone')"
static const char ask_pairs[] = PLAIN
    " SELECT (SELECT count(*) FROM plain) || ' ' || (SELECT count(*) FROM ((TABLE plain EXCEPT TABLE found)"
    " UNION ALL (TABLE found EXCEPT TABLE plain)) x)";
static const char ask_idle[] =
    "WITH paid AS (SELECT county, src_psn_no, insutype, accrym_begn AS b, accrym_end AS e, "
    "to_char(clct_time, "
    "'YYYYMM') AS t, clct_sumamt_fen AS fen FROM record.staf_psn_clct_detl_d UNION ALL SELECT county, "
    "src_psn_no, "
    "insutype, accrym_begn, accrym_end, to_char(clct_time, 'YYYYMM'), clct_sumamt_fen FROM "
    "record.rsdt_psn_clct_detl_d), net AS (SELECT county, src_psn_no, insutype, max(coalesce(e, t)) AS month "
    "FROM "
    "paid GROUP BY county, src_psn_no, insutype, coalesce(b, e, t), coalesce(e, b, t) HAVING sum(fen) > 0), "
    "last "
    "AS (SELECT r.county, r.key_hash, max(p.month) AS month FROM record.psn_insu_d r LEFT JOIN net p USING "
    "(county, src_psn_no, insutype) WHERE r.paus_insu_date IS NULL AND r.psn_insu_stas <> '3' AND NOT "
    "(r.insutype "
    "= '310' AND coalesce(r.insutype_retr_flag, '') = '1') GROUP BY 1, 2), plain AS (SELECT county, "
    "key_hash, "
    "month FROM last WHERE month IS NULL OR month < '202001'), found AS (SELECT county, key_hash, "
    "to_char(last_paid, 'YYYYMM') FROM cover.idle) SELECT (SELECT count(*) FROM plain) || ' ' || (SELECT "
    "count(*) "
    "FROM ((TABLE plain EXCEPT TABLE found) UNION ALL (TABLE found EXCEPT TABLE plain)) x)";

static void tell(const char *sql) {
    struct database database;
    struct session session = {0};
    struct error error = {0};
    cr_assert(database_open(&database, "embedded", journey.city, &error), "%s", error.message);
    cr_assert(session_open(&session, &database, "test", &error), "%s", error.message);
    cr_assert(session_run(&session, sql, &error), "%.60s: %s", sql, error.message);
    session_close(&session);
    database_close(&database);
}

static void fill(unsigned seed) { tell(arena_print(&journey.arena, fill_sql, seed)); }

/* "41 0": so many by the plain way, none of them said otherwise. */
static void agrees(const char *what, const char *sql, unsigned seed, int least) {
    const char *answer = journey_ask(&journey, sql);
    char *rest;
    cr_expect_geq(strtol(answer, &rest, 10), least, "seed %u: too few %s to tell: %s", seed, what, answer);
    cr_expect_str_eq(rest, " 0", "seed %u: %s, differing: %s", seed, what, answer);
}

Test(cover_random, ranges_say_what_days_say) {
    for (unsigned seed = 1; seed <= 4; seed++) {
        fill(seed);
        /* Also as where half a county is asked for. */
        if (seed > 2) setenv("PGOPTIONS", "-c tongchou.list_most=1", 1);
        journey_expect(&journey, "cover find -q", 0, NULL);
        agrees("pairs", ask_pairs, seed, 50);
        agrees("idle relations", ask_idle, seed, 20);
    }
    /* Were short overlaps lost, the days would say so. */
    journey_expect(&journey, "cover find -q --tolerance 40", 0, NULL);
    const char *answer = journey_ask(&journey, ask_pairs);
    cr_expect(strcmp(strchr(answer, ' '), " 0") != 0, "nothing short was found at all: %s", answer);
}

/* What was found is kept by place until its county delivers again. */
static void deliver(void) {
    tell("WITH r AS (INSERT INTO intake.run (run, command, program, program_sha256, operator) SELECT"
         " coalesce(max(run), 0) + 1, 'run', '', '', '' FROM intake.run RETURNING run), d AS (INSERT INTO"
         " intake.delivery (run, county, folder, path, bytes, sha256, source, state) SELECT run, c, c, '',"
         " 0, '', 'file', 'published' FROM r, unnest('{690102,690123,690181}'::text[]) c RETURNING *)"
         " INSERT INTO intake.movement (run, delivery, kind, measure, before, after) SELECT run, delivery,"
         " k, '', 0, 1 FROM d, unnest('{psn_info_b,psn_insu_d,staf_psn_clct_detl_d,rsdt_psn_clct_detl_d,"
         "setl_d}'::text[]) k");
}

static void searches(const char *when, bool right) {
    journey_expect(&journey, "cover find -q", 0, NULL);
    const char *pairs = journey_ask(&journey, ask_pairs), *idle = journey_ask(&journey, ask_idle);
    bool same = strcmp(strchr(pairs, ' '), " 0") == 0 && strcmp(strchr(idle, ' '), " 0") == 0;
    cr_expect_eq(same, right, "%s: %s pairs, %s idle", when, pairs, idle);
}

Test(cover_random, what_is_kept_says_what_records_say) {
    fill(5);
    searches("nobody delivered", true);
    cr_expect_str_eq(journey_ask(&journey, "SELECT count(*) FROM cover.kept"), "0", "nobody delivered");
    deliver();
    searches("after a delivery", true);
    cr_expect_str_eq(journey_ask(&journey,
                                 "SELECT count(DISTINCT county) || ' ' || bool_or(places <> '{}') FROM"
                                 " cover.kept"),
                     "3 true");
    searches("again", true);
    /* Places that say less are believed, so they are what is read. */
    tell("UPDATE cover.kept SET places = '{}', contents = 0 WHERE kind = 'psn_insu_d'");
    searches("with places taken away", false);
    deliver();
    searches("after another delivery", true);
    /* As many rows, but others: as in a restored backup, whose rows stand elsewhere. */
    tell("UPDATE cover.kept k SET places = ARRAY(SELECT ctid FROM record.psn_insu_d r WHERE r.county ="
         " k.county ORDER BY md5(src_key) LIMIT cardinality(places)) WHERE kind = 'psn_insu_d'");
    searches("with others in their places", true);
    /* Who was not asked for is met when somebody asks. */
    tell("UPDATE cover.kept SET hashes = hashes[:3], places = '{}', contents = 0 WHERE kind = 'psn_insu_d'");
    searches("with numbers taken away", true);
    tell("VACUUM FULL record.psn_insu_d");
    searches("written anew", true);
    tell("DELETE FROM record.psn_insu_d WHERE crt_insu_date > '2020-03-01'");
    tell("DELETE FROM record.staf_psn_clct_detl_d WHERE accrym_end > '202006'");
    tell("UPDATE record.psn_insu_d SET paus_insu_date = NULL WHERE paus_insu_date IS NOT NULL AND"
         " src_psn_no LIKE 'N1%'");
    tell("DELETE FROM cover.unpaid_seen");
    searches("with rows that are gone or elsewhere", true);
    tell("INSERT INTO record.psn_insu_d SELECT (jsonb_populate_record(t, jsonb_build_object('key_hash',"
         " md5('new' || key_hash)))).* FROM record.psn_insu_d t WHERE src_psn_no LIKE 'N2%'");
    deliver();
    searches("with new relations", true);
}
