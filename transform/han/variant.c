/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/han/variant.h"
#include "transform/han/table.h"
#include "transform/row/text.h"

uint32_t variant_simplified(uint32_t point) {
    uint32_t from = 0, until = han_pair_count;
    if (point < HAN_FIRST) return point;
    while (from < until) {
        uint32_t middle = from + (until - from) / 2;
        if (han_pairs[middle].from < point) from = middle + 1;
        else until = middle;
    }
    return from < han_pair_count && han_pairs[from].from == point ? han_pairs[from].to : point;
}

struct span variant_simplify(struct span text, struct arena *arena) {
    bool changed = false;
    for (size_t at = 0; at < text.size && !changed;) {
        uint32_t point = text_next(text, &at);
        changed = variant_simplified(point) != point;
    }
    if (!changed) return text;
    char *bytes = ARENA_NEW(arena, char, text.size * 2); /* three bytes may become four */
    size_t size = 0;
    for (size_t at = 0; at < text.size;) {
        size_t before = at;
        uint32_t point = text_next(text, &at), simple = variant_simplified(point);
        if (simple != point) {
            size += text_put(simple, bytes + size);
            continue;
        }
        memcpy(bytes + size, text.bytes + before, at - before);
        size += at - before;
    }
    return (struct span){bytes, size};
}
