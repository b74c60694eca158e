/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Text with a delimiter: CSV, TSV and the `|`-separated files of core banking systems. */
#include "extract/csv.h"
#include "core/language.h"
#include <stdio.h>

enum { FIRST_LINE_BYTES = 64 << 10 };

/* Where decoded cells of a batch go: one piece of memory, filled from the front. */
struct room {
    char *at;
};

/* The cell of `piece` as UTF-8.  Pure ASCII stays where it is; everything else is decoded into `room`. */
static struct span cell_text(struct csv *csv, struct piece piece, struct room *room, struct arena *arena,
                             struct text_fault *fault) {
    const char *chunk = csv->cutter.text.bytes;
    struct span raw = {chunk + piece.from, piece.until - piece.from}, text = raw;
    fault->size = 0;
    if (piece.escaped) {
        char *plain = ARENA_NEW(arena, char, raw.size + 1);
        raw = text = (struct span){plain, piece_plain(&csv->cutter, piece, plain)};
    }
    if (!scan_high(&csv->cutter.scan, piece.from, piece.until)) return text;
    struct decoder *decoder = &csv->source.decoder;
    if (decoder->pairs && !piece.escaped) {
        size_t size = decoder_run(decoder, raw, room->at, fault);
        text = (struct span){room->at, size};
        room->at += size;
        if (!fault->size) return text;
    }
    decoder_cell(decoder, raw, arena, &text, fault);
    return text;
}

/* Where one batch is being made. */
struct making {
    struct batch *batch;
    struct room room;
    uint64_t offset; /* of the chunk in the source */
    size_t high;     /* the next byte of the chunk that is not ASCII; behind the rows made so far */
    bool zeros;      /* the chunk holds NULs */
};

/* A cell that is not what stands in the chunk; one that cannot be decoded rejects its row. */
static void decode_cell(struct csv *csv, struct making *making, uint32_t row, uint32_t column,
                        struct piece piece) {
    struct text_fault fault;
    struct batch *batch = making->batch;
    struct span text = cell_text(csv, piece, &making->room, &batch->arena, &fault);
    batch->cells[column][row] = text;
    if (!fault.size) return;
    struct span detail = text_fault_detail(&fault, making->offset + piece.from, &batch->arena);
    batch_reject(
        batch, row,
        (struct reason){
            .code = "text.undecodable", .source = (uint16_t)(column + 1), .value = text, .detail = detail});
}

/* Fills the cells of row `row`; those that it lacks stay without bytes. */
static void fill_cells(struct csv *csv, struct making *making, uint32_t row, const struct record *record) {
    uint32_t count = record->cell_count < csv->columns.count ? record->cell_count : csv->columns.count;
    const char *chunk = csv->cutter.text.bytes;
    for (uint32_t column = 0; column < count; column++) {
        struct piece piece = record->pieces[column];
        if (!piece.escaped && !scan_high(&csv->cutter.scan, piece.from, piece.until))
            making->batch->cells[column][row] = (struct span){chunk + piece.from, piece.until - piece.from};
        else decode_cell(csv, making, row, column, piece);
    }
}

static bool all_empty(const struct csv *csv, const struct record *record) {
    for (uint32_t i = 0; i < record->cell_count && i < COLUMNS_MAX; i++) {
        const char *at = csv->cutter.text.bytes + record->pieces[i].from;
        const char *end = csv->cutter.text.bytes + record->pieces[i].until;
        while (at < end && (*at == ' ' || *at == '\t')) at++;
        if (at < end) return false;
    }
    return true;
}

static bool count_fits(const struct csv *csv, const struct record *record) {
    if (record->cell_count == csv->columns.count) return !csv->closing;
    if (!csv->trailing || record->cell_count != csv->columns.count + 1) return false;
    struct piece last = record->pieces[csv->columns.count];
    const char *text = csv->cutter.text.bytes;
    while (last.from < last.until && (unsigned char)text[last.from] <= ' ') last.from++;
    return last.from == last.until;
}

static void reject_count(const struct csv *csv, struct batch *batch, uint32_t row,
                         const struct record *record) {
    char text[64];
    uint32_t found = record->cell_count, last = found < COLUMNS_MAX ? found - 1 : COLUMNS_MAX - 1;
    bool open_end = csv->closing && record->pieces[last].from < record->pieces[last].until;
    if (csv->closing) found--; /* what stands behind the last delimiter is no cell */
    int size = snprintf(text, sizeof text, "expected=%u;found=%u", csv->columns.count, found);
    const char *code = found < csv->columns.count ? "row.too_few_columns" : "row.too_many_columns";
    batch->rows[row].shifted = true;
    batch_reject(batch, row,
                 (struct reason){.code = open_end ? "row.syntax" : code,
                                 .detail = arena_copy(&batch->arena, (struct span){text, (size_t)size})});
}

