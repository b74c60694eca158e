/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Rows of a query on a PostgreSQL, as `fetch` has written them: extract/pgcopy.h. */
#include "extract/pgcopy.h"
#include "core/language.h"
#include "extract/extract.h"
#include "extract/record.h"
#include "extract/text.h"
#include "extract/xlsx/header.h"
#include <errno.h>

/* The extension area: mark, version, service, query, count of columns; then for each column the oid of its
   type and its name.  Texts begin with their length in two bytes, the query with four. */
enum { EXTENSION_MAX = 1 << 20, EXTENSION_VERSION = 1, HEADER_BYTES = PG_SIGNATURE + 8 };
static const char mark[8] = {'t', 'o', 'n', 'g', 'c', 'h', 'o', 'u'};

struct pgcopy {
    struct input input;
    const char *service, *query; /* `fetch` asks with them; here they are only known words */
    int64_t seconds;
    struct bytes *bytes;
    struct decoder decoder;
    bool decoding;
    struct columns columns;
    struct pg_column *types; /* [columns.count] */
    struct pg_field *fields; /* [columns.count] */
    char *kept;              /* what the last chunk left over, in `memory` */
    size_t kept_size, kept_room;
    uint64_t offset, rows, batches; /* offset: of the next chunk */
    struct arena memory;
};

static void put(FILE *to, uint32_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; i--) fputc((int)(value >> (8 * i) & 0xff), to);
}

static void put_text(FILE *to, const char *text, size_t size, int bytes) {
    put(to, (uint32_t)size, bytes);
    fwrite(text, 1, size, to);
}

static bool full(struct error *error) {
    return error_set(error, TEXT("写不下取来的数据：%s", "cannot write what was fetched: %s"),
                     error_reason(errno));
}

bool pgcopy_write(struct pg *pg, const struct pgcopy_origin *origin, FILE *to, struct error *error) {
    size_t service = strlen(origin->service), query = strlen(origin->query);
    size_t size = sizeof mark + 2 + 2 + service + 4 + query + 2;
    for (uint32_t i = 0; i < pg->column_count; i++) size += 4 + 2 + pg->columns[i].name.size;
    fwrite(pg_signature, 1, PG_SIGNATURE, to);
    put(to, 0, 4);
    put(to, (uint32_t)size, 4);
    fwrite(mark, 1, sizeof mark, to);
    put(to, EXTENSION_VERSION, 2);
    put_text(to, origin->service, service, 2);
    put_text(to, origin->query, query, 4);
    put(to, pg->column_count, 2);
    for (uint32_t i = 0; i < pg->column_count; i++) {
        put(to, pg->columns[i].oid, 4);
        put_text(to, pg->columns[i].name.bytes, pg->columns[i].name.size, 2);
    }
    enum flow flow;
    while ((flow = pg_next(pg, error)) == FLOW_MORE)
        if (fwrite(pg->row.bytes, 1, pg->row.size, to) != pg->row.size) return full(error);
    if (flow == FLOW_FAILED) return false;
    put(to, UINT16_MAX, 2);
    return (!ferror(to) && fflush(to) == 0) || full(error);
}

static bool mismatch(const char *what, struct error *error) {
    return error_code(error, TROUBLE_REFUSED, "file.format_mismatch",
                      TEXT("不是 tongchou fetch 取来的文件：%s", "not a file that tongchou fetch wrote: %s"),
                      what);
}

static bool cut_short(struct error *error) {
    return error_code(error, TROUBLE_FAILED, "file.truncated", "%s",
                      TEXT("文件在一行中间结束，或没有结束标志；请重新取数",
                           "the file ends inside a row or has no end mark; fetch it again"));
}

static bool read_exactly(struct pgcopy *copy, char *buffer, size_t size, struct error *error) {
    ptrdiff_t got = bytes_read(copy->bytes, buffer, size, error);
    if (got < 0) return false;
    return (size_t)got == size || (error->at.byte = copy->bytes->offset, cut_short(error));
}

