/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/merge.h"
#include "core/language.h"
#include "load/repeat.h"
#include <stdio.h>

/* How a delivery meets what is published of its county and kind.  A key's version is what the delivery
   of the highest rank that speaks for it says; a full delivery speaks for all keys of its scope.
   Everything here is a function of the set of published deliveries but the buckets and the history,
   which follow arrival. */

enum { SHARE_ROWS_MIN = 200, MILLION = 1000000 };

/* The rank of each full delivery, which speaks for all keys of its scope. */
static const char *floors_sql(struct arena *arena, const char *county, const struct kind *kind) {
    return lane_format(
        arena,
        "SELECT d.rank, coalesce(d.parent, d.delivery) AS root, w.spec_path FROM intake.floor w"
        " JOIN intake.delivery d USING (delivery) WHERE w.county = '%s' AND w.kind = '%s'",
        county, kind->name);
}

const char *merge_standing_sql(struct arena *arena, const char *county, const struct kind *kind, int number) {
    return lane_format(
        arena,
        "SELECT DISTINCT ON (f.file) f.file, f.snapshot, f.spec_path, s.rank, s.root"
        " FROM intake.file f JOIN intake.delivery d USING (delivery) CROSS JOIN LATERAL ("
        "  SELECT d.rank, coalesce(d.parent, d.delivery) AS root, 0 AS floor"
        "  UNION ALL SELECT w.rank, w.root, 1 FROM (%s) w WHERE w.spec_path = f.spec_path OR NOT f.snapshot)"
        " s WHERE d.county = '%s' AND f.kind = '%s' AND d.state = 'published' AND d.delivery <> %d"
        " ORDER BY f.file, s.rank DESC, s.floor",
        floors_sql(arena, county, kind), county, kind->name, number);
}

/* incoming: the delivery's own files of the kind, with the highest floor over each.
   tombs:    the highest delete marker of each key. */
static const char *prepare_sql(const struct merge *m) {
    return lane_format(
        m->arena,
        "CREATE TEMP TABLE standing ON COMMIT DROP AS %s;"
        "CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT f.file, f.snapshot, f.spec_path, w.rank AS "
        "floor_rank, w.root AS floor_root"
        " FROM intake.file f LEFT JOIN LATERAL (SELECT * FROM (%s) a WHERE a.spec_path = f.spec_path OR NOT "
        "f.snapshot"
        "  ORDER BY a.rank DESC LIMIT 1) w ON true WHERE f.delivery = %d AND f.kind = '%s';"
        "CREATE TEMP TABLE tombs ON COMMIT DROP AS SELECT DISTINCT ON (w.key_hash) w.key_hash, d.rank, "
        "coalesce(d.parent, d.delivery) AS root"
        " FROM record.withdrawal w JOIN intake.file f USING (file) JOIN intake.delivery d USING (delivery)"
        " WHERE w.county = '%s' AND w.kind = '%s' ORDER BY w.key_hash, d.rank DESC;"
        "ANALYZE pg_temp.standing; ANALYZE pg_temp.tombs",
        merge_standing_sql(m->arena, m->county, m->kind, m->number), floors_sql(m->arena, m->county, m->kind),
        m->number, m->kind->name, m->county, m->kind->name);
}

/* Rows of one content have one hash; that they also have the same amounts is looked at and not inferred. */
static const char *same_sql(const struct merge *m) {
    const char *same = "p.row_hash = f.row_hash";
    for (uint32_t i = 0; i < m->kind->measure_count; i++) {
        const char *field = m->kind->columns[m->kind->measures[i]].field;
        same = lane_format(m->arena, "%s AND p.%s IS NOT DISTINCT FROM f.%s", same, field, field);
    }
    return same;
}

/* What becomes of an incoming row.  `confirmed`: the same content again, and the row takes over the rank by
   changing its lineage; under a full delivery's floor it may stay where it is: `unchanged`. */
static const char *incoming_sql(const struct merge *m) {
    return lane_format(m->arena,
                       " WHEN p.key_hash IS NOT NULL THEN CASE"
                       "  WHEN s.rank > '%s' THEN 'superseded'"
                       "  WHEN %s THEN CASE WHEN i.snapshot AND s.rank < '%s'"
                       "   AND (s.spec_path = i.spec_path OR NOT s.snapshot) THEN 'unchanged' ELSE "
                       "'confirmed' END"
                       "  WHEN s.rank = '%s' AND s.root <> %d THEN 'conflict'"
                       "  ELSE 'changed' END"
                       " WHEN t.rank > '%s' OR i.floor_rank > '%s' THEN 'superseded'"
                       " WHEN t.rank = '%s' AND t.root <> %d THEN 'conflict'"
                       " WHEN i.floor_rank = '%s' AND i.floor_root <> %d AND i.snapshot THEN 'conflict'"
                       " ELSE 'new' END",
                       m->rank, same_sql(m), m->rank, m->rank, m->root, m->rank, m->rank, m->rank, m->root,
                       m->rank, m->root);
}

