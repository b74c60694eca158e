/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H
#include "core/arena.h"
#include "core/error.h"
#include "extract/extract.h"

enum { TABLE_ROWS_MAX = 1 << 20 };

/* A small table that people filled in, whole in memory: a slip, a list of corrections, mappings. */
struct table {
    uint32_t column_count, row_count;
    const struct span *names; /* [column_count] */
    struct span **cells;      /* [row_count][column_count]; bytes NULL: no such cell */
    uint64_t *numbers;        /* [row_count] row in the sheet */
};

/* Reads a file with the extractor its first bytes call for, header and all as `read` says; `limits` NULL: the
   default. */
bool table_read(const char *path, const char *member, const char *sheet, const struct node *read,
                const struct bytes_limits *limits, struct arena *arena, struct table *table,
                struct error *error);
/* The sheets of a workbook; count 0 when the file is none. */
bool table_sheets(const char *path, const char *member, const struct bytes_limits *limits,
                  struct arena *arena, const char ***names, uint32_t *count, struct error *error);
#endif
