/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Money of double covers at random, held against the plainest way to say it: every month by itself, to the
   fen; and whatever rules propose and people decide and take back, who was covered on a day is covered on it.
 */
#include "cli/city.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdlib.h>

static struct journey journey;
static void setup(void) { journey_begin_at(&journey, JOURNEY_EMPTY); }
static void teardown(void) { journey_end(&journey); }
TestSuite(cover_money, .init = setup, .fini = teardown, .timeout = JOURNEY_SECONDS);

/* A draw below n for a place in the data: draw(text, n). */
static const char fill_sql[] =
    "CREATE FUNCTION pg_temp.draw(place text, n int) RETURNS int LANGUAGE sql RETURN"
    " ((hashtextextended(place, %u) & 1073741823) %% n)::int;"
    "DO $make$ DECLARE k text; c text; BEGIN FOREACH k IN ARRAY"
    " '{psn_insu_d,staf_psn_clct_detl_d,rsdt_psn_clct_detl_d,setl_d}'::text[] LOOP"
    " FOREACH c IN ARRAY '{690102,690123,690181}'::text[] LOOP EXECUTE format('CREATE TABLE IF NOT EXISTS"
    " record.%%s_%%s PARTITION OF record.%%s FOR VALUES IN (%%L)', k, c, k, c); END LOOP;"
    " EXECUTE 'TRUNCATE record.' || k; END LOOP; END $make$;"
    "TRUNCATE identity.xref; TRUNCATE cover.duplicate, cover.money, cover.claim, cover.search CASCADE;"
    /* Up to three relations of a person in two counties, of an employee or a resident each. */
    "INSERT INTO record.psn_insu_d (src_psn_no, insutype, psn_insu_stas, crt_insu_date, paus_insu_date, "
    "county,"
    " src_key, key_hash, row_hash, file, source_row) SELECT 'N' || p, CASE pg_temp.draw('s' || x, 2) WHEN 0"
    " THEN '310' ELSE '390' END, '1', d, CASE pg_temp.draw('o' || x, 2) WHEN 0 THEN d + pg_temp.draw('e' || "
    "x,"
    " 700) END, (ARRAY['690102', '690123', '690181'])[1 + (p + pg_temp.draw('c' || x, 2)) %% 3], x,"
    " md5(x)::uuid, 0, 0, 1 FROM generate_series(1, 200) p, generate_series(1, 3) r, LATERAL (SELECT p || "
    "'/' ||"
    " r AS x) y, LATERAL (SELECT '2019-01-01'::date + pg_temp.draw('d' || x, 400) AS d) z;"
    "INSERT INTO identity.xref (county, src_psn_no, psn_no, record_no) SELECT county, src_psn_no,"
    " lpad((min(n) OVER (PARTITION BY src_psn_no))::text, 12, '0'), n FROM (SELECT county, src_psn_no,"
    " row_number() OVER (ORDER BY county, src_psn_no) AS n FROM (SELECT DISTINCT county, src_psn_no FROM"
    " record.psn_insu_d) d) x;"
    /* What is paid, odd fen in one to twelve months; a third is taken back, some of that paid again. */
    "CREATE TEMP TABLE due AS SELECT DISTINCT county, src_psn_no, insutype, s, d, d + make_interval(months =>"
    " pg_temp.draw('l' || x, 3) * pg_temp.draw('m' || x, 6)) AS e, x || '/' || s AS x, CASE pg_temp.draw('v' "
    "||"
    " x, 6) WHEN 0 THEN '+' WHEN 1 THEN 'Z' END AS flag, 10000 + pg_temp.draw('f' || x, 999) AS fen,"
    " CASE pg_temp.draw('w' || x, 3) WHEN 0 THEN 55000 WHEN 1 THEN 55001 END AS subsidy FROM"
    " record.psn_insu_d, generate_series(0, 20, 4) m, LATERAL (SELECT county || src_psn_no || insutype || m "
    "AS"
    " x, ('2019-01-01'::date + make_interval(months => m))::date AS d) y, generate_series(1, 3) s WHERE s = 1"
    " OR pg_temp.draw('back' || x, 3 * (s - 1)) = 0;"
    "INSERT INTO record.staf_psn_clct_detl_d (staf_clct_detl_id, src_psn_no, insutype, accrym_begn, "
    "accrym_end,"
    " clct_time, psn_clct_amt_fen, emp_clct_amt_fen, clct_sumamt_fen, revs_flag, county, src_key, key_hash,"
    " row_hash, file, source_row) SELECT x, src_psn_no, insutype, to_char(d, 'YYYYMM'), to_char(e, 'YYYYMM'),"
    " d, fen * g, fen * 3 * g + g, fen * 4 * g + g, flag, county, x, md5(x)::uuid, 0, 0, 1 FROM pg_temp.due,"
    " LATERAL (SELECT CASE s WHEN 2 THEN -1 ELSE 1 END AS g) z WHERE insutype = '310';"
    "INSERT INTO record.rsdt_psn_clct_detl_d (rsdt_clct_detl_id, src_psn_no, insutype, accrym_begn, "
    "accrym_end,"
    " clct_time, psn_clct_amt_fen, finsubs_amt_fen, clct_sumamt_fen, revs_flag, county, src_key, key_hash,"
    " row_hash, file, source_row) SELECT x, src_psn_no, insutype, to_char(d, 'YYYYMM'), to_char(e, "
    "'YYYYMM'), d,"
    " fen * g, subsidy * g, (fen + coalesce(subsidy, 0)) * g, flag, county, x, md5(x)::uuid, 0, 0, 1 FROM"
    " pg_temp.due, LATERAL (SELECT CASE s WHEN 2 THEN -1 ELSE 1 END AS g) z WHERE insutype = '390'";

