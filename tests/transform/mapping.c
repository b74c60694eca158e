/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/mapping.h"
#include "tests/transform/fixture.h"
#include "transform/row/csv.h"
#include "transform/row/date.h"
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HEADER                                                                                               \
    "source_system,source_code,source_label,when_column,when_value,target_code,target_label,valid_from,"     \
    "valid_until,status,justification,author,reviewer,review_date,note\n"

/* A line of a table from what matters: system, code, condition, target, dates, status. */
#define LINE(system, code, when, target, dates, status)                                                      \
    system "," code ",label," when "," target ",," dates "," status ",because,甲,乙,,\n"

static const char insutype[] = "\xef\xbb\xbf" HEADER LINE("sys", "1", ",", "310", ",", "reviewed")
    LINE("sys", "2", ",", "390", ",", "reviewed") LINE("sys", "110", ",", "", ",", "reviewed")
        LINE("sys", "9", ",", "510", ",", "draft");
static const char psn_type[] = HEADER LINE("sys", "11", ",", "1101", ",2019-07-01", "reviewed")
    LINE("sys", "11", ",", "1102", "2019-07-01,", "reviewed")
        LINE("sys", "21", ",", "12", "2000-01-01,2015-01-01", "reviewed")
            LINE("sys", "/3[1-3]/", ",", "13", ",", "reviewed") LINE("sys", "33", ",", "15", ",", "reviewed")
                LINE("sys", "/8.*/", ",", "81", ",", "reviewed")
                    LINE("sys", "/.*8/", ",", "82", ",", "reviewed")
                        LINE("sys", "/(a|aa)+[bd]/", ",", "99", ",", "reviewed")
                            LINE("sys", "5", ",", "50", ",", "reviewed")
                                LINE("sys", "5", "insutype,390", "51", ",", "reviewed")
                                    LINE("sys", "6", "group,A", "60", ",", "reviewed")
                                        LINE("", "7", ",", "70", ",",
                                             "reviewed") "sys,4,label,,,40,,,,reviewed,because,甲,甲,,\n";

static bool load(struct mapping_set *set, struct arena *arena, struct error *error) {
    mapping_begin(set, arena);
    return mapping_read(set, span_of(insutype), "mappings/insutype.csv", MAPPING_SHIPPED, error) &&
           mapping_read(set, span_of(psn_type), "mappings/psn_type.csv", MAPPING_SHIPPED, error);
}

static const char enrollment[] =
    "match: x\nkind: psn_insu_d\nprofile: sys.AC02\nread: {format: csv}\nkey: [k]\ncolumns:\n  src_psn_no: "
    "k\n"
    "  psn_type: {from: t, map: psn_type}\n  insutype: {from: i, map: insutype}\n  crt_insu_date: d\n";

