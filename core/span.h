/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_SPAN_H
#define CORE_SPAN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
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

/* Writes the bytes at `at` and returns their end.  Cells are short: two moves that may overlap instead of a
   call; nothing outside `text` is read, nothing behind it written. */
static inline __attribute__((always_inline)) char *span_write(char *at, struct span text) {
    const char *bytes = text.bytes;
    size_t size = text.size;
    uint64_t first, last;
    uint32_t head, tail;
    if (size > 32) return (char *)memcpy(at, bytes, size) + size;
    if (size > 16) {
        memcpy(at, bytes, 16);
        memcpy(at + size - 16, bytes + size - 16, 16);
    } else if (size >= 8) {
        memcpy(&first, bytes, sizeof first);
        memcpy(&last, bytes + size - sizeof last, sizeof last);
        memcpy(at, &first, sizeof first);
        memcpy(at + size - sizeof last, &last, sizeof last);
    } else if (size >= 4) {
        memcpy(&head, bytes, sizeof head);
        memcpy(&tail, bytes + size - sizeof tail, sizeof tail);
        memcpy(at, &head, sizeof head);
        memcpy(at + size - sizeof tail, &tail, sizeof tail);
    } else if (size) {
        at[0] = bytes[0];
        at[size / 2] = bytes[size / 2];
        at[size - 1] = bytes[size - 1];
    }
    return at + size;
}
#endif
