/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/mask.h"
#include "core/language.h"
#include <criterion/criterion.h>

static struct span span_of(const char *text) { return (struct span){text, strlen(text)}; }

/* Tags: printf '%s' VALUE | openssl dgst -sha256 -hmac secret, first eight digits. */
static const struct {
    enum pii pii;
    const char *value, *shown;
} cases[] = {
    {PII_ID, "690102197001010036", "690102************#1f2177e4"},
    {PII_ID, "69010219700101003x", "690102************#b935dec8"},
    {PII_ID, "69010219700101003X", "690102************#b935dec8"},
    {PII_ID, "690102700101003", "690102*********#b71f5af9"},
    {PII_ID, "H12345678", "***#2536693c"},
    {PII_ID, "", ""},
    {PII_NAME, "张三", "张*"},
    {PII_NAME, "欧阳修", "欧**"},
    {PII_NAME, "阿卜杜拉·买买提", "阿***"},
    {PII_NAME, "Smith", "S***"},
    {PII_NAME, "李", "*"},
    {PII_PHONE, "13800000000", "***"},
    {PII_ADDRESS, "某街 1 号", "***"},
    {PII_DIAGNOSIS, "J45", "***"},
    {PII_NONE, "12,3x", "12,3x"},
};

Test(mask, values) {
    struct arena arena = {0};
    struct mask mask = {.key = (const unsigned char *)"secret", .key_size = 6};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span shown = mask_value(&mask, cases[i].pii, span_of(cases[i].value), &arena);
        cr_expect(span_equal(shown, span_of(cases[i].shown)), "%s is shown as %.*s, expected %s",
                  cases[i].value, (int)shown.size, shown.bytes, cases[i].shown);
    }
    arena_free(&arena);
}

/* `often` shows a word that no dictionary has, but never a person's number. */
Test(mask, codes) {
    static const struct {
        const char *value;
        bool often, shown;
    } codes[] = {
        {"310", false, true},   {"五保户", false, false},     {"五保户", true, true},
        {"张三", false, false}, {"13800000000", true, false}, {"690102197001010036", true, false},
        {"在职", false, true},  {"H69010200001", true, true}, {"H69010200001", false, false},
    };
    struct arena arena = {0};
    struct mask mask = {0}, clear = {.unmask = true};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct span value = span_of(codes[i].value);
        struct span shown = mask_code(&mask, value, codes[i].often, &arena);
        cr_expect_eq(span_equal(shown, value), codes[i].shown, "%s: %.*s", codes[i].value, (int)shown.size,
                     shown.bytes);
        cr_expect(span_equal(mask_code(&clear, value, false, &arena), value), "%s", codes[i].value);
    }
    arena_free(&arena);
}

Test(mask, cells_of_a_rejected_row) {
    static const struct kind_column name = {.type = TYPE_TEXT, .pii = PII_NAME}, code = {.type = TYPE_TEXT},
                                    date = {.type = TYPE_DATE};
    static const struct {
        const struct kind_column *column;
        const char *value, *shown;
    } cells[] = {
        {&name, "张三", "张*"},          {&code, "张三", "***(2 long)"}, {&code, "21", "21"},
        {&date, "20200230", "20200230"}, {&date, "张三", "***(2 long)"}, {NULL, "21", "***"},
    };
    struct arena arena = {0};
    struct mask mask = {0};
    language_set(LANGUAGE_EN);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        struct span shown = mask_cell(&mask, cells[i].column, span_of(cells[i].value), &arena);
        cr_expect(span_equal(shown, span_of(cells[i].shown)), "%s is shown as %.*s", cells[i].value,
                  (int)shown.size, shown.bytes);
    }
    language_set(LANGUAGE_ZH);
    arena_free(&arena);
}

Test(mask, without_a_secret_there_is_no_tag) {
    struct arena arena = {0};
    struct mask mask = {0};
    struct span shown = mask_value(&mask, PII_ID, SPAN("690102197001010036"), &arena);
    cr_expect(span_equal(shown, SPAN("690102************")), "%.*s", (int)shown.size, shown.bytes);
    arena_free(&arena);
}

