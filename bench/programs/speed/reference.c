/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/programs/speed/reference.h"
#include "bench/programs/speed/clock.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COMMAND_BYTES = 4096 };

/* The columns in the order in which we send them: the kind's, then the lineage. */
static bool describe(struct server *server, const struct subject *subject, struct material *material) {
    material->columns = server_text(
        server,
        "SELECT string_agg(a.attname, ', ' ORDER BY attnum) FROM pg_attribute a JOIN pg_stats s ON"
        " schemaname = 'record' AND tablename = '%s_%d' AND s.attname = a.attname AND null_frac < 1"
        " WHERE attrelid = 'record.%s'::regclass AND a.attname <> 'county'",
        subject->table, PLACE_COUNTY, subject->table);
    material->sums = server_text(
        server,
        "SELECT concat_ws(', ', 'count(*)', string_agg(format('coalesce(sum(%%I), 0)', attname), ', '"
        " ORDER BY attnum)) FROM pg_attribute WHERE attrelid = 'record.%s'::regclass AND attname ~ '_fen$'"
        " AND NOT attisdropped",
        subject->table);
    return material->columns && material->sums;
}

bool reference_export(struct server *server, const struct place_of *place, const struct subject *subject,
                      struct material *material) {
    static const char *const names[] = {"csv", "half1", "half2"};
    static const char *const where[] = {"", " WHERE source_row <= ", " WHERE source_row > "};
    char sql[COMMAND_BYTES];
    bool ok = describe(server, subject, material);
    for (int i = 0; ok && i < 3; i++) {
        char half[32] = "";
        snprintf(material->paths[i], PLACE_PATH, "%s/data/%s_%s", place->folder, subject->name, names[i]);
        if (i) snprintf(half, sizeof half, "%ju", (uintmax_t)(place->rows / 2 + 1));
        snprintf(sql, sizeof sql, "COPY (SELECT %s FROM record.%s_%d%s%s) TO STDOUT (FORMAT %s)",
                 i ? material->columns : "*", subject->table, PLACE_COUNTY, where[i], half,
                 i ? "binary" : "csv");
        ok = server_export(server, sql, material->paths[i]);
    }
    return ok;
}

/* bench.reference like the published table: with its key, or without. */
static bool make_reference(struct server *server, const struct subject *subject, bool key) {
    return server_sql(server, "DROP TABLE IF EXISTS bench.reference") &&
           server_sql(server, "CREATE TABLE bench.reference (LIKE record.%s_%d INCLUDING ALL%s)",
                      subject->table, PLACE_COUNTY, key ? "" : " EXCLUDING INDEXES") &&
           server_sql(server, "CHECKPOINT");
}

bool reference_copy(struct server *server, const struct subject *subject, const struct material *material,
                    bool key, struct sample *sample) {
    char command[COMMAND_BYTES];
    snprintf(command, sizeof command,
             "exec psql -X -q -h '%s' -U tongchou -d postgres -v ON_ERROR_STOP=1 -c \"\\copy bench.reference "
             "from '%s' csv\"%s",
             server->socket, material->paths[0],
             key ? "" : " -c 'ALTER TABLE bench.reference ADD PRIMARY KEY (key_hash, county)'");
    return make_reference(server, subject, key) && server_run(server, command, sample) && sample->status == 0;
}

static bool send_halves(struct server *server, const struct material *material, const char *before,
                        const char *table, struct sample *sample) {
    const char *halves[] = {material->paths[1], material->paths[2]};
    char sql[COMMAND_BYTES];
    snprintf(sql, sizeof sql, "%sCOPY %s (%s) FROM STDIN BINARY", before, table, material->columns);
    return server_send(server, sql, halves, 2, sample);
}

bool reference_binary(struct server *server, const struct subject *subject, const struct material *material,
                      struct sample *sample) {
    return make_reference(server, subject, false) &&
           send_halves(server, material, "", "bench.reference", sample);
}

/* Counts by file on `idle` while the key is built, under the lock that load/fresh.c takes. */
static bool key_and_recount(struct server *server, PGconn *idle, const struct material *material,
                            uint64_t rows) {
    char sql[COMMAND_BYTES];
    snprintf(sql, sizeof sql, "SELECT %s, file FROM bench.fresh GROUP BY file", material->sums);
    bool ok = server_sql(server, "LOCK TABLE bench.fresh IN SHARE MODE") && PQsendQuery(idle, sql) == 1 &&
              server_sql(server, "CREATE UNIQUE INDEX fresh_key ON bench.fresh (key_hash, county)");
    PGresult *counted = PQgetResult(idle);
    ok = ok && PQresultStatus(counted) == PGRES_TUPLES_OK && PQntuples(counted) == 1 &&
         strtoull(PQgetvalue(counted, 0, 0), NULL, 10) == rows;
    PQclear(counted);
    while ((counted = PQgetResult(idle))) PQclear(counted);
    if (!ok) fprintf(stderr, "bench: the floor's rows are not those that were sent\n");
    return ok;
}

static bool publish(struct server *server, const struct subject *subject, const struct material *material,
                    PGconn *idle, uint64_t rows) {
    struct sample ignored;
    return server_sql(server,
                      "CREATE TABLE bench.fresh (LIKE record.%s_%d INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
                      subject->table, PLACE_COUNTY) &&
           /* The last COMMIT waits for the log of all, as ours does (load/copy.c). */
           send_halves(server, material, "SET synchronous_commit = off; ", "bench.fresh", &ignored) &&
           server_sql(server, "BEGIN") && key_and_recount(server, idle, material, rows) &&
           server_sql(server,
                      "ALTER TABLE bench.fresh ADD PRIMARY KEY USING INDEX fresh_key;"
                      "ALTER TABLE bench.floor ATTACH PARTITION bench.fresh FOR VALUES IN ('%d')",
                      PLACE_COUNTY) &&
           server_sql(server, "COMMIT");
}

bool reference_floor(struct server *server, const struct place_of *place, const struct subject *subject,
                     const struct material *material, struct sample *sample) {
    struct clock_cpu before, after;
    bool ok = server_sql(server, "DROP TABLE IF EXISTS bench.floor, bench.fresh") &&
              server_sql(server,
                         "CREATE TABLE bench.floor (LIKE record.%s INCLUDING ALL) PARTITION BY LIST"
                         " (county)",
                         subject->table) &&
              server_sql(server, "CHECKPOINT");
    PGconn *idle = ok ? server_connect(server) : NULL;
    if (idle) PQclear(PQexec(idle, "SET jit = off")); /* as in all our sessions */
    *sample = (struct sample){0};
    clock_cpu(server->postmaster, &before);
    int64_t since = clock_now(), own = clock_own();
    ok = idle && publish(server, subject, material, idle, place->rows);
    sample->wall = sample->commit = clock_now() - since;
    sample->client = clock_own() - own;
    clock_cpu(server->postmaster, &after);
    sample->server = after.server - before.server;
    sample->other = after.machine - before.machine - sample->client - sample->server;
    PQfinish(idle);
    return server_sql(server, ok ? "DROP TABLE bench.floor" : "ROLLBACK") && ok;
}
