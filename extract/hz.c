/* SPDX-License-Identifier: MulanPSL-2.0 */
/* HZ: GB 2312 in seven bits, which mail of the nineties left behind; iconv does not know it.  `~{` begins
   two-byte characters, `~}` ends them, `~~` is a tilde, `~` and a line end are nothing.  Source: RFC 1843. */
#include "extract/text.h"

enum { LEADS_FROM = 0x81, HIGH = 0x80, FIRST = 0x21, LAST = 0x7e };

/* A pair as UTF-8; 0: it is none. */
static size_t put_pair(const struct decoder *decoder, const unsigned char *at, char *to) {
    if (at[0] < FIRST || at[0] > LAST || at[1] < FIRST || at[1] > LAST) return 0;
    uint32_t pair = decoder->pairs[(unsigned)(at[0] + HIGH - LEADS_FROM) * 256 + at[1] + HIGH];
    size_t size = pair >> 24;
    if (size > 3) return 0;
    for (size_t i = 0; i < size; i++) to[i] = (char)(pair >> 8 * i);
    return size;
}

size_t hz_run(struct decoder *decoder, struct span from, bool final, char *to, size_t *used,
              struct text_fault *fault) {
    const unsigned char *start = (const unsigned char *)from.bytes, *at = start, *end = at + from.size;
    size_t size = 0;
    *fault = (struct text_fault){0};
    while (at < end) {
        bool line_end = *at == '\n' || *at == '\r', two = *at == '~' || decoder->wide;
        if (line_end) decoder->wide = false; /* a line that forgot to go back */
        if (line_end || !two) {
            to[size++] = (char)*at++;
            continue;
        }
        if (end - at < 2 && !final) break;
        size_t pair = end - at > 1 && decoder->wide && *at != '~' ? put_pair(decoder, at, to + size) : 0;
        bool mark = end - at > 1 && *at == '~' && at[1] && strchr(decoder->wide ? "}" : "{~\n", at[1]);
        if (!pair && !mark) {
            *fault = (struct text_fault){.at = (size_t)(at - start), .bytes = {*at}, .size = 1};
            break;
        }
        if (mark && at[1] == '~') to[size++] = '~';
        if (mark && (at[1] == '{' || at[1] == '}')) decoder->wide = at[1] == '{';
        size += pair;
        at += 2;
    }
    *used = (size_t)(at - start);
    if (!fault->size) fault->at = *used;
    return size;
}