Test(mapping, rows_by_date_condition_pattern) {
    static const char table[] = "k|i|t|d|group\n"
                                "1|1|11|20190630|\n"
                                "2|1|11|20190701|\n"
                                "3|1|21|20150101|\n"
                                "4|1|31|20200101|\n"
                                "5|1|33|20200101|\n"
                                "6|1|88|20200101|\n"
                                "7|1|aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac|20200101|\n"
                                "8|1|5|20200101|\n"
                                "9|2|5|20200101|\n"
                                "10|1|6|20200101|A\n"
                                "11|1|6|20200101|B\n"
                                "12|1|7|20200101|\n"
                                "13|1|4|20200101|\n"
                                "14|9|5|20200101|\n"
                                "15|110|24|20200101|\n"
                                "16|1|24|20200101|\n"
                                "17|1||20200101|\n"
                                "18|1|34|20200101|\n"
                                "19|1|21|20140101|\n";
    static const struct {
        const char *psn_type, *codes;
    } expected[] = {{"1101", "-"},
                    {"1102", "-"},
                    {NULL, "code.not_valid_on_date"},
                    {"13", "-"},
                    {"15", "-"},
                    {NULL, "code.ambiguous"},
                    {NULL, "code.pattern_limit"},
                    {"50", "-"},
                    {"51", "-"},
                    {"60", "-"},
                    {NULL, "code.unmapped"},
                    {"70", "-"},
                    {NULL, "code.draft_only"},
                    {"50", "code.draft_only"},
                    {NULL, "scope.not_medical"},
                    {NULL, "code.unmapped"},
                    {NULL, "-"},
                    {NULL, "code.unmapped"},
                    {"12", "-"}};
    struct fixture fixture;
    struct mapping_set set;
    fixture_open(&fixture, enrollment, table);
    cr_assert(load(&set, &fixture.arena, &fixture.error), "%s", fixture.error.message);
    cr_assert(mapping_finish(&set, &fixture.error), "%s", fixture.error.message);
    cr_expect_eq(set.unreviewed, 1u);
    fixture_decode(&fixture);
    struct mapping_use use[64] = {0};
    struct map_state state = {.spec = &fixture.spec, .mappings = &set, .use = use};
    cr_assert(fixture_run(&fixture, &transform_map, &state), "%s", fixture.error.message);
    cr_assert_eq(fixture.batch.row_count, sizeof expected / sizeof *expected);
    for (uint32_t row = 0; row < fixture.batch.row_count; row++) {
        cr_expect(fixture_is(&fixture, "psn_type", row, expected[row].psn_type), "row %u", row + 1);
        cr_expect_str_eq(fixture_codes(&fixture, row), expected[row].codes, "row %u: %s", row + 1,
                         fixture_codes(&fixture, row));
        enum fate fate = strstr(expected[row].codes, "scope") ? FATE_EXPLAINED
                         : expected[row].codes[0] == '-'      ? FATE_LIVE
                                                              : FATE_REJECTED;
        cr_expect_eq(fixture.batch.rows[row].fate, fate, "row %u", row + 1);
    }
    cr_expect_eq(use[0].rows, 16u, "the row of code 1 was used %ju times", (uintmax_t)use[0].rows);
    cr_expect_eq(use[2].rows, 1u);
    fixture_close(&fixture);
}

Test(mapping, unmapped_kept_is_a_doubt) {
    struct fixture fixture;
    struct mapping_set set;
    char yaml[1024];
    snprintf(yaml, sizeof yaml, "%sunmapped: keep\n", enrollment);
    fixture_open(&fixture, yaml, "k|i|t|d|group\n1|1|24|20200101|\n2|9|11|20200101|\n");
    cr_assert(load(&set, &fixture.arena, &fixture.error) && mapping_finish(&set, &fixture.error));
    fixture_decode(&fixture);
    struct map_state state = {.spec = &fixture.spec, .mappings = &set};
    cr_assert(fixture_run(&fixture, &transform_map, &state));
    cr_expect_str_eq(fixture_codes(&fixture, 0), "code.unmapped_kept");
    cr_expect(fixture_is(&fixture, "psn_type", 0, "24") && fixture.batch.rows[0].fate == FATE_LIVE);
    cr_expect_str_eq(fixture_codes(&fixture, 1), "code.draft_only", "a draft is never used");
    fixture_close(&fixture);
}

/* Mapping reads the cell, never its own result: a second pass gives the same and no code is mapped twice
   (310 is 1's target and would itself be unmapped). */
Test(mapping, twice_changes_nothing) {
    struct fixture fixture;
    struct mapping_set set;
    fixture_open(&fixture, enrollment, "k|i|t|d|group\n1|1|11|20200101|\n2|2|5|20200101|\n");
    cr_assert(load(&set, &fixture.arena, &fixture.error) && mapping_finish(&set, &fixture.error));
    fixture_decode(&fixture);
    for (int pass = 0; pass < 2; pass++) {
        struct map_state state = {.spec = &fixture.spec, .mappings = &set};
        cr_assert(fixture_run(&fixture, &transform_map, &state));
        cr_expect(fixture_is(&fixture, "insutype", 0, "310") && fixture_is(&fixture, "psn_type", 0, "1102"));
        cr_expect(fixture_is(&fixture, "insutype", 1, "390") && fixture_is(&fixture, "psn_type", 1, "51"));
        cr_expect_str_eq(fixture_codes(&fixture, 0), "-");
    }
    fixture_close(&fixture);
}

