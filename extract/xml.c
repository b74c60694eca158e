/* SPDX-License-Identifier: MulanPSL-2.0 */
/* XML whose rows are elements of one path.  Streamed through expat; a DOCTYPE is refused, depth and token
   size are limited (xlsx/xml.h).  Cells are the row's attributes and the elements in it that hold text. */
#include "core/language.h"
#include "extract/extract.h"
#include "extract/keyed.h"
#include "extract/text.h"
#include "extract/xlsx/xml.h"
#include <expat.h>
#include <stdio.h>
#include <stdlib.h>

enum { BATCH_CELLS = 256 << 10, PATH_MAX_PARTS = 16, ROW_TEXT_MAX = 4 << 20, LEARN_ROWS = 1000 };

/* An element inside a row: where its cell begins. */
struct level {
    size_t name_size; /* of the path so far, in row->path */
    size_t text_from; /* in row->text */
    bool leaf;        /* no element stood in it yet */
    bool null;        /* xsi:nil */
};

struct grown {
    char *bytes;
    size_t size, room;
};

struct piece {
    size_t name, name_size, text, text_size; /* offsets in names and text */
    bool null;
};

struct xml_reader {
    struct input input;
    const struct node *columns_node;
    const char *row_path;
    struct span parts[PATH_MAX_PARTS];
    unsigned part_count, matched, depth; /* elements open; the first `matched` of them fit the path */
    struct bytes *bytes;
    struct decoder decoder;
    bool decoding, opened;
    struct xml xml;
    struct keyed keyed;
    struct level levels[XML_DEPTH_MAX + 1];
    unsigned inside; /* elements open inside the row; 0: outside of any */
    struct grown path, names, text;
    struct piece *pieces; /* [KEYED_COLUMNS_MAX] of the row at hand */
    uint32_t count;
    uint64_t rows, byte, batches;
    bool ready; /* a whole row is at hand */
};

static void put(struct xml_reader *reader, struct grown *to, const char *bytes, size_t size) {
    if (to->size + size > ROW_TEXT_MAX) {
        xml_fail(&reader->xml, "row.too_long", TEXT("一行超过 %d 字节", "a row passes %d bytes"),
                 ROW_TEXT_MAX);
        return;
    }
    if (to->size + size > to->room) {
        to->room = 2 * (to->size + size) + 256;
        to->bytes = realloc(to->bytes, to->room);
        if (!to->bytes) abort(); /* as the arena does */
    }
    if (size) memcpy(to->bytes + to->size, bytes, size);
    to->size += size;
}

static void add_piece(struct xml_reader *reader, size_t name_size, size_t from, bool null) {
    if (reader->count == KEYED_COLUMNS_MAX) {
        xml_fail(&reader->xml, "file.syntax", TEXT("一行超过 %d 个字段", "a row has more than %d cells"),
                 KEYED_COLUMNS_MAX);
        return;
    }
    struct piece *piece = &reader->pieces[reader->count++];
    *piece = (struct piece){reader->names.size, name_size, from, reader->text.size - from, null};
    put(reader, &reader->names, reader->path.bytes, name_size);
}

/* The cell `name` below the path at hand, as an attribute gives it. */
static void add_attribute(struct xml_reader *reader, const char *mark, const char *name, const char *value) {
    size_t before = reader->path.size, from = reader->text.size;
    const char *colon = strchr(name, ':');
    put(reader, &reader->path, mark, strlen(mark));
    put(reader, &reader->path, colon ? colon + 1 : name, strlen(colon ? colon + 1 : name));
    put(reader, &reader->text, value, strlen(value));
    add_piece(reader, reader->path.size, from, false);
    reader->path.size = before;
}

static bool part_fits(struct span part, const char *name) {
    return span_equal(part, SPAN("*")) || span_equal(part, (struct span){name, strlen(name)});
}

static bool is_field(const char *name) {
    return strcmp(name, "field") == 0 || strcmp(name, "column") == 0 || strcmp(name, "col") == 0;
}

static void start_row(struct xml_reader *reader, const char **attributes) {
    reader->path.size = reader->names.size = reader->text.size = 0;
    reader->count = 0;
    reader->byte = xml_offset(&reader->xml);
    reader->inside = 1;
    reader->levels[1] = (struct level){.leaf = true};
    for (; *attributes; attributes += 2)
        if (strncmp(attributes[0], "xmlns", 5) != 0) add_attribute(reader, "", attributes[0], attributes[1]);
    reader->levels[1].text_from = reader->text.size;
}

