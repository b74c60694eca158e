/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_XLSX_ROW_H
#define EXTRACT_XLSX_ROW_H
#include "extract/xlsx/sheet.h"

/* xml_handlers.take of a sheet: the next <row> if it is plain and nothing in it is wrong.  It fails never:
   what it does not take, and so every failure, comes from expat and the handlers in sheet.c. */
enum xml_taken row_take(void *owner, struct span bytes, size_t *size);
#endif
