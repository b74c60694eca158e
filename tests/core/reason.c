/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/reason.h"
#include "core/language.h"
#include <criterion/criterion.h>

Test(reason, the_catalogue_is_sorted_and_complete) {
    cr_assert(reason_kind_count > 50, "only %u codes", reason_kind_count);
    for (uint32_t i = 0; i < reason_kind_count; i++) {
        const struct reason_kind *kind = &reason_kinds[i];
        cr_expect(i == 0 || strcmp(reason_kinds[i - 1].code, kind->code) < 0, "%s is out of order",
                  kind->code);
        cr_expect(reason_find(kind->code) == kind, "%s is not found", kind->code);
        cr_expect(strchr(kind->code, '.') && !strpbrk(kind->code, " ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
                  "%s is not subject.problem", kind->code);
        cr_expect(*kind->zh && *kind->en && *kind->suggestion_zh && *kind->stage, "%s has a gap", kind->code);
        bool told = strcmp(kind->fate, "reject") == 0 || strcmp(kind->fate, "doubt") == 0 ||
                    strcmp(kind->fate, "refuse") == 0;
        cr_expect(!told || *kind->suggestion_en, "%s: no English suggestion", kind->code);
    }
    cr_expect(!reason_find("no.such_code") && !reason_find("") && !reason_find("zzz"));
}

Test(reason, every_code_has_a_known_fate) {
    static const char *const fates[] = {"reject", "explain", "doubt",    "note",
                                        "refuse", "finding", "duplicate"};
    for (uint32_t i = 0; i < reason_kind_count; i++) {
        bool known = false;
        for (size_t f = 0; f < sizeof fates / sizeof *fates; f++)
            known |= strcmp(reason_kinds[i].fate, fates[f]) == 0;
        cr_expect(known, "%s: fate %s", reason_kinds[i].code, reason_kinds[i].fate);
    }
}

/* The two languages of a sentence name the same values, and every brace is closed. */
Test(reason, braces_agree) {
    for (uint32_t i = 0; i < reason_kind_count; i++) {
        const struct reason_kind *kind = &reason_kinds[i];
        for (const char *at = kind->zh; (at = strchr(at, '{')); at++) {
            const char *close = strchr(at, '}');
            cr_assert(close, "%s: a brace is open", kind->code);
            char name[64] = {0};
            cr_assert((size_t)(close - at) < sizeof name - 1, "%s: a long brace", kind->code);
            memcpy(name, at, (size_t)(close - at) + 1);
            cr_expect(strstr(kind->en, name), "%s: %s is not in the English sentence", kind->code, name);
        }
        for (const char *at = kind->en; (at = strchr(at, '{')); at++)
            cr_expect(strchr(at, '}'), "%s: a brace is open", kind->code);
    }
}

Test(reason, sentences_are_filled) {
    static const struct {
        enum language language;
        const char *code, *detail, *sentence;
    } cases[] = {
        {LANGUAGE_ZH, "row.too_few_columns", "expected=7;found=6", "应有 7 列，实有 6 列"},
        {LANGUAGE_ZH, "row.too_few_columns", "found=6;expected=7", "应有 7 列，实有 6 列"},
        {LANGUAGE_EN, "row.too_few_columns", "expected=7;found=6", "expected 7 columns, found 6"},
        {LANGUAGE_EN, "row.too_few_columns", "expected=7", "expected 7 columns, found ?"},
        {LANGUAGE_EN, "row.too_few_columns", "expected=;xfound=6", "expected  columns, found ?"},
        {LANGUAGE_EN, "row.too_few_columns", "", "expected ? columns, found ?"},
        {LANGUAGE_EN, "row.blank", "x=1", "blank row"},
        {LANGUAGE_EN, "no.such_code", "", "no.such_code"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        struct span detail = {cases[i].detail, strlen(cases[i].detail)};
        language_set(cases[i].language);
        size_t size = reason_sentence(cases[i].code, detail, text, sizeof text);
        cr_expect(strcmp(text, cases[i].sentence) == 0 && size == strlen(text), "case %zu: %s", i, text);
        char small[8] = "1234567";
        cr_expect(reason_sentence(cases[i].code, detail, small, sizeof small) == size, "case %zu: length", i);
        cr_expect(strncmp(small, cases[i].sentence, 7) == 0 && small[7] == '\0', "case %zu: cut to %s", i,
                  small);
    }
    language_set(LANGUAGE_ZH);
    cr_expect(reason_sentence("row.blank", (struct span){0}, NULL, 0) == strlen("空行"), "only the length");
}
