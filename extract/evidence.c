/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What the bytes of a source say about their encoding: every candidate is tried on every byte. */
#include "core/language.h"
#include "extract/text.h"

enum { UTF8, GB18030, GBK, BIG5, UTF16LE, UTF16BE, UTF32LE, UTF32BE, HZ };
enum { BLOCK_BYTES = 256 << 10, CARRY_MAX = 8, LEAD_FIRST = 0x81, LEAD_LAST = 0xfe };

static const char *const names[EVIDENCE_MAX] = {"UTF-8",    "GB18030",  "GBK",      "Big5", "UTF-16LE",
                                                "UTF-16BE", "UTF-32LE", "UTF-32BE", "HZ"};

struct candidate {
    struct evidence *evidence;
    unsigned char carry[CARRY_MAX];
    size_t carried;
    uint64_t offset; /* of the next byte */
};

struct scan {
    struct candidate candidates[EVIDENCE_MAX];
    struct decoder gb18030, big5;
    bool big5_pair[LEAD_LAST - LEAD_FIRST + 1][256];
    uint64_t zeros, size;
    bool ascii, hz; /* nothing but ASCII; between ~{ and ~} */
    unsigned char block[CARRY_MAX + BLOCK_BYTES];
};

/* One character: its width, 0 when it is none, -1 when it may go on behind `end`. */
static int utf8_step(const unsigned char *at, size_t left, struct evidence *evidence) {
    int width = *at >= 0xf0 ? 4 : *at >= 0xe0 ? 3 : 2;
    if (*at < 0xc2 || *at > 0xf4) return 0;
    for (int i = 1; i < width; i++) {
        if ((size_t)i >= left) return -1;
        if ((at[i] & 0xc0) != 0x80) return 0;
    }
    if ((*at == 0xe0 && at[1] < 0xa0) || (*at == 0xed && at[1] > 0x9f)) return 0;
    if ((*at == 0xf0 && at[1] < 0x90) || (*at == 0xf4 && at[1] > 0x8f)) return 0;
    evidence->common += *at >= 0xe4 && *at <= 0xe9;
    return width;
}

static int gb_step(struct scan *scan, const unsigned char *at, size_t left, bool four,
                   struct evidence *evidence) {
    if (*at < LEAD_FIRST || *at > LEAD_LAST) return 0;
    if (left < 2) return -1;
    if (scan->gb18030.pairs[(unsigned)(*at - LEAD_FIRST) * 256 + at[1]]) {
        evidence->common += *at >= 0xb0 && *at <= 0xd7 && at[1] >= 0xa1; /* level 1 of GB 2312 */
        return 2;
    }
    if (!four || at[1] < 0x30 || at[1] > 0x39) return 0;
    if (left < 4) return -1;
    char text[16];
    struct text_fault fault;
    decoder_run(&scan->gb18030, (struct span){(const char *)at, 4}, text, &fault);
    return fault.size ? 0 : 4;
}

static int big5_step(struct scan *scan, const unsigned char *at, size_t left, struct evidence *evidence) {
    if (*at < LEAD_FIRST || *at > LEAD_LAST) return 0;
    if (left < 2) return -1;
    evidence->common += *at >= 0xa4 && *at <= 0xc6; /* level 1 of Big5 */
    return scan->big5_pair[*at - LEAD_FIRST][at[1]] ? 2 : 0;
}

static int utf16_step(const unsigned char *at, size_t left, bool big, struct evidence *evidence) {
    if (left < 2) return -1;
    unsigned unit = (unsigned)(big ? at[0] << 8 | at[1] : at[1] << 8 | at[0]);
    evidence->common += (unit >= 0x4e00 && unit < 0xa000) || (unit >= 0x20 && unit < 0x7f) || unit == '\r' ||
                        unit == '\n' || unit == '\t' || (unit >= 0x3000 && unit < 0x3020) || unit >= 0xff00;
    if (unit < 0xd800 || unit >= 0xe000) return 2;
    if (unit >= 0xdc00) return 0;
    if (left < 4) return -1;
    unsigned next = (unsigned)(big ? at[2] << 8 | at[3] : at[3] << 8 | at[2]);
    return next >= 0xdc00 && next < 0xe000 ? 4 : 0;
}

