/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/registry.h"
#include "core/language.h"
#include <stdio.h>
#include <stdlib.h>

enum { NUMBER_BYTES = 24 };

static const char *number(char text[NUMBER_BYTES], int64_t value) {
    snprintf(text, NUMBER_BYTES, "%jd", (intmax_t)value);
    return text;
}

static const char *keep(struct arena *arena, const PGresult *result, int row, int column) {
    struct span text = {PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column)};
    char *copy = ARENA_NEW(arena, char, text.size + 1);
    memcpy(copy, text.bytes, text.size);
    copy[text.size] = '\0';
    return copy;
}

static int integer(const PGresult *result, int row, int column) {
    return (int)strtol(PQgetvalue(result, row, column), NULL, 10);
}

bool registry_open(struct registry *registry, struct database *database, struct error *error) {
    *registry = (struct registry){.database = database};
    return session_open(&registry->session, database, "tongchou", error);
}

void registry_close(struct registry *registry) { session_close(&registry->session); }

bool registry_begin(struct registry *registry, const struct registry_start *start, struct error *error) {
    char above[NUMBER_BYTES];
    const char *arguments[] = {start->command, start->program, start->program_sha256, start->operator,
                               start->trial ? "t" : "f", number(above, start->above)};
    struct session *session = &registry->session;
    /* The lock on the table makes the numbers follow without gaps, as people expect of 第 n 次. */
    if (!session_run(session, "BEGIN; LOCK TABLE intake.run IN EXCLUSIVE MODE", error)) return false;
    PGresult *result =
        session_ask(session,
                    "INSERT INTO intake.run (run, command, program, program_sha256, operator, trial,"
                    " backend_pid) SELECT greatest(max(run), $6::int) + 1, $1, $2, $3, $4, $5::boolean,"
                    " pg_backend_pid() FROM intake.run RETURNING run",
                    6, arguments, error);
    if (!result) return false;
    registry->run = integer(result, 0, 0);
    registry->trial = start->trial;
    PQclear(result);
    return session_run(session, "COMMIT", error) && registry_hold(registry, error);
}

bool registry_earlier(struct registry *registry, int runs[REGISTRY_EARLIER], uint32_t *count,
                      struct error *error) {
    char run[NUMBER_BYTES], limit[NUMBER_BYTES];
    const char *arguments[] = {number(run, registry->run), number(limit, REGISTRY_EARLIER)};
    PGresult *result =
        session_ask(&registry->session,
                    "SELECT r.run FROM intake.run r WHERE r.run < $1::int AND NOT r.trial"
                    " AND (EXISTS (SELECT FROM intake.delivery d WHERE d.run = r.run OR d.undone_run = r.run)"
                    " OR r.command = 'retry' AND EXISTS (SELECT FROM intake.reject j WHERE j.closed_run = "
                    "r.run))"
                    " AND pg_try_advisory_xact_lock(hashtextextended('tongchou:run:' || r.run, 0))"
                    " ORDER BY r.run DESC LIMIT $2::int",
                    2, arguments, error);
    if (!result) return false;
    *count = (uint32_t)PQntuples(result);
    for (uint32_t i = 0; i < *count; i++) runs[i] = integer(result, (int)i, 0);
    PQclear(result);
    return true;
}

bool registry_end(struct registry *registry, int exit_code, struct error *error) {
    char run[NUMBER_BYTES], code[NUMBER_BYTES];
    const char *arguments[] = {number(run, registry->run), number(code, exit_code)};
    registry->session.told = true; /* how a run ended is written down even when it was interrupted */
    return session_tell(&registry->session,
                        "UPDATE intake.run SET finished = now(), exit_code = $2::int, backend_pid = NULL"
                        " WHERE run = $1::int",
                        2, arguments, NULL, error);
}

bool registry_seen(struct registry *registry, struct registry_sighting *sighting, bool *known,
                   struct error *error) {
    char bytes[NUMBER_BYTES], mtime[NUMBER_BYTES], ctime[NUMBER_BYTES], inode[NUMBER_BYTES];
    const char *arguments[] = {sighting->folder,
                               sighting->path,
                               number(bytes, sighting->bytes),
                               number(mtime, sighting->mtime_ns),
                               number(ctime, sighting->ctime_ns),
                               number(inode, sighting->inode)};
    PGresult *result =
        session_ask(&registry->session,
                    "SELECT sha256, sm3 FROM intake.sighting WHERE folder = $1 AND path = $2"
                    " AND bytes = $3::bigint AND mtime_ns = $4::bigint AND ctime_ns = $5::bigint"
                    " AND inode = $6::bigint",
                    6, arguments, error);
    if (!result) return false;
    *known = PQntuples(result) == 1;
    if (*known) {
        snprintf(sighting->sha256, sizeof sighting->sha256, "%s", PQgetvalue(result, 0, 0));
        snprintf(sighting->sm3, sizeof sighting->sm3, "%s", PQgetvalue(result, 0, 1));
    }
    PQclear(result);
    return true;
}

