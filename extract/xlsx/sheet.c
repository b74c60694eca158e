/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/xlsx/sheet.h"
#include "core/language.h"
#include "extract/xlsx/cell.h"
#include "extract/xlsx/row.h"
#include <stdlib.h>

bool sheet_reference(const char *text, size_t size, uint32_t *column, uint32_t *row) {
    *column = *row = 0;
    size_t at = 0;
    for (; at < size && text[at] >= 'A' && text[at] <= 'Z'; at++) {
        *column = *column * 26 + (uint32_t)(text[at] - 'A' + 1);
        if (*column > SHEET_COLUMNS_MAX) return false;
    }
    for (; at < size && text[at] >= '0' && text[at] <= '9'; at++) {
        *row = *row * 10 + (uint32_t)(text[at] - '0');
        if (*row > SHEET_ROWS_MAX) return false;
    }
    return at == size && *column > 0 && *row > 0;
}

size_t sheet_letters(uint32_t column, char text[4]) {
    char reverse[4];
    size_t size = 0;
    for (column++; column && size < 3; column = (column - 1) / 26)
        reverse[size++] = (char)('A' + (column - 1) % 26);
    for (size_t i = 0; i < size; i++) text[i] = reverse[size - 1 - i];
    text[size] = '\0';
    return size;
}

static void fail(struct sheet_reader *reader, const char *zh, const char *en) {
    xml_fail(&reader->xml, "file.format_mismatch",
             TEXT("工作表第 %u 行损坏：%s", "row %u of the sheet is damaged: %s"), reader->row,
             language_get() == LANGUAGE_ZH ? zh : en);
    reader->xml.error->at.row = reader->row;
}

bool sheet_text_add(struct sheet_reader *reader, const char *bytes, size_t size) {
    struct growing_text *text = &reader->text;
    if (size == 0) return true;
    if (text->size + size > SHEET_ROW_BYTES_MAX) return false;
    if (text->size + size > text->capacity) {
        size_t capacity = text->capacity ? text->capacity : 4096;
        while (capacity < text->size + size) capacity *= 2;
        char *grown = realloc(text->bytes, capacity);
        if (!grown) abort(); /* as the arena does: everything has a limit */
        text->bytes = grown;
        text->capacity = capacity;
    }
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
    return true;
}

static void add_text(struct sheet_reader *reader, const char *bytes, size_t size) {
    if (!sheet_text_add(reader, bytes, size))
        xml_fail(&reader->xml, "row.too_long", TEXT("第 %u 行超过 %d 字节", "row %u passes %d bytes"),
                 reader->row, SHEET_ROW_BYTES_MAX);
}

static void start_row(struct sheet_reader *reader, const char **attributes) {
    uint32_t number = reader->row + 1;
    for (; *attributes; attributes += 2) {
        if (strcmp(attributes[0], "r") != 0) continue;
        char *end;
        unsigned long value = strtoul(attributes[1], &end, 10);
        if (*end || value <= reader->row || value > SHEET_ROWS_MAX) {
            fail(reader, "行号重复、倒序或越界", "row numbers repeat, go backwards or are out of range");
            return;
        }
        number = (uint32_t)value;
    }
    if (number > SHEET_ROWS_MAX) {
        fail(reader, "行数越界", "too many rows");
        return;
    }
    reader->row = number;
    reader->column = 0;
    reader->count = 0;
    reader->text.size = reader->elsewhere = 0;
    reader->row_byte = xml_offset(&reader->xml);
    reader->in_row = true;
}

static void start_cell(struct sheet_reader *reader, const char **attributes) {
    uint32_t column = reader->column + 1, row = reader->row;
    reader->type = 'n';
    reader->style = 0;
    for (; *attributes; attributes += 2) {
        const char *name = attributes[0], *value = attributes[1];
        if (!name[0] || name[1]) continue;
        if (name[0] == 's') reader->style = (uint32_t)strtoul(value, NULL, 10);
        else if (name[0] == 't') reader->type = cell_type((struct span){value, strlen(value)});
        else if (name[0] == 'r' && !sheet_reference(value, strlen(value), &column, &row)) row = 0;
    }
    if (row != reader->row || column <= reader->column || column > SHEET_COLUMNS_MAX || !reader->type) {
        fail(reader, "单元格位置或类型不对", "a cell's reference or type is wrong");
        return;
    }
    reader->column = column;
    reader->in_cell = true;
    reader->formula = reader->has_value = false;
    reader->begin = reader->text.size;
}

