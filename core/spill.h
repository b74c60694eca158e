/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_SPILL_H
#define CORE_SPILL_H
#include "core/error.h"
#include <pthread.h>
#include <stdatomic.h>

/* Memory that may lie on disk: an arena that is told of a spill takes blocks of an unlinked file once the
   process holds more than the bound, and what it does not need at the moment leaves memory.  Owned by whoever
   opens it, outlives the arenas that use it; any number of threads. */
struct spill {
    int file, statm;         /* -1: closed */
    uint64_t bound;          /* bytes that the process may hold; from half of it on blocks go to the file */
    char *base;              /* of the addresses kept for the file */
    _Atomic uint64_t used;   /* bytes of the file that were given */
    _Atomic int64_t breaths; /* that may be taken before the next look */
    pthread_mutex_t looking;
};

/* A file without a name in `folder`, readable by nobody else. */
bool spill_open(struct spill *spill, const char *folder, uint64_t bound, struct error *error);
void spill_close(struct spill *spill); /* after the arenas */

/* Zeroed bytes in the file; NULL: memory will do, the process is below the bound.  Out of disk: ends the
   program, like out of memory. */
void *spill_take(struct spill *spill, size_t size);
/* True when the bytes are the file's; then its disk space is given back. */
bool spill_give_back(struct spill *spill, void *bytes, size_t size);
void spill_count_breath(struct spill *spill);
/* To be called every few steps of a long loop, also with NULL: above the bound, what lies in the file leaves
   memory, to come back when it is touched.  Between two breaths a thread touches at most SPILL_TOUCHES places
   anywhere in the file; what goes through it in order may take SPILL_STEPS small steps.  Here, since it
   stands in the innermost loops. */
enum { SPILL_TOUCHES = 4, SPILL_STEPS = 64 };
static inline void spill_breathe(struct spill *spill) {
    if (spill) spill_count_breath(spill);
}
/* The same for step `i` of a loop that goes through the file in order. */
static inline void spill_step(struct spill *spill, uint64_t i) {
    if (spill && i % SPILL_STEPS == 0) spill_count_breath(spill);
}
/* What `from` points to, for one look at any place of the file: read into `room` when it lies there, which
   brings no pages into the process and costs a fifth of touching it; else itself. */
const void *spill_read(const struct spill *spill, const void *from, size_t size, void *room);
static inline const void *spill_peek(const struct spill *spill, const void *from, size_t size, void *room) {
    return spill ? spill_read(spill, from, size, room) : from;
}
/* Before so many bytes of the file are touched without a breath. */
void spill_room(struct spill *spill, uint64_t bytes);
#endif
