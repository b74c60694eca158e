/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "load/lane.h"
#include "load/merge.h"
#include "load/repeat.h"

/* What a full delivery said again, in SQL: taken back when its key is met twice, kept as runs, and proved. */

const char *repeat_cut_sql(struct arena *arena, const char *table, const char *hits) {
    return lane_format(
        arena,
        "WITH gone AS (DELETE FROM %s r USING (SELECT DISTINCT run FROM %s hits) h WHERE r.ctid = h.run"
        "  RETURNING r.*, h.run),"
        " ends AS (SELECT run, at FROM %s hits UNION ALL SELECT run, rows FROM gone)"
        " INSERT INTO %s (county, file, source_row, same_file, same_row, rows)"
        " SELECT county, file, source_row + before + 1, same_file, same_row + before + 1, at - before - 1"
        " FROM (SELECT g.*, e.at, lag(e.at, 1, -1) OVER (PARTITION BY run ORDER BY e.at) AS before"
        "  FROM gone g JOIN ends e USING (run)) x WHERE at - before > 1",
        table, hits, hits, table);
}

/* recalled: those of pg_temp.candidate that were not sent, with the run and the published row they are of.
   For each run the index finds its candidates, which a join over ranges would look through. */
static const char *recalled_sql(struct arena *arena, const struct repeat *repeat) {
    return lane_format(
        arena,
        "CREATE INDEX ON pg_temp.candidate (file, source_row); ANALYZE pg_temp.candidate;"
        "CREATE TEMP TABLE recalled ON COMMIT DROP AS SELECT r.ctid AS run, c.source_row - r.source_row AS "
        "at,"
        " r.same_file, r.same_row + c.source_row - r.source_row AS same_row, c.file AS by_file,"
        " c.source_row AS by_row FROM %s r CROSS JOIN LATERAL (SELECT file, source_row FROM pg_temp.candidate"
        "  WHERE file = r.file AND source_row >= r.source_row AND source_row < r.source_row + r.rows OFFSET "
        "0)"
        " c; ANALYZE pg_temp.recalled",
        repeat->runs);
}

void repeat_said_add(struct repeat_said *into, const struct repeat_said *from, int sign) {
    into->all.rows += sign * from->all.rows;
    for (int m = 0; m < MEASURES; m++) {
        into->all.fen[m] += sign * from->all.fen[m];
        into->placed[m] += sign * from->placed[m];
    }
    into->wide |= from->wide;
}

/* What struct repeat_said holds, of published rows called `alias`.  Products of 64 bits are added up in 128;
   as numeric, which three times the CPU goes into, only where a row that was read needs it. */
static const char *said_sums(struct arena *arena, const struct repeat *repeat, const char *alias) {
    const struct kind *kind = repeat->kind;
    const char *list = count_sums(arena, kind, alias);
    uint32_t wide = 0;
    for (uint32_t i = 0; i < repeat->older_count; i++) wide |= repeat->older[i].said.wide;
    for (uint32_t m = 0; m < kind->measure_count; m++)
        list = lane_format(arena, "%s, coalesce(sum(%s.%s%s * %s.source_row), 0)", list, alias,
                           kind->columns[kind->measures[m]].field, wide >> m & 1 ? "::numeric" : "", alias);
    return list;
}

/* A product too large there where none of the rows that were read needs it: then the amounts are others. */
static PGresult *ask_said(struct session *session, const struct kind *kind, const char *sql,
                          struct error *error) {
    PGresult *result = session_ask(session, sql, 0, NULL, error);
    if (!result && strcmp(session->state, "22003") == 0)
        error_code(error, TROUBLE_REFUSED, "conserve.amount",
                   TEXT("不守恒：%s，有的行已入库的金额比读入的大得多",
                        "not conserved: %s, some published amounts are far larger than those read"),
                   kind->label);
    return result;
}

static void read_said(struct repeat_said *said, const PGresult *result, int row, int first,
                      uint32_t measure_count) {
    int placed = first + 1 + (int)measure_count;
    count_add(&said->all, result, row, first, measure_count);
    for (int m = 0; m < (int)measure_count; m++)
        said->placed[m] += count_fen(PQgetvalue(result, row, placed + m));
}

