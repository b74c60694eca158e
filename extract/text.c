/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/text.h"
#include "core/language.h"
#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>

enum {
    LEAD_FIRST = 0x81,
    LEAD_LAST = 0xfe,
    LEADS = 126,
    TRAIL_FIRST = 0x40,
    WIDTH_MAX = 4,
    NAME_MAX_BYTES = 32,
};

/* The 2022 edition moved these from private use to real characters and left their four-byte codes to
   private use; programs of the 2005 edition wrote these codes for the real characters. */
static const struct {
    uint32_t linear, count, codepoint;
} moved[] = {
    {((0x84 - 0x81) * 10 + 1) * 1260 + (0x82 - 0x81) * 10 + 6, 10, 0xfe10},
    {((0x82 - 0x81) * 10 + 5) * 1260 + (0x90 - 0x81) * 10 + 7, 8, 0x9fb4},
};
enum { PLANES_FROM = 189000, PLANES_UNTIL = PLANES_FROM + 0x100000 }; /* 90308130 is U+10000 */

static size_t put_utf8(uint32_t codepoint, char *to) {
    if (codepoint < 0x80) return to[0] = (char)codepoint, 1;
    if (codepoint < 0x800) {
        to[0] = (char)(0xc0 | codepoint >> 6);
        to[1] = (char)(0x80 | (codepoint & 0x3f));
        return 2;
    }
    if (codepoint < 0x10000) {
        to[0] = (char)(0xe0 | codepoint >> 12);
        to[1] = (char)(0x80 | (codepoint >> 6 & 0x3f));
        to[2] = (char)(0x80 | (codepoint & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | codepoint >> 18);
    to[1] = (char)(0x80 | (codepoint >> 12 & 0x3f));
    to[2] = (char)(0x80 | (codepoint >> 6 & 0x3f));
    to[3] = (char)(0x80 | (codepoint & 0x3f));
    return 4;
}

static const struct {
    const char *name;
    enum encoding encoding;
    const char *iconv;
} names[] = {
    {"utf8", ENCODING_UTF8, "UTF-8"},
    {"utf8sig", ENCODING_UTF8, "UTF-8"},
    {"ascii", ENCODING_UTF8, "UTF-8"},
    {"usascii", ENCODING_UTF8, "UTF-8"},
    {"gb18030", ENCODING_GB18030, "GB18030"},
    {"gb180302022", ENCODING_GB18030, "GB18030"},
    {"gbk", ENCODING_GBK, "GB18030"},
    {"cp936", ENCODING_GBK, "GB18030"},
    {"ms936", ENCODING_GBK, "GB18030"},
    {"windows936", ENCODING_GBK, "GB18030"},
    {"gb2312", ENCODING_GBK, "GB18030"},
    {"euccn", ENCODING_GBK, "GB18030"},
    {"utf16", ENCODING_UTF16LE, "UTF-16LE"},
    {"utf16le", ENCODING_UTF16LE, "UTF-16LE"},
    {"unicode", ENCODING_UTF16LE, "UTF-16LE"},
    {"utf16be", ENCODING_UTF16BE, "UTF-16BE"},
    {"hz", ENCODING_HZ, "GB18030"},
    {"hzgb2312", ENCODING_HZ, "GB18030"},
};

static void plain_name(const char *name, char *plain) {
    size_t size = 0;
    for (; *name && size < NAME_MAX_BYTES - 1; name++)
        if (*name != '-' && *name != '_' && *name != ' ') plain[size++] = (char)tolower((unsigned char)*name);
    plain[size] = '\0';
}

static uint32_t pack(uint32_t codepoint) {
    char text[WIDTH_MAX] = {0};
    uint32_t length = (uint32_t)put_utf8(codepoint, text), packed = 0;
    /* Six pairs are characters beyond the BMP; the first of their four bytes is always F0. */
    memcpy(&packed, length == WIDTH_MAX ? text + 1 : text, 3);
    return packed | length << 24;
}

/* One call of iconv for all pairs of a lead byte: 23,940 calls would cost 4 ms a file. */
static bool make_pairs(struct decoder *decoder, struct arena *arena) {
    enum { TRAILS = LEAD_LAST - TRAIL_FIRST + 1 };
    iconv_t wide = iconv_open("UTF-32LE", "GB18030");
    if (wide == (iconv_t)-1) return false;
    uint32_t *pairs = ARENA_NEW(arena, uint32_t, LEADS * 256);
    for (unsigned lead = LEAD_FIRST; lead <= LEAD_LAST; lead++) {
        char in[2 * TRAILS], *from = in;
        for (unsigned i = 0; i < TRAILS; i++) {
            in[2 * i] = (char)lead;
            in[2 * i + 1] = (char)(TRAIL_FIRST + i);
        }
        for (size_t left = sizeof in; left;) {
            uint32_t points[TRAILS];
            char *to = (char *)points;
            size_t room = sizeof points, first = (sizeof in - left) / 2;
            iconv(wide, NULL, NULL, NULL, NULL);
            iconv(wide, &from, &left, &to, &room);
            size_t count = (size_t)(to - (char *)points) / sizeof *points;
            for (size_t i = 0; i < count; i++)
                pairs[(lead - LEAD_FIRST) * 256 + TRAIL_FIRST + first + i] = pack(points[i]);
            if (!left) break;
            left -= 2; /* a pair that is no character */
            from += 2;
        }
    }
    iconv_close(wide);
    decoder->pairs = pairs;
    return true;
}

bool decoder_open(struct decoder *decoder, const char *name, struct arena *arena, struct error *error) {
    char plain[NAME_MAX_BYTES];
    *decoder = (struct decoder){.encoding = ENCODING_OTHER, .name = name, .iconv = (iconv_t)-1};
    plain_name(name, plain);
    const char *known = name;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(plain, names[i].name) != 0) continue;
        decoder->encoding = names[i].encoding;
        known = names[i].iconv;
    }
    bool needed = decoder->encoding == ENCODING_OTHER || decoder->encoding == ENCODING_GB18030 ||
                  decoder->encoding == ENCODING_GBK || decoder->encoding == ENCODING_HZ;
    if (!needed) return true;
    decoder->iconv = iconv_open("UTF-8", known);
    if (decoder->iconv != (iconv_t)-1 && (decoder->encoding == ENCODING_OTHER || make_pairs(decoder, arena)))
        return true;
    return error_code(error, TROUBLE_USAGE, NULL, TEXT("没有字符编码“%s”", "no encoding \"%s\""), name);
}

