/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/transform/fixture.h"
#include "core/decimal.h"
#include "transform/row/date.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* "12.5 @fen": the cell and its word. */
static void split_word(const char *input, char cell[256], char word[32]) {
    const char *at = strstr(input, " @");
    snprintf(cell, 256, "%.*s", at ? (int)(at - input) : (int)strlen(input), input);
    snprintf(word, 32, "%s", at ? at + 2 : "");
}

static void check_amount(const char *input, const char *expected, unsigned line) {
    char cell[256], unit[32], yaml[512], table[512];
    struct fixture fixture;
    split_word(input, cell, unit);
    snprintf(
        yaml, sizeof yaml,
        "match: x\nkind: setl_d\nread: {format: csv}\nkey: [k]\nunit: %s\ncolumns:\n"
        "  setl_id: k\n  setl_time: {value: \"20200101\"}\n  medfee_sumamt: {value: \"0\"}\n  hifp_pay: a\n",
        unit[0] ? unit : "yuan");
    snprintf(table, sizeof table, "k|a\n1|%s\n", cell);
    fixture_open(&fixture, yaml, table);
    fixture_decode(&fixture);
    const struct vector *vector = fixture_vector(&fixture, "hifp_pay");
    int measure = fixture.spec.kind->columns[model_column(fixture.spec.kind, span_of("hifp_pay"))].measure;
    if (strstr(expected, "amount.")) {
        cr_expect_str_eq(fixture_codes(&fixture, 0), expected, "line %u: %s", line,
                         fixture_codes(&fixture, 0));
        cr_expect(vector->null[0] && fixture.batch.unreadable[measure] == 1, "line %u", line);
        cr_expect_eq(fixture.batch.rows[0].fate, FATE_REJECTED);
    } else {
        char text[32];
        snprintf(text, sizeof text, "%jd", (intmax_t)vector->integer[0]);
        cr_expect_str_eq(text, expected, "line %u: %s -> %s (%s)", line, input, text,
                         fixture_codes(&fixture, 0));
        cr_expect_eq(fixture_measure(&fixture, "hifp_pay", 0), vector->integer[0]);
        cr_expect_eq(fixture.batch.unreadable[measure], 0u);
    }
    fixture_close(&fixture);
}

/* A dash by itself says nothing, which decimal_read does not know. */
static bool only_a_dash(struct span cell) {
    while (cell.size && *cell.bytes == ' ') cell.bytes++, cell.size--;
    while (cell.size && cell.bytes[cell.size - 1] == ' ') cell.size--;
    return span_equal(cell, SPAN("-")) || span_equal(cell, SPAN("--"));
}

/* Amounts of ordinary length are read eight characters at a time.  Every cell, right or wrong, must give what
   the reader of all other cells gives; each stands at the very end of its memory, so that a look behind it is
   found by the sanitizer, and begins at every alignment. */
Test(decode, amounts_by_eights) {
    enum { LENGTHS = 15, TRIES = 400, ROWS = LENGTHS * TRIES };
    static const char signs[] = "0123456789012345678901234567890123456789....,,- +:/\xff";
    static const char *const units[] = {"yuan", "fen", "wanyuan"};
    static const int scales[] = {2, 0, 6};
    char *table = NULL, yaml[512];
    size_t size = 0;
    uint64_t seed = 1;
    FILE *to = open_memstream(&table, &size);
    fputs("k|a\n", to);
    for (int row = 0; row < ROWS; row++) fprintf(to, "%d|\n", row);
    fclose(to);
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        struct fixture fixture;
        snprintf(yaml, sizeof yaml,
                 "match: x\nkind: setl_d\nread: {format: csv}\nkey: [k]\nunit: %s\ncolumns:\n  setl_id: k\n"
                 "  setl_time: {value: \"20200101\"}\n  medfee_sumamt: {value: \"0\"}\n  hifp_pay: a\n",
                 units[u]);
        fixture_open(&fixture, yaml, table);
        struct span *cells = fixture.batch.cells[1];
        char *memory[ROWS];
        for (unsigned row = 0; row < ROWS; row++) {
            unsigned length = row % LENGTHS, lead = row % 8;
            memory[row] = malloc(lead + length + !(lead + length));
            char *cell = memory[row] + lead;
            for (unsigned i = 0; i < length; i++) {
                seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
                unsigned kind = row % 3 == 0 ? (unsigned)(sizeof signs - 1) : 40; /* two of three: digits */
                cell[i] = signs[(seed >> 33) % kind];
            }
            if (row % 3 && length >= 4) cell[length - 3] = '.';
            cells[row] = (struct span){cell, length};
        }
        fixture_decode(&fixture);
        const struct vector *vector = fixture_vector(&fixture, "hifp_pay");
        unsigned read = 0;
        for (uint32_t row = 0; row < ROWS; row++) {
            int64_t wanted;
            enum decimal_verdict verdict = decimal_read(cells[row], scales[u], &wanted);
            if (only_a_dash(cells[row])) verdict = DECIMAL_EMPTY;
            bool null = verdict != DECIMAL_OK;
            read += !null;
            cr_expect(vector->null[row] == null && vector->integer[row] == (null ? 0 : wanted) &&
                          (fixture.batch.rows[row].fate == FATE_REJECTED) ==
                              (null && verdict != DECIMAL_EMPTY),
                      "%s: \"%.*s\"", units[u], (int)cells[row].size, cells[row].bytes);
            free(memory[row]);
        }
        cr_expect(read > ROWS / 8 && read < ROWS, "%s: %u", units[u], read);
        fixture_close(&fixture);
    }
    free(table);
}

