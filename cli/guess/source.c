/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/guess.h"
#include "core/language.h"
#include "core/tally.h"
#include "extract/dialect.h"
#include "extract/extract.h"
#include "extract/foreign.h"
#include "extract/pgcopy.h"
#include "extract/text.h"

enum { CLOSE_PERCENT = 30, HEAD_BYTES = 256 << 10, DBF_HEADER_SIZE_AT = 8 };

void guess_note(struct guess_source *source, const char *note) {
    if (source->note_count < GUESS_TITLES) source->notes[source->note_count++] = note;
}

/* A DBF's records without its header, whose binary bytes are no text. */
struct records_only {
    struct bytes *below;
    uint64_t skip;
};

static ptrdiff_t read_records(struct bytes *bytes, void *buffer, size_t size, struct error *error) {
    struct records_only *state = bytes->state;
    while (state->skip) {
        size_t part = state->skip < size ? (size_t)state->skip : size;
        ptrdiff_t got = bytes_read(state->below, buffer, part, error);
        if (got <= 0) return got;
        state->skip -= (uint64_t)got;
    }
    return bytes_read(state->below, buffer, size, error);
}

static void close_nothing(struct bytes *bytes) { (void)bytes; }

static bool judge(struct guess_source *source, struct span head, struct arena *arena,
                  struct judgement *judgement, struct error *error) {
    struct bytes *bytes = NULL;
    if (!bytes_open(&bytes, source->path, source->member, source->limits, arena, error)) return false;
    bool dbf = strcmp(source->format, "dbf") == 0 && head.size > DBF_HEADER_SIZE_AT + 2;
    bool ok;
    if (dbf) {
        const unsigned char *at = (const unsigned char *)head.bytes + DBF_HEADER_SIZE_AT;
        struct records_only state = {bytes, (uint64_t)at[0] | (uint64_t)at[1] << 8};
        struct bytes *records = bytes_new(arena, source->name);
        records->read = read_records;
        records->close = close_nothing;
        records->state = &state;
        uint64_t header = state.skip; /* offsets are those of the file */
        ok = encoding_evidence(records, arena, judgement, error);
        for (int i = 0; i < EVIDENCE_MAX; i++) judgement->evidence[i].at += header;
        bytes_close(records);
    } else {
        ok = encoding_evidence(bytes, arena, judgement, error);
    }
    bytes_close(bytes);
    return ok;
}

static const char *thousands(struct arena *arena, uint64_t number) {
    char text[FEN_TEXT];
    fen_text((fen_total)number * 100, text);
    size_t size = strlen(text);
    return arena_print(arena, "%.*s", (int)(size > 3 ? size - 3 : size), text);
}

/* "编码 GB18030：全文 56,114 字节合法，UTF-8 在第 6 字节失败" */
static void say_encoding(struct guess_source *source, const struct judgement *judgement, uint64_t size,
                         struct arena *arena) {
    uint32_t valid = 0;
    uint64_t own = 0, next = 0; /* everyday characters of 100, of the best and of the next best */
    const char *failed = "", *also = "", *shares = "";
    for (int i = 0; i < EVIDENCE_MAX; i++) {
        const struct evidence *evidence = &judgement->evidence[i];
        if (!evidence->name || strncmp(evidence->name, "UTF-1", 5) == 0 ||
            strncmp(evidence->name, "UTF-3", 5) == 0)
            continue;
        bool best = judgement->best && strcmp(evidence->name, judgement->best) == 0;
        if (evidence->valid) valid++;
        if (evidence->valid && evidence->wide && strcmp(evidence->name, "GBK") != 0)
            shares = arena_print(arena, "%s%s%s %u%%", shares, *shares ? TEXT("、", ", ") : "",
                                 evidence->name, (unsigned)(evidence->common * 100 / evidence->wide));
        uint64_t share = evidence->valid && evidence->wide ? evidence->common * 100 / evidence->wide : 0;
        if (best) own = share;
        else if (share > next && strcmp(evidence->name, "GBK") != 0) next = share;
        if (evidence->valid && !best && strcmp(evidence->name, "GBK") != 0)
            also = arena_print(arena, "%s%s%s", also, *also ? TEXT("、", ", ") : "", evidence->name);
        bool fallback = !judgement->best && strcmp(evidence->name, "GB18030") == 0;
        if (!evidence->valid && (strcmp(evidence->name, "UTF-8") == 0 || best || fallback))
            failed =
                arena_print(arena, TEXT("%s，%s 在第 %s 字节失败(%02X)", "%s, %s fails at byte %s (%02X)"),
                            failed, evidence->name, thousands(arena, evidence->at + 1), evidence->bytes[0]);
    }
    /* Nothing but ASCII is any of them; the next delivery of a county will hold Hanzi in GB18030, but JSON
       and XML, which are UTF-8 unless they say otherwise. */
    bool unicode = strcmp(source->format, "json") == 0 || strcmp(source->format, "xml") == 0;
    const char *ascii = unicode ? "UTF-8" : "GB18030";
    const char *best = judgement->best && !judgement->ascii ? judgement->best : ascii;
    if (judgement->ascii)
        guess_note(source, arena_print(arena,
                                       TEXT("全文只有 ASCII，编码写 %s 是惯例",
                                            "nothing but ASCII; encoding %s by convention"),
                                       best));
    else
        guess_note(
            source,
            arena_print(arena, TEXT("编码 %s：全文 %s 字节%s%s", "encoding %s: %s bytes, %s%s"), best,
                        thousands(arena, size),
                        judgement->best ? TEXT("合法", "all valid") : TEXT("不全合法", "not all valid"),
                        failed));
    source->judged = !judgement->ascii && valid > 1 && *also && !judgement->mark;
    source->close = source->judged && own < next + CLOSE_PERCENT;
    if (source->judged)
        guess_note(
            source,
            arena_print(
                arena,
                TEXT("%s 也能解每个字节，按常用字判断(%s)，请人看一眼",
                     "%s decodes every byte too: a judgement by everyday characters (%s), please look"),
                also, shares));
    source->encoding = best;
    source->ascii = judgement->ascii;
}

