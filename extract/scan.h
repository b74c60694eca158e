/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_SCAN_H
#define EXTRACT_SCAN_H
#include "core/arena.h"
#include <stdint.h>

/* Finds the few bytes that give a text its shape, 64 at a time, and where it is more than ASCII. */

enum { SCAN_NEEDLES = 5 };

struct scan {
    /* Set by the caller; the first `line_ends` of them end lines, those from `special` on make a cell more
       than its bytes: quotes, escapes. */
    unsigned char needles[SCAN_NEEDLES];
    unsigned needle_count, line_ends, special;
    uint32_t *marks;               /* [mark_count + 1] offsets of needles, ascending; the last is the size */
    size_t mark_count, line_count; /* line_count: how many of them end lines */
    uint32_t *lines;    /* [line_count + 1] indices of those marks that end lines; the last is mark_count */
    uint32_t *specials; /* offsets of special needles; the last is UINT32_MAX */
    uint64_t *high;     /* a bit for each byte that is not ASCII */
    size_t size, room;
};

/* `text` is followed by 64 readable bytes and shorter than 4 GiB.  `arena` keeps the tables, which are
   reused while they are large enough. */
void scan_run(struct scan *scan, struct span text, struct arena *arena);

/* The same one vector at a time as every x86-64 can, or as machines without any: for tests. */
void scan_run_baseline(struct scan *scan, struct span text, struct arena *arena);

/* The first byte from `from` on that is not ASCII; the text's size when there is none. */
static inline size_t scan_next_high(const struct scan *scan, size_t from) {
    size_t at = from / 64, end = (scan->size + 63) / 64;
    if (from >= scan->size) return scan->size;
    uint64_t bits = scan->high[at] & ~UINT64_C(0) << (from % 64);
    while (!bits && ++at < end) bits = scan->high[at];
    return bits ? at * 64 + (unsigned)__builtin_ctzll(bits) : scan->size;
}

/* Whether the bytes [from, until) hold any that are not ASCII. */
static inline bool scan_high(const struct scan *scan, size_t from, size_t until) {
    if (from == until) return false;
    size_t first = from / 64, last = (until - 1) / 64;
    uint64_t begin = ~UINT64_C(0) << (from % 64), end = ~UINT64_C(0) >> (63 - (until - 1) % 64);
    if (first == last) return (scan->high[first] & begin & end) != 0;
    if (scan->high[first] & begin) return true;
    while (++first < last)
        if (scan->high[first]) return true;
    return (scan->high[last] & end) != 0;
}
#endif
