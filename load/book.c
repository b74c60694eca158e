/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include <stdio.h>

enum { MESSAGE_BYTES = 512 };

static const char *digits(struct arena *arena, int64_t value) {
    return lane_format(arena, "%jd", (intmax_t)value);
}

static const char *or_null(const char *text) { return text && *text ? text : NULL; }

/* An error's sentence may be cut inside a character; the server takes only whole ones. */
static const char *clean(struct arena *arena, const char *text) {
    if (!text) return NULL;
    struct encoder encoder = {0};
    encode_clean(&encoder, (struct span){text, strlen(text)}, MESSAGE_BYTES);
    struct span copy = arena_copy(arena, (struct span){encoder.bytes + 4, encoder.size - 4});
    const char *result = lane_format(arena, "%.*s", (int)copy.size, copy.bytes);
    encode_free(&encoder);
    return result;
}

static const char *text_array(struct arena *arena, const struct span *words, uint32_t count) {
    size_t size = 3;
    for (uint32_t i = 0; i < count; i++) size += 2 * words[i].size + 3;
    char *text = ARENA_NEW(arena, char, size), *at = text;
    *at++ = '{';
    for (uint32_t i = 0; i < count; i++) {
        if (i) *at++ = ',';
        *at++ = '"';
        for (size_t c = 0; c < words[i].size; c++) {
            char letter = words[i].bytes[c];
            if (letter == '"' || letter == '\\') *at++ = '\\';
            if (letter) *at++ = letter;
        }
        *at++ = '"';
    }
    *at++ = '}';
    *at = '\0';
    return text;
}

static const char *text_of(struct arena *arena, struct span text) {
    return clean(arena, lane_format(arena, "%.*s", (int)text.size, text.bytes ? text.bytes : ""));
}

static bool book_uses(struct intake *intake, const struct intake_file *file, struct error *error) {
    bool ok = true;
    for (uint32_t i = 0; ok && i < file->use_count; i++) {
        const struct intake_use *use = &file->uses[i];
        char fen[DIGITS_BYTES];
        struct arena *arena = intake->arena;
        const char *arguments[] = {digits(arena, file->number),
                                   use->target_column,
                                   use->table_name,
                                   text_of(arena, use->source_code),
                                   text_of(arena, use->source_label),
                                   use->target_code.bytes ? text_of(arena, use->target_code) : NULL,
                                   use->status,
                                   use->path ? use->path : "",
                                   digits(arena, use->line),
                                   digits(arena, use->rows),
                                   lane_digits(use->fen, fen),
                                   use->dated ? digits(arena, use->first) : NULL,
                                   use->dated ? digits(arena, use->last) : NULL};
        ok = session_tell(
            &intake->registry->session,
            "INSERT INTO mapping.use (file, target_column, table_name, source_code, source_label, "
            "target_code,"
            " status, path, line, rows, fen, first_day, last_day) VALUES ($1::int, $2, $3, $4, $5, $6, $7, "
            "$8,"
            " $9::int, $10::bigint, $11::numeric, date '2000-01-01' + $12::int, date '2000-01-01' + "
            "$13::int)",
            13, arguments, NULL, error);
    }
    return ok;
}

