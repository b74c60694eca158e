/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/transform/fixture.h"
#include "transform/row/certno.h"
#include "transform/row/date.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static void validate(struct fixture *fixture, const struct regions *regions) {
    static const struct span county[] = {{"690102", 6}, {"690121", 6}};
    struct validate_state state = {.spec = &fixture->spec,
                                   .regions = regions,
                                   .county = county,
                                   .county_count = 2,
                                   .cutover_known = true,
                                   .cutover = date_days(2021, 1, 1),
                                   .extracted_known = true,
                                   .extracted = date_days(2021, 6, 30)};
    fixture_decode(fixture);
    cr_assert(fixture_run(fixture, &transform_validate, &state), "%s", fixture->error.message);
}

static const char person[] =
    "match: x\nkind: psn_info_b\nread: {format: csv}\nkey: [k]\ncolumns:\n  src_psn_no: k\n"
    "  psn_cert_type: t\n  certno: {from: c, as: certno}\n";

static void check_certno(const char *input, const char *expected, unsigned line) {
    char table[512], text[256];
    struct fixture fixture;
    static struct regions regions;
    memset(&regions, 0, sizeof regions);
    regions_read(&regions, SPAN("code,name,first,last\n690102,青禾区,1980,2020\n690103,样例区,1980,"
                                "2020\n690121,青禾县,1980,2020\n"
                                "690199,旧县,1980,1985\n"));
    const char *comma = strchr(input, ',');
    cr_assert(comma);
    snprintf(table, sizeof table, "k|t|c\n1|%.*s|%s\n", (int)(comma - input), input, comma + 1);
    fixture_open(&fixture, person, table);
    validate(&fixture, &regions);
    const struct vector *vector = fixture_vector(&fixture, "certno");
    snprintf(text, sizeof text, "%.*s %s", vector->null[0] ? 4 : (int)vector->text[0].size,
             vector->null[0] ? "null" : vector->text[0].bytes, fixture_codes(&fixture, 0));
    cr_expect_str_eq(text, expected, "line %u: %s -> %s", line, input, text);
    cr_expect_eq(fixture.batch.rows[0].fate, FATE_LIVE);
    fixture_close(&fixture);
}

Test(validate, certificate_numbers) { fixture_cases("tests/transform/certno.cases", check_certno); }

static void check_name(const char *input, const char *expected, unsigned line) {
    char table[512], text[256];
    struct fixture fixture;
    snprintf(table, sizeof table, "k|n\n1|%s\n", input);
    fixture_open(&fixture,
                 "match: x\nkind: psn_info_b\nread: {format: csv}\nkey: [k]\ncolumns:\n  src_psn_no: k\n  "
                 "psn_name: n\n",
                 table);
    validate(&fixture, NULL);
    const struct vector *vector = fixture_vector(&fixture, "psn_name");
    snprintf(text, sizeof text, "%.*s %s", vector->null[0] ? 4 : (int)vector->text[0].size,
             vector->null[0] ? "null" : vector->text[0].bytes, fixture_codes(&fixture, 0));
    cr_expect_str_eq(text, expected, "line %u: %s -> %s", line, input, text);
    fixture_close(&fixture);
}

Test(validate, names) { fixture_cases("tests/transform/name.cases", check_name); }

/* The public vectors of another validator, when they lie beside the project. */
Test(validate, public_vectors) {
    FILE *file = fopen("../shared/corpus/ids/jxlwqq_vectors.csv", "r");
    if (!file) file = fopen("../../shared/corpus/ids/jxlwqq_vectors.csv", "r");
    if (!file) {
        cr_skip("../shared/corpus/ids is not here");
        return;
    }
    char line[512];
    unsigned checked = 0;
    struct arena arena = {0};
    while (fgets(line, sizeof line, file)) {
        char *comma = strchr(line, ',');
        if (!comma || line[0] < '0' || line[0] > '9' || strstr(line, "region code invalid")) continue;
        struct span number = {line, (size_t)(comma - line)};
        struct certno certno = certno_check(number, (struct span){0}, NULL, &arena);
        bool valid = comma[1] == 'y';
        cr_expect_eq((certno.faults & ~(unsigned)CERTNO_UPGRADED) == 0, valid, "%s faults %u", line,
                     certno.faults);
        if (strstr(line, "upgrades to")) cr_expect(span_equal(certno.number, SPAN("610104196209276908")));
        checked++;
    }
    fclose(file);
    arena_free(&arena);
    cr_assert_gt(checked, 15u);
}

