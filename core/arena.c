/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/arena.h"
#include "core/spill.h"
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* For what is larger than 128 KiB AddressSanitizer asks the kernel each time, which was half the time of the
   tests that read thousands of small files. */
#ifdef __SANITIZE_ADDRESS__
enum { BLOCK_BYTES = 1 << 16 };
#else
enum { BLOCK_BYTES = 1 << 20 };
#endif

struct arena_block {
    struct arena_block *next;
    size_t used, capacity;
    alignas(max_align_t) char bytes[];
};

static struct arena_block *block_new(struct spill *spill, size_t capacity) {
    /* Of a block of its own, untouched pages are zero already and cost nothing until they are written. */
    struct arena_block *block = spill ? spill_take(spill, sizeof *block + capacity) : NULL;
    if (!block)
        block =
            capacity > BLOCK_BYTES ? calloc(1, sizeof *block + capacity) : malloc(sizeof *block + capacity);
    if (!block) {
        fprintf(stderr, "tongchou: out of memory (%zu bytes)\n", capacity);
        abort();
    }
    block->next = NULL;
    block->used = 0;
    block->capacity = capacity;
    return block;
}

/* Room of `bytes`; *zero tells whether it is zero already. */
static char *find_room(struct arena *arena, size_t bytes, size_t alignment, bool *zero) {
    struct arena_block *block = arena->current;
    *zero = false;
    for (;;) {
        if (block) {
            size_t start = (block->used + alignment - 1) & ~(alignment - 1);
            if (start + bytes <= block->capacity) {
                block->used = start + bytes;
                arena->current = block;
                return block->bytes + start;
            }
        }
        if (!block || !block->next) {
            struct arena_block *fresh = block_new(arena->spill, bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES);
            if (block) block->next = fresh;
            else arena->first = fresh;
            block = fresh;
            *zero = bytes > BLOCK_BYTES;
        } else {
            block = block->next;
        }
    }
}

static size_t check_size(size_t size, size_t count, size_t alignment) {
    assert(size > 0);
    assert((alignment & (alignment - 1)) == 0);
    assert(count <= SIZE_MAX / 2 / size);
    return size * count;
}

void *arena_take(struct arena *arena, size_t size, size_t count, size_t alignment) {
    bool zero;
    size_t bytes = check_size(size, count, alignment);
    char *room = find_room(arena, bytes, alignment, &zero);
    return zero ? room : memset(room, 0, bytes);
}

void *arena_room(struct arena *arena, size_t size, size_t count, size_t alignment) {
    bool zero;
    size_t bytes = check_size(size, count, alignment);
    char *room = find_room(arena, bytes, alignment, &zero);
#ifdef __SANITIZE_ADDRESS__
    memset(room, 0xa5, bytes); /* so that whoever reads before writing is found out by the tests */
#endif
    return room;
}

struct span arena_copy(struct arena *arena, struct span text) {
    char *bytes = ARENA_NEW(arena, char, text.size + 1);
    if (text.size) memcpy(bytes, text.bytes, text.size);
    return (struct span){bytes, text.size};
}

void arena_reset(struct arena *arena) {
    /* Taking what lies on disk again would mean to read and clear it. */
    if (arena->spill) arena_free(arena);
    for (struct arena_block *block = arena->first; block; block = block->next) block->used = 0;
    arena->current = arena->first;
}

void arena_free(struct arena *arena) {
    for (struct arena_block *block = arena->first, *next; block; block = next) {
        next = block->next;
        if (!spill_give_back(arena->spill, block, sizeof *block + block->capacity)) free(block);
    }
    *arena = (struct arena){.spill = arena->spill};
}