static bool book_file(struct intake *intake, const struct intake_file *file, struct error *error) {
    struct arena *arena = intake->arena;
    const struct intake_source *source = &file->source;
    char fen[DIGITS_BYTES];
    const struct kind *kind = source->kind;
    const char *measure =
        source->declared_money ? kind->columns[kind->measures[source->declared_measure]].name : NULL;
    const char *arguments[] = {
        digits(arena, file->number),
        digits(arena, intake->number),
        clean(arena, source->member ? source->member : ""),
        kind->name,
        source->spec_path ? source->spec_path : "",
        source->spec_sha256 ? source->spec_sha256 : "",
        source->mapping_sha256 ? source->mapping_sha256 : "",
        source->encoding ? source->encoding : "",
        source->snapshot ? "t" : "f",
        text_array(arena, source->columns, source->column_count),
        source->declared_by && source->declared_rows >= 0 ? digits(arena, source->declared_rows) : NULL,
        source->declared_money ? lane_digits(source->declared_fen, fen) : NULL,
        measure,
        source->declared_by,
        digits(arena, file->milliseconds),
        source->parent_file ? digits(arena, source->parent_file) : NULL,
        source->units ? text_array(arena, source->units, source->column_count) : NULL,
        source->inside ? source->inside : "",
        source->key_person};
    return session_tell(
        &intake->registry->session,
        "INSERT INTO intake.file (file, delivery, member, kind, spec_path, spec_sha256, mapping_sha256,"
        " encoding, snapshot, columns, declared_rows, declared_fen, declared_measure, declared_by,"
        " milliseconds, parent_file, units, inside, key_person) OVERRIDING SYSTEM VALUE VALUES ($1::int, "
        "$2::int, $3, "
        "$4, $5, $6,"
        " $7, $8, $9::boolean, $10::text[], $11::bigint, $12::numeric, $13, $14, $15::int, $16::int, "
        "$17::text[], $18, $19)",
        19, arguments, NULL, error);
}

bool book_delivery(struct intake *intake, const char *state, const struct error *why, struct error *error) {
    const struct intake_delivery *d = &intake->delivery;
    struct arena *arena = intake->arena;
    const char *arguments[] = {digits(arena, intake->number),
                               digits(arena, intake->registry->run),
                               d->county,
                               d->folder,
                               clean(arena, d->path),
                               digits(arena, d->bytes),
                               d->sha256,
                               or_null(d->sm3),
                               digits(arena, d->received),
                               d->period ? d->period : "",
                               digits(arena, d->revision),
                               digits(arena, d->part),
                               intake->rank,
                               d->source,
                               d->parent ? digits(arena, intake->root) : NULL,
                               state,
                               why ? why->code : NULL,
                               clean(arena, why ? why->message : NULL),
                               clean(arena, why ? why->at.source : NULL),
                               why && why->at.row ? digits(arena, (int64_t)why->at.row) : NULL,
                               why && why->at.column ? digits(arena, why->at.column) : NULL,
                               why && why->at.byte ? digits(arena, (int64_t)why->at.byte) : NULL};
    bool ok = session_tell(
        &intake->registry->session,
        "INSERT INTO intake.delivery (delivery, run, county, folder, path, bytes, sha256, sm3, received,"
        " period, revision, part, rank, source, parent, state, published_at, code, message, at_member,"
        " at_row, at_column, at_byte) OVERRIDING SYSTEM VALUE VALUES ($1::int, $2::int, $3, $4, $5,"
        " $6::bigint, $7, $8, to_timestamp($9::bigint), $10, $11::int, $12::int, $13, $14, $15::int,"
        " $16, CASE $16 WHEN 'published' THEN now() END, $17, $18, $19, $20::bigint, $21::int,"
        " $22::bigint)",
        22, arguments, NULL, error);
    for (uint32_t i = 0; ok && i < intake->file_count; i++)
        ok = book_file(intake, intake->files[i], error) && book_uses(intake, intake->files[i], error);
    return ok;
}

static void put_line(struct encoder *lines, const char *line) {
    size_t size = strlen(line);
    encode_reserve(lines, size);
    memcpy(lines->bytes + lines->size, line, size);
    lines->size += size;
}

static void put_tally(struct encoder *lines, const struct intake_file *file, const char *bucket,
                      const char *measure, fen_total amount) {
    char line[256], text[DIGITS_BYTES];
    snprintf(line, sizeof line, "%d\t%s\t%s\t%s\n", file->number, bucket, measure, lane_digits(amount, text));
    put_line(lines, line);
}