static int utf32_step(const unsigned char *at, size_t left, bool big, struct evidence *evidence) {
    if (left < 4) return -1;
    unsigned high = big ? (unsigned)at[0] << 8 | at[1] : (unsigned)at[3] << 8 | at[2];
    unsigned low = big ? (unsigned)at[2] << 8 | at[3] : (unsigned)at[1] << 8 | at[0];
    if (high > 0x10 || (!high && low >= 0xd800 && low < 0xe000)) return 0;
    evidence->common += !high && low >= '\t';
    return 4;
}

/* Source: RFC 1843, as hz.c reads it. */
static int hz_step(struct scan *scan, const unsigned char *at, size_t left, struct evidence *evidence) {
    bool line_end = *at == '\n' || *at == '\r';
    if (line_end) scan->hz = false;
    if (*at >= 0x80) return 0;
    if (line_end || (!scan->hz && *at != '~')) return 1;
    evidence->wide++; /* taken back when the block ends here */
    if (left < 2) return -1;
    if (*at == '~') {
        evidence->wide--;
        if (!at[1] || !strchr(scan->hz ? "}" : "{~\n", at[1])) return 0;
        if (at[1] == '{' || at[1] == '}') scan->hz = at[1] == '{';
        return 2;
    }
    const unsigned char high[2] = {(unsigned char)(*at | 0x80), (unsigned char)(at[1] | 0x80)};
    if (*at <= ' ' || at[1] <= ' ' || !scan->gb18030.pairs[(unsigned)(high[0] - LEAD_FIRST) * 256 + high[1]])
        return 0;
    evidence->common += high[0] >= 0xb0 && high[0] <= 0xd7;
    return 2;
}

static int one(struct scan *scan, int which, const unsigned char *at, size_t left) {
    struct evidence *evidence = scan->candidates[which].evidence;
    if (which == HZ) return hz_step(scan, at, left, evidence);
    if (which == UTF16LE || which == UTF16BE) {
        evidence->wide++;
        return utf16_step(at, left, which == UTF16BE, evidence);
    }
    if (which == UTF32LE || which == UTF32BE) {
        evidence->wide++;
        return utf32_step(at, left, which == UTF32BE, evidence);
    }
    if (*at < 0x80) return 1;
    evidence->wide++;
    switch (which) {
    case UTF8: return utf8_step(at, left, evidence);
    case BIG5: return big5_step(scan, at, left, evidence);
    default: break;
    }
    if (which == GBK && *at == 0x80) return 1;
    return gb_step(scan, at, left, which == GB18030, evidence);
}

static void fail(struct candidate *candidate, const unsigned char *at, size_t left) {
    struct evidence *evidence = candidate->evidence;
    evidence->valid = false;
    evidence->at = candidate->offset;
    evidence->size = (uint8_t)(left < 2 ? left : 2);
    memcpy(evidence->bytes, at, evidence->size);
}

/* Tries one candidate on carry and block; `final` makes a cut character a fault. */
static void try_block(struct scan *scan, int which, size_t size, bool final) {
    struct candidate *candidate = &scan->candidates[which];
    if (!candidate->evidence->valid) return;
    const unsigned char *at = scan->block + CARRY_MAX - candidate->carried;
    const unsigned char *end = scan->block + CARRY_MAX + size;
    memcpy(scan->block + CARRY_MAX - candidate->carried, candidate->carry, candidate->carried);
    candidate->carried = 0;
    while (at < end) {
        int width = one(scan, which, at, (size_t)(end - at));
        if (width == 0 || (width < 0 && final)) {
            fail(candidate, at, (size_t)(end - at));
            return;
        }
        if (width < 0) {
            candidate->evidence->wide--;
            candidate->carried = (size_t)(end - at);
            memcpy(candidate->carry, at, candidate->carried);
            return;
        }
        at += width;
        candidate->offset += (uint64_t)width;
    }
}

static void add_block(struct scan *scan, size_t size, bool final) {
    const unsigned char *block = scan->block + CARRY_MAX;
    for (size_t i = 0; i < size; i++) {
        scan->zeros += block[i] == 0;
        scan->ascii &= block[i] < 0x80;
    }
    scan->size += size;
    for (int which = 0; which < EVIDENCE_MAX; which++) try_block(scan, which, size, final);
}

