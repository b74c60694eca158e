/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/dialect.h"
#include <criterion/criterion.h>

#define BYTES(literal)                                                                                       \
    { literal, sizeof literal - 1 }

Test(dialect, says_how_a_text_is_written) {
    static const struct {
        const char *what;
        struct span head;
        const char *delimiter;
        uint32_t columns, header;
    } cases[] = {
        {"commas", BYTES("编号,姓名,金额\n1,王一,3.00\n2,李二,4.00\n"), ",", 3, 1},
        {"quotes", BYTES("编号,姓名\n1,\"王,一\"\n2,李二\n"), ",", 2, 1},
        {"tabs among commas", BYTES("a\tb\n1,5\t2\n3\t4\n"), "\t", 2, 1},
        {"several characters", BYTES("a|+|b|+|c\n1|+|2|+|3\n"), "|+|", 3, 1},
        {"bars", BYTES("a|b|c\n1|2|3\n"), "|", 3, 1},
        {"empty cells are no delimiter", BYTES("a|b|c|d\n1||3|4\n2|2|3|4\n"), "|", 4, 1},
        {"titles", BYTES("青禾区参保明细\n\n编号,姓名,金额\n1,王一,3.00\n2,李二,4.00\n合计,,7.00\n"), ",", 3,
         3},
        {"titles padded to the table's width",
         BYTES("清单,,\n,,\n编号,姓名,金额\n1,王一,3.00\n2,李二,4.00\n"), ",", 3, 3},
        {"rows end with a delimiter", BYTES("编号,姓名,金额\n1,王一,3.00,\n2,李二,4.00,\n"), ",", 3, 1},
        {"a last column without values", BYTES("编号,姓名,备注\n1,王一,\n2,李二,\n"), ",", 3, 1},
        {"no header", BYTES("1,王一,3.00\n2,李二,4.00\n"), ",", 3, 0},
        {"most names over numbers", BYTES("编号,姓名,,金额,\n1,王一,x,3.00,y\n2,李二,x,4.00,y\n"), ",", 5, 1},
        {"most cells over words", BYTES("张三,城关,,男,\n王一,河西,x,女,y\n"), ",", 5, 0},
        {"one name twice over numbers", BYTES("金额,金额\n1,2\n3,4\n"), ",", 2, 1},
        {"groups over names", BYTES("编号,缴费,\n,个人,财政\n1,2.00,3.00\n2,4.00,5.00\n"), ",", 3, 1},
        {"a blank behind every comma", BYTES("a, b, c\n1, \"x, y\", 3\n4, \"z\", 6\n"), ", ", 3, 1},
        {"a blank behind one comma", BYTES("a,b, c\n1,2,3\n4,5,6\n"), ",", 3, 1},
        {"carriage returns", BYTES("a;b\r1;2\r"), ";", 2, 1},
        {"no line end", BYTES("a,b\n1,2"), ",", 2, 1},
        {"a mark",
         BYTES("\xef\xbb\xbf"
               "a,b\n1,2\n"),
         ",", 2, 1},
        {"unl", BYTES("1|王一|地址\\|甲|3.00|\n2|李二|乙\\\n丙|4.00|\n"), "|", 4, 0},
        {"other bars", BYTES("a|@|b|@|c\n1|@|2|@|3\n"), "|@|", 3, 1},
        {"nothing", BYTES("just text\nand more\n"), "", 1, 0},
        {"no bytes", {"", 0}, "", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct dialect dialect;
        dialect_guess(cases[i].head, true, &arena, &dialect);
        cr_expect_str_eq(dialect.delimiter, cases[i].delimiter, "%s: delimiter '%s'", cases[i].what,
                         dialect.delimiter);
        cr_expect(dialect.columns == cases[i].columns && dialect.header_row == cases[i].header,
                  "%s: %u columns, header %u", cases[i].what, dialect.columns, dialect.header_row);
        cr_expect(dialect.trailing == (strstr(cases[i].what, "rows end") != NULL), "%s", cases[i].what);
        arena_free(&arena);
    }
}

Test(dialect, names_the_ways_that_a_spec_may_name) {
    static const struct {
        struct span head;
        const char *name;
    } cases[] = {
        {BYTES("1|王一|地址\\|甲|3.00|\n2|李二|乙\\\n丙|4.00|\n"), "unl"},
        {BYTES("1|王一|3.00|\n2|李二|4.00|\n3|赵三||\n"), "unl"},
        {BYTES("编号|姓名|金额|\n1|王一|3.00|\n2|李二|4.00|\n"), NULL},
        {BYTES("1|王一|3.00\n2|李二|4.00\n"), NULL},
        {BYTES("编号|+|姓名|+|金额\n1|+|王一|+|3.00\n"), "spool"},
        {BYTES("1|+|王一|+|3.00|+|\n2|+|李二|+|4|+|\n"), "spool"},
        {BYTES("编号,姓名\n1,王一\n"), NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct dialect dialect;
        dialect_guess(cases[i].head, true, &arena, &dialect);
        const char *name = dialect.name ? dialect.name : "none",
                   *want = cases[i].name ? cases[i].name : "none";
        cr_expect_str_eq(name, want, "%zu: %s", i, name);
        arena_free(&arena);
    }
}
