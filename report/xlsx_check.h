/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_XLSX_CHECK_H
#define REPORT_XLSX_CHECK_H
#include "core/error.h"

/* Counts the rows of each sheet in a finished workbook.  The library that writes it does not look
   whether its temporary files took every byte (seen on a full disk), so we look ourselves.
   Fails: a sheet has not rows[sheet] rows, or the archive cannot be read. */
bool xlsx_check(const char *path, const uint32_t *rows, uint32_t sheet_count, struct error *error);
#endif
