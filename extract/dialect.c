/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/dialect.h"

enum { ROWS_MAX = 500, CELLS_MAX = 1024, PATTERNS_MAX = 64, MILLION = 1000000, HEADER_SEARCH = 30 };

struct record {
    uint32_t count;
    struct span *cells;
};
struct records {
    uint32_t count;
    struct record *items;
};

/* One way to cut the text. */
struct cut {
    const char *delimiter;
    char quote, escape;
};

static bool starts(const char *at, const char *end, const char *word) {
    size_t size = strlen(word);
    return size && (size_t)(end - at) >= size && memcmp(at, word, size) == 0;
}

/* Reads one cell; returns where it ends (at the delimiter, the line end, or `end`). */
static const char *read_cell(const char *at, const char *end, const struct cut *cut, struct span *cell) {
    if (cut->quote && at < end && *at == cut->quote) {
        const char *start = ++at;
        while (at < end) {
            if (cut->escape && *at == cut->escape && at + 1 < end) at += 2;
            else if (*at != cut->quote) at++;
            else if (at + 1 < end && at[1] == cut->quote) at += 2;
            else break;
        }
        *cell = (struct span){start, (size_t)(at - start)};
        if (at < end) at++;
        while (at < end && *at != '\n' && *at != '\r' && !starts(at, end, cut->delimiter)) at++;
        return at;
    }
    const char *start = at;
    while (at < end && *at != '\n' && *at != '\r' && !starts(at, end, cut->delimiter)) {
        bool escape = cut->escape && *at == cut->escape && at + 1 < end;
        at += !escape ? 1 : starts(at + 1, end, "\r\n") ? 3 : 2;
    }
    *cell = (struct span){start, (size_t)(at - start)};
    return at;
}

static struct records read_records(struct span text, bool whole, const struct cut *cut, struct arena *arena) {
    const char *at = text.bytes, *end = text.bytes + text.size;
    struct records records = {0, ARENA_NEW(arena, struct record, ROWS_MAX)};
    struct span cells[CELLS_MAX];
    while (at < end && records.count < ROWS_MAX) {
        uint32_t count = 0;
        for (bool more = true; more;) {
            at = read_cell(at, end, cut, &cells[count]);
            if (count + 1 < CELLS_MAX) count++;
            more = at < end && starts(at, end, cut->delimiter);
            if (more) at += strlen(cut->delimiter);
        }
        if (at == end && !whole) break;
        if (at < end) at += *at == '\r' && at + 1 < end && at[1] == '\n' ? 2 : 1;
        struct record *record = &records.items[records.count++];
        record->count = count == 1 && !cells[0].size ? 0 : count;
        record->cells = ARENA_NEW(arena, struct span, count);
        memcpy(record->cells, cells, count * sizeof *cells);
    }
    return records;
}

static struct span trim(struct span text) {
    while (text.size && text.bytes[0] == ' ') text.bytes++, text.size--;
    while (text.size && text.bytes[text.size - 1] == ' ') text.size--;
    return text;
}

/* Digits with the signs that amounts, dates, times and codes carry. */
static bool is_number(struct span text) {
    uint32_t digits = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (c >= '0' && c <= '9') digits++;
        else if (!memchr("+-.,/:% eE", c, 11)) return false;
    }
    return digits > 0;
}

/* Whether a cell looks like one value: empty, a number, a date, a word without the usual delimiters. */
static bool is_typed(struct span cell) {
    struct span text = trim(cell);
    if (!text.size || is_number(text)) return true;
    for (size_t i = 0; i < text.size; i++)
        if (memchr(",;|\t^\"", text.bytes[i], 6)) return false;
    return text.size < 200;
}

struct pattern {
    uint32_t cells, rows;
};

static uint32_t tally_patterns(const struct records *records, struct pattern *patterns) {
    uint32_t count = 0;
    for (uint32_t r = 0; r < records->count; r++) {
        if (!records->items[r].count) continue;
        uint32_t p = 0;
        while (p < count && patterns[p].cells != records->items[r].count) p++;
        if (p == count && count < PATTERNS_MAX)
            patterns[count++] = (struct pattern){records->items[r].count, 0};
        if (p < PATTERNS_MAX) patterns[p].rows++;
    }
    return count;
}

/* Score = (1/K) * sum over the K row lengths of rows * (cells - 1) / cells, times the share of typed cells.
 */
