/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_SPEED_CODES_H
#define BENCH_SPEED_CODES_H
#include "bench/programs/speed/figure.h"

/* What mapping costs, without a database: a county of its own in FOLDER/codes, read by `preview --count`.
   mapping.12_columns   CPU of `rows` rows with 12 mapped columns less that of the same rows unmapped, for a
                        million; goal 0.25 s
   mapping.500000.load  wall of looking at one row through a table of 500,000 codes, goal 1 s
   mapping.500000.peak  and its memory, goal 150 MiB */
bool codes_measure(struct figures *figures, const char *program, const char *folder, uint64_t rows,
                   unsigned rounds);
#endif
