/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/check.h"
#include "core/decimal.h"
#include "transform/row/date.h"

/* A relation that ends before it begins: 0 begin, 1 end. */
static void check_enrollment(const struct checking *checking) {
    for (uint32_t row = 0; row < checking->batch->row_count; row++) {
        int32_t from, until;
        if (!check_applies(checking, row) || !check_day(checking, 0, row, &from) ||
            !check_day(checking, 1, row, &until))
            continue;
        if (until < from)
            check_say(checking, row, WEIGHT_REJECT, "enroll.end_before_start", 1, (struct span){0});
    }
}

/* yyyyMM texts compare as numbers do: 0 begin, 1 end. */
static void check_months(const struct checking *checking) {
    const struct vector *begins = check_vector(checking, 0), *ends = check_vector(checking, 1);
    for (uint32_t row = 0; row < checking->batch->row_count; row++) {
        struct span begin = check_text(begins, row), end = check_text(ends, row);
        if (begin.size != 6 || end.size != 6 || !check_applies(checking, row)) continue;
        if (memcmp(begin.bytes, end.bytes, 6) > 0)
            check_say(checking, row, WEIGHT_REJECT, "contrib.month_order", 0, (struct span){0});
    }
}

static bool number_in(struct span text, size_t most, int64_t least, int64_t last) {
    int64_t number = 0;
    return text.size && text.size <= most && decimal_read(text, 0, &number) == DECIMAL_OK &&
           number >= least && number <= last;
}

/* The books are added up by year and period, so one that is none would stand in no trial balance: 0 year,
   1 period. */
static void check_period(const struct checking *checking) {
    const struct vector *years = check_vector(checking, 0), *periods = check_vector(checking, 1);
    for (uint32_t row = 0; row < checking->batch->row_count; row++) {
        if (!check_applies(checking, row)) continue;
        if (!number_in(check_text(years, row), 4, 1900, 2100))
            check_say(checking, row, WEIGHT_REJECT, "voucher.period", 0, (struct span){0});
        if (!number_in(check_text(periods, row), 2, 1, 12))
            check_say(checking, row, WEIGHT_REJECT, "voucher.period", 1, (struct span){0});
    }
}

/* Admission, discharge, settlement (A14): each not before the one before it. */
static void check_stay(const struct checking *checking) {
    for (uint32_t row = 0; row < checking->batch->row_count; row++) {
        int32_t last = 0, day;
        bool known = false;
        if (!check_applies(checking, row)) continue;
        for (int index = 0; index < 3; index++) {
            if (!check_day(checking, index, row, &day)) continue;
            if (known && day < last) {
                check_say(checking, row, WEIGHT_DOUBT, "settle.dates_disordered", index, (struct span){0});
                break;
            }
            last = day;
            known = true;
        }
    }
}

static void check_cutover(const struct checking *checking) {
    if (!checking->state->cutover_known) return;
    char text[16];
    date_write(checking->state->cutover, text);
    struct span detail = detail_of(checking->batch, "date=%s", text);
    for (uint32_t row = 0; row < checking->batch->row_count; row++) {
        int32_t day;
        if (check_applies(checking, row) && check_day(checking, 0, row, &day) &&
            day >= checking->state->cutover)
            check_say(checking, row, WEIGHT_DOUBT, "settle.after_cutover", 0, detail);
    }
}

/* Every date of every kind.  Ends of a relation may lie ahead; events and births may not. */
static void check_ranges(const struct checking *checking) {
    struct batch *batch = checking->batch;
    const struct kind *kind = batch->kind;
    int32_t earliest = date_days(1880, 1, 1), latest = date_days(2100, 1, 1);
    for (uint32_t column = 0; column < kind->column_count; column++) {
        if (kind->columns[column].type != TYPE_DATE || !checking->source[column]) continue;
        bool past = kind->columns[column].tags & TAG_EVENT || strcmp(kind->columns[column].name, "brdy") == 0;
        int32_t until = past && checking->state->extracted_known ? checking->state->extracted : latest;
        const int self[] = {(int)column};
        struct checking one = {checking->state, batch, self, checking->source, checking->applies};
        const struct vector *dates = &batch->values[column];
        bool any = false; /* nulls are 0, the year 2000 */
        for (uint32_t row = 0; row < batch->row_count; row++)
            any |= dates->date[row] < earliest || dates->date[row] > until;
        for (uint32_t row = 0; any && row < batch->row_count; row++)
            if ((dates->date[row] < earliest || dates->date[row] > until) && !dates->null[row] &&
                check_applies(checking, row))
                check_say(&one, row, WEIGHT_DOUBT, "date.out_of_range", 0, (struct span){0});
    }
}

const struct check checks_dates[] = {
    {.kinds = "psn_insu_d", .needs = {"crt_insu_date", "paus_insu_date"}, .run = check_enrollment},
    {.needs = {"accrym_begn", "accrym_end"}, .run = check_months},
    {.kinds = "voucher_entry_d", .needs = {"acct_year", "acct_month"}, .run = check_period},
    {.kinds = "setl_d", .uses = {"begndate", "enddate", "setl_time"}, .run = check_stay},
    {.kinds = "setl_d", .needs = {"setl_time"}, .run = check_cutover},
    {.run = check_ranges},
    {0},
};
