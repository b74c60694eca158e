/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The same candidate pairs in plain SQL: each rule a join of the table with itself on a number that was
   worked out beforehand, a pair once, its fields compared for equality.  Everything that SQL would find hard
   (Pinyin, grades of numbers, parts of addresses) is given to it for nothing. */
#include "bench/programs/speed/link.h"
#include <stdio.h>
#include <string.h>

enum { SQL_BYTES = 16384, LINE_BYTES = 4096, RULES_MAX = 32, TIMES = 4 };

/* Rules in the file's first line after the record's own column. */
static unsigned count_rules(const char *path) {
    char line[LINE_BYTES] = "";
    FILE *file = fopen(path, "re");
    unsigned rules = 0;
    if (!file) return 0;
    if (!fgets(line, sizeof line, file)) line[0] = '\0';
    fclose(file);
    for (const char *at = line; (at = strchr(at, ',')) != NULL; at++) rules++;
    return rules <= RULES_MAX ? rules : 0;
}

static bool give_keys(struct server *server, const char *keys, unsigned rules) {
    char columns[SQL_BYTES] = "";
    struct sample sample;
    const char *paths[] = {keys};
    for (unsigned i = 0; i < rules; i++)
        snprintf(columns + strlen(columns), sizeof columns - strlen(columns), ", k%u bigint", i);
    return server_sql(server,
                      "DROP TABLE IF EXISTS bench.keys; CREATE UNLOGGED TABLE bench.keys (record text%s)",
                      columns) &&
           server_send(server, "COPY bench.keys FROM STDIN (FORMAT csv, HEADER)", paths, 1, &sample) &&
           server_sql(
               server,
               "DROP TABLE IF EXISTS bench.compare; CREATE UNLOGGED TABLE bench.compare AS SELECT"
               " row_number() OVER ()::int AS n, p.certno, p.psn_name, p.brdy, p.gend, p.mob,"
               " p.live_addr, k.* FROM bench.people p JOIN bench.keys k ON k.record = p.county || '/' ||"
               " p.src_psn_no; DROP TABLE bench.keys; ANALYZE bench.compare; CHECKPOINT");
}

static void write_query(char *sql, unsigned rules) {
    size_t size = (size_t)snprintf(
        sql, SQL_BYTES,
        "SET work_mem = '256MB'; SET max_parallel_workers_per_gather = 2; SET jit = off;"
        " CREATE UNLOGGED TABLE bench.pairs AS SELECT a, b, (x.certno = y.certno)::int + 2 * (x.psn_name ="
        " y.psn_name)::int + 4 * (x.brdy = y.brdy)::int + 8 * (x.gend = y.gend)::int + 16 * (x.mob ="
        " y.mob)::int + 32 * (x.live_addr = y.live_addr)::int AS pattern FROM (");
    for (unsigned i = 0; i < rules; i++)
        size += (size_t)snprintf(sql + size, SQL_BYTES - size,
                                 "%sSELECT x.n AS a, y.n AS b FROM bench.compare x JOIN bench.compare y USING"
                                 " (k%u) WHERE x.n < y.n",
                                 i ? " UNION " : "", i);
    snprintf(sql + size, SQL_BYTES - size,
             ") p JOIN bench.compare x ON x.n = a JOIN bench.compare y ON y.n = b");
}

bool link_sql_measure(struct figures *figures, struct server *server, const char *keys, int64_t pairs,
                      int64_t ours) {
    char sql[SQL_BYTES], command[SQL_BYTES + SERVER_PATH * 2];
    unsigned rules = count_rules(keys);
    struct sample sample;
    if (!rules || !give_keys(server, keys, rules)) return false;
    write_query(sql, rules);
    snprintf(command, sizeof command,
             "exec psql -X -q -h '%s' -U tongchou -d postgres -v ON_ERROR_STOP=1 -c \"%s\"", server->socket,
             sql);
    if (!server_run(server, command, &sample) || sample.status != 0) {
        fprintf(stderr, "bench: SQL failed, see %s\n", server->log);
        return false;
    }
    int64_t found = server_number(server, "SELECT count(*) FROM bench.pairs");
    if (found != pairs) {
        fprintf(stderr, "bench: SQL found %jd pairs, the program %jd\n", (intmax_t)found, (intmax_t)pairs);
        return false;
    }
    figure_add(figure_named(figures, "s", "link.sql.wall"), sample.wall);
    figure_add(figure_named(figures, "s", "link.sql.cpu_server"), sample.server);
    struct figure *ratio = figure_named(figures, "x", "link.sql / link.pairs");
    figure_goal(ratio, BOUND_AT_LEAST, (int64_t)TIMES * MICRO);
    figure_ratio(ratio, sample.wall, ours);
    printf("  link       the same %jd pairs in SQL  wall %6jd ms  cpu %6jd ms\n", (intmax_t)pairs,
           (intmax_t)sample.wall / 1000, (intmax_t)sample.server / 1000);
    return server_sql(server, "DROP TABLE bench.pairs, bench.compare");
}
