/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/row.h"
#include "transform/row/text.h"
#define XXH_INLINE_ALL
#include <xxhash.h>

/* The kind's columns that the spec feeds, in the kind's order; the others are always null. */
struct key_plan {
    uint32_t count;
    uint32_t *columns; /* [count] */
};

static bool key_open(struct stage *stage, struct columns *columns, struct error *error) {
    (void)columns, (void)error;
    struct key_state *state = stage->state;
    const struct kind *kind = state->spec->kind;
    struct key_plan *plan = state->plan = ARENA_NEW(stage->arena, struct key_plan, 1);
    plan->columns = ARENA_NEW(stage->arena, uint32_t, kind->column_count);
    for (uint32_t column = 0; column < kind->column_count; column++) {
        bool fed = false;
        for (uint32_t index = 0; index < state->spec->column_count; index++)
            fed |= state->spec->columns[index].target == column;
        if (fed) plan->columns[plan->count++] = column;
    }
    return true;
}

/* The key cells joined by '/'.  A '/' inside one of several parts is doubled, so that two different
   keys never look the same.  Returns the first empty part, -1 when there is none. */
static int read_key(const struct spec *spec, struct batch *batch, uint32_t row, struct span *key) {
    struct span parts[SPEC_FROM_MAX];
    size_t size = 0;
    int empty = -1;
    for (uint32_t part = 0; part < spec->key_count; part++) {
        int index = spec->key_index[part];
        parts[part] = index < 0 ? spec->key_value[part] : text_trim(batch->cells[index][row]);
        if (parts[part].size == 0 && empty < 0) empty = (int)part;
        size += 2 * parts[part].size + 1;
    }
    if (spec->key_count == 1) {
        *key = parts[0];
        return empty;
    }
    char *bytes = ARENA_ROOM(&batch->arena, char, size), *at = bytes;
    for (uint32_t part = 0; part < spec->key_count; part++) {
        if (part) *at++ = '/';
        if (parts[part].size && !memchr(parts[part].bytes, '/', parts[part].size)) {
            at = span_write(at, parts[part]);
            continue;
        }
        for (size_t index = 0; index < parts[part].size; index++) {
            if (parts[part].bytes[index] == '/') *at++ = '/';
            *at++ = parts[part].bytes[index];
        }
    }
    *key = (struct span){bytes, (size_t)(at - bytes)};
    return empty;
}

static size_t value_size(const struct vector *vector, enum type type, uint32_t row) {
    return type == TYPE_TEXT   ? sizeof(uint32_t) + vector->text[row].size
           : type == TYPE_DATE ? sizeof(int32_t)
                               : sizeof(int64_t);
}

static inline __attribute__((always_inline)) char *put_value(char *at, const struct vector *vector,
                                                             enum type type, uint32_t row) {
    if (type == TYPE_TEXT) {
        uint32_t size = (uint32_t)vector->text[row].size;
        at = mempcpy(at, &size, sizeof size);
        return span_write(at, vector->text[row]);
    }
    if (type == TYPE_DATE) return mempcpy(at, &vector->date[row], sizeof vector->date[row]);
    return mempcpy(at, &vector->integer[row], sizeof vector->integer[row]);
}

/* Bytes that are made again for every row; they grow with the longest. */
struct room {
    struct arena *arena;
    char *bytes;
    size_t size;
};

/* Room for `more` bytes behind `at`, which moves with what is before it. */
static char *room_for(struct room *room, char *at, size_t more) {
    size_t used = room->bytes ? (size_t)(at - room->bytes) : 0;
    if (room->size - used >= more) return at;
    room->size = 2 * (used + more);
    char *bytes = ARENA_NEW(room->arena, char, room->size);
    if (used) memcpy(bytes, room->bytes, used);
    room->bytes = bytes;
    return bytes + used;
}

/* The content of a row: one bit a column for null, then the values that are there, each with the size
   that its type or its length says, so no two contents have the same bytes. */
static uint64_t hash_row(const struct key_plan *plan, const struct batch *batch, uint32_t row,
                         struct room *room) {
    const struct kind *kind = batch->kind;
    size_t bits = (kind->column_count + 7) / 8;
    char *at = room_for(room, room->bytes, bits);
    memset(at, 0xff, bits);
    at += bits;
    for (uint32_t index = 0; index < plan->count; index++) {
        uint32_t column = plan->columns[index];
        const struct vector *vector = &batch->values[column];
        enum type type = kind->columns[column].type;
        if (vector->null[row]) continue;
        at = room_for(room, at, value_size(vector, type, row));
        room->bytes[column / 8] = (char)(room->bytes[column / 8] & ~(1 << column % 8));
        at = put_value(at, vector, type, row);
    }
    return XXH3_64bits(room->bytes, (size_t)(at - room->bytes));
}

/* A few rows whose contents are put together column by column: row by row, each value is a miss in the
   cache and a branch on the column's type, which were a tenth of reading CSV.  Same bytes, same hash. */
enum { TILE_ROWS = 16, TILE_BYTES = 1024 };
struct tile {
    uint32_t count;
    uint32_t rows[TILE_ROWS];
    bool longer[TILE_ROWS]; /* the content does not fit */
    char *at[TILE_ROWS];
    char *bytes;          /* [TILE_ROWS][TILE_BYTES] */
    const bool *complete; /* [kind->column_count] no row of the batch is null there */
    const char *bits;     /* what every content begins with: those columns are no nulls */
    size_t bits_size;
    size_t numbers; /* bytes that columns of one width may take: kept free, so only texts look for room */
};

