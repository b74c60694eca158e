/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/record.h"

void cutter_open(struct cutter *cutter, const struct dialect *dialect, const struct decoder *decoder) {
    struct scan *scan = &cutter->scan;
    *scan = (struct scan){0};
    cutter->dialect = dialect;
    cutter->decoder = decoder;
    scan->needles[scan->needle_count++] = dialect->line_end == LINE_END_CR ? '\r' : '\n';
    if (dialect->line_end == LINE_END_ANY) scan->needles[scan->needle_count++] = '\r';
    scan->line_ends = scan->needle_count;
    scan->needles[scan->needle_count++] = (unsigned char)dialect->delimiter.bytes[0];
    scan->special = scan->needle_count;
    if (dialect->quote >= 0) scan->needles[scan->needle_count++] = (unsigned char)dialect->quote;
    if (dialect->escape >= 0 && dialect->escape != dialect->quote)
        scan->needles[scan->needle_count++] = (unsigned char)dialect->escape;
    /* A delimiter of one byte below 0x40 is never half of a character. */
    cutter->simple = dialect->delimiter.size == 1 &&
                     ((unsigned char)dialect->delimiter.bytes[0] < 0x40 || !decoder->pairs);
}

void cutter_start(struct cutter *cutter, struct span text, bool final, struct arena *arena) {
    cutter->text = text;
    cutter->final = final;
    cutter->mark = cutter->line = cutter->special = 0;
    cutter->at = 0;
    scan_run(&cutter->scan, text, arena);
}

static int byte_at(const struct cutter *cutter, size_t at) {
    return at < cutter->text.size ? (unsigned char)cutter->text.bytes[at] : -1;
}

/* The length of the line end at `at`, 0 when there is none.  `cut` is set when only more bytes can tell. */
static size_t line_end_at(const struct cutter *cutter, size_t at, bool *cut) {
    int byte = byte_at(cutter, at);
    if (byte != '\n' && byte != '\r') return 0;
    bool unknown = at + 1 == cutter->text.size && !cutter->final && byte == '\r';
    switch (cutter->dialect->line_end) {
    case LINE_END_CR: return byte == '\r';
    case LINE_END_LF:
        if (byte == '\n') return 1;
        *cut = unknown;
        return byte_at(cutter, at + 1) == '\n' ? 2 : 0;
    case LINE_END_CRLF: *cut = unknown; return byte == '\r' && byte_at(cutter, at + 1) == '\n' ? 2 : 0;
    case LINE_END_ANY: break;
    }
    if (byte == '\n') return 1;
    *cut = unknown;
    return byte_at(cutter, at + 1) == '\n' ? 2 : 1;
}

static bool delimiter_at(const struct cutter *cutter, size_t at) {
    struct span delimiter = cutter->dialect->delimiter;
    if (cutter->text.bytes[at] != delimiter.bytes[0]) return false;
    if (delimiter.size == 1) return true;
    if (delimiter.size > cutter->text.size - at) return false;
    return memcmp(cutter->text.bytes + at, delimiter.bytes, delimiter.size) == 0;
}

/* Whether a needle of 0x40 or more is the second half of a character that begins at or after `from`. */
static bool half(const struct cutter *cutter, size_t from, size_t at) {
    if ((unsigned char)cutter->text.bytes[at] < 0x40) return false;
    return decoder_second_half(cutter->decoder, cutter->text.bytes + from, cutter->text.bytes + at);
}

static void add_piece(struct record *record, size_t from, size_t until, bool escaped) {
    if (record->cell_count < COLUMNS_MAX)
        record->pieces[record->cell_count] = (struct piece){(uint32_t)from, (uint32_t)until, escaped};
    record->cell_count++;
}

/* What follows a finished cell that ends at `at`. */
enum after { AFTER_CELL, AFTER_RECORD, AFTER_MORE, AFTER_GARBAGE };

