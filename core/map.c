/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/map.h"
#define XXH_INLINE_ALL
#include <xxhash.h>

struct map_slot {
    struct span key;
    uint64_t hash;
    void *value;
    bool used;
};

static struct map_slot *find(const struct map *map, struct span key, uint64_t hash) {
    uint32_t mask = map->capacity - 1;
    for (uint32_t at = (uint32_t)hash & mask;; at = (at + 1) & mask) {
        struct map_slot *slot = &map->slots[at];
        if (!slot->used || (slot->hash == hash && span_equal(slot->key, key))) return slot;
    }
}

static void grow(struct map *map) {
    struct map old = *map;
    map->capacity = old.capacity ? old.capacity * 2 : 64;
    map->slots = ARENA_NEW(map->arena, struct map_slot, map->capacity);
    for (uint32_t i = 0; i < old.capacity; i++)
        if (old.slots[i].used) *find(map, old.slots[i].key, old.slots[i].hash) = old.slots[i];
}

void **map_put(struct map *map, struct span key) {
    if (map->count * 4 >= map->capacity * 3) grow(map);
    uint64_t hash = XXH3_64bits(key.bytes, key.size);
    struct map_slot *slot = find(map, key, hash);
    if (!slot->used) {
        *slot = (struct map_slot){.key = key, .hash = hash, .used = true};
        map->count++;
    }
    return &slot->value;
}

void *map_get(const struct map *map, struct span key) {
    if (!map->capacity) return NULL;
    return find(map, key, XXH3_64bits(key.bytes, key.size))->value;
}

bool map_next(const struct map *map, uint32_t *at, struct span *key, void **value) {
    while (*at < map->capacity) {
        const struct map_slot *slot = &map->slots[(*at)++];
        if (!slot->used) continue;
        *key = slot->key;
        *value = slot->value;
        return true;
    }
    return false;
}
