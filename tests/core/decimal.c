/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/decimal.h"
#include <criterion/criterion.h>
#include <inttypes.h>

struct reading_case {
    const char *text;
    int scale;
    enum decimal_verdict verdict;
    int64_t value;
};

static void check_reading(const struct reading_case *c) {
    int64_t value = 77;
    enum decimal_verdict verdict = decimal_read((struct span){c->text, strlen(c->text)}, c->scale, &value);
    cr_expect(verdict == c->verdict, "\"%s\" scale %d: verdict %d, expected %d", c->text, c->scale, verdict,
              c->verdict);
    cr_expect(value == c->value, "\"%s\" scale %d: %" PRId64 ", expected %" PRId64, c->text, c->scale, value,
              c->value);
}

Test(decimal, exact) {
    static const struct reading_case cases[] = {
        {"0", 2, DECIMAL_OK, 0},
        {"1", 2, DECIMAL_OK, 100},
        {"1.", 2, DECIMAL_OK, 100},
        {".5", 2, DECIMAL_OK, 50},
        {"0.01", 2, DECIMAL_OK, 1},
        {"-0.01", 2, DECIMAL_OK, -1},
        {"-0", 2, DECIMAL_OK, 0},
        {"+3", 2, DECIMAL_OK, 300},
        {"1234.5", 2, DECIMAL_OK, 123450},
        {"1.500000", 2, DECIMAL_OK, 150},
        {"000000000000000000000012.30", 2, DECIMAL_OK, 1230},
        {"0.29", 2, DECIMAL_OK, 29}, /* 28.999... fen as a double */
        {"1.15", 2, DECIMAL_OK, 115},
        {"42", 0, DECIMAL_OK, 42},
        {"42.000", 0, DECIMAL_OK, 42},
        {"0.1234", 4, DECIMAL_OK, 1234},
        {"1,234.50", 2, DECIMAL_OK, 123450},
        {"1,234", 2, DECIMAL_OK, 123400},
        {"-12,345,678.90", 2, DECIMAL_OK, -1234567890},
        {"(3.00)", 2, DECIMAL_OK, -300},
        {"(1,234)", 2, DECIMAL_OK, -123400},
        {"（３．５０）", 2, DECIMAL_OK, -350},
        {"3-", 2, DECIMAL_OK, -300},
        {"1,234.50-", 2, DECIMAL_OK, -123450},
        {"１２．５", 2, DECIMAL_OK, 1250},
        {"－１，２３４．５０", 2, DECIMAL_OK, -123450},
        {"¥1,234.5", 2, DECIMAL_OK, 123450},
        {"￥12", 2, DECIMAL_OK, 1200},
        {"-¥12", 2, DECIMAL_OK, -1200},
        {"¥-12", 2, DECIMAL_OK, -1200},
        {"(¥12)", 2, DECIMAL_OK, -1200},
        {"  7 \t\r", 2, DECIMAL_OK, 700},
        {"\xE3\x80\x80"
         "7\xC2\xA0\xE3\x80\x80",
         2, DECIMAL_OK, 700},
        {"92233720368547758.07", 2, DECIMAL_OK, INT64_MAX},
        {"-92233720368547758.07", 2, DECIMAL_OK, -INT64_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_reading(&cases[i]);
}

Test(decimal, says_why_not) {
    static const struct reading_case cases[] = {
        {"", 2, DECIMAL_EMPTY, 0},
        {" \t", 2, DECIMAL_EMPTY, 0},
        {"\xE3\x80\x80", 2, DECIMAL_EMPTY, 0},
        {"1.505", 2, DECIMAL_TOO_MANY_DECIMALS, 0},
        {"0.5", 0, DECIMAL_TOO_MANY_DECIMALS, 0},
        {"0.0000000000000000000000000001", 2, DECIMAL_TOO_MANY_DECIMALS, 0},
        {"92233720368547758.08", 2, DECIMAL_RANGE, 0},
        {"184467440737095516.15", 2, DECIMAL_RANGE, 0},
        {"184467440737095516.16", 2, DECIMAL_RANGE, 0}, /* 2^64 fen: would wrap to 0 */
        {"99999999999999999999999999999999", 0, DECIMAL_RANGE, 0},
        {"100000000000000000", 4, DECIMAL_RANGE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_reading(&cases[i]);
}

Test(decimal, not_a_number) {
    static const char *const cases[] = {
        "1O24.50",    "二百五",   "1e5",   "1E5",       "--1",   "-1-",        "+1-",    "+-1",
        "(-1)",       "-(1)",     "(1",    "1)",        "((1))", "()",         "-",      "+",
        ".",          "-.",       "¥",     "¥¥1",       "Y100",  "Ｙ100",      "$5",     "1 234",
        "1. 5",       "1.2.3",    "1,23",  "12,34,567", ",123",  "1,",         "1,2345", "1234,567",
        "1,234,56.0", "1.234,5",  "0x10",  "NaN",       "inf",   "NULL",       "/",      "#REF!",
        "1元",        "万1",      "1%",    "1'234",     "1-2",   "2020-01-01", "\xFF",   "1\xEF",
        "1\xEF\xBC",  "\xEF\xBC", "1\xC2", "1\n",       "¥-¥1",  "1¥",         "−5",     "1,234-5",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_reading(&(struct reading_case){cases[i], 2, DECIMAL_NOT_A_NUMBER, 0});
    int64_t value;
    cr_expect(decimal_read(SPAN("1\0"), 2, &value) == DECIMAL_NOT_A_NUMBER, "a NUL byte is no digit");
}

Test(decimal, absent_bytes) {
    int64_t value = 1;
    cr_expect(decimal_read((struct span){0}, 2, &value) == DECIMAL_EMPTY && value == 0, "a null cell");
}

Test(decimal, writes_every_digit) {
    static const struct {
        int64_t value;
        int scale;
        const char *text;
    } cases[] = {
        {0, 2, "0.00"},
        {5, 2, "0.05"},
        {-5, 2, "-0.05"},
        {100, 2, "1.00"},
        {123450, 2, "1234.50"},
        {-7, 0, "-7"},
        {0, 0, "0"},
        {1, 4, "0.0001"},
        {INT64_MAX, 2, "92233720368547758.07"},
        {INT64_MIN, 2, "-92233720368547758.08"},
        {INT64_MIN, 0, "-9223372036854775808"},
        {INT64_MIN, 18, "-9.223372036854775808"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[24];
        size_t size = decimal_write(cases[i].value, cases[i].scale, text);
        cr_expect(strcmp(text, cases[i].text) == 0, "wrote %s, expected %s", text, cases[i].text);
        cr_expect(size == strlen(cases[i].text), "%s: length %zu", cases[i].text, size);
    }
}

/* What is written is read back, for every scale and around every power of ten. */
Test(decimal, round_trip) {
    for (int scale = 0; scale <= 6; scale++)
        for (int64_t power = 1; power < INT64_MAX / 10; power *= 10)
            for (int64_t step = -1; step <= 1; step++)
                for (int64_t sign = -1; sign <= 1; sign += 2) {
                    char text[24];
                    int64_t value = sign * (power + step), back = 0;
                    size_t size = decimal_write(value, scale, text);
                    cr_assert(decimal_read((struct span){text, size}, scale, &back) == DECIMAL_OK, "%s",
                              text);
                    cr_assert(back == value, "%s: %" PRId64 " came back as %" PRId64, text, value, back);
                }
}
