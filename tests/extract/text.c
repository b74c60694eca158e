/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/text.h"
#include "tests/extract/print.h"
#include <criterion/criterion.h>
#include <unistd.h>

enum { CORPUS_LINE = 1024 };

Test(text, characters_are_decoded_or_told) {
    static const struct {
        const char *encoding, *in, *out;
        size_t size;    /* 0: strlen */
        int at, faulty; /* offset and number of faulty bytes; -1: none */
    } cases[] = {
        {"GB18030", "abc", "abc", 0, -1, 0},
        {"GB18030", "\xd2\xbd\xb1\xa3", "医保", 0, -1, 0},
        {"gb18030", "a\x81\x30\x81\x30z", "a\xc2\x80z", 0, -1, 0},     /* U+0080 */
        {"GB18030", "\x90\x30\x81\x30", "\xf0\x90\x80\x80", 0, -1, 0}, /* U+10000 */
        {"GB18030", "\xe3\x32\x9a\x35", "\xf4\x8f\xbf\xbf", 0, -1, 0}, /* U+10FFFF */
        {"GB18030", "\xe3\x32\x9a\x36", "\\xE32\\x9A6", 0, 0, 1},
        {"GB18030", "\xa6\xd9", "︐", 0, -1, 0},                           /* 2022: U+FE10 */
        {"GB18030", "\x84\x31\x82\x36\x84\x31\x83\x35", "︐︙", 0, -1, 0}, /* 2005's codes for them */
        {"GB18030", "\xfe\x59\x82\x35\x90\x37\x82\x35\x91\x34", "龴龴龻", 0, -1, 0},
        {"GB18030", "\x81\x35\xf4\x37", "\xee\x9f\x87", 0, -1, 0}, /* U+E7C7 */
        {"GB18030", "\x80", "\\x80", 0, 0, 1},
        {"GB18030",
         "a\xff"
         "b",
         "a\\xFF"
         "b",
         0, 1, 1},
        {"GB18030", "ab\xc5", "ab\\xC5", 0, 2, 1},
        {"GB18030", "\x81,", "\\x81,", 0, 0, 1},
        {"GB18030", "\x81\x7f", "\\x81\x7f", 0, 0, 2},
        {"GBK", "\x80\xd2\xbd", "€医", 0, -1, 0},
        {"GBK", "\x81\x30\x81\x30", "\\x810\\x810", 0, 0, 1},
        {"gb2312", "\x95\x5a", "昛", 0, -1, 0},
        {"UTF-8", "医保a", "医保a", 0, -1, 0},
        {"utf8", "\xc0\x80", "\\xC0\\x80", 0, 0, 1},
        {"UTF-8", "\xed\xa0\x80", "\\xED\\xA0\\x80", 0, 0, 1},
        {"UTF-8", "a\xf5\x80", "a\\xF5\\x80", 0, 1, 1},
        {"UTF-8", "\xe5\x8c", "\\xE5\\x8C", 0, 0, 1},
        {"UTF-16LE", "a\0\x3b\x53", "a医", 4, -1, 0},
        {"UTF-16BE", "\0a\x53\x3b\xd8\x40\xdc\x00", "a医𠀀", 8, -1, 0},
        {"UTF-16LE", "a\0\x00\xd8", "a\\x00\\xD8", 4, 2, 2},
        {"Big5", "\xb3\x5c\xa5\x5c", "許功", 0, -1, 0},
        {"Big5", "a\xff", "a\\xFF", 0, 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct error error = {0};
        struct decoder decoder;
        struct text_fault fault;
        struct span text, in = {cases[i].in, cases[i].size ? cases[i].size : strlen(cases[i].in)};
        cr_assert(decoder_open(&decoder, cases[i].encoding, &arena, &error), "%zu: %s", i, error.message);
        bool good = decoder_cell(&decoder, in, &arena, &text, &fault);
        cr_expect(good == (cases[i].at < 0), "case %zu %s", i, cases[i].encoding);
        cr_expect(span_equal(text, (struct span){cases[i].out, strlen(cases[i].out)}),
                  "case %zu %s: \"%.*s\"", i, cases[i].encoding, (int)text.size, text.bytes);
        if (!good)
            cr_expect(fault.at == (size_t)cases[i].at && fault.size == cases[i].faulty, "case %zu: %zu of %u",
                      i, fault.at, fault.size);
        decoder_close(&decoder);
        arena_free(&arena);
    }
}

Test(text, every_pair_is_what_iconv_says) {
    struct arena arena = {0};
    struct error error = {0};
    struct decoder decoder;
    iconv_t iconv_handle = iconv_open("UTF-8", "GB18030");
    cr_assert(decoder_open(&decoder, "GB18030", &arena, &error));
    unsigned known = 0;
    for (unsigned lead = 0x81; lead <= 0xfe; lead++) {
        for (unsigned trail = 0x40; trail <= 0xff; trail++) {
            char in[2] = {(char)lead, (char)trail}, out[8], mine[8], *from = in, *to = out;
            size_t left = 2, room = sizeof out;
            struct text_fault fault;
            iconv(iconv_handle, NULL, NULL, NULL, NULL);
            bool valid = iconv(iconv_handle, &from, &left, &to, &room) != (size_t)-1 && !left;
            size_t size = decoder_run(&decoder, (struct span){in, 2}, mine, &fault);
            known += valid;
            cr_assert(valid == !fault.size, "%02X%02X", lead, trail);
            if (valid)
                cr_assert(span_equal((struct span){mine, size}, (struct span){out, (size_t)(to - out)}),
                          "%02X%02X", lead, trail);
        }
    }
    cr_expect(known > 23900, "only %u pairs", known);
    iconv_close(iconv_handle);
    decoder_close(&decoder);
    arena_free(&arena);
}

Test(text, second_halves_are_known) {
    static const struct {
        const char *text;
        size_t at;
        bool half;
    } cases[] = {
        {"|", 0, false},
        {"\x81|", 1, true},
        {"\xd2\xbd|", 2, false},
        {"\xd2\xbd\x81|", 3, true},
        {"\x81||", 2, false},
        {"a\x81|\x81|", 4, true},
        {"\x81\x30\x81\x30|", 4, false},
        {"\xd2,", 1, false},
    };
    struct arena arena = {0};
    struct error error = {0};
    struct decoder decoder;
    cr_assert(decoder_open(&decoder, "GBK", &arena, &error));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect(decoder_second_half(&decoder, cases[i].text, cases[i].text + cases[i].at) == cases[i].half,
                  "%zu", i);
    decoder_close(&decoder);
    arena_free(&arena);
}

/* The same text in an encoding, written by iconv, a hundred thousand characters with faults in between. */
Test(text, streams_come_out_the_same_whatever_the_blocks) {
    static const char *const encodings[] = {"UTF-16LE", "UTF-16BE", "BIG5",       "UTF-32LE",
                                            "UTF-32BE", "UTF-32",   "ISO-2022-CN"};
    enum { TIMES = 12345 };
    static const char part[] = "編號,金額\n王一,3.00\n";
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        struct arena arena = {0};
        struct error error = {0};
        const char *piece = strcmp(encodings[i], "ISO-2022-CN") ? part : "编号,金额\n王一,3.00\n";
        size_t size = strlen(piece) * TIMES, room = 4 * size, left = size;
        char *in = ARENA_NEW(&arena, char, size), *out = ARENA_NEW(&arena, char, room), *from = in, *to = out;
        for (size_t k = 0; k < TIMES; k++) memcpy(in + k * strlen(piece), piece, strlen(piece));
        iconv_t encode = iconv_open(encodings[i], "UTF-8");
        cr_assert(encode != (iconv_t)-1 && iconv(encode, &from, &left, &to, &room) != (size_t)-1, "%s",
                  encodings[i]);
        iconv_close(encode);
        const char *path = print_temporary((struct span){out, (size_t)(to - out)}, &arena);
        struct decoder decoder;
        struct bytes *source = NULL;
        cr_assert(decoder_open(&decoder, encodings[i], &arena, &error) &&
                  bytes_open(&source, path, NULL, NULL, &arena, &error));
        struct bytes *stream = text_stream(source, &decoder, &arena);
        char *back = ARENA_NEW(&arena, char, size + 8);
        ptrdiff_t got = bytes_read(stream, back, size + 8, &error);
        cr_expect(got == (ptrdiff_t)size && memcmp(back, in, size) == 0, "%s: %td of %zu", encodings[i], got,
                  size);
        bytes_close(stream);
        decoder_close(&decoder);
        unlink(path);
        arena_free(&arena);
    }
}