static enum after after_cell(struct cutter *cutter, struct record *record, size_t at, size_t *next) {
    bool cut = false;
    if (at < cutter->text.size && delimiter_at(cutter, at)) {
        *next = at + cutter->dialect->delimiter.size;
        return AFTER_CELL;
    }
    size_t size = line_end_at(cutter, at, &cut);
    if (cut) return AFTER_MORE;
    if (size) {
        record->lines++;
        *next = at + size;
        return AFTER_RECORD;
    }
    if (at >= cutter->text.size) {
        *next = at;
        return cutter->final ? AFTER_RECORD : AFTER_MORE;
    }
    bool maybe = cutter->text.size - at < cutter->dialect->delimiter.size && !cutter->final;
    return maybe ? AFTER_MORE : AFTER_GARBAGE;
}

/* Whether a quote before `at` closes its cell although quotes inside are written as they are: RECORD_DONE
   where the cell may end, RECORD_UNCLOSED where it goes on, RECORD_MORE when the chunk does not say. */
static enum record_end bare_quote(const struct cutter *cutter, size_t at) {
    bool cut = false;
    if (at >= cutter->text.size) return cutter->final ? RECORD_DONE : RECORD_MORE;
    if (delimiter_at(cutter, at) || line_end_at(cutter, at, &cut)) return RECORD_DONE;
    cut |= !cutter->final && cutter->text.size - at < cutter->dialect->delimiter.size;
    return cut ? RECORD_MORE : RECORD_UNCLOSED;
}

/* The bytes that an escape at `at` and what it escapes take; a line end counts in `*lines`. */
static size_t escaped_size(const struct cutter *cutter, size_t at, uint32_t *lines) {
    bool crlf = byte_at(cutter, at + 1) == '\r' && byte_at(cutter, at + 2) == '\n';
    bool line_end = crlf || byte_at(cutter, at + 1) == '\n' ||
                    (byte_at(cutter, at + 1) == '\r' && cutter->dialect->line_end != LINE_END_LF);
    *lines += line_end;
    return crlf ? 3 : 2;
}

/* The closing quote of the cell whose text begins at `from`. */
static enum record_end quoted_end(struct cutter *cutter, struct record *record, size_t from, size_t *end,
                                  bool *escaped) {
    const struct dialect *dialect = cutter->dialect;
    const struct scan *scan = &cutter->scan;
    size_t skip = from;
    uint32_t lines = 0;
    for (size_t i = cutter->mark; i < scan->mark_count; i++) {
        size_t at = scan->marks[i];
        int byte = byte_at(cutter, at);
        if (at < skip) continue;
        if (at - from > CELL_BYTES_MAX) return RECORD_UNCLOSED;
        if (byte == '\n' || byte == '\r') {
            bool cut = false;
            size_t size = line_end_at(cutter, at, &cut);
            if (size) skip = at + size;
            if (++lines > QUOTED_LINES_MAX) return RECORD_UNCLOSED;
        } else if (byte == dialect->quote) {
            enum record_end bare = dialect->bare_quotes ? bare_quote(cutter, at + 1) : RECORD_DONE;
            if (bare == RECORD_MORE) return bare;
            if (bare == RECORD_UNCLOSED) continue;
            bool double_quote = !dialect->bare_quotes && byte_at(cutter, at + 1) == dialect->quote;
            if (!double_quote && at + 1 == cutter->text.size && !cutter->final) return RECORD_MORE;
            if (!double_quote) {
                *end = at;
                record->lines += lines;
                cutter->mark = i + 1;
                return RECORD_DONE;
            }
            *escaped = true;
            skip = at + 2;
        } else if (byte == dialect->escape && !half(cutter, from, at)) {
            *escaped = true;
            skip = at + escaped_size(cutter, at, &lines);
        }
    }
    if (cutter->text.size - from > CELL_BYTES_MAX) return RECORD_UNCLOSED;
    return cutter->final ? RECORD_UNCLOSED : RECORD_MORE;
}

