/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/han/pinyin.h"
#include "transform/han/table.h"
#include "transform/row/text.h"

static uint16_t syllable_of(uint32_t point) {
    if (point >= HAN_FIRST && point < HAN_FIRST + HAN_BASIC) return han_basic[point - HAN_FIRST];
    uint32_t from = 0, until = han_beyond_count;
    while (from < until) {
        uint32_t middle = from + (until - from) / 2;
        if (han_beyond[middle].point < point) from = middle + 1;
        else until = middle;
    }
    return from < han_beyond_count && han_beyond[from].point == point ? han_beyond[from].syllable : 0;
}

const char *pinyin_of(uint32_t point) { return han_syllables[syllable_of(point)]; }

/* The list is short and asked once a name. */
static const struct han_surname *surname_of(uint32_t first, uint32_t second) {
    for (uint32_t index = 0; index < han_surname_count; index++)
        if (han_surnames[index].points[0] == first && han_surnames[index].points[1] == second)
            return &han_surnames[index];
    return NULL;
}

const char *pinyin_of_surname(uint32_t point) {
    const struct han_surname *surname = surname_of(point, 0);
    return surname ? han_syllables[surname->syllables[0]] : pinyin_of(point);
}

size_t pinyin_spell(struct span text, bool name, char *out, size_t room) {
    size_t size = 0, number = 0;
    const struct han_surname *surname = NULL;
    for (size_t at = 0; at < text.size; number++) {
        size_t before = at;
        uint32_t point = text_next(text, &at);
        if (name && number == 0) {
            size_t behind = at;
            uint32_t second = at < text.size ? text_next(text, &behind) : 0;
            surname = second ? surname_of(point, second) : NULL;
            if (!surname) surname = surname_of(point, 0);
        }
        bool special = surname && number < 2 && surname->points[number];
        const char *sound = special ? han_syllables[surname->syllables[number]] : pinyin_of(point);
        struct span part = {sound, strlen(sound)};
        if (!part.size) part = (struct span){text.bytes + before, at - before};
        if (size + part.size >= room) break;
        memcpy(out + size, part.bytes, part.size);
        size += part.size;
    }
    if (room) out[size] = '\0';
    return size;
}
