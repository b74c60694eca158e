/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/reference.h"
#include "core/language.h"
#include "transform/row/csv.h"
#include "transform/row/date.h"
#include <stdio.h>
#include <stdlib.h>

struct cleaning {
    const char *path;
    struct arena *arena;
    uint32_t count;               /* columns of the shipped table */
    struct span names[CSV_CELLS]; /* [count] */
    uint32_t place[CSV_CELLS];    /* [count] where the city's file has it */
    int from, until, days;        /* which of them are the dates, and a number of days; -1: none */
    FILE *out;
    struct error *error;
};

static bool wrong(const struct cleaning *at, uint32_t line, uint32_t column, struct span name,
                  const char *sentence) {
    at->error->at = (struct place){.source = at->path, .row = line, .column = column};
    return error_code(at->error, TROUBLE_USAGE, NULL,
                      TEXT("%s 第 %u 行 %.*s 列：%s", "%s line %u column %.*s: %s"), at->path, line,
                      (int)name.size, name.bytes, sentence);
}

static bool read_header(struct cleaning *at, struct csv *csv) {
    struct span cells[CSV_CELLS];
    uint32_t count = csv_next(csv, cells, at->arena);
    for (uint32_t i = 0; i < at->count; i++) {
        uint32_t c = 0;
        while (c < count && !span_equal(cells[c], at->names[i])) c++;
        if (c == count) return wrong(at, 1, 0, at->names[i], TEXT("缺少这一列", "the column is missing"));
        at->place[i] = c;
    }
    return true;
}

static void put_cell(FILE *out, struct span cell, bool first) {
    if (!first) fputc(',', out);
    if (!cell.size) return;
    fputc('"', out);
    for (size_t i = 0; i < cell.size; i++) {
        if (cell.bytes[i] == '"') fputc('"', out);
        fputc(cell.bytes[i], out);
    }
    fputc('"', out);
}

/* A date as the database reads it; an empty end stays empty. */
static bool clean_date(const struct cleaning *at, uint32_t line, uint32_t column, struct span *cell,
                       int32_t *day) {
    bool first = (int)column == at->from;
    if (!cell->size)
        return !first ||
               wrong(at, line, at->place[column] + 1, at->names[column],
                     TEXT("没有日期，每一行都要写从哪天起", "there is no date; every row says from when on"));
    enum date_verdict verdict = date_read(*cell, at->arena, day);
    if (verdict != DATE_OK && verdict != DATE_PLACEHOLDER)
        return wrong(at, line, at->place[column] + 1, at->names[column], TEXT("不是日期", "no date"));
    char *text = ARENA_NEW(at->arena, char, 16);
    *cell = (struct span){text, date_write(*day, text)};
    return true;
}

/* A whole number of days, at most a year of them. */
static bool clean_days(const struct cleaning *at, uint32_t line, struct span cell) {
    enum { DAYS_MAX = 366 };
    uint32_t days = 0;
    bool whole = cell.size > 0 && cell.size <= 3;
    for (size_t i = 0; whole && i < cell.size; i++) {
        whole = cell.bytes[i] >= '0' && cell.bytes[i] <= '9';
        days = days * 10 + (uint32_t)(cell.bytes[i] - '0');
    }
    return (whole && days <= DAYS_MAX) ||
           wrong(at, line, at->place[at->days] + 1, at->names[at->days],
                 TEXT("不是 0 到 366 的整数", "it is no whole number from 0 to 366"));
}

static bool clean_row(struct cleaning *at, uint32_t line, const struct span *cells, uint32_t count) {
    struct span row[CSV_CELLS];
    int32_t from = INT32_MIN, until = INT32_MAX;
    for (uint32_t i = 0; i < at->count; i++) {
        row[i] = at->place[i] < count ? cells[at->place[i]] : (struct span){"", 0};
        bool dated = (int)i == at->from || (int)i == at->until;
        if (dated && !clean_date(at, line, i, &row[i], (int)i == at->from ? &from : &until)) return false;
        if ((int)i == at->days && !clean_days(at, line, row[i])) return false;
    }
    if (until <= from)
        return wrong(at, line, at->place[at->until] + 1, at->names[at->until],
                     TEXT("不晚于 valid_from", "it is not after valid_from"));
    for (uint32_t i = 0; i < at->count; i++) put_cell(at->out, row[i], i == 0);
    fputc('\n', at->out);
    return true;
}

static bool clean_rows(struct cleaning *at, struct span own) {
    struct csv csv = {.text = own};
    struct span cells[CSV_CELLS];
    if (!read_header(at, &csv)) return false;
    for (uint32_t i = 0; i < at->count; i++) put_cell(at->out, at->names[i], i == 0);
    fputc('\n', at->out);
    for (uint32_t count; (count = csv_next(&csv, cells, at->arena)) > 0;)
        if (!clean_row(at, csv.line, cells, count)) return false;
    return !csv.broken || wrong(at, csv.line, 0, at->names[0],
                                TEXT("引号未闭合，或列太多", "a quote is never closed, or too many columns"));
}

bool reference_clean(struct span own, const char *path, struct span shipped, struct arena *arena,
                     struct span *clean, struct error *error) {
    struct cleaning at = {.path = path, .arena = arena, .from = -1, .until = -1, .days = -1, .error = error};
    struct csv csv = {.text = shipped};
    char *bytes = NULL;
    size_t size = 0;
    at.count = csv_next(&csv, at.names, arena);
    for (uint32_t i = 0; i < at.count; i++) {
        if (span_equal(at.names[i], SPAN("valid_from"))) at.from = (int)i;
        if (span_equal(at.names[i], SPAN("valid_until"))) at.until = (int)i;
        if (span_equal(at.names[i], SPAN("days"))) at.days = (int)i;
    }
    at.out = open_memstream(&bytes, &size);
    if (!at.out) abort();
    bool ok = clean_rows(&at, own);
    fclose(at.out);
    if (ok) *clean = arena_copy(arena, (struct span){bytes, size});
    free(bytes);
    return ok;
}