static const char *quoted_delimiter(const char *delimiter) { return *delimiter == '\t' ? "tab" : delimiter; }

/* The text of the beginning in UTF-8, at most HEAD_BYTES; `whole` when that is all. */
static bool beginning(const struct guess_source *source, struct arena *arena, struct span *raw,
                      struct span *text, bool *whole, struct error *error) {
    struct bytes *bytes = NULL;
    struct decoder decoder;
    struct text_fault fault = {0};
    if (!bytes_open(&bytes, source->path, source->member, source->limits, arena, error)) return false;
    char *buffer = ARENA_NEW(arena, char, HEAD_BYTES);
    ptrdiff_t got = bytes_read(bytes, buffer, HEAD_BYTES, error);
    bytes_close(bytes);
    if (got < 0) return false;
    *raw = (struct span){buffer, (size_t)got};
    *whole = got < HEAD_BYTES;
    if (!decoder_open(&decoder, source->encoding, arena, error)) return false;
    struct span rest = *raw;
    size_t mark = 0;
    text_mark(rest, &mark);
    rest.bytes += mark, rest.size -= mark;
    char *decoded = ARENA_NEW(arena, char, decoder_room(&decoder, rest.size) + rest.size);
    size_t size = 0;
    while (rest.size) { /* a byte that is no character stands as '?' */
        fault.size = 0;
        size += decoder_run(&decoder, rest, decoded + size, &fault);
        if (!fault.size) break;
        decoded[size++] = '?';
        rest.bytes += fault.at + fault.size, rest.size -= fault.at + fault.size;
    }
    decoder_close(&decoder);
    *text = (struct span){decoded, size};
    return true;
}

static bool look_text(struct guess_source *source, struct arena *arena, struct error *error) {
    struct span raw, text;
    bool whole;
    struct dialect dialect;
    if (!beginning(source, arena, &raw, &text, &whole, error)) return false;
    dialect_guess(text, whole, arena, &dialect);
    bool fixed = strcmp(source->format, "fixed") == 0 || dialect.columns < 2 || dialect.delimiter[0] == ' ';
    if (fixed && guess_fixed(source, raw, arena)) return true;
    source->format = "csv";
    if (!dialect.delimiter[0]) memcpy(dialect.delimiter, ",", 2); /* one column: any will do */
    const char *quote =
        dialect.quote == '"' || !dialect.quote ? "" : arena_print(arena, ", quote: \"%c\"", dialect.quote);
    const char *escape = dialect.escape ? ", escape: \"\\\\\"" : "";
    const char *rows = dialect.header_rows > 1 ? arena_print(arena, ", rows: %u", dialect.header_rows) : "";
    const char *header = dialect.header ? arena_print(arena, "{row: %u%s}", dialect.header_row, rows) : "no";
    const char *trailing = dialect.trailing ? ", trailing: yes" : "";
    source->read = dialect.name
                       ? arena_print(arena, "{format: csv, dialect: %s, encoding: %s, header: %s",
                                     dialect.name, source->encoding, header)
                       : arena_print(arena, "{format: csv, encoding: %s, delimiter: \"%s\"%s%s%s, header: %s",
                                     source->encoding, quoted_delimiter(dialect.delimiter), quote, escape,
                                     trailing, header);
    guess_note(source, arena_print(arena, TEXT("分隔符 %s，%u 列", "delimiter %s, %u columns"),
                                   quoted_delimiter(dialect.delimiter), dialect.columns));
    guess_note(source,
               dialect.header
                   ? arena_print(arena, TEXT("表头在第 %u 行", "header in row %u"), dialect.header_row)
                   : TEXT("没有表头，列名为 F1、F2……", "no header: columns are F1, F2 ..."));
    return true;
}

