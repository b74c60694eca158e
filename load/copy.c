/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/copy.h"
#include "core/language.h"
#include "load/lane.h"
#include <assert.h>
#include <limits.h>
#include <stdio.h>

/* 64 KB to libpq at a time (8 KB and 1 MB were no faster), with the five bytes of the message before them:
   libpq sends whole pieces of 8 KB at once and what is left of one by a call of its own.  Side rows wait
   until they are worth ending and reopening the COPY. */
enum {
    FLUSH_BYTES = (64 << 10) - 5,
    SIDE_BYTES = 1 << 20,
    VALUE_BYTES = 1000,
    SIDE_COLUMNS = 10,
    REASON_COLUMNS = 11
};

/* The content of every delete marker: twice the same is a duplicate, beside a row it is a conflict. */
static const uint64_t marker_hash = 0x9E3779B97F4A7C15;

static const char *const weights[] = {"reject", "explain", "doubt", "note"};

/* Columns that no spec fills are left out: the server takes 15 ns to be told that one is null, and half
   of a kind's columns are. */
static void choose_columns(struct copy *copy) {
    const struct intake_source *source = &copy->file->source;
    const struct kind *kind = source->kind;
    struct arena *arena = &copy->lane->arena;
    uint32_t *columns = ARENA_NEW(arena, uint32_t, kind->column_count + 1);
    const char *list = "";
    copy->column_count = 0;
    for (uint32_t i = 0; i < kind->column_count; i++) {
        if (source->fed && !source->fed[i]) continue;
        columns[copy->column_count++] = i;
        list = lane_format(arena, "%s%s, ", list, kind->columns[i].field);
    }
    copy->columns = columns;
    copy->sql =
        lane_format(arena, "COPY %s (%ssrc_key, key_hash, row_hash, file, source_row) FROM STDIN BINARY",
                    copy->file->fresh, list);
}

/* What is not sent must be null. */
static void check_columns(const struct copy *copy, const struct batch *batch) {
    const bool *fed = copy->file->source.fed;
    for (uint32_t i = 0; fed && i < batch->kind->column_count; i++)
        assert(fed[i] || !memchr(batch->values[i].null, 0, batch->row_count));
}

static bool copy_open(struct stage *stage, struct columns *columns, struct error *error) {
    struct copy *copy = stage->state;
    (void)columns;
    assert(copy->intake && copy->file && copy->worker < WORKERS_MAX);
    copy->lane = &copy->intake->lanes[copy->worker];
    copy->lane->only_at = 0;
    arena_reset(&copy->lane->arena);
    choose_columns(copy);
    repeat_lane_begin(&copy->lane->repeat, copy->file, &copy->lane->arena);
    if (copy->lane->session.connection) return true;
    /* What a lane commits counts only once the publishing transaction refers to it, and that one's COMMIT
       waits for the log of both: so the log goes to disk while the key is built. */
    return session_open(&copy->lane->session, copy->intake->registry->database, "tongchou copy", error) &&
           session_run(&copy->lane->session, "SET synchronous_commit = off", error);
}

/* Sends the first `size` bytes of the records; the others move up. */
static bool send_records(struct copy *copy, size_t size, struct error *error) {
    struct copy_lane *lane = copy->lane;
    if (!size) return true;
    if (!lane->copying) {
        if (!session_copy_begin(&lane->session, copy->sql, error)) return false;
        lane->copying = true;
        struct encoder head = {0};
        encode_begin(&head);
        bool ok = session_copy_send(&lane->session, head.bytes, head.size, error);
        encode_free(&head);
        if (!ok) return false;
    }
    bool ok = session_copy_send(&lane->session, lane->records.bytes, size, error);
    lane->records.size -= size;
    memmove(lane->records.bytes, lane->records.bytes + size, lane->records.size);
    return ok;
}

static bool arrived(int64_t sent, int64_t rows, struct error *error) {
    return sent == rows ||
           error_code(error, TROUBLE_REFUSED, "conserve.rows",
                      TEXT("发送 %jd 行，数据库收到 %jd 行", "sent %jd rows, the database took %jd"),
                      (intmax_t)sent, (intmax_t)rows);
}

static bool end_records(struct copy *copy, struct error *error) {
    struct copy_lane *lane = copy->lane;
    if (!send_records(copy, lane->records.size, error)) return false;
    if (!lane->copying) return true;
    lane->copying = false;
    int64_t rows = 0, sent = lane->record_count;
    lane->record_count = 0;
    return session_copy_send(&lane->session, "\377\377", 2, error) &&
           session_copy_end(&lane->session, &rows, error) && arrived(sent, rows, error);
}

static bool send_whole(struct copy_lane *lane, const char *sql, struct encoder *encoder, int64_t *count,
                       struct error *error) {
    if (!encoder->size) return true;
    int64_t rows = 0, sent = *count;
    encode_end(encoder);
    bool ok = session_copy_begin(&lane->session, sql, error) &&
              session_copy_send(&lane->session, encoder->bytes, encoder->size, error) &&
              session_copy_end(&lane->session, &rows, error) && arrived(sent, rows, error);
    encoder->size = 0;
    *count = 0;
    return ok;
}