Test(mask, unmask_shows) {
    struct arena arena = {0};
    struct mask mask = {.unmask = true};
    cr_expect(span_equal(mask_value(&mask, PII_NAME, SPAN("张三"), &arena), SPAN("张三")));
    cr_expect(
        span_equal(mask_key(&mask, "*", SPAN("a/11010519491231002X"), &arena), SPAN("a/11010519491231002X")));
    arena_free(&arena);
}

Test(mask, a_column_of_persons_hides_what_looks_like_a_citizen) {
    struct arena arena = {0};
    struct mask mask = {0};
    const struct kind *kind = model_find(SPAN("setl_d"));
    cr_assert(kind);
    static const struct {
        const char *column, *value, *shown;
    } columns[] = {{"src_psn_no", "110105194912310021", "110105************"},
                   {"src_psn_no", "102900000001", "102900000001"},
                   {"setl_id", "110105194912310021", "110105194912310021"},
                   {"setl_id", "11010519491231002X", "110105************"},
                   {"certno", "102900000001", "***"}};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        int column = model_column(kind, span_of(columns[i].column));
        cr_assert(column >= 0, "%s", columns[i].column);
        struct span shown = mask_column(&mask, &kind->columns[column], span_of(columns[i].value), &arena);
        cr_expect(span_equal(shown, span_of(columns[i].shown)), "%s %s: %.*s", columns[i].column,
                  columns[i].value, (int)shown.size, shown.bytes);
    }
    arena_free(&arena);
}

/* 11010519491231002X is the worked example of GB 11643-1999. */
Test(mask, a_county_key_stays_clear_unless_it_is_a_person) {
    struct arena arena = {0};
    struct mask mask = {0};
    static const struct {
        const char *persons, *key, *shown;
    } keys[] = {
        {"", "S20200000123", "S20200000123"},
        {"1", "1001/310/2020-01-01", "1001/310/2020-01-01"},
        {"", "11010519491231002X/390", "110105************/390"},
        {"", "390/11010519491231002X", "390/110105************"},
        {"", "a//", "a//"},
        /* A wrong check digit: a settlement's number may look so, a person's is one. */
        {"", "110105194912310021", "110105194912310021"},
        {"1", "110105194912310021", "110105************"},
        {"2", "110105194912310021/110105194912310021", "110105194912310021/110105************"},
        {"1,3", "110105194912310021/x/11010519491231002x", "110105************/x/110105************"},
        {"*", "690102/110105194912310021", "690102/110105************"},
        {"1", "110105491231002", "110105*********"},
        {"1", "110105194912310029", "110105************"},
        {"1", "11010519491231003X", "110105************"},
        {"1", "11010519491231003x", "110105************"},
        {"1", "110105200002290021", "110105************"},
        {"1", "110105185001010021", "110105************"},
        {"1", "830105209912310021", "830105************"},
        {"1", "11010549123100X", "11010549123100X"},
        {"*", "110105190002290021", "110105190002290021"},
        {"*", "110105210001010021", "110105210001010021"},
        {"*", "840105194912310021", "840105194912310021"},
        /* No birth date, no province, too long, letters: the county's own number. */
        {"*", "110105194913310021", "110105194913310021"},
        {"*", "110105194902290021", "110105194902290021"},
        {"*", "000105194912310021", "000105194912310021"},
        {"*", "1101051949123100211", "1101051949123100211"},
        {"*", "102900000001", "102900000001"},
        {"*", "11010519491231002A", "11010519491231002A"},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct span shown = mask_key(&mask, keys[i].persons, span_of(keys[i].key), &arena);
        cr_expect(span_equal(shown, span_of(keys[i].shown)), "%s: %.*s", keys[i].key, (int)shown.size,
                  shown.bytes);
    }
    arena_free(&arena);
}
