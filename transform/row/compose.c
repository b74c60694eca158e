/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/compose.h"
#include <stdlib.h>
#include <utf8proc.h>

/* Bytes of the character that starts here when it is surely in NFC whatever stands beside it, else 0: below
   U+0300, ideographs, kana, CJK signs, private use, full-width forms, which is what counties write.  A look
   at two bytes; the tables are asked about the rest (1 us for an address, against 0.02). */
static size_t plain(const unsigned char *at, size_t left) {
    if (at[0] < 0x80) return 1;
    if (at[0] < 0xcc) return left >= 2 ? 2 : 0; /* to U+02FF */
    if (left < 3) return 0;
    if (at[0] >= 0xe4 && at[0] <= 0xe9) return 3;                                    /* U+4000-9FFF */
    if (at[0] == 0xe3 && at[1] != 0x82 && (at[1] != 0x80 || at[2] < 0xaa)) return 3; /* U+302A: tone marks */
    if (at[0] == 0xe3 && at[1] == 0x82 && at[2] < 0x99) return 3;                    /* U+3099: voicing */
    if (at[0] == 0xee || (at[0] == 0xef && (at[1] < 0xa4 || at[1] >= 0xbc))) return 3;
    if (at[0] == 0xe2 && at[1] >= 0x91 && at[1] <= 0xaa) return 3; /* U+2440-2ABF */
    return at[0] == 0xf0 && left >= 4 && at[1] >= 0xa0 && at[1] != 0xaf ? 4 : 0;
}

struct span text_composed(struct span text, struct arena *arena) {
    const unsigned char *bytes = (const unsigned char *)text.bytes;
    size_t at = 0, step;
    while (at < text.size && (step = plain(bytes + at, text.size - at)) > 0) at += step;
    if (at >= text.size) return text;
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t size =
        utf8proc_map(bytes, (utf8proc_ssize_t)text.size, &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    struct span normal = {(const char *)composed, size < 0 ? 0 : (size_t)size};
    normal = size < 0 || span_equal(normal, text) ? text : arena_copy(arena, normal);
    free(composed);
    return normal;
}