/* Words apart by blanks are prose unless they are numbers. */
static uint64_t score(const struct records *records, const char *delimiter) {
    bool numbers = strcmp(delimiter, " ") == 0;
    struct pattern patterns[PATTERNS_MAX];
    uint32_t count = tally_patterns(records, patterns);
    uint64_t shape = 0, typed = 0, cells = 0, rows = 0;
    for (uint32_t p = 0; p < count; p++) {
        uint64_t spread = patterns[p].cells > 1
                              ? (uint64_t)MILLION * (patterns[p].cells - 1) / patterns[p].cells
                              : MILLION / 1000;
        shape += spread * patterns[p].rows;
        rows += patterns[p].rows;
    }
    for (uint32_t r = 0; r < records->count; r++)
        for (uint32_t c = 0; c < records->items[r].count; c++, cells++) {
            struct span cell = records->items[r].cells[c];
            typed += numbers ? is_number(trim(cell)) : is_typed(cell);
        }
    if (!rows || !cells) return 0;
    return shape / rows / count * typed / cells;
}

static uint32_t common_length(const struct records *records, uint32_t *rows) {
    struct pattern patterns[PATTERNS_MAX];
    uint32_t count = tally_patterns(records, patterns), best = 0;
    *rows = 0;
    for (uint32_t p = 0; p < count; p++)
        if (patterns[p].rows > *rows || (patterns[p].rows == *rows && patterns[p].cells > best))
            *rows = patterns[p].rows, best = patterns[p].cells;
    return best;
}

/* Whether most rows below hold a number where this row holds a word: names over data. */
static bool contrasts(const struct records *records, uint32_t row, uint32_t columns) {
    const struct record *names = &records->items[row];
    for (uint32_t c = 0; c < names->count && c < columns; c++) {
        uint32_t numbers = 0, filled = 0;
        if (!trim(names->cells[c]).size) continue;
        for (uint32_t r = row + 1; r < records->count; r++) {
            const struct record *record = &records->items[r];
            struct span cell = c < record->count ? trim(record->cells[c]) : (struct span){0};
            filled += cell.size > 0;
            numbers += is_number(cell);
        }
        if (numbers && numbers * 10 >= filled * 6) return true;
    }
    return false;
}

/* How much a row looks like the names of columns: no number, and every cell filled and different; or, where
   numbers stand below, most cells filled (`loose`). */
static bool holds_text(const struct record *record, uint32_t columns, bool loose) {
    uint32_t filled = 0;
    for (uint32_t c = 0; c < record->count; c++) {
        struct span cell = trim(record->cells[c]);
        if (is_number(cell)) return false;
        filled += cell.size > 0;
        for (uint32_t d = 0; d < c && cell.size && !loose; d++)
            if (span_equal(trim(record->cells[d]), cell)) return false; /* names of columns differ */
    }
    return filled == columns || (columns > 3 && filled + 1 >= columns) || (loose && filled * 2 > columns);
}

/* Titles above a table that a spreadsheet padded to its width: at most one cell holds anything. */
static bool is_title(const struct record *record) {
    uint32_t filled = 0;
    for (uint32_t c = 0; c < record->count; c++) filled += trim(record->cells[c]).size > 0;
    return record->count > 1 && filled <= 1;
}

/* Whether every row of the table's width ends with an empty cell: a delimiter that the header may lack. */
static bool rows_trailing(const struct records *records, uint32_t columns) {
    bool any = false;
    for (uint32_t r = 0; r < records->count; r++) {
        const struct record *record = &records->items[r];
        if (record->count != columns) continue;
        if (columns < 3 || trim(record->cells[columns - 1]).size) return false;
        any = true;
    }
    return any;
}

/* A group's name over several columns, and the columns' own names in the row below. */
static bool spans_two(const struct records *records, uint32_t row, uint32_t columns) {
    const struct record *above = &records->items[row];
    uint32_t filled = 0;
    if (row + 1 >= records->count || records->items[row + 1].count != columns) return false;
    for (uint32_t c = 0; c < above->count; c++) {
        if (is_number(trim(above->cells[c]))) return false;
        filled += trim(above->cells[c]).size > 0;
    }
    bool named = trim(above->cells[0]).size > 0; /* nothing stands left of the first group */
    return named && filled >= 2 && filled < columns && holds_text(&records->items[row + 1], columns, true) &&
           contrasts(records, row + 1, columns);
}

