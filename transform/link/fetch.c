/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/link/fetch.h"
#include "core/spill.h"
#include "transform/link/radix.h"

enum { SHARE = 32, WINDOW_ROWS = 32, ROOM_LEAST = 1024, ROOM_MOST = 1 << 20, RECORD_SHIFT = 32 };

void link_fetch_open(struct link_fetch *fetch, const struct link *link, struct arena *arena) {
    size_t each = 2 * (link->rules->row_size + sizeof *fetch->records + 2 * sizeof *fetch->order);
    uint64_t room = link->spill->bound / SHARE / each;
    *fetch = (struct link_fetch){.link = link, .room = ROOM_LEAST};
    if (room > ROOM_LEAST) fetch->room = room < ROOM_MOST ? (uint32_t)room : ROOM_MOST;
    spill_room(link->spill, (uint64_t)fetch->room * each);
    fetch->records = ARENA_NEW(arena, uint32_t, (size_t)fetch->room * 2);
    fetch->rows = ARENA_NEW(arena, unsigned char, (size_t)fetch->room * 2 * link->rules->row_size);
    fetch->order = ARENA_NEW(arena, uint64_t, (size_t)fetch->room * 2);
    fetch->spare = ARENA_NEW(arena, uint64_t, (size_t)fetch->room * 2);
}

bool link_fetch_add(struct link_fetch *fetch, uint32_t left, uint32_t right) {
    fetch->records[2 * fetch->count] = left;
    fetch->records[2 * fetch->count + 1] = right;
    return ++fetch->count == fetch->room;
}

/* Rows from `record` on; as many as are near enough for one reading to be cheaper than several. */
static uint32_t rows_from(const struct link_fetch *fetch, uint32_t record, uint32_t next) {
    uint32_t left = fetch->link->count - record;
    if (next >= record + WINDOW_ROWS) return 1;
    return left < WINDOW_ROWS ? left : WINDOW_ROWS;
}

void link_fetch_rows(struct link_fetch *fetch) {
    const struct link *link = fetch->link;
    uint32_t row_size = link->rules->row_size, count = fetch->count * 2, first = 0, end = 0;
    unsigned char room[WINDOW_ROWS * LINK_ROW_MAX];
    const unsigned char *rows = room;
    for (uint32_t i = 0; i < count; i++) fetch->order[i] = (uint64_t)fetch->records[i] << RECORD_SHIFT | i;
    link_radix_sort(fetch->order, fetch->spare, count, NULL);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t record = (uint32_t)(fetch->order[i] >> RECORD_SHIFT), place = (uint32_t)fetch->order[i];
        if (record >= end) {
            uint32_t next = i + 1 < count ? (uint32_t)(fetch->order[i + 1] >> RECORD_SHIFT) : UINT32_MAX;
            first = record;
            end = record + rows_from(fetch, record, next);
            rows = spill_peek(link->spill, link_row(link, first), (size_t)(end - first) * row_size, room);
        }
        memcpy(fetch->rows + (size_t)place * row_size, rows + (size_t)(record - first) * row_size, row_size);
    }
}

const unsigned char *link_fetched(const struct link_fetch *fetch, uint32_t at, uint32_t side) {
    return fetch->rows + ((size_t)at * 2 + side) * fetch->link->rules->row_size;
}
