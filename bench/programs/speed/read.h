/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_SPEED_READ_H
#define BENCH_SPEED_READ_H
#include "bench/programs/speed/figure.h"
#include "bench/programs/speed/place.h"

/* What reading costs on one core: `preview --count` (decoded and typed, nothing loaded) against the tools
   that only decode, unpack or convert.  CPU seconds of both sides, each in turn, so that a busy machine
   touches both.  Files are made in FOLDER/data, the city in FOLDER/read. */
bool read_measure(struct figures *figures, const char *program, const struct place_of *place,
                  unsigned rounds);
#endif
