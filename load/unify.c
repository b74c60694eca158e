/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include <stdio.h>

enum { LINE_BYTES = 32, CANDIDATE_BYTES = 64 << 10 };

/* Every reason of a row has a number below this one. */
enum { REASON_OF_SET = REASONS_MAX + 1 };

struct candidates {
    struct session *session;
    struct encoder lines;
    int64_t count;
};

static bool send(struct candidates *candidates, struct error *error) {
    bool ok = session_copy_send(candidates->session, candidates->lines.bytes, candidates->lines.size, error);
    candidates->lines.size = 0;
    return ok;
}

static bool found(void *context, struct key key, struct error *error) {
    struct candidates *candidates = context;
    if (!candidates->count++ &&
        !(session_run(candidates->session,
                      "CREATE TEMP TABLE candidate (file int, source_row int) ON COMMIT DROP", error) &&
          session_copy_begin(candidates->session, "COPY pg_temp.candidate FROM STDIN", error)))
        return false;
    encode_reserve(&candidates->lines, LINE_BYTES);
    candidates->lines.size += (size_t)snprintf(candidates->lines.bytes + candidates->lines.size, LINE_BYTES,
                                               "%u\t%u\n", key.file, key.row);
    return candidates->lines.size < CANDIDATE_BYTES || send(candidates, error);
}

/* What becomes of the rows of one key: one content, the first stays; several, none stays, unless the
   spec says that the last one counts. */
static const char *resolve_sql(struct intake *intake, const struct kind *kind, const char *fresh, bool last) {
    return lane_format(
        intake->arena,
        "CREATE TEMP TABLE resolved ON COMMIT DROP AS"
        " WITH met AS (SELECT f.key_hash, f.row_hash, f.file, f.source_row, false AS marker FROM %s f"
        "  JOIN pg_temp.candidate c USING (file, source_row)"
        "  UNION ALL SELECT s.key_hash, s.row_hash, s.file, s.source_row, true FROM %s s"
        "  JOIN pg_temp.candidate c USING (file, source_row) JOIN pg_temp.incoming i USING (file)"
        "  WHERE s.bucket = 'withdrawn' AND i.kind = '%s'),"
        " seen AS (SELECT *, count(*) OVER k AS rows, min(row_hash) OVER k <> max(row_hash) OVER k AS differ,"
        "  row_number() OVER (PARTITION BY key_hash, row_hash ORDER BY file, source_row) AS copy,"
        "  first_value(source_row) OVER (PARTITION BY key_hash, row_hash ORDER BY file, source_row) AS first,"
        "  first_value(row_hash) OVER (PARTITION BY key_hash ORDER BY file DESC, source_row DESC) AS "
        "last_hash,"
        "  row_number() OVER (PARTITION BY key_hash ORDER BY file, source_row) AS place"
        "  FROM met WINDOW k AS (PARTITION BY key_hash)),"
        " listed AS (SELECT key_hash, string_agg(source_row::text, ',' ORDER BY file, source_row) AS list"
        "  FROM seen WHERE differ AND place <= 10 GROUP BY key_hash)"
        " SELECT s.file, s.source_row, s.marker, CASE WHEN NOT differ OR %s AND row_hash = last_hash THEN "
        "'duplicate'"
        "  WHEN %s THEN 'superseded' ELSE 'conflict' END AS bucket,"
        "  CASE WHEN NOT differ OR %s AND row_hash = last_hash THEN 'row=' || first"
        "  ELSE 'rows=' || l.list END AS detail"
        " FROM seen s LEFT JOIN listed l USING (key_hash)"
        " WHERE rows > 1 AND NOT (copy = 1 AND (NOT differ OR %s AND row_hash = last_hash))",
        fresh, intake->side, kind->name, last ? "true" : "false", last ? "true" : "false",
        last ? "true" : "false", last ? "true" : "false");
}

static const char *fen_array(struct intake *intake, const struct kind *kind) {
    const char *list = "";
    for (uint32_t m = 0; m < kind->measure_count; m++)
        list = lane_format(intake->arena, "%s%scoalesce(f.%s, 0)", list, m ? ", " : "",
                           kind->columns[kind->measures[m]].field);
    return kind->measure_count ? lane_format(intake->arena, "ARRAY[%s]::bigint[]", list) : "NULL::bigint[]";
}