Test(decode, amounts) { fixture_cases("tests/transform/amount.cases", check_amount); }

static void check_date(const char *input, const char *expected, unsigned line) {
    char cell[256], as[32], yaml[512], table[512], text[32] = "empty";
    struct fixture fixture;
    split_word(input, cell, as);
    snprintf(yaml, sizeof yaml,
             "match: x\nkind: psn_insu_d\nread: {format: csv}\nkey: [k]\ncolumns:\n  src_psn_no: k\n"
             "  insutype: {value: \"310\"}\n  crt_insu_date: {value: \"20200101\"}\n"
             "  paus_insu_date: {from: a, as: %s, open: \"99991231\"}\n",
             as[0] ? as : "date");
    snprintf(table, sizeof table, "k|a\n1|%s\n", cell);
    fixture_open(&fixture, yaml, table);
    fixture_decode(&fixture);
    const struct vector *vector = fixture_vector(&fixture, "paus_insu_date");
    if (!vector->null[0]) date_write(vector->date[0], text);
    if (fixture.batch.rows[0].reason_count) snprintf(text, sizeof text, "%s", fixture_codes(&fixture, 0));
    cr_expect_str_eq(text, expected, "line %u: %s -> %s", line, input, text);
    cr_expect_eq(fixture.batch.rows[0].fate, FATE_LIVE, "line %u: a second-rank date never costs the row",
                 line);
    fixture_close(&fixture);
}

Test(decode, dates) { fixture_cases("tests/transform/date.cases", check_date); }

