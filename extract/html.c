/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Tables of web pages, which many systems save under the name .xls.  The rows of one table; merged cells
   keep their place: in the header their text is in all columns and rows they cover, among data only in the
   first.  Row numbers are those of the table's rows. */
#include "core/language.h"
#include "extract/extract.h"
#include "extract/footer.h"
#include "extract/heading.h"
#include "extract/html_token.h"
#include "extract/record.h"
#include "extract/source.h"
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { HTML_COLUMNS_MAX = 2048, TABLES_MAX = 4096, NESTED_MAX = 64, BATCH_CELLS = 256 << 10 };

struct html_cell {
    struct span text;
    struct text_fault fault;
    uint64_t byte;
};

struct table {
    uint32_t rows, width; /* rows with a cell; most cells of one */
    bool nested;
};

struct html {
    struct input input;
    const struct node *header_node;
    const char *table_text;
    struct footer footer;
    struct heading heading;
    struct source source;
    struct columns columns;
    struct html_cursor cursor;
    uint32_t wanted;         /* table, from 1 */
    uint32_t widest;         /* most cells of one of its rows */
    uint32_t tables;         /* begun so far */
    uint32_t depth;          /* tables open in the wanted one, with it; 0: not in it */
    bool closed;             /* its end was seen */
    uint64_t number;         /* rows of it so far */
    uint32_t *covered;       /* [HTML_COLUMNS_MAX] rows that a merged cell above still covers */
    struct html_cell *over;  /* [HTML_COLUMNS_MAX] that cell */
    struct html_cell *cells; /* [HTML_COLUMNS_MAX] of the row at hand */
    uint32_t count, filled;  /* its width; cells that it has itself */
    struct span raw;
    struct span header_raw;
    uint64_t batches;
    size_t want;
    bool opened, header; /* header: covered cells get the text above */
};

enum verdict { DONE, MORE, ENDED, BROKEN };

static bool fail(const struct html *html, const char *code, const char *message, struct error *error) {
    error->at.row = html->number;
    return error_code(error, TROUBLE_FAILED, code, "%s", message);
}

/* What stands between the tags of a cell, from `from` on, up to the tag that ends it. */
static enum verdict read_cell(struct html *html, struct arena *arena, struct html_cell *cell) {
    struct html_cursor *cursor = &html->cursor;
    const char *from = cursor->at;
    uint32_t nested = 0;
    size_t size = 0;
    struct html_cursor scan = *cursor;
    struct html_token token;
    for (;;) {
        enum html_kind kind = html_next(&scan, &token);
        if (kind == HTML_MORE) return MORE;
        if (kind == HTML_END) break;
        bool edge = kind == HTML_CELL || kind == HTML_CELL_END || kind == HTML_ROW || kind == HTML_ROW_END ||
                    (kind == HTML_TABLE_END);
        if (!nested && edge) break;
        nested += kind == HTML_TABLE;
        nested -= kind == HTML_TABLE_END;
        cursor->at = scan.at;
    }
    char *text = ARENA_NEW(arena, char, (size_t)(cursor->at - from) + 1);
    struct html_cursor again = {.at = from, .end = cursor->at, .final = true};
    while (html_next(&again, &token) != HTML_END) {
        if (token.kind == HTML_TEXT) {
            memcpy(text + size, token.text.bytes, token.text.size);
            /* Blanks of the layout are one blank; \n is kept for <br>. */
            for (size_t i = size; i < size + token.text.size; i++)
                if (text[i] == '\n' || text[i] == '\r' || text[i] == '\t' || text[i] == '\f') text[i] = ' ';
            size += token.text.size;
        } else if (token.kind != HTML_OTHER) {
            text[size++] = token.kind == HTML_BREAK ? '\n' : ' ';
        }
    }
    struct span decoded;
    cell->byte = html->source.offset - (uint64_t)(cursor->end - from);
    decoder_cell(&html->source.decoder, (struct span){text, size}, arena, &decoded, &cell->fault);
    cell->text = html_text(decoded, arena);
    return DONE;
}

/* Cells that a merged one from above covers, up to the next free column. */
static void skip_covered(struct html *html, uint32_t *column) {
    for (; *column < HTML_COLUMNS_MAX && html->covered[*column]; ++*column) {
        html->covered[*column]--;
        html->cells[*column] = html->header ? html->over[*column] : (struct html_cell){.text = {"", 0}};
    }
}

