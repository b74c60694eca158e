/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/row.h"
#include "transform/row/text.h"
#define XXH_INLINE_ALL
#include <xxhash.h>

static bool key_open(struct stage *stage, struct columns *columns, struct error *error) {
    (void)stage, (void)columns, (void)error;
    return true;
}

/* The key cells joined by '/'.  A '/' inside one of several parts is doubled, so that two different
   keys never look the same.  Returns the first empty part, -1 when there is none. */
static int read_key(const struct spec *spec, struct batch *batch, uint32_t row, struct span *key) {
    struct span parts[SPEC_FROM_MAX];
    size_t size = 0;
    int empty = -1;
    for (uint32_t part = 0; part < spec->key_count; part++) {
        parts[part] = text_trim(batch->cells[spec->key_index[part]][row]);
        if (parts[part].size == 0 && empty < 0) empty = (int)part;
        size += 2 * parts[part].size + 1;
    }
    if (spec->key_count == 1) {
        *key = parts[0];
        return empty;
    }
    char *bytes = ARENA_NEW(&batch->arena, char, size), *at = bytes;
    for (uint32_t part = 0; part < spec->key_count; part++) {
        if (part) *at++ = '/';
        for (size_t index = 0; index < parts[part].size; index++) {
            if (parts[part].bytes[index] == '/') *at++ = '/';
            *at++ = parts[part].bytes[index];
        }
    }
    *key = (struct span){bytes, (size_t)(at - bytes)};
    return empty;
}

static size_t value_size(const struct vector *vector, enum type type, uint32_t row) {
    if (vector->null[row]) return 0;
    return type == TYPE_TEXT ? sizeof(uint32_t) + vector->text[row].size : type == TYPE_DATE ? sizeof(int32_t) : sizeof(int64_t);
}

static char *put_value(char *at, const struct vector *vector, enum type type, uint32_t row) {
    if (type == TYPE_TEXT) {
        uint32_t size = (uint32_t)vector->text[row].size;
        at = mempcpy(at, &size, sizeof size);
        return mempcpy(at, vector->text[row].bytes, size);
    }
    if (type == TYPE_DATE) return mempcpy(at, &vector->date[row], sizeof vector->date[row]);
    return mempcpy(at, &vector->integer[row], sizeof vector->integer[row]);
}

/* The content of a row: one bit a column for null, then the values that are there, each with the size
   that its type or its length says, so no two contents have the same bytes. */
static uint64_t hash_row(const struct batch *batch, uint32_t row, struct arena *arena, char **room, size_t *capacity) {
    const struct kind *kind = batch->kind;
    size_t size = (kind->column_count + 7) / 8;
    for (uint32_t column = 0; column < kind->column_count; column++)
        size += value_size(&batch->values[column], kind->columns[column].type, row);
    if (size > *capacity) {
        *capacity = 2 * size;
        *room = ARENA_NEW(arena, char, *capacity);
    }
    memset(*room, 0, (kind->column_count + 7) / 8);
    char *at = *room + (kind->column_count + 7) / 8;
    for (uint32_t column = 0; column < kind->column_count; column++) {
        const struct vector *vector = &batch->values[column];
        if (vector->null[row]) (*room)[column / 8] = (char)((*room)[column / 8] | 1 << column % 8);
        else at = put_value(at, vector, kind->columns[column].type, row);
    }
    return XXH3_64bits(*room, (size_t)(at - *room));
}

static enum flow key_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)error;
    const struct key_state *state = stage->state;
    size_t capacity = 1024;
    char *room = ARENA_NEW(&batch->arena, char, capacity);
    for (uint32_t row = 0; row < batch->row_count; row++) {
        struct row *at = &batch->rows[row];
        if (at->shifted) continue;
        int empty = read_key(state->spec, batch, row, &at->key);
        XXH128_hash_t hash = XXH3_128bits(at->key.bytes, at->key.size);
        at->key_hash[0] = hash.low64;
        at->key_hash[1] = hash.high64;
        if (empty >= 0 && at->fate != FATE_EXPLAINED)
            batch_reject(batch, row, (struct reason){.code = "key.empty", .source = (uint16_t)(state->spec->key_index[empty] + 1)});
        if (at->fate == FATE_LIVE) at->row_hash = hash_row(batch, row, &batch->arena, &room, &capacity);
    }
    return FLOW_MORE;
}

const struct stage_kind transform_key = {
    .name = "key", .state_size = sizeof(struct key_state), .open = key_open, .run = key_run};
