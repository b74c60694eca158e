/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The known cases that are no settlements: a report's own formulas. */
#include "cli/policy/policy.h"
#include "core/decimal.h"
#include "core/language.h"
#include "core/shipped.h"
#include "report/formula.h"
#include "transform/row/csv.h"

enum {
    FIGURE_ID,
    FIGURE_FORMULA,
    FIGURE_A,
    FIGURE_UNIT = FIGURE_A + 4,
    FIGURE_EXPECTED,
    FIGURE_SOURCE,
    FIGURE_COLUMNS
};
static const char path[] = "mappings/vectors/report.csv";

static bool read_numbers(const struct span *cells, int64_t numbers[FIGURE_EXPECTED - FIGURE_A + 1]) {
    for (int i = FIGURE_A; i <= FIGURE_EXPECTED; i++) {
        numbers[i - FIGURE_A] = 0;
        if (cells[i].size && decimal_read(cells[i], 0, &numbers[i - FIGURE_A]) != DECIMAL_OK) return false;
    }
    return true;
}

/* In whole `unit`s. */
static bool work_out(struct span formula, const int64_t *n, fen_total unit, fen_total *got) {
    if (span_equal(formula, SPAN("total"))) *got = formula_round(formula_total(n[0], n[1]), unit);
    else if (span_equal(formula, SPAN("mean"))) *got = formula_round(n[0], n[1] * unit);
    else if (span_equal(formula, SPAN("before"))) *got = formula_before(n[0], n[1], unit);
    else if (span_equal(formula, SPAN("decrease")))
        *got = formula_round(formula_before(n[0], n[1], 1) - n[0], unit);
    else if (span_equal(formula, SPAN("sum"))) *got = formula_round((fen_total)n[0] + n[1], unit);
    else if (span_equal(formula, SPAN("share"))) *got = formula_round(formula_share(n[0], n[1]), unit);
    else if (span_equal(formula, SPAN("rest"))) *got = formula_rest(n, 4);
    else return false;
    return true;
}

bool policy_figures(const char *name, struct arena *arena, bool *found, bool *held, struct error *error) {
    struct csv csv = {0};
    struct span cells[CSV_CELLS];
    shipped_find(path, &csv.text);
    *found = false;
    *held = true;
    for (uint32_t count; (count = csv_next(&csv, cells, arena)) > 0;) {
        int64_t numbers[FIGURE_EXPECTED - FIGURE_A + 1];
        fen_total got;
        if (!span_equal(cells[FIGURE_ID], (struct span){name, strlen(name)})) continue;
        *found = true;
        if (count != FIGURE_COLUMNS || !read_numbers(cells, numbers) ||
            !work_out(cells[FIGURE_FORMULA], numbers, numbers[FIGURE_UNIT - FIGURE_A], &got)) {
            error->at = (struct place){.source = path, .row = csv.line};
            return error_code(error, TROUBLE_USAGE, NULL, "%s",
                              TEXT("这一行写得不对", "this row is malformed"));
        }
        bool same = got == numbers[FIGURE_EXPECTED - FIGURE_A];
        *held &= same;
        printf("%s %s %.*s(%jd, %jd, %jd, %jd) / %jd = %jd %s %jd  %.*s\n", same ? "✓" : "✗", name,
               (int)cells[FIGURE_FORMULA].size, cells[FIGURE_FORMULA].bytes, (intmax_t)numbers[0],
               (intmax_t)numbers[1], (intmax_t)numbers[2], (intmax_t)numbers[3], (intmax_t)numbers[4],
               (intmax_t)got, same ? "=" : "≠", (intmax_t)numbers[5], (int)cells[FIGURE_SOURCE].size,
               cells[FIGURE_SOURCE].bytes);
    }
    return true;
}