static bool place_cell(struct html *html, const struct html_token *token, const struct html_cell *cell,
                       uint32_t *column) {
    skip_covered(html, column);
    if (*column + token->columns > HTML_COLUMNS_MAX) return false;
    for (uint32_t i = 0; i < token->columns; i++, ++*column) {
        bool first = i == 0 || html->header;
        html->cells[*column] = first ? *cell : (struct html_cell){.text = {"", 0}};
        html->covered[*column] = token->rows - 1;
        html->over[*column] = *cell;
    }
    html->filled++;
    return true;
}

/* A row from behind its <tr>, or at its first <td> when it has none. */
static enum verdict read_row(struct html *html, struct arena *arena) {
    uint32_t column = 0;
    html->filled = 0;
    for (;;) {
        struct html_cursor before = html->cursor;
        struct html_token token;
        enum html_kind kind = html_next(&html->cursor, &token);
        if (kind == HTML_MORE) return MORE;
        if (kind == HTML_CELL) {
            struct html_cell cell = {0};
            if (read_cell(html, arena, &cell) == MORE) return MORE;
            if (!place_cell(html, &token, &cell, &column)) return BROKEN;
        }
        bool end = kind == HTML_ROW || kind == HTML_TABLE_END || kind == HTML_TABLE || kind == HTML_END;
        if (end) html->cursor = before;
        if (kind == HTML_ROW_END || end) break;
    }
    while (column < HTML_COLUMNS_MAX) {
        uint32_t from = column;
        skip_covered(html, &column);
        if (column == from) break;
    }
    html->count = column;
    return DONE;
}

/* A row may begin again when the chunk ends in it, so what it changes is put back. */
static enum verdict try_row(struct html *html, const char *from, struct arena *arena) {
    size_t size = HTML_COLUMNS_MAX * sizeof *html->covered;
    uint32_t *before = ARENA_NEW(arena, uint32_t, HTML_COLUMNS_MAX);
    memcpy(before, html->covered, size);
    enum verdict verdict = read_row(html, arena);
    html->raw = (struct span){from, (size_t)(html->cursor.at - from)};
    if (verdict != MORE) {
        html->number++;
        return verdict;
    }
    memcpy(html->covered, before, size);
    html->cursor.at = from;
    return MORE;
}

/* The next row of the wanted table. */
static enum verdict next_row(struct html *html, struct arena *arena, struct error *error) {
    for (;;) {
        struct html_token token;
        enum html_kind kind = html_next(&html->cursor, &token);
        if (kind == HTML_MORE) return MORE;
        if (kind == HTML_END && html->closed) return ENDED;
        if (kind == HTML_END) {
            fail(html, "file.truncated",
                 TEXT("表格没有结束标签，文件不完整", "the table has no end tag: the file is cut short"),
                 error);
            return BROKEN;
        }
        bool inside = html->depth == 1;
        if (kind == HTML_TABLE) {
            html->tables++;
            if (html->depth || html->tables == html->wanted) html->depth++;
        } else if (kind == HTML_TABLE_END && html->depth) {
            html->depth--;
            html->closed = html->closed || html->depth == 0;
        } else if (inside && (kind == HTML_ROW || kind == HTML_CELL)) {
            const char *from = token.text.bytes;
            if (kind == HTML_CELL) html->cursor.at = from;
            enum verdict verdict = try_row(html, from, arena);
            if (verdict == BROKEN)
                fail(html, "file.syntax", TEXT("表格过宽", "the table is too wide"), error);
            return verdict;
        }
    }
}

static bool read_chunk(struct html *html, struct arena *arena, struct error *error) {
    struct span chunk;
    if (!source_chunk(&html->source, html->want, arena, &chunk, error)) return false;
    html->cursor = (struct html_cursor){chunk.bytes, chunk.bytes + chunk.size, html->source.ended};
    return true;
}

static void keep_rest(struct html *html) {
    source_keep(&html->source, (struct span){html->cursor.at, (size_t)(html->cursor.end - html->cursor.at)});
}

static bool grow(struct html *html, struct error *error) {
    if ((size_t)(html->cursor.end - html->cursor.at) * 2 > html->want) html->want *= 2;
    if (html->want <= 2 * (size_t)ROW_BYTES_MAX) return true;
    error->at.row = html->number;
    return error_code(error, TROUBLE_FAILED, "row.too_long",
                      TEXT("一行或一个标签超过 %d 字节", "a row or tag passes %d bytes"), ROW_BYTES_MAX);
}