/* Moments, dates where a moment is kept, and moments where a date is. */
Test(decode, moments) {
    static const struct {
        const char *as, *cell, *moment, *date;
    } cases[] = {
        {"timestamp", "20200131235959", "2020-01-31 86399", "2020-01-31"},
        {"timestamp", "202001312359", "2020-01-31 86340", "2020-01-31"},
        {"timestamp", "2020-1-31 8:30:05", "2020-01-31 30605", "2020-01-31"},
        {"timestamp", "1999-12-31T23:59:59", "1999-12-31 86399", "1999-12-31"},
        {"timestamp", "2000/1/1", "2000-01-01 0", "2000-01-01"},
        {"timestamp", "2020-01-31 24:00:00", "date.not_a_date", "date.not_a_date"},
        {"timestamp", "2020-01-31 23:60", "date.not_a_date", "date.not_a_date"},
        {"timestamp", "20200131235960", "date.not_a_date", "date.not_a_date"},
        {"date", "20200131", "2020-01-31 0", "2020-01-31"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char yaml[512], table[128], moment[64], day[16];
        struct fixture fixture;
        snprintf(yaml, sizeof yaml,
                 "match: x\nkind: psn_insu_d\nread: {format: csv}\nkey: [k]\ncolumns:\n  src_psn_no: k\n"
                 "  insutype: {value: \"310\"}\n  crt_insu_date: {value: \"20200101\"}\n"
                 "  paus_insu_date: {from: a, as: %s}\n  crte_time: {from: b, as: %s}\n",
                 cases[i].as, cases[i].as);
        snprintf(table, sizeof table, "k|a|b\n1||%s\n2|%s|\n", cases[i].cell, cases[i].cell);
        fixture_open(&fixture, yaml, table);
        fixture_decode(&fixture);
        const struct vector *dates = fixture_vector(&fixture, "paus_insu_date"),
                            *moments = fixture_vector(&fixture, "crte_time");
        const int64_t second = 1000000, day_us = 86400 * second;
        int64_t at = moments->integer[0], days = (at - (at < 0 ? day_us - 1 : 0)) / day_us;
        day[date_write((int32_t)days, day)] = '\0';
        snprintf(moment, sizeof moment, "%s %jd", day, (intmax_t)((at - days * day_us) / second));
        cr_expect_str_eq(moments->null[0] ? fixture_codes(&fixture, 0) : moment, cases[i].moment, "%s: %s",
                         cases[i].cell, moment);
        day[date_write(dates->date[1], day)] = '\0';
        cr_expect_str_eq(dates->null[1] ? fixture_codes(&fixture, 1) : day, cases[i].date, "%s: %s",
                         cases[i].cell, day);
        fixture_close(&fixture);
    }
}

/* Packed dates are read in one look; each day that there may be, and each that there is not, must come out as
   the calendar says. */
Test(decode, packed_dates_by_the_calendar) {
    struct arena arena = {0};
    unsigned read = 0;
    for (int year = 1899; year <= 2101; year++)
        for (int month = 0; month <= 13; month++)
            for (int day = 0; day <= 32; day++) {
                char text[64];
                int32_t days;
                snprintf(text, sizeof text, "%04d%02d%02d", year, month, day);
                enum date_verdict verdict = date_read((struct span){text, 8}, &arena, &days);
                bool real = date_is_real(year, month, day), unknown = year == 1900 && month == 1 && day == 1;
                cr_expect(verdict == (!real ? DATE_WRONG : unknown ? DATE_PLACEHOLDER : DATE_OK), "%s", text);
                cr_expect(!real || days == date_days(year, month, day), "%s: %d", text, days);
                read += verdict == DATE_OK;
            }
    cr_expect_eq(read, 203u * 365 + 49 - 1, "%u", read); /* 49 leap days, without the placeholder */
    arena_free(&arena);
}

static void check_month(const char *input, const char *expected, unsigned line) {
    char table[512], text[64];
    struct fixture fixture;
    snprintf(table, sizeof table, "k|a\n1|%s\n", input);
    fixture_open(
        &fixture,
        "match: x\nkind: staf_psn_clct_detl_d\nread: {format: csv}\nkey: [k]\ncolumns:\n  staf_clct_detl_id: "
        "k\n"
        "  clct_time: {value: \"20200101\"}\n  clct_sumamt: {value: \"0\"}\n  cashym: {from: a, as: month}\n",
        table);
    fixture_decode(&fixture);
    const struct vector *vector = fixture_vector(&fixture, "cashym");
    snprintf(text, sizeof text, "%.*s", (int)vector->text[0].size,
             vector->text[0].bytes ? vector->text[0].bytes : "");
    if (vector->null[0]) snprintf(text, sizeof text, "empty");
    if (fixture.batch.rows[0].reason_count) snprintf(text, sizeof text, "%s", fixture_codes(&fixture, 0));
    cr_expect_str_eq(text, expected, "line %u: %s -> %s", line, input, text);
    fixture_close(&fixture);
}

Test(decode, months) { fixture_cases("tests/transform/month.cases", check_month); }

Test(decode, calendar_is_gapless) {
    int32_t last = date_days(1, 1, 1) - 1;
    for (int year = 1; year <= 9999; year += year == 1 ? 1799 : year < 2200 ? 1 : 7799)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= 31; day++) {
                if (!date_is_real(year, month, day)) continue;
                int32_t days = date_days(year, month, day);
                int y, m, d;
                date_civil(days, &y, &m, &d);
                cr_assert(y == year && m == month && d == day, "%d-%d-%d", year, month, day);
                if (year > 1800 && year < 2200) cr_assert_eq(days, last + 1);
                last = days;
            }
    cr_assert_eq(date_days(2000, 1, 1), 0);
    cr_assert_eq(date_days(1970, 1, 1), -10957);
}

