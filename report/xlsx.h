/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_XLSX_H
#define REPORT_XLSX_H
#include "core/error.h"
#include "report/result.h"

/* A workbook that opens in Excel and WPS: text is text (a number of 18 digits stays one), no macros,
   no formulas; header frozen, filter on, A4 landscape, one page wide.  Rows leave memory as they are
   written, so a sheet may be fed in pieces. */
struct xlsx;

enum {
    XLSX_ROWS_MAX = 1000000
}; /* of a sheet; Excel's own end is at 1,048,576, what comes after goes to the next */

struct xlsx *write_xlsx_open(const char *path, struct span footer);
/* Starts a sheet (or a table below the last one) named as `result`; `lines` stand above the header. */
void write_xlsx_table(struct xlsx *xlsx, const struct result *result, const struct span *lines,
                      uint32_t line_count);
/* Adds all rows of `result`, whose columns are those of the table that was started. */
void write_xlsx_rows(struct xlsx *xlsx, const struct result *result);
/* Says in place of rows that there are none. */
void write_xlsx_none(struct xlsx *xlsx, const struct result *result);
/* Fails: no space left, a temporary file that cannot be written. */
bool write_xlsx_close(struct xlsx *xlsx, struct error *error);

/* The whole paper into `path`. */
bool write_xlsx(const struct paper *paper, const char *path, struct error *error);
#endif