/* <field name="AAC001"> names its cell by its attribute, as mysqldump --xml writes it. */
static void start_cell(struct xml_reader *reader, const char *name, const char **attributes) {
    struct level *level = &reader->levels[++reader->inside];
    reader->levels[reader->inside - 1].leaf = false;
    *level = (struct level){.name_size = reader->path.size, .leaf = true};
    if (reader->path.size) put(reader, &reader->path, "/", 1);
    const char *named = is_field(name) ? xml_attribute(attributes, "name") : NULL;
    put(reader, &reader->path, named ? named : name, strlen(named ? named : name));
    for (; *attributes; attributes += 2) {
        const char *attribute = attributes[0];
        if (strncmp(attribute, "xmlns", 5) == 0 || (named && strcmp(attribute, "name") == 0)) continue;
        if (strncmp(attribute, "xsi:", 4) == 0) {
            if (strcmp(attribute, "xsi:nil") == 0)
                level->null = strcmp(attributes[1], "true") == 0 || strcmp(attributes[1], "1") == 0;
            continue;
        }
        add_attribute(reader, "@", attribute, attributes[1]);
    }
    level->text_from = reader->text.size;
}

static void on_start(void *owner, const char *name, const char **attributes) {
    struct xml_reader *reader = owner;
    if (reader->inside) {
        start_cell(reader, name, attributes);
        return;
    }
    bool fits = reader->matched == reader->depth && reader->depth < reader->part_count &&
                part_fits(reader->parts[reader->depth], name);
    reader->depth++;
    if (fits) reader->matched++;
    if (fits && reader->matched == reader->part_count) start_row(reader, attributes);
}

/* Blanks around elements are layout; any other text is a cell. */
static bool only_blanks(struct span text) {
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.bytes[i] > ' ') return false;
    return true;
}

static void on_end(void *owner, const char *name) {
    (void)name;
    struct xml_reader *reader = owner;
    if (!reader->inside) {
        reader->depth--;
        if (reader->matched > reader->depth) reader->matched = reader->depth;
        return;
    }
    struct level *level = &reader->levels[reader->inside];
    struct span text = {"", 0};
    if (reader->text.size > level->text_from)
        text = (struct span){reader->text.bytes + level->text_from, reader->text.size - level->text_from};
    bool row = reader->inside == 1;
    if (!row && level->leaf) {
        add_piece(reader, reader->path.size, level->text_from, level->null && !text.size);
    } else if (!only_blanks(text)) { /* text beside elements */
        size_t before = reader->path.size;
        put(reader, &reader->path, row ? "#text" : "/#text", row ? 5 : 6);
        add_piece(reader, reader->path.size, level->text_from, false);
        reader->path.size = before;
    }
    reader->path.size = level->name_size;
    reader->inside--;
    if (reader->inside) {
        reader->levels[reader->inside].text_from = reader->text.size;
        return;
    }
    reader->depth--;
    reader->matched = reader->depth;
    reader->ready = true;
    xml_suspend(&reader->xml);
}

static void on_text(void *owner, const char *text, int size) {
    struct xml_reader *reader = owner;
    if (!reader->inside) return;
    struct level *level = &reader->levels[reader->inside];
    struct span piece = {text, (size_t)size};
    /* Between the elements of a row only what is no blank is kept. */
    if ((reader->inside == 1 || !level->leaf) && only_blanks(piece)) return;
    put(reader, &reader->text, text, (size_t)size);
}

static bool parse_path(struct xml_reader *reader, struct error *error) {
    const char *path = reader->row_path ? reader->row_path : "*/*";
    while (*path == '/') path++;
    while (*path && reader->part_count < PATH_MAX_PARTS) {
        const char *slash = strchr(path, '/');
        size_t size = slash ? (size_t)(slash - path) : strlen(path);
        if (size) reader->parts[reader->part_count++] = (struct span){path, size};
        path += size + (slash != NULL);
    }
    if (reader->part_count && !*path) return true;
    return error_code(error, TROUBLE_USAGE, NULL, "%s",
                      TEXT("row 应为从根元素起的路径，如 data/rec",
                           "row is a path from the root element, such as data/rec"));
}

