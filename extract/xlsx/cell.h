/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_XLSX_CELL_H
#define EXTRACT_XLSX_CELL_H
#include "extract/xlsx/number.h"
#include "extract/xlsx/sheet.h"

/* The t of a <c>: n s b e i (inlineStr) t (str) d; '\0': none that ECMA-376 knows. */
char cell_type(struct span name);
/* The text that a value of the type shows, in `value`, the shared strings or `room`; i, t and e are no
   values. false: a shared string's index is out of range. */
bool cell_text(const struct sheet_values *values, char type, uint32_t style, struct span value,
               char room[NUMBER_TEXT], struct span *text);
#endif