/* Looks once whether columns have nulls, instead of at every value; most have none. */
static void tile_open(struct tile *tile, const struct key_plan *plan, struct batch *batch) {
    uint32_t columns = batch->kind->column_count;
    bool *complete = ARENA_NEW(&batch->arena, bool, columns);
    char *bits = ARENA_ROOM(&batch->arena, char, columns);
    *tile = (struct tile){.bytes = ARENA_ROOM(&batch->arena, char, TILE_ROWS *TILE_BYTES),
                          .complete = complete,
                          .bits = bits,
                          .bits_size = (columns + 7) / 8};
    memset(bits, 0xff, tile->bits_size);
    for (uint32_t index = 0; index < plan->count; index++) {
        uint32_t column = plan->columns[index];
        const struct vector *vector = &batch->values[column];
        if (batch->kind->columns[column].type != TYPE_TEXT) tile->numbers += sizeof(int64_t);
        complete[column] = !memchr(vector->null, 1, batch->row_count);
        if (complete[column]) bits[column / 8] = (char)(bits[column / 8] & ~(1 << column % 8));
    }
}

static inline __attribute__((always_inline)) void put_column(struct tile *tile, const struct vector *vector,
                                                             enum type type, uint32_t column, bool complete) {
    char *bits = tile->bytes + column / 8, clear = (char)~(1 << column % 8);
    for (uint32_t i = 0; i < tile->count; i++, bits += TILE_BYTES) {
        uint32_t row = tile->rows[i];
        if (!complete && vector->null[row]) continue;
        if (type == TYPE_TEXT) {
            size_t left = (size_t)(tile->bytes + (size_t)(i + 1) * TILE_BYTES - tile->at[i]);
            if (left < value_size(vector, type, row) + tile->numbers) {
                tile->longer[i] = true;
                continue;
            }
        }
        if (!complete) *bits = (char)(*bits & clear);
        tile->at[i] = put_value(tile->at[i], vector, type, row);
    }
}

static void put_columns(struct tile *tile, const struct key_plan *plan, const struct batch *batch) {
    for (uint32_t index = 0; index < plan->count; index++) {
        uint32_t column = plan->columns[index];
        const struct vector *vector = &batch->values[column];
        bool complete = tile->complete[column];
        switch (batch->kind->columns[column].type) { /* each a loop of its own */
        case TYPE_TEXT:
            if (complete) put_column(tile, vector, TYPE_TEXT, column, true);
            else put_column(tile, vector, TYPE_TEXT, column, false);
            break;
        case TYPE_DATE: put_column(tile, vector, TYPE_DATE, column, complete); break;
        case TYPE_INTEGER:
        case TYPE_MONEY:
        case TYPE_RATIO:
        case TYPE_TIMESTAMP:
        case TYPE_BOOL:
            if (complete) put_column(tile, vector, TYPE_INTEGER, column, true);
            else put_column(tile, vector, TYPE_INTEGER, column, false);
            break;
        }
    }
}

static void hash_tile(const struct key_plan *plan, struct batch *batch, struct tile *tile,
                      struct room *room) {
    bool fits = tile->bits_size + tile->numbers <= TILE_BYTES;
    for (uint32_t i = 0; i < tile->count && fits; i++) {
        char *from = tile->bytes + (size_t)i * TILE_BYTES;
        tile->longer[i] = false;
        tile->at[i] = mempcpy(from, tile->bits, tile->bits_size);
    }
    if (fits) put_columns(tile, plan, batch);
    for (uint32_t i = 0; i < tile->count; i++) {
        const char *from = tile->bytes + (size_t)i * TILE_BYTES;
        batch->rows[tile->rows[i]].row_hash = !fits || tile->longer[i]
                                                  ? hash_row(plan, batch, tile->rows[i], room)
                                                  : XXH3_64bits(from, (size_t)(tile->at[i] - from));
    }
    tile->count = 0;
}

static enum flow key_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)error;
    const struct key_state *state = stage->state;
    struct room room = {.arena = &batch->arena};
    struct tile tile;
    tile_open(&tile, state->plan, batch);
    for (uint32_t row = 0; row < batch->row_count; row++) {
        struct row *at = &batch->rows[row];
        if (at->shifted) continue;
        struct span key;
        int empty = read_key(state->spec, batch, row, &key);
        XXH128_hash_t hash = XXH3_128bits(key.bytes, key.size);
        at->key = key;
        at->key_hash[0] = hash.low64;
        at->key_hash[1] = hash.high64;
        if (empty >= 0 && at->fate != FATE_EXPLAINED)
            batch_reject(batch, row,
                         (struct reason){.code = "key.empty",
                                         .source = (uint16_t)(state->spec->key_index[empty] + 1)});
        if (at->fate != FATE_LIVE) continue;
        tile.rows[tile.count++] = row;
        if (tile.count == TILE_ROWS) hash_tile(state->plan, batch, &tile, &room);
    }
    hash_tile(state->plan, batch, &tile, &room);
    return FLOW_MORE;
}

const struct stage_kind transform_key = {
    .name = "key", .state_size = sizeof(struct key_state), .open = key_open, .run = key_run};