Test(mapping, what_is_refused) {
    static const struct {
        const char *name, *text;
        bool wrong;
        unsigned line;
    } cases[] = {
        {"good", HEADER LINE("s", "1", ",", "310", ",", "reviewed"), false, 0},
        {"twice",
         HEADER LINE("s", "1", ",", "310", ",", "reviewed") LINE("s", "1", ",", "310", ",", "reviewed"), true,
         3},
        {"maps twice",
         HEADER LINE("s", "1", ",", "310", ",", "reviewed") LINE("s", "1", ",", "390", ",", "reviewed"), true,
         3},
        {"overlap",
         HEADER LINE("s", "1", ",", "310", ",2020-02-01", "reviewed")
             LINE("s", "1", ",", "390", "2020-01-01,", "reviewed"),
         true, 3},
        {"one day after the other",
         HEADER LINE("s", "1", ",", "310", ",2020-01-01", "reviewed")
             LINE("s", "1", ",", "390", "2020-01-01,", "reviewed"),
         false, 0},
        {"draft beside reviewed",
         HEADER LINE("s", "1", ",", "310", ",", "reviewed") LINE("s", "1", ",", "390", ",", "draft"), false,
         0},
        {"turned down",
         HEADER LINE("s", "1", ",", "310", ",", "reviewed") LINE("s", "1", ",", "390", ",", "rejected"),
         false, 0},
        {"tie",
         HEADER LINE("s", "1", "a,1", "310", ",", "reviewed") LINE("s", "1", "b,1", "390", ",", "reviewed"),
         true, 3},
        {"other systems",
         HEADER LINE("s", "1", ",", "310", ",", "reviewed") LINE("t", "1", ",", "390", ",", "reviewed"),
         false, 0},
        {"not a target", HEADER LINE("s", "1", ",", "311", ",", "reviewed"), true, 2},
        {"status", HEADER LINE("s", "1", ",", "310", ",", "final"), true, 2},
        {"date", HEADER LINE("s", "1", ",", "310", "2020-13-01,", "reviewed"), true, 2},
        {"half a condition", HEADER LINE("s", "1", "a,", "310", ",", "reviewed"), true, 2},
        {"backwards", HEADER LINE("s", "1", ",", "310", "2020-02-01,2020-01-01", "reviewed"), true, 2},
        {"pattern", HEADER LINE("s", "/(/", ",", "310", ",", "reviewed"), true, 2},
        {"decision without a word", HEADER "s,1,,,,,,,,reviewed,,甲,乙,,\n", true, 2},
        {"quote", HEADER "s,\"1,,,,,,,,reviewed,,甲,乙,,\n", true, 2},
        {"no header", "a,b\n", true, 1}};
    for (size_t index = 0; index < sizeof cases / sizeof *cases; index++) {
        struct arena arena = {0};
        struct mapping_set set;
        struct error error = {0};
        mapping_begin(&set, &arena);
        mapping_targets(&set, SPAN("insutype"), SPAN("code,name\n310,a\n390,b\n"),
                        "mappings/codes/insutype.csv");
        bool ok = mapping_read(&set, span_of(cases[index].text), "city/insutype.csv", MAPPING_CITY, &error) &&
                  mapping_finish(&set, &error);
        cr_expect_eq(ok, !cases[index].wrong, "%s: %s", cases[index].name, error.message);
        cr_expect_eq(error.at.row, cases[index].line, "%s: line %ju", cases[index].name,
                     (uintmax_t)error.at.row);
        if (!ok) cr_expect_eq(error.trouble, TROUBLE_USAGE, "%s", cases[index].name);
        arena_free(&arena);
    }
}

