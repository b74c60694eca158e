/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Fixed width: records are cut in bytes of the source's encoding and decoded after that. */
#include "core/language.h"
#include "extract/dbf_value.h"
#include "extract/footer.h"
#include "extract/source.h"
#include <stdio.h>
#include <stdlib.h>

enum { FIELDS_MAX = 1024, RECORD_BYTES_MAX = 1 << 20 };

struct field {
    uint32_t from, until; /* bytes of the record, half-open, from 0 */
};

struct fixed {
    struct input input;
    const struct node *fields_node, *widths_node;
    const char *line_end_text;
    int64_t length_wanted, skip;
    struct footer footer;
    struct source source;
    struct columns columns;
    struct field *fields; /* [columns.count] */
    uint32_t length;      /* of a record without its line end */
    bool lines;           /* records end with LF or CR LF; else they have only their length */
    bool inside;          /* in the rest of a line that was rejected as too long */
    uint64_t number, index;
};

static bool whole(const struct node *node, uint32_t *value) {
    if (!node || node->kind != NODE_SCALAR || !node->text.size) return false;
    char *end = NULL;
    unsigned long read = strtoul(node->text.bytes, &end, 10);
    *value = (uint32_t)read;
    return !*end && read >= 1 && read <= RECORD_BYTES_MAX;
}

static bool read_fields(struct fixed *fixed, struct span *names, struct error *error) {
    const struct node *list = fixed->fields_node;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct node *item = &list->items[i], *name = node_get(item, "name");
        uint32_t from = 0, to = 0;
        bool good = name && name->kind == NODE_SCALAR && name->text.size &&
                    whole(node_get(item, "from"), &from) && whole(node_get(item, "to"), &to) && from <= to &&
                    item->count == 3;
        if (!good)
            return node_error(
                item, fixed->input.name, error, "%s",
                TEXT("字段应为 {name: 名, from: 起始字节, to: 终止字节}，从 1 起，含两端",
                     "a field is {name: N, from: first byte, to: last byte}, from 1, both included"));
        names[i] = name->text;
        fixed->fields[i] = (struct field){from - 1, to};
        if (to > fixed->length) fixed->length = to;
    }
    return true;
}

static bool read_widths(struct fixed *fixed, struct span *names, struct arena *arena, struct error *error) {
    const struct node *list = fixed->widths_node;
    for (uint32_t i = 0; i < list->count; i++) {
        uint32_t width = 0;
        if (!whole(&list->items[i], &width) || fixed->length + width > RECORD_BYTES_MAX)
            return node_error(&list->items[i], fixed->input.name, error, "%s",
                              TEXT("宽度应为正整数(字节)", "a width is a positive number of bytes"));
        char name[16];
        int size = snprintf(name, sizeof name, "F%u", i + 1);
        names[i] = arena_copy(arena, (struct span){name, (size_t)size});
        fixed->fields[i] = (struct field){fixed->length, fixed->length + width};
        fixed->length += width;
    }
    return true;
}

static bool read_layout(struct fixed *fixed, struct arena *arena, struct error *error) {
    const struct node *list = fixed->fields_node ? fixed->fields_node : fixed->widths_node;
    if (!list || list->kind != NODE_LIST || !list->count || list->count > FIELDS_MAX)
        return error_code(error, TROUBLE_USAGE, NULL, "%s",
                          TEXT("定长格式需要 fields 或 widths 列表",
                               "a fixed width format needs a list of fields or widths"));
    struct span *names = ARENA_NEW(arena, struct span, list->count);
    fixed->fields = ARENA_NEW(arena, struct field, list->count);
    fixed->columns = (struct columns){.count = list->count, .names = names};
    bool good =
        fixed->fields_node ? read_fields(fixed, names, error) : read_widths(fixed, names, arena, error);
    if (!good) return false;
    fixed->lines = strcmp(fixed->line_end_text, "none") != 0;
    if (fixed->lines && strcmp(fixed->line_end_text, "lf") != 0 && strcmp(fixed->line_end_text, "crlf") != 0)
        return error_code(error, TROUBLE_USAGE, NULL, "%s",
                          TEXT("line_end 应为 lf、crlf 或 none", "line_end is lf, crlf or none"));
    if (fixed->length_wanted > RECORD_BYTES_MAX ||
        (fixed->length_wanted && fixed->length_wanted < fixed->length))
        return error_code(
            error, TROUBLE_USAGE, NULL, "%s",
            TEXT("length 小于字段终止字节或过大", "length is less than the last field's end, or too large"));
    if (fixed->length_wanted) fixed->length = (uint32_t)fixed->length_wanted;
    return footer_check(&fixed->footer, fixed->input.name, error);
}

