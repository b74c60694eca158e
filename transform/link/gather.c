/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Records come in by workers and in any order, and are put into the order of their identifiers' hashes. */
#include "core/language.h"
#include "core/parallel.h"
#include "core/spill.h"
#include "transform/link/birth.h"
#include "transform/link/certno.h"
#include "transform/link/code.h"
#include "transform/link/link.h"
#include "transform/link/radix.h"
#include <assert.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { CHUNK_RECORDS = 16384, PART_RECORDS = 65536, AHEAD = 8 };

/* A record before it is in order: all of it in one place, since it is fetched from anywhere once. */
struct item {
    const char *name;
    uint64_t version;
    unsigned char row[];
};

/* Room for any. */
struct item_room {
    alignas(struct item) unsigned char bytes[sizeof(struct item) + LINK_ROW_MAX];
};

struct link_chunk {
    struct link_chunk *next;
    struct arena arena;
    uint32_t count;
    unsigned char *items; /* [CHUNK_RECORDS] */
    uint64_t *ids;
};

uint64_t link_hash(const void *bytes, size_t size) { return XXH3_64bits(bytes, size); }

static size_t item_size(const struct link_rules *rules) { return sizeof(struct item) + rules->row_size; }

static struct link_chunk *chunk_new(struct link_sink *sink) {
    struct arena arena = {.spill = sink->spill};
    struct link_chunk *chunk = ARENA_NEW(&arena, struct link_chunk, 1);
    chunk->items = ARENA_NEW(&arena, unsigned char, CHUNK_RECORDS *item_size(sink->rules));
    chunk->ids = ARENA_NEW(&arena, uint64_t, CHUNK_RECORDS);
    chunk->arena = arena;
    if (sink->last) sink->last->next = chunk;
    else sink->first = chunk;
    return sink->last = chunk;
}

/* What one field says about another of the same record. */
static void settle(const struct link_rules *rules, const struct link_field *field, unsigned char *row) {
    if (field->kind != &link_certno) return;
    struct certno_slot *number = (void *)(row + field->offset);
    struct birth_slot none = {0}, *birth = &none;
    uint32_t sex = 0;
    if (field->birth >= 0) birth = (void *)(row + rules->fields[field->birth].offset);
    if (field->sex >= 0) sex = ((struct code_slot *)(void *)(row + rules->fields[field->sex].offset))->value;
    certno_judge(number, birth->date, sex);
    if (field->birth < 0) number->alone = false;
    if (!birth->date && number->birth) birth->date = number->birth & INT32_MAX;
}

void link_sink_take(struct link_sink *sink, struct span identifier, const struct span *cells) {
    const struct link_rules *rules = sink->rules;
    struct link_chunk *chunk = sink->last;
    if (!chunk || chunk->count == CHUNK_RECORDS) chunk = chunk_new(sink);
    sink->arena.spill = sink->spill;
    spill_breathe(sink->spill);
    struct item *item = (void *)(chunk->items + chunk->count * item_size(rules));
    unsigned char *row = item->row;
    item->name = arena_copy(&sink->arena, identifier).bytes;
    item->version = sink->version;
    chunk->ids[chunk->count++] = link_hash(identifier.bytes, identifier.size);
    sink->count++;
    for (uint32_t f = 0; f < rules->field_count; f++) {
        const struct link_field *field = &rules->fields[f];
        field->kind->standardize(field, cells, row + field->offset,
                                 field->kind->keeps_text ? &sink->arena : &sink->scratch);
        cells += field->input_count;
    }
    for (uint32_t f = 0; f < rules->field_count; f++) settle(rules, &rules->fields[f], row);
    arena_reset(&sink->scratch);
}

static void free_chunks(struct link_sink *sink) {
    for (struct link_chunk *chunk = sink->first, *next; chunk; chunk = next) {
        next = chunk->next;
        struct arena arena = chunk->arena;
        arena_free(&arena);
    }
    sink->first = sink->last = NULL;
}

void link_sink_free(struct link_sink *sink) {
    free_chunks(sink);
    arena_free(&sink->arena);
    arena_free(&sink->scratch);
}

/* Where records lie before they are in order: a place is the number of the chunk and that in the chunk. */
struct origins {
    const struct link *link;
    const unsigned char **chunks; /* their items */
    uint32_t chunk_count;
};

/* In `room` when it lies on disk. */
static const struct item *item_at(const struct origins *origins, uint32_t place, void *room) {
    size_t size = item_size(origins->link->rules);
    const unsigned char *from = origins->chunks[place / CHUNK_RECORDS] + place % CHUNK_RECORDS * size;
    return spill_peek(origins->link->spill, from, size, room);
}

static const char *name_at(const struct origins *origins, uint32_t place) {
    struct item_room room;
    return item_at(origins, place, &room)->name;
}

static bool twice(const struct link *link, struct error *error) {
    for (uint32_t i = 1; i < link->count; i++) {
        spill_step(link->spill, i);
        if (link->ids[i] == link->ids[i - 1] && strcmp(link->names[i], link->names[i - 1]) == 0)
            return error_code(error, TROUBLE_REFUSED, NULL, "%s",
                              TEXT("有两条记录的标识相同，无法区分", "two records have the same identifier"));
    }
    return true;
}