void decoder_close(struct decoder *decoder) {
    if (decoder->name && decoder->iconv != (iconv_t)-1) iconv_close(decoder->iconv);
    *decoder = (struct decoder){.iconv = (iconv_t)-1};
}

bool decoder_cuts(const struct decoder *decoder) {
    return decoder->encoding == ENCODING_UTF8 || (decoder->pairs && decoder->encoding != ENCODING_HZ);
}

bool decoder_second_half(const struct decoder *decoder, const char *start, const char *at) {
    if (!decoder->pairs || (unsigned char)*at < TRAIL_FIRST) return false;
    const char *lead = at;
    while (lead > start && (unsigned char)lead[-1] >= LEAD_FIRST && (unsigned char)lead[-1] <= LEAD_LAST)
        lead--;
    return (at - lead) & 1;
}

static void set_fault(struct text_fault *fault, const unsigned char *at, const unsigned char *end,
                      size_t size) {
    if (size > (size_t)(end - at)) size = (size_t)(end - at);
    fault->size = (uint8_t)size;
    memcpy(fault->bytes, at, size);
}

/* The length of the UTF-8 character at `at`, 0 when it is none.  Source: Unicode, table 3-7. */
static size_t utf8_width(const unsigned char *at, const unsigned char *end) {
    size_t left = (size_t)(end - at);
    unsigned char a = at[0];
    if (a < 0x80) return 1;
    if (a < 0xc2 || a > 0xf4) return 0;
    if (left < 2 || (at[1] & 0xc0) != 0x80) return 0;
    if (a < 0xe0) return 2;
    if (left < 3 || (at[2] & 0xc0) != 0x80) return 0;
    if (a < 0xf0) return (a == 0xe0 && at[1] < 0xa0) || (a == 0xed && at[1] > 0x9f) ? 0 : 3;
    if (left < 4 || (at[3] & 0xc0) != 0x80) return 0;
    return (a == 0xf0 && at[1] < 0x90) || (a == 0xf4 && at[1] > 0x8f) ? 0 : 4;
}