/* One verdict per incoming row; few find their keys by the index.  Of an unchanged one also which row it is.
 */
static const char *verdict_sql(const struct merge *m) {
    return lane_format(
        m->arena,
        "CREATE TEMP TABLE verdict ON COMMIT DROP AS SELECT f.key_hash, f.file, f.source_row, p.file AS"
        " same_file, p.source_row AS same_row, CASE%s AS how FROM %s f JOIN pg_temp.incoming i USING (file) "
        "LEFT JOIN %s p ON p.key_hash = f.key_hash"
        " LEFT JOIN pg_temp.standing s ON s.file = p.file LEFT JOIN pg_temp.tombs t ON t.key_hash = "
        "f.key_hash",
        incoming_sql(m), m->fresh, m->partition);
}

/* Published rows of which a full delivery of rank %s may say by its silence that they are gone. */
#define SPOKEN_FOR                                                                                           \
    "(s.rank < '%s' OR s.rank = '%s' AND s.snapshot)"                                                        \
    " AND (NOT s.snapshot OR s.spec_path IN (SELECT spec_path FROM pg_temp.incoming WHERE snapshot))"

/* Delete markers: what they end, or that somebody of higher rank knows better. */
static const char *marker_sql(const struct merge *m) {
    return lane_format(
        m->arena,
        "CREATE TEMP TABLE marker ON COMMIT DROP AS SELECT x.key_hash, x.file, x.source_row, x.src_key, "
        "x.fen,"
        " p.key_hash IS NOT NULL AS live, CASE WHEN s.rank > '%s' OR p.key_hash IS NULL AND (t.rank > '%s' "
        "OR i.floor_rank > '%s')"
        " THEN 'superseded' WHEN s.rank = '%s' AND s.root <> %d THEN 'conflict' ELSE 'withdrawn' END AS how"
        " FROM %s x JOIN pg_temp.incoming i USING (file) LEFT JOIN %s p ON p.key_hash = x.key_hash"
        " LEFT JOIN pg_temp.standing s ON s.file = p.file LEFT JOIN pg_temp.tombs t ON t.key_hash = "
        "x.key_hash"
        " WHERE x.bucket = 'withdrawn'",
        m->rank, m->rank, m->rank, m->rank, m->root, m->side, m->partition);
}

/* Published keys of its scope that a full delivery lacks. A delta of the same rank that has the key wins
   over the absence; two snapshots of the same rank that differ do not agree. */
static const char *vanished_sql(const struct merge *m) {
    const char *scope =
        m->scope
            ? lane_format(m->arena, " AND EXISTS (SELECT FROM %s k WHERE k.key_hash = p.key_hash)", m->scope)
            : "";
    return lane_format(
        m->arena,
        "INSERT INTO pg_temp.verdict (key_hash, file, how) SELECT p.key_hash, (SELECT min(file) FROM "
        "pg_temp.incoming WHERE "
        "snapshot),"
        " CASE WHEN s.rank < '%s' OR s.root = %d THEN 'vanished' ELSE 'conflict' END"
        " FROM %s p JOIN pg_temp.standing s USING (file)"
        " WHERE " SPOKEN_FOR " AND NOT EXISTS (SELECT FROM %s f WHERE f.key_hash = p.key_hash)"
        " AND NOT EXISTS (SELECT FROM pg_temp.marker x WHERE x.key_hash = p.key_hash)%s",
        m->rank, m->root, m->partition, m->rank, m->rank, m->fresh, scope);
}

static bool refuse_conflicts(const struct merge *m, struct error *error) {
    PGresult *result = session_ask(m->session,
                                   "SELECT (SELECT count(*) FROM pg_temp.verdict WHERE how = 'conflict') +"
                                   " (SELECT count(*) FROM pg_temp.marker WHERE how = 'conflict')",
                                   0, NULL, error);
    if (!result) return false;
    fen_total count = count_fen(PQgetvalue(result, 0, 0));
    PQclear(result);
    return count == 0 ||
           error_code(
               error, TROUBLE_REFUSED, "delivery.rank_conflict",
               TEXT("%s：%jd "
                    "个主键与同一期间、同一修订号的另一批交付内容不同(或只有一批里有)；那一批交错了就先 "
                    "tongchou undo 撤回它(交付号见 tongchou history)，否则在文件名或交接单给出修订号，"
                    "或在源规格写 rank: arrival；两批各是一部分的，写 delivery: delta",
                    "%s: %jd keys differ from another delivery of the same period and revision, or stand in "
                    "one of the two alone; if that one was wrong, tongchou undo it (its number: tongchou "
                    "history), else give a revision, or write rank: arrival; where each is a part, write "
                    "delivery: delta"),
               m->kind->label, (intmax_t)count);
}

