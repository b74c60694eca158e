/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/map/map.h"
#include "cli/corrections.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct span text_of(const char *text) { return (struct span){text, strlen(text)}; }

Test(map, alike) {
    static const struct {
        const char *a, *b;
        int least, most;
    } cases[] = {
        {"普通门诊", "普通门诊", 100, 100},
        {"职工（在职）", "职工在职", 100, 100},   /* signs say nothing */
        {"职工", "职工基本医疗保险", 55, 90},     /* stands inside */
        {"职工医保", "职工基本医疗保险", 55, 90}, /* its characters in order */
        {"居民医保", "职工基本医疗保险", 0, 40},
        {"转外住院", "转外诊治住院", 50, 95},
        {"普通门诊", "普通住院", 20, 45},
        {"工", "职工基本医疗保险", 0, 0}, /* one character is no evidence */
        {"", "普通门诊", 0, 0},
        {"离休", "急诊", 0, 0},
        {"参保", "未参保", 0, 0}, /* a word that says not */
        {"正常缴费", "停止缴费", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int found = map_alike(text_of(cases[i].a), text_of(cases[i].b));
        cr_expect(found >= cases[i].least && found <= cases[i].most, "%s, %s: %d", cases[i].a, cases[i].b,
                  found);
        cr_expect_eq(found, map_alike(text_of(cases[i].b), text_of(cases[i].a)),
                     "%s, %s: not the same both ways", cases[i].a, cases[i].b);
    }
}

/* The same by sound, and by first letters: how clerks type. */
Test(map, alike_by_sound) {
    static const struct {
        const char *a, *b;
        int least, most;
    } cases[] = {
        {"普通门珍", "普通门诊", 100, 100},
        {"慢特并", "慢特病", 100, 100},
        {"門診慢特病", "门诊慢特病", 100, 100},
        {"居民", "职工", 0, 0},
        {"A类", "B类", 0, 40},
        {"住院", "住院分娩", 60, 90},
        {"", "门诊", 0, 0},
    };
    static const struct {
        const char *code, *label;
        bool initials;
    } letters[] = {{"PTMZ", "普通门诊", true}, {"zy", "住院", true},      {"ZX", "住院", false},
                   {"Z", "住", false},         {"PT", "普通门诊", false}, {"11", "住院", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int found = map_sounds(text_of(cases[i].a), text_of(cases[i].b));
        cr_expect(found >= cases[i].least && found <= cases[i].most, "%s, %s: %d", cases[i].a, cases[i].b,
                  found);
    }
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        cr_expect_eq(map_initials(text_of(letters[i].code), text_of(letters[i].label)), letters[i].initials,
                     "%s, %s", letters[i].code, letters[i].label);
    cr_expect_eq(map_alike(text_of("門診"), text_of("门诊")), 100, "traditional and simplified are one");
}

static const char *write_temp(struct arena *arena, const char *ending, const char *text) {
    char *path = ARENA_NEW(arena, char, 64);
    snprintf(path, 64, "/tmp/tongchou-map-XXXXXX%s", ending);
    int file = mkstemps(path, (int)strlen(ending));
    cr_assert(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    close(file);
    return path;
}

#define HEAD                                                                                                 \
    "source_system,source_code,source_label,when_column,when_value,target_code,target_label,valid_from,"     \
    "valid_until,status,justification,author,reviewer,review_date,note"

Test(map, append_leaves_what_is_there) {
    const struct draft draft = {text_of("24"),         text_of("急诊, \"转\""), text_of("24"),
                                text_of("急诊转住院"), text_of("同码"),         text_of("a@b"),
                                text_of("20 分")};
    static const struct {
        const char *name, *before, *added;
    } cases[] = {
        {"plain", HEAD "\n,11,,,,11,,,,reviewed,x,a,b,,\n",
         ",24,\"急诊, \"\"转\"\"\",,,24,急诊转住院,,,draft,同码,a@b,,,20 分\n"},
        {"no end of line", HEAD "\n,11,,,,11,,,,reviewed,x,a,b,,",
         "\n,24,\"急诊, \"\"转\"\"\",,,24,急诊转住院,,,draft,同码,a@b,,,20 分\n"},
        {"Excel", "\xef\xbb\xbf" HEAD "\r\n,11,,,,11,,,,reviewed,x,a,b,,\r\n",
         ",24,\"急诊, \"\"转\"\"\",,,24,急诊转住院,,,draft,同码,a@b,,,20 分\r\n"},
        {"columns moved", "status,author,source_code,target_code,mine\nreviewed,a,11,11,x\n",
         "draft,a@b,24,24,\n"},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {0};
        struct span after;
        const char *path = write_temp(&arena, ".csv", cases[i].before);
        cr_expect(!map_mentions(text_of(cases[i].before), draft.code, &arena), "%s", cases[i].name);
        cr_assert(map_append(path, &draft, 1, &arena, &error), "%s: %s", cases[i].name, error.message);
        cr_assert(file_read(path, 1 << 20, &arena, &after, &error));
        const char *expected = arena_print(&arena, "%s%s", cases[i].before, cases[i].added);
        cr_expect(span_equal(after, text_of(expected)), "%s:\n%.*s\nexpected:\n%s", cases[i].name,
                  (int)after.size, after.bytes, expected);
        cr_expect(map_mentions(after, draft.code, &arena), "%s", cases[i].name);
        cr_expect(access(arena_print(&arena, "%s.new", path), F_OK) != 0, "%s: left a file behind",
                  cases[i].name);
        unlink(path);
    }
    arena_free(&arena);
}

Test(map, append_refuses_what_is_no_table) {
    struct arena arena = {0};
    struct error error = {0};
    struct span after;
    const struct draft draft = {.code = text_of("24")};
    const char *text = "代码,名称\n1,男\n", *path = write_temp(&arena, ".csv", text);
    cr_expect(!map_append(path, &draft, 1, &arena, &error) && error.trouble == TROUBLE_USAGE, "%s",
              error.message);
    cr_assert(file_read(path, 1 << 20, &arena, &after, &(struct error){0}));
    cr_expect(span_equal(after, text_of(text)), "a refused table was changed");
    unlink(path);
    arena_free(&arena);
}

Test(map, append_makes_a_table) {
    struct arena arena = {0};
    struct error error = {0};
    struct span after;
    const struct draft draft = {.code = text_of("24")};
    const char *path = write_temp(&arena, ".csv", "");
    unlink(path);
    cr_assert(map_append(path, &draft, 1, &arena, &error), "%s", error.message);
    cr_assert(file_read(path, 1 << 20, &arena, &after, &error));
    cr_expect(span_equal(after, text_of("\xef\xbb\xbf" HEAD "\r\n,24,,,,,,,,draft,,,,,\r\n")), "%.*s",
              (int)after.size, after.bytes);
    unlink(path);
    arena_free(&arena);
}

/* A list comes back as it was saved: by WPS in GBK, by Excel with a mark, sorted, with a title above. */
Test(corrections, as_people_save_them) {
    static const char utf8[] = "\xef\xbb\xbf\"退回编号\",\"源列名\",\"修正值\",\"处理结果\"\r\n\"72\","
                               "\"AAE003\",\"202012\",\"改正\"\r\n\"71\",\"AAE019\",\"345.60\",\"\"\r\n";
    static const char gbk[] = "\xcd\xcb\xbb\xd8\xb1\xe0\xba\xc5,\xd4\xb4\xc1\xd0\xc3\xfb,"
                              "\xd0\xde\xd5\xfd\xd6\xb5,\xb4\xa6\xc0\xed\xbd\xe1\xb9\xfb\r\n"
                              "72,AAE003,202012,\xb8\xc4\xd5\xfd\r\n71,AAE019,345.60,\r\n";
    static const char *const cases[] = {utf8, gbk};
    struct arena arena = {0};
    for (size_t i = 0; i < 2; i++) {
        struct error error = {0};
        struct corrections corrections;
        const char *path = write_temp(&arena, ".csv", cases[i]);
        cr_assert(corrections_read(path, &arena, &corrections, &error), "%zu: %s", i, error.message);
        cr_assert_eq(corrections.count, 2);
        cr_expect(corrections.items[0].reject == 71 && corrections.items[0].decision == DECISION_NONE);
        cr_expect(corrections.items[1].reject == 72 && corrections.items[1].decision == DECISION_CORRECT);
        cr_expect(span_equal(corrections.items[0].value, SPAN("345.60")) &&
                  span_equal(corrections.items[1].source_column, SPAN("AAE003")));
        unlink(path);
    }
    arena_free(&arena);
}

Test(corrections, says_where_it_is_wrong) {
    static const struct {
        const char *text;
        uint64_t row;
        uint32_t column;
    } cases[] = {
        {"退回编号,源列名,修正值,处理结果\n7x,A,1,改正\n", 2, 1},
        {"退回编号,源列名,修正值,处理结果\n7,A,1,改正\n8,A,1,算了\n", 3, 4},
        {"编号,列\n7,A\n", 0, 0},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {0};
        struct corrections corrections;
        const char *path = write_temp(&arena, ".csv", cases[i].text);
        cr_expect(!corrections_read(path, &arena, &corrections, &error) && error.trouble == TROUBLE_REFUSED,
                  "%zu", i);
        cr_expect(error.at.row == cases[i].row && error.at.column == cases[i].column,
                  "%zu: row %ju, column %u: %s", i, (uintmax_t)error.at.row, error.at.column, error.message);
        unlink(path);
    }
    arena_free(&arena);
}
