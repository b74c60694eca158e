/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/mapping.h"
#include <criterion/criterion.h>
#include <stdio.h>

static const char path[] = "mappings/codes/procedure.csv";

static struct span span_of(const char *text) { return (struct span){text, strlen(text)}; }

/* Every fault of a list by its line and column, and lists that have none. */
Test(mapping_list, names_the_cell) {
    static const struct {
        const char *name, *text, *code;
        uint32_t line, column;
        enum trouble trouble;
    } cases[] = {
        {"good", "代码,名称\n36.0600,药物支架\n01.2401,开颅\n", NULL, 0, 0, 0},
        {"marked, quoted", "\xef\xbb\xbf代码,名称\r\n\"36.0600\",\"a,b\"\r\n", NULL, 0, 0, 0},
        {"the city's own", "code,name_zh,scope\nYC-01,自定,own\n", NULL, 0, 0, 0},
        {"own without saying so", "code,name_zh,scope\n36.0600,a,\nYC-01,自定,\n", "mapping.bad_format", 3, 1,
         TROUBLE_USAGE},
        {"zeros eaten", "code,name\n36.06,a\n1.24,b\n", "mapping.zeros_eaten", 3, 1, TROUBLE_REFUSED},
        {"digits lost", "code,name\n3.6E+12,a\n", "mapping.digits_lost", 2, 1, TROUBLE_REFUSED},
        {"prose", "code,name\n36.06 支架,a\n", "mapping.prose", 2, 1, TROUBLE_USAGE},
        {"twice", "code,name\n36.06,a\n36.07,b\n36.06,c\n", "mapping.repeated", 4, 1, TROUBLE_USAGE},
        {"no code", "code,name\n,a\n", NULL, 2, 1, TROUBLE_USAGE},
        {"codes elsewhere", "名称,手术代码\n支架,36.06\n", NULL, 1, 2, TROUBLE_USAGE},
        {"quote", "code,name\n36.06,\"a\n", NULL, 2, 1, TROUBLE_USAGE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct mapping_set set;
        struct error error = {0};
        mapping_begin(&set, &arena);
        cr_assert(mapping_format(&set, SPAN("procedure"), SPAN("\\d{2}\\.\\d{2}(\\d{2}(x\\d{3})?)?"), "f"));
        bool ok = mapping_list(&set, SPAN("procedure"), span_of(cases[i].text), path, &error);
        cr_expect_eq(ok, cases[i].line == 0, "%s: %s", cases[i].name, error.message);
        cr_expect_eq(error.at.row, cases[i].line, "%s: line %ju", cases[i].name, (uintmax_t)error.at.row);
        cr_expect_eq(error.at.column, cases[i].column, "%s: column %u", cases[i].name, error.at.column);
        if (!ok) cr_expect_eq(error.trouble, cases[i].trouble, "%s", cases[i].name);
        if (!ok) cr_expect_str_eq(error.at.source, path, "%s", cases[i].name);
        if (cases[i].code)
            cr_expect(error.code && strcmp(error.code, cases[i].code) == 0, "%s", cases[i].name);
        arena_free(&arena);
    }
}

/* A lint gathers them all; the codes of a list that is wrong elsewhere still are targets. */
Test(mapping_list, tells_everything_at_once) {
    struct arena arena = {0};
    struct mapping_set set;
    struct error error = {0};
    mapping_begin(&set, &arena);
    set.gather = true;
    cr_assert(mapping_format(&set, SPAN("opsp"), SPAN("M\\d{5}"), "f"));
    cr_assert(mapping_list(&set, SPAN("opsp"), SPAN("code,name\nM00500,a\nX,b\nM00500,c\nM00501,d\n"), path,
                           &error));
    cr_expect_eq(set.fault_count, 2);
    cr_expect_eq(set.faults[0].at.row, 3);
    cr_expect_eq(set.faults[1].at.row, 4);
    cr_expect_not_null(map_get(&mapping_find(&set, SPAN("opsp"))->targets, SPAN("M00501")));
    arena_free(&arena);
}

/* A code that stands for itself: among the list when there is one, of the national format when not. */
Test(mapping_list, decides_over_the_format) {
    static const char table[] = "source_system,source_code,source_label,when_column,when_value,target_code,"
                                "target_label,valid_from,valid_until,status,justification,author,reviewer\n"
                                "s,/.+/,,,,=,,,,reviewed,the codes are the city's,甲,乙\n";
    static const struct {
        const char *code;
        enum mapping_verdict without, with;
    } cases[] = {{"M00500", MAPPING_FOUND, MAPPING_FOUND},
                 {"M00599", MAPPING_FOUND, MAPPING_UNMAPPED},
                 {"慢病5", MAPPING_UNMAPPED, MAPPING_UNMAPPED},
                 {"YC-1", MAPPING_UNMAPPED, MAPPING_FOUND}};
    for (int list = 0; list < 2; list++) {
        struct arena arena = {0};
        struct mapping_set set;
        struct error error = {0};
        mapping_begin(&set, &arena);
        cr_assert(mapping_format(&set, SPAN("opsp"), SPAN("M\\d{5}"), "f"));
        if (list)
            cr_assert(mapping_list(&set, SPAN("opsp"), SPAN("code,name,scope\nM00500,a,\nYC-1,b,own\n"), path,
                                   &error));
        cr_assert(mapping_read(&set, span_of(table), "mappings/opsp.csv", MAPPING_CITY, &error), "%s",
                  error.message);
        cr_assert(mapping_finish(&set, &error), "%s", error.message);
        const struct span system = SPAN("s");
        struct mapping_question question = {
            .systems = &system, .system_count = 1, .match = mapping_match_new()};
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            const struct mapping_row *found;
            struct mapping_range range;
            enum mapping_verdict verdict = mapping_choose(mapping_find(&set, SPAN("opsp")),
                                                          span_of(cases[i].code), &question, &found, &range);
            cr_expect_eq(verdict, list ? cases[i].with : cases[i].without, "%s, %s list: %d", cases[i].code,
                         list ? "with" : "without", (int)verdict);
        }
        mapping_match_free(question.match);
        arena_free(&arena);
    }
}

