/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H
#include "core/arena.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* What holds for every input; it stays on in every build. */
#define REQUIRE(condition)                                                                                   \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                          \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

/* A fuzz program around one reader of text: void check(struct span text, struct arena *arena). */
#define FUZZ(check)                                                                                          \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);                                            \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {                                           \
        struct arena arena = {0};                                                                            \
        char *exact = fuzz_exact(data, size);                                                                \
        check((struct span){exact, size}, &arena);                                                           \
        free(exact);                                                                                         \
        arena_free(&arena);                                                                                  \
        return 0;                                                                                            \
    }

/* A copy of exactly this size, so that the sanitizer sees a read behind it. */
static inline char *fuzz_exact(const uint8_t *data, size_t size) {
    char *exact = malloc(size ? size : 1);
    REQUIRE(exact);
    if (size) memcpy(exact, data, size);
    return exact;
}

/* UTF-8 without a stray, overlong or cut byte and without surrogates: what extractors hand on. */
static inline bool fuzz_is_utf8(struct span text) {
    for (size_t i = 0; i < text.size;) {
        unsigned char lead = (unsigned char)text.bytes[i];
        size_t more = lead < 0x80   ? 0
                      : lead < 0xC2 ? 9
                      : lead < 0xE0 ? 1
                      : lead < 0xF0 ? 2
                      : lead < 0xF5 ? 3
                                    : 9;
        if (i + more >= text.size) return false;
        for (size_t k = 1; k <= more; k++)
            if (((unsigned char)text.bytes[i + k] & 0xC0) != 0x80) return false;
        unsigned char second = more ? (unsigned char)text.bytes[i + 1] : 0x90;
        if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F)) return false;
        if ((lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) return false;
        i += more + 1;
    }
    return true;
}
#endif