/* "#END" out of "#END|892": letters and signs before the first digit. */
static void add_footer(struct guess_source *source, struct span footer, struct arena *arena) {
    size_t size = 0;
    while (size < footer.size && !(footer.bytes[size] >= '0' && footer.bytes[size] <= '9') &&
           footer.bytes[size] != '"' && footer.bytes[size] != '\\' && footer.bytes[size] != ':')
        size++;
    if (size < 2) return;
    source->read = arena_print(arena, "%s, footer: \"%.*s*\"", source->read, (int)size, footer.bytes);
    guess_note(source, arena_print(arena, TEXT("末行是文件尾 %.*s", "the last row is a trailer: %.*s"),
                                   (int)size, footer.bytes));
}

/* Formats that name their columns themselves. */
static void look_named(struct guess_source *source, struct arena *arena) {
    const char *table =
        source->table ? guess_scalar(arena, (struct span){source->table, strlen(source->table)}) : "";
    source->read = arena_print(arena, "{format: %s, encoding: %s%s%s", source->format, source->encoding,
                               source->table ? ", table: " : "", table);
}

/* Which elements of an XML document are rows. */
static bool look_rows(struct guess_source *source, struct arena *arena, struct error *error) {
    struct span raw, text;
    bool whole;
    if (!beginning(source, arena, &raw, &text, &whole, error)) return false;
    const char *path = guess_rows(text, arena);
    if (!path) return true;
    source->read = arena_print(arena, "%s, row: %s", source->read,
                               guess_scalar(arena, (struct span){path, strlen(path)}));
    guess_note(source, arena_print(arena, TEXT("每个 %s 是一行", "every %s is a row"), path));
    return true;
}

/* In double quotes, line ends too: a comment must not swallow what follows it. */
static const char *quoted(struct span text, struct arena *arena) {
    char *to = ARENA_NEW(arena, char, 2 * text.size + 3);
    size_t size = 0;
    to[size++] = '"';
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (c == '"' || c == '\\' || c == '\n') to[size++] = '\\';
        to[size++] = c == '\n' ? 'n' : (unsigned char)c < ' ' ? ' ' : c;
    }
    to[size] = '"';
    return to;
}

/* A fetched file says itself where it came from. */
static void look_fetched(struct guess_source *source, struct span head, struct arena *arena) {
    struct pgcopy_origin origin;
    source->read = "{format: postgres";
    if (!pgcopy_origin(head, arena, &origin)) return;
    struct span query = {origin.query, strlen(origin.query)};
    source->read =
        arena_print(arena, "{format: postgres, service: %s, query: %s", origin.service, quoted(query, arena));
    guess_note(source, arena_print(arena,
                                   TEXT("从数据库 %s 查询取来；match 不能有 *",
                                        "fetched from the database %s; match takes no *"),
                                   origin.service));
}

/* What the format leaves open: encoding, dialect, header. */
static bool look_inside(struct guess_source *source, struct span head, struct arena *arena,
                        struct error *error) {
    const char *format = source->format;
    struct judgement judgement = {0};
    struct bytes *bytes = NULL;
    if (strcmp(format, "postgres") == 0) return look_fetched(source, head, arena), true;
    if (strcmp(format, "xlsx") == 0) return guess_sheet(source, arena, error);
    if (strcmp(format, "xls") == 0) return guess_grid(source, arena, error);
    if (!judge(source, head, arena, &judgement, error) ||
        !bytes_open(&bytes, source->path, source->member, source->limits, arena, error))
        return false;
    uint64_t size = bytes->size;
    bytes_close(bytes);
    say_encoding(source, &judgement, size, arena);
    if (strcmp(format, "html") == 0) return guess_grid(source, arena, error);
    bool named = strcmp(format, "dbf") == 0 || strcmp(format, "sqldump") == 0 ||
                 strcmp(format, "json") == 0 || strcmp(format, "xml") == 0;
    if (!named) return look_text(source, arena, error);
    look_named(source, arena);
    return strcmp(format, "xml") != 0 || look_rows(source, arena, error);
}

bool guess_look(struct guess_source *source, struct arena *arena, struct error *error) {
    struct input input = {
        .path = source->path, .member = source->member, .name = source->name, .limits = source->limits};
    struct span head, footer = {0};
    if (!extract_head(&input, arena, &head, error)) return error_at(error, source->name);
    if (!head.size)
        return error_code(error, TROUBLE_FAILED, "file.empty", "%s", TEXT("文件为空", "the file is empty"));
    if (foreign_tell(head, error)) return error_at(error, source->name);
    const struct extractor *extractor = extract_guess(head);
    source->format = extractor ? extractor->stage.name : "csv";
    if (!look_inside(source, head, arena, error)) return error_at(error, source->name);
    if (!guess_count(source, &footer, arena, error)) return error_at(error, source->name);
    if (strcmp(source->format, "sqldump") == 0 && !guess_labels(source, arena, error))
        return error_at(error, source->name);
    if (source->totals)
        guess_note(source, arena_print(arena, TEXT("小计、合计行 %s 行", "%s rows of subtotals and totals"),
                                       thousands(arena, source->totals)));
    if (footer.size && strcmp(source->format, "csv") == 0) add_footer(source, footer, arena);
    source->read = arena_print(arena, "%s}", source->read);
    return true;
}