/* How many bytes from `at` on are ASCII; eight at a time. */
static size_t ascii_run(const unsigned char *at, const unsigned char *end) {
    const unsigned char *from = at;
    uint64_t word = 0;
    while (end - at >= 8) {
        memcpy(&word, at, 8);
        if (word & UINT64_C(0x8080808080808080)) break;
        at += 8;
    }
    while (at < end && *at < 0x80) at++;
    return (size_t)(at - from);
}

static size_t check_utf8(struct span from, struct text_fault *fault) {
    const unsigned char *start = (const unsigned char *)from.bytes, *at = start, *end = at + from.size;
    while ((at += ascii_run(at, end)) < end) {
        size_t width = utf8_width(at, end);
        if (!width) {
            /* A byte of FF stands for the one after it: text_stream put it there. */
            if (*at == 0xff && end - at > 1) set_fault(fault, at + 1, end, 1);
            else set_fault(fault, at, end, 1);
            break;
        }
        at += width;
    }
    fault->at = (size_t)(at - start);
    return fault->at;
}

/* A four-byte character of GB18030, 0 when it is none. */
static size_t four_bytes(struct decoder *decoder, const unsigned char *at, char *to) {
    if (at[1] < 0x30 || at[1] > 0x39 || at[2] < LEAD_FIRST || at[2] > LEAD_LAST || at[3] < 0x30 ||
        at[3] > 0x39)
        return 0;
    uint32_t linear = ((at[0] - 0x81u) * 10 + at[1] - 0x30u) * 1260 + (at[2] - 0x81u) * 10 + at[3] - 0x30u;
    if (linear >= PLANES_FROM && linear < PLANES_UNTIL) return put_utf8(linear - PLANES_FROM + 0x10000, to);
    for (size_t i = 0; i < sizeof moved / sizeof *moved; i++)
        if (linear >= moved[i].linear && linear < moved[i].linear + moved[i].count)
            return put_utf8(linear - moved[i].linear + moved[i].codepoint, to);
    char in[4], *from = in;
    memcpy(in, at, 4);
    size_t left = 4, room = WIDTH_MAX;
    char *out = to;
    iconv(decoder->iconv, NULL, NULL, NULL, NULL);
    if (iconv(decoder->iconv, &from, &left, &out, &room) == (size_t)-1 || left) return 0;
    return (size_t)(out - to);
}

/* One character beyond ASCII; *used is how many bytes it took, 0 when it is none. */
static size_t one_gb(struct decoder *decoder, const unsigned char *at, const unsigned char *end, char *to,
                     size_t *used) {
    *used = 0;
    size_t length = 0, left = (size_t)(end - at);
    if (*at == 0x80 && decoder->encoding == ENCODING_GBK) {
        *used = 1;
        return put_utf8(0x20ac, to);
    }
    if (*at < LEAD_FIRST || *at > LEAD_LAST || left < 2) return 0;
    if (decoder->encoding == ENCODING_GB18030 && left >= 4 && at[1] < TRAIL_FIRST)
        length = four_bytes(decoder, at, to);
    if (length) *used = 4;
    return length;
}

/* Two or three bytes; a fourth one may be written behind them, for which decoder_room has room. */
static void put_pair(uint32_t pair, char *to) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(to, &pair, sizeof pair);
#else
    for (unsigned i = 0; i < 3; i++) to[i] = (char)(pair >> 8 * i);
