/* SPDX-License-Identifier: MulanPSL-2.0 */
/* text_stream: a source in UTF-16, UTF-32, Big5 or anything else of iconv's, read as UTF-8. */
#include "core/language.h"
#include "extract/text.h"
#include <errno.h>

enum { IN_BYTES = 64 << 10, OUT_BYTES = 4 * IN_BYTES, CARRY_MAX = 8 };

struct recode {
    struct decoder *decoder;
    char in[IN_BYTES];
    size_t kept;            /* bytes of a character that the last block cut, at the front of `in` */
    char out[OUT_BYTES + 64];
    size_t ready, taken;    /* of `out` */
    bool begun, ended;
};

/* Decodes as much of `in` as there is; returns how many bytes of it were used. */
static size_t step(struct recode *recode, size_t size) {
    struct decoder *decoder = recode->decoder;
    union { const char *constant; char *plain; } in = {.constant = recode->in};
    char *out = recode->out + recode->ready;
    if (decoder->encoding == ENCODING_OTHER) {
        size_t left = size, room = sizeof recode->out - recode->ready - 2;
        size_t status = iconv(decoder->iconv, &in.plain, &left, &out, &room);
        recode->ready = (size_t)(out - recode->out);
        size_t used = size - left;
        bool bad = status == (size_t)-1 && (errno == EILSEQ || (errno == EINVAL && recode->ended));
        if (bad) {
            recode->out[recode->ready++] = (char)0xff;
            recode->out[recode->ready++] = recode->in[used++];
        }
        return used;
    }
    struct text_fault fault;
    size_t part = size > (OUT_BYTES - recode->ready) / 2 ? (OUT_BYTES - recode->ready) / 2 & ~(size_t)1 : size;
    recode->ready += decoder_run(decoder, (struct span){recode->in, part}, out, &fault);
    if (!fault.size) return part;
    bool cut = part - fault.at < 4 && !(recode->ended && part == size);
    if (cut && fault.at) return fault.at;
    if (cut && size < 4) return 0;
    unsigned high = decoder->encoding == ENCODING_UTF16LE ? 1 : 0;
    if (part - fault.at < 2) { /* an odd byte at the end of the source */
        recode->out[recode->ready++] = (char)0xff;
        recode->out[recode->ready++] = recode->in[fault.at];
        return fault.at + 1;
    }
    unsigned unit = (unsigned)(unsigned char)recode->in[fault.at + high] << 8 |
                    (unsigned char)recode->in[fault.at + 1 - high];
    recode->out[recode->ready++] = (char)(0xe0 | unit >> 12);
    recode->out[recode->ready++] = (char)(0x80 | (unit >> 6 & 0x3f));
    recode->out[recode->ready++] = (char)(0x80 | (unit & 0x3f));
    return fault.at + 2;
}

/* A mark that contradicts the order of "UTF-16" decides it. */
static void obey_mark(struct recode *recode, size_t size) {
    enum encoding *encoding = &recode->decoder->encoding;
    if (recode->begun || size < 2) return;
    recode->begun = true;
    if (*encoding == ENCODING_UTF16LE && memcmp(recode->in, "\xfe\xff", 2) == 0) *encoding = ENCODING_UTF16BE;
}

static ptrdiff_t recode_read(struct bytes *bytes, void *buffer, size_t size, struct error *error) {
    struct recode *recode = bytes->state;
    while (recode->taken == recode->ready) {
        recode->taken = recode->ready = 0;
        if (recode->ended && !recode->kept) return 0;
        ptrdiff_t got = 0;
        if (!recode->ended)
            got = bytes_read(bytes->below, recode->in + recode->kept, IN_BYTES - recode->kept, error);
        if (got < 0) return -1;
        if ((size_t)got < IN_BYTES - recode->kept) recode->ended = true;
        size_t have = recode->kept + (size_t)got, used = 0;
        obey_mark(recode, have);
        while (used < have && recode->ready < OUT_BYTES - CARRY_MAX) {
            size_t some = step(recode, have - used);
            if (!some) break;
            used += some;
            memmove(recode->in, recode->in + some, have - used);
        }
        recode->kept = have - used;
    }
    size_t left = recode->ready - recode->taken;
    if (left < size) size = left;
    memcpy(buffer, recode->out + recode->taken, size);
    recode->taken += size;
    return (ptrdiff_t)size;
}

struct bytes *text_stream(struct bytes *source, struct decoder *decoder, struct arena *arena) {
    struct bytes *bytes = bytes_new(arena, source->name);
    struct recode *recode = ARENA_NEW(&bytes->arena, struct recode, 1);
    recode->decoder = decoder;
    bytes->state = recode;
    bytes->read = recode_read;
    bytes->below = source;
    return bytes;
}
