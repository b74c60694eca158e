/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/transform/fixture.h"
#include "transform/han/pinyin.h"
#include "transform/han/table.h"
#include "transform/han/variant.h"
#include "transform/link/sound.h"
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
        /* Characters of other planes stand as hashes there (transform/link/sound.h). */
        uint32_t surname = point < 0x10000 ? sound_of_surname((uint16_t)point) : 0;
        const char *sound = surname && surname < 0x10000 ? han_syllables[surname] : pinyin_of(point);
        cr_expect_str_eq(sound, cases[i].surname, "%s: %s", cases[i].text, sound);
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

Test(han, traditional_to_simplified) {
    static const struct {
        const char *text, *simple;
    } cases[] = {{"張", "张"}, {"國", "国"}, {"華", "华"}, {"門", "门"}, {"診", "诊"},
                 {"慢", "慢"}, {"乾", "乾"}, {"王", "王"}, {"a", "a"},   {"\xef\xa4\x80", "岂"} /* U+F900 */};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(variant_simplified(point_of(cases[i].text)), point_of(cases[i].simple), "%s",
                     cases[i].text);
}