/* Whole years in 2019, by month in 2020; one county has a rate of its own. */
static const char rates[] = "insutype,year,county,central,province,city,district,proration,note\n"
                            "390,2019,,27500,9166,4583,13751,year,\n390,2020,,27500,9166,4583,13751,month,\n"
                            "390,2020,690123,27499,9167,4583,13752,month,\n310,2020,,1,1,1,1,month,\n";

static const char rules[] =
    "rule,when,keep,effect,ask_person,document,refund,approve_over,valid_from,valid_until,county,basis\n"
    "nobody,overlap_months < 4,none,suspend,no,no,none,0,,,,\n"
    "work,kind = 'cross_scheme' and overlap_months > 9,resident,stop,no,no,none,0,,,,\n"
    "first,county_a = '690102',a,stop,no,no,unused,0,,,,\n"
    "second,county_b = '690123',b,stop,no,no,none,0,,,,\n"
    "last,,latest_paid,stop,no,no,none,0,,,,\n";

static void fill(unsigned seed) {
    struct database database;
    struct session session = {0};
    struct error error = {0};
    cr_assert(database_open(&database, "embedded", journey.city, &error), "%s", error.message);
    cr_assert(session_open(&session, &database, "test", &error), "%s", error.message);
    cr_assert(session_run(&session, arena_print(&journey.arena, fill_sql, seed), &error), "%s",
              error.message);
    session_close(&session);
    database_close(&database);
}

static void own_tables(void) {
    cr_assert_eq(system(arena_print(&journey.arena, "mkdir -p '%s/mappings/cover'", journey.city)), 0);
    journey_write(&journey, "mappings/cover/rates.csv", (struct span){rates, strlen(rates)});
    journey_write(&journey, "mappings/cover/keep.csv", (struct span){rules, strlen(rules)});
}

/* "41 0": so many by the plain way, none of them said otherwise. */
static void agrees(const char *what, const char *sql, unsigned seed, int least) {
    const char *answer = journey_ask(&journey, sql);
    char *rest;
    cr_expect_geq(strtol(answer, &rest, 10), least, "seed %u: too few %s to tell: %s", seed, what, answer);
    cr_expect_str_eq(rest, " 0", "seed %u: %s, differing: %s", seed, what, answer);
}