/* The declared encoding, unless the bytes show that it is another. */
static bool choose_encoding(struct html *html, struct span head, struct arena *arena) {
    char *name = ARENA_NEW(arena, char, 32);
    if (html->input.encoding) return true;
    struct arena scratch = {0};
    struct judgement judgement;
    encoding_judge(head, &scratch, &judgement);
    arena_free(&scratch);
    bool sure =
        judgement.mark || (judgement.best && !judgement.ascii && strcmp(judgement.best, "UTF-8") == 0);
    bool meta = !sure && html_charset(head, name) && strncasecmp(name, "utf-8", 5) != 0;
    html->input.encoding = meta ? name : judgement.best ? judgement.best : "GB18030";
    return true;
}

static bool begin(struct html *html, struct arena *arena, struct error *error) {
    if (html->opened) source_close(&html->source);
    html->opened = false;
    if (!source_open(&html->source, &html->input, "GB18030", arena, error)) return false;
    html->opened = true;
    html->want = BATCH_BYTES;
    html->tables = html->depth = 0;
    html->number = 0;
    html->closed = false;
    memset(html->covered, 0, HTML_COLUMNS_MAX * sizeof *html->covered);
    return true;
}

struct survey {
    struct table tables[TABLES_MAX];
    uint32_t count, open[NESTED_MAX], depth, cells;
};

static void end_row(struct survey *survey) {
    if (!survey->depth || !survey->cells) return;
    struct table *table = &survey->tables[survey->open[survey->depth - 1]];
    table->rows++;
    if (survey->cells > table->width) table->width = survey->cells;
    survey->cells = 0;
}

static void survey_token(struct survey *survey, const struct html_token *token) {
    if (token->kind == HTML_ROW || token->kind == HTML_ROW_END || token->kind == HTML_TABLE ||
        token->kind == HTML_TABLE_END)
        end_row(survey);
    if (token->kind == HTML_CELL) survey->cells += token->columns;
    if (token->kind == HTML_TABLE && survey->count < TABLES_MAX && survey->depth < NESTED_MAX) {
        survey->tables[survey->count].nested = survey->depth > 0;
        survey->open[survey->depth++] = survey->count++;
    }
    if (token->kind == HTML_TABLE_END && survey->depth) survey->depth--;
}

/* Which table: the spec's, else the one with most rows, if no other looks like a part of it. */
static bool choose(struct html *html, const struct survey *survey, struct error *error) {
    uint32_t best = 0, alike = 0;
    if (html->table_text) {
        char *end;
        unsigned long wanted = strtoul(html->table_text, &end, 10);
        if (*end || !wanted || wanted > TABLES_MAX)
            return error_code(
                error, TROUBLE_USAGE, NULL, "%s",
                TEXT("table 应为表格的序号，从 1 起", "table is the number of a table, from 1"));
        html->wanted = (uint32_t)wanted;
        if (wanted <= survey->count) return html->widest = survey->tables[wanted - 1].width, true;
    }
    for (uint32_t i = 0; i < survey->count; i++)
        if (survey->tables[i].rows > survey->tables[best].rows) best = i;
    if (html->table_text || !survey->count || !survey->tables[best].rows)
        return error_code(error, TROUBLE_REFUSED, "sheet.missing",
                          TEXT("网页里只有 %u 张表格", "the page has %u tables"), survey->count);
    for (uint32_t i = 0; i < survey->count; i++)
        alike += survey->tables[i].width == survey->tables[best].width && survey->tables[i].rows > 1;
    if (alike > 1)
        return error_code(error, TROUBLE_USAGE, NULL,
                          TEXT("网页有 %u 张同样宽的表格，请在 read 里写 table 选定第几张",
                               "%u tables of the page are equally wide: choose one by `table`"),
                          alike);
    html->wanted = best + 1;
    html->widest = survey->tables[best].width;
    return true;
}