static void put_file(struct encoder *lines, const struct intake_file *file) {
    const struct kind *kind = file->source.kind;
    put_tally(lines, file, "read", "", (fen_total)tally_rows(&file->tally));
    put_tally(lines, file, "doubtful", "", (fen_total)file->tally.doubtful);
    for (int b = 0; b < BUCKET_COUNT; b++) put_tally(lines, file, bucket_names[b], "", file->buckets[b].rows);
    for (uint32_t m = 0; m < kind->measure_count; m++) {
        const char *name = kind->columns[kind->measures[m]].name;
        put_tally(lines, file, "read", name, tally_fen(&file->tally, m));
        if (file->tally.unreadable[m])
            put_tally(lines, file, "unreadable", name, (fen_total)file->tally.unreadable[m]);
        for (int b = 0; b < BUCKET_COUNT; b++)
            if (file->buckets[b].fen[m])
                put_tally(lines, file, bucket_names[b], name, file->buckets[b].fen[m]);
    }
}

bool book_finding(struct intake *intake, const struct intake_file *file, const char *check, const char *state,
                  const char *subject, const fen_total *left, const fen_total *right, const char *detail,
                  struct error *error) {
    char a[DIGITS_BYTES], b[DIGITS_BYTES];
    struct arena *arena = intake->arena;
    const char *arguments[] = {digits(arena, intake->registry->run),
                               digits(arena, intake->number),
                               digits(arena, file->number),
                               check,
                               intake->delivery.county,
                               file->source.kind->name,
                               state,
                               subject,
                               left ? lane_digits(*left, a) : NULL,
                               right ? lane_digits(*right, b) : NULL,
                               detail};
    return session_tell(
        &intake->registry->session,
        "INSERT INTO intake.finding (run, delivery, file, check_code, county, kind, state, subject,"
        " left_value, right_value, detail) VALUES ($1::int, $2::int, $3::int, $4, $5, $6, $7, $8,"
        " $9::numeric, $10::numeric, $11)",
        11, arguments, NULL, error);
}

/* What the county declares is compared with what was read and is data. */
static bool book_control(struct intake *intake, const struct intake_file *file, struct error *error) {
    const struct intake_source *source = &file->source;
    /* Of a few rows read again the county declared nothing. */
    if (strcmp(intake->delivery.source, "file") != 0 && strcmp(intake->delivery.source, "again") != 0)
        return true;
    if (!source->declared_by || strcmp(source->declared_by, "none") == 0)
        return book_finding(intake, file, "control.absent", "not_applicable", "", NULL, NULL,
                            lane_format(intake->arena, "%s%s", source->declared_by ? "declared=none" : "",
                                        source->open_ended ? ";end=none" : ""),
                            error);
    bool ok = true;
    if (source->declared_rows >= 0) {
        fen_total left = source->declared_rows;
        fen_total right = (fen_total)(tally_rows(&file->tally) - file->tally.rows[FATE_EXPLAINED]);
        ok = book_finding(intake, file, "control.rows_mismatch", left == right ? "held" : "broken", "", &left,
                          &right, source->declared_by, error);
    }
    if (!ok || !source->declared_money) return ok;
    uint32_t m = (uint32_t)source->declared_measure;
    fen_total right = tally_fen(&file->tally, m) - file->tally.measures[FATE_EXPLAINED][m];
    return book_finding(intake, file, "control.amount_mismatch",
                        source->declared_fen == right ? "held" : "broken",
                        source->kind->columns[source->kind->measures[m]].name, &source->declared_fen, &right,
                        source->declared_by, error);
}

/* The law of the delivery, evaluated by SQL from what was just written. */
static const char law_sql[] =
    "INSERT INTO intake.finding (run, delivery, file, check_code, county, kind, state, subject, left_value, "
    "right_value)"
    " SELECT $1::int, $2::int, t.file, 'law.delivery', $3, f.kind,"
    " CASE WHEN read = accounted THEN 'held' ELSE 'broken' END, measure, read, accounted"
    " FROM (SELECT file, measure, coalesce(sum(amount) FILTER (WHERE bucket = 'read'), 0) AS read,"
    "  coalesce(sum(amount) FILTER (WHERE bucket IN ('new', 'changed', 'unchanged', 'withdrawn', "
    "'superseded',"
    "   'duplicate', 'rejected', 'explained', 'unpublished')), 0) AS accounted"
    "  FROM intake.tally GROUP BY file, measure) t JOIN intake.file f USING (file) WHERE f.delivery = "
    "$2::int";

