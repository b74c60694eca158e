/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/undo.h"
#include "core/language.h"
#include "load/merge.h"
#include "load/reject.h"
#include "load/repeat.h"
#include <stdio.h>

/* How undo is exact: for every key that the delivery spoke for, everything that the other deliveries
   said about it is gathered from record, its history, the delete markers and the floors; then the key
   is emptied and the others arrive again, in their order, through the same merge that published them.
   Of a full delivery's unchanged rows only the place is stored: it said of such a key what was
   published when it came. */

struct undo {
    struct registry *registry;
    struct session *session;
    struct arena arena;
    int delivery;
    const char *county, *reason;
    const char *family; /* "12, 15": the delivery and its published children */
    const char *after;  /* likewise: find_after */
    bool still;         /* of this kind nothing would be otherwise: no row is touched */
    const struct kind *kind;
    const char *partition;
};

static bool ask_text(struct undo *undo, const char *sql, const char **text, struct error *error) {
    PGresult *result = session_ask(undo->session, sql, 0, NULL, error);
    if (!result) return false;
    *text = PQntuples(result) ? lane_format(&undo->arena, "%s", PQgetvalue(result, 0, 0)) : "";
    PQclear(result);
    return true;
}

static bool run(struct undo *undo, const char *sql, struct error *error) {
    return session_run(undo->session, sql, error);
}

/* A floor of the family holds down what comes after it with a rank that is not higher. */
static bool ask_floor(struct undo *undo, bool *floor, bool *full_after, struct error *error) {
    const char *answer = "";
    bool ok = ask_text(
        undo,
        lane_format(
            &undo->arena,
            "SELECT EXISTS (SELECT FROM intake.floor WHERE county = '%s' AND kind = '%s' AND delivery "
            "IN (%s))::int * 2 + EXISTS (SELECT FROM intake.floor w JOIN intake.delivery d USING "
            "(delivery) WHERE w.county = '%s' AND w.kind = '%s' AND d.delivery IN (%s))::int",
            undo->county, undo->kind->name, undo->family, undo->county, undo->kind->name, undo->after),
        &answer, error);
    *floor = ok && *answer >= '2';
    *full_after = ok && (*answer == '1' || *answer == '3');
    return ok;
}

/* Deliveries that came after it and do not outrank it: without it they would have been judged otherwise. */
static bool find_after(struct undo *undo, struct error *error) {
    return ask_text(undo,
                    lane_format(&undo->arena,
                                "SELECT coalesce(string_agg(d.delivery::text, ', ' ORDER BY d.delivery), '0')"
                                " FROM intake.delivery d JOIN intake.delivery u ON u.delivery = %d AND"
                                " d.county = u.county AND d.delivery > u.delivery AND d.rank <= u.rank"
                                " WHERE d.state = 'published' AND d.delivery NOT IN (%s)",
                                undo->delivery, undo->family),
                    &undo->after, error);
}

/* Every key of which anything would be otherwise without the family: what it wrote, ended or marked; and, of
   a full one, what came after it under its floor.  A key that it only said again stands as it did before.
   Only where another full delivery came after it and does not outrank it, that one's silence may count, too,
   and every key is looked at. */
static bool find_scope(struct undo *undo, struct error *error) {
    struct arena *arena = &undo->arena;
    const char *name = undo->kind->name, *county = undo->county, *sql;
    bool floor = false, full_after = false;
    if (!find_after(undo, error) || !ask_floor(undo, &floor, &full_after, error)) return false;
    if (floor && full_after) {
        sql = lane_format(arena,
                          "SELECT key_hash FROM %s UNION SELECT key_hash FROM %s_history WHERE county = '%s'"
                          " UNION SELECT key_hash FROM record.withdrawal WHERE county = '%s' AND kind = '%s'",
                          undo->partition, undo->kind->table, county, county, name);
    } else {
        const char *who = floor ? lane_format(arena, "%s, %s", undo->family, undo->after) : undo->family;
        const char *files = lane_format(arena, "(SELECT file FROM intake.file WHERE delivery IN (%s))", who);
        sql = lane_format(
            arena,
            "SELECT key_hash FROM %s WHERE file IN %s UNION SELECT key_hash FROM %s_history"
            " WHERE county = '%s' AND (file IN %s OR ended_delivery IN (%s))"
            " UNION SELECT key_hash FROM record.withdrawal WHERE county = '%s' AND kind = '%s' AND "
            "file IN %s",
            undo->partition, files, undo->kind->table, county, files, who, county, name, files);
    }
    return run(
        undo,
        lane_format(arena,
                    "CREATE TEMP TABLE scope ON COMMIT DROP AS %s; CREATE UNIQUE INDEX ON pg_temp.scope "
                    "(key_hash); ANALYZE pg_temp.scope",
                    sql),
        error);
}