/* The encoding that the document declares; empty: none. */
static void declared(struct span head, char name[32]) {
    const char *end = memchr(head.bytes, '>', head.size < 256 ? head.size : 256);
    const char *at = end ? memmem(head.bytes, (size_t)(end - head.bytes), "encoding", 8) : NULL;
    size_t size = 0;
    name[0] = '\0';
    if (!at || head.size < 5 || memcmp(head.bytes, "<?xml", 5) != 0) return;
    for (at += 8; at < end && *at != '"' && *at != '\'';) at++;
    for (at++; at < end && *at != '"' && *at != '\'' && size < 31; at++) name[size++] = *at;
    name[size] = '\0';
}

/* expat knows UTF-8 and UTF-16 by itself; anything else is made UTF-8 before it. */
static bool set_encoding(struct xml_reader *reader, struct span head, const char **forced,
                         struct arena *arena, struct error *error) {
    char found[32];
    declared(head, found);
    const char *name = reader->input.encoding ? reader->input.encoding : found;
    *forced = NULL;
    if (!*name) return true;
    if (!decoder_open(&reader->decoder, name, arena, error)) return false;
    reader->decoding = true;
    enum encoding encoding = reader->decoder.encoding;
    bool utf16 = encoding == ENCODING_UTF16LE || encoding == ENCODING_UTF16BE;
    if (encoding == ENCODING_UTF8 || utf16) {
        if (reader->input.encoding && !utf16) *forced = "UTF-8";
        return true;
    }
    reader->bytes = text_stream(reader->bytes, &reader->decoder, arena);
    *forced = "UTF-8";
    return true;
}

static void shut(struct xml_reader *reader) {
    if (reader->opened) xml_close(&reader->xml);
    bytes_close(reader->bytes);
    if (reader->decoding) decoder_close(&reader->decoder);
    reader->opened = reader->decoding = false;
    reader->bytes = NULL;
}

static bool begin(struct xml_reader *reader, struct span head, struct arena *arena, struct error *error) {
    static const struct xml_handlers handlers = {.start = on_start, .end = on_end, .text = on_text};
    const struct input *input = &reader->input;
    const char *forced;
    shut(reader);
    reader->matched = reader->depth = reader->inside = 0;
    reader->ready = false;
    if (!bytes_open(&reader->bytes, input->path, input->member, input->limits, arena, error) ||
        !set_encoding(reader, head, &forced, arena, error) ||
        !xml_open(&reader->xml, reader->bytes, &handlers, reader, error))
        return false;
    reader->opened = true;
    if (forced) XML_SetEncoding(reader->xml.parser, forced);
    return true;
}

static enum flow next_row(struct xml_reader *reader, struct error *error) {
    reader->ready = false;
    for (;;) {
        enum flow flow = xml_step(&reader->xml, error);
        if (flow != FLOW_MORE || reader->ready) return reader->ready ? FLOW_MORE : flow;
    }
}

/* The row at hand as cells in `arena`, and all of it as one text: NAME=text, joined by TAB. */
static struct keyed_cell *row_cells(struct xml_reader *reader, struct arena *arena, struct span *raw) {
    struct keyed_cell *cells = ARENA_NEW(arena, struct keyed_cell, reader->count + 1);
    size_t size = reader->names.size + reader->text.size + 2 * (size_t)reader->count;
    char *start = ARENA_NEW(arena, char, size + 1), *to = start;
    for (uint32_t i = 0; i < reader->count; i++) {
        const struct piece *piece = &reader->pieces[i];
        if (i) *to++ = '\t';
        cells[i] = (struct keyed_cell){.name = {to, piece->name_size}, .null = piece->null};
        if (piece->name_size) memcpy(to, reader->names.bytes + piece->name, piece->name_size);
        to += piece->name_size;
        *to++ = '=';
        cells[i].text = (struct span){to, piece->text_size};
        if (piece->text_size) memcpy(to, reader->text.bytes + piece->text, piece->text_size);
        to += piece->text_size;
    }
    *raw = (struct span){start, (size_t)(to - start)};
    return cells;
}