static void reject_long(struct batch *batch, uint32_t row, const struct record *record) {
    bool long_row = record->until - record->from > ROW_BYTES_MAX || !record->cell_count;
    char text[32];
    int size = snprintf(text, sizeof text, "limit=%d", long_row ? ROW_BYTES_MAX : CELL_BYTES_MAX);
    batch->rows[row].shifted = true;
    batch_reject(batch, row,
                 (struct reason){.code = "row.too_long",
                                 .detail = arena_copy(&batch->arena, (struct span){text, (size_t)size})});
}

/* Whether the row is the first of what stands below the table: its first filled cell fits `until`. */
static bool table_ended(struct csv *csv, struct batch *batch, uint32_t row) {
    uint32_t column = 0;
    if (!csv->until || batch->rows[row].number < csv->header.row + csv->header.rows) return false;
    while (column < csv->columns.count && !batch->cells[column][row].size) column++;
    if (column == csv->columns.count || !footer_fits(csv->until, batch->cells[column][row])) return false;
    csv->past = true;
    batch_explain(batch, row, (struct reason){.code = "row.footer"});
    return true;
}

static void note_absorbed(const struct csv *csv, struct batch *batch, uint32_t row) {
    char text[64];
    int size = snprintf(text, sizeof text, "expected=%u;found=%u", csv->columns.count, csv->found);
    batch_note(batch, row,
               (struct reason){.code = "row.too_many_columns",
                               .source = (uint16_t)csv->absorbing,
                               .detail = arena_copy(&batch->arena, (struct span){text, (size_t)size})});
}

/* Gives row `row` its place, cells and fate. */
static void take_record(struct csv *csv, struct making *making, uint32_t row, const struct record *record,
                        enum record_end end) {
    struct batch *batch = making->batch;
    struct row *target = &batch->rows[row];
    uint64_t last = csv->header.row + csv->header.rows;
    target->number = csv->line;
    target->byte = making->offset + record->from;
    target->raw = (struct span){csv->cutter.text.bytes + record->from, record->until - record->from};
    csv->line += record->lines;
    for (uint32_t column = 0; column < csv->columns.count; column++)
        batch->cells[column][row] = (struct span){0};
    if (csv->past) {
        target->shifted = true;
        batch_explain(batch, row, (struct reason){.code = "row.footer"});
        return;
    }
    if (end == RECORD_LONG) {
        reject_long(batch, row, record);
        return;
    }
    if (end == RECORD_UNCLOSED) {
        target->shifted = true;
        batch_reject(batch, row, (struct reason){.code = "row.unclosed_quote"});
        return;
    }
    if (target->number < last)
        batch_explain(batch, row,
                      (struct reason){.code = target->number < csv->header.row ? "row.title" : "row.header"});
    else if (csv->header_line.size && span_equal(target->raw, csv->header_line))
        batch_explain(batch, row, (struct reason){.code = "row.header"});
    else if (making->zeros && memchr(target->raw.bytes, '\0', target->raw.size))
        batch_reject(batch, row, (struct reason){.code = "row.nul_byte"});
    fill_cells(csv, making, row, record);
    if (table_ended(csv, batch, row)) return;
    if (target->fate == FATE_EXPLAINED) return;
    if (csv->absorbed) note_absorbed(csv, batch, row);
    const struct piece *first = &record->pieces[0];
    bool begins_empty =
        first->from == first->until || (unsigned char)csv->cutter.text.bytes[first->from] <= ' ';
    if (begins_empty && all_empty(csv, record))
        batch_explain(batch, row, (struct reason){.code = "row.blank"});
    else if (!footer_apply(&csv->footer, batch, row) && !count_fits(csv, record))
        reject_count(csv, batch, row, record);
}

/* Nearly every row of nearly every file: no quotes, all its columns, nothing that needs a closer look.  Does
   for it what next_record and take_record would, and says false, having done nothing, for any other. */