static void add_merge(struct sheet_reader *reader, const char *range) {
    const char *colon = range ? strchr(range, ':') : NULL;
    struct merge merge;
    if (!colon || !sheet_reference(range, (size_t)(colon - range), &merge.first, &merge.top) ||
        !sheet_reference(colon + 1, strlen(colon + 1), &merge.last, &merge.bottom))
        return;
    merge.first--, merge.last--;
    if (merge.top > reader->merge_rows || reader->merge_count == SHEET_MERGES_MAX) return;
    if (reader->merge_count == reader->merge_capacity) {
        reader->merge_capacity = reader->merge_capacity ? reader->merge_capacity * 2 : 16;
        struct merge *grown = realloc(reader->merges, reader->merge_capacity * sizeof *grown);
        if (!grown) abort();
        reader->merges = grown;
    }
    reader->merges[reader->merge_count++] = merge;
}

static void sheet_start(void *owner, const char *name, const char **attributes) {
    struct sheet_reader *reader = owner;
    if (reader->in_cell) {
        if (strcmp(name, "v") == 0) reader->in_value = reader->has_value = true;
        else if (strcmp(name, "f") == 0) reader->formula = true;
        else if (strcmp(name, "is") == 0) reader->in_inline = true;
        else if (strcmp(name, "rPh") == 0) reader->phonetic = true;
        else if (strcmp(name, "t") == 0) reader->in_text = reader->in_inline && !reader->phonetic;
    } else if (reader->in_row) {
        if (strcmp(name, "c") == 0) start_cell(reader, attributes);
    } else if (reader->in_data) {
        if (strcmp(name, "row") == 0) start_row(reader, attributes);
    } else if (strcmp(name, "sheetData") == 0) {
        reader->in_data = !reader->done;
    } else if (reader->merge_rows && strcmp(name, "mergeCell") == 0) {
        add_merge(reader, xml_attribute(attributes, "ref"));
    }
}

static void sheet_text(void *owner, const char *text, int size) {
    struct sheet_reader *reader = owner;
    /* An inline string's <v>, which some writers add, says nothing new. */
    if ((reader->in_value && reader->type != 'i') || (reader->in_text && reader->type == 'i'))
        add_text(reader, text, (size_t)size);
}

struct cell *sheet_cell_add(struct sheet_reader *reader) {
    if (reader->count == reader->capacity) {
        uint32_t capacity = reader->capacity ? reader->capacity * 2 : 64;
        struct cell *grown = realloc(reader->cells, capacity * sizeof *grown);
        if (!grown) abort();
        reader->cells = grown;
        reader->capacity = capacity;
    }
    return &reader->cells[reader->count++];
}

/* Cell texts lie end to end in the row's text; the spans become pointers when the row is whole. */
static void end_cell(struct sheet_reader *reader) {
    reader->in_cell = reader->in_inline = reader->in_value = reader->in_text = reader->phonetic = false;
    struct span value = {reader->text.bytes ? reader->text.bytes + reader->begin : "",
                         reader->text.size - reader->begin};
    enum cell_kind kind = reader->type == 'e' ? CELL_ERROR : CELL_TEXT;
    if (reader->formula && value.size == 0 && !(reader->type == 't' && reader->has_value))
        kind = CELL_UNCACHED;
    if (value.size == 0 && kind != CELL_UNCACHED) return;
    if (value.size && (reader->type == 'i' || reader->type == 't')) {
        reader->text.size = reader->begin + strings_unescape(reader->text.bytes + reader->begin, value.size);
    } else if (value.size && reader->type != 'e') {
        char room[NUMBER_TEXT];
        struct span text;
        if (!cell_text(reader->values, reader->type, reader->style, value, room, &text)) {
            fail(reader, "共享字符串下标越界", "a shared string's index is out of range");
            return;
        }
        if (text.bytes != value.bytes || text.size != value.size) {
            /* `text` may be a part of the value itself, so it is moved, not copied. */
            if (text.size <= value.size) {
                memmove(reader->text.bytes + reader->begin, text.bytes, text.size);
                reader->text.size = reader->begin + text.size;
            } else {
                reader->text.size = reader->begin;
                add_text(reader, text.bytes, text.size);
                if (reader->xml.failed) return;
            }
        }
    }
    size_t size = reader->text.size - reader->begin;
    if (size == 0 && kind == CELL_TEXT) return;
    *sheet_cell_add(reader) = (struct cell){.column = reader->column - 1, .kind = kind, .text = {NULL, size}};
}