static bool look(struct html *html, struct arena *arena, struct error *error) {
    struct arena scratch = {0};
    struct survey *survey = ARENA_NEW(arena, struct survey, 1);
    *survey = (struct survey){0};
    bool good = true;
    for (enum html_kind kind = HTML_OTHER; good && kind != HTML_END;) {
        struct html_token token;
        arena_reset(&scratch);
        good = read_chunk(html, &scratch, error);
        while (good && (kind = html_next(&html->cursor, &token)) > HTML_END) survey_token(survey, &token);
        keep_rest(html);
        good = good && (kind == HTML_END || grow(html, error));
    }
    arena_free(&scratch);
    return good && choose(html, survey, error);
}

/* Reads up to the last header row.  Without one the first row is looked at, and the widest one says how many
   columns there are: a title above the rows is narrower than they are. */
static bool read_header(struct html *html, struct arena *arena, struct error *error) {
    struct arena scratch = {0}, chunks = {0};
    struct span *rows[HEADING_ROWS_MAX];
    uint32_t wanted = html->heading.row ? html->heading.rows : 1, found = 0, width = 0;
    uint64_t first = html->heading.row ? html->heading.row : 1;
    bool good = true, ended = false;
    while (good && !ended && found < wanted) {
        arena_reset(&chunks);
        good = read_chunk(html, &chunks, error);
        enum verdict verdict = DONE;
        while (good && found < wanted) {
            html->header = html->number + 1 >= first;
            verdict = next_row(html, &scratch, error);
            if (verdict != DONE) break;
            if (html->number < first) continue;
            rows[found] = ARENA_NEW(&scratch, struct span, HTML_COLUMNS_MAX);
            for (uint32_t i = 0; i < HTML_COLUMNS_MAX; i++)
                rows[found][i] = i < html->count ? html->cells[i].text : (struct span){"", 0};
            found++;
            if (html->count > width) width = html->count;
        }
        if (good) keep_rest(html);
        good = good && verdict != BROKEN && (verdict != MORE || grow(html, error));
        ended = verdict == ENDED;
    }
    if (good && found < wanted && (html->heading.row || found))
        good = error_code(error, TROUBLE_REFUSED, "header.not_found",
                          TEXT("前 %llu 行内找不到表头", "no header found in the first %llu rows"),
                          (unsigned long long)html->number);
    if (!html->heading.row && found && html->widest > width)
        width = html->widest < HTML_COLUMNS_MAX ? html->widest : HTML_COLUMNS_MAX;
    if (good) heading_names(&html->heading, (const struct span *const *)rows, width, arena, &html->columns);
    if (good && html->heading.rows == 1) html->header_raw = arena_copy(arena, html->raw);
    arena_free(&scratch);
    arena_free(&chunks);
    return good;
}

static bool html_open(struct stage *stage, struct columns *columns, struct error *error) {
    struct html *html = stage->state;
    struct span head;
    html->covered = ARENA_NEW(stage->arena, uint32_t, HTML_COLUMNS_MAX);
    html->over = ARENA_NEW(stage->arena, struct html_cell, HTML_COLUMNS_MAX);
    html->cells = ARENA_NEW(stage->arena, struct html_cell, HTML_COLUMNS_MAX);
    if (!heading_read(html->header_node, html->input.name, &html->heading, error) ||
        !footer_check(&html->footer, html->input.name, error) ||
        !extract_head(&html->input, stage->arena, &head, error) ||
        !choose_encoding(html, head, stage->arena) || !begin(html, stage->arena, error) ||
        !look(html, stage->arena, error) || !begin(html, stage->arena, error) ||
        !read_header(html, stage->arena, error) || !begin(html, stage->arena, error))
        return false;
    html->header = false;
    *columns = html->columns;
    return true;
}

static void html_close(struct stage *stage) {
    struct html *html = stage->state;
    if (html->opened) source_close(&html->source);
    html->opened = false;
}

static void reject_count(const struct html *html, struct batch *batch, uint32_t at) {
    char text[64];
    int size = snprintf(text, sizeof text, "expected=%u;found=%u", html->columns.count, html->count);
    bool few = html->count < html->columns.count;
    batch->rows[at].shifted = true;
    batch_reject(batch, at,
                 (struct reason){.code = few ? "row.too_few_columns" : "row.too_many_columns",
                                 .detail = arena_copy(&batch->arena, (struct span){text, (size_t)size})});
}

