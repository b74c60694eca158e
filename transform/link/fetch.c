/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/link/fetch.h"
#include "core/spill.h"
#include "transform/link/radix.h"

enum { SHARE = 32, ROOM_LEAST = 1024, ROOM_MOST = 1 << 20, RECORD_SHIFT = 32 };

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

void link_fetch_rows(struct link_fetch *fetch) {
    uint32_t row_size = fetch->link->rules->row_size, count = fetch->count * 2;
    for (uint32_t i = 0; i < count; i++) fetch->order[i] = (uint64_t)fetch->records[i] << RECORD_SHIFT | i;
    link_radix_sort(fetch->order, fetch->spare, count, NULL);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t record = (uint32_t)(fetch->order[i] >> RECORD_SHIFT), place = (uint32_t)fetch->order[i];
        spill_breathe(fetch->link->spill);
        memcpy(fetch->rows + (size_t)place * row_size, link_row(fetch->link, record), row_size);
    }
}

const unsigned char *link_fetched(const struct link_fetch *fetch, uint32_t at, uint32_t side) {
    return fetch->rows + ((size_t)at * 2 + side) * fetch->link->rules->row_size;
}
