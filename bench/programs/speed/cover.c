/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/programs/speed/cover.h"
#include "bench/programs/speed/server.h"
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

enum { PATH = 1024, SECONDS_MOST = 10, GOAL_RELATIONS = 5000000 };

static const char *const counties[] = {"690102", "690123", "690181", "690199"};
enum { COUNTIES = sizeof counties / sizeof *counties };

static bool make_city(const char *city) {
    char path[PATH];
    if (mkdir(city, 0755) != 0) (void)0; /* there already: server_open says what is wrong with it */
    snprintf(path, sizeof path, "%s/city.yaml", city);
    FILE *file = fopen(path, "we");
    if (!file) return perror(path), false;
    fputs("city: {name: 云川市, admdvs: \"690100\"}\ndatabase: embedded\ncutover: 2021-01-01\ncounties:\n",
          file);
    for (int i = 0; i < COUNTIES; i++)
        fprintf(file, "  - {folder: c%d, name: 样例%d县, admdvs: \"%s\"}\n", i, i, counties[i]);
    return fclose(file) == 0;
}

/* As the loader makes them: the lineage first, then what has one width, text last (load/fresh.c). */
static bool make_tables(struct server *server) {
    static const char *const kinds[] = {"psn_info_b", "psn_insu_d", "staf_psn_clct_detl_d",
                                        "rsdt_psn_clct_detl_d", "setl_d"};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (int i = 0; i < COUNTIES; i++)
            if (!server_sql(
                    server,
                    "DO $make$ BEGIN EXECUTE (SELECT 'CREATE TABLE record.%s_%s (' || string_agg(format('%%I"
                    " %%s%%s', attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN ' NOT"
                    " NULL' END), ', ' ORDER BY coalesce(array_position('{key_hash,row_hash,file,source_row,"
                    "county}', attname::text), 6), attlen < 0, attlen DESC, attnum) || ')' FROM pg_attribute"
                    " WHERE attrelid = 'record.%s'::regclass AND attnum > 0 AND NOT attisdropped); END "
                    "$make$;"
                    "ALTER TABLE record.%s ATTACH PARTITION record.%s_%s FOR VALUES IN ('%s')",
                    kinds[k], counties[i], kinds[k], kinds[k], kinds[k], counties[i], counties[i]))
                return false;
    return true;
}

/* Person i of i < persons: a function of i and the seed.  j = i + seed; every hundredth has a second
   relation: 0 employee and paid resident elsewhere, 1 resident of two counties, 2 moved end to end, 3 the
   second unpaid. */