static void take_row(struct html *html, struct batch *batch, uint32_t at) {
    struct row *row = &batch->rows[at];
    const struct heading *heading = &html->heading;
    bool blank = true;
    row->number = html->number;
    row->raw = html->raw;
    row->byte = html->source.offset - (uint64_t)(html->cursor.end - html->raw.bytes);
    if (row->number < heading->row + heading->rows)
        batch_explain(batch, at,
                      (struct reason){.code = row->number < heading->row ? "row.title" : "row.header"});
    else if (html->header_raw.size && span_equal(row->raw, html->header_raw))
        batch_explain(batch, at, (struct reason){.code = "row.header"});
    for (uint32_t column = 0; column < html->columns.count; column++) {
        bool has = column < html->count;
        const struct html_cell *cell = &html->cells[column];
        batch->cells[column][at] = has ? cell->text : (struct span){0};
        if (has && cell->text.size) blank = false;
        if (!has || !cell->fault.size) continue;
        batch_reject(batch, at,
                     (struct reason){.code = "text.undecodable",
                                     .source = (uint16_t)(column + 1),
                                     .value = cell->text,
                                     .detail = text_fault_detail(&cell->fault, cell->byte, &batch->arena)});
    }
    for (uint32_t column = html->columns.count; column < html->count; column++)
        blank = blank && !html->cells[column].text.size;
    if (row->fate == FATE_EXPLAINED) return;
    if (blank) batch_explain(batch, at, (struct reason){.code = "row.blank"});
    else if (!footer_apply(&html->footer, batch, at) && html->count != html->columns.count)
        reject_count(html, batch, at);
    if (row->fate == FATE_LIVE && memchr(row->raw.bytes, '\0', row->raw.size))
        batch_reject(batch, at, (struct reason){.code = "row.nul_byte"});
}

static enum flow html_run(struct stage *stage, struct batch *batch, struct error *error) {
    struct html *html = stage->state;
    uint32_t width = html->columns.count ? html->columns.count : 1;
    uint32_t most = BATCH_CELLS / width < BATCH_ROWS ? BATCH_CELLS / width : BATCH_ROWS, count = 0;
    batch_shape(batch, &html->columns, most);
    batch->index = html->batches++;
    if (!read_chunk(html, &batch->arena, error)) return FLOW_FAILED;
    enum verdict verdict = DONE;
    while (count < most && verdict == DONE) {
        /* Merged header cells are filled, so that both readings of a header agree. */
        html->header = html->heading.row && html->number + 1 >= html->heading.row &&
                       html->number + 1 < html->heading.row + html->heading.rows;
        verdict = next_row(html, &batch->arena, error);
        if (verdict == DONE) take_row(html, batch, count++);
    }
    batch->row_count = count;
    keep_rest(html);
    if (verdict == BROKEN || (verdict == MORE && !count && !grow(html, error))) return FLOW_FAILED;
    if (count) html->want = BATCH_BYTES;
    return verdict == ENDED ? FLOW_END : FLOW_MORE;
}

static bool holds(struct span head, const char *word) {
    size_t size = strlen(word);
    for (size_t at = 0; at + size < head.size; at++)
        if (head.bytes[at] == '<' && strncasecmp(head.bytes + at, word, size) == 0) return true;
    return false;
}

static int html_bid(struct span head) {
    size_t mark = 0, at;
    text_mark(head, &mark);
    for (at = mark; at < head.size && (unsigned char)head.bytes[at] <= ' ';) at++;
    if (at >= head.size || head.bytes[at] != '<') return 0;
    if (holds(head, "<table") && (holds(head, "<tr") || holds(head, "<td"))) return 46;
    return holds(head, "<html") ? 16 : 0;
}

static const struct setting settings[] = {
    INPUT_SETTINGS(struct html),
    {"table", SETTING_TEXT, offsetof(struct html, table_text), NULL,
     "网页中第几张表格，从 1 起；不写为行数最多的",
     "which table of the page, from 1; else the one with most rows"},
    {"header", SETTING_NODE, offsetof(struct html, header_node), NULL,
     "表头：no、yes、行号或 {row: 行号, rows: 行数, join: \"/\"}",
     "the header: no, yes, its row, or {row: N, rows: K, join: \"/\"}"},
    FOOTER_SETTINGS(struct html),
    {0},
};

const struct extractor extract_html = {
    .stage = {.name = "html",
              .settings = settings,
              .state_size = sizeof(struct html),
              .open = html_open,
              .run = html_run,
              .close = html_close},
    .bid = html_bid,
};
