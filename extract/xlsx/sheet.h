/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_XLSX_SHEET_H
#define EXTRACT_XLSX_SHEET_H
#include "core/stage.h"
#include "extract/xlsx/workbook.h"
#include "extract/xlsx/xml.h"

/* The format's own bounds, and how much text one row may hold (Excel: 32,767 characters a cell). */
enum { SHEET_COLUMNS_MAX = 16384, SHEET_ROWS_MAX = 1048576, SHEET_ROW_BYTES_MAX = 16 << 20 };
/* Merged ranges that are kept: those that begin in the rows of the header. */
enum { SHEET_MERGES_MAX = 16384 };

enum cell_kind { CELL_TEXT, CELL_ERROR, CELL_UNCACHED };

struct cell {
    uint32_t column; /* from 0 */
    enum cell_kind kind;
    struct span text;
};

/* A row with at least one value; rows of nothing but styles are none. */
struct sheet_row {
    uint32_t number; /* from 1, as Excel shows it */
    uint64_t byte;   /* offset in the unpacked part */
    uint32_t count;
    const struct cell *cells; /* [count] those with a value, by column */
};

/* Columns first..last and rows top..bottom, from 0 and from 1, that show the value of the first one. */
struct merge {
    uint32_t first, last, top, bottom;
};

/* What all parts but the sheet say; read once per workbook. */
struct sheet_values {
    struct strings strings;
    struct styles styles;
    bool system_1904;
};
bool sheet_values_read(struct sheet_values *values, struct workbook *workbook, struct error *error);
void sheet_values_free(struct sheet_values *values);

struct growing_text {
    char *bytes;
    size_t size, capacity;
};

/* Streams the rows of one sheet. */
struct sheet_reader {
    struct xml xml;
    struct bytes *bytes;
    const struct sheet_values *values;
    /* the row in the making */
    uint32_t row, column; /* of the last <row> and <c>; row from 1, column from 1 */
    uint64_t row_byte;
    bool in_data, in_row, in_cell, in_value, in_inline, in_text, phonetic, ready, done;
    bool formula, has_value;
    char type; /* of the cell: n s b e i (inlineStr) t (str) d */
    uint32_t style;
    size_t begin; /* of the cell's text */
    struct growing_text text;
    size_t elsewhere;   /* bytes of the cells that are not in `text` */
    struct cell *cells; /* malloc'd; spans hold offsets until the row is whole */
    uint32_t count, capacity;
    uint32_t merge_rows; /* keep merges that begin in rows up to this one */
    uint32_t merge_count, merge_capacity;
    struct merge *merges; /* malloc'd */
};

/* Streams a sheet from its bytes, which stay the caller's. */
bool sheet_begin(struct sheet_reader *reader, struct bytes *bytes, const struct sheet_values *values,
                 struct error *error);
bool sheet_open(struct sheet_reader *reader, struct workbook *workbook, const struct sheet *sheet,
                const struct sheet_values *values, struct error *error);
/* FLOW_MORE with the next row, valid until the next call; FLOW_END; FLOW_FAILED: damage, rows or cells
   out of order or twice, an index or reference out of range, a limit. */
enum flow sheet_next(struct sheet_reader *reader, struct sheet_row *row, struct error *error);
/* Reads on to the end for the merged ranges, which stand behind the rows. */
bool sheet_finish(struct sheet_reader *reader, struct error *error);
void sheet_close(struct sheet_reader *reader);

/* For row.c.  Adds to the row's text; false: more than a row may hold.  Adds a cell, whose text without bytes
   is the next of the row's text. */
bool sheet_text_add(struct sheet_reader *reader, const char *bytes, size_t size);
struct cell *sheet_cell_add(struct sheet_reader *reader);

/* "BC12" as column 55 and row 12, both from 1; 0 where absent.  false: no reference, or out of range. */
bool sheet_reference(const char *text, size_t size, uint32_t *column, uint32_t *row);
/* The letters of a column, from 0: 0 is A.  `text` holds 4 bytes; returns the length. */
size_t sheet_letters(uint32_t column, char text[4]);
#endif