/* The end of a cell without quotes: the delimiter, the line end or the end of the text. */
static bool plain_end(struct cutter *cutter, struct record *record, size_t from, size_t *end, bool *escaped) {
    const struct scan *scan = &cutter->scan;
    const struct dialect *dialect = cutter->dialect;
    size_t skip = from;
    const uint32_t before_cell = record->lines;
    for (; cutter->mark < scan->mark_count; cutter->mark++) {
        size_t at = scan->marks[cutter->mark];
        if (at < skip) continue;
        int byte = byte_at(cutter, at);
        if (byte == (unsigned char)dialect->delimiter.bytes[0] && !half(cutter, from, at) &&
            (dialect->delimiter.size == 1 || delimiter_at(cutter, at))) {
            *end = at;
            return true;
        }
        if (byte == '\n' || byte == '\r') {
            bool cut = false;
            bool before = byte == '\n' && dialect->line_end != LINE_END_ANY && at > from &&
                          cutter->text.bytes[at - 1] == '\r';
            *end = before ? at - 1 : at;
            if (line_end_at(cutter, *end, &cut) || cut) return true;
        }
        if (byte == dialect->escape && byte != dialect->quote && !half(cutter, from, at)) {
            *escaped = true;
            if (record->lines - before_cell < QUOTED_LINES_MAX)
                skip = at + escaped_size(cutter, at, &record->lines);
        }
    }
    /* A last CR may belong to a line end that the next chunk completes. */
    *end = cutter->text.size;
    return cutter->final;
}

void cutter_first_line(struct cutter *cutter, struct record *record) {
    const struct scan *scan = &cutter->scan;
    size_t i = 0, until = scan->mark_count;
    while (i < until) { /* the first mark of the record */
        size_t middle = (i + until) / 2;
        if (scan->marks[middle] < record->from) i = middle + 1;
        else until = middle;
    }
    record->until = record->next = cutter->text.size;
    record->lines = 0;
    record->cell_count = 0;
    for (; i < scan->mark_count; i++) {
        size_t at = scan->marks[i];
        int byte = byte_at(cutter, at);
        bool cut = false;
        if (byte != '\n' && byte != '\r') continue;
        bool before = byte == '\n' && cutter->dialect->line_end != LINE_END_ANY && at > record->from &&
                      cutter->text.bytes[at - 1] == '\r';
        size_t size = line_end_at(cutter, before ? at - 1 : at, &cut);
        if (!size) continue;
        record->until = before ? at - 1 : at;
        record->next = record->until + size;
        record->lines = 1;
        i++;
        break;
    }
    while (i < scan->mark_count && scan->marks[i] < record->next) i++;
    cutter->mark = i;
    cutter->at = record->next;
}

/* The common case by itself: cells without quotes up to the last but one of the row.  Returns where the
   first other cell begins. */
static size_t cut_plain(struct cutter *cutter, struct record *record, size_t from) {
    const struct scan *scan = &cutter->scan;
    const char *text = cutter->text.bytes;
    char delimiter = cutter->dialect->delimiter.bytes[0];
    int quote = cutter->dialect->quote;
    size_t i = cutter->mark;
    while (i < scan->mark_count) {
        size_t at = scan->marks[i];
        if (at < from || text[at] != delimiter || (unsigned char)text[from] == quote) break;
        if (at - from > CELL_BYTES_MAX) break;
        add_piece(record, from, at, false);
        from = at + 1;
        i++;
    }
    cutter->mark = i;
    return from;
}

