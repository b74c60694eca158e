/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/xls/book.h"
#include "core/language.h"
#include "extract/xlsx/number.h"
#include <stdio.h>
#include <stdlib.h>

enum {
    FORMULA = 0x06,
    END = 0x0A,
    DATE_MODE = 0x22,
    FILE_PASS = 0x2F,
    CONTINUE = 0x3C,
    CODE_PAGE = 0x42,
    SHEET = 0x85,
    MANY_RK = 0xBD,
    RICH = 0xD6,
    XF = 0xE0,
    MERGED = 0xE5,
    STRINGS = 0xFC,
    SHARED = 0xFD,
    NUMBER = 0x203,
    LABEL = 0x204,
    BOOL_ERROR = 0x205,
    STRING = 0x207,
    RK = 0x27E,
    FORMAT = 0x41E,
    BEGIN = 0x809,
    FORMATS = 65536,
};

static bool damaged(const struct xls_book *book, size_t at, struct error *error) {
    (void)book;
    error->at.byte = at;
    return error_code(error, TROUBLE_FAILED, "file.format_mismatch", "%s",
                      TEXT("xls 记录损坏或不完整", "the xls record is damaged or cut"));
}

static bool record_at(const struct xls_book *book, size_t at, struct xls_record *record) {
    if (at + 4 > book->size) return false;
    size_t size = little16(book->stream + at + 2);
    if (at + 4 + size > book->size) return false;
    *record = (struct xls_record){little16(book->stream + at), at + 4, {book->stream + at + 4, size}};
    return true;
}

/* Text that runs on in CONTINUE records.  `at` is within `data`. */
struct run {
    const struct xls_book *book;
    struct xls_record record;
    size_t at;
};

static bool run_on(struct run *run) {
    struct xls_record next;
    size_t behind = run->record.at + run->record.data.size;
    if (!record_at(run->book, behind, &next) || next.type != CONTINUE) return false;
    run->record = next;
    run->at = 0;
    return true;
}

static bool take(struct run *run, unsigned size, uint32_t *value) {
    if (run->at == run->record.data.size && !run_on(run)) return false;
    if (run->record.data.size - run->at < size) return false;
    const char *from = run->record.data.bytes + run->at;
    *value = size == 1 ? (unsigned char)*from : size == 2 ? little16(from) : little32(from);
    run->at += size;
    return true;
}

static bool skip(struct run *run, uint64_t size) {
    while (size) {
        size_t left = run->record.data.size - run->at, step = left < size ? left : (size_t)size;
        run->at += step;
        size -= step;
        if (size && !run_on(run)) return false;
    }
    return true;
}

static size_t put_utf8(uint32_t unit, char *to) {
    size_t size = 0;
    if (unit < 0x80) to[size++] = (char)unit;
    else if (unit < 0x800) to[size++] = (char)(0xc0 | unit >> 6);
    else if (unit < 0x10000) to[size++] = (char)(0xe0 | unit >> 12);
    else to[size++] = (char)(0xf0 | unit >> 18);
    if (unit >= 0x10000) to[size++] = (char)(0x80 | (unit >> 12 & 63));
    if (unit >= 0x800) to[size++] = (char)(0x80 | (unit >> 6 & 63));
    if (unit >= 0x80) to[size++] = (char)(0x80 | (unit & 63));
    return size;
}

/* `count` characters; every further record says anew whether they are of one byte or two. */
static bool take_characters(struct run *run, uint32_t count, bool wide, struct arena *arena,
                            struct span *text) {
    char *to = ARENA_NEW(arena, char, (size_t)count * 3 + 4);
    size_t size = 0;
    uint32_t high = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t unit, flags;
        if (run->at == run->record.data.size) {
            if (!run_on(run) || !take(run, 1, &flags)) return false;
            wide = flags & 1;
        }
        if (!take(run, wide ? 2 : 1, &unit)) return false;
        bool low = unit >= 0xdc00 && unit < 0xe000;
        if (high && !low) size += put_utf8(0xfffd, to + size); /* half a character is none */
        if (high && low) unit = 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00);
        else if (low) unit = 0xfffd;
        high = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
        if (!high) size += put_utf8(unit, to + size);
    }
    if (high) size += put_utf8(0xfffd, to + size);
    *text = (struct span){to, size};
    return true;
}

