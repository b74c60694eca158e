/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/out/words.h"
#include <assert.h>
#include <iconv.h>

size_t words_encode(const char *encoding, const char *utf8, size_t size, char *into, size_t room) {
    iconv_t converter = iconv_open(encoding, "UTF-8");
    assert(converter != (iconv_t)-1);
    union {
        const char *given;
        char *wanted;
    } input = {.given = utf8}; /* iconv lacks the const */
    char *out = into;
    size_t left = room;
    size_t result = iconv(converter, &input.wanted, &size, &out, &left);
    assert(result == 0 && size == 0);
    (void)result;
    iconv_close(converter);
    return room - left;
}

struct span words_one(struct arena *arena, const char *encoding, const char *utf8) {
    char buffer[1024];
    size_t size = words_encode(encoding, utf8, strlen(utf8), buffer, sizeof buffer);
    return arena_copy(arena, (struct span){buffer, size});
}

struct span *words_list(struct arena *arena, const char *encoding, const char *const *list) {
    size_t count = 0;
    while (list[count]) count++;
    struct span *words = ARENA_NEW(arena, struct span, count + 1);
    for (size_t i = 0; i < count; i++) words[i] = words_one(arena, encoding, list[i]);
    words[count] = (struct span){0};
    return words;
}
