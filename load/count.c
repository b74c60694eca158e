/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "load/lane.h"
#include <assert.h>
#include <stdio.h>

const char *const bucket_names[BUCKET_COUNT] = {"new",         "changed",   "unchanged", "withdrawn",
                                                "superseded",  "duplicate", "rejected",  "explained",
                                                "unpublished", "replaced",  "ended",     "vanished"};

/* A sum of bigint is numeric: whole digits, more than 64 bits may hold. */
fen_total count_fen(const char *text) {
    bool negative = *text == '-';
    fen_total total = 0;
    for (text += negative; *text >= '0' && *text <= '9'; text++) total = total * 10 + (*text - '0');
    return negative ? -total : total;
}

void count_add(struct intake_bucket *bucket, const PGresult *result, int row, int first,
               uint32_t measure_count) {
    bucket->rows += (int64_t)count_fen(PQgetvalue(result, row, first));
    for (uint32_t m = 0; m < measure_count; m++)
        bucket->fen[m] += count_fen(PQgetvalue(result, row, first + 1 + (int)m));
}

void count_merge(struct intake_bucket *into, const struct intake_bucket *from) {
    into->rows += from->rows;
    for (int m = 0; m < MEASURES; m++) into->fen[m] += from->fen[m];
}

struct intake_file *count_file(struct intake *intake, int number) {
    for (uint32_t i = 0; i < intake->file_count; i++)
        if (intake->files[i]->number == number) return intake->files[i];
    assert(!"a file of this delivery");
    return NULL;
}

const char *count_sums(struct arena *arena, const struct kind *kind, const char *alias) {
    const char *list = "count(*)";
    for (uint32_t m = 0; m < kind->measure_count; m++)
        list = lane_format(arena, "%s, coalesce(sum(%s.%s), 0)", list, alias,
                           kind->columns[kind->measures[m]].field);
    return list;
}

static int bucket_of(const char *name) {
    if (strcmp(name, "conflict") == 0) return BUCKET_REJECTED;
    for (int i = 0; i < BUCKET_OWN; i++)
        if (strcmp(name, bucket_names[i]) == 0) return i;
    assert(!"a bucket");
    return 0;
}

bool count_side(struct intake *intake, struct error *error) {
    const char *sums = "count(*)";
    for (int m = 1; m <= MEASURES; m++)
        sums = lane_format(intake->arena, "%s, coalesce(sum(fen[%d]), 0)", sums, m);
    const char *sql = lane_format(intake->arena, "SELECT file, bucket, %s FROM %s GROUP BY file, bucket",
                                  sums, intake->side);
    PGresult *result = session_ask(&intake->registry->session, sql, 0, NULL, error);
    if (!result) return false;
    for (int i = 0; i < PQntuples(result); i++) {
        struct intake_file *file = count_file(intake, (int)count_fen(PQgetvalue(result, i, 0)));
        const char *bucket = PQgetvalue(result, i, 1);
        count_add(&file->buckets[bucket_of(bucket)], result, i, 2, MEASURES);
    }
    PQclear(result);
    return true;
}

static bool differ(const struct intake_file *file, const char *code, const char *what, fen_total left,
                   fen_total right, struct error *error) {
    char expected[FEN_TEXT], found[FEN_TEXT];
    bool rows = strcmp(code, "conserve.rows") == 0;
    fen_text(rows ? left * 100 : left, expected);
    fen_text(rows ? right * 100 : right, found);
    return error_code(error, TROUBLE_REFUSED, code,
                      TEXT("不守恒：%s %s %s，读入 %s，数据库实有 %s",
                           "not conserved: %s %s %s, read %s, in the database %s"),
                      file->source.member, file->source.kind->label, what, expected, found);
}

bool count_check(const struct intake *intake, struct error *error) {
    for (uint32_t i = 0; i < intake->file_count; i++) {
        const struct intake_file *file = intake->files[i];
        int64_t rows = 0;
        for (int b = 0; b < BUCKET_OWN; b++) rows += file->buckets[b].rows;
        if (rows != (int64_t)tally_rows(&file->tally))
            return differ(file, "conserve.rows", TEXT("行数", "rows"), (fen_total)tally_rows(&file->tally),
                          rows, error);
        for (uint32_t m = 0; m < file->source.kind->measure_count; m++) {
            fen_total fen = 0;
            for (int b = 0; b < BUCKET_OWN; b++) fen += file->buckets[b].fen[m];
            const struct kind *kind = file->source.kind;
            if (fen != tally_fen(&file->tally, m))
                return differ(file, "conserve.amount", kind->columns[kind->measures[m]].label,
                              tally_fen(&file->tally, m), fen, error);
        }
        const struct intake_bucket *explained = &file->buckets[BUCKET_EXPLAINED];
        if (explained->rows != (int64_t)file->tally.rows[FATE_EXPLAINED])
            return differ(file, "conserve.rows", bucket_names[BUCKET_EXPLAINED],
                          (fen_total)file->tally.rows[FATE_EXPLAINED], explained->rows, error);
    }
    return true;
}
