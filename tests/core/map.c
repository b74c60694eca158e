/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/map.h"
#include <criterion/criterion.h>
#include <stdio.h>

enum { KEYS = 20000 };

static struct span key_of(char *text, size_t size, int number) {
    int length = snprintf(text, size, "code-%d", number);
    return (struct span){text, (size_t)length};
}

Test(map, an_empty_map_finds_nothing) {
    struct arena arena = {0};
    struct map map = {.arena = &arena};
    uint32_t at = 0;
    struct span key;
    void *value;
    cr_expect(!map_get(&map, SPAN("a")), "found in an empty map");
    cr_expect(!map_next(&map, &at, &key, &value), "visited something in an empty map");
    arena_free(&arena);
}

Test(map, keeps_every_key_while_it_grows) {
    struct arena arena = {0};
    struct map map = {.arena = &arena};
    static int numbers[KEYS];
    char text[32];
    for (int i = 0; i < KEYS; i++) {
        struct span key = arena_copy(&arena, key_of(text, sizeof text, i));
        void **place = map_put(&map, key);
        cr_assert(!*place, "key %d was there before", i);
        *place = &numbers[i];
        cr_assert(map_put(&map, key) && *map_put(&map, key) == &numbers[i], "key %d put again", i);
    }
    cr_expect(map.count == KEYS, "count %u", map.count);
    for (int i = 0; i < KEYS; i++)
        cr_assert(map_get(&map, key_of(text, sizeof text, i)) == &numbers[i], "key %d lost", i);
    cr_expect(!map_get(&map, key_of(text, sizeof text, KEYS)), "found a key never put");
    uint32_t at = 0, visited = 0;
    struct span key;
    for (void *value; map_next(&map, &at, &key, &value); visited++) ++*(int *)value;
    cr_expect(visited == KEYS, "visited %u", visited);
    for (int i = 0; i < KEYS; i++) cr_assert(numbers[i] == 1, "key %d visited %d times", i, numbers[i]);
    arena_free(&arena);
}

Test(map, keys_are_bytes) {
    static const struct span keys[] = {
        {"", 0}, {"\0", 1}, {"a", 1}, {"a\0", 2}, {"A", 1}, {"青禾", 6}, {"青", 3}, {"\xFF", 1},
    };
    enum { COUNT = sizeof keys / sizeof *keys };
    struct arena arena = {0};
    struct map map = {.arena = &arena};
    int numbers[COUNT];
    for (int i = 0; i < COUNT; i++) *map_put(&map, keys[i]) = &numbers[i];
    for (int i = 0; i < COUNT; i++) cr_expect(map_get(&map, keys[i]) == &numbers[i], "key %d", i);
    cr_expect(map_get(&map, (struct span){0}) == &numbers[0], "an absent key is the empty key");
    cr_expect(map.count == COUNT, "count %u", map.count);
    arena_free(&arena);
}