/* version: all that was ever published of these keys, with when it came and went.
   speaker: the remaining deliveries' files with their ranks. */
static bool gather(struct undo *undo, struct error *error) {
    struct arena *arena = &undo->arena;
    return run(
        undo,
        lane_format(arena,
                    "CREATE TEMP TABLE version ON COMMIT DROP AS SELECT v.*, d.delivery AS came, "
                    "d.rank, f.snapshot, f.spec_path FROM ("
                    " SELECT %s, NULL::int AS ended_delivery, '' AS ended_how FROM %s p JOIN "
                    "pg_temp.scope USING (key_hash)"
                    " UNION ALL SELECT %s, h.ended_delivery, h.ended_how FROM %s_history h "
                    "JOIN pg_temp.scope USING (key_hash)"
                    "  WHERE h.county = '%s') v JOIN intake.file f USING (file) JOIN intake.delivery "
                    "d ON d.delivery = f.delivery;"
                    "CREATE TEMP TABLE floors ON COMMIT DROP AS SELECT w.delivery, w.spec_path, "
                    "d.rank FROM intake.floor w"
                    " JOIN intake.delivery d USING (delivery) WHERE w.county = '%s' AND w.kind = '%s';"
                    "CREATE TEMP TABLE withdrawn ON COMMIT DROP AS SELECT w.*, f.delivery FROM "
                    "record.withdrawal w JOIN pg_temp.scope USING (key_hash)"
                    " JOIN intake.file f USING (file) WHERE w.county = '%s' AND w.kind = '%s';"
                    "CREATE TEMP TABLE confirmed ON COMMIT DROP AS SELECT c.key_hash, c.file, "
                    "c.source_row, f.delivery, NULL::tid AS run, 0 AS at FROM "
                    "record.confirmation c JOIN pg_temp.scope USING (key_hash)"
                    " JOIN intake.file f USING (file) WHERE c.county = '%s' AND f.kind = '%s';"
                    /* What was said again, each run by the index of the rows it may hold. */
                    "CREATE INDEX ON pg_temp.version (file, source_row); ANALYZE pg_temp.version;"
                    "INSERT INTO pg_temp.confirmed SELECT v.key_hash, r.file, r.source_row + "
                    "v.source_row - r.same_row, f.delivery, r.ctid, v.source_row - r.same_row FROM "
                    "record.repeated r JOIN intake.file f USING (file) CROSS JOIN LATERAL (SELECT "
                    "key_hash, source_row FROM pg_temp.version WHERE file = r.same_file AND source_row "
                    ">= r.same_row AND source_row < r.same_row + r.rows OFFSET 0) v"
                    " WHERE r.county = '%s' AND f.kind = '%s'",
                    lane_columns(arena, undo->kind, "p."), undo->partition,
                    lane_columns(arena, undo->kind, "h."), undo->kind->table, undo->county, undo->county,
                    undo->kind->name, undo->county, undo->kind->name, undo->county, undo->kind->name,
                    undo->county, undo->kind->name),
        error);
}