bool registry_saw(struct registry *registry, const struct registry_sighting *sighting, struct error *error) {
    char bytes[NUMBER_BYTES], mtime[NUMBER_BYTES], ctime[NUMBER_BYTES], inode[NUMBER_BYTES];
    const char *arguments[] = {sighting->folder,
                               sighting->path,
                               number(bytes, sighting->bytes),
                               number(mtime, sighting->mtime_ns),
                               number(ctime, sighting->ctime_ns),
                               number(inode, sighting->inode),
                               sighting->sha256,
                               sighting->sm3};
    return session_tell(
        &registry->session,
        "INSERT INTO intake.sighting VALUES ($1, $2, $3::bigint, $4::bigint, $5::bigint, $6::bigint,"
        " $7, $8) ON CONFLICT (folder, path) DO UPDATE SET bytes = excluded.bytes,"
        " mtime_ns = excluded.mtime_ns, ctime_ns = excluded.ctime_ns, inode = excluded.inode,"
        " sha256 = excluded.sha256, sm3 = excluded.sm3",
        8, arguments, NULL, error);
}

#define DELIVERY_COLUMNS                                                                                     \
    "SELECT delivery, run, coalesce(parent, 0), county, folder, path, sha256, period, source, state,"        \
    " coalesce(code, ''), coalesce(message, ''), revision, part, bytes,"                                     \
    " coalesce(to_char(published_at, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), ''),"                                \
    " undone_run IS NOT NULL FROM intake.delivery "

static struct registry_delivery read_delivery(struct arena *arena, const PGresult *result, int row) {
    return (struct registry_delivery){.delivery = integer(result, row, 0),
                                      .run = integer(result, row, 1),
                                      .parent = integer(result, row, 2),
                                      .county = keep(arena, result, row, 3),
                                      .folder = keep(arena, result, row, 4),
                                      .path = keep(arena, result, row, 5),
                                      .sha256 = keep(arena, result, row, 6),
                                      .period = keep(arena, result, row, 7),
                                      .source = keep(arena, result, row, 8),
                                      .state = keep(arena, result, row, 9),
                                      .code = keep(arena, result, row, 10),
                                      .message = keep(arena, result, row, 11),
                                      .revision = integer(result, row, 12),
                                      .part = integer(result, row, 13),
                                      .bytes = strtoll(PQgetvalue(result, row, 14), NULL, 10),
                                      .published_at = keep(arena, result, row, 15),
                                      .undone = *PQgetvalue(result, row, 16) == 't'};
}

bool registry_find(struct registry *registry, const char *county, const char *sha256, struct arena *arena,
                   struct registry_delivery *found, struct error *error) {
    const char *arguments[] = {county, sha256};
    PGresult *result =
        session_ask(&registry->session,
                    DELIVERY_COLUMNS "WHERE county = $1 AND sha256 = $2 AND state = 'published'"
                                     " AND source = 'file' ORDER BY delivery LIMIT 1",
                    2, arguments, error);
    if (!result) return false;
    *found = (struct registry_delivery){0};
    if (PQntuples(result) == 1) *found = read_delivery(arena, result, 0);
    PQclear(result);
    return true;
}

bool registry_list(struct registry *registry, const char *county, int delivery, struct arena *arena,
                   struct registry_delivery **list, uint32_t *count, struct error *error) {
    char text[NUMBER_BYTES];
    const char *arguments[] = {county, number(text, delivery)};
    PGresult *result =
        session_ask(&registry->session,
                    DELIVERY_COLUMNS "WHERE ($1::text IS NULL OR county = $1)"
                                     " AND ($2::int = 0 OR delivery = $2::int) ORDER BY delivery",
                    2, arguments, error);
    if (!result) return false;
    *count = (uint32_t)PQntuples(result);
    *list = ARENA_NEW(arena, struct registry_delivery, *count + 1);
    for (uint32_t i = 0; i < *count; i++) (*list)[i] = read_delivery(arena, result, (int)i);
    PQclear(result);
    return true;
}

static const uint64_t *read_rows(struct arena *arena, const char *text, uint32_t count) {
    uint64_t *rows = ARENA_NEW(arena, uint64_t, count + 1);
    char *end = NULL;
    for (uint32_t i = 0; i < count; i++, text = end + 1) rows[i] = strtoull(text, &end, 10);
    return rows;
}