Test(decode, required_dates_reject) {
    static const struct {
        const char *cell, *codes;
    } cases[] = {{"00000000", "date.not_a_date"},
                 {"19000101", "date.not_a_date"},
                 {"2020", "date.not_a_date"},
                 {"20200101", "-"}};
    for (size_t index = 0; index < sizeof cases / sizeof *cases; index++) {
        struct fixture fixture;
        char table[128];
        snprintf(table, sizeof table, "k|d\n1|%s\n", cases[index].cell);
        fixture_open(&fixture,
                     "match: x\nkind: psn_insu_d\nread: {format: csv}\nkey: [k]\ncolumns:\n  src_psn_no: k\n"
                     "  insutype: {value: \"310\"}\n  crt_insu_date: d\n",
                     table);
        fixture_decode(&fixture);
        cr_expect_str_eq(fixture_codes(&fixture, 0), cases[index].codes, "%s: %s", cases[index].cell,
                         fixture_codes(&fixture, 0));
        cr_expect_eq(fixture.batch.rows[0].fate == FATE_REJECTED, cases[index].codes[0] == 'd');
        fixture_close(&fixture);
    }
}

static const char settlement[] =
    "match: x\nkind: setl_d\nread: {format: csv}\nkey: [id]\nwhere: {kind: {not: \"备注\"}}\nwithdraw: "
    "{from: gone, when: \"D\"}\n"
    "columns:\n  setl_id: id\n  setl_time: {from: day, as: date}\n  insutype: {from: ins, as: code}\n"
    "  medfee_sumamt: cost\n  fund_pay_sumamt: {from: [pool, big], sum: true}\n  hifp_pay: pool\n"
    "  hifob_pay: {from: big, when: {insutype: \"310\"}}\n  hifmi_pay: {from: big, when: {insutype: "
    "\"390\"}}\n"
    "  memo: {from: [id, ins], join: \"-\"}\n";
static const char rows[] = "id|day|ins|cost|pool|big|kind|gone\n"
                           "1|20200101|310|100.00|60.00|10.00||\n"
                           "2|20200101|390|200.00|50.00|20.00||\n"
                           "3|20200101|510|300.00|70.00|30.00||\n"
                           "4|20200101|510|400.00|80.00|0||\n"
                           "5|20200101|310|12,3x|80.00|5.00||\n"
                           "6|20200101|310|500.00|8x|7.00||D\n"
                           "7|20200101|310|600.00|1.00|9.00|备注|\n"
                           "8|20200101|310\n"
                           "合计||||||备注|\n";

static void run_settlement(struct fixture *fixture) {
    fixture_open(fixture, settlement, rows);
    fixture_decode(fixture);
    struct decode_state state = {.spec = &fixture->spec};
    cr_assert(fixture_run(fixture, &transform_decode_when, &state));
}

Test(decode, conditions_sums_and_fates) {
    struct fixture fixture;
    run_settlement(&fixture);
    static const struct {
        const char *codes;
        enum fate fate;
    } expected[] = {{"-", FATE_LIVE},
                    {"-", FATE_LIVE},
                    {"amount.no_column", FATE_REJECTED},
                    {"-", FATE_LIVE},
                    {"amount.not_a_number", FATE_REJECTED},
                    {"amount.not_a_number", FATE_REJECTED},
                    {"row.filtered", FATE_EXPLAINED},
                    {"row.too_few_columns", FATE_REJECTED},
                    {"row.filtered", FATE_EXPLAINED}};
    for (uint32_t row = 0; row < fixture.batch.row_count; row++) {
        cr_expect_str_eq(fixture_codes(&fixture, row), expected[row].codes, "row %u: %s", row,
                         fixture_codes(&fixture, row));
        cr_expect_eq(fixture.batch.rows[row].fate, expected[row].fate, "row %u", row);
    }
    cr_expect(fixture.batch.rows[5].withdrawn && !fixture.batch.rows[0].withdrawn);
    cr_expect(fixture_is(&fixture, "memo", 0, "1-310"));
    cr_expect_eq(fixture_vector(&fixture, "hifob_pay")->integer[0], 1000);
    cr_expect(fixture_vector(&fixture, "hifmi_pay")->null[0]);
    cr_expect_eq(fixture_vector(&fixture, "hifmi_pay")->integer[1], 2000);
    cr_expect_eq(fixture_vector(&fixture, "fund_pay_sumamt")->integer[1], 7000);
    fixture_close(&fixture);
}