static bool refuse_vanished(const struct merge *m, struct error *error) {
    const struct intake_limits *limits = &m->intake->limits;
    if (!m->snapshot) return true;
    PGresult *result =
        session_ask(m->session,
                    lane_format(m->arena,
                                "SELECT n, CASE WHEN n > 0 THEN (SELECT count(*) FROM %s) ELSE 0 END FROM"
                                " (SELECT count(*) AS n FROM pg_temp.verdict WHERE how = 'vanished') v",
                                m->partition),
                    0, NULL, error);
    if (!result) return false;
    int64_t count = (int64_t)count_fen(PQgetvalue(result, 0, 0)),
            all = (int64_t)count_fen(PQgetvalue(result, 0, 1));
    PQclear(result);
    bool over = (limits->vanish_rows >= 0 && count > limits->vanish_rows) ||
                (limits->vanish_millionths >= 0 && all >= SHARE_ROWS_MIN &&
                 (fen_total)count * MILLION > (fen_total)all * limits->vanish_millionths);
    return !over || error_code(error, TROUBLE_REFUSED, "limit.vanished",
                               TEXT("%s 全量交付缺少已入库的 %jd 条(共 %jd 条)，超过上限",
                                    "%s: the full delivery lacks %jd of %jd published rows, over the limit"),
                               m->kind->label, (intmax_t)count, (intmax_t)all);
}

static int bucket_of(const char *how) {
    return strcmp(how, "new") == 0          ? BUCKET_NEW
           : strcmp(how, "changed") == 0    ? BUCKET_CHANGED
           : strcmp(how, "superseded") == 0 ? BUCKET_SUPERSEDED
                                            : BUCKET_UNCHANGED;
}

/* Adds what a query "file, how, count, sums" found to the files' buckets. */
static bool count_into(const struct merge *m, const char *sql, int (*bucket)(const char *how),
                       struct intake_bucket *total, struct error *error) {
    PGresult *result = session_ask(m->session, sql, 0, NULL, error);
    if (!result) return false;
    for (int i = 0; i < PQntuples(result); i++) {
        int at = bucket(PQgetvalue(result, i, 1));
        struct intake_file *file =
            at >= 0 && m->intake ? count_file(m->intake, (int)count_fen(PQgetvalue(result, i, 0))) : NULL;
        if (file) count_add(&file->buckets[at], result, i, 2, m->kind->measure_count);
        if (total) count_add(total, result, i, 2, m->kind->measure_count);
    }
    PQclear(result);
    return true;
}

static int gone_bucket(const char *how) {
    return strcmp(how, "changed") == 0     ? BUCKET_REPLACED
           : strcmp(how, "vanished") == 0  ? BUCKET_VANISHED
           : strcmp(how, "withdrawn") == 0 ? BUCKET_ENDED
                                           : -1;
}

static int no_bucket(const char *how) {
    (void)how;
    return -1;
}

static bool count_incoming(const struct merge *m, struct error *error) {
    return count_into(m,
                      lane_format(m->arena,
                                  "SELECT f.file, v.how, %s FROM %s f JOIN pg_temp.verdict v USING (key_hash)"
                                  " GROUP BY f.file, v.how",
                                  count_sums(m->arena, m->kind, "f"), m->fresh),
                      bucket_of, NULL, error);
}

/* Markers were counted as withdrawn with the side table; those of no effect move over. */
static bool count_markers(const struct merge *m, struct error *error) {
    const char *sums = "count(*)";
    for (uint32_t i = 1; i <= m->kind->measure_count; i++)
        sums = lane_format(m->arena, "%s, coalesce(sum(fen[%u]), 0)", sums, i);
    PGresult *result = session_ask(m->session,
                                   lane_format(m->arena,
                                               "SELECT file, %s FROM pg_temp.marker WHERE how = 'superseded'"
                                               " GROUP BY file",
                                               sums),
                                   0, NULL, error);
    if (!result) return false;
    for (int i = 0; i < PQntuples(result); i++) {
        struct intake_file *file = count_file(m->intake, (int)count_fen(PQgetvalue(result, i, 0)));
        struct intake_bucket moved = {0};
        count_add(&moved, result, i, 1, m->kind->measure_count);
        file->buckets[BUCKET_WITHDRAWN].rows -= moved.rows;
        file->buckets[BUCKET_SUPERSEDED].rows += moved.rows;
        for (int f = 0; f < MEASURES; f++) {
            file->buckets[BUCKET_WITHDRAWN].fen[f] -= moved.fen[f];
            file->buckets[BUCKET_SUPERSEDED].fen[f] += moved.fen[f];
        }
    }
    PQclear(result);
    return true;
}