static enum record_end cut(struct cutter *cutter, struct record *record) {
    const struct dialect *dialect = cutter->dialect;
    bool too_long = false;
    for (size_t from = record->from, next = 0;; from = next) {
        size_t end = 0;
        if (cutter->simple) from = cut_plain(cutter, record, from);
        bool escaped = false, quoted = dialect->quote >= 0 && byte_at(cutter, from) == dialect->quote;
        while (cutter->mark < cutter->scan.mark_count && cutter->scan.marks[cutter->mark] < from)
            cutter->mark++;
        if (quoted) {
            enum record_end found = quoted_end(cutter, record, from + 1, &end, &escaped);
            if (found != RECORD_DONE) return found;
        } else if (!plain_end(cutter, record, from, &end, &escaped)) {
            return RECORD_MORE;
        }
        enum after after = after_cell(cutter, record, quoted ? end + 1 : end, &next);
        if (after == AFTER_MORE) return RECORD_MORE;
        if (after == AFTER_GARBAGE) return RECORD_UNCLOSED;
        add_piece(record, quoted ? from + 1 : from, end, escaped);
        if (end - from > CELL_BYTES_MAX) too_long = true;
        if (after == AFTER_CELL) continue;
        record->until = quoted ? end + 1 : end;
        record->next = next;
        return too_long || record->until - record->from > ROW_BYTES_MAX ? RECORD_LONG : RECORD_DONE;
    }
}

bool cutter_plain(struct cutter *cutter, uint32_t cell_count, struct record *record, const uint32_t **ends) {
    const struct scan *scan = &cutter->scan;
    if (!cutter->simple || cutter->dialect->line_end != LINE_END_LF) return false;
    while (cutter->mark < scan->mark_count && scan->marks[cutter->mark] < cutter->at) cutter->mark++;
    while (cutter->line < scan->line_count && scan->lines[cutter->line] < cutter->mark) cutter->line++;
    while (scan->specials[cutter->special] < cutter->at) cutter->special++;
    if (cutter->line == scan->line_count) return false;
    size_t last = scan->lines[cutter->line], end = scan->marks[last], first = cutter->mark;
    if (last - first + 1 != cell_count || end - cutter->at > CELL_BYTES_MAX) return false;
    if (scan->specials[cutter->special] < end) return false;
    size_t cell = cell_count > 1 ? scan->marks[last - 1] + 1 : cutter->at; /* where the last one begins */
    *record = (struct record){.from = cutter->at, .next = end + 1, .lines = 1, .cell_count = cell_count};
    record->until = end > cell && cutter->text.bytes[end - 1] == '\r' ? end - 1 : end;
    *ends = scan->marks + first;
    cutter->mark = last + 1;
    cutter->line++;
    cutter->at = record->next;
    return true;
}

enum record_end cutter_next(struct cutter *cutter, struct record *record) {
    size_t mark = cutter->mark;
    record->from = cutter->at;
    record->lines = 0;
    record->cell_count = 0;
    enum record_end end = cut(cutter, record);
    if (end == RECORD_UNCLOSED) {
        cutter_first_line(cutter, record);
        /* Its line end may be in the next chunk; a whole chunk without one is too long. */
        bool open = record->lines == 0 && !cutter->final;
        if (open) cutter->at = record->from;
        return open ? RECORD_MORE : end;
    }
    if (end == RECORD_MORE) {
        cutter->mark = mark;
        return end;
    }
    cutter->at = record->next;
    return end;
}

/* Whether writers put an escape before this byte.  Before anything else it is text: MySQL's \N for NULL
   must not become an N, nor C:\data lose its stroke. */
static bool escapable(const struct dialect *dialect, int byte) {
    return byte == dialect->quote || byte == dialect->escape || byte == '\n' || byte == '\r' ||
           byte == (unsigned char)dialect->delimiter.bytes[0];
}

size_t piece_plain(const struct cutter *cutter, struct piece piece, char *to) {
    const struct dialect *dialect = cutter->dialect;
    size_t size = 0;
    for (size_t at = piece.from; at < piece.until; at++) {
        int byte = byte_at(cutter, at);
        bool escape =
            byte == dialect->escape && dialect->escape != dialect->quote && !half(cutter, piece.from, at);
        bool doubled =
            !dialect->bare_quotes && byte == dialect->quote && byte_at(cutter, at + 1) == dialect->quote;
        bool undone = (escape && escapable(dialect, byte_at(cutter, at + 1))) || doubled;
        if (at + 1 < piece.until && undone) at++;
        to[size++] = cutter->text.bytes[at];
    }
    return size;
}
