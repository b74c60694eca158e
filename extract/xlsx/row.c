/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/xlsx/row.h"
#include "extract/xlsx/cell.h"
#include "extract/xlsx/plain.h"

enum { NUMBER_DIGITS = 7 };

struct scan {
    struct sheet_reader *reader;
    struct plain plain;
    struct plain_tag tag;
};

/* What stands in a <c>. */
struct content {
    struct plain_text value, inline_text;
    bool formula, has_value, has_inline, has_text;
};

static bool read_number(struct span text, uint32_t *number) {
    if (text.size == 0 || text.size > NUMBER_DIGITS) return false;
    *number = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9') return false;
        *number = *number * 10 + (uint32_t)(text.bytes[i] - '0');
    }
    return true;
}

/* One <t>, no runs. */
static const char *scan_inline(struct scan *scan, const char *at, struct content *content) {
    content->has_inline = true;
    if (!(at = plain_attributes(at, &scan->tag)) || scan->tag.empty) return at;
    at = plain_blank(at);
    const char *inside = plain_open(&scan->plain, at, "t", 1);
    if (inside) {
        at = plain_leaf(&scan->plain, inside, "t", 1, &scan->tag, &content->inline_text);
        if (!at) return NULL;
        at = plain_blank(at);
    }
    return plain_close(&scan->plain, at, "is", 2);
}

/* From behind the start tag of a <c> to behind its end tag. */
static const char *scan_content(struct scan *scan, const char *at, struct content *content) {
    const struct plain *plain = &scan->plain;
    while ((at = plain_blank(at))) {
        const char *inside;
        if (at[0] == '<' && at[1] == '/') return plain_close(plain, at, "c", 1);
        if ((inside = plain_open(plain, at, "v", 1)) && !content->has_value) {
            content->has_value = true;
            at = plain_leaf(&scan->plain, inside, "v", 1, &scan->tag, &content->value);
        } else if ((inside = plain_open(plain, at, "f", 1))) {
            struct plain_text ignored;
            content->formula = true;
            at = plain_leaf(&scan->plain, inside, "f", 1, &scan->tag, &ignored);
        } else if ((inside = plain_open(plain, at, "is", 2)) && !content->has_inline) {
            at = scan_inline(scan, inside, content);
        } else {
            return NULL;
        }
        if (!at) return NULL;
    }
    return NULL;
}

static bool read_cell_attributes(struct sheet_reader *reader, const struct plain_tag *tag) {
    uint32_t column = reader->column + 1, row = reader->row;
    reader->type = 'n';
    reader->style = 0;
    for (uint32_t i = 0; i < tag->count; i++) {
        struct span name = tag->attributes[i].name, value = tag->attributes[i].value;
        if (name.size != 1) continue;
        if (name.bytes[0] == 'r' && !sheet_reference(value.bytes, value.size, &column, &row)) return false;
        if (name.bytes[0] == 't') reader->type = cell_type(value);
        if (name.bytes[0] == 's' && !read_number(value, &reader->style)) return false;
    }
    if (row != reader->row || column <= reader->column || column > SHEET_COLUMNS_MAX) return false;
    reader->column = column;
    return reader->type != '\0';
}

/* The text as it is to be read, where it stands or, when it must be rewritten, in the row's text. */
static bool place_text(struct sheet_reader *reader, const struct plain_text *text, struct span *placed) {
    *placed = text->raw;
    if (!text->entities && !text->escapes) return true;
    size_t begin = reader->text.size;
    if (!sheet_text_add(reader, text->raw.bytes, text->raw.size)) return false;
    char *copy = reader->text.bytes + begin;
    size_t size = text->entities ? plain_decode(text->raw, copy) : text->raw.size;
    size = strings_unescape(copy, size);
    reader->text.size = begin + size;
    *placed = (struct span){NULL, size};
    return true;
}