/* A number of `bytes` bytes at `*at`; past the end it is 0 and `*at` NULL. */
static uint32_t take(const char **at, const char *end, int bytes) {
    uint32_t value = 0;
    if (!*at || end - *at < bytes) return *at = NULL, 0;
    for (int i = 0; i < bytes; i++) value = value << 8 | (unsigned char)(*at)[i];
    *at += bytes;
    return value;
}

static struct span take_text(const char **at, const char *end, int bytes) {
    size_t size = take(at, end, bytes);
    if (!*at || size > (size_t)(end - *at)) return *at = NULL, (struct span){0};
    *at += size;
    return (struct span){*at - size, size};
}

bool pgcopy_origin(struct span head, struct arena *arena, struct pgcopy_origin *origin) {
    const char *at = head.bytes + HEADER_BYTES + sizeof mark, *end = head.bytes + head.size;
    if (head.size < HEADER_BYTES + sizeof mark || memcmp(at - sizeof mark, mark, sizeof mark) != 0)
        return false;
    if (take(&at, end, 2) != EXTENSION_VERSION) return false;
    struct span service = take_text(&at, end, 2), query = take_text(&at, end, 4);
    origin->service = arena_copy(arena, service).bytes; /* both NUL-terminated */
    origin->query = arena_copy(arena, query).bytes;
    return at && pg_service(origin->service, &(struct error){0});
}

static bool read_columns(struct pgcopy *copy, struct span extension, struct arena *arena,
                         struct error *error) {
    const char *at = extension.bytes, *end = at + extension.size;
    at += sizeof mark;
    uint32_t version = take(&at, end, 2);
    take_text(&at, end, 2);
    take_text(&at, end, 4);
    uint32_t count = take(&at, end, 2);
    if (version != EXTENSION_VERSION || count == 0 || count > PG_COLUMNS_MAX)
        return mismatch(TEXT("版本或列数", "version or count of columns"), error);
    struct span *names = ARENA_NEW(arena, struct span, count);
    copy->types = ARENA_NEW(arena, struct pg_column, count);
    copy->fields = ARENA_NEW(arena, struct pg_field, count);
    for (uint32_t i = 0; i < count; i++) {
        struct text_fault fault;
        copy->types[i].oid = take(&at, end, 4);
        copy->types[i].type = pg_type_of(copy->types[i].oid);
        struct span name = take_text(&at, end, 2);
        if (!at || copy->types[i].type == PG_TYPES)
            return mismatch(TEXT("列的名称或类型", "name or type of a column"), error);
        decoder_cell(&copy->decoder, name, arena, &copy->types[i].name, &fault);
        names[i] = copy->types[i].name;
    }
    if (at != end) return mismatch(TEXT("列信息之后还有内容", "something behind its columns"), error);
    names_unique(names, count, arena);
    copy->columns = (struct columns){.count = count, .names = names};
    return true;
}

static bool pgcopy_open(struct stage *stage, struct columns *columns, struct error *error) {
    struct pgcopy *copy = stage->state;
    const struct input *input = &copy->input;
    char header[HEADER_BYTES];
    copy->decoding =
        decoder_open(&copy->decoder, input->encoding ? input->encoding : "UTF-8", stage->arena, error);
    if (!copy->decoding ||
        !bytes_open(&copy->bytes, input->path, input->member, input->limits, stage->arena, error) ||
        !read_exactly(copy, header, HEADER_BYTES, error))
        return false;
    uint32_t flags = pg_word32(header + PG_SIGNATURE), size = pg_word32(header + PG_SIGNATURE + 4);
    if (memcmp(header, pg_signature, PG_SIGNATURE) != 0 || flags)
        return mismatch(TEXT("开头不是 PGCOPY", "it does not begin with PGCOPY"), error);
    if (size < sizeof mark || size > EXTENSION_MAX)
        return mismatch(TEXT("没有列名和类型", "it has no names and types of columns"), error);
    char *extension = ARENA_NEW(stage->arena, char, size);
    if (!read_exactly(copy, extension, size, error)) return false;
    if (memcmp(extension, mark, sizeof mark) != 0)
        return mismatch(TEXT("没有列名和类型", "it has no names and types of columns"), error);
    copy->offset = copy->bytes->offset;
    if (!read_columns(copy, (struct span){extension, size}, stage->arena, error)) return false;
    *columns = copy->columns;
    return true;
}

