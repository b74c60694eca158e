/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_CSV_H
#define EXTRACT_CSV_H
#include "extract/extract.h"
#include "extract/footer.h"
#include "extract/heading.h"
#include "extract/record.h"
#include "extract/source.h"

/* The state of the reader of delimited text; csv.c reads, csv_dialect.c knows how such texts are written. */
struct csv {
    struct input input;
    const char *dialect_text, *delimiter_text, *quote_text, *escape_text, *line_end_text, *absorb;
    const struct node *header_node, *columns_node, *until;
    struct footer footer;
    struct dialect dialect;
    struct heading header;
    struct source source;
    struct cutter cutter;
    struct columns columns;
    struct span header_line; /* its bytes, to know it when it comes again; empty with several rows */
    struct piece *pieces;    /* [COLUMNS_MAX] */
    struct arena tables;     /* the cutter's */
    uint64_t line;           /* number of the next record's first line */
    uint64_t index;          /* of the next batch */
    size_t want;             /* bytes for the next chunk */
    bool doubled;            /* setting: quotes inside quoted cells are doubled */
    bool rows_trailing;      /* setting: rows end with a delimiter that the header lacks */
    bool trailing;           /* rows may end with a delimiter, as the header does or the spec says */
    bool closing;       /* a delimiter stands behind every cell, the last one too: else a cell is missing */
    bool skipping;      /* inside a row that was already rejected as too long */
    bool past;          /* a row of `until` was seen: nothing behind it is data */
    bool absorbed;      /* the row at hand has given cells back */
    uint32_t found;     /* cells of the row at hand as it stands */
    uint32_t absorbing; /* the column, from 1, that surplus delimiters belong to; 0: none */
};

/* Delimiter, quote, escape and header as the settings say, over what the named dialect means:
   unl    Informix UNLOAD: `|` behind every cell, \ before `|`, \ and a line end, no quotes, no header.
   spool  Oracle SQL*Plus and its like: `|+|`, no quotes, perhaps one more behind the last cell.
   Fails with TROUBLE_USAGE. */
bool csv_set_dialect(struct csv *csv, struct error *error);
/* auto: LF, with or without CR before it, when the first 64 KiB hold any LF; else CR. */
bool csv_set_line_end(struct csv *csv, struct span head, struct error *error);
/* Names for a text without a header (`columns`), and the column that `absorb` names. */
bool csv_name_columns(struct csv *csv, struct arena *arena, struct error *error);
/* Gives surplus cells back to the column that absorbs them; true when any were. */
bool csv_absorb(const struct csv *csv, struct record *record);
/* Bits of evidence: text without control characters; best when its lines agree on a number of delimiters. */
int csv_bid(struct span head);
#endif