#endif
}

static size_t run_gb(struct decoder *decoder, struct span from, char *to, struct text_fault *fault) {
    const unsigned char *start = (const unsigned char *)from.bytes, *at = start, *end = at + from.size;
    const uint32_t *pairs = decoder->pairs;
    char *out = to;
    assert(pairs);
    for (;;) {
        if (at < end && *at < 0x80) {
            size_t ascii = ascii_run(at, end);
            memcpy(out, at, ascii);
            at += ascii;
            out += ascii;
        }
        while (end - at >= 2 && (unsigned)(*at - LEAD_FIRST) < LEADS) {
            uint32_t pair = pairs[(unsigned)(*at - LEAD_FIRST) * 256 + at[1]];
            if (!pair || pair >> 24 == 4) break;
            put_pair(pair, out);
            out += pair >> 24;
            at += 2;
        }
        if (at == end) break;
        if (*at < 0x80) continue;
        size_t used = 0;
        uint32_t pair = end - at >= 2 && (unsigned)(*at - LEAD_FIRST) < LEADS
                            ? pairs[(unsigned)(*at - LEAD_FIRST) * 256 + at[1]]
                            : 0;
        if (pair >> 24 == 4) {
            const char wide[4] = {(char)0xf0, (char)pair, (char)(pair >> 8), (char)(pair >> 16)};
            memcpy(out, wide, 4);
            out += 4;
            at += 2;
            continue;
        }
        out += one_gb(decoder, at, end, out, &used);
        at += used;
        if (used) continue;
        /* A lead byte before a delimiter or line end belongs to nobody else. */
        bool pair_like = (unsigned)(*at - LEAD_FIRST) < LEADS && end - at > 1 && at[1] >= TRAIL_FIRST;
        set_fault(fault, at, end, pair_like ? 2 : 1);
        break;
    }
    fault->at = (size_t)(at - start);
    return (size_t)(out - to);
}

static size_t run_iconv(struct decoder *decoder, struct span from, char *to, struct text_fault *fault) {
    /* iconv takes its input by a pointer to char and does not write there. */
    union {
        const char *constant;
        char *plain;
    } in = {.constant = from.bytes};
    char *out = to;
    size_t left = from.size, room = decoder_room(decoder, from.size);
    iconv(decoder->iconv, NULL, NULL, NULL, NULL);
    if (iconv(decoder->iconv, &in.plain, &left, &out, &room) == (size_t)-1 && left)
        set_fault(fault, (const unsigned char *)in.constant, (const unsigned char *)from.bytes + from.size,
                  1);
    fault->at = from.size - left;
    return (size_t)(out - to);
}

static size_t run_utf16(const struct decoder *decoder, struct span from, char *to, struct text_fault *fault) {
    const unsigned char *start = (const unsigned char *)from.bytes, *at = start, *end = at + from.size;
    unsigned low = decoder->encoding == ENCODING_UTF16LE ? 0 : 1, high = 1 - low;
    char *out = to;
    while (end - at >= 2) {
        uint32_t unit = at[low] | (uint32_t)at[high] << 8;
        size_t used = 2;
        if (unit >= 0xd800 && unit < 0xe000) {
            uint32_t next = end - at >= 4 ? at[2 + low] | (uint32_t)at[2 + high] << 8 : 0;
            if (unit >= 0xdc00 || next < 0xdc00 || next >= 0xe000) break;
            unit = 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
            used = 4;
        }
        out += put_utf8(unit, out);
        at += used;
    }
    if (at < end) set_fault(fault, at, end, 2);
    fault->at = (size_t)(at - start);
    return (size_t)(out - to);
}

