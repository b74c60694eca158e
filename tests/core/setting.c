/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/setting.h"
#include <criterion/criterion.h>
#include <stddef.h>

struct state {
    const char *delimiter;
    int64_t rows;
    bool header;
    const struct node *fields;
};

static const struct setting settings[] = {
    {"delimiter", SETTING_TEXT, offsetof(struct state, delimiter), ",", "分隔符", "what separates cells"},
    {"rows", SETTING_COUNT, offsetof(struct state, rows), "12", "行数", "a number of rows"},
    {"header", SETTING_FLAG, offsetof(struct state, header), "yes", "有表头", "yes or no"},
    {"fields", SETTING_NODE, offsetof(struct state, fields), NULL, "字段", "fields"},
    {0},
};

static bool fill(const char *yaml, struct arena *arena, struct state *state, struct error *error) {
    struct node root;
    cr_assert(yaml_read((struct span){yaml, strlen(yaml)}, "s.yaml", arena, &root, error), "%s",
              error->message);
    return setting_fill(settings, state, &root, arena, error);
}

Test(setting, initial_values_then_what_is_said) {
    struct arena arena = {0};
    struct error error = {0};
    struct state state = {0};
    cr_assert(setting_fill(settings, &state, NULL, &arena, &error));
    cr_expect(strcmp(state.delimiter, ",") == 0 && state.rows == 12 && state.header && !state.fields);
    cr_assert(fill("header: no\nrows: 9223372036854775807\ndelimiter: \"|\"\nfields: [a, b]\n", &arena,
                   &state, &error));
    cr_expect(strcmp(state.delimiter, "|") == 0 && state.rows == INT64_MAX && !state.header);
    cr_expect(state.fields && state.fields->kind == NODE_LIST && state.fields->count == 2);
    arena_free(&arena);
}

Test(setting, flags) {
    static const struct {
        const char *text;
        bool known, flag;
    } cases[] = {{"yes", true, true}, {"true", true, true},   {"on", true, true},   {"是", true, true},
                 {"no", true, false}, {"false", true, false}, {"off", true, false}, {"否", true, false},
                 {"", false, false},  {"Yes", false, false},  {"1", false, false},  {"yess", false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool flag = false;
        cr_expect(setting_flag(cases[i].text, &flag) == cases[i].known && flag == cases[i].flag, "%s",
                  cases[i].text);
    }
}

Test(setting, refusals) {
    static const struct {
        const char *yaml;
        uint64_t line;
        uint32_t column;
        const char *word;
    } cases[] = {
        {"rows: 1\nheadr: yes\n", 2, 1, "header"},
        {"delimeter: x\n", 1, 1, "delimiter"},
        {"something_else: 1\n", 1, 1, "something_else"},
        {"rows: -1\n", 1, 7, "rows"},
        {"rows: 1.5\n", 1, 7, "rows"},
        {"rows: \"\"\n", 1, 7, "rows"},
        {"rows: 9223372036854775808\n", 1, 7, "rows"},
        {"rows: 99999999999999999999999\n", 1, 7, "rows"},
        {"rows: [1]\n", 1, 7, "rows"},
        {"header: maybe\n", 1, 9, "header"},
        {"delimiter: {a: 1}\n", 1, 12, "delimiter"},
        {"- a\n", 1, 1, "键"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct error error = {0};
        struct state state = {0};
        cr_assert(!fill(cases[i].yaml, &arena, &state, &error), "%s was accepted", cases[i].yaml);
        cr_expect(error.trouble == TROUBLE_USAGE, "%s: trouble %d", cases[i].yaml, error.trouble);
        cr_expect(error.at.row == cases[i].line && error.at.column == cases[i].column, "%s: at %ju:%u",
                  cases[i].yaml, (uintmax_t)error.at.row, error.at.column);
        cr_expect(strstr(error.message, cases[i].word), "%s: %s", cases[i].yaml, error.message);
        arena_free(&arena);
    }
}

Test(setting, distance_and_nearest) {
    static const struct {
        const char *a, *b;
        unsigned distance;
    } cases[] = {{"", "", 0},    {"abc", "abc", 0},        {"abc", "abd", 1},          {"abc", "ab", 1},
                 {"", "abc", 3}, {"kitten", "sitting", 3}, {"abcdefgh", "ijklmnop", 6}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span a = {cases[i].a, strlen(cases[i].a)}, b = {cases[i].b, strlen(cases[i].b)};
        cr_expect(setting_distance(a, b, 5) == cases[i].distance, "%s, %s", cases[i].a, cases[i].b);
        cr_expect(setting_distance(b, a, 5) == cases[i].distance, "%s, %s", cases[i].b, cases[i].a);
    }
    char word[300];
    memset(word, 'a', sizeof word);
    cr_expect(setting_distance((struct span){word, sizeof word}, SPAN("a"), 5) == 6,
              "a long word is far from all");
    cr_expect(strcmp(setting_nearest(settings, SPAN("row")), "rows") == 0);
    cr_expect(!setting_nearest(settings, SPAN("完全无关")) && !setting_nearest(NULL, SPAN("rows")));
}
