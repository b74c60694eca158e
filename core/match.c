/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/spec.h"

/* File names are matched by bytes; ASCII letters without case, since DOS made them upper case. */
static int lower(char c) { return c >= 'A' && c <= 'Z' ? c + 32 : (unsigned char)c; }

static struct span *field(struct spec_rank *rank, struct span pattern, size_t *skip) {
    static const char *const names[] = {"{period}", "{revision}", "{part}"};
    for (int i = 0; i < 3; i++) {
        size_t size = strlen(names[i]);
        if (pattern.size < size || memcmp(pattern.bytes, names[i], size) != 0) continue;
        *skip = size;
        return i == 0 ? &rank->period : i == 1 ? &rank->revision : &rank->part;
    }
    return NULL;
}

static struct span rest(struct span text, size_t from) {
    return (struct span){text.bytes + from, text.size - from};
}

static bool match(struct span pattern, struct span name, struct spec_rank *rank, int depth) {
    enum { STARS_MAX = 16 }; /* bounds the backtracking */
    while (pattern.size) {
        size_t skip = 0;
        struct span *value = pattern.bytes[0] == '{' ? field(rank, pattern, &skip) : NULL;
        if (value) {
            size_t digits = 0;
            while (digits < name.size && name.bytes[digits] >= '0' && name.bytes[digits] <= '9') digits++;
            for (; digits > 0; digits--) {
                *value = (struct span){name.bytes, digits};
                if (match(rest(pattern, skip), rest(name, digits), rank, depth)) return true;
            }
            *value = (struct span){0};
            return false;
        }
        if (pattern.bytes[0] == '*') {
            if (depth >= STARS_MAX) return false;
            for (size_t taken = 0; taken <= name.size; taken++) {
                if (match(rest(pattern, 1), rest(name, taken), rank, depth + 1)) return true;
                if (taken < name.size && name.bytes[taken] == '!') return false;
            }
            return false;
        }
        if (!name.size || (pattern.bytes[0] == '?' && name.bytes[0] == '!')) return false;
        if (pattern.bytes[0] != '?' && lower(pattern.bytes[0]) != lower(name.bytes[0])) return false;
        pattern = rest(pattern, 1);
        name = rest(name, 1);
    }
    return name.size == 0;
}

bool spec_match(struct span pattern, struct span name, struct spec_rank *rank) {
    struct spec_rank unused = {0};
    return match(pattern, name, rank ? rank : &unused, 0);
}
