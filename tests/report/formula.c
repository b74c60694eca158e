/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/formula.h"
#include "report/impact.h"
#include <criterion/criterion.h>
#include <stdlib.h>

/* Half up, away from zero; exact where a double is not. */
Test(formula, rounds_once) {
    static const struct {
        const char *name;
        int64_t value, unit, expected;
    } cases[] = {{"up", 15, 10, 2}, {"down", 14, 10, 1},  {"minus", -15, 10, -2},
                 {"zero", 0, 7, 0}, {"whole", 70, 7, 10}, {"large", 9007199254740993, 1, 9007199254740993}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect(formula_round(cases[i].value, cases[i].unit) == cases[i].expected, "%s", cases[i].name);
    cr_expect(formula_mean(137670000, 412) == 334150);
    cr_expect(formula_mean(5, 0) == 0);
    cr_expect(formula_total(364936, 195074) == 71189525264);
    cr_expect(formula_before(7310, 2690, 1) == 10000);
    cr_expect(formula_share(10001, 5000) == 5001);
    const int64_t shares[] = {700, 700, 700, 850};
    cr_expect_eq(formula_rest(shares, 4), 7050);
}

/* The chart names every year and scheme, both amounts and their difference, and runs nothing. */
Test(formula, chart_shows_what_the_table_says) {
    struct result_column columns[] = {{.name = SPAN("year")},
                                      {.name = SPAN("scheme")},
                                      {.name = SPAN("old_fund_fen"), .show = SHOW_FEN},
                                      {.name = SPAN("new_fund_fen"), .show = SHOW_FEN}};
    struct arena arena = {0};
    struct result result;
    result_begin(&result, &arena, SPAN("x"), SPAN("x"), columns, 4);
    struct span *cells = result_add(&result);
    cells[0] = SPAN("2020");
    cells[1] = SPAN("<b>");
    cells[2] = SPAN("100000");
    cells[3] = SPAN("75000");
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    write_impact_chart(&result, stream);
    fclose(stream);
    static const char *const words[] = {"<svg", "2020 &lt;b&gt;", "1,000.00", "750.00", "-250.00", "</svg>"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        cr_expect(strstr(text, words[i]), "%s", words[i]);
    cr_expect(!strstr(text, "style=") && !strstr(text, "script"));
    free(text);
    arena_free(&arena);
}