/* History first, then delete and insert, each counted by what it really did. */
static bool apply(const struct merge *m, struct movement *movement, struct error *error) {
    struct arena *arena = m->arena;
    const char *columns = lane_columns(arena, m->kind, ""), *name = m->kind->name;
    const char *gone = lane_format(
        arena,
        "WITH ends AS (SELECT key_hash, file, how FROM pg_temp.verdict WHERE how IN ('changed', 'confirmed', "
        "'vanished')"
        "  UNION ALL SELECT key_hash, file, how FROM pg_temp.marker WHERE live AND how = 'withdrawn'),"
        " gone AS (DELETE FROM %s p USING ends e WHERE p.key_hash = e.key_hash RETURNING p.*, e.file AS "
        "by_file, e.how),"
        " kept AS (INSERT INTO %s_history (%s, ended_delivery, ended_how) SELECT %s, %d, how FROM "
        "gone)"
        " SELECT by_file, how, %s FROM gone g GROUP BY by_file, how",
        m->partition, m->kind->table, columns, columns, m->number, count_sums(arena, m->kind, "g"));
    const char *came = lane_format(
        arena,
        "WITH came AS (INSERT INTO %s (%s) SELECT %s FROM %s f JOIN pg_temp.verdict v USING (key_hash)"
        "  WHERE v.how IN ('new', 'changed', 'confirmed') RETURNING *)"
        " SELECT file, '', %s FROM came c GROUP BY file",
        m->partition, columns, lane_columns(arena, m->kind, "f."), m->fresh, count_sums(arena, m->kind, "c"));
    return count_into(m, gone, gone_bucket, &movement->gone, error) &&
           count_into(m, came, no_bucket, &movement->came, error) &&
           session_run(
               m->session,
               lane_format(
                   arena,
                   "INSERT INTO %s_history (%s, ended_delivery, ended_how) SELECT %s, %d, 'superseded'"
                   " FROM %s f JOIN pg_temp.verdict v USING (key_hash) WHERE v.how = 'superseded';"
                   "INSERT INTO record.withdrawal SELECT '%s', '%s', key_hash, src_key, file, source_row"
                   " FROM pg_temp.marker",
                   m->kind->table, columns, lane_columns(arena, m->kind, "f."), m->number, m->fresh,
                   m->county, name),
               error) &&
           (!m->snapshot || repeat_keep(m, error));
}

bool merge_decide(const struct merge *m, struct error *error) {
    /* Without it the planner takes a few rows for many and reads the whole partition. */
    return session_run(m->session, lane_format(m->arena, "ANALYZE %s", m->fresh), error) &&
           (!m->scope || session_run(m->session, lane_format(m->arena, "ANALYZE %s", m->scope), error)) &&
           session_run(m->session, prepare_sql(m), error) && session_run(m->session, marker_sql(m), error) &&
           session_run(m->session, verdict_sql(m), error) &&
           (!m->snapshot || session_run(m->session, vanished_sql(m), error)) &&
           session_run(m->session, "ANALYZE pg_temp.verdict", error);
}

bool merge_apply(const struct merge *m, struct movement *movement, struct error *error) {
    return apply(m, movement, error) && repeat_prove(m, error) &&
           session_run(m->session,
                       "DROP TABLE pg_temp.standing, pg_temp.incoming, pg_temp.tombs, pg_temp.verdict,"
                       " pg_temp.marker",
                       error);
}

bool merge_kind(struct intake *intake, const struct kind *kind, const char *fresh, const char *partition,
                struct movement *movement, struct error *error) {
    struct merge merge = {.intake = intake,
                          .session = &intake->registry->session,
                          .arena = intake->arena,
                          .kind = kind,
                          .number = intake->number,
                          .root = intake->root,
                          .rank = intake->rank,
                          .side = intake->side,
                          .fresh = fresh,
                          .partition = partition,
                          .county = intake->delivery.county};
    for (uint32_t i = 0; i < intake->file_count; i++)
        merge.snapshot |= intake->files[i]->source.kind == kind && intake->files[i]->source.snapshot;
    const struct repeat *repeat = repeat_of(intake, kind);
    if (repeat) merge.scope = repeat->left;
    return repeat_current(&merge, error) && merge_decide(&merge, error) && refuse_conflicts(&merge, error) &&
           refuse_vanished(&merge, error) && count_incoming(&merge, error) && count_markers(&merge, error) &&
           merge_apply(&merge, movement, error);
}
