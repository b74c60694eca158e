/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_TEMPLATE_TEMPLATE_H
#define CLI_TEMPLATE_TEMPLATE_H
#include "cli/plan.h"

/* What counties are asked for, out of the kinds themselves. */

/* 数据采集要求.xlsx: a sheet for each of `kinds` (all when count is 0), and the code lists they name. */
bool template_book(const char *directory, const struct kind *const *kinds, uint32_t count,
                   struct arena *arena, struct error *error);
/* 交接单.xlsx, to be filled in; slip_read reads it back. */
bool template_slip(const char *directory, const struct kind *const *kinds, uint32_t count,
                   struct error *error);

/* An example of a cell, visibly invented. */
const char *template_example(const struct kind_column *column);
/* How a column's cells are to be written. */
const char *template_type(const struct kind_column *column);

/* The spec of a file that follows 数据采集要求: its name (sheet or file, dates and signs at its end left
   out) is a kind's name or label, and every column of its header is a column of that kind, by name or
   label, with none missing that the kind requires.  Fails only when a mapping table that it needs is wrong.
   Owner: `job`'s spec, source and rules are in `arena`. */
bool template_claim(const struct city *city, const struct found *file, struct arena *arena, struct job *job,
                    bool *claimed, struct error *error);
/* Such a file is a delta unless the county's slip calls it 全量: then the job's spec says full. */
void template_full(struct job *job, struct arena *arena);
#endif
