/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/report/agree.h"
#include "report/cell.h"
#include "report/write.h"
#include "tests/report/book.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* NULL: the paper has no such form. */
static char *read_form(const char *directory, const char *name, const char *ending) {
    char path[512], *text = NULL;
    size_t size = 0, got;
    snprintf(path, sizeof path, "%s/%s.%s", directory, name, ending);
    FILE *from = fopen(path, "rb");
    if (!from) return NULL;
    FILE *into = open_memstream(&text, &size);
    char piece[4096];
    while ((got = fread(piece, 1, sizeof piece, from)) > 0) fwrite(piece, 1, got, into);
    fclose(from);
    fclose(into);
    return text;
}

/* What stands between the next <td> and its end, without the tags in it, unescaped. */
static struct span next_cell(const char **at, char *into, size_t room) {
    static const char *const marks[][2] = {{"&amp;", "&"},   {"&lt;", "<"},  {"&gt;", ">"},
                                           {"&quot;", "\""}, {"&#39;", "'"}, {"<br>", "\n"}};
    const char *cell = strstr(*at, "<td class=");
    if (!cell) return (struct span){0};
    const char *end = strstr(cell, "</td>");
    size_t size = 0;
    for (cell = strchr(cell, '>') + 1; cell < end && size + 1 < room;) {
        size_t m = 0;
        while (m < 6 && strncmp(cell, marks[m][0], strlen(marks[m][0])) != 0) m++;
        if (m < 6) into[size++] = marks[m][1][0], cell += strlen(marks[m][0]);
        else if (*cell == '<') cell = strchr(cell, '>') + 1;
        else into[size++] = *cell++;
    }
    *at = end;
    return (struct span){into, size};
}

static uint32_t agree_html(const char *page, const struct result *results, uint32_t count) {
    static char text[1 << 16];
    char buffer[CELL_TEXT];
    uint32_t compared = 0;
    const char *at = page;
    for (uint32_t s = 0; s < count; s++)
        for (uint32_t r = 0; r < results[s].row_count; r++)
            for (uint32_t c = 0; c < results[s].column_count; c++, compared++) {
                struct cell cell = cell_read(&results[s], r, c);
                struct span shown = cell_shown(&cell, buffer), found = next_cell(&at, text, sizeof text);
                cr_assert(span_equal(shown, found) || (shown.size == 0 && found.size == 0),
                          "%.*s row %u column %u: the page says %.*s", (int)results[s].zh.size,
                          results[s].zh.bytes, r, c, (int)found.size, found.bytes);
            }
    cr_expect(!strstr(at, "<td class="), "the page has more cells than the tables");
    return compared;
}

/* Spaces apart, the cells of a row are its line. */
static uint32_t agree_text(const char *text, const struct result *results, uint32_t count) {
    char buffer[CELL_TEXT];
    uint32_t compared = 0;
    const char *at = text;
    for (uint32_t s = 0; s < count; s++)
        for (uint32_t r = 0; r < results[s].row_count; r++)
            for (uint32_t c = 0; c < results[s].column_count; c++, compared++) {
                struct cell cell = cell_read(&results[s], r, c);
                struct span shown = cell_shown(&cell, buffer);
                if (shown.size == 0) continue;
                const char *found = memmem(at, strlen(at), shown.bytes, shown.size);
                cr_assert(found && (c == 0 || !memchr(at, '\n', (size_t)(found - at))),
                          "%.*s row %u column %u: %.*s is not in its line", (int)results[s].zh.size,
                          results[s].zh.bytes, r, c, (int)shown.size, shown.bytes);
                at = found + shown.size;
            }
    return compared;
}