/* Whether a character of `record` lies on both sides of byte `at`. */
static bool splits(struct fixed *fixed, struct span record, uint32_t at) {
    if (at == 0 || at >= record.size) return false;
    struct decoder *decoder = &fixed->source.decoder;
    unsigned char byte = (unsigned char)record.bytes[at];
    if (decoder->encoding == ENCODING_UTF8) return (byte & 0xc0) == 0x80;
    for (uint32_t i = 0; i < at;) {
        unsigned char lead = (unsigned char)record.bytes[i];
        uint32_t width = lead >= 0x81 && lead <= 0xfe && i + 1 < record.size ? 2 : 1;
        if (width == 2) {
            unsigned char next = (unsigned char)record.bytes[i + 1];
            bool four =
                decoder->encoding == ENCODING_GB18030 && next >= 0x30 && next <= 0x39 && i + 3 < record.size;
            if (four) width = 4;
            else if (next < 0x40) width = 1;
        }
        i += width;
        if (i > at) return true;
    }
    return false;
}

static struct span trim(struct span cell) {
    while (cell.size && cell.bytes[cell.size - 1] == ' ') cell.size--;
    while (cell.size && cell.bytes[0] == ' ') cell.bytes++, cell.size--;
    return cell;
}

static void fill_cells(struct fixed *fixed, struct batch *batch, uint32_t row) {
    const struct row *at = &batch->rows[row];
    for (uint32_t column = 0; column < fixed->columns.count; column++) {
        struct field field = fixed->fields[column];
        if (field.from >= at->raw.size) continue;
        uint32_t until = field.until < at->raw.size ? field.until : (uint32_t)at->raw.size;
        struct span cell = {at->raw.bytes + field.from, until - field.from}, text;
        struct text_fault fault;
        bool good = decoder_cell(&fixed->source.decoder, cell, &batch->arena, &text, &fault);
        batch->cells[column][row] = trim(text);
        bool split = splits(fixed, at->raw, field.from) || splits(fixed, at->raw, until) ||
                     (!good && dbf_value_split(fixed->source.decoder.encoding, cell, fault.at));
        struct reason reason = {.source = (uint16_t)(column + 1), .value = text};
        reason.code = split ? "text.split_character" : "text.undecodable";
        if (!split && !good) reason.detail = text_fault_detail(&fault, at->byte + field.from, &batch->arena);
        if (split || !good) batch_reject(batch, row, reason);
    }
}

static bool blank(struct span raw) {
    for (size_t i = 0; i < raw.size; i++)
        if (raw.bytes[i] != ' ' && raw.bytes[i] != '\t') return false;
    return true;
}

static void reject_length(const struct fixed *fixed, struct batch *batch, uint32_t row) {
    char text[64];
    int size = snprintf(text, sizeof text, "expected=%u;found=%zu", fixed->length, batch->rows[row].raw.size);
    batch->rows[row].shifted = true;
    batch_reject(batch, row,
                 (struct reason){.code = "row.length_wrong",
                                 .detail = arena_copy(&batch->arena, (struct span){text, (size_t)size})});
}

static void take_record(struct fixed *fixed, struct batch *batch, uint32_t row, struct span raw,
                        uint64_t byte) {
    struct row *at = &batch->rows[row];
    at->number = ++fixed->number;
    at->byte = byte;
    at->raw = raw;
    bool title = at->number <= (uint64_t)fixed->skip;
    if (title) batch_explain(batch, row, (struct reason){.code = "row.title"});
    else if (blank(raw)) batch_explain(batch, row, (struct reason){.code = "row.blank"});
    else if (memchr(raw.bytes, '\0', raw.size))
        batch_reject(batch, row, (struct reason){.code = "row.nul_byte"});
    if (raw.size > RECORD_BYTES_MAX) {
        reject_length(fixed, batch, row);
        return;
    }
    /* Blanks that an editor added at the end change nothing. */
    struct span rest = {raw.bytes + fixed->length, raw.size > fixed->length ? raw.size - fixed->length : 0};
    bool right = raw.size >= fixed->length && (!rest.size || blank(rest));
    if (right || at->fate == FATE_EXPLAINED) {
        fill_cells(fixed, batch, row);
        if (!title) footer_apply(&fixed->footer, batch, row);
        return;
    }
    /* A footer is shorter than a record and its cuts mean nothing: its whole text is the first cell. */
    struct text_fault fault;
    struct span text;
    decoder_cell(&fixed->source.decoder, raw, &batch->arena, &text, &fault);
    batch->cells[0][row] = trim(text);
    if (!footer_apply(&fixed->footer, batch, row)) reject_length(fixed, batch, row);
}