/* Every payment of either side in its months; what is left over of a division goes to the first ones. */
static const char ask_money[] =
    "WITH rate (year, county, whole, parts, monthly) AS (VALUES (2019, '', 55000, ARRAY[27500, 9166, 4583,"
    " 13751], false), (2020, '', 55000, ARRAY[27500, 9166, 4583, 13751], true), (2020, '690123', 55001,"
    " ARRAY[27499, 9167, 4583, 13752], true)), side AS (SELECT duplicate, overlap, s.* FROM cover.duplicate,"
    " LATERAL (VALUES ('a', county_a, src_psn_no_a, insutype_a), ('b', county_b, src_psn_no_b, insutype_b)) s"
    " (side, county, src_psn_no, insutype) WHERE state <> 'gone'), paid AS (SELECT county, src_psn_no, "
    "insutype,"
    " key_hash, revs_flag, psn_clct_amt_fen AS own, emp_clct_amt_fen AS employer, NULL::bigint AS subsidy,"
    " to_date(accrym_begn, 'YYYYMM') AS b, to_date(accrym_end, 'YYYYMM') AS e FROM "
    "record.staf_psn_clct_detl_d"
    " UNION ALL SELECT county, src_psn_no, insutype, key_hash, revs_flag, psn_clct_amt_fen, NULL,"
    " finsubs_amt_fen, date_trunc('year', to_date(accrym_begn, 'YYYYMM'))::date, (date_trunc('year',"
    " to_date(accrym_end, 'YYYYMM')) + interval '11 months')::date FROM record.rsdt_psn_clct_detl_d), item AS"
    " (SELECT p.key_hash, p.county, p.src_psn_no, p.insutype, p.b, p.e, i.*, p.insutype = '310' AND"
    " extract(year FROM b) = 2020 OR coalesce(r.monthly, false) AS monthly FROM paid p LEFT JOIN LATERAL "
    "(SELECT *"
    " FROM rate r WHERE p.insutype = '390' AND r.year = extract(year FROM p.b) AND r.county IN (p.county, '')"
    " ORDER BY r.county DESC LIMIT 1) r ON true, LATERAL (SELECT 'premium', '', own UNION ALL SELECT "
    "'premium',"
    " 'employer', employer UNION ALL SELECT 'subsidy', 'unsplit', subsidy WHERE abs(subsidy) IS DISTINCT FROM"
    " r.whole UNION ALL SELECT 'subsidy', n.level, sign(subsidy)::bigint * r.parts[n.nth] FROM"
    " unnest('{central,province,city,county}'::text[]) WITH ORDINALITY n (level, nth) WHERE abs(subsidy) ="
    " r.whole) i (item, level, fen) WHERE coalesce(revs_flag, 'Z') = 'Z' AND i.fen <> 0), month AS (SELECT "
    "i.*,"
    " m.m::date AS month, fen / count(*) OVER w + CASE WHEN row_number() OVER (w ORDER BY m.m) <= abs(fen) %"
    " count(*) OVER w THEN sign(fen)::bigint ELSE 0 END AS part FROM item i, generate_series(b, e, interval "
    "'1"
    " month') m (m) WINDOW w AS (PARTITION BY key_hash, item, level)), plain AS (SELECT s.duplicate, s.side,"
    " m.item, m.level, m.key_hash, CASE WHEN m.monthly THEN sum(m.part) ELSE m.fen END AS fen, count(*) AS"
    " months FROM side s JOIN month m USING (county, src_psn_no, insutype) WHERE s.overlap &&"
    " daterange(m.month, (m.month + interval '1 month')::date) GROUP BY 1, 2, 3, 4, 5, m.monthly, m.fen), "
    "found"
    " AS (SELECT duplicate, side, item, level, key_hash, amount_fen::numeric, months::bigint FROM cover.money"
    " WHERE item <> 'claim') SELECT (SELECT count(*) FROM plain) || ' ' || (SELECT count(*) FROM ((TABLE "
    "plain"
    " EXCEPT ALL TABLE found) UNION ALL (TABLE found EXCEPT ALL TABLE plain)) x)";

/* Every covered day of every person, with the pairs carried out that are in one of the states. */
static const char ask_lost[] =
    "WITH pair AS (SELECT * FROM cover.duplicate WHERE state = ANY ('%s')), relation AS (SELECT DISTINCT"
    " psn_no, s.* FROM cover.duplicate, LATERAL (VALUES (key_a, days_a), (key_b, days_b)) s (key, days) WHERE"
    " state <> 'gone'), day AS (SELECT psn_no, key, d::date AS day FROM relation, unnest(days) r,"
    " generate_series(lower(r), upper(r) - 1, interval '1 day') d), gone AS (SELECT key, overlap, CASE effect"
    " WHEN 'stop' THEN upper(range_merge(overlap)) ELSE 'infinity' END AS after FROM pair, LATERAL (VALUES"
    " (key_a, 'b'), (key_b, 'a')) s (key, other) WHERE keep IN (other, 'none')), kept AS (SELECT psn_no, day "
    "FROM"
    " day d WHERE NOT EXISTS (SELECT FROM gone g WHERE g.key = d.key AND (d.day <@ g.overlap OR d.day >="
    " g.after))) SELECT (SELECT count(*) FROM gone) || ' ' || (SELECT count(*) FROM ((SELECT psn_no, day FROM"
    " day) EXCEPT TABLE kept) x)";
#define PROPOSED "{proposed,agreed,approved,done}"
#define DECIDED "{agreed,approved,done}"

Test(cover_money, months_say_what_parts_say) {
    own_tables();
    for (unsigned seed = 1; seed <= 3; seed++) {
        fill(seed);
        journey_expect(&journey, "cover find -q", 0, NULL);
        agrees("amounts", ask_money, seed, 500);
        agrees("relations that go", arena_print(&journey.arena, ask_lost, PROPOSED), seed, 30);
    }
}

