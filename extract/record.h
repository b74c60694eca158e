/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_RECORD_H
#define EXTRACT_RECORD_H
#include "extract/scan.h"
#include "extract/text.h"

/* Limits that keep one stray quote or one missing line end from eating a file. */
enum {
    CELL_BYTES_MAX = 1 << 20,
    ROW_BYTES_MAX = 4 << 20,
    QUOTED_LINES_MAX = 100, /* line ends inside one quoted cell */
    COLUMNS_MAX = 4096,
};

enum line_end { LINE_END_LF, LINE_END_CRLF, LINE_END_CR, LINE_END_ANY };

/* How a delimited text is written. */
struct dialect {
    struct span delimiter; /* one byte or more */
    int quote, escape;     /* a byte, -1: none */
    enum line_end line_end;
    bool bare_quotes; /* quotes inside quoted cells are not doubled: one closes only where the cell may end */
};

/* One cell as it stands in the chunk. */
struct piece {
    uint32_t from, until; /* without its quotes */
    bool escaped;         /* holds doubled quotes or escapes that must be undone */
};

enum record_end {
    RECORD_DONE,
    RECORD_MORE,     /* the chunk ends inside it */
    RECORD_UNCLOSED, /* a quote opens that nothing closes; the record is its first line alone */
    RECORD_LONG,     /* a cell or the row passes its limit */
};

struct record {
    size_t from, until, next; /* offsets in the chunk: its bytes, and where the next one begins */
    uint32_t lines;           /* line ends in it */
    uint32_t cell_count;      /* may pass COLUMNS_MAX; pieces beyond that are not kept */
    struct piece *pieces;     /* [COLUMNS_MAX], the caller's */
};

/* A chunk that is being cut: scanned, with the next mark at hand. */
struct cutter {
    const struct dialect *dialect;
    const struct decoder *decoder;
    struct scan scan;
    struct span text;
    size_t mark;          /* index of the first mark at or after `at` */
    size_t at;            /* where the next record begins */
    size_t line, special; /* the same among the scan's lines and specials; cutter_plain brings them up */
    bool final;           /* nothing follows the chunk */
    bool simple;          /* the delimiter is one byte and never half of a character */
};

/* Sets the needles for the dialect; before the first cutter_start. */
void cutter_open(struct cutter *cutter, const struct dialect *dialect, const struct decoder *decoder);
void cutter_start(struct cutter *cutter, struct span text, bool final, struct arena *arena);
/* Cuts the next record; moves on unless RECORD_MORE.  Delimiters inside two-byte characters are seen for
   what they are.  Text between a closing quote and the next delimiter makes the record RECORD_UNCLOSED. */
enum record_end cutter_next(struct cutter *cutter, struct record *record);
/* The next record when it is as most are: `cell_count` cells on one line of the chunk, no quote, no escape,
   nothing near a limit.  Moves on, fills `record` but its pieces, and sets *ends to where its cells end in
   the chunk ([cell_count - 1]; the last one ends at record->until): what cutter_next would have found,
   without a look at any byte.  False: it did nothing; ask cutter_next. */
bool cutter_plain(struct cutter *cutter, uint32_t cell_count, struct record *record, const uint32_t **ends);
/* Goes back to the record's beginning and takes its first line only. */
void cutter_first_line(struct cutter *cutter, struct record *record);
/* The cell's bytes with quotes and escapes undone, in `to` (as long as the piece); returns the length. */
size_t piece_plain(const struct cutter *cutter, struct piece piece, char *to);
#endif
