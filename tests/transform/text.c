/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/text.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(text, digits_are_told_from_everything_near_them) {
    char bytes[24];
    cr_expect_not(text_is_digits((struct span){bytes, 0}));
    for (size_t size = 1; size <= sizeof bytes; size++) {
        for (size_t i = 0; i < size; i++) bytes[i] = (char)('0' + i % 10);
        cr_expect(text_is_digits((struct span){bytes, size}), "%zu digits", size);
        for (size_t at = 0; at < size; at++)
            for (int byte = 0; byte < 256; byte++) {
                char kept = bytes[at];
                bytes[at] = (char)byte;
                cr_expect_eq(text_is_digits((struct span){bytes, size}), byte >= '0' && byte <= '9',
                             "byte %#x at %zu of %zu", (unsigned)byte, at, size);
                bytes[at] = kept;
            }
    }
}

/* Every byte at every place of every length; each text ends where its memory does. */
Test(text, plain_is_told_from_everything_near_it) {
    enum { LONGEST = 26 };
    for (size_t size = 1; size <= LONGEST; size++) {
        char *bytes = malloc(size);
        for (size_t i = 0; i < size; i++) bytes[i] = (char)('!' + i);
        cr_expect(text_is_plain((struct span){bytes, size}), "%zu letters", size);
        for (size_t at = 0; at < size; at++)
            for (int byte = 0; byte < 256; byte++) {
                char kept = bytes[at];
                bool end = at == 0 || at == size - 1;
                bytes[at] = (char)byte;
                cr_expect_eq(text_is_plain((struct span){bytes, size}), byte < 0x80 && byte > (end ? ' ' : 0),
                             "byte %#x at %zu of %zu", (unsigned)byte, at, size);
                bytes[at] = kept;
            }
        free(bytes);
    }
    cr_expect_not(text_is_plain((struct span){NULL, 0}));
}

Test(text, blanks_of_every_kind_are_trimmed) {
    static const struct {
        const char *in, *out;
    } cases[] = {{"", ""},
                 {" ", ""},
                 {"a", "a"},
                 {"\t a b \r\n", "a b"},
                 {"\xc2\xa0统筹\xe3\x80\x80", "统筹"},
                 {"\xef\xbb\xbf县 ", "县"},
                 {"a\xe3\x80\x80", "a"},
                 {"\xe3\x80\x80"
                  "a",
                  "a"},
                 {"\xe3\x80\x81", "\xe3\x80\x81"}, /* 、 begins like the wide blank */
                 {"\xef\xbc\x91", "\xef\xbc\x91"}, /* １ begins like the byte order mark */
                 {"\xc2\xb7x", "\xc2\xb7x"},
                 {"x\xc2\xb7", "x\xc2\xb7"},
                 {"于\x01", "于\x01"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span got = text_trim((struct span){cases[i].in, strlen(cases[i].in)});
        cr_expect(got.size == strlen(cases[i].out) &&
                      (!got.size || memcmp(got.bytes, cases[i].out, got.size) == 0),
                  "case %zu: %.*s", i, (int)got.size, got.bytes);
    }
}