/* A BIFF8 string: a count of one or two bytes, flags, characters, then formatting that is passed over. */
static bool take_string(struct run *run, unsigned count_bytes, struct arena *arena, struct span *text) {
    uint32_t count, flags, runs = 0, extra = 0;
    if (!take(run, count_bytes, &count) || !take(run, 1, &flags)) return false;
    if ((flags & 8) && !take(run, 2, &runs)) return false;
    if ((flags & 4) && !take(run, 4, &extra)) return false;
    return take_characters(run, count, flags & 1, arena, text) && skip(run, (uint64_t)runs * 4 + extra);
}

/* A string of either version. */
static bool text_of(struct xls_book *book, struct xls_record record, size_t from, unsigned count_bytes,
                    struct arena *arena, struct span *text) {
    struct run run = {book, record, from};
    uint32_t count;
    if (from > record.data.size) return false;
    if (book->biff8) return take_string(&run, count_bytes, arena, text);
    if (!take(&run, count_bytes, &count) || count > run.record.data.size - run.at) return false;
    struct text_fault ignored;
    decoder_cell(&book->decoder, (struct span){run.record.data.bytes + run.at, count}, arena, text, &ignored);
    *text = arena_copy(arena, *text);
    return true;
}

static void *grow(void *memory, size_t size) {
    memory = realloc(memory, size);
    if (!memory) abort(); /* as the arena does */
    return memory;
}

static bool read_strings(struct xls_book *book, struct xls_record record) {
    struct run run = {book, record, 0};
    uint32_t all, unique, room = 0;
    if (!take(&run, 4, &all) || !take(&run, 4, &unique)) return false;
    for (uint32_t i = 0; i < unique; i++) {
        /* Some writers count more strings than there are; who points at one is refused. */
        if (run.at == run.record.data.size && !run_on(&run)) return true;
        if (i == XLS_STRINGS_MAX) return false;
        if (i == room) book->strings = grow(book->strings, (room = 2 * room + 256) * sizeof *book->strings);
        if (!take_string(&run, 2, &book->memory, &book->strings[i])) return false;
        book->string_count = i + 1;
    }
    return true;
}

static bool read_sheet_name(struct xls_book *book, struct xls_record record, struct arena *arena) {
    struct span name;
    if (record.data.size < 7) return false;
    if (record.data.bytes[5]) return true; /* a chart or macros */
    if (!text_of(book, record, 6, 1, arena, &name) || book->names.sheet_count == SHEETS_MAX) return false;
    char *text = ARENA_NEW(arena, char, name.size + 1);
    memcpy(text, name.bytes, name.size);
    text[name.size] = '\0';
    book->places[book->names.sheet_count] = little32(record.data.bytes);
    book->names.sheets[book->names.sheet_count++] =
        (struct sheet){.name = text, .hidden = (record.data.bytes[4] & 3) != 0};
    return true;
}

static bool read_format(struct xls_book *book, struct xls_record record) {
    struct arena scratch = {0};
    struct span code;
    if (record.data.size < 3) return false;
    bool good = text_of(book, record, 2, book->biff8 ? 2 : 1, &scratch, &code);
    if (good) book->formats[little16(record.data.bytes)] = (uint8_t)style_of_format(code);
    arena_free(&scratch);
    return good;
}

static bool set_code_page(struct xls_book *book, uint32_t page, struct arena *arena) {
    char name[16];
    struct error ignored = {0};
    if (book->biff8) return true;
    snprintf(name, sizeof name, page == 10008 ? "GB18030" : page == 367 ? "CP1252" : "CP%u", page & 0xffff);
    struct decoder decoder;
    if (page == 0x8001 || !decoder_open(&decoder, name, arena, &ignored)) return true;
    if (book->decoding) decoder_close(&book->decoder);
    book->decoder = decoder;
    return book->decoding = true;
}

