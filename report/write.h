/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_WRITE_H
#define REPORT_WRITE_H
#include "report/result.h"
#include <stdio.h>

/* The four forms of a paper.  Whether the stream took everything is seen when it is closed. */

/* Columns side by side, aligned on a terminal; `result` alone, for the end of a run and status.  On a
   terminal too narrow for it, no line is longer than the terminal where the widest cell allows. */
void write_text_result(const struct result *result, FILE *stream);
/* The same for a terminal of so many columns; 0: lines may be as long as they like. */
void write_text_fit(const struct result *result, uint32_t columns, FILE *stream);
void write_text(const struct paper *paper, FILE *stream);

/* One object; a row is an object with the columns' names, a column read_fen is read_yuan: "1234.50". */
void write_json_result(const struct result *result, FILE *stream);
void write_json(const struct paper *paper, FILE *stream);
void write_json_text(struct span text, FILE *stream); /* quoted and escaped */

/* One file that needs no other: no script, no network, escaped, printable on A4. */
void write_html(const struct paper *paper, FILE *stream);
void write_html_begin(struct span title, struct span footer, FILE *stream);
void write_html_result(const struct result *result, FILE *stream);
void write_html_end(FILE *stream);
void write_html_text(struct span text, FILE *stream); /* escaped, for text and for attributes */

/* CSV for Excel and WPS: UTF-8 with a mark, CRLF; a cell that would be a formula gets an apostrophe. */
void write_csv_head(const struct result *result, FILE *stream);
void write_csv_rows(const struct result *result, FILE *stream);
#endif
