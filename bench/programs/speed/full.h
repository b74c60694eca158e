/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_SPEED_FULL_H
#define BENCH_SPEED_FULL_H
#include "bench/programs/speed/figure.h"
#include "bench/programs/speed/place.h"
#include "bench/programs/speed/server.h"

/* Full deliveries of one county in a row, as DBF: the first, the same again a month later, and a month later
   with one row in a hundred changed.  The buckets of the two are held against what was made.
   False when a run fails or counts anything else. */
bool full_measure(struct figures *figures, struct server *server, const struct place_of *place,
                  unsigned rounds);
#endif