static void check_table(const char *yaml, const char *table, const char *const *codes) {
    struct fixture fixture;
    fixture_open(&fixture, yaml, table);
    validate(&fixture, NULL);
    for (uint32_t row = 0; row < fixture.batch.row_count; row++) {
        cr_expect_str_eq(fixture_codes(&fixture, row), codes[row], "row %u: %s", row + 1,
                         fixture_codes(&fixture, row));
        bool rejected = fixture.batch.rows[row].fate == FATE_REJECTED;
        cr_expect_eq(rejected,
                     strstr(codes[row], "empty") || strstr(codes[row], "foreign") ||
                         strstr(codes[row], "month_order") || strstr(codes[row], "before_start") ||
                         strstr(codes[row], "period") || strstr(codes[row], "not_a"),
                     "row %u", row + 1);
    }
    fixture_close(&fixture);
}

Test(validate, settlement_identities) {
    static const char *const codes[] = {"-",
                                        "settle.cost_parts",
                                        "settle.payers",
                                        "settle.fund_parts",
                                        "settle.person_parts",
                                        "-",
                                        "-",
                                        "settle.dates_disordered",
                                        "settle.after_cutover",
                                        "amount.negative",
                                        "-",
                                        "settle.after_cutover date.out_of_range"};
    check_table("match: x\nkind: setl_d\nread: {format: csv}\nkey: [k]\ncolumns:\n  setl_id: k\n  begndate: "
                "b\n  setl_time: s\n"
                "  medfee_sumamt: m\n  fulamt_ownpay_amt: o\n  overlmt_selfpay: v\n  preselfpay_amt: p\n  "
                "inscp_amt: i\n"
                "  fund_pay_sumamt: f\n  hifp_pay: h\n  hifmi_pay: g\n  psn_pay: n\n  acct_pay: a\n  "
                "acct_mulaid_pay: u\n"
                "  cash_payamt: c\n  ownpay_hosp_part: q\n  refd_setl_flag: r\n  crt_dedc: z\n",
                "k|b|s|m|o|v|p|i|f|h|g|n|a|u|c|q|r|z\n"
                "1|20200101|20200105|100|10|5|5|80|60|50|10|40|15|0|25|0|0|\n"
                "2|20200101|20200105|100.10|10|5|5|80|60.10|50.10|10|40|15|0|25|0|0|\n"
                "3|20200101|20200105|100|10|5|5|80|59.90|49.90|10|40|15|0|25|0|0|\n"
                "4|20200101|20200105|100|10|5|5|80|60|50|9|40|15|0|25|0|0|\n"
                "5|20200101|20200105|100|10|5|5|80|60|50|10|40|15|0|26|0|0|\n"
                "6|20200101|20200105|100|10|5|5|80|60|50|10|35|10|0|25|5|0|\n" /* hospital's part apart */
                "7|20200101|20200105|100|10|5|5|80|60|50|10|40|10|5|25|0|0|\n" /* mutual aid apart */
                "8|20200106|20200105|100|10|5|5|80|60|50|10|40|15|0|25|0|0|\n"
                "9|20210101|20210105|100|10|5|5|80|60|50|10|40|15|0|25|0|0|\n"
                "10|20200101|20200105|-5|-5|0|0|0|0|0|0|-5|0|0|-5|0|0|-9\n"
                "11|20200101|20200105|-100|-10|-5|-5|-80|-60|-50|-10|-40|-15|0|-25|0|1|\n"
                "12|20210101|20210801|100|10|5|5|80|60|50|10|40|15|0|25|0|0|\n",
                (const char *const[]){
                    codes[0], codes[1], codes[2], codes[3], codes[4], codes[5], codes[6], codes[7], codes[8],
                    "amount.negative amount.negative amount.negative amount.negative", codes[10], codes[11]});
}

Test(validate, differences_are_told_in_yuan) {
    struct fixture fixture;
    fixture_open(
        &fixture,
        "match: x\nkind: setl_d\nread: {format: csv}\nkey: [k]\ncolumns:\n  setl_id: k\n  setl_time: s\n"
        "  medfee_sumamt: m\n  fund_pay_sumamt: f\n  psn_pay: n\n",
        "k|s|m|f|n\n1|20200105|100|60|40.10\n");
    validate(&fixture, NULL);
    cr_assert_eq(fixture.batch.rows[0].reason_count, 1);
    cr_expect(span_equal(fixture.batch.rows[0].reasons[0].detail, SPAN("difference=-0.10")));
    fixture_close(&fixture);
}