size_t decoder_room(const struct decoder *decoder, size_t size) {
    switch (decoder->encoding) {
    case ENCODING_UTF8: return size;
    case ENCODING_GB18030: return size + size / 2 + WIDTH_MAX;
    case ENCODING_UTF16LE:
    case ENCODING_UTF16BE: return size + size / 2 + WIDTH_MAX;
    case ENCODING_GBK: return 3 * size + WIDTH_MAX; /* the euro: one byte to three */
    case ENCODING_HZ: return 2 * size + WIDTH_MAX;
    case ENCODING_OTHER: break;
    }
    return 4 * size + 16;
}

size_t decoder_run(struct decoder *decoder, struct span from, char *to, struct text_fault *fault) {
    *fault = (struct text_fault){0};
    switch (decoder->encoding) {
    case ENCODING_UTF8: {
        size_t size = check_utf8(from, fault);
        memcpy(to, from.bytes, size);
        return size;
    }
    case ENCODING_GB18030:
    case ENCODING_GBK: return run_gb(decoder, from, to, fault);
    case ENCODING_UTF16LE:
    case ENCODING_UTF16BE: return run_utf16(decoder, from, to, fault);
    case ENCODING_HZ: {
        size_t used;
        decoder->wide = false;
        return hz_run(decoder, from, true, to, &used, fault);
    }
    case ENCODING_OTHER: break;
    }
    return run_iconv(decoder, from, to, fault);
}

/* Decodes with every faulty byte written as \xHH. */
static struct span escape(struct decoder *decoder, struct span from, struct arena *arena) {
    char *text = ARENA_NEW(arena, char, 4 * decoder_room(decoder, from.size) + 8), *to = text;
    while (from.size) {
        struct text_fault fault;
        to += decoder_run(decoder, from, to, &fault);
        size_t skip = fault.at;
        for (uint8_t i = 0; i < fault.size && i < 1; i++, skip++)
            to += snprintf(to, 5, "\\x%02X", (unsigned)(unsigned char)from.bytes[fault.at]);
        from.bytes += skip;
        from.size -= skip;
    }
    return (struct span){text, (size_t)(to - text)};
}

bool decoder_cell(struct decoder *decoder, struct span from, struct arena *arena, struct span *text,
                  struct text_fault *fault) {
    const unsigned char *bytes = (const unsigned char *)from.bytes;
    *fault = (struct text_fault){0};
    *text = from;
    if (decoder_cuts(decoder) && ascii_run(bytes, bytes + from.size) == from.size) return true;
    if (decoder->encoding == ENCODING_UTF8) {
        check_utf8(from, fault);
    } else {
        char *to = ARENA_NEW(arena, char, decoder_room(decoder, from.size) + 1);
        *text = (struct span){to, decoder_run(decoder, from, to, fault)};
    }
    if (fault->size) *text = escape(decoder, from, arena);
    return !fault->size;
}

struct span text_fault_detail(const struct text_fault *fault, uint64_t offset, struct arena *arena) {
    char text[80];
    int size = snprintf(text, sizeof text, "byte=%llu;bytes=", (unsigned long long)(offset + fault->at));
    for (uint8_t i = 0; i < fault->size; i++)
        size += snprintf(text + size, 8, i ? " %02X" : "%02X", fault->bytes[i]);
    return arena_copy(arena, (struct span){text, (size_t)size});
}

const char *text_mark(struct span head, size_t *size) {
    static const struct {
        struct span mark;
        const char *name;
    } marks[] = {
        {{"\xef\xbb\xbf", 3}, "UTF-8"},    {{"\xff\xfe\0\0", 4}, "UTF-32LE"},
        {{"\0\0\xfe\xff", 4}, "UTF-32BE"}, {{"\xff\xfe", 2}, "UTF-16LE"},
        {{"\xfe\xff", 2}, "UTF-16BE"},     {{"\x84\x31\x95\x33", 4}, "GB18030"},
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        *size = marks[i].mark.size;
        if (head.size >= *size && memcmp(head.bytes, marks[i].mark.bytes, *size) == 0) return marks[i].name;
    }
    *size = 0;
    return NULL;
}
