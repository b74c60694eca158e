/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/source.h"
#include "core/language.h"
#include "extract/archive.h"
#include "extract/foreign.h"
#include <inttypes.h>
#include <stdio.h>

enum { LINES_PER_FAULT = 100, UTF8_CHARACTERS_MIN = 3 };

static bool refuse(const struct source *source, const char *found, const struct text_fault *fault,
                   struct error *error) {
    char hex[3 * sizeof fault->bytes + 1] = "";
    for (uint8_t i = 0; i < fault->size; i++)
        snprintf(hex + (i ? 3 * i - 1 : 0), 4, i ? " %02X" : "%02X", fault->bytes[i]);
    error->at.byte = fault->at + 1; /* people count from 1 */
    return error_code(error, TROUBLE_REFUSED, "file.encoding_mismatch",
                      TEXT("声明编码 %s 解不开，此处字节为 %s；内容是 %s",
                           "not valid %s: the bytes here are %s; the content is %s"),
                      source->declared.name, hex, found);
}

/* Lines of `head`, and how many of them cannot be decoded. */
static size_t faulty_lines(struct decoder *decoder, struct span head, struct arena *arena, size_t *lines,
                           struct text_fault *first) {
    size_t faulty = 0, at = 0;
    char *text = ARENA_NEW(arena, char, decoder_room(decoder, head.size) + 1);
    *lines = 0;
    while (at < head.size) {
        const char *from = head.bytes + at, *end = memchr(from, '\n', head.size - at);
        if (!end && at) break; /* perhaps cut by the head's end */
        size_t size = end ? (size_t)(end - from) + 1 : head.size - at;
        struct text_fault fault;
        decoder_run(decoder, (struct span){from, size}, text, &fault);
        if (fault.size && end && !faulty++) {
            *first = fault;
            first->at += at;
        }
        ++*lines;
        at += size;
    }
    return faulty;
}

static bool same_encoding(const struct decoder *decoder, const char *mark) {
    enum encoding encoding = decoder->encoding;
    if (encoding == ENCODING_OTHER) return true; /* iconv sees the mark itself */
    if (strcmp(mark, "UTF-8") == 0) return encoding == ENCODING_UTF8;
    if (strcmp(mark, "GB18030") == 0) return encoding == ENCODING_GB18030;
    return encoding == ENCODING_UTF16LE || encoding == ENCODING_UTF16BE;
}

/* Chinese in UTF-8 is often valid GB18030 too, as nonsense; the other way round never happens. */
static bool plainly_utf8(struct span head, struct arena *arena) {
    struct decoder utf8 = {.encoding = ENCODING_UTF8};
    struct text_fault fault;
    char *text = ARENA_NEW(arena, char, head.size + 1);
    size_t size = decoder_run(&utf8, head, text, &fault), chinese = 0;
    if (fault.size && (head.size < BID_BYTES || fault.at + 3 < head.size)) return false;
    for (size_t i = 0; i < size; i++)
        chinese += (unsigned char)text[i] >= 0xe4 && (unsigned char)text[i] <= 0xe9;
    return chinese >= UTF8_CHARACTERS_MIN;
}

static bool check_declared(struct source *source, struct span head, struct arena *arena,
                           struct error *error) {
    size_t mark_size = 0, lines = 0;
    const char *mark = text_mark(head, &mark_size);
    struct text_fault first = {.size = (uint8_t)mark_size};
    if (mark) memcpy(first.bytes, head.bytes, mark_size);
    if (mark && !same_encoding(&source->declared, mark)) return refuse(source, mark, &first, error);
    if (!decoder_cuts(&source->declared)) return true;
    size_t faulty = faulty_lines(&source->declared, head, arena, &lines, &first);
    if (source->declared.pairs && plainly_utf8(head, arena)) return refuse(source, "UTF-8", &first, error);
    if (faulty * LINES_PER_FAULT <= lines) return true;
    struct judgement judgement;
    encoding_judge(head, arena, &judgement);
    bool other =
        judgement.best && (strcmp(judgement.best, "UTF-8") == 0 || strcmp(judgement.best, "GB18030") == 0);
    return other ? refuse(source, judgement.best, &first, error) : true;
}

