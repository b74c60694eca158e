/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/transform/fixture.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

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

/* The content of a row as key.c describes it, put together by itself. */
static uint64_t content(const struct batch *batch, uint32_t row) {
    const struct kind *kind = batch->kind;
    char bytes[8192];
    size_t size = (kind->column_count + 7) / 8;
    memset(bytes, 0xff, size);
    for (uint32_t column = 0; column < kind->column_count; column++) {
        const struct vector *vector = &batch->values[column];
        enum type type = kind->columns[column].type;
        if (vector->null[row]) continue;
        bytes[column / 8] = (char)(bytes[column / 8] & ~(1 << column % 8));
        size_t width = type == TYPE_TEXT   ? vector->text[row].size
                       : type == TYPE_DATE ? sizeof *vector->date
                                           : sizeof *vector->integer;
        uint32_t length = (uint32_t)width;
        if (type == TYPE_TEXT) memcpy(bytes + size, &length, sizeof length), size += sizeof length;
        memcpy(bytes + size,
               type == TYPE_TEXT   ? (const void *)vector->text[row].bytes
               : type == TYPE_DATE ? (const void *)&vector->date[row]
                                   : (const void *)&vector->integer[row],
               width);
        size += width;
    }
    return XXH3_64bits(bytes, size);
}

/* Rows are hashed by the dozen, column by column; the bytes are those of each row by itself: every length of
   text, a row that is longer than all others, rows in between that are not hashed. */
Test(key, content_does_not_depend_on_the_rows_around) {
    enum { ROWS = 150, LONG_EVERY = 7, TEXT_MAX = 1100 };
    struct fixture fixture;
    char *table = NULL, *text = malloc(TEXT_MAX + 1);
    size_t size = 0;
    FILE *to = open_memstream(&table, &size);
    memset(text, 'x', TEXT_MAX);
    fputs("k|i|d|e|m\n", to);
    for (int row = 0; row < ROWS; row++)
        fprintf(to, "%d|310|202001%02d|%s|%.*s\n", row, row % 33, row % 5 ? "a" : "",
                row % LONG_EVERY ? row : 950 + row, text);
    fclose(to);
    fixture_open(&fixture, enrollment, table);
    for (uint32_t row = 0; row < ROWS; row += 11)
        batch_reject(&fixture.batch, row, (struct reason){.code = "row.syntax"});
    fixture_decode(&fixture);
    struct key_state state = {.spec = &fixture.spec};
    cr_assert(fixture_run(&fixture, &transform_key, &state));
    unsigned live = 0;
    for (uint32_t row = 0; row < ROWS; row++) {
        const struct row *at = &fixture.batch.rows[row];
        uint64_t wanted = at->fate == FATE_LIVE ? content(&fixture.batch, row) : 0;
        live += at->fate == FATE_LIVE;
        cr_expect(at->row_hash == wanted, "row %u", row);
    }
    cr_expect(live > ROWS / 2 && live < ROWS, "%u live", live);
    fixture_close(&fixture);
    free(table);
    free(text);
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

/* Its cells stand under other columns, so what stands where the key belongs is none: no other row is settled
   or called a duplicate by it. */
Test(key, a_shifted_row_has_no_key) {
    struct fixture fixture;
    fixture_open(&fixture, enrollment, "k|i|d|e|m\n1|310|20200101|a|\n1|310|20200101|a|\n");
    fixture.batch.rows[1].shifted = true;
    batch_reject(&fixture.batch, 1, (struct reason){.code = "row.too_few_cells"});
    fixture_decode(&fixture);
    struct key_state state = {.spec = &fixture.spec};
    cr_assert(fixture_run(&fixture, &transform_key, &state));
    cr_expect(fixture.batch.rows[0].key.bytes && fixture.batch.rows[0].key_hash[0]);
    cr_expect(!fixture.batch.rows[1].key.bytes && !fixture.batch.rows[1].key_hash[0]);
    fixture_close(&fixture);
}