static void sheet_end(void *owner, const char *name) {
    struct sheet_reader *reader = owner;
    if (reader->in_cell) {
        if (strcmp(name, "c") == 0) end_cell(reader);
        else if (strcmp(name, "v") == 0) reader->in_value = false;
        else if (strcmp(name, "t") == 0) reader->in_text = false;
        else if (strcmp(name, "is") == 0) reader->in_inline = false;
        else if (strcmp(name, "rPh") == 0) reader->phonetic = false;
    } else if (reader->in_row) {
        if (strcmp(name, "row") != 0) return;
        reader->in_row = false;
        reader->ready = reader->count > 0 && !reader->done;
        if (reader->ready) xml_suspend(&reader->xml);
    } else if (reader->in_data && strcmp(name, "sheetData") == 0) {
        reader->in_data = false;
    }
}

bool sheet_begin(struct sheet_reader *reader, struct bytes *bytes, const struct sheet_values *values,
                 struct error *error) {
    static const struct xml_handlers handlers = {
        .start = sheet_start, .end = sheet_end, .text = sheet_text, .take = row_take, .element = "row>"};
    *reader = (struct sheet_reader){.values = values};
    return xml_open(&reader->xml, bytes, &handlers, reader, error);
}

bool sheet_open(struct sheet_reader *reader, struct workbook *workbook, const struct sheet *sheet,
                const struct sheet_values *values, struct error *error) {
    struct bytes *bytes = NULL;
    *reader = (struct sheet_reader){0};
    if (!xlsx_workbook_part(workbook, sheet->part, &bytes, error)) {
        bytes_close(bytes);
        return false;
    }
    bool ok = sheet_begin(reader, bytes, values, error);
    reader->bytes = bytes;
    return ok;
}

enum flow sheet_next(struct sheet_reader *reader, struct sheet_row *row, struct error *error) {
    reader->ready = false;
    while (!reader->ready) {
        enum flow flow = xml_step(&reader->xml, error);
        if (flow == FLOW_FAILED || (flow == FLOW_END && !reader->ready)) return flow;
    }
    size_t at = 0;
    for (uint32_t i = 0; i < reader->count; i++) {
        struct span *text = &reader->cells[i].text;
        if (text->bytes) continue;
        text->bytes = reader->text.bytes ? reader->text.bytes + at : "";
        at += text->size;
    }
    *row = (struct sheet_row){
        .number = reader->row, .byte = reader->row_byte, .count = reader->count, .cells = reader->cells};
    return FLOW_MORE;
}

bool sheet_finish(struct sheet_reader *reader, struct error *error) {
    reader->done = true;
    reader->in_data = false; /* from here on, rows are skipped unseen */
    return xml_all(&reader->xml, error);
}

void sheet_close(struct sheet_reader *reader) {
    xml_close(&reader->xml);
    bytes_close(reader->bytes);
    reader->bytes = NULL;
    free(reader->text.bytes);
    free(reader->cells);
    free(reader->merges);
    reader->text = (struct growing_text){0};
    reader->cells = NULL;
    reader->merges = NULL;
}

bool sheet_values_read(struct sheet_values *values, struct workbook *workbook, struct error *error) {
    *values = (struct sheet_values){.strings = {GROWING_EMPTY, GROWING_EMPTY, 0},
                                    .system_1904 = workbook->system_1904};
    struct bytes *bytes = NULL;
    bool ok = true;
    if (workbook->strings_part) {
        ok = xlsx_workbook_part(workbook, workbook->strings_part, &bytes, error) &&
             strings_read(&values->strings, bytes, true, error);
        bytes_close(bytes);
    }
    if (ok && workbook->styles_part) {
        ok = xlsx_workbook_part(workbook, workbook->styles_part, &bytes, error) &&
             styles_read(&values->styles, bytes, workbook->arena, error);
        bytes_close(bytes);
    }
    return ok;
}

void sheet_values_free(struct sheet_values *values) { strings_free(&values->strings); }