static struct repeat_older *older_of(struct repeat *repeat, int file) {
    for (uint32_t i = 0; i < repeat->older_count; i++)
        if (repeat->older[i].file == file) return &repeat->older[i];
    return NULL;
}

bool repeat_recall(struct intake *intake, const struct intake_file *of, struct error *error) {
    struct repeat *repeat = repeat_of(intake, of->source.kind);
    struct session *session = &intake->registry->session;
    struct arena *arena = intake->arena;
    if (!repeat) return true;
    const char *columns = lane_columns(arena, repeat->kind, ""),
               *back = lane_columns(arena, repeat->kind, "b.");
    int keep = (int)(strlen(back) - strlen("b.file, b.source_row"));
    const char *sql =
        lane_format(arena,
                    "WITH back AS (SELECT p.*, c.by_file, c.by_row FROM %s_%s p JOIN pg_temp.recalled c"
                    "  ON p.file = c.same_file AND p.source_row = c.same_row),"
                    " put AS (INSERT INTO %s (%s) SELECT %.*s b.by_file, b.by_row FROM back b),"
                    " look AS (INSERT INTO %s SELECT key_hash FROM back)"
                    " SELECT by_file, file, %s FROM back b GROUP BY by_file, file",
                    repeat->kind->table, intake->delivery.county, of->fresh, columns, keep, back,
                    repeat->left, said_sums(arena, repeat, "b"));
    if (!session_run(session, recalled_sql(arena, repeat), error) ||
        !session_run(session, repeat_cut_sql(arena, repeat->runs, "pg_temp.recalled"), error))
        return false;
    PGresult *result = ask_said(session, repeat->kind, sql, error);
    if (!result) return false;
    for (int i = 0; i < PQntuples(result); i++) {
        struct repeat_said moved = {0};
        struct repeat_older *older = older_of(repeat, (int)count_fen(PQgetvalue(result, i, 1)));
        read_said(&moved, result, i, 2, repeat->kind->measure_count);
        struct intake_file *file = count_file(intake, (int)count_fen(PQgetvalue(result, i, 0)));
        file->said.rows -= moved.all.rows;
        for (int m = 0; m < MEASURES; m++) file->said.fen[m] -= moved.all.fen[m];
        if (older) repeat_said_add(&older->said, &moved, -1);
        repeat->recalled = true;
    }
    PQclear(result);
    return session_run(
        session, "DROP TABLE pg_temp.recalled; DROP INDEX pg_temp.candidate_file_source_row_idx", error);
}

bool repeat_current(const struct merge *merge, struct error *error) {
    const struct repeat *repeat = merge->intake ? repeat_of(merge->intake, merge->kind) : NULL;
    if (!repeat) return true;
    PGresult *result = session_ask(
        merge->session,
        lane_format(merge->arena,
                    "SELECT coalesce(max(m.movement), 0) FROM intake.movement m JOIN intake.delivery d USING"
                    " (delivery) WHERE d.county = '%s' AND m.kind = '%s'",
                    merge->county, merge->kind->name),
        0, NULL, error);
    if (!result) return false;
    bool same = count_fen(PQgetvalue(result, 0, 0)) == repeat->movement;
    PQclear(result);
    return same || error_code(error, TROUBLE_LATER, NULL,
                              TEXT("%s：读入期间这个县的数据被另一次运行改动，请重新运行",
                                   "%s: another run changed this county while it was read; run again"),
                              merge->kind->label);
}

bool repeat_keep(const struct merge *merge, struct error *error) {
    const struct repeat *repeat = merge->intake ? repeat_of(merge->intake, merge->kind) : NULL;
    if (repeat &&
        !session_run(merge->session,
                     lane_format(merge->arena, "INSERT INTO record.repeated SELECT * FROM %s", repeat->runs),
                     error))
        return false;
    return session_run(
        merge->session,
        lane_format(merge->arena,
                    "INSERT INTO record.repeated SELECT '%s', file, min(source_row), same_file, "
                    "min(same_row),"
                    " count(*) FROM (SELECT file, source_row, same_file, same_row, source_row - row_number() "
                    "OVER"
                    "  (PARTITION BY file, same_file, source_row - same_row ORDER BY source_row) AS island"
                    "  FROM pg_temp.verdict WHERE how = 'unchanged') x"
                    " GROUP BY file, same_file, source_row - same_row, island",
                    merge->county),
        error);
}

