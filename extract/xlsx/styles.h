/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_XLSX_STYLES_H
#define EXTRACT_XLSX_STYLES_H
#include "extract/bytes.h"

/* How a number in a cell is meant.  Formats are matched, never evaluated. */
enum style { STYLE_NUMBER, STYLE_DATE, STYLE_ELAPSED };

enum { STYLES_MAX = 65536 };

/* What the cells' `s` attribute points at. */
struct styles {
    uint32_t count;
    uint8_t *styles; /* [count] enum style */
};

/* A format code: any of y m d h s outside quotes, brackets and escapes makes it a date;
   [h] [m] [s] without y and d a duration.  yyyy"年"m"月", [$-804]yyyy/m/d;@ are dates, 0.00E+00 and
   #,##0"元" are not. */
enum style style_of_format(struct span code);
/* A built-in format by its number: 14-22, 27-36, 45-47, 50-58 (27-36 and 50-58 as zh-CN has them). */
enum style style_of_builtin(uint32_t number);

/* Reads the part styles.xml. */
bool styles_read(struct styles *styles, struct bytes *bytes, struct arena *arena, struct error *error);
#endif
