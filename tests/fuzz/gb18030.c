/* SPDX-License-Identifier: MulanPSL-2.0 */
/* GB18030 and GBK by table, held against iconv character by character. */
#include "extract/text.h"
#include "tests/fuzz/fuzz.h"

enum { CHARACTER_MAX = 4 };

/* The character at `at` as iconv reads it, of `most` bytes or fewer: its bytes, 0 when it is none. */
static size_t ask_iconv(iconv_t iconv_from, struct span text, size_t at, size_t most, char *to,
                        size_t *written) {
    for (size_t size = 1; size <= most && at + size <= text.size; size++) {
        char in[CHARACTER_MAX], *from = in, *out = to;
        size_t left = size, room = 8;
        memcpy(in, text.bytes + at, size);
        iconv(iconv_from, NULL, NULL, NULL, NULL);
        if (iconv(iconv_from, &from, &left, &out, &room) == (size_t)-1 || left) continue;
        *written = (size_t)(out - to);
        return size;
    }
    return 0;
}

/* Where the table knows better than iconv (extract/text.h): 80 is the euro in GBK; the four-byte codes of
   the characters that left the private-use area in GB18030-2022 stand in 84 31 .. .. and 82 35 .. ... */
static bool differs(struct span text, size_t at) {
    unsigned char first = (unsigned char)text.bytes[at],
                  second = at + 1 < text.size ? (unsigned char)text.bytes[at + 1] : 0;
    return first == 0x80 || (first == 0x84 && second == 0x31) || (first == 0x82 && second == 0x35);
}

static void compare(const char *name, struct span text, struct arena *arena) {
    struct decoder decoder;
    struct error error = {0};
    struct text_fault fault, again;
    REQUIRE(decoder_open(&decoder, name, arena, &error));
    char *to = ARENA_NEW(arena, char, decoder_room(&decoder, text.size) + 1);
    size_t size = decoder_run(&decoder, text, to, &fault), at = 0, done = 0;
    REQUIRE(size <= decoder_room(&decoder, text.size) && fuzz_is_utf8((struct span){to, size}));
    REQUIRE(fault.size <= sizeof fault.bytes && (!fault.size || fault.at < text.size));
    /* Windows' code page 936 has the user's own characters that glibc's lacks, as the standard has them. */
    iconv_t peer = iconv_open("UTF-8", "GB18030");
    size_t most = strcmp(name, "GBK") == 0 ? 2 : CHARACTER_MAX;
    for (size_t until = fault.size ? fault.at : text.size, step, written = 0;
         at < until && !differs(text, at); at += step) {
        char expected[8];
        step = ask_iconv(peer, text, at, most, expected, &written);
        REQUIRE(step && done + written <= size && memcmp(to + done, expected, written) == 0);
        done += written;
    }
    if (fault.size && at == fault.at && !differs(text, at)) {
        char unused[8];
        size_t written;
        REQUIRE(ask_iconv(peer, text, at, most, unused, &written) == 0);
    }
    iconv_close(peer);
    struct span cell;
    bool whole = decoder_cell(&decoder, text, arena, &cell, &again);
    REQUIRE(whole == !fault.size && whole == !again.size && fuzz_is_utf8(cell));
    REQUIRE(!whole || span_equal(cell, (struct span){to, size}));
    decoder_close(&decoder);
}

static void both(struct span text, struct arena *arena) {
    compare("GB18030", text, arena);
    compare("GBK", text, arena);
}

FUZZ(both)
