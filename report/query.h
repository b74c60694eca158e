/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_QUERY_H
#define REPORT_QUERY_H
#include "core/error.h"
#include "report/result.h"

/* A report is one SQL file: a title, and statements with the names of their columns, in comments.
     -- report: 对账总表 | Reconciliation
     -- of: county                           or city, voucher: what it must be asked of; may be either
     -- sheet: 全部金额列 | Every amount        the statement that follows is a table of its own
     -- below: 签字 | Signatures                the same, on the sheet of the table before it
     -- note: 单位：元 | Unit: yuan             under the table's name
     -- empty: 无 | none                        said when there is no row
     -- page: name | 5                          before this column a wide table is cut on paper; as many of
                                                the first columns (3) stand on both pages
     -- screen: name                            from this column on: for the screen, not printed
     -- stream:                                 may have millions of rows: read in pieces
     -- column: name | 中文 | English | width | text, fill, link, share, change, value, choice a,b,
                                                sentence, masked, code, key
   A column that ends in _fen is money; a whole number is a count; _level and _key are not shown.
   sentence: "code<tab>detail" becomes the reason's sentence ("*": without particulars).
   masked:   "id<tab>value" becomes what may be shown of a personal value; "often" as in `code`.
   code:     "often<tab>text" of a code column; any other word: shown only when it looks like a code.
   key:      "places<tab>key", a county's own key; citizen IDs in it are masked, and what looks like one in
   the cells that are a person's number: pg_temp.key_of. */

enum { QUERY_SHEETS_MAX = 16, QUERY_COLUMNS_MAX = 40 };

/* What happens to a cell between the database and the paper. */
enum prepare { PREPARE_NONE, PREPARE_SENTENCE, PREPARE_MASKED, PREPARE_CODE, PREPARE_KEY };

struct query_sheet {
    struct span zh, en, note, empty; /* note and empty in the user's language */
    bool below, stream;
    struct span page, screen; /* names of columns; empty: none */
    uint32_t repeated;
    uint32_t column_count;
    struct result_column columns[QUERY_COLUMNS_MAX];
    enum prepare prepare[QUERY_COLUMNS_MAX];
    const char *sql; /* NUL-terminated */
};

/* Whose paper it is.  Asked of another it would say that there is nothing, or show everybody's. */
enum query_of { OF_EITHER, OF_COUNTY, OF_CITY, OF_VOUCHER };

struct query {
    struct span zh, en;
    enum query_of of;
    uint32_t sheet_count;
    struct query_sheet sheets[QUERY_SHEETS_MAX];
};

/* Reads the text of an SQL file; everything lives in `arena`.  Fails with the line of a bad comment. */
bool query_parse(struct span text, const char *name, struct arena *arena, struct query *query,
                 struct error *error);
/* The shipped report/sql/NAME.sql. */
bool query_find(const char *name, struct arena *arena, struct query *query, struct error *error);
#endif