static void pgcopy_close(struct stage *stage) {
    struct pgcopy *copy = stage->state;
    if (copy->decoding) decoder_close(&copy->decoder);
    copy->decoding = false;
    bytes_close(copy->bytes);
    copy->bytes = NULL;
    arena_free(&copy->memory);
}

/* The next chunk, with what the last one left over; fewer than `size` bytes only at the file's end. */
static bool read_chunk(struct pgcopy *copy, size_t size, struct arena *arena, struct span *chunk,
                       struct error *error) {
    char *bytes = ARENA_NEW(arena, char, size);
    if (copy->kept_size) memcpy(bytes, copy->kept, copy->kept_size);
    ptrdiff_t got = bytes_read(copy->bytes, bytes + copy->kept_size, size - copy->kept_size, error);
    *chunk = (struct span){bytes, copy->kept_size + (got > 0 ? (size_t)got : 0)};
    copy->kept_size = 0;
    return got >= 0;
}

static void keep(struct pgcopy *copy, const char *from, const char *end) {
    copy->kept_size = (size_t)(end - from);
    if (copy->kept_size > copy->kept_room) {
        arena_free(&copy->memory);
        copy->kept_room = copy->kept_size > BATCH_BYTES ? copy->kept_size : BATCH_BYTES;
        copy->kept = ARENA_NEW(&copy->memory, char, copy->kept_room);
    }
    if (copy->kept_size) memcpy(copy->kept, from, copy->kept_size);
}

static void reject(struct batch *batch, uint32_t row, uint32_t column, const char *code, struct span detail) {
    batch_reject(batch, row,
                 (struct reason){.code = code,
                                 .source = (uint16_t)(column + 1),
                                 .value = batch->cells[column][row],
                                 .detail = detail});
}

static void fill_row(struct pgcopy *copy, struct batch *batch, uint32_t row) {
    const struct row *at = &batch->rows[row];
    for (uint32_t column = 0; column < copy->columns.count; column++) {
        struct pg_field field = copy->fields[column];
        struct text_fault fault = {0};
        struct span text = {"", 0};
        bool whole = true;
        if (field.bytes && copy->types[column].type == PG_TEXT)
            whole = decoder_cell(&copy->decoder, pg_span(field), &batch->arena, &text, &fault);
        else if (field.bytes && !pg_text(copy->types[column].type, field, &batch->arena, &text)) {
            text = (struct span){"", 0};
            reject(batch, row, column, "amount.out_of_range", (struct span){0});
        }
        batch->cells[column][row] = text;
        uint64_t byte = at->byte + (field.bytes ? (uint64_t)(field.bytes - at->raw.bytes) : 0);
        if (!whole)
            reject(batch, row, column, "text.undecodable", text_fault_detail(&fault, byte, &batch->arena));
        if (text.size && memchr(text.bytes, '\0', text.size))
            reject(batch, row, column, "row.nul_byte", (struct span){0});
    }
}

static void place(const struct pgcopy *copy, struct error *error) {
    error->at.byte = copy->offset;
    error->at.row = copy->rows + 1;
}

/* Behind the end mark there is nothing; the clean end of the bytes is looked for too. */
static bool read_end(struct pgcopy *copy, size_t left, struct error *error) {
    char more;
    ptrdiff_t got = left ? 1 : bytes_read(copy->bytes, &more, 1, error);
    if (got > 0) {
        place(copy, error);
        error_code(error, TROUBLE_FAILED, "file.syntax", "%s",
                   TEXT("结束标志之后还有内容", "something stands behind the end mark"));
    }
    return got == 0;
}