Test(validate, enrollment_and_county) {
    static const char *const codes[] = {
        "-", "-", "row.foreign_county", "enroll.end_before_start", "required.empty", "-", "-"};
    check_table(
        "match: x\nkind: psn_insu_d\nread: {format: csv}\nkey: [k]\ncounty_column: c\nwithdraw: {from: g, "
        "when: D}\ncolumns:\n"
        "  src_psn_no: k\n  insutype: i\n  crt_insu_date: b\n  paus_insu_date: e\n",
        "k|i|b|e|c|g\n1|310|20200101||690102|\n2|310|20200101|20200101|690121001|\n3|310|20200101||690123|\n"
        "4|310|20200102|20200101||\n5||20200101||690102|\n|310|20200101||690102|\n7||20200101||690102|D\n",
        codes);
}

/* A period that is none would stand in no trial balance. */
Test(validate, year_and_period_of_a_voucher) {
    static const char *const codes[] = {"-", "-", "voucher.period", "voucher.period", "voucher.period"};
    static const char head[] =
        "match: x\nkind: voucher_entry_d\nread: {format: csv}\nkey: [n, l]\ncolumns:\n  acct_set: {value: "
        "\"01\"}\n"
        "  fund_set: {value: 居民}\n  voucher_no: n\n  line_no: l\n  voucher_date: {from: d, as: date}\n"
        "  src_acct_code: a\n  acct_code: a\n  debit: b\n";
    char yaml[1024];
    snprintf(yaml, sizeof yaml, "%s  acct_year: y\n  acct_month: m\n", head);
    check_table(yaml,
                "n|l|d|a|b|y|m\n1|1|20200501|1003|1.00|2020|05\n1|2|20200501|1003|1.00|2020|5\n"
                "2|1|20200501|1003|1.00|2020|202005\n2|2|20200501|1003|1.00|20|05\n2|3|20200501|1003|1.00|"
                "2020|五月\n",
                codes);
    static const char *const none[] = {"-"};
    snprintf(yaml, sizeof yaml, "%s  acct_year: {from: d, as: year}\n  acct_month: {from: d, as: period}\n",
             head);
    check_table(yaml, "n|l|d|a|b\n1|1|20200501|1003|1.00\n", none);
}

Test(validate, contributions) {
    static const char *const codes[] = {"-", "contrib.parts_mismatch", "contrib.month_order"};
    check_table(
        "match: x\nkind: rsdt_psn_clct_detl_d\nread: {format: csv}\nkey: [k]\ncolumns:\n  rsdt_clct_detl_id: "
        "k\n  clct_time: d\n"
        "  accrym_begn: {from: b, as: month}\n  accrym_end: {from: e, as: month}\n  psn_clct_amt: p\n  "
        "finsubs_amt: f\n  clct_sumamt: s\n",
        "k|d|b|e|p|f|s\n1|20200101|202001|202012|280|550|830\n2|20200101|202001|202012|280|550|830.01\n"
        "3|20200101|202012|202001|280|550|830\n",
        codes);
}

Test(validate, sex_and_birth) {
    struct fixture fixture;
    static const char *const codes[] = {"-", "certno.sex_conflict", "certno.birth_conflict"};
    fixture_open(&fixture,
                 "match: x\nkind: psn_info_b\nread: {format: csv}\nkey: [k]\ncolumns:\n  src_psn_no: k\n  "
                 "gend: g\n  brdy: b\n"
                 "  certno: {from: c, as: certno}\n",
                 "k|g|b|c\n1|1|19900307|690102199003070010\n2|2|19900307|690102199003070010\n3|1|19900308|"
                 "690102199003070010\n");
    validate(&fixture, NULL);
    for (uint32_t row = 0; row < 3; row++)
        cr_expect_str_eq(fixture_codes(&fixture, row), codes[row], "row %u: %s", row,
                         fixture_codes(&fixture, row));
    fixture_close(&fixture);
}

