/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/layout.h"
#include "report/query.h"
#include <criterion/criterion.h>

/* `texts` columns of `letters` letters, then `moneys` columns of an amount. */
static struct layout lay(struct arena *arena, uint32_t texts, uint32_t letters, uint32_t moneys) {
    const struct result_column text = {SPAN("t"), SPAN("文字"), SPAN("text"), SHOW_TEXT, 0, {0}},
                               money = {SPAN("m"), SPAN("金额"), SPAN("money"), SHOW_FEN, 0, {0}};
    struct result_column columns[32];
    struct result result;
    for (uint32_t c = 0; c < texts + moneys; c++) columns[c] = c < texts ? text : money;
    result_begin(&result, arena, SPAN("表"), SPAN("table"), columns, texts + moneys);
    struct span *cells = result_add(&result);
    for (uint32_t c = 0; c < texts + moneys; c++)
        cells[c] = c < texts ? result_format(arena, "%0*d", (int)letters, 7) : SPAN("412691704276");
    return layout_of(&result);
}

Test(layout, texts_give_way_first_and_then_the_table_is_cut) {
    static const struct {
        uint32_t texts, letters, moneys;
        bool squeezed, cut;
    } cases[] = {
        {2, 10, 3, false, false}, {3, 44, 3, true, false}, {4, 40, 5, true, false}, {2, 20, 12, false, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct layout layout = lay(&arena, cases[i].texts, cases[i].letters, cases[i].moneys);
        cr_expect((layout.widths[0] < cases[i].letters) == cases[i].squeezed, "case %zu: %u", i,
                  layout.widths[0]);
        cr_expect((layout.page > 0) == cases[i].cut, "case %zu: cut at %u", i, layout.page);
        cr_expect(!layout.page || layout.repeated == cases[i].texts, "case %zu: %u", i, layout.repeated);
        cr_expect(layout.scale >= LAYOUT_SCALE_LEAST, "case %zu: %u %%", i, layout.scale);
        for (uint32_t c = cases[i].texts; c < cases[i].texts + cases[i].moneys; c++)
            cr_expect(layout.widths[c] >= strlen("4,126,917,042.76"), "a figure is shown whole");
        arena_free(&arena);
    }
}

/* Every table that we print, as its SQL file measures it: legible before a single row is there. */
Test(layout, every_report_is_legible) {
    static const char *const names[] = {"rejects", "cleanup", "cover",  "coverage",       "handover",
                                        "history", "ledger",  "index",  "reconciliation", "status",
                                        "impact",  "basis",   "voucher"};
    struct arena arena = {0};
    struct error error = {0};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        struct query query;
        cr_assert(query_find(names[n], &arena, &query, &error), "%s", error.message);
        for (uint32_t s = 0; s < query.sheet_count; s++) {
            const struct query_sheet *sheet = &query.sheets[s];
            struct result result;
            result_begin(&result, &arena, sheet->zh, sheet->en, sheet->columns, sheet->column_count);
            for (uint32_t c = 0; c < sheet->column_count; c++) {
                if (span_equal(sheet->columns[c].name, sheet->page)) result.page = c;
                if (span_equal(sheet->columns[c].name, sheet->screen)) result.screen = c;
            }
            result.repeated = sheet->repeated;
            struct layout layout = layout_of(&result);
            cr_expect(layout.scale >= LAYOUT_SCALE_LEAST, "%s, %.*s: %u %%", names[n], (int)sheet->zh.size,
                      sheet->zh.bytes, layout.scale);
        }
    }
    arena_free(&arena);
}
