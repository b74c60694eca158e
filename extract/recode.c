/* SPDX-License-Identifier: MulanPSL-2.0 */
/* text_stream: a source in UTF-16, UTF-32, Big5 or anything else of iconv's, read as UTF-8. */
#include "core/language.h"
#include "extract/text.h"
#include <errno.h>

enum { IN_BYTES = 64 << 10, OUT_BYTES = 4 * IN_BYTES, SLOP = 64 };

struct recode {
    struct decoder *decoder;
    char in[IN_BYTES];
    size_t kept; /* bytes of a character that the last block cut, at the front of `in` */
    char out[OUT_BYTES + SLOP];
    size_t ready, taken; /* of `out` */
    bool begun, ended;
};

/* Puts out a byte that cannot be decoded, behind an FF that no UTF-8 has. */
static void put_byte(struct recode *recode, char byte) {
    recode->out[recode->ready++] = (char)0xff;
    recode->out[recode->ready++] = byte;
}

static size_t step_iconv(struct recode *recode, const char *from, size_t size) {
    union {
        const char *constant;
        char *plain;
    } in = {.constant = from};
    char *out = recode->out + recode->ready;
    size_t left = size, room = OUT_BYTES - recode->ready;
    size_t status = iconv(recode->decoder->iconv, &in.plain, &left, &out, &room);
    recode->ready = (size_t)(out - recode->out);
    bool bad = status == (size_t)-1 && (errno == EILSEQ || (errno == EINVAL && recode->ended));
    if (bad) put_byte(recode, from[size - left--]);
    return size - left;
}

static size_t step_hz(struct recode *recode, const char *from, size_t size) {
    size_t fits = (OUT_BYTES - recode->ready) / 2, part = size < fits ? size : fits, used = 0;
    struct text_fault fault;
    recode->ready += hz_run(recode->decoder, (struct span){from, part}, recode->ended && part == size,
                            recode->out + recode->ready, &used, &fault);
    if (!fault.size) return used;
    put_byte(recode, from[used]);
    return used + 1;
}

/* Decodes as much of the `size` bytes at `from` as there is room for; returns how many were used,
   0 when a character goes on behind them. */
static size_t step(struct recode *recode, const char *from, size_t size) {
    struct decoder *decoder = recode->decoder;
    if (decoder->encoding == ENCODING_OTHER) return step_iconv(recode, from, size);
    if (decoder->encoding == ENCODING_HZ) return step_hz(recode, from, size);
    struct text_fault fault;
    size_t fits = (OUT_BYTES - recode->ready) / 2 & ~(size_t)1, part = size < fits ? size : fits;
    recode->ready += decoder_run(decoder, (struct span){from, part}, recode->out + recode->ready, &fault);
    if (!fault.size) return part;
    bool cut = part - fault.at < 4 && !(recode->ended && part == size);
    if (cut) return fault.at;
    if (part - fault.at < 2) { /* an odd byte at the end of the source */
        put_byte(recode, from[fault.at]);
        return fault.at + 1;
    }
    /* A lone surrogate, in three bytes: no UTF-8 either. */
    unsigned high = decoder->encoding == ENCODING_UTF16LE ? 1 : 0;
    unsigned unit =
        (unsigned)(unsigned char)from[fault.at + high] << 8 | (unsigned char)from[fault.at + 1 - high];
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
        while (used < have && recode->ready < OUT_BYTES / 2) {
            size_t some = step(recode, recode->in + used, have - used);
            if (!some) break;
            used += some;
        }
        recode->kept = have - used;
        memmove(recode->in, recode->in + used, recode->kept);
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