/* The first row of a batch is a row like any other. */
Test(validate, one_row_alone) {
    static const struct {
        const char *columns, *table, *code;
    } cases[] = {
        {"  setl_id: k\n  begndate: b\n  setl_time: s\n  medfee_sumamt: m\n",
         "k|b|s|m\n1|20200106|20200105|1\n", "settle.dates_disordered"},
        {"  setl_id: k\n  begndate: b\n  setl_time: s\n  medfee_sumamt: m\n",
         "k|b|s|m\n1|20200106|20200106|1\n", "-"},
        {"  setl_id: k\n  setl_time: s\n  medfee_sumamt: m\n", "k|s|m\n1|20210101|1\n",
         "settle.after_cutover"},
        {"  setl_id: k\n  setl_time: s\n  medfee_sumamt: m\n", "k|s|m\n1|20201231|1\n", "-"},
        {"  setl_id: k\n  setl_time: s\n  medfee_sumamt: m\n", "k|s|m\n1|20200101|-1\n", "amount.negative"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture fixture;
        char spec[300];
        snprintf(spec, sizeof spec, "match: x\nkind: setl_d\nread: {format: csv}\nkey: [k]\ncolumns:\n%s",
                 cases[i].columns);
        fixture_open(&fixture, spec, cases[i].table);
        validate(&fixture, NULL);
        cr_expect(strstr(fixture_codes(&fixture, 0), cases[i].code), "%zu: %s", i,
                  fixture_codes(&fixture, 0));
        fixture_close(&fixture);
    }
}

/* One row and what is said of it; amounts are powers of two, so that a part left out is another sum. */
static void check_rows(const char *kind, const char *columns, const char *header,
                       const char *const (*rows)[2], size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct fixture fixture;
        char spec[800], table[400];
        snprintf(spec, sizeof spec, "match: x\nkind: %s\nread: {format: csv}\nkey: [k]\ncolumns:\n%s", kind,
                 columns);
        snprintf(table, sizeof table, "%s\n%s\n", header, rows[i][0]);
        fixture_open(&fixture, spec, table);
        validate(&fixture, NULL);
        cr_expect_str_eq(fixture_codes(&fixture, 0), rows[i][1], "%s: %s", rows[i][0],
                         fixture_codes(&fixture, 0));
        fixture_close(&fixture);
    }
}
#define CHECK_ROWS(kind, columns, header, rows)                                                              \
    check_rows(kind, columns, header, rows, sizeof(rows) / sizeof *(rows))

/* A3: each fund's column is a part; the account may be one of them. */
Test(validate, every_fund_is_a_part) {
    static const char *const rows[][2] = {{"1|255|1|2|4|8|16|32|64|128|256", "-"},
                                          {"1|511|1|2|4|8|16|32|64|128|256", "-"},
                                          {"1|254|1|2|4|8|16|32|64|128|256", "settle.fund_parts"},
                                          {"1|510|1|2|4|8|16|32|64|128|256", "settle.fund_parts"},
                                          {"1|1|1||||||||", "-"}};
    CHECK_ROWS(
        "setl_d",
        "  setl_id: k\n  setl_time: {value: \"20200101\"}\n  medfee_sumamt: {value: \"999\"}\n  "
        "fund_pay_sumamt: f\n"
        "  hifp_pay: a\n  cvlserv_pay: b\n  hifes_pay: c\n  hifmi_pay: d\n  hifob_pay: e\n  hifdm_pay: "
        "g\n  maf_pay: h\n  othfund_pay: i\n  acct_pay: j\n",
        "k|f|a|b|c|d|e|g|h|i|j", rows);
}

/* A4: mutual aid stands inside the account or beside it. */
Test(validate, who_pays_the_persons_part) {
    static const char *const rows[][2] = {{"1|3|1|2|0", "-"},
                                          {"1|12|8|4|1", "-"},
                                          {"1|13|8|4|1", "-"},
                                          {"1|11|8|4|1", "settle.person_parts"},
                                          {"1|14|8|4|1", "settle.person_parts"}};
    CHECK_ROWS(
        "setl_d",
        "  setl_id: k\n  setl_time: {value: \"20200101\"}\n  medfee_sumamt: {value: \"99\"}\n  psn_pay: "
        "p\n  acct_pay: a\n  cash_payamt: c\n  acct_mulaid_pay: m\n",
        "k|p|a|c|m", rows);
}

static const char payment[] =
    "  staf_clct_detl_id: k\n  clct_time: {from: k, as: date}\n  src_psn_no: {value: p}\n  accrym_begn: "
    "{from: b, as: month}\n  accrym_end: {from: e, as: month}\n  clct_type: t\n  revs_flag: r\n  "
    "psn_clct_amt: p\n  emp_clct_amt: m\n  finsubs_amt: f\n  oth_clct_amt: o\n  clct_sumamt: s\n";

