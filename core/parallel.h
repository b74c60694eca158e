/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_PARALLEL_H
#define CORE_PARALLEL_H
#include <stdint.h>

enum { PARALLEL_THREADS_MAX = 32 };

/* Calls work(context, thread, part) once for every part below `count`, on up to `threads` threads, and
   waits for all.  `thread` is below `threads`.  A free thread takes the next part, so parts must not write
   what another reads and nothing may depend on which thread did what. */
void parallel_run(unsigned threads, uint32_t count,
                  void (*work)(void *context, unsigned thread, uint32_t part), void *context);
/* As many as there are processors to run on, at most PARALLEL_THREADS_MAX. */
unsigned parallel_threads(void);
#endif