static bool take_plain(struct csv *csv, struct making *making, uint32_t row) {
    struct cutter *cutter = &csv->cutter;
    struct batch *batch = making->batch;
    const char *chunk = cutter->text.bytes, *start = chunk + cutter->at;
    struct record record;
    const uint32_t *ends;
    bool certain = !making->zeros && !csv->past && !csv->until && !csv->closing &&
                   csv->line >= csv->header.row + csv->header.rows;
    /* A row that is blank or the header again is not of this sort. */
    bool begins = (unsigned char)*start > ' ' && *start != cutter->dialect->delimiter.bytes[0];
    struct span header = csv->header_line;
    bool again = header.size && *start == header.bytes[0] && header.size <= cutter->text.size - cutter->at &&
                 memcmp(start, header.bytes, header.size) == 0;
    if (!certain || !begins || again) return false;
    if (!cutter_plain(cutter, csv->columns.count, &record, &ends)) return false;
    struct row *target = &batch->rows[row];
    target->number = csv->line++;
    target->byte = making->offset + record.from;
    target->raw = (struct span){start, record.until - record.from};
    csv->absorbed = false;
    if (making->high < record.from) making->high = scan_next_high(&cutter->scan, record.from);
    size_t from = record.from;
    for (uint32_t column = 0; column < record.cell_count; column++) {
        size_t until = column + 1 < record.cell_count ? ends[column] : record.until;
        if (making->high >= until) {
            batch->cells[column][row] = (struct span){chunk + from, until - from};
        } else {
            decode_cell(csv, making, row, column, (struct piece){(uint32_t)from, (uint32_t)until, false});
            making->high = scan_next_high(&cutter->scan, until);
        }
        from = until + 1;
    }
    if (csv->footer.footer || csv->footer.subtotal || csv->footer.total)
        footer_apply(&csv->footer, batch, row);
    return true;
}

/* The next record, with the recovery of unclosed quotes: a record over several lines whose columns do not
   come out right began with a stray quote, so its first line alone is rejected and the rest read again. */
static enum record_end next_record(struct csv *csv, struct record *record) {
    record->pieces = csv->pieces;
    enum record_end end = cutter_next(&csv->cutter, record);
    csv->found = record->cell_count;
    csv->absorbed = end == RECORD_DONE && csv_absorb(csv, record);
    bool several =
        end == RECORD_DONE && record->lines > 1 && csv->columns.count && csv->line >= csv->header.row;
    if (several && !count_fits(csv, record)) {
        cutter_first_line(&csv->cutter, record);
        return RECORD_UNCLOSED;
    }
    return end;
}

/* Drops what is left of a row that was rejected as too long. */
static void skip_line(struct csv *csv) {
    struct cutter *cutter = &csv->cutter;
    if (!csv->skipping) return;
    struct record record = {.from = 0, .pieces = csv->pieces};
    cutter_first_line(cutter, &record);
    csv->skipping = record.lines == 0 && !cutter->final;
    csv->line += record.lines;
}

/* The row is longer than a chunk may grow: its beginning stands for it, the rest is dropped. */
static void take_endless(struct csv *csv, struct making *making, uint32_t row) {
    struct cutter *cutter = &csv->cutter;
    struct record record = {.from = cutter->at, .until = cutter->text.size, .pieces = csv->pieces};
    take_record(csv, making, row, &record, RECORD_LONG);
    cutter->at = cutter->text.size;
    csv->skipping = true;
}

/* Reads a chunk that holds at least one whole record, or is final. */
static bool next_chunk(struct csv *csv, struct batch *batch, struct error *error) {
    struct cutter *cutter = &csv->cutter;
    struct record record = {.pieces = csv->pieces};
    for (size_t want = csv->want;; want *= 2) {
        struct span chunk;
        if (!source_chunk(&csv->source, want, &batch->arena, &chunk, error)) return false;
        cutter_start(cutter, chunk, csv->source.ended, &csv->tables);
        skip_line(csv);
        size_t at = cutter->at, mark = cutter->mark;
        bool whole = at == chunk.size || next_record(csv, &record) != RECORD_MORE;
        cutter->at = at;
        cutter->mark = mark;
        if (whole || csv->source.ended || chunk.size - at > ROW_BYTES_MAX) return true;
        source_keep(&csv->source, (struct span){chunk.bytes + at, chunk.size - at});
    }
}

/* Measured on one core of two (EPYC, -O3, no -march) through the whole chain without a database, at load 10:
   GB18030, 24 columns of 218 bytes a row 440 MB/s (iconv: 560), of it a fifth in here and in the scan. */
