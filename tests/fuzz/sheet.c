/* SPDX-License-Identifier: MulanPSL-2.0 */
/* A sheet, or shared strings when they begin with "<sst": the scanner of plain rows says what expat alone
   says. The first byte chooses the window, and whether the rows are skipped. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/heard.h"

static void same(struct heard own, struct heard expat) {
    if (own.size != expat.size || memcmp(own.text, expat.text, own.size) != 0)
        fprintf(stderr, "says\n%sexpat says\n%s", own.text, expat.text);
    REQUIRE(own.size == expat.size && memcmp(own.text, expat.text, own.size) == 0);
    free(own.text);
    free(expat.text);
}

static void sheet(struct span text, struct arena *arena) {
    (void)arena;
    static char shared[] = "x_12";
    static uint8_t styles[] = {STYLE_NUMBER, STYLE_DATE, STYLE_ELAPSED};
    uint32_t ends[] = {1, 4};
    struct sheet_values values = {.styles = {.styles = styles, .count = 3}, .strings = {.count = 2}};
    if (text.size == 0) return;
    unsigned choice = (unsigned char)text.bytes[0];
    struct span xml = {text.bytes + 1, text.size - 1};
    values.strings.text = (struct growing){shared, 4, 4, -1};
    values.strings.ends = (struct growing){(char *)ends, sizeof ends, sizeof ends, -1};
    if (xml.size > 4 && memcmp(xml.bytes, "<sst", 4) == 0) {
        same(heard_strings(xml, true), heard_strings(xml, false));
        return;
    }
    struct how own = {.finish = choice & 1, .room = choice & 2 ? 40 + choice : 0};
    struct how expat = {.parser_only = true, .finish = choice & 1};
    same(heard_sheet(xml, &values, own), heard_sheet(xml, &values, expat));
}

FUZZ(sheet)