static void judge(const char *name, struct span bytes, const char *best, const char *fault) {
    struct arena arena = {0};
    struct error error = {0};
    struct judgement judgement;
    struct bytes *source = NULL;
    const char *path = print_temporary(bytes, &arena);
    cr_assert(bytes_open(&source, path, NULL, NULL, &arena, &error));
    cr_assert(encoding_evidence(source, &arena, &judgement, &error));
    cr_expect(best ? judgement.best && !strcmp(best, judgement.best) : !judgement.best, "%s: %s", name,
              judgement.best ? judgement.best : "nothing");
    char text[64] = "";
    const struct evidence *utf8 = &judgement.evidence[0];
    if (!utf8->valid) snprintf(text, sizeof text, "%llu:%02X", (unsigned long long)utf8->at, utf8->bytes[0]);
    cr_expect_str_eq(text, fault, "%s: UTF-8 fails at %s", name, text);
    bytes_close(source);
    unlink(path);
    arena_free(&arena);
}

Test(text, evidence_is_weighed) {
#define BYTES(literal)                                                                                       \
    { literal, sizeof literal - 1 }
    static const struct {
        const char *name;
        struct span bytes;
        const char *best, *fault;
    } cases[] = {
        {"ASCII", BYTES("a,b\n1,2\n"), "UTF-8", ""},
        {"UTF-8", BYTES("编号,姓名\n1,王一\n"), "UTF-8", ""},
        {"GB18030", BYTES("\xb1\xe0\xba\xc5,\xd0\xd5\xc3\xfb\n1,\xcd\xf5\xd2\xbb\n"), "GB18030", "0:B1"},
        {"Big5", BYTES("\xbd\x73\xb8\xb9,\xa9\x6d\xa6\x57\n1,\xa4\xfd\xa4\x40\n"), "Big5", "0:BD"},
        {"UTF-16", BYTES("a\0,\0\x3b\x53\n\0"), "UTF-16LE", ""},
        {"UTF-16 with its mark", BYTES("\xfe\xff\0a"), "UTF-16BE", "0:FE"},
        {"UTF-32", BYTES("a\0\0\0,\0\0\0\x3b\x53\0\0\n\0\0\0"), "UTF-32LE", ""},
        {"UTF-32 from the big end", BYTES("\0\0\0a\0\0\0,\0\0\x53\x3b\0\0\0\n"), "UTF-32BE", ""},
        {"UTF-32 with its mark", BYTES("\xff\xfe\0\0\x3b\x53\0\0"), "UTF-32LE", "0:FF"},
        {"UTF-32 with its other mark", BYTES("\0\0\xfe\xff\0\0\x53\x3b"), "UTF-32BE", "2:FE"},
        {"HZ", BYTES("~{1`:E~},~{PUC{~}\n1,~{Mu~}\n"), "HZ", ""},
        {"HZ that forgot to go back", BYTES("a,b\n~{1`:E\n1,2~~3\n"), "HZ", ""},
        {"ASCII with tildes", BYTES("a~b,~{x~}\n~/path\n"), "UTF-8", ""},
        {"a tilde and a bracket", BYTES("~{\n}\n"), "UTF-8", ""},
        {"UTF-8 with its mark",
         BYTES("\xef\xbb\xbf"
               "1"),
         "UTF-8", ""},
        {"nothing", BYTES("\xb1\xe0\xff\xff\n"), NULL, "0:B1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        judge(cases[i].name, cases[i].bytes, cases[i].best, cases[i].fault);
}

Test(text, unknown_encodings_are_refused) {
    struct arena arena = {0};
    struct error error = {0};
    struct decoder decoder;
    cr_expect(!decoder_open(&decoder, "KLINGON-8", &arena, &error) && error.trouble == TROUBLE_USAGE);
    decoder_close(&decoder);
    arena_free(&arena);
}

/* The Web's own vectors, when they lie beside the project: ours differ in seven places, all on purpose. */
Test(text, agrees_with_the_published_vectors) {
    FILE *in = fopen("../shared/corpus/encoding/encoding_rs/gb18030_in.txt", "r");
    FILE *reference = fopen("../shared/corpus/encoding/encoding_rs/gb18030_in_ref.txt", "r");
    if (!in || !reference) cr_skip("../shared/corpus is not here");
    struct arena arena = {0};
    struct error error = {0};
    struct decoder decoder;
    char line[CORPUS_LINE], wanted[CORPUS_LINE];
    unsigned lines = 0, differences = 0;
    cr_assert(decoder_open(&decoder, "GB18030", &arena, &error));
    while (fgets(line, sizeof line, in) && fgets(wanted, sizeof wanted, reference)) {
        struct span text;
        struct text_fault fault;
        cr_expect(decoder_cell(&decoder, (struct span){line, strlen(line)}, &arena, &text, &fault), "line %u",
                  lines);
        differences += !span_equal(text, (struct span){wanted, strlen(wanted)});
        lines++;
    }
    cr_expect(lines > 23000 && differences == 7, "%u of %u lines differ", differences, lines);
    fclose(in);
    fclose(reference);
    decoder_close(&decoder);
    arena_free(&arena);
}

Test(text, hz_is_two_characters_between_marks) {
    static const struct {
        const char *from, *text;
        size_t fault; /* 1 + where; 0: none */
    } cases[] = {
        {"plain", "plain", 0},
        {"~{VPND~}", "中文", 0},
        {"a~~b ~{VP~}c", "a~b 中c", 0},
        {"a~\nb", "ab", 0},
        {"~{VP\nVP", "中\nVP", 0}, /* a line that forgot to go back */
        {"~{VP~}~{ND~}", "中文", 0},
        {"~{V", "", 3},
        {"x~", "x", 2},
        {"~x", "", 1},
        {"~{VP\x01", "中", 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct error error = {0};
        struct decoder decoder;
        struct text_fault fault;
        char text[64];
        cr_assert(decoder_open(&decoder, "HZ", &arena, &error) && !decoder_cuts(&decoder));
        struct span from = {cases[i].from, strlen(cases[i].from)};
        size_t size = decoder_run(&decoder, from, text, &fault);
        cr_expect(size == strlen(cases[i].text) && !memcmp(text, cases[i].text, size), "%zu: %.*s", i,
                  (int)size, text);
        cr_expect(fault.size ? fault.at + 1 == cases[i].fault : !cases[i].fault, "%zu: fault at %zu", i,
                  fault.at);
        decoder_close(&decoder);
        arena_free(&arena);
    }
}