/* Every fault of a table names its line and its column. */
Test(mapping_list, tables_name_the_cell_too) {
    static const char header[] = "source_system,source_code,source_label,when_column,when_value,target_code,"
                                 "target_label,valid_from,valid_until,status,justification,author,reviewer\n";
    static const struct {
        const char *name, *rows;
        uint32_t line, column;
    } cases[] = {
        {"status", "s,1,,,,310,,,,final,w,甲,乙\n", 2, 10},
        {"from", "s,1,,,,310,,2020-13-01,,reviewed,w,甲,乙\n", 2, 8},
        {"until", "s,1,,,,310,,,岁末,reviewed,w,甲,乙\n", 2, 9},
        {"backwards", "s,1,,,,310,,2020-02-01,2020-01-01,reviewed,w,甲,乙\n", 2, 9},
        {"decision without a word", "s,1,,,,,,,,reviewed,,甲,乙\n", 2, 11},
        {"half a condition", "s,1,,a,,310,,,,reviewed,w,甲,乙\n", 2, 5},
        {"the other half", "s,1,,,a,310,,,,reviewed,w,甲,乙\n", 2, 4},
        {"pattern", "s,/(/,,,,310,,,,reviewed,w,甲,乙\n", 2, 2},
        {"pattern of a condition", "s,1,,a,/(/,310,,,,reviewed,w,甲,乙\n", 2, 5},
        {"duplicate", "s,1,,,,310,,,,reviewed,w,甲,乙\ns,1,,,,390,,,,reviewed,w,甲,乙\n", 3, 2},
        {"overlap",
         "s,1,,,,310,,2019-01-01,2020-02-01,reviewed,w,甲,乙\ns,1,,,,390,,2020-01-01,,reviewed,w,甲,乙\n", 3,
         8},
        {"two conditions", "s,1,,a,x,310,,,,reviewed,w,甲,乙\ns,1,,b,y,390,,,,reviewed,w,甲,乙\n", 3, 4},
        {"not in the list", "s,1,,,,311,,,,reviewed,w,甲,乙\n", 2, 6}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct mapping_set set;
        struct error error = {0};
        char text[800], place[64];
        snprintf(text, sizeof text, "%s%s", header, cases[i].rows);
        mapping_begin(&set, &arena);
        mapping_targets(&set, SPAN("t"), SPAN("code,name\n310,a\n390,b\n"), "codes");
        cr_expect_not(mapping_read(&set, span_of(text), "city/t.csv", MAPPING_CITY, &error) &&
                          mapping_finish(&set, &error),
                      "%s", cases[i].name);
        cr_expect_eq(error.at.row, cases[i].line, "%s: line %ju", cases[i].name, (uintmax_t)error.at.row);
        cr_expect_eq(error.at.column, cases[i].column, "%s: column %u", cases[i].name, error.at.column);
        snprintf(place, sizeof place, "city/t.csv 第 %u 行 ", cases[i].line);
        cr_expect(strstr(error.message, place) && strstr(error.message, " 列：") &&
                      strcmp(error.at.source, "city/t.csv") == 0,
                  "%s: %s", cases[i].name, error.message);
        arena_free(&arena);
    }
}