static bool equal(const struct merge *merge, const struct repeat_said *said, const struct repeat_said *there,
                  struct error *error) {
    char expected[FEN_TEXT], found[FEN_TEXT];
    const struct kind *kind = merge->kind;
    int64_t more = said->all.rows - there->all.rows;
    if (more)
        return error_code(error, TROUBLE_REFUSED, "conserve.rows",
                          TEXT("%s：%jd 行没有判定，或判定了两次", "%s: %jd rows have no verdict, or two"),
                          kind->label, (intmax_t)(more < 0 ? -more : more));
    for (uint32_t m = 0; m < kind->measure_count; m++) {
        const char *label = kind->columns[kind->measures[m]].label;
        if (said->all.fen[m] != there->all.fen[m])
            return error_code(error, TROUBLE_REFUSED, "conserve.amount",
                              TEXT("不守恒：%s %s，未变的行读入 %s，已入库 %s",
                                   "not conserved: %s %s of unchanged rows, read %s, published %s"),
                              kind->label, label, fen_text(said->all.fen[m], expected),
                              fen_text(there->all.fen[m], found));
        if (said->placed[m] != there->placed[m])
            return error_code(error, TROUBLE_REFUSED, "conserve.amount",
                              TEXT("不守恒：%s %s，未变的行合计相同(%s)，但有的行金额与已入库的不同",
                                   "not conserved: %s %s of unchanged rows is %s in all on both sides, but "
                                   "some rows have other amounts than the published ones"),
                              kind->label, label, fen_text(said->all.fen[m], expected));
    }
    return true;
}

/* Each older file by itself, so that what two of them lack and have too much cannot cancel out. */
static bool compare(const struct merge *merge, const struct repeat *repeat, const PGresult *left,
                    struct error *error) {
    bool ok = true;
    for (uint32_t i = 0; ok && i < repeat->older_count; i++) {
        struct repeat_said there = {0};
        if (!repeat->older[i].met) continue;
        for (int row = 0; row < PQntuples(left); row++)
            if ((int)count_fen(PQgetvalue(left, row, 0)) == repeat->older[i].file)
                read_said(&there, left, row, 1, merge->kind->measure_count);
        ok = equal(merge, &repeat->older[i].said, &there, error);
    }
    return ok;
}

bool repeat_prove(const struct merge *merge, struct error *error) {
    struct arena *arena = merge->arena;
    struct repeat *repeat = merge->intake ? repeat_of(merge->intake, merge->kind) : NULL;
    const char *files = "";
    if (!repeat) return true;
    for (uint32_t i = 0; i < repeat->older_count; i++)
        if (repeat->older[i].met)
            files = lane_format(arena, "%s%s%d", files, *files ? "," : "", repeat->older[i].file);
    /* Rows that were sent after all were counted with their delivery. */
    const char *sent = repeat->recalled ? " AND NOT EXISTS (SELECT FROM pg_temp.verdict v WHERE v.key_hash ="
                                          " p.key_hash AND v.how = 'unchanged')"
                                        : "";
    PGresult *left = ask_said(
        merge->session, merge->kind,
        lane_format(arena, "SELECT p.file, %s FROM %s p WHERE p.file = ANY ('{%s}')%s GROUP BY p.file",
                    said_sums(arena, repeat, "p"), merge->partition, files, sent),
        error);
    if (!left) return false;
    bool ok = compare(merge, repeat, left, error);
    PQclear(left);
    for (uint32_t i = 0; ok && i < merge->intake->file_count; i++) {
        struct intake_file *file = merge->intake->files[i];
        if (file->repeat == repeat) count_merge(&file->buckets[BUCKET_UNCHANGED], &file->said);
    }
    return ok;
}