static bool empty_scope(struct undo *undo, struct error *error) {
    struct arena *arena = &undo->arena;
    const char *name = undo->kind->name, *county = undo->county;
    return run(undo,
               lane_format(arena,
                           "DELETE FROM %s p USING pg_temp.scope k WHERE p.key_hash = k.key_hash;"
                           "DELETE FROM %s_history h USING pg_temp.scope k WHERE h.county = '%s' AND "
                           "h.key_hash = k.key_hash;"
                           "DELETE FROM record.withdrawal w USING pg_temp.scope k WHERE w.county = '%s' AND "
                           "w.kind = '%s' AND w.key_hash = k.key_hash;"
                           "DELETE FROM record.confirmation c USING pg_temp.confirmed o WHERE"
                           " o.run IS NULL AND c.key_hash = o.key_hash AND c.file = o.file;"
                           "DELETE FROM intake.floor WHERE county = '%s' AND kind = '%s'",
                           undo->partition, undo->kind->table, county, county, name, county, name),
               error) &&
           run(undo,
               repeat_cut_sql(arena, "record.repeated",
                              "(SELECT run, at FROM pg_temp.confirmed WHERE run IS NOT NULL)"),
               error);
}

/* What delivery `number` said of these keys: its own versions, and what a full one confirmed: the
   versions that were published when it came. */
static const char *statements_sql(struct undo *undo, int number) {
    const char *own = lane_columns(&undo->arena, undo->kind, "v.");
    size_t keep = strlen(own) - strlen("v.file, v.source_row");
    return lane_format(
        &undo->arena,
        "INSERT INTO pg_temp.replay_fresh SELECT %s FROM pg_temp.version v WHERE v.came = %d;"
        "INSERT INTO pg_temp.replay_side SELECT key_hash, file, source_row, src_key, NULL, 'withdrawn' FROM "
        "pg_temp.withdrawn"
        " WHERE delivery = %d;"
        "INSERT INTO pg_temp.replay_fresh SELECT %.*s c.file, c.source_row FROM pg_temp.confirmed c"
        " JOIN pg_temp.version v USING (key_hash) WHERE c.delivery = %d AND v.came < %d"
        " AND v.ended_how <> 'superseded' AND (v.ended_delivery IS NULL OR v.ended_delivery > %d)",
        own, number, number, (int)keep, own, number, number, number);
}

static bool arrive_again(struct undo *undo, int number, int root, const char *rank, bool snapshot,
                         struct error *error) {
    struct arena *arena = &undo->arena;
    struct movement *movement = ARENA_NEW(arena, struct movement, 1);
    memset(movement, 0, sizeof *movement);
    struct merge merge = {.session = undo->session,
                          .arena = arena,
                          .kind = undo->kind,
                          .number = number,
                          .root = root,
                          .rank = rank,
                          .county = undo->county,
                          .fresh = "pg_temp.replay_fresh",
                          .side = "pg_temp.replay_side",
                          .partition = undo->partition,
                          .scope = "pg_temp.scope",
                          .snapshot = snapshot};
    return run(undo,
               lane_format(
                   arena,
                   "CREATE TEMP TABLE replay_fresh (LIKE %s) ON COMMIT DROP;"
                   "CREATE TEMP TABLE replay_side (key_hash uuid, file int, source_row int, src_key text,"
                   " fen bigint[], bucket text) ON COMMIT DROP",
                   undo->kind->table),
               error) &&
           run(undo, statements_sql(undo, number), error) && merge_decide(&merge, error) &&
           merge_apply(&merge, movement, error) &&
           run(undo,
               lane_format(arena,
                           "INSERT INTO intake.floor SELECT '%s', '%s', delivery, spec_path FROM "
                           "pg_temp.floors WHERE delivery = %d;"
                           "DROP TABLE pg_temp.replay_fresh, pg_temp.replay_side",
                           undo->county, undo->kind->name, number),
               error);
}

