/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/sniff.h"
#include <criterion/criterion.h>

#define BYTES(literal)                                                                                       \
    { literal, sizeof literal - 1 }

Test(sniff, says_how_a_text_is_written) {
    static const struct {
        const char *what;
        struct span head;
        const char *delimiter;
        uint32_t columns, header;
        bool quote;
    } cases[] = {
        {"commas", BYTES("编号,姓名,金额\n1,王一,3.00\n2,李二,4.00\n"), ",", 3, 1, false},
        {"quotes", BYTES("编号,姓名\n1,\"王,一\"\n2,李二\n"), ",", 2, 1, true},
        {"tabs among commas", BYTES("a\tb\n1,5\t2\n3\t4\n"), "tab", 2, 1, false},
        {"several characters", BYTES("a|+|b|+|c\n1|+|2|+|3\n"), "|+|", 3, 1, false},
        {"bars", BYTES("a|b|c\n1|2|3\n"), "|", 3, 1, false},
        {"empty cells are no delimiter", BYTES("a|b|c|d\n1||3|4\n2|2|3|4\n"), "|", 4, 1, false},
        {"titles", BYTES("青禾区参保明细\n\n编号,姓名,金额\n1,王一,3.00\n2,李二,4.00\n合计,,7.00\n"), ",", 3,
         3, false},
        {"no header", BYTES("1,王一,3.00\n2,李二,4.00\n"), ",", 3, 0, false},
        {"carriage returns", BYTES("a;b\r1;2\r"), ";", 2, 1, false},
        {"no line end", BYTES("a,b\n1,2"), ",", 2, 1, false},
        {"a mark",
         BYTES("\xef\xbb\xbf"
               "a,b\n1,2\n"),
         ",", 2, 1, false},
        {"nothing", BYTES("just text\nand more\n"), NULL, 0, 0, false},
        {"no bytes", {"", 0}, NULL, 0, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct error error = {0};
        struct decoder decoder;
        struct sniff sniff;
        cr_assert(decoder_open(&decoder, "UTF-8", &arena, &error));
        sniff_text(cases[i].head, &decoder, &arena, &sniff);
        const char *found = sniff.delimiter ? sniff.delimiter : "none",
                   *wanted = cases[i].delimiter ? cases[i].delimiter : "none";
        cr_expect_str_eq(found, wanted, "%s: delimiter %s", cases[i].what, found);
        cr_expect(sniff.columns == cases[i].columns && sniff.header == cases[i].header &&
                      sniff.quote == cases[i].quote,
                  "%s: %u columns, header %u, quote %d", cases[i].what, sniff.columns, sniff.header,
                  sniff.quote);
        decoder_close(&decoder);
        arena_free(&arena);
    }
}