/* The record at the beginning of `rest` and what it takes with its line end; false: more bytes are needed. */
static bool cut(const struct fixed *fixed, struct span rest, bool final, struct span *raw, size_t *used) {
    *raw = rest;
    *used = rest.size;
    if (!fixed->lines) {
        if (rest.size < fixed->length) return final;
        raw->size = *used = fixed->length;
        return true;
    }
    const char *end = memchr(rest.bytes, '\n', rest.size);
    if (!end) return final || rest.size > RECORD_BYTES_MAX;
    *used = (size_t)(end - rest.bytes) + 1;
    raw->size = *used - 1;
    if (raw->size && raw->bytes[raw->size - 1] == '\r') raw->size--;
    return true;
}

static enum flow fixed_run(struct stage *stage, struct batch *batch, struct error *error) {
    struct fixed *fixed = stage->state;
    struct source *source = &fixed->source;
    struct span chunk;
    size_t want = fixed->lines ? BATCH_BYTES : (BATCH_BYTES / fixed->length + 1) * (size_t)fixed->length;
    if (fixed->lines && source->kept_size >= BATCH_BYTES) want = 2 * RECORD_BYTES_MAX;
    if (!source_chunk(source, want, &batch->arena, &chunk, error)) return FLOW_FAILED;
    uint64_t offset = source->offset - chunk.size;
    batch->index = fixed->index++;
    batch_shape(batch, &fixed->columns, BATCH_ROWS);
    struct span rest = chunk, raw;
    size_t used = 0;
    uint32_t row = 0;
    while (rest.size && row < BATCH_ROWS && cut(fixed, rest, source->ended, &raw, &used)) {
        bool endless = fixed->lines && used == rest.size && rest.bytes[used - 1] != '\n' && !source->ended;
        if (!fixed->inside) take_record(fixed, batch, row++, raw, offset + (chunk.size - rest.size));
        fixed->inside = endless;
        rest.bytes += used;
        rest.size -= used;
    }
    batch->row_count = row;
    bool done = source->ended && !rest.size;
    source_keep(source, rest);
    return done ? FLOW_END : FLOW_MORE;
}

static bool fixed_open(struct stage *stage, struct columns *columns, struct error *error) {
    struct fixed *fixed = stage->state;
    if (!read_layout(fixed, stage->arena, error)) return false;
    if (!source_open(&fixed->source, &fixed->input, "GB18030", stage->arena, error)) return false;
    *columns = fixed->columns;
    if (decoder_cuts(&fixed->source.declared)) return true;
    return error_code(error, TROUBLE_USAGE, NULL,
                      TEXT("定长格式不支持编码 %s", "fixed width in %s is not supported"),
                      fixed->source.declared.name);
}

static void fixed_close(struct stage *stage) {
    struct fixed *fixed = stage->state;
    source_close(&fixed->source);
}

/* Nothing in the bytes says fixed width for certain: equal lines without a delimiter are a weak sign. */
static int fixed_bid(struct span head) {
    const char *first = memchr(head.bytes, '\n', head.size);
    if (!first || first - head.bytes < 16) return 0;
    size_t width = (size_t)(first - head.bytes) + 1, lines = 0;
    for (size_t at = 0; at + width <= head.size; at += width, lines++)
        if (head.bytes[at + width - 1] != '\n' || memchr(head.bytes + at, '\n', width - 1)) return 0;
    bool delimited =
        memchr(head.bytes, ',', width) || memchr(head.bytes, '\t', width) || memchr(head.bytes, '|', width);
    return lines > 2 && !delimited ? 6 : 0;
}

static const struct setting settings[] = {
    INPUT_SETTINGS(struct fixed),
    {"fields", SETTING_NODE, offsetof(struct fixed, fields_node), NULL,
     "字段列表：{name: 名, from: 起始字节, to: 终止字节}，从 1 起，含两端",
     "the fields: {name: N, from: first byte, to: last byte}, from 1, both included"},
    {"widths", SETTING_NODE, offsetof(struct fixed, widths_node), NULL,
     "各字段的字节宽度，代替 fields；列名为 F1、F2……",
     "the fields' widths in bytes instead of fields; the columns are F1, F2 ..."},
    {"line_end", SETTING_TEXT, offsetof(struct fixed, line_end_text), "lf",
     "记录结尾：lf、crlf，none 为没有(按长度切)", "the record's end: lf, crlf, or none (cut by length)"},
    {"length", SETTING_COUNT, offsetof(struct fixed, length_wanted), NULL,
     "记录字节数，不含行尾；默认为最后一个字段的终止字节",
     "bytes of a record without its line end; the last field's end unless said"},
    {"skip", SETTING_COUNT, offsetof(struct fixed, skip), NULL, "开头不是数据的行数",
     "rows at the beginning that are no data"},
    FOOTER_SETTINGS(struct fixed),
    {0},
};

const struct extractor extract_fixed = {
    .stage = {.name = "fixed",
              .settings = settings,
              .state_size = sizeof(struct fixed),
              .open = fixed_open,
              .run = fixed_run,
              .close = fixed_close},
    .bid = fixed_bid,
    .endless = true,
};