static bool make_rows(struct server *server, uint64_t persons, uint64_t seed) {
    static const char lineage[] = "lpad(to_hex(%s), 32, '0')::uuid, 0, 0, 1";
    char first[96], second[96];
    snprintf(first, sizeof first, lineage, "i * 16");
    snprintf(second, sizeof second, lineage, "i * 16 + month");
    return server_sql(
               server,
               "CREATE TABLE public.who AS SELECT i, j, CASE WHEN j %% 100 = 0 THEN (j / 100 %% 4)::int ELSE "
               "-1 END AS"
               " trap, (ARRAY['690102', '690123', '690181', '690199'])[j %% 4 + 1] AS home, (ARRAY['690123',"
               " '690181', '690199', '690102'])[j %% 4 + 1] AS away, CASE WHEN j %% 100 = 0 THEN j / 100 %% "
               "4 <> 1"
               " ELSE j %% 5 = 0 END AS staff, 'P' || i AS number FROM (SELECT i, i + %" PRIu64
               " AS j FROM generate_series(0::bigint, %" PRIu64 " - 1) i) x",
               seed, persons) &&
           server_sql(
               server,
               "INSERT INTO identity.xref (county, src_psn_no, psn_no, record_no) SELECT home, number,"
               " lpad((i * 2 + 2)::text, 12, '0'), i * 2 + 2 FROM who UNION ALL SELECT away, number, lpad((i"
               " * 2 + 2)::text, 12, '0'), i * 2 + 3 FROM who WHERE trap >= 0") &&
           server_sql(
               server,
               "INSERT INTO record.psn_info_b (src_psn_no, psn_cert_type, certno, psn_name, gend, brdy, "
               "county,"
               " src_key, key_hash, row_hash, file, source_row) SELECT number, '01', lpad(i::text, 18, '6'),"
               " '样例' || i %% 1000, '1', '1980-01-01'::date + (i %% 9000)::int, county, number, %s FROM ("
               "SELECT i, number, home AS county FROM who UNION ALL SELECT i, number, away FROM who WHERE"
               " trap >= 0) x",
               first) &&
           server_sql(
               server,
               "INSERT INTO record.psn_insu_d (src_psn_no, insutype, psn_insu_stas, crt_insu_date,"
               " paus_insu_date, county, src_key, key_hash, row_hash, file, source_row)"
               " SELECT number, CASE WHEN staff THEN '310' ELSE '390' END, '1', '2015-01-01',"
               " CASE trap WHEN 2 THEN '2020-07-01'::date END, home, number, %s FROM who UNION ALL"
               " SELECT number, CASE trap WHEN 2 THEN '310' ELSE '390' END, '1', CASE trap WHEN 2 THEN"
               " '2020-07-01'::date ELSE '2015-01-01' END, NULL, away, number, %s FROM who WHERE trap >= 0",
               first, first) &&
           server_sql(
               server,
               "INSERT INTO record.staf_psn_clct_detl_d (staf_clct_detl_id, src_psn_no, insutype, "
               "accrym_begn,"
               " accrym_end, clct_time, psn_clct_amt_fen, emp_clct_amt_fen, clct_sumamt_fen, county, src_key,"
               " key_hash, row_hash, file, source_row) SELECT 'S' || i, number, '310', m, m,"
               " to_date(m, 'YYYYMM'), 8000, 24000, 32000, CASE WHEN trap = 2 AND month > 6 THEN away ELSE "
               "home"
               " END, 'S' || i, %s FROM who, generate_series(1, 12) month, LATERAL (SELECT '2020' ||"
               " lpad(month::text, 2, '0') AS m) x WHERE staff",
               second) &&
           server_sql(
               server,
               "INSERT INTO record.rsdt_psn_clct_detl_d (rsdt_clct_detl_id, src_psn_no, insutype, "
               "accrym_begn,"
               " accrym_end, clct_time, psn_clct_amt_fen, finsubs_amt_fen, clct_sumamt_fen, county, src_key,"
               " key_hash, row_hash, file, source_row) SELECT 'R' || i, number, '390', '202001', '202012',"
               " '2020-01-05', 25000, 55000, 80000, county, 'R' || i, %s FROM (SELECT i, number, home AS "
               "county"
               " FROM who WHERE NOT staff UNION ALL SELECT i, number, away FROM who WHERE trap IN (0, 1)) x",
               first) &&
           server_sql(
               server,
               "INSERT INTO record.setl_d (setl_id, src_psn_no, insutype, begndate, enddate, setl_time,"
               " medfee_sumamt_fen, fund_pay_sumamt_fen, county, src_key, key_hash, row_hash, file, "
               "source_row)"
               " SELECT 'J' || i, number, CASE WHEN staff THEN '310' ELSE '390' END, d, d + 5, d + 5, 500000,"
               " 300000, home, 'J' || i, %s FROM who, LATERAL (SELECT '2020-01-01'::date + (j %% 300)::int "
               "AS d)"
               " x WHERE j %% 5 < 2",
               first) &&
           /* Deliveries, so that the program can tell whether a county changed since it looked. */
           server_sql(server,
                      "INSERT INTO intake.run (run, command, program, program_sha256, operator) VALUES (1,"
                      " 'run', '', '', ''); INSERT INTO intake.delivery (run, county, folder, path, bytes,"
                      " sha256, source, state) SELECT 1, c, c, '', 0, '', 'file', 'published' FROM"
                      " unnest(ARRAY['690102', '690123', '690181', '690199']) c; INSERT INTO"
                      " intake.movement (run, delivery, kind, measure, before, after) SELECT run, delivery,"
                      " k, '', 0, 1 FROM intake.delivery, unnest(ARRAY['psn_info_b', 'psn_insu_d',"
                      " 'staf_psn_clct_detl_d', 'rsdt_psn_clct_detl_d', 'setl_d']) k") &&
           server_sql(server, "DROP TABLE public.who") && server_sql(server, "ANALYZE");
}