static uint32_t agree_json(const char *text, const struct result *results, uint32_t count) {
    char buffer[CELL_TEXT];
    uint32_t compared = 0;
    const char *at = text;
    for (uint32_t s = 0; s < count; s++)
        for (uint32_t r = 0; r < results[s].row_count; r++)
            for (uint32_t c = 0; c < results[s].column_count; c++, compared++) {
                struct cell cell = cell_read(&results[s], r, c);
                struct span exact = cell_exact(&cell, buffer), name = results[s].columns[c].name;
                char mark[96];
                bool fen = name.size > 4 && memcmp(name.bytes + name.size - 4, "_fen", 4) == 0;
                snprintf(mark, sizeof mark, "\"%.*s%s\": ", (int)(name.size - (fen ? 4 : 0)), name.bytes,
                         fen ? "_yuan" : "");
                const char *found = strstr(at, mark);
                cr_assert(found, "%.*s row %u has no %s", (int)results[s].zh.size, results[s].zh.bytes, r,
                          mark);
                at = found + strlen(mark);
                bool plain = !memchr(exact.bytes ? exact.bytes : "", '"', exact.size) &&
                             !memchr(exact.bytes ? exact.bytes : "", '\n', exact.size);
                if (cell.null) cr_assert(strncmp(at, "null", 4) == 0, "row %u: %s not null", r, mark);
                else if (plain)
                    cr_assert(strncmp(at + (*at == '"'), exact.bytes, exact.size) == 0 &&
                                  strchr("\",}", at[(*at == '"') + exact.size]),
                              "%.*s row %u: %s%.20s, not %.*s", (int)results[s].zh.size, results[s].zh.bytes,
                              r, mark, at, (int)exact.size, exact.bytes);
            }
    return compared;
}

/* A number cell of yuan back to fen, as any reader with doubles would. */
static bool same_fen(struct span in_book, const struct cell *cell) {
    return (long long)(strtod(in_book.bytes, NULL) * 100 + (cell->value < 0 ? -0.5 : 0.5)) ==
           (long long)cell->value;
}

static uint32_t agree_table(const struct book_sheet *sheet, uint32_t header, const struct result *result) {
    char buffer[CELL_TEXT];
    for (uint32_t r = 0; r < result->row_count; r++)
        for (uint32_t c = 0; c < result->column_count; c++) {
            struct cell cell = cell_read(result, r, c);
            struct span found = book_cell(sheet, header + 1 + r, c);
            bool share = cell.show == SHOW_SHARE || cell.show == SHOW_CHANGE;
            struct span exact = cell.number ? cell_exact(&cell, buffer) : cell_shown(&cell, buffer);
            bool same = cell.number && cell.show == SHOW_FEN ? same_fen(found, &cell)
                        : cell.number && share
                            ? (long long)(strtod(found.bytes, NULL) * 10000 +
                                          (cell.value < 0 ? -0.5 : 0.5)) == (long long)cell.value
                            : span_equal(found, exact) || (exact.size == 0 && found.size == 0);
            cr_assert(same, "%.*s row %u column %u: %.*s in the workbook", (int)result->zh.size,
                      result->zh.bytes, r, c, (int)found.size, found.bytes ? found.bytes : "");
        }
    return result->row_count * result->column_count;
}

static uint32_t agree_book(const char *path, const struct result *results, uint32_t count,
                           struct arena *arena) {
    struct book book;
    uint32_t compared = 0, sheet = UINT32_MAX;
    cr_assert(book_read(path, arena, &book), "%s", path);
    for (uint32_t s = 0; s < count; s++) {
        if (!results[s].below) sheet++;
        cr_assert(sheet < book.sheet_count);
        struct span label = result_label(results[s].columns[0].zh, results[s].columns[0].en);
        int header =
            book_row(&book.sheets[sheet], result_format(arena, "%.*s", (int)label.size, label.bytes).bytes);
        cr_assert(header > 0, "%.*s has no header", (int)results[s].zh.size, results[s].zh.bytes);
        if (results[s].below)
            compared += results[s].row_count * results[s].column_count; /* to be filled in */
        else compared += agree_table(&book.sheets[sheet], (uint32_t)header, &results[s]);
    }
    return compared;
}

uint32_t agree(const char *directory, const char *name, const struct result *results, uint32_t count,
               struct arena *arena) {
    static const struct {
        const char *ending;
        uint32_t (*compare)(const char *, const struct result *, uint32_t);
    } forms[] = {{"html", agree_html}, {"txt", agree_text}, {"json", agree_json}};
    uint32_t compared = 0;
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        char *text = read_form(directory, name, forms[f].ending);
        if (text) compared += forms[f].compare(text, results, count);
        free(text);
    }
    const char *book = result_format(arena, "%s/%s.xlsx", directory, name).bytes;
    if (access(book, F_OK) == 0) compared += agree_book(book, results, count, arena);
    return compared;
}
