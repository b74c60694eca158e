/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/tally.h"
#include <criterion/criterion.h>

static const struct columns no_columns;

static struct reason because(const char *code) { return (struct reason){.code = code}; }

Test(tally, every_row_and_fen_under_its_fate) {
    struct batch batch = {0};
    batch_shape(&batch, &no_columns, 5);
    static int64_t fen[] = {1, 20, 300, -4000, 50000}, other[] = {7, 0, 0, 0, -7};
    batch.measures[0] = fen;
    batch.measures[31] = other;
    batch.unreadable[31] = 3;
    batch_reject(&batch, 1, because("amount.not_a_number"));
    batch_explain(&batch, 2, because("row.subtotal"));
    batch_doubt(&batch, 3, because("certno.check_digit"));
    batch_doubt(&batch, 1, because("certno.check_digit"));
    batch_note(&batch, 4, because("certno.check_digit"));
    struct tally tally = {0}, sum = {0};
    tally_add(&tally, &batch);
    tally_merge(&sum, &tally);
    tally_merge(&sum, &tally);
    cr_expect(tally.rows[FATE_LIVE] == 3 && tally.rows[FATE_REJECTED] == 1 &&
              tally.rows[FATE_EXPLAINED] == 1);
    cr_expect(tally.measures[FATE_LIVE][0] == 46001 && tally.measures[FATE_REJECTED][0] == 20);
    cr_expect(tally.measures[FATE_EXPLAINED][0] == 300 && tally.measures[FATE_LIVE][31] == 0);
    cr_expect(tally.unreadable[31] == 3 && tally.unreadable[0] == 0);
    cr_expect(tally.doubtful == 1, "a doubt on a rejected row is not counted as a doubtful row");
    cr_expect(tally.reasons == 4, "an explanation is no complaint: %ju", (uintmax_t)tally.reasons);
    cr_expect(tally_rows(&sum) == 10 && tally_fen(&sum, 0) == 2 * 46321 && tally_fen(&sum, 5) == 0);
    cr_expect(sum.unreadable[31] == 6 && sum.doubtful == 2 && sum.reasons == 8);
    arena_free(&batch.arena);
}

/* The first fate stands; every reason of a row is kept up to the limit, and a fate is never without one. */
Test(tally, fates_stand_and_reasons_stay) {
    static const char *const codes[] = {"a.1", "a.2", "a.3", "a.4", "a.5", "a.6", "a.7", "a.8", "a.9"};
    struct batch batch = {0};
    batch_shape(&batch, &no_columns, 3);
    batch_reject(&batch, 0, because("row.too_long"));
    batch_explain(&batch, 0, because("row.blank"));
    cr_expect(batch.rows[0].fate == FATE_REJECTED && batch.rows[0].reason_count == 2);
    batch_explain(&batch, 1, because("row.blank"));
    batch_reject(&batch, 1, because("row.too_long"));
    cr_expect(batch.rows[1].fate == FATE_EXPLAINED && batch.rows[1].reason_count == 2);
    for (int i = 0; i < 9; i++) batch_doubt(&batch, 2, because(codes[i]));
    batch_doubt(&batch, 2, because(codes[0]));
    cr_expect(batch.rows[2].reason_count == REASONS_MAX && batch.rows[2].fate == FATE_LIVE);
    batch_reject(&batch, 2, because("row.nul_byte"));
    cr_expect(batch.rows[2].reason_count == REASONS_MAX && batch.rows[2].fate == FATE_REJECTED);
    const struct reason *last = &batch.rows[2].reasons[REASONS_MAX - 1];
    cr_expect(strcmp(last->code, "row.nul_byte") == 0 && last->weight == WEIGHT_REJECT);
    arena_free(&batch.arena);
}