static bool read_global(struct xls_book *book, struct xls_record record, struct arena *arena,
                        struct error *error) {
    struct span data = record.data;
    bool good = true;
    switch (record.type) {
    case FILE_PASS:
        return error_code(error, TROUBLE_REFUSED, "archive.encrypted", "%s",
                          TEXT("工作簿设有打开密码：在 WPS、Excel 里去掉密码另存再交",
                               "the workbook has a password: save it without one"));
    case CODE_PAGE: good = data.size >= 2 && set_code_page(book, little16(data.bytes), arena); break;
    case DATE_MODE: book->system_1904 = data.size >= 2 && data.bytes[0] == 1; break;
    case SHEET: good = read_sheet_name(book, record, arena); break;
    case FORMAT: good = read_format(book, record); break;
    case XF:
        good = data.size >= 4 && book->xf_count < STYLES_MAX;
        if (good) book->xf[book->xf_count++] = (uint16_t)little16(data.bytes + 2);
        break;
    case STRINGS: good = read_strings(book, record); break;
    default: break;
    }
    return good || damaged(book, record.at, error);
}

static bool read_globals(struct xls_book *book, struct arena *arena, struct error *error) {
    struct xls_record record;
    if (!record_at(book, 0, &record) || record.type != BEGIN || record.data.size < 4)
        return damaged(book, 0, error);
    uint32_t version = little16(record.data.bytes);
    book->biff8 = version == 0x600;
    if (version != 0x600 && version != 0x500)
        return error_code(error, TROUBLE_REFUSED, "file.format_mismatch", "%s",
                          TEXT("只读 Excel 5 至 2003 的 xls", "only the xls of Excel 5 to 2003 is read"));
    for (size_t at = 0; record_at(book, at, &record); at = record.at + record.data.size) {
        if (record.type == END) return true;
        if (!read_global(book, record, arena, error)) return false;
    }
    return damaged(book, book->size, error);
}

static bool open_stream(struct xls_book *book, struct compound *compound, struct error *error) {
    static const char *const streams[] = {"Workbook", "Book"};
    bool found = false;
    char *package;
    size_t size;
    for (size_t i = 0; i < 2 && !found; i++)
        if (!compound_stream(compound, streams[i], &book->stream, &book->size, &found, error)) return false;
    if (found) return true;
    if (!compound_stream(compound, "EncryptedPackage", &package, &size, &found, error)) return false;
    free(package);
    return error_code(error, TROUBLE_REFUSED, found ? "archive.encrypted" : "file.format_mismatch", "%s",
                      found ? TEXT("工作簿设有打开密码：在 WPS、Excel 里去掉密码另存再交",
                                   "the workbook has a password: save it without one")
                            : TEXT("复合文档里没有工作簿", "the compound file holds no workbook"));
}

bool xls_book_open(struct xls_book *book, const struct input *input, struct arena *arena,
                   struct error *error) {
    struct bytes *bytes = NULL;
    struct compound compound = {0};
    *book = (struct xls_book){.names = {.name = input->name, .arena = arena}};
    book->names.sheets = ARENA_NEW(arena, struct sheet, SHEETS_MAX);
    book->places = ARENA_NEW(arena, uint32_t, SHEETS_MAX);
    book->formats = ARENA_NEW(arena, uint8_t, FORMATS);
    book->xf = ARENA_NEW(arena, uint16_t, STYLES_MAX);
    for (uint32_t i = 0; i < FORMATS; i++) book->formats[i] = (uint8_t)style_of_builtin(i);
    if (!decoder_open(&book->decoder, "GB18030", arena, error)) return false;
    book->decoding = true;
    bool good = bytes_open(&bytes, input->path, input->member, input->limits, arena, error) &&
                compound_open(&compound, bytes, error) && open_stream(book, &compound, error) &&
                read_globals(book, arena, error);
    compound_close(&compound);
    bytes_close(bytes);
    return good;
}