/* The same as end_cell in sheet.c does of what the handlers have heard. */
static bool add_content(struct sheet_reader *reader, const struct content *content) {
    bool is_text = reader->type == 'i' || reader->type == 't';
    const struct plain_text *heard = reader->type == 'i' ? &content->inline_text : &content->value;
    struct span value = heard->raw;
    enum cell_kind kind = reader->type == 'e' ? CELL_ERROR : CELL_TEXT;
    if (content->formula && value.size == 0 && !(reader->type == 't' && content->has_value))
        kind = CELL_UNCACHED;
    if (value.size == 0 && kind != CELL_UNCACHED) return true;
    if (is_text) {
        if (!place_text(reader, heard, &value)) return false;
    } else if (value.size) {
        char room[NUMBER_TEXT];
        if (heard->entities) return false;
        struct span text = value;
        if (reader->type != 'e' &&
            !cell_text(reader->values, reader->type, reader->style, value, room, &text))
            return false;
        value = text;
        if (text.bytes == room) {
            if (!sheet_text_add(reader, room, text.size)) return false;
            value.bytes = NULL;
        }
    }
    if (value.size == 0 && kind == CELL_TEXT) return true;
    reader->elsewhere += value.bytes ? value.size : 0;
    if (reader->elsewhere + reader->text.size > SHEET_ROW_BYTES_MAX / 2) return false;
    *sheet_cell_add(reader) = (struct cell){.column = reader->column - 1, .kind = kind, .text = value};
    return true;
}

static const char *scan_cell(struct scan *scan, const char *at) {
    struct sheet_reader *reader = scan->reader;
    struct content content = {0};
    if (!(at = plain_attributes(at, &scan->tag))) return NULL;
    if (!reader->done && !read_cell_attributes(reader, &scan->tag)) return NULL;
    if (scan->tag.empty) return at;
    at = scan_content(scan, at, &content);
    return at && (reader->done || add_content(reader, &content)) ? at : NULL;
}

static bool read_row_attributes(struct sheet_reader *reader, const struct plain_tag *tag) {
    uint32_t number = reader->row + 1;
    for (uint32_t i = 0; i < tag->count; i++)
        if (span_equal(tag->attributes[i].name, SPAN("r")) && !read_number(tag->attributes[i].value, &number))
            return false;
    if (number <= reader->row || number > SHEET_ROWS_MAX) return false;
    reader->row = number;
    return true;
}

static const char *scan_row(struct scan *scan, const char *at) {
    if (!(at = plain_attributes(at, &scan->tag))) return NULL;
    if (!scan->reader->done && !read_row_attributes(scan->reader, &scan->tag)) return NULL;
    if (scan->tag.empty) return at;
    for (;;) {
        at = plain_blank(at);
        if (at[0] == '<' && at[1] == '/') return plain_close(&scan->plain, at, "row", 3);
        if (!(at = plain_open(&scan->plain, at, "c", 1)) || !(at = scan_cell(scan, at))) return NULL;
    }
}

enum xml_taken row_take(void *owner, struct span bytes, size_t *size) {
    struct sheet_reader *reader = owner;
    struct scan scan = {.reader = reader};
    uint32_t row = reader->row;
    if (!(reader->in_data || reader->done) || reader->in_row) return XML_TAKE_NONE;
    const char *begin = plain_blank(bytes.bytes), *at = plain_prefix(&scan.plain, begin, SPAN("row"));
    reader->column = reader->count = 0;
    reader->text.size = reader->elsewhere = 0;
    if (at) at = plain_open(&scan.plain, begin, "row", 3);
    if (at) at = scan_row(&scan, at);
    if (!at) {
        reader->row = row;
        reader->count = 0;
        /* Where the bytes end inside the row, it may be plain all the same. */
        bool whole = bytes.size > 5 && memmem(bytes.bytes + 5, bytes.size - 5, "row>", 4);
        return whole ? XML_TAKE_NONE : XML_TAKE_MORE;
    }
    reader->row_byte = reader->xml.fed + reader->xml.taken + (uint64_t)(begin - bytes.bytes);
    reader->ready = reader->count > 0 && !reader->done;
    *size = (size_t)(at - bytes.bytes);
    return XML_TAKEN;
}
