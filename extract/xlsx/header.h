/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_XLSX_HEADER_H
#define EXTRACT_XLSX_HEADER_H
#include "core/batch.h"
#include "extract/heading.h"
#include "extract/xlsx/sheet.h"

/* How far a merged cell at the end of the header may reach beyond the last name. */
enum { HEADER_MERGE_MAX = 256 };

/* Names the columns from the header's rows, merged cells filled, parts of several rows joined (a part
   equal to the one above it once), columns without a name by their letters, names made unique.
   `reader` is fresh and left wherever it is.  A sheet without any row has no columns; without a header
   the first row says how many there are.  Merged cells are what the sheet says, so heading_names, which
   has to assume them, is not used.
   Fails:  header.not_found. */
bool header_read(const struct heading *header, struct sheet_reader *reader, struct arena *arena,
                 struct columns *columns, struct error *error);

/* Gives every repeated name a number: 金额, 金额_2, 金额_3. */
void names_unique(struct span *names, uint32_t count, struct arena *arena);
#endif