static bool always(const struct mapping_row *row, void *context) {
    (void)context;
    return row->when != NULL;
}

static const char *target(struct mapping_set *set, const char *code, struct arena *arena) {
    struct span systems[] = {SPAN("sys"), {"", 0}};
    struct mapping_question question = {
        .systems = systems, .system_count = 2, .holds = always, .day_known = true, .day = 0};
    const struct mapping_row *row;
    struct mapping_range range;
    enum mapping_verdict verdict =
        mapping_choose(mapping_find(set, SPAN("t")), span_of(code), &question, &row, &range);
    return verdict == MAPPING_FOUND     ? arena_copy(arena, row->target).bytes
           : verdict == MAPPING_NOTHING ? "nothing"
                                        : "none";
}

Test(mapping, levels_overlay_row_by_row) {
    struct arena arena = {0};
    struct mapping_set set;
    struct error error = {0};
    static const char shipped[] =
        HEADER LINE("sys", "1", ",", "a", ",", "reviewed") LINE("sys", "2", ",", "b", ",", "reviewed")
            LINE("sys", "3", ",", "c", ",", "reviewed") LINE("sys", "5", "a,1", "e", ",", "reviewed")
                LINE("sys", "6", "a,1", "f", ",", "reviewed") LINE("sys", "6", ",", "g", ",", "reviewed");
    static const char city[] =
        HEADER LINE("sys", "2", ",", "B", ",", "reviewed") LINE("sys", "3", ",", "C", ",", "reviewed");
    static const char county[] = HEADER LINE("sys", "3", ",", "", ",", "reviewed")
        LINE("sys", "1", ",", "x", ",", "draft") LINE("", "5", ",", "E", ",", "reviewed");
    for (int order = 0; order < 2; order++) { /* the order of files does not matter */
        static uint64_t hash;
        mapping_begin(&set, &arena);
        if (order) cr_assert(mapping_read(&set, span_of(county), "c/t.csv", MAPPING_COUNTY, &error));
        cr_assert(mapping_read(&set, span_of(shipped), "t.csv", MAPPING_SHIPPED, &error));
        cr_assert(mapping_read(&set, span_of(city), "city/t.csv", MAPPING_CITY, &error));
        if (!order) cr_assert(mapping_read(&set, span_of(county), "c/t.csv", MAPPING_COUNTY, &error));
        cr_assert(mapping_finish(&set, &error), "%s", error.message);
        cr_expect_str_eq(target(&set, "1", &arena), "a");
        cr_expect_str_eq(target(&set, "2", &arena), "B");
        cr_expect_str_eq(target(&set, "3", &arena), "nothing");
        cr_expect_str_eq(target(&set, "4", &arena), "none");
        cr_expect_str_eq(target(&set, "5", &arena), "E", "the county's plain row over a shipped condition");
        cr_expect_str_eq(target(&set, "6", &arena), "f", "a condition over none");
        if (order) cr_expect_eq(hash, set.hash[0]);
        hash = set.hash[0];
    }
    arena_free(&arena);
}

static struct span slurp(const char *path, struct arena *arena) {
    FILE *file = fopen(path, "rb");
    cr_assert(file, "%s", path);
    char *bytes = ARENA_NEW(arena, char, 4 << 20);
    size_t size = fread(bytes, 1, 4 << 20, file);
    fclose(file);
    return (struct span){bytes, size};
}

static const char *first_fault(const struct mapping_set *set) {
    return set->fault_count ? set->faults[0].message : "";
}

/* What ships passes the whole lint: no prose where a code belongs, every target listed, every n:1 with a
 * reason. */