static bool replay(struct undo *undo, struct error *error) {
    PGresult *result = session_ask(
        undo->session,
        lane_format(
            &undo->arena,
            "SELECT d.delivery, coalesce(d.parent, d.delivery), d.rank, bool_or(f.snapshot) FROM "
            "intake.delivery d JOIN intake.file f USING (delivery)"
            " WHERE d.county = '%s' AND f.kind = '%s' AND d.state = 'published' AND d.delivery NOT IN (%s)"
            " AND (f.snapshot OR EXISTS (SELECT FROM pg_temp.version v WHERE v.came = d.delivery)"
            "  OR EXISTS (SELECT FROM pg_temp.withdrawn w WHERE w.delivery = d.delivery))"
            " GROUP BY d.delivery ORDER BY d.delivery",
            undo->county, undo->kind->name, undo->family),
        0, NULL, error);
    if (!result) return false;
    bool ok = true;
    for (int i = 0; ok && i < PQntuples(result); i++)
        ok = arrive_again(undo, (int)count_fen(PQgetvalue(result, i, 0)),
                          (int)count_fen(PQgetvalue(result, i, 1)), PQgetvalue(result, i, 2),
                          PQgetvalue(result, i, 3)[0] == 't', error);
    PQclear(result);
    return ok;
}

/* What the undo did, row by row: current versions that are not there any more, and those that are there in
   their place.  A row that only changed its lineage did not move. */
static bool note_moved(struct undo *undo, struct error *error) {
    struct arena *arena = &undo->arena;
    const char *sums = "count(*)::numeric AS n", *values = "('', w.n, c.n)";
    for (uint32_t m = 0; m < undo->kind->measure_count; m++) {
        const struct kind_column *column = &undo->kind->columns[undo->kind->measures[m]];
        sums = lane_format(arena, "%s, coalesce(sum(x.%s), 0) AS m%u", sums, column->field, m);
        values = lane_format(arena, "%s, ('%s', w.m%u, c.m%u)", values, column->name, m, m);
    }
    return run(
        undo,
        lane_format(arena,
                    "CREATE TEMP TABLE moved ON COMMIT DROP AS WITH w AS (SELECT %s FROM pg_temp.version x"
                    " WHERE x.ended_delivery IS NULL AND NOT EXISTS (SELECT FROM %s p WHERE p.key_hash ="
                    " x.key_hash AND p.row_hash = x.row_hash)),"
                    " c AS (SELECT %s FROM %s x JOIN pg_temp.scope USING (key_hash) WHERE NOT EXISTS"
                    " (SELECT FROM pg_temp.version v WHERE v.ended_delivery IS NULL AND v.key_hash ="
                    " x.key_hash AND v.row_hash = x.row_hash))"
                    " SELECT l.* FROM w, c, LATERAL (VALUES %s) l (measure, went, came)",
                    sums, undo->partition, sums, undo->partition, values),
        error);
}

/* Undo counts everything: `total` must be what is really there. */
static bool recount(struct undo *undo, struct error *error) {
    struct arena *arena = &undo->arena;
    const char *values = lane_format(arena, "('', c.n)");
    for (uint32_t m = 0; m < undo->kind->measure_count; m++)
        values = lane_format(arena, "%s, ('%s', c.m%u)", values,
                             undo->kind->columns[undo->kind->measures[m]].name, m);
    const char *sums = "count(*)::numeric AS n";
    for (uint32_t m = 0; m < undo->kind->measure_count; m++)
        sums = lane_format(arena, "%s, coalesce(sum(%s), 0) AS m%u", sums,
                           undo->kind->columns[undo->kind->measures[m]].field, m);
    return run(
        undo,
        lane_format(
            arena,
            "CREATE TEMP TABLE was ON COMMIT DROP AS SELECT measure, amount FROM intake.total"
            " WHERE county = '%s' AND kind = '%s';"
            "DELETE FROM intake.total WHERE county = '%s' AND kind = '%s';"
            "INSERT INTO intake.total SELECT '%s', '%s', v.measure, v.amount FROM (SELECT %s FROM %s) c,"
            " LATERAL (VALUES %s) v (measure, amount);"
            "INSERT INTO intake.movement (run, delivery, kind, measure, undone, before, after, still, went, "
            "came)"
            " SELECT %d, %d, '%s', measure, true, coalesce(w.amount, 0), t.amount, %s, m.went, m.came"
            " FROM intake.total t LEFT JOIN pg_temp.was w USING (measure) LEFT JOIN pg_temp.moved m USING"
            " (measure) WHERE t.county = '%s' AND t.kind = '%s'; DROP TABLE pg_temp.was, pg_temp.moved",
            undo->county, undo->kind->name, undo->county, undo->kind->name, undo->county, undo->kind->name,
            sums, undo->partition, values, undo->registry->run, undo->delivery, undo->kind->name,
            undo->still ? "true" : "false", undo->county, undo->kind->name),
        error);
}

