/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_SPEED_COVER_H
#define BENCH_SPEED_COVER_H
#include "bench/programs/speed/figure.h"

/* `tongchou cover find` over so many relations of a city of its own in FOLDER/cover: four counties, one
   person in five an employee with twelve payments a year, one in a hundred with a second relation, half of
   them double cover.  The number found is held against the number made.  False when it fails or finds another
   number. */
bool cover_measure(struct figures *figures, const char *program, const char *folder, uint64_t relations,
                   uint64_t seed, unsigned rounds);
#endif