static enum flow csv_run(struct stage *stage, struct batch *batch, struct error *error) {
    struct csv *csv = stage->state;
    struct cutter *cutter = &csv->cutter;
    if (!next_chunk(csv, batch, error)) return FLOW_FAILED;
    size_t lines = cutter->scan.line_count + 1;
    batch->index = csv->index++;
    batch_room(batch, &csv->columns, lines < BATCH_ROWS ? (uint32_t)lines : BATCH_ROWS);
    struct span text = cutter->text;
    struct making making = {
        .batch = batch,
        .room = {ARENA_ROOM(&batch->arena, char, decoder_room(&csv->source.decoder, text.size) + 1)},
        .offset = csv->source.offset - text.size,
        .zeros = text.size && memchr(text.bytes, '\0', text.size)};
    uint32_t row = 0;
    struct record record = {.pieces = csv->pieces};
    size_t begin = cutter->at;
    while (row < batch->row_count && cutter->at < text.size) {
        if (take_plain(csv, &making, row)) {
            row++;
            continue;
        }
        enum record_end end = next_record(csv, &record);
        if (end == RECORD_MORE) {
            if (row == 0) take_endless(csv, &making, row++);
            break;
        }
        take_record(csv, &making, row++, &record, end);
    }
    /* A chunk of short rows holds more of them than a batch: the next one is read to fit. */
    bool full = row == BATCH_ROWS;
    size_t used = cutter->at - begin;
    csv->want = full ? used + used / 16 + FIRST_LINE_BYTES / 16 : BATCH_BYTES;
    batch->row_count = row;
    bool done = csv->source.ended && cutter->at == text.size;
    source_keep(&csv->source, (struct span){text.bytes + cutter->at, text.size - cutter->at});
    return done ? FLOW_END : FLOW_MORE;
}

/* Decodes a header row into `cells`, which has room for COLUMNS_MAX. */
static void header_cells(struct csv *csv, const struct record *record, struct arena *arena,
                         struct span *cells) {
    struct room room = {
        ARENA_NEW(arena, char, decoder_room(&csv->source.decoder, csv->cutter.text.size) + 1)};
    for (uint32_t i = 0; i < record->cell_count && i < COLUMNS_MAX; i++) {
        struct text_fault fault;
        cells[i] = cell_text(csv, record->pieces[i], &room, arena, &fault);
    }
}

/* Whether the header's last cell is only what a delimiter at the end leaves: it has no name in any header
   row, and the column before it has one. */
static bool ends_with_delimiter(const struct span *const *cells, uint32_t rows, uint32_t count) {
    bool named = false;
    for (uint32_t row = 0; row < rows && count > 1; row++) {
        if (cells[row][count - 1].size) return false;
        named |= cells[row][count - 2].size > 0;
    }
    return named;
}

/* Finds the header rows, or the first row when there are none, and makes the columns. */
static bool read_header(struct csv *csv, struct arena *scratch, struct arena *arena, struct error *error) {
    const struct heading *header = &csv->header;
    struct record record = {.pieces = csv->pieces};
    struct span *cells[HEADING_ROWS_MAX];
    uint32_t rows = 0, count = 0, wanted = header->row ? header->rows : 1;
    uint64_t line = 1;
    while (rows < wanted && csv->cutter.at < csv->cutter.text.size) {
        enum record_end end = cutter_next(&csv->cutter, &record);
        if (end == RECORD_MORE) break;
        bool named = header->row ? line >= header->row : !all_empty(csv, &record);
        line += record.lines;
        if (!named) continue;
        if (end != RECORD_DONE || record.cell_count > COLUMNS_MAX) break;
        cells[rows] = ARENA_NEW(scratch, struct span, COLUMNS_MAX);
        header_cells(csv, &record, scratch, cells[rows++]);
        if (record.cell_count > count) count = record.cell_count;
    }
    if (rows < wanted)
        return error_code(error, TROUBLE_REFUSED, "header.not_found",
                          TEXT("前 %llu 行内找不到表头", "no header found in the first %llu rows"),
                          (unsigned long long)line);
    csv->trailing =
        csv->closing || (header->row && ends_with_delimiter((const struct span *const *)cells, rows, count));
    if (csv->trailing && count > 1) count--;
    csv->trailing |= csv->rows_trailing;
    heading_names(header, (const struct span *const *)cells, count, arena, &csv->columns);
    if (!csv_name_columns(csv, arena, error)) return false;
    if (header->rows == 1)
        csv->header_line = arena_copy(
            arena, (struct span){csv->cutter.text.bytes + record.from, record.until - record.from});
    return true;
}