Test(mapping, shipped_tables_are_sound) {
    struct arena arena = {0};
    struct mapping_set set;
    struct error error = {0};
    mapping_begin(&set, &arena);
    set.gather = true;
    DIR *folder = opendir("mappings");
    cr_assert(folder);
    unsigned tables = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char *path = ARENA_NEW(&arena, char, 400), *codes = ARENA_NEW(&arena, char, 400);
        snprintf(path, 400, "mappings/%s", entry->d_name);
        snprintf(codes, 400, "mappings/codes/%s", entry->d_name);
        if (!strstr(entry->d_name, ".csv")) continue;
        struct span text = slurp(path, &arena);
        if (!text.size || strncmp(text.bytes, "source_system", 13) != 0) continue;
        cr_assert(mapping_read(&set, text, path, MAPPING_SHIPPED, &error), "%s", error.message);
        size_t size = strlen(entry->d_name) - 4;
        if (access(codes, R_OK) == 0)
            mapping_targets(&set, (struct span){strrchr(path, '/') + 1, size}, slurp(codes, &arena), codes);
        tables++;
    }
    closedir(folder);
    cr_expect_gt(tables, 20u);
    cr_expect(mapping_finish(&set, &error), "%s", error.message);
    mapping_lint(&set);
    cr_expect_eq(set.fault_count, 0u, "%u, first: %s", set.fault_count, first_fault(&set));
    cr_expect_eq(set.unreviewed, 0u);
    arena_free(&arena);
}

