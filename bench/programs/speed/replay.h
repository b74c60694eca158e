/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_SPEED_REPLAY_H
#define BENCH_SPEED_REPLAY_H
#include "bench/programs/speed/figure.h"

/* Settlements worked out under two plans on two threads, by the program `replay` beside `program`: how many a
   second, and that memory does not grow with their number.  False when it fails. */
bool replay_measure(struct figures *figures, const char *program, uint64_t rows, unsigned rounds);
#endif