static bool learn(struct xml_reader *reader, struct error *error) {
    struct arena scratch = {0};
    enum flow flow = FLOW_MORE;
    for (unsigned row = 0; row < LEARN_ROWS && flow == FLOW_MORE; row++) {
        struct span raw;
        arena_reset(&scratch);
        flow = next_row(reader, error);
        if (flow == FLOW_MORE) keyed_learn(&reader->keyed, row_cells(reader, &scratch, &raw), reader->count);
    }
    arena_free(&scratch);
    return flow != FLOW_FAILED;
}

static bool xml_reader_open(struct stage *stage, struct columns *columns, struct error *error) {
    struct xml_reader *reader = stage->state;
    struct span head;
    reader->pieces = ARENA_NEW(stage->arena, struct piece, KEYED_COLUMNS_MAX);
    if (!parse_path(reader, error) || !extract_head(&reader->input, stage->arena, &head, error)) return false;
    if (!head.size)
        return error_code(error, TROUBLE_REFUSED, "file.empty", "%s", TEXT("文件为空", "the file is empty"));
    if (!keyed_open(&reader->keyed, reader->columns_node, reader->input.name, stage->arena, error) ||
        !begin(reader, head, stage->arena, error) || !learn(reader, error) ||
        !begin(reader, head, stage->arena, error))
        return false;
    *columns = reader->keyed.columns;
    return true;
}

static void xml_reader_close(struct stage *stage) {
    struct xml_reader *reader = stage->state;
    shut(reader);
    free(reader->path.bytes);
    free(reader->names.bytes);
    free(reader->text.bytes);
    reader->path = reader->names = reader->text = (struct grown){0};
}

static enum flow xml_reader_run(struct stage *stage, struct batch *batch, struct error *error) {
    struct xml_reader *reader = stage->state;
    uint32_t width = reader->keyed.columns.count ? reader->keyed.columns.count : 1;
    uint32_t most = BATCH_CELLS / width < BATCH_ROWS ? BATCH_CELLS / width : BATCH_ROWS, count = 0;
    size_t bytes = 0;
    enum flow flow = FLOW_MORE;
    batch_shape(batch, &reader->keyed.columns, most);
    batch->index = reader->batches++;
    while (count < most && bytes < BATCH_BYTES) {
        flow = next_row(reader, error);
        if (flow != FLOW_MORE) break;
        struct row *row = &batch->rows[count];
        const struct keyed_cell *cells = row_cells(reader, &batch->arena, &row->raw);
        row->number = ++reader->rows; /* many exports are one line */
        row->byte = reader->byte;
        keyed_place(&reader->keyed, batch, count, cells, reader->count);
        bytes += row->raw.size;
        count++;
    }
    batch->row_count = count;
    return flow;
}

/* An XML declaration, or a tag that no web page begins with. */
static int xml_bid(struct span head) {
    size_t mark = 0;
    text_mark(head, &mark);
    const char *at = head.bytes + mark, *end = head.bytes + head.size;
    while (at < end && (unsigned char)*at <= ' ') at++;
    if (end - at < 6 || *at != '<') return 0;
    static const char *const pages[] = {"<html", "<table", "<!doct", "<meta ", "<head>", "<style"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (strncasecmp(at, pages[i], strlen(pages[i])) == 0) return 0;
    if (memcmp(at, "<?xml ", 6) == 0) return memmem(at, (size_t)(end - at), "<html", 5) ? 12 : 48;
    return (at[1] >= 'a' && at[1] <= 'z') || (at[1] >= 'A' && at[1] <= 'Z') || (at[1] & 0x80) ? 20 : 0;
}

static const struct setting settings[] = {
    INPUT_SETTINGS(struct xml_reader),
    {"row", SETTING_TEXT, offsetof(struct xml_reader, row_path), NULL,
     "行元素从根起的路径，如 data/rec；* 代表任一名称；不写为根的各子元素",
     "path of the row's elements from the root, such as data/rec; * is any name; else the root's children"},
    KEYED_SETTINGS(struct xml_reader),
    {0},
};

const struct extractor extract_xml = {
    .stage = {.name = "xml",
              .settings = settings,
              .state_size = sizeof(struct xml_reader),
              .open = xml_reader_open,
              .run = xml_reader_run,
              .close = xml_reader_close},
    .bid = xml_bid,
};