/* Blanks and stops are of a sentence; between two slashes stands a pattern, which may have any. */
Test(mapping, a_sentence_is_no_code) {
    static const struct {
        const char *code;
        bool prose;
    } cases[] = {{"310", false},       {"=", false},       {"", false},         {"a b", true},
                 {"/a b/", false},     {"/a b", true},     {"a b/", true},      {"//", false},
                 {"/", false},         {"见说明。", true}, {"城乡居民", false}, {"全部，", true},
                 {"待定：问县", true}, {"a=b", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(mapping_is_prose((struct span){cases[i].code, strlen(cases[i].code)}), cases[i].prose,
                     "%s", cases[i].code);
}

/* A code list with a sentence in its code column fails the build here. */
Test(mapping, shipped_lists_hold_codes) {
    struct arena arena = {0};
    DIR *folder = opendir("mappings/codes");
    cr_assert(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[400];
        snprintf(path, sizeof path, "mappings/codes/%s", entry->d_name);
        if (!strstr(entry->d_name, ".csv")) continue;
        struct csv csv = {.text = slurp(path, &arena)};
        struct span cells[CSV_CELLS];
        while (csv_next(&csv, cells, &arena))
            cr_expect(!mapping_is_prose(cells[0]), "%s line %u: %.*s", path, csv.line, (int)cells[0].size,
                      cells[0].bytes);
        cr_expect(!csv.broken, "%s", path);
    }
    closedir(folder);
    arena_free(&arena);
}

/* Every fault at once, each with its line; none hides another. */
Test(mapping, the_lint_lists_everything) {
    static const char text[] = HEADER "s,1,a,,,310,,,,reviewed,,甲,乙,,\n"
                                      "s,1,a,,,310,,,,reviewed,because,甲,乙,,\n"
                                      "s,2,b,,,310,,,,reviewed,,甲,乙,,\n"
                                      "s,see the list,b,,,390,,,,reviewed,because,甲,乙,,\n"
                                      "s,3,b,,,999,,,,reviewed,because,甲,乙,,\n"
                                      "s,4,b,,,390,,,,final,because,甲,乙,,\n"
                                      "s,5,b,,,390,,2020-13-01,,reviewed,because,甲,乙,,\n"
                                      "s,6,b,,,05,,,,reviewed,because,甲,乙,,\n"
                                      "s,7,b,,,5,,,,reviewed,because,甲,乙,,\n"
                                      "s,6.90102E+17,b,,,390,,,,draft,because,甲,乙,,\n";
    static const struct {
        unsigned line;
        const char *code;
    } expected[] = {{7, NULL},
                    {8, NULL},
                    {10, "mapping.zeros_eaten"},
                    {11, "mapping.digits_lost"},
                    {3, "code.ambiguous"},
                    {6, NULL},
                    {5, "mapping.prose"},
                    {4, "mapping.no_reason"}};
    struct arena arena = {0};
    struct mapping_set set;
    struct error error = {0};
    mapping_begin(&set, &arena);
    set.gather = true;
    mapping_targets(&set, SPAN("insutype"), SPAN("code,name\n310,a\n390,b\n05,c\n"), "codes");
    cr_assert(mapping_read(&set, span_of(text), "city/insutype.csv", MAPPING_CITY, &error), "%s",
              error.message);
    cr_assert(mapping_finish(&set, &error), "%s", error.message);
    mapping_lint(&set);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        bool found = false;
        for (uint32_t f = 0; f < set.fault_count; f++)
            found |= set.faults[f].at.row == expected[i].line &&
                     (!expected[i].code ||
                      (set.faults[f].code && strcmp(set.faults[f].code, expected[i].code) == 0));
        cr_expect(found, "line %u %s is not told", expected[i].line,
                  expected[i].code ? expected[i].code : "");
    }
    cr_expect_eq(set.fault_count, sizeof expected / sizeof *expected, "%u faults", set.fault_count);
    arena_free(&arena);
}

/* Zeros that a spreadsheet ate, by what shows it; and codes that only look like it. */
Test(mapping, eaten_zeros) {
    static const struct {
        const char *name, *shipped, *city;
        unsigned line, column;
    } cases[] = {
        {"target in the list", HEADER, HEADER LINE("s", "a", ",", "1", ",", "reviewed"), 2, 6},
        {"another file has the zeros", HEADER LINE("s", "01", ",", "01", ",", "reviewed"),
         HEADER LINE("s", "1", ",", "02", ",", "reviewed"), 2, 2},
        {"the table's width", HEADER,
         HEADER LINE("s", "01", ",", "01", ",", "reviewed") LINE("s", "02", ",", "02", ",", "reviewed")
             LINE("s", "11", ",", "02", ",", "reviewed") LINE("s", "3", ",", "01", ",", "reviewed"),
         5, 2},
        {"a draft too", HEADER, HEADER LINE("s", "a", ",", "1", ",", "draft"), 2, 6},
        {"an exponent", HEADER, HEADER LINE("s", "1.2E+15", ",", "01", ",", "reviewed"), 2, 2},
        {"really so", HEADER LINE("s", "01", ",", "01", ",", "reviewed"),
         HEADER LINE("s", "/1/", ",", "02", ",", "reviewed"), 0, 0},
        {"both", HEADER,
         HEADER LINE("s", "1", ",", "01", ",", "reviewed") LINE("s", "01", ",", "02", ",", "reviewed"), 0, 0},
        {"codes of many widths", HEADER,
         HEADER LINE("s", "1", ",", "01", ",", "reviewed") LINE("s", "12", ",", "02", ",", "reviewed")
             LINE("s", "012", ",", "02", ",", "reviewed"),
         0, 0},
        {"another system", HEADER LINE("t", "01", ",", "01", ",", "reviewed"),
         HEADER LINE("s", "1", ",", "02", ",", "reviewed"), 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct mapping_set set;
        struct error error = {0};
        mapping_begin(&set, &arena);
        mapping_targets(&set, SPAN("t"), SPAN("code,name\n01,a\n02,b\n"), "codes");
        cr_assert(mapping_read(&set, span_of(cases[i].shipped), "t.csv", MAPPING_SHIPPED, &error));
        cr_assert(mapping_read(&set, span_of(cases[i].city), "c/t.csv", MAPPING_CITY, &error));
        bool ok = mapping_finish(&set, &error);
        cr_expect_eq(ok, cases[i].line == 0, "%s: %s", cases[i].name, error.message);
        cr_expect_eq(error.at.row, cases[i].line, "%s: line %ju", cases[i].name, (uintmax_t)error.at.row);
        cr_expect_eq(error.at.column, cases[i].column, "%s: column %u", cases[i].name, error.at.column);
        if (!ok) cr_expect_eq(error.trouble, TROUBLE_REFUSED, "%s", cases[i].name);
        arena_free(&arena);
    }
}

/* The data say 01, the table 1: the delivery is refused, with the table's line. */
Test(mapping, eaten_zeros_that_the_data_show) {
    static const char text[] = HEADER LINE("sys", "1", ",", "1101", ",", "reviewed");
    struct fixture fixture;
    struct mapping_set set;
    fixture_open(&fixture, enrollment, "k|i|t|d|group\n1|1|01|20200101|\n");
    mapping_begin(&set, &fixture.arena);
    cr_assert(
        mapping_read(&set, span_of(insutype), "mappings/insutype.csv", MAPPING_SHIPPED, &fixture.error));
    cr_assert(mapping_read(&set, span_of(text), "mappings/psn_type.csv", MAPPING_CITY, &fixture.error));
    cr_assert(mapping_finish(&set, &fixture.error), "%s", fixture.error.message);
    fixture_decode(&fixture);
    struct map_state state = {.spec = &fixture.spec, .mappings = &set};
    cr_expect(!fixture_run(&fixture, &transform_map, &state), "not refused");
    cr_expect_str_eq(fixture.error.code, "mapping.zeros_eaten");
    cr_expect_eq(fixture.error.at.row, 2u);
    cr_expect_eq(fixture.error.trouble, TROUBLE_REFUSED);
    fixture_close(&fixture);
}

/* A code that has the national format is its own target; an answer is kept only for the days it is good for.
 */
Test(mapping, itself_and_days) {
    static const char text[] = HEADER LINE("sys", "/[A-Z][0-9]{2}/", ",", "=", ",", "reviewed")
        LINE("sys", "1", ",", "1101", ",2019-07-01", "reviewed")
            LINE("", "1", ",", "1102", "2019-06-01,2019-08-01", "reviewed")
                LINE("sys", "2", ",", "=", ",", "reviewed");
    struct fixture fixture;
    struct mapping_set set;
    fixture_open(&fixture, enrollment,
                 "k|i|t|d|group\n1|1|I10|20200101|\n2|1|1|20190531|\n3|1|1|20190630|\n4|1|1|20190701|\n"
                 "5|1|1|20190801|\n6|1|1|20190531|\n7|1|E11|20200101|\n");
    static const char *const expected[] = {"I10", "1101", "1101", "1102", NULL, "1101", "E11"};
    mapping_begin(&set, &fixture.arena);
    cr_assert(
        mapping_read(&set, span_of(insutype), "mappings/insutype.csv", MAPPING_SHIPPED, &fixture.error));
    cr_assert(mapping_read(&set, span_of(text), "mappings/psn_type.csv", MAPPING_SHIPPED, &fixture.error));
    cr_assert(mapping_format(&set, SPAN("psn_type"), SPAN("[A-Z][0-9]{2}|[0-9]{4}"), "formats"));
    cr_expect(!mapping_finish(&set, &fixture.error), "= without a pattern is no target");
    fixture.error = (struct error){0};
    mapping_begin(&set, &fixture.arena);
    char cut[sizeof text];
    snprintf(cut, sizeof cut, "%.*s", (int)(strstr(text, "sys,2,") - text), text);
    cr_assert(
        mapping_read(&set, span_of(insutype), "mappings/insutype.csv", MAPPING_SHIPPED, &fixture.error));
    cr_assert(mapping_read(&set, span_of(cut), "mappings/psn_type.csv", MAPPING_SHIPPED, &fixture.error));
    cr_assert(mapping_format(&set, SPAN("psn_type"), SPAN("[A-Z][0-9]{2}|[0-9]{4}"), "formats"));
    cr_assert(mapping_finish(&set, &fixture.error), "%s", fixture.error.message);
    fixture_decode(&fixture);
    struct mapping_use use[16] = {0};
    struct map_state state = {.spec = &fixture.spec, .mappings = &set, .use = use};
    cr_assert(fixture_run(&fixture, &transform_map, &state), "%s", fixture.error.message);
    for (uint32_t row = 0; row < fixture.batch.row_count; row++)
        cr_expect(fixture_is(&fixture, "psn_type", row, expected[row]), "row %u", row + 1);
    const struct mapping_row *until =
        mapping_rows(mapping_find(&set, SPAN("psn_type")), SPAN("sys"), SPAN("1"));
    cr_assert(until);
    cr_expect_eq(use[until->number].rows, 3u);
    cr_expect(use[until->number].dated && use[until->number].last - use[until->number].first == 30,
              "31 May to 30 June");
    fixture_close(&fixture);
}

/* A hospital that has one code in each county becomes one; what is no national code is no target. */
Test(mapping, institutions_and_lists_by_format) {
    static const char city[] = HEADER LINE("qinghe", "0101", ",", "H69010200001", ",", "reviewed")
        LINE("linzhu", "JG-1", ",", "H69010200001", ",", "reviewed")
            LINE("national", "/H\\d{11}/", ",", "=", ",", "reviewed");
    static const struct {
        const char *county, *code, *target;
    } cases[] = {{"qinghe", "0101", "H69010200001"},
                 {"linzhu", "JG-1", "H69010200001"},
                 {"linzhu", "0101", "none"},
                 {"national", "H69010299999", "H69010299999"},
                 {"national", "H6901", "none"}};
    for (int list = 0; list < 2; list++) {
        struct arena arena = {0};
        struct mapping_set set;
        struct error error = {0};
        mapping_begin(&set, &arena);
        cr_assert(mapping_read(&set, span_of(city), "mappings/fixmedins.csv", MAPPING_CITY, &error));
        cr_assert(mapping_format(&set, SPAN("fixmedins"), SPAN("H\\d{11}|P\\d{11}"), "formats"));
        if (list) mapping_targets(&set, SPAN("fixmedins"), SPAN("code,name\nH69010200001,一院\n"), "list");
        cr_assert(mapping_finish(&set, &error), "%s", error.message);
        void *match = mapping_match_new();
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            struct span systems[] = {span_of(cases[i].county), {"", 0}};
            struct mapping_question question = {.systems = systems, .system_count = 2, .match = match};
            const struct mapping_row *row;
            struct mapping_range range;
            mapping_choose(mapping_find(&set, SPAN("fixmedins")), span_of(cases[i].code), &question, &row,
                           &range);
            struct span target = row ? mapping_result(row, span_of(cases[i].code)) : SPAN("none");
            bool listed = !list || strcmp(cases[i].code, "H69010299999") != 0; /* the city's list decides */
            cr_expect(span_equal(target, span_of(listed ? cases[i].target : "none")), "%s %s: %.*s",
                      cases[i].county, cases[i].code, (int)target.size, target.bytes);
        }
        mapping_match_free(match);
        mapping_begin(&set, &arena);
        static const char bad[] = HEADER LINE("qinghe", "0101", ",", "一院", ",", "reviewed");
        cr_assert(mapping_read(&set, span_of(bad), "mappings/fixmedins.csv", MAPPING_CITY, &error));
        cr_assert(mapping_format(&set, SPAN("fixmedins"), SPAN("H\\d{11}|P\\d{11}"), "formats"));
        cr_expect(!mapping_finish(&set, &error) && error.at.row == 2, "%s", error.message);
        arena_free(&arena);
    }
}