Test(validate, every_payer_is_a_part_and_a_reversal_may_be_negative) {
    static const char *const rows[][2] = {
        {"20200101|202001|202001|10||1|2|4|8|15", "-"},
        {"20200101|202001|202001|10||1|2|4|8|16", "contrib.parts_mismatch"},
        {"20200101|202001|202001|10||1|2|4|8|7", "contrib.parts_mismatch"},
        {"20200101|202002|202001|10||1|2|4|8|15", "contrib.month_order"},
        /* What is rejected is weighed when it comes back. */
        {"20200101|202001|202001|10||1|2|4|8|x", "amount.not_a_number"},
        {"abc|202001|202001|10||1|2|4|8|16", "date.not_a_date"},
        {"20200101|202001|202001|10||0|0|0|-8|-8", "amount.negative amount.negative"},
        {"20200101|202001|202001|10|+|0|0|0|-8|-8", "amount.negative amount.negative"},
        {"20200101|202001|202001|10|-|0|0|0|-8|-8", "-"},
        {"20200101|202001|202001|10|R|0|0|0|-8|-8", "-"},
        {"20200101|202001|202001|20||0|0|0|-8|-8", "-"},
        {"20200101|202001|202001|991||0|0|0|-8|-8", "-"}};
    CHECK_ROWS("staf_psn_clct_detl_d", payment, "k|b|e|t|r|p|m|f|o|s", rows);
    static const char *const settlements[][2] = {
        {"1|-1||", "amount.negative"}, {"1|-1|0|", "amount.negative"}, {"1|-1|1|", "-"}, {"1|-1||S1", "-"}};
    CHECK_ROWS("setl_d",
               "  setl_id: k\n  setl_time: {value: \"20200101\"}\n  medfee_sumamt: m\n  refd_setl_flag: r\n"
               "  init_setl_id: i\n",
               "k|m|r|i", settlements);
}

/* What is allowed up to its last value, and nothing beyond. */
Test(validate, bounds) {
    static const char *const shares[][2] = {
        {"1|0", "-"}, {"1|1", "-"}, {"1|1.0001", "ratio.out_of_range"}, {"1|-0.0001", "ratio.out_of_range"}};
    CHECK_ROWS("setl_d",
               "  setl_id: k\n  setl_time: {value: \"20200101\"}\n  medfee_sumamt: {value: \"1\"}\n  "
               "pool_prop_selfpay: p\n",
               "k|p", shares);
    static const char *const periods[][2] = {{"1|2020|1", "-"},
                                             {"1|2020|12", "-"},
                                             {"1|2020|0", "voucher.period"},
                                             {"1|2020|13", "voucher.period"},
                                             {"1|1900|1", "-"},
                                             {"1|2100|1", "-"},
                                             {"1|1899|1", "voucher.period"},
                                             {"1|2101|1", "voucher.period"}};
    CHECK_ROWS(
        "voucher_entry_d",
        "  acct_set: {value: \"01\"}\n  fund_set: {value: 居民}\n  voucher_no: k\n  line_no: {value: "
        "\"1\"}\n  voucher_date: {value: \"20200501\"}\n  src_acct_code: {value: \"1003\"}\n  acct_code: "
        "{value: \"1003\"}\n  debit: {value: \"1\"}\n  acct_year: y\n  acct_month: m\n",
        "k|y|m", periods);
    /* Persons are not born tomorrow, but a cover may end then; the oldest is of 1880. */
    static const char *const births[][2] = {{"1|18800101", "-"},
                                            {"1|18791231", "date.out_of_range"},
                                            {"1|20210630", "-"},
                                            {"1|20210701", "date.out_of_range"}};
    CHECK_ROWS("psn_info_b", "  src_psn_no: k\n  brdy: b\n", "k|b", births);
    static const char *const covers[][2] = {
        {"1|20210701", "-"}, {"1|21000101", "-"}, {"1|21000102", "date.out_of_range"}};
    CHECK_ROWS("psn_insu_d",
               "  src_psn_no: k\n  insutype: {value: \"310\"}\n  crt_insu_date: {value: \"20200101\"}\n  "
               "paus_insu_date: e\n",
               "k|e", covers);
}
