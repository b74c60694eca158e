/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/sniff.h"
#include "extract/record.h"
#include "extract/source.h"

enum { ROWS_MAX = 500, CELLS_MAX = 1024 };

static const struct {
    const char *name;
    struct span bytes;
} delimiters[] = {
    /* Longer ones first: "|" fits wherever "|+|" does, with more columns. */
    {"|+|", {"|+|", 3}}, {"||", {"||", 2}},  {"@|@", {"@|@", 3}},    {"|!|", {"|!|", 3}},
    {",", {",", 1}},     {"tab", {"\t", 1}}, {"|", {"|", 1}},        {";", {";", 1}},
    {"^", {"^", 1}},     {"~", {"~", 1}},    {"\\x01", {"\x01", 1}},
};

/* The rows of `text` cut at one delimiter. */
struct trial {
    uint32_t rows;
    uint32_t counts[ROWS_MAX], lines[ROWS_MAX];
    bool names[ROWS_MAX]; /* every cell holds something that is no number */
    bool quote;
};

static bool is_name(struct span cell) {
    bool other = false;
    for (size_t i = 0; i < cell.size; i++) {
        char byte = cell.bytes[i];
        other |= !(byte >= '0' && byte <= '9') && !strchr(" .,-+/:%", byte);
    }
    return other;
}

static void try_delimiter(struct trial *trial, struct span text, struct span delimiter,
                          const struct decoder *decoder, struct arena *arena) {
    bool cr = memchr(text.bytes, '\r', text.size) && !memchr(text.bytes, '\n', text.size);
    struct dialect dialect = {delimiter, '"', -1, cr ? LINE_END_CR : LINE_END_LF};
    struct record record = {.pieces = ARENA_NEW(arena, struct piece, COLUMNS_MAX)};
    struct cutter cutter;
    uint32_t line = 1;
    *trial = (struct trial){0};
    cutter_open(&cutter, &dialect, decoder);
    cutter_start(&cutter, text, false, arena);
    while (trial->rows < ROWS_MAX && cutter.at < text.size && cutter_next(&cutter, &record) != RECORD_MORE) {
        uint32_t at = line;
        bool names = record.cell_count > 0;
        line += record.lines;
        if (record.until == record.from) continue;
        for (uint32_t i = 0; i < record.cell_count && i < COLUMNS_MAX; i++) {
            struct piece piece = record.pieces[i];
            bool last_empty = i + 1 == record.cell_count && piece.from == piece.until;
            names &= last_empty || is_name((struct span){text.bytes + piece.from, piece.until - piece.from});
            trial->quote |= piece.from > record.from && text.bytes[piece.from - 1] == '"';
        }
        trial->names[trial->rows] = names;
        trial->lines[trial->rows] = at;
        trial->counts[trial->rows++] = record.cell_count;
    }
}

/* The number of cells that most rows have, and how many have it. */
static uint32_t common_count(const struct trial *trial, uint32_t *rows) {
    uint32_t tally[CELLS_MAX] = {0}, best = 0;
    for (uint32_t i = 0; i < trial->rows; i++)
        if (trial->counts[i] < CELLS_MAX) tally[trial->counts[i]]++;
    for (uint32_t count = 2; count < CELLS_MAX; count++)
        if (tally[count] > tally[best] || best < 2) best = tally[count] ? count : best;
    *rows = best >= 2 ? tally[best] : 0;
    return best;
}

/* The first full row is the header when it is all names and some row below is not. */
static uint32_t find_header(const struct trial *trial, uint32_t count) {
    uint32_t first = 0;
    while (first < trial->rows && trial->counts[first] != count) first++;
    if (first == trial->rows || !trial->names[first]) return 0;
    for (uint32_t i = first + 1; i < trial->rows; i++)
        if (trial->counts[i] == count && !trial->names[i]) return trial->lines[first];
    return 0;
}

void sniff_text(struct span head, const struct decoder *decoder, struct arena *arena, struct sniff *sniff) {
    char *copy = ARENA_NEW(arena, char, head.size + SOURCE_SLOP);
    size_t mark = 0;
    text_mark(head, &mark);
    if (head.size > mark) memcpy(copy, head.bytes + mark, head.size - mark);
    /* A head that ends inside its last row loses that row; a small file whole needs its last line end. */
    struct span text = {copy, head.size - mark};
    if (head.size < BID_BYTES && text.size && copy[text.size - 1] != '\n' && copy[text.size - 1] != '\r') {
        bool cr = memchr(copy, '\r', text.size) && !memchr(copy, '\n', text.size);
        copy[text.size++] = cr ? '\r' : '\n';
    }
    struct trial *trial = ARENA_NEW(arena, struct trial, 1);
    *sniff = (struct sniff){0};
    for (size_t i = 0; i < sizeof delimiters / sizeof *delimiters; i++) {
        uint32_t fitting = 0;
        try_delimiter(trial, text, delimiters[i].bytes, decoder, arena);
        uint32_t count = common_count(trial, &fitting);
        /* Two delimiters that fit as many rows: the one that makes more columns, unless it is a part of the
         * other. */
        bool part = sniff->delimiter && delimiters[i].bytes.size == 1 && strlen(sniff->delimiter) > 1 &&
                    strcmp(sniff->delimiter, "tab") != 0 &&
                    strchr(sniff->delimiter, *delimiters[i].bytes.bytes);
        bool better =
            fitting > sniff->fitting || (fitting == sniff->fitting && count > sniff->columns && !part);
        if (!fitting || !better) continue;
        *sniff = (struct sniff){.delimiter = delimiters[i].name,
                                .quote = trial->quote,
                                .columns = count,
                                .header = find_header(trial, count),
                                .rows = trial->rows,
                                .fitting = fitting};
    }
}