/* Nothing is stolen: by fate and in all, the measures are the cells. */
Test(decode, measures_are_the_cells) {
    struct fixture fixture;
    run_settlement(&fixture);
    struct tally tally = {0};
    tally_add(&tally, &fixture.batch);
    static const struct {
        const char *column;
        int64_t live, rejected, explained;
        uint64_t unreadable;
    } expected[] = {{"medfee_sumamt", 70000, 80000, 60000, 2},
                    {"hifp_pay", 19000, 15000, 100, 2},
                    {"fund_pay_sumamt", 22000, 18500, 1000, 2},
                    {"hifob_pay", 1000, 1200, 900, 1},
                    {"hifmi_pay", 2000, 3000, 0, 1}};
    for (size_t index = 0; index < sizeof expected / sizeof *expected; index++) {
        int column = model_column(fixture.spec.kind, span_of(expected[index].column));
        int measure = fixture.spec.kind->columns[column].measure;
        cr_expect_eq((int64_t)tally.measures[FATE_LIVE][measure], expected[index].live, "%s",
                     expected[index].column);
        cr_expect_eq((int64_t)tally.measures[FATE_REJECTED][measure], expected[index].rejected, "%s: %jd",
                     expected[index].column, (intmax_t)tally.measures[FATE_REJECTED][measure]);
        cr_expect_eq((int64_t)tally.measures[FATE_EXPLAINED][measure], expected[index].explained, "%s",
                     expected[index].column);
        cr_expect_eq(tally.unreadable[measure], expected[index].unreadable, "%s: %ju", expected[index].column,
                     (uintmax_t)tally.unreadable[measure]);
    }
    fixture_close(&fixture);
}

Test(decode, ten_thousand_yuan_with_two_decimals) {
    struct fixture fixture;
    fixture_open(
        &fixture,
        "match: x\nkind: setl_d\nread: {format: csv}\nkey: [k]\nunit: wanyuan\ncolumns:\n  setl_id: k\n"
        "  setl_time: {value: \"20200101\"}\n  medfee_sumamt: a\n  hifp_pay: b\n",
        "k|a|b\n1|0.1234|0.05\n2|0.12|0.05\n3|0|0\n4|0.12|0.0512\n");
    fixture_decode(&fixture);
    static const char *const codes[] = {"-", "amount.precision_lost", "-", "-"};
    for (uint32_t row = 0; row < 4; row++)
        cr_expect_str_eq(fixture_codes(&fixture, row), codes[row], "row %u", row);
    cr_expect_eq(fixture_measure(&fixture, "medfee_sumamt", 0), 123400);
    fixture_close(&fixture);
    /* Where zeros are written out, one short amount is enough. */
    fixture_open(
        &fixture,
        "match: x\nkind: setl_d\nread: {format: csv}\nkey: [k]\nunit: wanyuan\ncolumns:\n  setl_id: k\n"
        "  setl_time: {value: \"20200101\"}\n  medfee_sumamt: a\n  hifp_pay: b\n",
        "k|a|b\n1|0.1230|0.0500\n2|0.12|0.0512\n3|0|0\n4|0.1200|0.0512\n");
    fixture_decode(&fixture);
    for (uint32_t row = 0; row < 4; row++)
        cr_expect_str_eq(fixture_codes(&fixture, row), codes[row], "padded row %u", row);
    fixture_close(&fixture);
}

/* The sign of a fixed-width export stands in a column of its own, blank for plus. */
Test(decode, sign_beside_the_amount) {
    struct fixture fixture;
    fixture_open(
        &fixture,
        "match: x\nkind: setl_fund_pay_d\nread: {format: csv}\nkey: [k]\nunit: fen\ncolumns:\n  setl_id: k\n"
        "  fund_pay_type: {value: \"310100\"}\n  fund_payamt: {from: [s, a], join: \"\"}\n",
        "k|s|a\n1| |000123\n2|-|000123\n3|+|5\n");
    fixture_decode(&fixture);
    static const int64_t fen[] = {123, -123, 5};
    for (uint32_t row = 0; row < 3; row++)
        cr_expect_eq(fixture_measure(&fixture, "fund_payamt", row), fen[row], "row %u", row);
    fixture_close(&fixture);
}