static bool flush_sides(struct copy *copy, struct error *error) {
    struct copy_lane *lane = copy->lane;
    const struct intake *intake = copy->intake;
    if (!end_records(copy, error)) return false;
    char sql[4 * FRESH_BYTES];
    snprintf(sql, sizeof sql, "COPY %s FROM STDIN BINARY", intake->side);
    if (!send_whole(lane, sql, &lane->sides, &lane->side_count, error)) return false;
    snprintf(sql, sizeof sql,
             "COPY %s (file, source_row, number, code, weight, source_column, target_column, value, detail,"
             " src_key, fen) FROM STDIN BINARY",
             intake->reason);
    if (!send_whole(lane, sql, &lane->reasons, &lane->reason_count, error)) return false;
    struct repeat_lane *repeat = &lane->repeat;
    if (!repeat->runs.size) return true;
    snprintf(sql, sizeof sql, "COPY %s (file, source_row, same_file, same_row, rows) FROM STDIN BINARY",
             copy->file->repeat->runs);
    return send_whole(lane, sql, &repeat->runs, &repeat->run_count, error);
}

static void put_name(struct encoder *encoder, bool known, struct span name) {
    if (known) encode_clean(encoder, name, VALUE_BYTES);
    else encode_null(encoder);
}

static void put_side(struct copy *copy, const struct batch *batch, uint32_t index, const char *bucket) {
    struct encoder *encoder = &copy->lane->sides;
    const struct row *row = &batch->rows[index];
    int name = lane_name_column(copy->file->source.kind);
    if (!encoder->size) encode_begin(encoder);
    encode_reserve(encoder, 64);
    encode_int16(encoder, SIDE_COLUMNS);
    encode_number32(encoder, copy->file->number);
    encode_number32(encoder, (int32_t)row->number);
    encode_word(encoder, bucket);
    if (row->key.bytes) {
        encode_clean(encoder, row->key, VALUE_BYTES);
        encode_uuid(encoder, row->key_hash);
    } else {
        encode_null(encoder);
        encode_null(encoder);
    }
    encode_number64(encoder, (int64_t)marker_hash);
    encode_number64(encoder, (int64_t)row->byte);
    if (row->raw.bytes) encode_text(encoder, row->raw);
    else encode_null(encoder);
    encode_fen_array(encoder, batch, index, copy->file->source.kind->measure_count);
    bool named = row->fate == FATE_REJECTED && name >= 0 && batch->values && !batch->values[name].null[index];
    put_name(encoder, named, named ? batch->values[name].text[index] : (struct span){0});
    copy->lane->side_count++;
}

static void put_reason(struct copy *copy, const struct batch *batch, uint32_t index, uint8_t number) {
    struct encoder *encoder = &copy->lane->reasons;
    const struct row *row = &batch->rows[index];
    const struct reason *reason = &row->reasons[number];
    const struct kind *kind = copy->file->source.kind;
    if (!encoder->size) encode_begin(encoder);
    encode_reserve(encoder, 64);
    encode_int16(encoder, REASON_COLUMNS);
    encode_number32(encoder, copy->file->number);
    encode_number32(encoder, (int32_t)row->number);
    encode_reserve(encoder, 8);
    encode_int32(encoder, 2);
    encode_int16(encoder, number + 1);
    encode_word(encoder, reason->code);
    encode_word(encoder, weights[reason->weight]);
    bool source = reason->source && batch->source && reason->source <= batch->source->count;
    put_name(encoder, source, source ? batch->source->names[reason->source - 1] : (struct span){0});
    const char *target =
        reason->target && reason->target <= kind->column_count ? kind->columns[reason->target - 1].name : "";
    put_name(encoder, *target, (struct span){target, strlen(target)});
    put_name(encoder, reason->value.bytes != NULL, reason->value);
    encode_clean(encoder, reason->detail, VALUE_BYTES);
    put_name(encoder, row->key.bytes != NULL, row->key);
    if (kind->main_measure >= 0 && batch->measures[kind->main_measure])
        encode_number64(encoder, batch->measures[kind->main_measure][index]);
    else encode_null(encoder);
    copy->lane->reason_count++;
}

/* Whether a row is to be loaded at all when only some of a file's rows are evaluated again: those that
   still do not pass stay open where they are.  One that a person corrected in vain is kept with its new
   reasons, so that the next list tells them. */
