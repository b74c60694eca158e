/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_SPAN_H
#define CORE_SPAN_H
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Bytes that someone else owns: a pointer and a length, not NUL-terminated. */
struct span {
    const char *bytes;
    size_t size;
};

#define SPAN(literal) ((struct span){(literal), sizeof(literal) - 1})

static inline bool span_equal(struct span a, struct span b) {
    return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}
#endif