/* The same stages and the same memory for one batch after the other, wide and long. */
Test(decode, many_batches) {
    enum { COPIES = 64 };
    struct fixture fixture;
    size_t room = 4200 * 220;
    char *table = malloc(room), *at = table;
    cr_assert(table);
    at += sprintf(at, "id|b|e|s|t|n|i|h|a|c|f|p|q|r|u|v|w|x|y|z|m1|m2|m3|m4\n");
    for (int row = 0; row < 4096; row++)
        at += sprintf(at,
                      "S%08d|20200101|20200105|20200105|21|10000%05d|310|H690102001|%d.10|%d.10|     "
                      "0.00|0.00|0|10|0.00|12.34|"
                      "      1.00|2.00|0.01|99.99|合成样例数据|王芳|备注|x\n",
                      row, row, row, row);
    fixture_open(&fixture,
                 "match: x\nkind: setl_d\nread: {format: csv}\nkey: [id]\ncolumns:\n  setl_id: id\n  "
                 "begndate: b\n  enddate: e\n"
                 "  setl_time: s\n  med_type: t\n  src_psn_no: n\n  insutype: i\n  fixmedins_code: h\n  "
                 "medfee_sumamt: a\n"
                 "  fulamt_ownpay_amt: c\n  overlmt_selfpay: f\n  preselfpay_amt: p\n  inscp_amt: q\n  "
                 "act_pay_dedc: r\n  hifp_pay: u\n"
                 "  cvlserv_pay: v\n  hifes_pay: w\n  acct_pay: x\n  cash_payamt: y\n  balc: z\n  "
                 "fixmedins_name: m1\n  psn_name: m2\n"
                 "  memo: m3\n  vali_flag: m4\n",
                 table);
    struct decode_state decode = {.spec = &fixture.spec};
    struct validate_state validate = {.spec = &fixture.spec};
    struct key_state key = {.spec = &fixture.spec};
    struct stage stages[] = {{&transform_decode, &decode, &fixture.arena},
                             {&transform_validate, &validate, &fixture.arena},
                             {&transform_key, &key, &fixture.arena}};
    for (int stage = 0; stage < 3; stage++)
        cr_assert(stages[stage].kind->open(&stages[stage], &fixture.columns, &fixture.error));
    struct batch source = fixture.batch;
    struct arena arena = {0};
    for (int copy = 0; copy < COPIES; copy++) {
        arena_reset(&arena);
        fixture.batch = source;
        fixture.batch.arena = arena;
        memset(source.rows, 0, source.row_count * sizeof *source.rows);
        for (int stage = 0; stage < 3; stage++)
            cr_expect(stages[stage].kind->run(&stages[stage], &fixture.batch, &fixture.error) == FLOW_MORE,
                      "batch %d: %s", copy, fixture.error.message);
        cr_expect_eq(fixture_measure(&fixture, "medfee_sumamt", 4095), 409510);
        cr_expect_str_eq(fixture_codes(&fixture, 7), "-");
        arena = fixture.batch.arena;
    }
    fixture.batch = source;
    arena_free(&arena);
    free(table);
    fixture_close(&fixture);
}

/* A footer's row count or sum stands under a column by accident; a deleted record's amount does not. */
Test(decode, furniture_has_no_money) {
    struct fixture fixture;
    fixture_open(&fixture,
                 "match: x\nkind: setl_d\nread: {format: csv}\nkey: [k]\nunit: yuan\ncolumns:\n  setl_id: k\n"
                 "  setl_time: {value: \"20200101\"}\n  medfee_sumamt: a\n",
                 "k|a\n1|5.00\n#END|1\n2|7.00\n");
    batch_explain(&fixture.batch, 1, (struct reason){.code = "row.footer"});
    batch_explain(&fixture.batch, 2, (struct reason){.code = "dbf.deleted"});
    fixture_decode(&fixture);
    cr_expect_eq(fixture_measure(&fixture, "medfee_sumamt", 0), 500);
    cr_expect_eq(fixture_measure(&fixture, "medfee_sumamt", 1), 0);
    cr_expect_eq(fixture_measure(&fixture, "medfee_sumamt", 2), 700);
    fixture_close(&fixture);
}

/* A sum takes what is written beside a dash, as it takes what stands beside an empty cell. */
Test(decode, a_dash_in_a_sum_is_nothing) {
    struct fixture fixture;
    fixture_open(&fixture,
                 "match: x\nkind: setl_d\nread: {format: csv}\nkey: [k]\nunit: yuan\ncolumns:\n  setl_id: k\n"
                 "  setl_time: {value: \"20200101\"}\n  medfee_sumamt: {from: [a, b], sum: yes}\n",
                 "k|a|b\n1|-|2.50元\n2|1.25|-\n3|1|x\n");
    fixture_decode(&fixture);
    const struct vector *sum = fixture_vector(&fixture, "medfee_sumamt");
    cr_expect(sum->integer[0] == 250 && sum->integer[1] == 125, "%jd %jd", (intmax_t)sum->integer[0],
              (intmax_t)sum->integer[1]);
    cr_expect_str_eq(fixture_codes(&fixture, 2), "amount.not_a_number");
    fixture_close(&fixture);
}