/* The law of the table: what stood before, and what the buckets say that moved, is what stands after. */
static const char table_law_sql[] =
    "INSERT INTO intake.finding (run, delivery, file, check_code, county, kind, state, subject, left_value, "
    "right_value)"
    " SELECT $1::int, $2::int, file, 'law.table', $3, kind,"
    " CASE WHEN before + moved = after THEN 'held' ELSE 'broken' END, measure, before + moved, after"
    " FROM (SELECT m.kind, m.measure, m.before, m.after, min(f.file) AS file,"
    "  coalesce(sum(CASE WHEN t.bucket IN ('new', 'changed') THEN t.amount"
    "   WHEN t.bucket IN ('replaced', 'ended', 'vanished') THEN -t.amount END), 0) AS moved"
    "  FROM intake.movement m JOIN intake.file f ON f.delivery = m.delivery AND f.kind = m.kind"
    "  LEFT JOIN intake.tally t ON t.file = f.file AND t.measure = m.measure"
    "  WHERE m.delivery = $2::int AND m.run = $1::int AND NOT m.undone"
    "  GROUP BY m.movement) x";

bool book_laws(struct intake *intake, bool published, struct error *error) {
    struct session *session = &intake->registry->session;
    struct encoder lines = {0};
    for (uint32_t i = 0; i < intake->file_count; i++) put_file(&lines, intake->files[i]);
    bool ok = session_copy_begin(session, "COPY intake.tally FROM STDIN", error) &&
              session_copy_send(session, lines.bytes, lines.size, error) &&
              session_copy_end(session, NULL, error);
    encode_free(&lines);
    for (uint32_t i = 0; ok && i < intake->file_count; i++)
        ok = book_control(intake, intake->files[i], error);
    const char *arguments[] = {digits(intake->arena, intake->registry->run),
                               digits(intake->arena, intake->number), intake->delivery.county};
    if (!ok || !session_tell(session, law_sql, 3, arguments, NULL, error) ||
        !session_tell(session, table_law_sql, 3, arguments, NULL, error))
        return false;
    if (!published) return true;
    PGresult *result = session_ask(session,
                                   "SELECT check_code, subject FROM intake.finding WHERE delivery = $1::int"
                                   " AND check_code LIKE 'law.%' AND state = 'broken' LIMIT 1",
                                   1, arguments + 1, error);
    if (!result) return false;
    ok = PQntuples(result) == 0 ||
         error_code(error, TROUBLE_REFUSED, *PQgetvalue(result, 0, 1) ? "conserve.amount" : "conserve.rows",
                    "%s %s", PQgetvalue(result, 0, 0), PQgetvalue(result, 0, 1));
    PQclear(result);
    return ok;
}

bool book_rejects(struct intake *intake, bool published, struct error *error) {
    /* A refused delivery's rejects are shown, but nobody can retry them: they come again with it. */
    const char *sql = lane_format(intake->arena,
                                  "INSERT INTO intake.reject (file, source_row, bucket, src_key, key_hash, "
                                  "byte_offset, raw, fen, name, state)"
                                  " SELECT file, source_row, CASE bucket WHEN 'conflict' THEN 'rejected' "
                                  "ELSE bucket END, src_key, key_hash,"
                                  " byte_offset, raw, fen, name, CASE WHEN %s AND bucket IN ('rejected', "
                                  "'conflict') THEN 'open' ELSE 'none' END"
                                  " FROM %s WHERE bucket <> 'withdrawn' ORDER BY file, source_row;"
                                  "INSERT INTO intake.reason SELECT * FROM %s",
                                  published ? "true" : "false", intake->side, intake->reason);
    return session_run(&intake->registry->session, sql, error);
}