/* Nobody else ever spoke of the kind: all goes at once.  TRUNCATE, as DETACH and DROP wait for every reader.
 */
static bool empty_all(struct undo *undo, struct error *error) {
    const char *name = undo->kind->name, *county = undo->county;
    return run(
        undo,
        lane_format(&undo->arena,
                    "CREATE TEMP TABLE moved ON COMMIT DROP AS SELECT measure, amount AS went, 0::numeric AS"
                    " came FROM intake.total WHERE county = '%s' AND kind = '%s';"
                    "TRUNCATE %s; DELETE FROM %s_history WHERE county = '%s';"
                    "DELETE FROM record.withdrawal WHERE county = '%s' AND kind = '%s';"
                    "DELETE FROM record.confirmation WHERE county = '%s' AND file IN (SELECT file FROM "
                    "intake.file WHERE kind = '%s');"
                    "DELETE FROM record.repeated WHERE county = '%s' AND file IN (SELECT file FROM "
                    "intake.file WHERE kind = '%s');"
                    "DELETE FROM intake.floor WHERE county = '%s' AND kind = '%s'",
                    county, name, undo->partition, undo->kind->table, county, county, name, county, name,
                    county, name, county, name),
        error);
}

/* That it said again what was published and what nobody looked at above. */
static bool forget_said(struct undo *undo, struct error *error) {
    return run(undo,
               lane_format(&undo->arena,
                           "DELETE FROM record.repeated WHERE county = '%s' AND file IN (SELECT file FROM"
                           " intake.file WHERE delivery IN (%s));"
                           "DELETE FROM record.confirmation WHERE county = '%s' AND file IN (SELECT file FROM"
                           " intake.file WHERE delivery IN (%s))",
                           undo->county, undo->family, undo->county, undo->family),
               error);
}

/* Lines that were cut where a key was looked at, and those of the key itself, are one line again. */
static bool join_said(struct undo *undo, struct error *error) {
    return run(
        undo,
        lane_format(
            &undo->arena,
            "WITH line AS (DELETE FROM record.repeated r USING intake.file f WHERE f.file = r.file AND"
            "  r.county = '%s' AND f.kind = '%s' RETURNING r.*),"
            " met AS (SELECT *, coalesce(source_row > lag(source_row + rows) OVER way, true)::int AS begins"
            "  FROM line WINDOW way AS (PARTITION BY file, same_file, source_row - same_row ORDER BY"
            "  source_row)),"
            " island AS (SELECT *, sum(begins) OVER (PARTITION BY file, same_file, source_row - same_row"
            "  ORDER BY source_row) AS number FROM met)"
            " INSERT INTO record.repeated SELECT county, file, min(source_row), same_file, min(same_row),"
            " sum(rows) FROM island GROUP BY county, file, same_file, source_row - same_row, number",
            undo->county, undo->kind->name),
        error);
}

static bool let_others_arrive(struct undo *undo, struct error *error) {
    const char *any = "";
    bool found =
        find_scope(undo, error) && ask_text(undo, "SELECT 1 FROM pg_temp.scope LIMIT 1", &any, error);
    undo->still = !*any;
    return found && gather(undo, error) && empty_scope(undo, error) && forget_said(undo, error) &&
           replay(undo, error) && join_said(undo, error) && note_moved(undo, error) &&
           run(undo,
               "DROP TABLE pg_temp.scope, pg_temp.version, pg_temp.floors, pg_temp.withdrawn, "
               "pg_temp.confirmed",
               error);
}