static uint64_t double_covers(uint64_t persons, uint64_t seed) {
    uint64_t found = 0;
    for (uint64_t j = seed; j < seed + persons; j++) found += j % 100 == 0 && j / 100 % 4 < 2;
    return found;
}

/* How much of what it looks at a search knows already. */
enum known { KNOWN_NOTHING, KNOWN_CHECKS, KNOWN_SEARCH, KNOWNS };
static const struct {
    const char *name, *cpu, *line, *forget;
} searches[KNOWNS] = {
    /* A city that was filled without a run's checks: open and unpaid relations are looked for, too. */
    {"cover.find_first", "cover.find_first_cpu", "first", ""},
    /* As after a run, whose checks know these and keep no rows. */
    {"cover.find_after_run", "cover.find_after_run_cpu", "after a run", "TRUNCATE cover.kept;"},
    /* Nothing was delivered since the last search. */
    {"cover.find", "cover.find_cpu", "again", ""},
};

static bool search(struct figures *figures, struct server *server, uint64_t relations, uint64_t wanted,
                   enum known known) {
    char command[2 * PATH];
    struct sample sample;
    snprintf(command, sizeof command, "exec '%s' cover find -q --city '%s'", server->program, server->city);
    if (!server_sql(server,
                    "%sTRUNCATE cover.duplicate, cover.money, cover.claim, cover.search, cover.idle"
                    " CASCADE",
                    searches[known].forget) ||
        !server_run(server, command, &sample) || sample.status != 0)
        return fprintf(stderr, "bench: cover find failed\n"), false;
    int64_t found = server_number(server, "SELECT count(*) FROM cover.duplicate"),
            fen = server_number(server, "SELECT coalesce(sum(amount_fen), 0) FROM cover.charge WHERE item ="
                                        " 'premium'");
    if (found < 0 || (uint64_t)found != wanted || fen != found * 25000)
        return fprintf(stderr, "bench: %jd covers found, %ju made\n", (intmax_t)found, (uintmax_t)wanted),
               false;
    struct figure *wall = figure_named(figures, "s", "%s", searches[known].name);
    if (known != KNOWN_NOTHING && relations >= GOAL_RELATIONS)
        figure_goal(wall, BOUND_AT_MOST, (int64_t)SECONDS_MOST * MICRO);
    figure_add(wall, sample.wall);
    figure_add(figure_named(figures, "s", "%s", searches[known].cpu), sample.client + sample.server);
    printf("  %-11s %ju relations, %jd double: wall %6jd ms  cpu %6jd ms  others %6jd ms\n",
           searches[known].line, (uintmax_t)relations, (intmax_t)found, (intmax_t)sample.wall / 1000,
           (intmax_t)(sample.client + sample.server) / 1000, (intmax_t)sample.other / 1000);
    return true;
}

static bool measure(struct figures *figures, struct server *server, uint64_t relations, uint64_t wanted,
                    unsigned rounds) {
    bool ok = search(figures, server, relations, wanted, KNOWN_NOTHING);
    for (unsigned round = 0; ok && round < rounds; round++)
        ok = search(figures, server, relations, wanted, KNOWN_CHECKS) &&
             search(figures, server, relations, wanted, KNOWN_SEARCH);
    return ok;
}

bool cover_measure(struct figures *figures, const char *program, const char *folder, uint64_t relations,
                   uint64_t seed, unsigned rounds) {
    char city[PATH / 2], log[PATH];
    struct server server = {0};
    uint64_t persons = relations * 100 / 101;
    snprintf(city, sizeof city, "%s/cover", folder);
    snprintf(log, sizeof log, "%s/log.txt", folder);
    if (!make_city(city) || !server_open(&server, city, program, log)) return false;
    bool ok = server_reset(&server) && make_tables(&server) && make_rows(&server, persons, seed % 1000000) &&
              measure(figures, &server, relations, double_covers(persons, seed % 1000000), rounds);
    server_close(&server);
    return ok;
}