void xls_book_close(struct xls_book *book) {
    if (book->decoding) decoder_close(&book->decoder);
    free(book->stream);
    free(book->strings);
    free(book->cells);
    free(book->merges);
    arena_free(&book->memory);
    *book = (struct xls_book){0};
}

static void add_cell(struct xls_book *book, uint32_t row, uint32_t column, size_t at) {
    if (book->cell_count == book->cell_room) {
        book->cell_room = 2 * book->cell_room + 1024;
        book->cells = grow(book->cells, book->cell_room * sizeof *book->cells);
    }
    book->cells[book->cell_count++] = (struct xls_cell){(uint16_t)row, (uint16_t)column, (uint32_t)at};
}

static bool read_merges(struct xls_book *book, struct span data) {
    size_t count = data.size < 2 ? 0 : little16(data.bytes);
    if (data.size < 2 + 8 * count) return false;
    book->merges = grow(book->merges, (book->merge_count + count + 1) * sizeof *book->merges);
    for (size_t i = 0; i < count; i++) {
        const char *from = data.bytes + 2 + 8 * i;
        book->merges[book->merge_count++] =
            (struct xls_merge){(uint16_t)little16(from), (uint16_t)little16(from + 2),
                               (uint16_t)little16(from + 4), (uint16_t)little16(from + 6)};
    }
    return true;
}

/* Least bytes of a record that holds a value; 0: it holds none. */
static size_t value_size(uint32_t type) {
    switch (type) {
    case NUMBER: return 14;
    case FORMULA: return 14;
    case RK:
    case SHARED: return 10;
    case LABEL:
    case RICH:
    case BOOL_ERROR: return 8;
    case MANY_RK: return 12;
    default: return 0;
    }
}

static bool read_cell(struct xls_book *book, struct xls_record record) {
    size_t least = value_size(record.type);
    const char *data = record.data.bytes;
    if (record.type == MERGED) return read_merges(book, record.data);
    if (!least) return true;
    if (record.data.size < least) return false;
    uint32_t row = little16(data), column = little16(data + 2);
    size_t count = record.type == MANY_RK ? (record.data.size - 6) / 6 : 1;
    if (column + count > XLS_COLUMNS_MAX) return false;
    for (size_t i = 0; i < count; i++) add_cell(book, row, column + (uint32_t)i, record.at - 4);
    return true;
}