/* What the family had settled is open again (mark); some of it a later delivery would have settled without
   it. A row that was there and went again was settled by whoever brought it. */
static bool close_rejects(struct undo *undo, struct error *error) {
    struct arena *arena = &undo->arena;
    const char *county = undo->county, *kind = undo->kind->name;
    struct reject_closer closer = {
        .session = undo->session,
        .arena = arena,
        .kind = undo->kind,
        .county = county,
        .rows = lane_format(arena,
                            "(SELECT key_hash, file, source_row FROM %s UNION ALL SELECT key_hash, file,"
                            " source_row FROM %s_history WHERE county = '%s' AND ended_how <> 'superseded')",
                            undo->partition, undo->kind->table, county)};
    PGresult *result = session_ask(
        undo->session,
        lane_format(arena,
                    "SELECT d.delivery, d.run, d.source, bool_or(f.parent_file IS NOT NULL) FROM"
                    " intake.delivery d JOIN intake.file f USING (delivery) WHERE d.county = '%s' AND"
                    " f.kind = '%s' AND d.state = 'published' AND d.delivery > (SELECT min(f.delivery) FROM"
                    " intake.reject r JOIN intake.file f USING (file) JOIN intake.delivery o USING (delivery)"
                    " WHERE r.state = 'open' AND o.county = '%s' AND f.kind = '%s')"
                    " GROUP BY d.delivery ORDER BY d.delivery",
                    county, kind, county, kind),
        0, NULL, error);
    bool ok = result != NULL;
    for (int i = 0; ok && i < PQntuples(result); i++) {
        closer.delivery = (int)count_fen(PQgetvalue(result, i, 0));
        closer.run = (int)count_fen(PQgetvalue(result, i, 1));
        closer.source = PQgetvalue(result, i, 2);
        closer.parented = PQgetvalue(result, i, 3)[0] == 't';
        ok = reject_close(&closer, error);
    }
    PQclear(result);
    return ok;
}

static bool undo_kind(struct undo *undo, struct error *error) {
    const char *there = "", *others = "";
    undo->still = false;
    undo->partition = lane_format(&undo->arena, "%s_%s", undo->kind->table, undo->county);
    if (!ask_text(undo,
                  lane_format(&undo->arena, "SELECT 1 WHERE to_regclass('%s') IS NOT NULL", undo->partition),
                  &there, error))
        return false;
    if (!*there) return true;
    return run(undo,
               lane_format(&undo->arena,
                           "SELECT pg_advisory_xact_lock(hashtextextended('tongchou:record:%s:%s', 0))",
                           undo->county, undo->kind->name),
               error) &&
           ask_text(undo,
                    lane_format(&undo->arena,
                                "SELECT 1 FROM intake.file f JOIN intake.delivery d USING (delivery) WHERE"
                                " f.kind = '%s' AND d.county = '%s' AND d.state = 'published' AND d.delivery "
                                "NOT IN (%s) LIMIT 1",
                                undo->kind->name, undo->county, undo->family),
                    &others, error) &&
           (*others ? let_others_arrive(undo, error) && close_rejects(undo, error)
                    : empty_all(undo, error)) &&
           recount(undo, error);
}

/* Its rejects are nobody's work any more; those it closed are open again, but for those of deliveries that
   were undone before.  One that was refused stays so. */
static bool mark(struct undo *undo, struct error *error) {
    char run_text[24];
    snprintf(run_text, sizeof run_text, "%d", undo->registry->run);
    const char *arguments[] = {run_text, undo->reason};
    return session_tell(undo->session,
                        lane_format(&undo->arena,
                                    "UPDATE intake.delivery SET state = CASE state WHEN 'published' THEN "
                                    "'undone' ELSE state END, undone_run = $1::int, "
                                    "undone_reason = $2 WHERE delivery IN (%s)",
                                    undo->family),
                        2, arguments, NULL, error) &&
           run(undo,
               lane_format(&undo->arena,
                           "UPDATE intake.reject SET state = 'open', closed_by = NULL, closed_run = NULL, "
                           "closed_delivery = NULL"
                           " WHERE closed_delivery IN (%s);"
                           "UPDATE intake.reject SET state = 'closed', closed_by = 'undo', closed_run = %d "
                           "WHERE state = 'open' AND file IN (SELECT file FROM intake.file JOIN "
                           "intake.delivery USING (delivery) WHERE delivery.state = 'undone' AND county IN "
                           "(SELECT county FROM intake.delivery WHERE delivery IN (%s)))",
                           undo->family, undo->registry->run, undo->family),
               error);
}