/* A packed file that nobody unpacked, or an old workbook, is no text; as some of its bytes look like line
   ends, it would make rows. */
static bool check_text(struct span head, struct error *error) {
    if (foreign_tell(head, error)) return false;
    static const char compound[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"; /* [MS-CFB] 2.2 */
    bool office = head.size > 8 && memcmp(head.bytes, compound, 8) == 0;
    bool packed = archive_kind(head) != ARCHIVE_NONE && memchr(head.bytes, '\0', head.size);
    if (!office && !packed) return true;
    return error_code(error, TROUBLE_REFUSED, "file.format_mismatch",
                      TEXT("内容是 %s 文件，不是文本", "the content is a file of %s and no text"),
                      office ? "Office 97-2003 (.xls, .doc)" : archive_kind_name(head));
}

static bool open_text(struct source *source, struct arena *arena, struct error *error) {
    source->decoder = source->declared;
    if (!decoder_cuts(&source->declared)) {
        source->bytes = text_stream(source->bytes, &source->declared, arena);
        if (!decoder_open(&source->decoder, "UTF-8", arena, error)) return false;
    }
    struct span start;
    if (!source_chunk(source, 4, &source->memory, &start, error)) return false;
    size_t mark = 0;
    text_mark(start, &mark);
    start.bytes += mark;
    start.size -= mark;
    source_keep(source, start);
    return true;
}

bool source_open(struct source *source, const struct input *input, const char *initial, struct arena *arena,
                 struct error *error) {
    const char *name = input->encoding ? input->encoding : initial;
    struct arena scratch = {0};
    struct span head;
    *source = (struct source){0};
    if (!decoder_open(&source->declared, name, arena, error)) return false;
    bool open = extract_head(input, &scratch, &head, error);
    size_t mark = 0;
    if (open) text_mark(head, &mark);
    if (open && head.size == mark)
        open = error_code(error, TROUBLE_REFUSED, "file.empty", "%s", TEXT("文件为空", "the file is empty"));
    open = open && check_text(head, error) && check_declared(source, head, &scratch, error);
    arena_free(&scratch);
    open = open && bytes_open(&source->bytes, input->path, input->member, input->limits, arena, error) &&
           open_text(source, arena, error);
    if (!open) source_close(source);
    return open;
}

void source_close(struct source *source) {
    bytes_close(source->bytes);
    decoder_close(&source->declared);
    arena_free(&source->memory);
    *source = (struct source){0};
}

bool source_chunk(struct source *source, size_t size, struct arena *arena, struct span *chunk,
                  struct error *error) {
    if (size < source->kept_size) size = source->kept_size;
    char *bytes = ARENA_ROOM(arena, char, size + SOURCE_SLOP);
    if (source->kept_size) memcpy(bytes, source->kept, source->kept_size);
    size_t have = source->kept_size;
    if (have < size && !source->ended) {
        ptrdiff_t got = bytes_read(source->bytes, bytes + have, size - have, error);
        if (got < 0) return false;
        source->ended = (size_t)got < size - have;
        have += (size_t)got;
    }
    source->kept_size = 0;
    source->offset += have;
    *chunk = (struct span){bytes, have};
    return true;
}

void source_keep(struct source *source, struct span rest) {
    if (rest.size > source->kept_room) {
        source->kept_room = 2 * rest.size;
        source->kept = ARENA_NEW(&source->memory, char, source->kept_room);
    }
    if (rest.size) memcpy(source->kept, rest.bytes, rest.size);
    source->kept_size = rest.size;
    source->offset -= rest.size;
}
