/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/transform/fixture.h"
#include "transform/han/pinyin.h"
#include "transform/han/table.h"
#include "transform/han/variant.h"
#include "transform/row/text.h"
#include <criterion/criterion.h>

static uint32_t point_of(const char *text) {
    size_t at = 0;
    return text_next(span_of(text), &at);
}

Test(han, one_reading_a_character) {
    static const struct {
        const char *text, *sound, *surname;
    } cases[] = {
        {"王", "wang", "wang"},
        {"单", "dan", "shan"},
        {"仇", "chou", "qiu"},
        {"吕", "lv", "lv"},
        {"区", "qu", "ou"},
        {"曾", "ceng", "zeng"},
        {"女", "nv", "nv"},
        {"嗯", "n", "n"},
        {"庄", "zhuang", "zhuang"},
        {"\xf0\xa0\x80\x80", "he", "he"},
        {"㐂", "", ""},
        {"〇", "", ""},
        {"A", "", ""},
        {"，", "", ""},
        {"\xee\x80\x80", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t point = point_of(cases[i].text);
        cr_expect_str_eq(pinyin_of(point), cases[i].sound, "%s: %s", cases[i].text, pinyin_of(point));
        cr_expect_str_eq(pinyin_of_surname(point), cases[i].surname, "%s: %s", cases[i].text,
                         pinyin_of_surname(point));
    }
    cr_expect_str_eq(han_version, "15.0.0");
}

/* Every Hanzi of GB 2312 that people write with has a reading, and no syllable is anything but letters. */
Test(han, the_table_is_whole) {
    unsigned without = 0;
    for (uint32_t point = 0x4e00; point < 0x9fa6; point++) without += pinyin_of(point)[0] == '\0';
    cr_expect_lt(without, 100u, "%u of the basic block have no reading", without);
    for (uint32_t point = 0; point < 0x33000; point++)
        for (const char *at = pinyin_of(point); *at; at++)
            cr_assert(*at >= 'a' && *at <= 'z', "U+%04X: %s", point, pinyin_of(point));
}

Test(han, names_are_spelt) {
    static const struct {
        const char *text;
        bool name;
        const char *spelt;
    } cases[] = {
        {"单晓华", true, "shanxiaohua"},
        {"单晓华", false, "danxiaohua"},
        {"尉迟恭", true, "yuchigong"},
        {"尉文", true, "weiwen"},
        {"普通门诊", false, "putongmenzhen"},
        {"B超", false, "Bchao"},
        {"", true, ""},
    };
    char out[64];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = pinyin_spell(span_of(cases[i].text), cases[i].name, out, sizeof out);
        cr_expect_str_eq(out, cases[i].spelt, "%s", cases[i].text);
        cr_expect_eq(size, strlen(cases[i].spelt), "%s", cases[i].text);
    }
    cr_expect_eq(pinyin_spell(span_of("庄庄"), false, out, 8), 6u, "only whole syllables");
    cr_expect_str_eq(out, "zhuang");
}

Test(han, traditional_to_simplified) {
    static const struct {
        const char *text, *simple;
    } cases[] = {
        {"張國華", "张国华"}, {"門診慢特病", "门诊慢特病"}, {"乾", "乾"},          {"王一", "王一"},
        {"abc", "abc"},       {"\xef\xa4\x80", "岂"},       /* U+F900 */ {"", ""},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span text = span_of(cases[i].text), simple = variant_simplify(text, &arena);
        cr_expect(span_equal(simple, span_of(cases[i].simple)), "%s: %.*s", cases[i].text, (int)simple.size,
                  simple.bytes);
        bool changed = strcmp(cases[i].text, cases[i].simple) != 0;
        cr_expect_eq(simple.bytes != text.bytes, changed, "%s: copied without need", cases[i].text);
    }
    arena_free(&arena);
}
