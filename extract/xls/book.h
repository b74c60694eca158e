/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_XLS_BOOK_H
#define EXTRACT_XLS_BOOK_H
#include "extract/extract.h"
#include "extract/text.h"
#include "extract/xls/compound.h"
#include "extract/xlsx/workbook.h"

/* The records of a BIFF8 workbook (Excel 97 to 2003), or of BIFF5 (Excel 5, 95), whose text is in the code
   page that it names.  Every length is checked against the stream; nothing is sized by what the file
   declares. */
enum {
    XLS_COLUMNS_MAX = 256,
    XLS_ROWS_MAX = 65536,
    XLS_STRINGS_MAX =
        4 << 20,       /* shared strings: an empty one takes three bytes of the file and 16 of memory */
    XLS_SCANS_MAX = 4, /* a sheet is looked at twice; sheets that share their records are not */
};

struct xls_record {
    uint32_t type;
    size_t at; /* of its data in the stream */
    struct span data;
};

/* One value; sorted by row and column. */
struct xls_cell {
    uint16_t row, column;
    uint32_t at; /* of the record's header in the stream */
};

struct xls_merge {
    uint16_t first_row, last_row, first_column, last_column;
};

struct xls_book {
    char *stream;
    size_t size;
    bool biff8, system_1904;
    struct decoder decoder; /* of BIFF5's text */
    bool decoding;
    struct arena memory; /* the shared strings' text */
    struct span *strings;
    uint32_t string_count;
    uint8_t *formats; /* [65536] enum style of a format's number */
    uint16_t *xf;     /* [xf_count] the number of a cell style's format */
    uint32_t xf_count;
    struct workbook names; /* sheets for xlsx_workbook_sheet */
    uint32_t *places;      /* [sheet_count] where each sheet begins */
    uint64_t scanned;      /* bytes of sheets looked at so far */
    struct xls_cell *cells;
    size_t cell_count, cell_room;
    struct xls_merge *merges;
    size_t merge_count;
};

enum xls_kind { XLS_TEXT, XLS_ERROR };

/* Reads everything that is not in a sheet.  `arena` is the run's.  Close also after a failure. */
bool xls_book_open(struct xls_book *book, const struct input *input, struct arena *arena,
                   struct error *error);
void xls_book_close(struct xls_book *book);
/* The cells and merged ranges of sheet `index`, instead of those of another. */
bool xls_book_sheet(struct xls_book *book, uint32_t index, struct error *error);
/* What the cell shows: its text in `arena`; an error's name as XLS_ERROR.  False: damaged. */
bool xls_book_value(struct xls_book *book, const struct xls_cell *cell, struct arena *arena,
                    struct span *text, enum xls_kind *kind, struct error *error);
#endif