static struct scan *start(struct arena *arena, struct judgement *judgement) {
    struct scan *scan = ARENA_NEW(arena, struct scan, 1);
    struct error ignored = {0};
    *judgement = (struct judgement){0};
    scan->ascii = true;
    for (int i = 0; i < EVIDENCE_MAX; i++) {
        judgement->evidence[i] = (struct evidence){.name = names[i], .valid = true};
        scan->candidates[i].evidence = &judgement->evidence[i];
    }
    decoder_open(&scan->gb18030, "GB18030", arena, &ignored);
    if (!decoder_open(&scan->big5, "BIG5", arena, &ignored)) return scan;
    for (unsigned lead = LEAD_FIRST; lead <= LEAD_LAST; lead++) {
        for (unsigned trail = 0x40; trail <= LEAD_LAST; trail++) {
            const char pair[2] = {(char)lead, (char)trail};
            char text[32];
            struct text_fault fault;
            decoder_run(&scan->big5, (struct span){pair, 2}, text, &fault);
            scan->big5_pair[lead - LEAD_FIRST][trail] = !fault.size;
        }
    }
    return scan;
}

/* At least `percent` of a candidate's characters beyond ASCII are everyday ones. */
static bool everyday(const struct evidence *evidence, unsigned percent) {
    return evidence->valid && evidence->common * 100 >= evidence->wide * percent;
}

/* A mark decides.  Zero bytes in numbers mean UTF-16 or UTF-32.  Whatever is valid UTF-8 is UTF-8, since
   other encodings almost never are by chance.  Big5 is nearly always valid GB18030 too, but its characters
   are then rare ones: 60 % of level 1 in Chinese text is the line that the samples leave wide room around. */
static const char *judge(const struct scan *scan, struct judgement *judgement) {
    const struct evidence *evidence = judgement->evidence;
    judgement->ascii = scan->ascii && !(evidence[HZ].valid && everyday(&evidence[HZ], 60));
    if (judgement->mark) return judgement->mark;
    if (scan->zeros * 50 > scan->size) {
        /* No text of UTF-16 is UTF-32 by chance: every second unit would have to be below 17. */
        if (everyday(&evidence[UTF32LE], 99)) return names[UTF32LE];
        if (everyday(&evidence[UTF32BE], 99)) return names[UTF32BE];
        const struct evidence *little = &evidence[UTF16LE], *big = &evidence[UTF16BE];
        const struct evidence *more = little->common >= big->common ? little : big;
        if (everyday(more, 80)) return more->name;
        return NULL;
    }
    /* Hanzi in seven bits: two marks and everyday characters between them are no chance. */
    if (scan->ascii && !judgement->ascii) return names[HZ];
    if (evidence[UTF8].valid) return names[UTF8];
    if (evidence[BIG5].valid && everyday(&evidence[BIG5], 70) && !everyday(&evidence[GB18030], 60))
        return names[BIG5];
    return evidence[GB18030].valid ? names[GB18030]
           : evidence[GBK].valid   ? names[GBK]
           : evidence[BIG5].valid  ? names[BIG5]
                                   : NULL;
}

static void finish(struct scan *scan, struct judgement *judgement) {
    judgement->evidence[HZ].valid &= judgement->evidence[HZ].wide > 0;
    judgement->best = judge(scan, judgement);
    decoder_close(&scan->gb18030);
    decoder_close(&scan->big5);
}

bool encoding_evidence(struct bytes *bytes, struct arena *arena, struct judgement *judgement,
                       struct error *error) {
    struct scan *scan = start(arena, judgement);
    ptrdiff_t got = 0;
    size_t mark = 0;
    do {
        got = bytes_read(bytes, scan->block + CARRY_MAX, BLOCK_BYTES, error);
        if (got < 0) break;
        if (!scan->size)
            judgement->mark =
                text_mark((struct span){(const char *)scan->block + CARRY_MAX, (size_t)got}, &mark);
        add_block(scan, (size_t)got, (size_t)got < BLOCK_BYTES);
    } while ((size_t)got == BLOCK_BYTES);
    finish(scan, judgement);
    return got >= 0;
}

void encoding_judge(struct span head, struct arena *arena, struct judgement *judgement) {
    struct scan *scan = start(arena, judgement);
    size_t mark = 0;
    judgement->mark = text_mark(head, &mark);
    while (head.size) {
        size_t size = head.size < BLOCK_BYTES ? head.size : BLOCK_BYTES;
        memcpy(scan->block + CARRY_MAX, head.bytes, size);
        add_block(scan, size, false);
        head.bytes += size;
        head.size -= size;
    }
    finish(scan, judgement);
}
