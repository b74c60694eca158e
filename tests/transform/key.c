/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/transform/fixture.h"
#include <criterion/criterion.h>
#include <stdio.h>

static const char enrollment[] =
    "match: x\nkind: psn_insu_d\nread: {format: csv}\nkey: [k, i]\ncolumns:\n  src_psn_no: k\n"
    "  insutype: i\n  crt_insu_date: d\n  emp_no: e\n  memo: m\n";

Test(key, keys_and_content) {
    struct fixture fixture;
    fixture_open(&fixture, enrollment,
                 "k|i|d|e|m\n1|310|20200101|a|\n 1 |310|20200101|a|\n1|310|20200101||a\n|310|20200101|a|\n"
                 "1/3|10|20200101|a|\n1|3/10|20200101|a|\n1|310|20200102|a|\n");
    fixture_decode(&fixture);
    struct key_state state = {.spec = &fixture.spec};
    cr_assert(fixture_run(&fixture, &transform_key, &state));
    const struct row *rows = fixture.batch.rows;
    cr_expect(span_equal(rows[0].key, SPAN("1/310")));
    cr_expect(rows[0].key_hash[0] == rows[1].key_hash[0] && rows[0].key_hash[1] == rows[1].key_hash[1]);
    cr_expect_neq(rows[4].key_hash[0], rows[5].key_hash[0], "1/3 with 10 is not 1 with 3/10");
    cr_expect_str_eq(fixture_codes(&fixture, 3), "key.empty");
    cr_expect_eq(rows[3].fate, FATE_REJECTED);
    cr_expect_neq(rows[0].row_hash, rows[2].row_hash, "a value in another column is another content");
    cr_expect_neq(rows[0].row_hash, rows[6].row_hash);
    fixture_close(&fixture);
}

Test(replay, chosen_rows_and_corrected_cells) {
    struct fixture fixture;
    fixture_open(&fixture, enrollment,
                 "k|i|d|e|m\n1|310|20200101|a|\n2|310|2020|a|\n3|310|20200101|a|\n4|310|20200101|a|\n");
    static const uint64_t chosen[] = {3, 5}; /* row numbers: the header is 1 */
    const struct replay_cell cells[] = {{3, 2, SPAN("20200229")}, {3, 4, SPAN("改")}};
    struct replay_state state = {.rows = chosen, .row_count = 2, .cells = cells, .cell_count = 2};
    cr_assert(fixture_run(&fixture, &transform_replay, &state));
    fixture_decode(&fixture);
    static const char *const codes[] = {"row.filtered", "-", "row.filtered", "-"};
    for (uint32_t row = 0; row < 4; row++)
        cr_expect_str_eq(fixture_codes(&fixture, row), codes[row], "row %u", row);
    cr_expect(fixture_is(&fixture, "memo", 1, "改") && !fixture_vector(&fixture, "crt_insu_date")->null[1]);
    fixture_close(&fixture);
}