/* One bad cell that feeds two columns of the kind is mended once, so it is said once. */
Test(tally, one_cell_one_reason) {
    static const char code[] = "month.not_a_month";
    static const struct {
        uint16_t source, target;
        uint8_t count;
    } cases[] = {{5, 12, 1}, {5, 13, 1}, {6, 12, 2}, {0, 12, 3}, {0, 13, 4}, {0, 13, 4}};
    struct batch batch = {0};
    batch_shape(&batch, &no_columns, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        batch_reject(&batch, 0,
                     (struct reason){.code = code, .source = cases[i].source, .target = cases[i].target});
        cr_expect(batch.rows[0].reason_count == cases[i].count, "case %zu: %u", i,
                  batch.rows[0].reason_count);
    }
    arena_free(&batch.arena);
}

Test(tally, sums_are_wider_than_a_cell) {
    struct batch batch = {0};
    batch_shape(&batch, &no_columns, 4);
    static int64_t fen[] = {INT64_MAX, INT64_MAX, INT64_MIN, INT64_MAX};
    batch.measures[0] = fen;
    batch_reject(&batch, 2, because("row.nul_byte"));
    struct tally tally = {0};
    tally_add(&tally, &batch);
    cr_expect(tally.measures[FATE_LIVE][0] == (fen_total)INT64_MAX * 3);
    cr_expect(tally.measures[FATE_REJECTED][0] == INT64_MIN);
    arena_free(&batch.arena);
}

/* Few, many and no rows beside the live ones, ordinary and huge amounts: always what a plain loop adds up. */
Test(tally, every_mixture_of_fates) {
    enum { ROWS = 1000 };
    static const struct {
        uint32_t every;
        int64_t large;
    } cases[] = {{0, 0},          {500, 0}, {100, 0}, {15, 0}, {3, 0}, {1, 0}, {100, (int64_t)1 << 42},
                 {100, INT64_MAX}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct batch batch = {0};
        int64_t fen[ROWS];
        fen_total wanted[FATE_COUNT] = {0};
        batch_shape(&batch, &no_columns, ROWS);
        for (uint32_t row = 0; row < ROWS; row++) {
            fen[row] = row % 7 ? (int64_t)row * 1001 - 400000 : cases[i].large - (int64_t)row;
            if (cases[i].every && row % cases[i].every == 0) {
                if (row % 2) batch_explain(&batch, row, because("row.subtotal"));
                else batch_reject(&batch, row, because("row.nul_byte"));
            }
            wanted[batch.rows[row].fate] += fen[row];
        }
        batch.measures[3] = fen;
        struct tally tally = {0};
        tally_add(&tally, &batch);
        for (int fate = 0; fate < FATE_COUNT; fate++)
            cr_expect(tally.measures[fate][3] == wanted[fate], "case %zu, fate %d", i, fate);
        cr_expect(tally_rows(&tally) == ROWS);
        arena_free(&batch.arena);
    }
}

Test(tally, fen_text) {
    fen_total huge = (fen_total)INT64_MAX * 1000;
    const struct {
        fen_total fen;
        const char *text;
    } cases[] = {
        {0, "0.00"},
        {1, "0.01"},
        {-1, "-0.01"},
        {99, "0.99"},
        {100, "1.00"},
        {99999, "999.99"},
        {100000, "1,000.00"},
        {-123450, "-1,234.50"},
        {100000000, "1,000,000.00"},
        {INT64_MIN, "-92,233,720,368,547,758.08"},
        {huge, "92,233,720,368,547,758,070.00"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[FEN_TEXT];
        cr_expect(strcmp(fen_text(cases[i].fen, text), cases[i].text) == 0, "%s, expected %s", text,
                  cases[i].text);
    }
    char text[FEN_TEXT];
    fen_total least = (fen_total)1 << 126;
    least = -least - least; /* -2^127 */
    cr_expect(strcmp(fen_text(least, text), "-1,701,411,834,604,692,317,316,873,037,158,841,057.28") == 0,
              "%s", text);
}