/* One answer: of `number`, from the county of either side. */
static void answer(const char *number, unsigned how) {
    static const char *const answers[] = {"同意,,", "不同意,,留着", ",本县,", ",对方,", ",本县,"};
    const char *text = arena_print(
        &journey.arena, "清理编号,本县人员编号,对方,核定意见,本人选定保留,说明,经办人\r\n%s,%s,王经办\r\n",
        number,
        arena_print(&journey.arena, "%s,%s",
                    journey_ask(&journey, arena_print(&journey.arena,
                                                      "SELECT src_psn_no_a || ',' || county_b || ' 居民' FROM"
                                                      " cover.duplicate WHERE duplicate = %s",
                                                      number)),
                    answers[how]));
    journey_write(&journey, "answer.csv", (struct span){text, strlen(text)});
    int code = journey_run(&journey, "cover read answer.csv -q");
    cr_expect(code == 0 || code == 3 || code == 64 || code == 75, "%s", journey.output);
}

/* Takes back a decision that no later one stands upon, or tries to: a refusal may be one too many again.
   False: none is left. */
static bool take_back(unsigned turn) {
    const char *event = journey_ask(
        &journey,
        arena_print(
            &journey.arena,
            "SELECT coalesce((SELECT e.event FROM cover.event e WHERE action <> 'undo' AND NOT EXISTS (SELECT"
            " FROM cover.event u WHERE u.undoes = e.event) AND NOT EXISTS (SELECT FROM cover.event l WHERE"
            " l.duplicate = e.duplicate AND l.event > e.event AND l.action <> 'undo' AND NOT EXISTS (SELECT"
            " FROM cover.event u WHERE u.undoes = l.event)) ORDER BY md5(event || '/%u') LIMIT 1), 0)",
            turn));
    if (*event == '0') return false;
    int code = journey_run(&journey, arena_print(&journey.arena, "cover undo %s --reason 试 -q", event));
    cr_assert(code == 0 || code == 3, "%s", journey.output);
    return true;
}

Test(cover_money, what_people_decide_and_take_back_leaves_nobody_uncovered) {
    static const char state[] =
        "SELECT md5(string_agg(d::text, ',' ORDER BY duplicate)) FROM cover.duplicate d";
    unsigned draw = 20201231;
    own_tables();
    fill(7);
    journey_expect(&journey, "cover find -q", 0, NULL);
    const char *at_first = journey_ask(&journey, state);
    /* Of eight persons of three pairs each, so that a ring is often tried. */
    for (int round = 0; round < 100; round++) {
        draw = draw * 1103515245U + 12345;
        answer(
            journey_ask(&journey, arena_print(&journey.arena,
                                              "SELECT duplicate FROM (SELECT duplicate, psn_no, count(*) OVER"
                                              " (PARTITION BY psn_no) AS n FROM cover.duplicate) d WHERE n"
                                              " = 3 ORDER BY psn_no, duplicate OFFSET %u LIMIT 1",
                                              draw / 65536 % 24)),
            draw / 4096 % 5);
        if (round % 8 == 7) take_back(draw);
        if (round % 20 == 19) agrees("decisions", arena_print(&journey.arena, ask_lost, DECIDED), 7, 5);
    }
    for (unsigned turn = 0; turn < 500 && take_back(turn);) turn++;
    cr_expect_str_eq(journey_ask(&journey, state), at_first, "every decision is taken back");
}

/* Two at once would each miss what the other leaves uncovered: the second waits. */
Test(cover_money, decisions_are_made_one_after_the_other) {
    static const char one[] = "SELECT min(duplicate) FROM cover.duplicate WHERE keep <> 'review'";
    struct database database;
    struct session session = {0};
    struct error error = {0};
    own_tables();
    fill(8);
    journey_expect(&journey, "cover find -q", 0, NULL);
    cr_assert(database_open(&database, "embedded", journey.city, &error), "%s", error.message);
    cr_assert(session_open(&session, &database, "test", &error), "%s", error.message);
    cr_assert(session_run(
        &session, "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('tongchou:cover', 0))", &error));
    setenv("PGOPTIONS", "-c statement_timeout=3000", 1);
    answer(journey_ask(&journey, one), 0);
    unsetenv("PGOPTIONS");
    cr_expect_str_eq(journey_ask(&journey, "SELECT count(*) FROM cover.event"), "0");
    session_close(&session);
    database_close(&database);
    answer(journey_ask(&journey, one), 0);
    cr_expect_str_eq(journey_ask(&journey, "SELECT count(*) FROM cover.event"), "1");
}