static void find_header(const struct records *records, struct dialect *dialect) {
    bool trailing = rows_trailing(records, dialect->columns);
    for (uint32_t r = 0; r < records->count && r < HEADER_SEARCH; r++) {
        const struct record *record = &records->items[r];
        bool shorter = trailing && record->count + 1 == dialect->columns;
        if ((record->count != dialect->columns && !shorter) || is_title(record)) continue;
        uint32_t names = record->count;
        bool two = spans_two(records, r, names), below = contrasts(records, r, names);
        dialect->header =
            two || (holds_text(record, names, below) && (names > 1 || below || r + 1 == records->count));
        dialect->header_row = dialect->header ? r + 1 : 0;
        dialect->header_rows = dialect->header ? 1 + two : 0;
        dialect->trailing = dialect->header && shorter;
        if (dialect->trailing) dialect->columns = names;
        return;
    }
}

/* True when every '|' of the text belongs to `longer`: then '|' alone is no delimiter. */
static bool only_within(struct span text, const char *longer) {
    size_t bars = 0, whole = 0, size = strlen(longer);
    for (size_t at = 0; at < text.size; at++) bars += text.bytes[at] == '|';
    for (size_t at = 0; at + size <= text.size; at++)
        if (memcmp(text.bytes + at, longer, size) == 0) whole++, at += size - 1;
    return whole && bars == 2 * whole;
}

/* Whether a backslash stands before the delimiter, another one or a line end: else it is text. */
static bool escapes(struct span text, const char *delimiter) {
    for (size_t at = 0; at + 1 < text.size; at++) {
        char next = text.bytes[at + 1];
        if (text.bytes[at] == '\\' && (next == delimiter[0] || next == '\n' || next == '\r' || next == '\\'))
            return true;
    }
    return false;
}

static bool holds(struct span text, const char *word) {
    return memmem(text.bytes, text.size, word, strlen(word)) != NULL;
}

/* A text as Informix unloads it, or one that Oracle spooled with `|+|`. */
static void name_dialect(const struct records *records, struct span text, struct dialect *dialect) {
    bool quoted = dialect->quote && memchr(text.bytes, dialect->quote, text.size);
    if (quoted) return;
    if (strcmp(dialect->delimiter, "|+|") == 0 && !dialect->escape) dialect->name = "spool";
    if (strcmp(dialect->delimiter, "|") != 0 || dialect->header || !rows_trailing(records, dialect->columns))
        return;
    dialect->name = "unl";
    dialect->columns--;
}

void dialect_guess(struct span text, bool whole, struct arena *arena, struct dialect *dialect) {
    static const char *const delimiters[] = {",",   ", ", "\t", "|",  ";",  "^", "|+|", "|@|", "|#|",
                                             "|!|", "||", "@@", "##", "^^", "~", ":",   " ",   ""};
    static const struct {
        char quote, escape;
    } quotes[] = {{'"', 0}, {0, 0}, {'\'', 0}, {'"', '\\'}, {0, '\\'}};
    uint64_t best = 0;
    struct records chosen = {0};
    *dialect = (struct dialect){0};
    for (size_t d = 0; d < sizeof delimiters / sizeof *delimiters; d++)
        for (size_t q = 0; q < sizeof quotes / sizeof *quotes; q++) {
            bool bar = strcmp(delimiters[d], "|") == 0;
            if (bar && (only_within(text, "|+|") || only_within(text, "|@|") || only_within(text, "|#|") ||
                        only_within(text, "|!|")))
                continue;
            if (strlen(delimiters[d]) > 1 && !holds(text, delimiters[d])) continue;
            if (quotes[q].quote && !memchr(text.bytes, quotes[q].quote, text.size)) {
                if (q != 0) continue; /* without quotes in sight, the ordinary quote is assumed */
            }
            if (quotes[q].escape &&
                !(quotes[q].quote ? memchr(text.bytes, quotes[q].escape, text.size) != NULL
                                  : escapes(text, delimiters[d])))
                continue;
            struct cut cut = {delimiters[d], quotes[q].quote, quotes[q].escape};
            struct records records = read_records(text, whole, &cut, arena);
            uint64_t own = score(&records, delimiters[d]);
            if (own <= best) continue;
            best = own;
            chosen = records;
            memcpy(dialect->delimiter, delimiters[d], strlen(delimiters[d]) + 1);
            dialect->quote = quotes[q].quote;
            dialect->escape = quotes[q].escape;
        }
    dialect->score = (uint32_t)best;
    dialect->rows = chosen.count;
    dialect->columns = common_length(&chosen, &dialect->regular);
    if (dialect->columns <= 1) dialect->delimiter[0] = '\0';
    find_header(&chosen, dialect);
    name_dialect(&chosen, text, dialect);
    if (whole && chosen.count > 2) {
        const struct record *last = &chosen.items[chosen.count - 1];
        if (last->count && last->count != dialect->columns) dialect->footer = trim(last->cells[0]);
    }
}
