/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/codelike.h"
#include "core/language.h"
#include <criterion/criterion.h>

static struct span span_of(const char *text) { return (struct span){text, strlen(text)}; }

/* Numbers of persons are of province 69, which does not exist. */
static const struct {
    const char *text;
    bool code, figure, number;
} cases[] = {
    {"310", true, true, false},
    {"Q77", true, true, false},
    {"I10.x00x002", true, true, false},
    {"310-1", true, true, false},
    {"690102", true, true, false},
    {"DSEX", true, false, false},
    {"在职", true, false, false},
    {"汉族", true, false, false},
    {"11普通门诊", true, false, false},
    {"", false, false, false},
    {"张三", false, false, false},
    {"欧阳修远", false, false, false},
    {"zhangsan", false, false, false},
    {"690102197001010036", false, false, true},
    {"69010219700101003X", false, false, true},
    {"690102700101003", false, false, true},
    {"13800000000", false, false, true},
    {"138-0000-0000", false, false, true},
    {"0690-1234567", false, false, true},
    {"62345678", false, true, true},
    {"H12345678", false, true, true},
    {"H69010200001", false, false, false},
    {"张三在职", false, false, false},
    {"690102197001010036在职", false, false, false},
    {"12,3x", false, true, false},
    {"2020-02-30", false, true, true},
    {"2020年13月1日", false, true, false},
    {"１２．５", false, true, false},
    {"(1,234.50)", false, true, false},
    {"一百元", false, false, false},
};

Test(codelike, rules) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span text = span_of(cases[i].text);
        cr_expect_eq(codelike(text), cases[i].code, "code: %s", cases[i].text);
        cr_expect_eq(codelike_figure(text), cases[i].figure, "figure: %s", cases[i].text);
        cr_expect_eq(codelike_number(text), cases[i].number, "number: %s", cases[i].text);
    }
}

Test(codelike, labels_are_sorted_and_of_the_dictionaries) {
    cr_assert_gt(codelike_label_count, 300);
    for (uint32_t i = 1; i < codelike_label_count; i++)
        cr_expect_lt(strcmp(codelike_labels[i - 1], codelike_labels[i]), 0, "%s", codelike_labels[i]);
}

Test(codelike, what_is_hidden_says_how_long_it_was) {
    struct arena arena = {0};
    struct span hidden = codelike_hidden(SPAN("欧阳修"), &arena);
    cr_expect(span_equal(hidden, span_of(TEXT("***(3字)", "***(3 long)"))), "%.*s", (int)hidden.size,
              hidden.bytes);
    arena_free(&arena);
}
