/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_LINK_FETCH_H
#define TRANSFORM_LINK_FETCH_H
#include "transform/link/link.h"

/* Pairs of records whose rows lie on disk, all over it: collected, and their rows fetched in the records'
   order, so that a page comes once for many rows instead of once for each. */
struct link_fetch {
    const struct link *link;
    uint32_t room, count;    /* pairs */
    uint32_t *records;       /* [room][2] */
    unsigned char *rows;     /* [room][2][row_size] once they are fetched */
    uint64_t *order, *spare; /* [room][2] */
};

/* Of a link with a spill; takes a thirty-second of its bound, in `arena`, which is to be memory. */
void link_fetch_open(struct link_fetch *fetch, const struct link *link, struct arena *arena);
/* True when that was the last for which there is room. */
bool link_fetch_add(struct link_fetch *fetch, uint32_t left, uint32_t right);
/* Fetches the rows of all that were added; the caller takes them and sets `count` to 0. */
void link_fetch_rows(struct link_fetch *fetch);
/* Of pair `at` the left (0) or right (1) row. */
const unsigned char *link_fetched(const struct link_fetch *fetch, uint32_t at, uint32_t side);
#endif
