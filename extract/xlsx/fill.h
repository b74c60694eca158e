/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_XLSX_FILL_H
#define EXTRACT_XLSX_FILL_H
#include "core/yaml.h"
#include "extract/xlsx/sheet.h"

/* Merged cells among the data: a village's name that stands once beside all its rows.  Only columns that the
   spec names (`fill: [村]`) are filled, and only downwards: an amount that is merged over a family's rows
   would else be counted for each of them. */
enum { FILL_COLUMNS_MAX = 32 };

struct fill_column {
    uint32_t column;
    struct merge *merges; /* [count] downward ones of this column, by row; in the run's arena */
    uint32_t count, at;
    uint32_t top;             /* of the range whose text is remembered; 0: none */
    struct growing_text text; /* malloc'd */
};

struct fill {
    uint32_t count;
    struct fill_column columns[FILL_COLUMNS_MAX];
};

/* Finds the columns and reads the sheet once to its end for its merged ranges below row `header_end`.
   `node` NULL: nothing to do.  Fails: TROUBLE_USAGE, no such column; damage. */
bool fill_read(struct fill *fill, const struct node *node, const char *name, const struct columns *columns,
               struct sheet_reader *reader, uint32_t header_end, struct arena *arena, struct error *error);
/* Gives row `row` of the batch what its covered cells show. */
void fill_row(struct fill *fill, struct batch *batch, uint32_t row);
void fill_free(struct fill *fill);
#endif