static bool wanted(struct copy *copy, const struct batch *batch, uint32_t index) {
    const struct intake_source *source = &copy->file->source;
    const struct row *row = &batch->rows[index];
    struct copy_lane *lane = copy->lane;
    while (lane->only_at > 0 && source->only[lane->only_at - 1] >= row->number) lane->only_at--;
    while (lane->only_at < source->only_count && source->only[lane->only_at] < row->number) lane->only_at++;
    bool listed = lane->only_at < source->only_count && source->only[lane->only_at] == row->number;
    bool corrected = strcmp(copy->intake->delivery.source, "retry") == 0;
    if (listed && (row->fate == FATE_LIVE || (corrected && row->fate == FATE_REJECTED))) return true;
    lane->skipped.rows[row->fate]++;
    for (int m = 0; m < MEASURES; m++)
        if (batch->measures[m]) lane->skipped.measures[row->fate][m] += batch->measures[m][index];
    bool doubtful = false;
    for (uint8_t i = 0; i < row->reason_count; i++) doubtful |= row->reasons[i].weight == WEIGHT_DOUBT;
    lane->skipped.doubtful += doubtful && row->fate == FATE_LIVE;
    return false;
}

static bool put_key(struct copy *copy, const struct row *row, struct error *error) {
    /* Kinds share the list, so a kind's address makes the same key another one. */
    uint64_t hash = row->key_hash[0] ^ ((uint64_t)(copy->file->source.kind - model_kinds) + 1) * marker_hash;
    return keys_add(
        &copy->lane->keys,
        (struct key){.hash = hash, .file = (uint32_t)copy->file->number, .row = (uint32_t)row->number},
        error);
}

static bool put_row(struct copy *copy, const struct batch *batch, uint32_t index, uint32_t again,
                    struct error *error) {
    const struct row *row = &batch->rows[index];
    if (row->number > INT_MAX)
        return error_code(error, TROUBLE_REFUSED, NULL, "%s",
                          TEXT("行号超过上限", "the row number passes the limit"));
    if (copy->file->source.parent_file && !wanted(copy, batch, index)) return true;
    for (uint8_t i = 0; i < row->reason_count; i++) put_reason(copy, batch, index, i);
    if (again != REPEAT_NONE) {
        repeat_put(&copy->lane->repeat, copy->file, batch, index, again);
    } else if (row->fate == FATE_LIVE && !row->withdrawn) {
        encode_record(&copy->lane->records, batch, index, copy->columns, copy->column_count,
                      copy->file->number);
        copy->lane->record_count++;
    } else {
        put_side(copy, batch, index,
                 row->fate == FATE_LIVE       ? "withdrawn"
                 : row->fate == FATE_REJECTED ? "rejected"
                                              : "explained");
    }
    return row->fate != FATE_LIVE || put_key(copy, row, error);
}

/* Rows [from, from + count); `found` tells which say again what is published. */
static bool put_rows(struct copy *copy, const struct batch *batch, uint32_t from, uint32_t count,
                     const uint32_t found[REPEAT_CHUNK], struct error *error) {
    struct copy_lane *lane = copy->lane;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t again = copy->file->repeat ? found[i] : REPEAT_NONE;
        if (!put_row(copy, batch, from + i, again, error)) return false;
        while (lane->records.size >= FLUSH_BYTES)
            if (!send_records(copy, FLUSH_BYTES, error)) return false;
    }
    return true;
}

static enum flow copy_run(struct stage *stage, struct batch *batch, struct error *error) {
    struct copy *copy = stage->state;
    struct copy_lane *lane = copy->lane;
    uint32_t found[REPEAT_CHUNK];
    check_columns(copy, batch);
    for (uint32_t from = 0, count; from < batch->row_count; from += count) {
        count = batch->row_count - from < REPEAT_CHUNK ? batch->row_count - from : REPEAT_CHUNK;
        if (copy->file->repeat) repeat_find(copy->file, batch, from, count, found);
        if (!put_rows(copy, batch, from, count, found, error)) return FLOW_FAILED;
    }
    bool full = lane->sides.size + lane->reasons.size + lane->repeat.runs.size >= SIDE_BYTES;
    return full && !flush_sides(copy, error) ? FLOW_FAILED : FLOW_MORE;
}

static bool copy_end(struct stage *stage, struct error *error) {
    struct copy *copy = stage->state;
    repeat_run_end(&copy->lane->repeat, copy->file);
    return flush_sides(copy, error);
}

static void copy_close(struct stage *stage) {
    struct copy *copy = stage->state;
    struct copy_lane *lane = copy->lane;
    if (!lane) return;
    lane->records.size = lane->sides.size = lane->reasons.size = lane->repeat.runs.size = 0;
    lane->record_count = lane->side_count = lane->reason_count = lane->repeat.run_count = 0;
    /* After a failure the COPY may still be open; without the connection the server rolls it back. */
    if (lane->copying || session_lost(&lane->session)) session_close(&lane->session);
    lane->copying = false;
}

const struct stage_kind load_copy = {
    .name = "copy",
    .state_size = sizeof(struct copy),
    .open = copy_open,
    .run = copy_run,
    .end = copy_end,
    .close = copy_close,
};