bool registry_open_files(struct registry *registry, const char *county, struct arena *arena,
                         struct registry_open **list, uint32_t *count, struct error *error) {
    PGresult *result = session_ask(
        &registry->session,
        "SELECT coalesce(d.parent, d.delivery), f.file, d.county, d.folder, d.path, d.sha256, f.member, "
        "f.kind, f.spec_path,"
        " coalesce(c.spec_sha256, f.spec_sha256), coalesce(c.mapping_sha256, f.mapping_sha256)"
        " FROM intake.waiting_file w JOIN intake.file f USING (file) JOIN intake.delivery d"
        " ON d.delivery = w.delivery"
        /* In the index's order, or the planner looks through all rejects for the first one. */
        " CROSS JOIN LATERAL (SELECT FROM intake.reject r WHERE r.file = w.file AND r.state = 'open'"
        " AND r.bucket = 'rejected' ORDER BY r.source_row LIMIT 1) o"
        /* What they were judged by last: by the newest re-evaluation, if there was one. */
        " LEFT JOIN LATERAL (SELECT x.spec_sha256, x.mapping_sha256 FROM intake.file x"
        " JOIN intake.delivery e USING (delivery) WHERE x.parent_file = f.file AND e.source = 'mapping'"
        " AND e.state IN ('published', 'refused')"
        " ORDER BY x.file DESC LIMIT 1) c ON true WHERE w.county = $1 ORDER BY f.file",
        1, &county, error);
    if (!result) return false;
    *count = (uint32_t)PQntuples(result);
    *list = ARENA_NEW(arena, struct registry_open, *count + 1);
    for (int i = 0; i < (int)*count; i++)
        (*list)[i] = (struct registry_open){.delivery = integer(result, i, 0),
                                            .file = integer(result, i, 1),
                                            .county = keep(arena, result, i, 2),
                                            .folder = keep(arena, result, i, 3),
                                            .path = keep(arena, result, i, 4),
                                            .sha256 = keep(arena, result, i, 5),
                                            .member = keep(arena, result, i, 6),
                                            .kind = keep(arena, result, i, 7),
                                            .spec_path = keep(arena, result, i, 8),
                                            .spec_sha256 = keep(arena, result, i, 9),
                                            .mapping_sha256 = keep(arena, result, i, 10)};
    PQclear(result);
    return true;
}

bool registry_open_rows(struct registry *registry, struct arena *arena, struct registry_open *list,
                        uint32_t count, struct error *error) {
    for (uint32_t i = 0; i < count; i++) {
        char file[NUMBER_BYTES];
        const char *argument = number(file, list[i].file);
        PGresult *result =
            session_ask(&registry->session,
                        "SELECT count(*), string_agg(source_row::text, ',' ORDER BY source_row)"
                        " FROM intake.waiting WHERE file = $1::int",
                        1, &argument, error);
        if (!result) return false;
        list[i].row_count = (uint32_t)strtoul(PQgetvalue(result, 0, 0), NULL, 10);
        list[i].rows = read_rows(arena, PQgetvalue(result, 0, 1), list[i].row_count);
        PQclear(result);
    }
    return true;
}

bool registry_open_count(struct registry *registry, const char *county, int64_t *rows, struct error *error) {
    /* Within a member: to sort all of the county's by three columns takes three times as long. */
    PGresult *result = session_ask(&registry->session,
                                   "SELECT coalesce(sum(w.rows), 0) FROM (SELECT count(DISTINCT source_row)"
                                   " AS rows FROM intake.waiting WHERE county = $1 GROUP BY delivery,"
                                   " member) w",
                                   1, &county, error);
    if (!result) return false;
    *rows = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return true;
}

bool registry_content(struct registry *registry, const char *path, const char *sha256, struct span bytes,
                      struct error *error) {
    char run[NUMBER_BYTES];
    size_t size = 0;
    unsigned char *escaped = PQescapeByteaConn(registry->session.connection,
                                               (const unsigned char *)bytes.bytes, bytes.size, &size);
    if (!escaped) abort();
    union {
        unsigned char *in;
        const char *out;
    } text = {escaped};
    const char *arguments[] = {sha256, path, text.out, number(run, registry->run)};
    bool ok = session_tell(&registry->session,
                           "WITH kept AS (INSERT INTO mapping.content VALUES ($1, $2, $3::bytea) ON CONFLICT"
                           " DO NOTHING) INSERT INTO mapping.used VALUES ($4::int, $1, $2) ON CONFLICT DO"
                           " NOTHING",
                           4, arguments, NULL, error);
    PQfreemem(escaped);
    return ok;
}

bool registry_audit(struct registry *registry, const char *operator, const char * action, const char *detail,
                    struct error *error) {
    const char *arguments[] = {operator, action, detail};
    return session_tell(&registry->session,
                        "INSERT INTO intake.audit (operator, action, detail) VALUES ($1, $2, $3)", 3,
                        arguments, NULL, error);
}
