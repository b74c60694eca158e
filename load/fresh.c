/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"

/* A fresh table becomes a partition: made while nobody sees it, keyed and counted once its rows are there. */

/* Its columns stand in an order of their own, which ATTACH allows: the lineage first, then what has one
   width, text last.  A row's column is found by walking over those before it, so counting by file and
   building the key take a quarter less CPU than at the far end of 76 columns; and what has one width needs
   no padding.  The county is the same in every row, so it is a default instead of bytes that are sent. */
bool fresh_make(struct session *session, struct arena *arena, const struct kind *kind, const char *fresh,
                const char *county, struct error *error) {
    /* The CHECK spares ATTACH its scan. */
    return session_run(
        session,
        lane_format(
            arena,
            "DO $make$ BEGIN EXECUTE (SELECT 'CREATE TABLE %s (' || string_agg(format('%%I %%s%%s%%s', "
            "attname,"
            " format_type(atttypid, atttypmod), CASE attname WHEN 'county' THEN ' DEFAULT ''%s''' END,"
            " CASE WHEN attnotnull THEN ' NOT NULL' END), ', ' ORDER BY coalesce(array_position("
            "  '{key_hash,row_hash,file,source_row,county}', attname::text), 6), attlen < 0, attlen DESC,"
            "  attnum) || ', CHECK (county = ''%s''))' FROM pg_attribute WHERE attrelid = '%s'::regclass"
            " AND attnum > 0 AND NOT attisdropped); END $make$",
            fresh, county, county, kind->table),
        error);
}

/* Counts and sums the fresh table by file and builds its key, at once.  The lock keeps the table as it is
   until COMMIT. */
static bool count_and_key(struct session *session, struct session *idle, struct arena *arena,
                          const struct kind *kind, const char *fresh, const char *key, PGresult **counted,
                          struct error *error) {
    const char *count =
        lane_format(arena, "SELECT file, %s FROM %s f GROUP BY file", count_sums(arena, kind, "f"), fresh);
    const char *build = lane_format(arena, "CREATE UNIQUE INDEX %s ON %s (key_hash, county)", key, fresh);
    *counted = NULL;
    if (!session_run(session, lane_format(arena, "LOCK TABLE %s IN SHARE MODE", fresh), error)) return false;
    if (idle && !session_send(idle, count, error)) return false;
    bool ok = session_run(session, build, error);
    struct error ignored = {0};
    if (idle) *counted = session_receive(idle, count, ok ? error : &ignored);
    else if (ok) *counted = session_ask(session, count, 0, NULL, error);
    return ok && *counted;
}

bool fresh_build(struct session *session, struct session *idle, struct arena *arena, const struct kind *kind,
                 const char *fresh, const char *county, PGresult **counted, struct error *error) {
    const char *name = strchr(fresh, '.') + 1, *key = lane_format(arena, "%s_key", name);
    const char *partition = lane_format(arena, "%s_%s", kind->name, county);
    /* Renamed back by ROLLBACK when the delivery is refused after all. */
    return count_and_key(session, idle, arena, kind, fresh, key, counted, error) &&
           session_run(
               session,
               lane_format(arena,
                           "ALTER TABLE %s ADD PRIMARY KEY USING INDEX %s; ALTER TABLE %s SET SCHEMA %s;"
                           "ALTER TABLE %s.%s RENAME TO %s",
                           fresh, key, fresh, kind->schema, kind->schema, name, partition),
               error);
}

/* ATTACH locks the parent until COMMIT, so it comes late; kinds are published in the order of their names. */
bool fresh_attach(struct session *session, struct arena *arena, const struct kind *kind, const char *county,
                  struct error *error) {
    return session_run(session,
                       lane_format(arena, "ALTER TABLE %s ATTACH PARTITION %s_%s FOR VALUES IN ('%s')",
                                   kind->table, kind->table, county, county),
                       error);
}

void fresh_analyze(struct session *session, struct arena *arena, const char *county) {
    struct error ignored = {0};
    session_run(
        session,
        lane_format(arena,
                    "DO $analyze$ DECLARE t regclass; BEGIN FOR t IN SELECT inhrelid FROM pg_inherits"
                    " JOIN pg_class c ON c.oid = inhrelid WHERE relnamespace IN"
                    " ('record'::regnamespace, 'fund'::regnamespace) AND relkind = 'r' AND relname LIKE"
                    " '%%\\_%s' AND NOT EXISTS (SELECT FROM pg_statistic WHERE starelid = c.oid)"
                    " LOOP EXECUTE format('ANALYZE %%s', t); END LOOP; END $analyze$",
                    county),
        &ignored);
}

void fresh_analyze_aside(const struct intake *intake) {
    enum { MANY = 10000 };
    struct error ignored = {0};
    uint64_t rows = 0;
    for (uint32_t i = 0; i < intake->file_count; i++) {
        const struct tally *tally = &intake->files[i]->tally;
        rows += tally->rows[FATE_REJECTED] + tally->rows[FATE_EXPLAINED] + tally->doubtful;
    }
    if (rows >= MANY)
        session_run(&intake->registry->session,
                    "ANALYZE intake.reject, intake.reason, intake.file, intake.delivery", &ignored);
}
