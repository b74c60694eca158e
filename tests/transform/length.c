/* SPDX-License-Identifier: MulanPSL-2.0 */
/* How long a text may be, and its normal form. */
#include "tests/transform/fixture.h"
#include "transform/row/compose.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

static const char spec[] = "match: x\n"
                           "kind: psn_info_b\n"
                           "delivery: full\n"
                           "read: {format: csv, encoding: UTF-8}\n"
                           "key: [n]\n"
                           "columns:\n"
                           "  src_psn_no: n\n"
                           "  psn_name: name\n"
                           "  memo: {from: memo, max: 3}\n"
                           "  live_addr: address\n"
                           "control: none\n";

/* `count` times the text, as one cell. */
static const char *times(const char *text, int count, char *into) {
    char *at = into;
    for (int i = 0; i < count; i++) at = stpcpy(at, text);
    return into;
}

Test(length, the_kind_says_how_long_and_the_spec_says_otherwise) {
    char name[512], table[4096];
    static const struct {
        int name;
        const char *memo, *codes, *detail;
    } cases[] = {
        {1, "一二三", "-", ""},
        {50, "", "-", ""},
        {51, "", "text.too_long", "limit=50"},
        {1, "一二三四", "text.too_long", "limit=3"},
        {1, "abcd", "text.too_long", "limit=3"},
        {51, "一二三四", "text.too_long text.too_long", "limit=50"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture fixture;
        snprintf(table, sizeof table, "n|name|memo|address\n007|%s|%s|", times("王", cases[i].name, name),
                 cases[i].memo);
        times("路", 300, table + strlen(table)); /* no length is known of it: any will do */
        strcat(table, "\n");
        fixture_open(&fixture, spec, table);
        fixture_decode(&fixture);
        cr_expect_str_eq(fixture_codes(&fixture, 0), cases[i].codes, "case %zu: %s", i,
                         fixture_codes(&fixture, 0));
        const struct row *row = &fixture.batch.rows[0];
        cr_expect_eq(row->fate, *cases[i].detail ? FATE_REJECTED : FATE_LIVE, "case %zu", i);
        if (row->reason_count)
            cr_expect(span_equal(row->reasons[0].detail, span_of(cases[i].detail)), "case %zu", i);
        cr_expect(fixture_is(&fixture, "psn_name", 0, name), "case %zu: nothing is cut", i);
        fixture_close(&fixture);
    }
}

Test(length, names_are_composed_and_keys_are_not) {
    struct fixture fixture;
    fixture_open(&fixture, spec,
                 "n|name|memo|address\n"
                 "e\xcc\x81|\xef\xa4\xac|e\xcc\x81|\xef\xa4\xac路1号\n" /* U+F92C is 郎 */
                 "2|王芳|ok|样例街道12号\n");
    fixture_decode(&fixture);
    cr_expect_str_eq(fixture_codes(&fixture, 0), "text.normalized text.normalized text.normalized");
    cr_expect_eq(fixture.batch.rows[0].fate, FATE_LIVE);
    cr_expect(span_equal(fixture.batch.rows[0].reasons[0].value, SPAN("\xef\xa4\xac")), "what was sent");
    cr_expect(fixture_is(&fixture, "src_psn_no", 0, "e\xcc\x81"), "a key stays the county's bytes");
    cr_expect(fixture_is(&fixture, "psn_name", 0, "郎"));
    cr_expect(fixture_is(&fixture, "live_addr", 0, "郎路1号"));
    cr_expect(fixture_is(&fixture, "memo", 0, "é"));
    cr_expect_str_eq(fixture_codes(&fixture, 1), "-");
    fixture_close(&fixture);
}

/* Every character, alone and before a mark that might join it: the quick look says what the tables say. */
Test(length, the_quick_look_is_never_wrong) {
    static const uint32_t marks[] = {0, 0x300, 0x301, 0x338, 0x3099, 0x9be, 0x1161, 0x11a8};
    struct arena arena = {0};
    for (int32_t point = 1; point < 0x30000; point++) {
        if (point >= 0xd800 && point < 0xe000) continue;
        for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
            utf8proc_uint8_t bytes[16], *whole;
            utf8proc_ssize_t size = utf8proc_encode_char(point, bytes);
            if (marks[m]) size += utf8proc_encode_char((int32_t)marks[m], bytes + size);
            utf8proc_ssize_t expected = utf8proc_map(bytes, size, &whole, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
            struct span got = text_composed((struct span){(const char *)bytes, (size_t)size}, &arena);
            if (expected >= 0 && !span_equal(got, (struct span){(const char *)whole, (size_t)expected}))
                cr_assert_fail("U+%04X with U+%04X", (unsigned)point, (unsigned)marks[m]);
            free(whole);
        }
        arena_reset(&arena);
    }
    struct span broken = SPAN("\xe5\x8f"), cut = SPAN("a\xcc");
    cr_expect_eq(text_composed(broken, &arena).bytes, broken.bytes);
    cr_expect_eq(text_composed(cut, &arena).bytes, cut.bytes);
    arena_free(&arena);
}