static bool csv_open(struct stage *stage, struct columns *columns, struct error *error) {
    struct csv *csv = stage->state;
    csv->want = BATCH_BYTES;
    csv->line = 1;
    csv->pieces = ARENA_NEW(stage->arena, struct piece, COLUMNS_MAX);
    if (!csv_set_dialect(csv, error)) return false;
    if (!source_open(&csv->source, &csv->input, "GB18030", stage->arena, error)) return false;
    struct arena scratch = {0};
    struct span chunk;
    bool open = source_chunk(&csv->source, BATCH_BYTES, &scratch, &chunk, error);
    struct span head = {chunk.bytes, open && chunk.size < FIRST_LINE_BYTES ? chunk.size : FIRST_LINE_BYTES};
    open = open && csv_set_line_end(csv, head, error);
    if (open) {
        cutter_open(&csv->cutter, &csv->dialect, &csv->source.decoder);
        cutter_start(&csv->cutter, chunk, csv->source.ended, &csv->tables);
        open = read_header(csv, &scratch, stage->arena, error);
        source_keep(&csv->source, chunk);
    }
    arena_free(&scratch);
    *columns = csv->columns;
    return open;
}

static void csv_close(struct stage *stage) {
    struct csv *csv = stage->state;
    source_close(&csv->source);
    arena_free(&csv->tables);
}

static const struct setting settings[] = {
    INPUT_SETTINGS(struct csv),
    {"dialect", SETTING_TEXT, offsetof(struct csv, dialect_text), "csv",
     "写法：csv；unl (Informix 卸载，| 结尾，\\ 转义)；spool (Oracle 导出，|+|)",
     "how it is written: csv; unl (Informix UNLOAD, | behind every cell, \\ escapes); spool (Oracle, |+|)"},
    {"delimiter", SETTING_TEXT, offsetof(struct csv, delimiter_text), NULL,
     "单元格之间的分隔符，一个或几个字符；tab 为制表符；缺省按 dialect，csv 为逗号",
     "what stands between cells, one or more characters; or tab; the dialect's, a comma for csv"},
    {"quote", SETTING_TEXT, offsetof(struct csv, quote_text), NULL,
     "引号字符，none 为不用引号；缺省按 dialect，csv 为 \"",
     "the quote character, or none; the dialect's, \" for csv"},
    {"escape", SETTING_TEXT, offsetof(struct csv, escape_text), NULL,
     "转义字符，如 \\；none 为没有；缺省按 dialect", "the escape character, such as \\, or none"},
    {"columns", SETTING_NODE, offsetof(struct csv, columns_node), NULL, "没有表头时各列的名字",
     "the names of the columns of a text without a header"},
    {"absorb", SETTING_TEXT, offsetof(struct csv, absorb), NULL,
     "文本里含分隔符而没有引号的列：一行多出的单元格并入这一列，并列入说明",
     "the column whose text holds delimiters without quotes: surplus cells of a row belong to it, which is "
     "noted"},
    {"until", SETTING_NODE, offsetof(struct csv, until), NULL,
     "表在哪里结束：首个非空单元格合此模式的行，连同以后各行，都不是数据",
     "where the table ends: a row whose first filled cell fits this pattern is no data, nor is any below"},
    {"doubled", SETTING_FLAG, offsetof(struct csv, doubled), "yes",
     "引号内的引号成双书写；no 为原样书写，后面是分隔符或行尾的引号才收尾",
     "quotes inside quoted cells are doubled; no: written as they are, and one closes only before a "
     "delimiter or a line end"},
    {"line_end", SETTING_TEXT, offsetof(struct csv, line_end_text), "auto", "行尾：auto、lf、crlf、cr、any",
     "the line end: auto, lf, crlf, cr, any"},
    {"header", SETTING_NODE, offsetof(struct csv, header_node), NULL,
     "表头：no、yes、行号，或 {row: 行号, rows: 行数, join: \"/\"}",
     "the header: no, yes, its line, or {row: N, rows: K, join: \"/\"}"},
    {"trailing", SETTING_FLAG, offsetof(struct csv, rows_trailing), NULL, "数据行尾比表头多一个分隔符",
     "rows end with a delimiter that the header lacks"},
    FOOTER_SETTINGS(struct csv),
    {0},
};

const struct extractor extract_csv = {
    .stage = {.name = "csv",
              .settings = settings,
              .state_size = sizeof(struct csv),
              .open = csv_open,
              .run = csv_run,
              .close = csv_close},
    .bid = csv_bid,
    .endless = true,
};
