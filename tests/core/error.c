/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/error.h"
#include "core/language.h"
#include <criterion/criterion.h>

Test(error, a_place_says_what_it_knows) {
    static const struct {
        struct place at;
        const char *zh, *en;
    } cases[] = {
        {{0}, "", ""},
        {{.source = "a.zip!b.csv"}, "", ""},
        {{.row = 3}, "第 3 行", "row 3"},
        {{.byte = 9}, "第 9 字节", "byte 9"},
        {{.row = 3, .column = 2}, "第 3 行，第 2 列", "row 3, column 2"},
        {{.row = 3, .byte = 9}, "第 3 行，第 9 字节", "row 3, byte 9"},
        {{.column = 2, .byte = 9}, "第 2 列，第 9 字节", "column 2, byte 9"},
        {{.row = UINT64_MAX, .column = UINT32_MAX, .byte = UINT64_MAX},
         "第 18446744073709551615 行，第 4294967295 列，第 18446744073709551615 字节",
         "row 18446744073709551615, column 4294967295, byte 18446744073709551615"},
    };
    char text[PLACE_TEXT];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct error error = {.at = cases[i].at, .message = "damaged"};
        language_set(LANGUAGE_ZH);
        cr_expect_str_eq(error_place(&error, text), cases[i].zh, "%zu: %s", i, text);
        language_set(LANGUAGE_EN);
        cr_expect_str_eq(error_place(&error, text), cases[i].en, "%zu: %s", i, text);
    }
    /* A sentence that names its row does not get it twice; another row's is no such sentence. */
    const struct error said = {.at = {.row = 3}, .message = "row 3 and row 9 have one key"},
                       other = {.at = {.row = 4}, .message = "row 3 and row 9 have one key"};
    cr_expect_str_eq(error_place(&said, text), "");
    cr_expect_str_eq(error_place(&other, text), "row 4");
}
