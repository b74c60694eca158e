/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_XLSX_HEADER_H
#define EXTRACT_XLSX_HEADER_H
#include "core/batch.h"
#include "core/yaml.h"
#include "extract/xlsx/sheet.h"

/* Rows of a header, and how far a merged cell at its end may reach beyond the last name. */
enum { HEADER_ROWS_MAX = 8, HEADER_ROW_MAX = 1000, HEADER_MERGE_MAX = 256 };

/* Where the names of the columns stand: `header: {row: 3, rows: 2, join: "/"}`, or only the row. */
struct header {
    uint32_t row, rows;
    struct span join;
};

/* `node` NULL: row 1.  TROUBLE_USAGE at the node's line otherwise. */
bool header_setting(struct header *header, const struct node *node, struct error *error);

/* Names the columns from the header's rows, merged cells filled, parts of several rows joined (a part
   equal to the one above it once), columns without a name by their letters, names made unique.
   `reader` is fresh and left wherever it is.  A sheet without any row has no columns.
   Fails:  header.not_found. */
bool header_read(const struct header *header, struct sheet_reader *reader, struct arena *arena,
                 struct columns *columns, struct error *error);

/* Gives every repeated name a number: 金额, 金额_2, 金额_3. */
void names_unique(struct span *names, uint32_t count, struct arena *arena);
#endif