static enum flow fill_batch(struct pgcopy *copy, struct batch *batch, struct span chunk,
                            struct error *error) {
    const char *at = chunk.bytes, *end = at + chunk.size;
    size_t least = 2 + 4 * (size_t)copy->columns.count, most = chunk.size / least + 1;
    enum pg_cut cut = PG_CUT_MORE;
    uint32_t row = 0;
    batch_shape(batch, &copy->columns, most < BATCH_ROWS ? (uint32_t)most : BATCH_ROWS);
    for (; row < batch->row_count; row++) {
        const char *from = at;
        cut = pg_cut(&at, end, copy->types, copy->columns.count, copy->fields);
        if (cut != PG_CUT_ROW) break;
        batch->rows[row].number = ++copy->rows;
        batch->rows[row].byte = copy->offset + (uint64_t)(from - chunk.bytes);
        batch->rows[row].raw = (struct span){from, (size_t)(at - from)};
        fill_row(copy, batch, row);
    }
    batch->row_count = row;
    copy->offset += (uint64_t)(at - chunk.bytes);
    if (cut == PG_CUT_TRAILER) return read_end(copy, (size_t)(end - at), error) ? FLOW_END : FLOW_FAILED;
    keep(copy, at, end);
    if (cut != PG_CUT_BROKEN) return FLOW_MORE;
    place(copy, error);
    error_code(error, TROUBLE_FAILED, "file.syntax",
               TEXT("第 %ju 行不是 COPY BINARY 的行", "row %ju is no row of COPY BINARY"),
               (uintmax_t)(copy->rows + 1));
    return FLOW_FAILED;
}

static enum flow pgcopy_run(struct stage *stage, struct batch *batch, struct error *error) {
    struct pgcopy *copy = stage->state;
    batch->index = copy->batches++;
    for (size_t want = BATCH_BYTES;; want *= 2) {
        struct span chunk;
        uint64_t before = copy->rows;
        while (want < copy->kept_size) want *= 2;
        if (!read_chunk(copy, want, &batch->arena, &chunk, error)) return FLOW_FAILED;
        enum flow flow = fill_batch(copy, batch, chunk, error);
        if (flow != FLOW_MORE || copy->rows > before) return flow;
        place(copy, error);
        if (chunk.size < want) return cut_short(error), FLOW_FAILED;
        if (want > ROW_BYTES_MAX)
            return error_code(error, TROUBLE_REFUSED, "row.too_long",
                              TEXT("第 %ju 行超过 %d 字节", "row %ju is longer than %d bytes"),
                              (uintmax_t)(copy->rows + 1), ROW_BYTES_MAX),
                   FLOW_FAILED;
    }
}

static int pgcopy_bid(struct span head) {
    return head.size >= HEADER_BYTES && memcmp(head.bytes, pg_signature, PG_SIGNATURE) == 0 ? 8 * PG_SIGNATURE
                                                                                            : 0;
}

static const struct setting settings[] = {INPUT_SETTINGS(struct pgcopy),
                                          {"service", SETTING_TEXT, offsetof(struct pgcopy, service), NULL,
                                           "来源数据库在 pg_service.conf 里的名称，供 tongchou fetch 取数",
                                           "the source's name in pg_service.conf, for tongchou fetch"},
                                          {"query", SETTING_TEXT, offsetof(struct pgcopy, query), NULL,
                                           "一条 SELECT 或 WITH 查询，只读",
                                           "one SELECT or WITH, run read-only"},
                                          {"seconds", SETTING_COUNT, offsetof(struct pgcopy, seconds), "3600",
                                           "一次等待的上限，秒", "most seconds that one wait may take"},
                                          {0}};

const struct extractor extract_postgres = {
    .stage = {.name = "postgres",
              .settings = settings,
              .state_size = sizeof(struct pgcopy),
              .open = pgcopy_open,
              .run = pgcopy_run,
              .close = pgcopy_close},
    .bid = pgcopy_bid,
};