static int by_place(const void *a, const void *b) {
    const struct xls_cell *x = a, *y = b;
    if (x->row != y->row) return x->row < y->row ? -1 : 1;
    if (x->column != y->column) return x->column < y->column ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

bool xls_book_sheet(struct xls_book *book, uint32_t index, struct error *error) {
    struct xls_record record;
    unsigned depth = 0;
    book->cell_count = book->merge_count = 0;
    for (size_t at = book->places[index]; record_at(book, at, &record); at = record.at + record.data.size) {
        /* Thousands of sheets at one place would be a bomb of time. */
        book->scanned += 4 + record.data.size;
        if (book->scanned > (uint64_t)XLS_SCANS_MAX * book->size) return damaged(book, at, error);
        if (record.type == BEGIN) depth++;
        else if (depth == 0) break;
        else if (record.type == END) depth--;
        else if (depth == 1 && !read_cell(book, record)) return damaged(book, at, error);
        if (record.type != END || depth) continue;
        bool sorted = true;
        for (size_t i = 1; i < book->cell_count && sorted; i++)
            sorted = by_place(&book->cells[i - 1], &book->cells[i]) <= 0;
        if (!sorted) qsort(book->cells, book->cell_count, sizeof *book->cells, by_place);
        return true;
    }
    return damaged(book, book->places[index], error);
}

/* A number in 30 bits: an integer or the upper half of a double, perhaps in hundredths. */
static double rk_number(uint32_t rk) {
    double number;
    if (rk & 2) {
        number = (double)((int32_t)rk >> 2);
    } else {
        uint64_t bits = (uint64_t)(rk & ~UINT32_C(3)) << 32;
        memcpy(&number, &bits, sizeof number);
    }
    return rk & 1 ? number / 100 : number;
}

static struct span number_text(const struct xls_book *book, double number, uint32_t xf, struct arena *arena) {
    char *text = ARENA_NEW(arena, char, NUMBER_TEXT), plain[NUMBER_TEXT];
    size_t size = number_write(number, plain), shown = 0;
    struct span written = {plain, size};
    uint8_t style = xf < book->xf_count ? book->formats[book->xf[xf]] : (uint8_t)STYLE_NUMBER;
    if (style == STYLE_DATE) shown = number_date(written, book->system_1904, text);
    if (style == STYLE_ELAPSED) shown = number_elapsed(written, text);
    return shown ? (struct span){text, shown} : arena_copy(arena, number_canonical(written, text));
}

static struct span error_text(uint32_t code) {
    switch (code) {
    case 0x00: return SPAN("#NULL!");
    case 0x07: return SPAN("#DIV/0!");
    case 0x0F: return SPAN("#VALUE!");
    case 0x17: return SPAN("#REF!");
    case 0x1D: return SPAN("#NAME?");
    case 0x24: return SPAN("#NUM!");
    default: return SPAN("#N/A");
    }
}

static struct span truth(char byte) { return byte ? SPAN("TRUE") : SPAN("FALSE"); }

/* A formula's stored result; text stands in the STRING record behind it. */
static bool formula(struct xls_book *book, struct xls_record record, struct arena *arena, struct span *text,
                    enum xls_kind *kind) {
    const char *result = record.data.bytes + 6;
    double number;
    if (little16(result + 6) != 0xffff) {
        memcpy(&number, result, sizeof number);
        *text = number_text(book, number, little16(record.data.bytes + 4), arena);
        return true;
    }
    *text = SPAN("");
    if (result[0] == 1) *text = truth(result[2]);
    if (result[0] == 2) *text = error_text((unsigned char)result[2]), *kind = XLS_ERROR;
    if (result[0] != 0) return true;
    struct xls_record next = record;
    do { /* a shared formula or an array may stand between */
        if (!record_at(book, next.at + next.data.size, &next)) return false;
    } while (next.type == 0x4BC || next.type == 0x221 || next.type == 0x236);
    return next.type == STRING && text_of(book, next, 0, 2, arena, text);
}

bool xls_book_value(struct xls_book *book, const struct xls_cell *cell, struct arena *arena,
                    struct span *text, enum xls_kind *kind, struct error *error) {
    struct xls_record record = {0};
    bool good = record_at(book, cell->at, &record); /* its size was checked by xls_book_sheet */
    const char *data = record.data.bytes;
    double number;
    *kind = XLS_TEXT;
    switch (record.type) {
    case NUMBER:
        memcpy(&number, data + 6, sizeof number);
        *text = number_text(book, number, little16(data + 4), arena);
        break;
    case RK: *text = number_text(book, rk_number(little32(data + 6)), little16(data + 4), arena); break;
    case MANY_RK: {
        const char *from = data + 4 + 6 * (size_t)(cell->column - little16(data + 2));
        *text = number_text(book, rk_number(little32(from + 2)), little16(from), arena);
        break;
    }
    case SHARED:
        good = little32(data + 6) < book->string_count;
        if (good) *text = book->strings[little32(data + 6)];
        break;
    case LABEL:
    case RICH: good = text_of(book, record, 6, 2, arena, text); break;
    case BOOL_ERROR:
        *text = data[7] ? error_text((unsigned char)data[6]) : truth(data[6]);
        if (data[7]) *kind = XLS_ERROR;
        break;
    case FORMULA: good = formula(book, record, arena, text, kind); break;
    default: good = false; break;
    }
    return good || damaged(book, cell->at, error);
}