static bool move(struct intake *intake, const struct kind *kind, const char *fresh, struct error *error) {
    const char *main =
        kind->main_measure < 0
            ? "NULL"
            : lane_format(intake->arena, "f.%s", kind->columns[kind->measures[kind->main_measure]].field);
    int name = lane_name_column(kind);
    const char *sql = lane_format(
        intake->arena,
        "INSERT INTO %s (file, source_row, number, code, weight, detail, src_key, fen)"
        " SELECT r.file, r.source_row, %d, CASE r.bucket WHEN 'duplicate' THEN 'key.duplicate' ELSE "
        "'key.conflict' END,"
        " CASE r.bucket WHEN 'conflict' THEN 'reject' ELSE 'note' END, r.detail, coalesce(f.src_key, "
        "s.src_key), %s"
        " FROM pg_temp.resolved r LEFT JOIN %s f ON f.file = r.file AND f.source_row = r.source_row AND NOT "
        "r.marker"
        " LEFT JOIN %s s ON s.file = r.file AND s.source_row = r.source_row AND r.marker;"
        "WITH gone AS (DELETE FROM %s f USING pg_temp.resolved r WHERE f.file = r.file AND f.source_row = "
        "r.source_row"
        " AND NOT r.marker RETURNING f.*, r.bucket)"
        " INSERT INTO %s (file, source_row, bucket, src_key, key_hash, row_hash, fen, name)"
        " SELECT f.file, f.source_row, f.bucket, f.src_key, f.key_hash, f.row_hash, %s,"
        " CASE f.bucket WHEN 'conflict' THEN %s END FROM gone f;"
        "UPDATE %s s SET bucket = r.bucket FROM pg_temp.resolved r WHERE s.file = r.file AND s.source_row = "
        "r.source_row"
        " AND r.marker; DROP TABLE pg_temp.resolved",
        intake->reason, REASON_OF_SET, main, fresh, intake->side, fresh, intake->side,
        fen_array(intake, kind),
        name < 0 ? "NULL" : lane_format(intake->arena, "f.%s", kind->columns[name].field), intake->side);
    return session_run(&intake->registry->session, sql, error);
}

static bool resolve(struct intake *intake, struct error *error) {
    struct session *session = &intake->registry->session;
    bool ok = session_run(session, "CREATE TEMP TABLE incoming (file int, kind text) ON COMMIT DROP", error);
    for (uint32_t i = 0; ok && i < intake->file_count; i++) {
        const struct intake_file *file = intake->files[i];
        ok = session_run(session,
                         lane_format(intake->arena, "INSERT INTO pg_temp.incoming VALUES (%d, '%s')",
                                     file->number, file->source.kind->name),
                         error);
    }
    for (uint32_t k = 0; ok && k < model_kind_count; k++) {
        const struct intake_file *of = NULL;
        bool last = true;
        for (uint32_t i = 0; i < intake->file_count; i++) {
            if (intake->files[i]->source.kind != &model_kinds[k]) continue;
            of = intake->files[i];
            last = last && of->source.conflict_last;
        }
        if (of)
            ok = repeat_recall(intake, of, error) &&
                 session_run(session, resolve_sql(intake, &model_kinds[k], of->fresh, last), error) &&
                 move(intake, &model_kinds[k], of->fresh, error);
    }
    return ok;
}

/* A row that is read again after the others of its delivery were published meets them only here: another row
   of that delivery with its key and another content stands, so nobody knows which of the two is meant.  Were
   it published, it would take the other one's place without a word. */
static const char *family_sql(struct intake *intake, const struct intake_file *file) {
    return lane_format(
        intake->arena,
        "CREATE TEMP TABLE resolved ON COMMIT DROP AS SELECT f.file, f.source_row, false AS marker,"
        " 'conflict' AS bucket, 'rows=' || p.source_row || ',' || f.source_row AS detail FROM %s f"
        " JOIN %s_%s p ON p.key_hash = f.key_hash AND p.row_hash <> f.row_hash"
        " JOIN intake.file o ON o.file = p.file JOIN intake.delivery d ON d.delivery = o.delivery"
        " JOIN intake.file h ON h.file = %d WHERE f.file = %d AND coalesce(d.parent, d.delivery) = %d"
        " AND (o.member, o.spec_path, p.source_row) <> (h.member, h.spec_path, f.source_row)",
        file->fresh, file->source.kind->table, intake->delivery.county, file->source.parent_file,
        file->number, intake->root);
}

static bool is_published(struct intake *intake, const struct kind *kind, bool *published,
                         struct error *error) {
    PGresult *result = session_ask(&intake->registry->session,
                                   lane_format(intake->arena, "SELECT to_regclass('%s_%s') IS NOT NULL",
                                               kind->table, intake->delivery.county),
                                   0, NULL, error);
    *published = result && PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    return result != NULL;
}

static bool meet_family(struct intake *intake, struct error *error) {
    for (uint32_t i = 0; i < intake->file_count; i++) {
        const struct intake_file *file = intake->files[i];
        bool published = false;
        if (!file->source.parent_file || file->source.conflict_last) continue;
        if (!is_published(intake, file->source.kind, &published, error)) return false;
        if (published && !(session_run(&intake->registry->session, family_sql(intake, file), error) &&
                           move(intake, file->source.kind, file->fresh, error)))
            return false;
    }
    return true;
}

bool unify_keys(struct intake *intake, struct error *error) {
    struct keys *lists[WORKERS_MAX];
    for (int i = 0; i < WORKERS_MAX; i++) lists[i] = &intake->lanes[i].keys;
    struct candidates candidates = {.session = &intake->registry->session};
    bool ok = session_run(candidates.session, "BEGIN", error) &&
              keys_repeated(lists, WORKERS_MAX, found, &candidates, error);
    if (ok && candidates.count)
        ok = send(&candidates, error) && session_copy_end(candidates.session, NULL, error) &&
             resolve(intake, error);
    ok = ok && meet_family(intake, error);
    encode_free(&candidates.lines);
    struct error ignored = {0};
    if (ok) return session_run(candidates.session, "COMMIT", error);
    session_run(candidates.session, "ROLLBACK", &ignored);
    return false;
}