/* Ids by value; equal ones (none are expected in 2^64) by name. */
static void order(struct link_order *entries, uint32_t count, const struct origins *origins,
                  struct arena *arena) {
    link_order_sort(entries, ARENA_NEW(arena, struct link_order, count + 1), count, arena->spill);
    for (uint32_t i = 1; i < count; i++) {
        spill_step(arena->spill, i);
        for (uint32_t j = i;
             j && entries[j].id == entries[j - 1].id &&
             strcmp(name_at(origins, entries[j].index), name_at(origins, entries[j - 1].index)) < 0;
             j--) {
            struct link_order swap = entries[j];
            entries[j] = entries[j - 1];
            entries[j - 1] = swap;
        }
    }
}

/* Records on their way to where they belong. */
struct move {
    struct link *link;
    const struct origins *origins;
    const struct link_order *entries;
};

/* Nearly every item is out of the cache: those to come are asked for early. */
static void prefetch(const struct move *move, uint32_t i) {
    if (i >= move->link->count || move->link->spill) return;
    const unsigned char *item = (const void *)item_at(move->origins, move->entries[i].index, NULL);
    __builtin_prefetch(item);
    __builtin_prefetch(item + 64);
    __builtin_prefetch(item + 128);
}

static void move_part(void *context, unsigned thread, uint32_t part) {
    const struct move *move = context;
    struct link *link = move->link;
    uint32_t from = part * PART_RECORDS, until = from + PART_RECORDS, row_size = link->rules->row_size;
    struct item_room room;
    (void)thread;
    for (uint32_t i = from; i < until && i < link->count; i++) {
        const struct item *item = item_at(move->origins, move->entries[i].index, &room);
        spill_step(link->spill, i);
        prefetch(move, i + AHEAD);
        memcpy(link_row(link, i), item->row, row_size);
        link->names[i] = item->name;
        link->ids[i] = move->entries[i].id;
        link->versions[i] = item->version;
    }
}

static void list_chunks(const struct link_sink *sinks, uint32_t sink_count, struct origins *origins,
                        struct link_order *entries) {
    uint32_t at = 0;
    for (uint32_t s = 0; s < sink_count; s++)
        for (const struct link_chunk *chunk = sinks[s].first; chunk; chunk = chunk->next) {
            uint32_t place = origins->chunk_count * CHUNK_RECORDS;
            origins->chunks[origins->chunk_count++] = chunk->items;
            for (uint32_t i = 0; i < chunk->count; i++, at++) {
                spill_step(origins->link->spill, at);
                entries[at] = (struct link_order){chunk->ids[i], place + i};
            }
        }
}

bool link_gather(struct link *link, struct link_sink *sinks, uint32_t sink_count, struct error *error) {
    struct arena scratch = {.spill = link->spill}, memory = {0};
    struct origins origins = {.link = link};
    assert(sink_count <= LINK_SINKS);
    link->count = 0;
    for (uint32_t s = 0; s < sink_count; s++) link->count += sinks[s].count;
    origins.chunks = ARENA_NEW(&memory, const unsigned char *, link->count / CHUNK_RECORDS + LINK_SINKS);
    struct link_order *entries = ARENA_NEW(&scratch, struct link_order, link->count + 1);
    list_chunks(sinks, sink_count, &origins, entries);
    order(entries, link->count, &origins, &scratch);
    link->rows = ARENA_NEW(&link->arena, unsigned char, (size_t)(link->count + 1) * link->rules->row_size);
    link->names = ARENA_NEW(&link->arena, const char *, link->count + 1);
    link->ids = ARENA_NEW(&link->arena, uint64_t, link->count + 1);
    link->versions = ARENA_NEW(&link->arena, uint64_t, link->count + 1);
    struct move move = {link, &origins, entries};
    parallel_run(link->threads, (link->count + PART_RECORDS - 1) / PART_RECORDS, move_part, &move);
    arena_free(&scratch);
    arena_free(&memory);
    for (uint32_t s = 0; s < sink_count; s++) {
        free_chunks(&sinks[s]);
        link->texts[s] = sinks[s].arena;
        sinks[s].arena = (struct arena){0};
    }
    return twice(link, error);
}

/* Hashes are spread evenly, so a record stands near its share of the whole. */
uint32_t link_place_of(const uint64_t *ids, uint32_t count, uint64_t id) {
    uint32_t low = (uint32_t)((id >> 32) * count >> 32), high = low, step = 64;
    while (low && ids[low] >= id) low = low > step ? low - step : 0, step *= 2;
    for (step = 64; high < count && ids[high] < id; step *= 2)
        high = count - high > step ? high + step : count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ids[middle] < id) low = middle + 1;
        else high = middle;
    }
    return low;
}

uint32_t link_find(const struct link *link, struct span identifier) {
    uint64_t id = link_hash(identifier.bytes, identifier.size);
    for (uint32_t i = link_place_of(link->ids, link->count, id); i < link->count && link->ids[i] == id; i++)
        if (strlen(link->names[i]) == identifier.size &&
            memcmp(link->names[i], identifier.bytes, identifier.size) == 0)
            return i;
    return UINT32_MAX;
}
