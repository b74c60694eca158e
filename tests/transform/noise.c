/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/transform/fixture.h"
#include "transform/row/certno.h"
#include "transform/row/profile.h"
#include <criterion/criterion.h>
#include <stdlib.h>

static const char spec[] =
    "match: x\nkind: setl_d\nread: {format: csv}\nkey: [a, b]\nwhere: {h: {not: \"x\"}}\ncolumns:\n  "
    "setl_id: a\n"
    "  setl_time: {from: b, as: date}\n  medfee_sumamt: c\n  certno: {from: d, as: certno}\n  psn_name: "
    "{from: e, as: name}\n"
    "  pool_prop_selfpay: {from: f, as: ratio}\n  opt_time: {from: b, as: timestamp}\n  year: {from: f, as: "
    "integer}\n"
    "  hifp_pay: {from: [c, g], sum: yes}\n  hifob_pay: {from: g, when: {a: [\"1\", \"-\"]}}\n"
    "  hifmi_pay: {from: g, when: {insutype: \"2\"}}\n  insutype: h\n  memo: {from: [d, e], join: \"/\"}\n";

/* A small generator, so that a failure comes back with its seed. */
static uint32_t next(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* The caller frees the bytes. */
static struct span noise(uint32_t *seed, struct arena *arena) {
    static const char *const pieces[] = {"0",
                                         "1",
                                         "9",
                                         ".",
                                         "-",
                                         ",",
                                         " ",
                                         "x",
                                         "X",
                                         "E+17",
                                         "2020",
                                         "13",
                                         "年",
                                         "月",
                                         "王",
                                         "·",
                                         "•",
                                         "?",
                                         "\xef\xbf\xbd",
                                         "\xee\x80\x80",
                                         "\xff",
                                         "\xe4",
                                         "(",
                                         ")",
                                         "：",
                                         "１",
                                         "690102199003070010",
                                         "19000101",
                                         "00000000",
                                         "无",
                                         "\x01",
                                         "%"};
    size_t count = next(seed) % 12, size = 0;
    char *bytes = ARENA_NEW(arena, char, 400);
    for (size_t index = 0; index < count; index++) {
        const char *piece = pieces[next(seed) % (sizeof pieces / sizeof *pieces)];
        memcpy(bytes + size, piece, strlen(piece));
        size += strlen(piece);
    }
    if (next(seed) % 50 == 0) bytes[size++] = '\0';
    /* Its own block of memory, so that a sanitizer sees one byte too far. */
    char *own = malloc(size ? size : 1);
    cr_assert(own);
    memcpy(own, bytes, size);
    return (struct span){own, size};
}

/* Whatever stands in the cells: no crash, every row has a fate, and what is live has what it must have. */
Test(noise, cells_of_any_bytes) {
    for (uint32_t round = 0; round < 20; round++) {
        struct fixture fixture;
        uint32_t seed = round;
        static const char *owned[8 * 200];
        size_t owned_count = 0;
        char table[8192] = "a|b|c|d|e|f|g|h\n", *at = table + strlen(table);
        for (int row = 0; row < 200; row++, at += 16) memcpy(at, "1|1|1|1|1|1|1|1\n", 17);
        fixture_open(&fixture, spec, table);
        for (uint32_t column = 0; column < fixture.columns.count; column++)
            for (uint32_t row = 0; row < fixture.batch.row_count; row++)
                if (next(&seed) % 3) {
                    struct span cell = noise(&seed, &fixture.arena);
                    fixture.batch.cells[column][row] = cell;
                    owned[owned_count++] = cell.bytes;
                }
        struct decode_state decode = {.spec = &fixture.spec}, late = {.spec = &fixture.spec};
        struct validate_state validate = {.spec = &fixture.spec};
        struct key_state key = {.spec = &fixture.spec};
        struct profile_state profile = {0};
        cr_assert(fixture_run(&fixture, &transform_profile, &profile));
        cr_assert(fixture_run(&fixture, &transform_decode, &decode));
        cr_assert(fixture_run(&fixture, &transform_decode_when, &late));
        cr_assert(fixture_run(&fixture, &transform_validate, &validate));
        cr_assert(fixture_run(&fixture, &transform_key, &key));
        struct tally tally = {0};
        tally_add(&tally, &fixture.batch);
        cr_expect_eq(tally_rows(&tally), 200u);
        cr_expect_gt(tally.rows[FATE_REJECTED], 0u);
        for (uint32_t row = 0; row < 200; row++) {
            if (fixture.batch.rows[row].fate != FATE_LIVE) continue;
            cr_expect(!fixture_vector(&fixture, "setl_time")->null[row] && fixture.batch.rows[row].key.size,
                      "round %u row %u", round, row);
            cr_expect(!fixture_vector(&fixture, "medfee_sumamt")->null[row], "round %u row %u", round, row);
        }
        fixture_close(&fixture);
        while (owned_count) free((void *)(uintptr_t)owned[--owned_count]);
    }
}