static bool undo_all(struct undo *undo, struct error *error) {
    if (!run(undo,
             "SET LOCAL lock_timeout = '5s'; SET LOCAL work_mem = '256MB'; SET LOCAL random_page_cost = 1.1",
             error) ||
        !mark(undo, error))
        return false;
    for (uint32_t k = 0; k < model_kind_count; k++) {
        const char *used = "";
        undo->kind = &model_kinds[k];
        if (!ask_text(undo,
                      lane_format(&undo->arena,
                                  "SELECT 1 FROM intake.file WHERE kind = '%s' AND delivery IN (%s) LIMIT 1",
                                  undo->kind->name, undo->family),
                      &used, error))
            return false;
        if (*used && !undo_kind(undo, error)) return false;
    }
    return true;
}

/* A delivery that was refused holds nothing; to undo it takes it off the books, so that a county whose wrong
   file was moved away can sign. */
static bool find_refused(struct undo *undo, struct error *error) {
    return ask_text(undo,
                    lane_format(&undo->arena,
                                "SELECT delivery FROM intake.delivery WHERE delivery = %d"
                                " AND state IN ('refused', 'failed') AND undone_run IS NULL",
                                undo->delivery),
                    &undo->family, error);
}

static bool find_family(struct undo *undo, struct error *error) {
    return ask_text(
               undo,
               lane_format(&undo->arena,
                           "SELECT county FROM intake.delivery WHERE delivery = %d AND state = 'published'",
                           undo->delivery),
               &undo->county, error) &&
           (*undo->county ||
            error_code(error, TROUBLE_USAGE, NULL,
                       TEXT("没有已入库的第 %d 批交付", "delivery %d is not published"), undo->delivery)) &&
           ask_text(
               undo,
               lane_format(&undo->arena,
                           "SELECT string_agg(delivery::text, ', ' ORDER BY delivery) FROM intake.delivery"
                           " WHERE state = 'published' AND (delivery = %d OR parent = %d"
                           " OR delivery IN (SELECT c.delivery FROM intake.file c JOIN intake.file f ON "
                           "f.file = c.parent_file"
                           " WHERE f.delivery = %d))",
                           undo->delivery, undo->delivery, undo->delivery),
               &undo->family, error);
}

/* All of it, in a transaction that it begins. */
static bool begin_undo(struct undo *undo, struct error *error) {
    if (!session_run(undo->session, "BEGIN", error) || !find_refused(undo, error)) return false;
    return *undo->family ? mark(undo, error) : find_family(undo, error) && undo_all(undo, error);
}

bool undo_delivery(struct registry *registry, int delivery, const char *reason, struct error *error) {
    if (!reason || !*reason)
        return error_code(error, TROUBLE_USAGE, NULL, "%s",
                          TEXT("撤回须写明原因：--reason", "an undo needs a reason: --reason"));
    struct undo undo = {
        .registry = registry, .session = &registry->session, .delivery = delivery, .reason = reason};
    bool ok = begin_undo(&undo, error) && registry_commit(registry, error);
    if (!ok) session_take_back(undo.session);
    arena_free(&undo.arena);
    return ok;
}

bool undo_try(struct registry *registry, int delivery, struct undo_look look, struct error *error) {
    struct undo undo = {
        .registry = registry, .session = &registry->session, .delivery = delivery, .reason = ""};
    bool ok = begin_undo(&undo, error) && look.look(look.context, error);
    session_take_back(undo.session);
    arena_free(&undo.arena);
    return ok;
}
