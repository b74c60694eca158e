/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H
#include "core/span.h"
#include <stdalign.h>

/* Memory that is freed all at once.  There are two lifetimes: the run and the batch.
   Allocation never returns NULL: out of memory ends the program. */
struct spill;
struct arena {
    struct arena_block *first, *current;
    struct spill *spill; /* core/spill.h: where blocks go above a bound; NULL: memory alone */
};

#define ARENA_NEW(arena, type, count) ((type *)arena_take((arena), sizeof(type), (count), alignof(type)))
/* The same, but not cleared: for what is written in full before it is read.  Zeroing was 8 % of reading CSV.
 */
#define ARENA_ROOM(arena, type, count) ((type *)arena_room((arena), sizeof(type), (count), alignof(type)))

void *arena_take(struct arena *arena, size_t size, size_t count, size_t alignment);
void *arena_room(struct arena *arena, size_t size, size_t count, size_t alignment);
struct span arena_copy(struct arena *arena, struct span text);
void arena_reset(struct arena *arena); /* forgets what was taken, keeps the blocks */
void arena_free(struct arena *arena);
#endif
