/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/xlsx/number.h"
#include <criterion/criterion.h>
#include <math.h>

static void expect(const char *name, const char *want, struct span got) {
    cr_expect(got.size == strlen(want) && memcmp(got.bytes, want, got.size) == 0, "%s: want %s, got %.*s",
              name, want, (int)got.size, got.bytes);
}

Test(xlsx_number, canonical) {
    static const struct {
        const char *value, *want;
    } cases[] = {
        {"0", "0"},
        {"-7", "-7"},
        {"007", "007"},
        {"350105194912310025", "350105194912310025"}, /* 18 digits: never through a double */
        {"3.5010519491231002E+17",
         "3.5010519491231002E+17"}, /* the writer lost the last digits: as it stands */
        {"123456789012345678901234567890", "123456789012345678901234567890"},
        {"1.1000000000000001", "1.1"},
        {"0.10000000000000001", "0.1"},
        {"12.34", "12.34"},
        {"4.4999999999999998E-2", "0.045"},
        {"1234.5599999999999", "1234.56"},
        {"1E-10", "0.0000000001"},
        {"1.5E3", "1500"},
        {"-2.2999999999999998", "-2.3"},
        {"12.50", "12.5"},
        {"12.", "12"},
        {".5", "0.5"},
        {"9007199254740993", "9007199254740993"},
        {" 3.25 ", "3.25"},
        {"0.30000000000000004", "0.30000000000000004"},
        {"abc", "abc"},
        {"1e", "1e"},
        {"--1", "--1"},
        {"", ""},
        {"1E+400", "1E+400"},
        {"-0.0", "0"},
        {"99999999.990000002", "99999999.99"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[NUMBER_TEXT];
        expect(cases[i].value, cases[i].want,
               number_canonical((struct span){cases[i].value, strlen(cases[i].value)}, text));
    }
}

Test(xlsx_number, dates) {
    static const struct {
        const char *value;
        bool system_1904;
        const char *want;
    } cases[] = {
        {"1", false, "1900-01-01"},
        {"59", false, "1900-02-28"},
        {"60", false, "1900-02-29"},
        {"61", false, "1900-03-01"},
        {"44196", false, "2020-12-31"},
        {"44196.431", false, "2020-12-31 10:20:38.400"},
        {"44196.430902777778", false, "2020-12-31 10:20:30"},
        {"0.5", false, "12:00:00"},
        {"43830.99999999999", false, "2020-01-01"},
        {"2958465", false, "9999-12-31"},
        {"2958466", false, ""},
        {"-1", false, ""},
        {"x", false, ""},
        {"42734", true, "2020-12-31"},
        {"1", true, "1904-01-02"},
        {"60", true, "1904-03-01"},
        {"36585", false, "2000-02-29"},
        {"1e300", false, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[NUMBER_TEXT];
        size_t size =
            number_date((struct span){cases[i].value, strlen(cases[i].value)}, cases[i].system_1904, text);
        expect(cases[i].value, cases[i].want, (struct span){text, size});
    }
    char text[NUMBER_TEXT];
    expect("elapsed", "255:10:10", (struct span){text, number_elapsed(SPAN("10.632060185185185"), text)});
}

Test(xlsx_number, doubles) {
    static const struct {
        double value;
        const char *want;
    } cases[] = {{0, "0"},
                 {1.1, "1.1"},
                 {-0.05, "-0.05"},
                 {120000, "120000"},
                 {1e21, "1000000000000000000000"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {1e-7, "0.0000001"},
                 {1e300, "1E300"},
                 {123.456, "123.456"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[NUMBER_TEXT];
        expect(cases[i].want, cases[i].want, (struct span){text, number_write(cases[i].value, text)});
    }
}
