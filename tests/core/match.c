/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/spec.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <time.h>

static struct span span_of(const char *text) { return (struct span){text, strlen(text)}; }

Test(match, patterns) {
    static const struct {
        const char *pattern, *name;
        bool fits;
    } cases[] = {
        {"a.csv", "a.csv", true},
        {"a.csv", "A.CSV", true},
        {"A.csv", "a.CSV", true},
        {"a.csv", "a.csv2", false},
        {"a.csv", "ba.csv", false},
        {"a.csv", "a.cs", false},
        {"", "", true},
        {"", "a", false},
        {"*", "", true},
        {"*", "参保.csv", true},
        {"**", "x", true},
        {"*.csv", ".csv", true},
        {"*.csv", "a.csv.csv", true},
        {"*.csv", "a.csv.txt", false},
        {"?.csv", "a.csv", true},
        {"?.csv", ".csv", false},
        {"?.csv", "县.csv", true},
        {"??.csv", "县.csv", false},
        {"青?县.csv", "青禾县.csv", true},
        {"青?县.csv", "青禾溪县.csv", false},
        {"参保*.DBF", "参保AC02_1.dbf", true},
        {"参保*.DBF", "停保AC02.dbf", false},
        {"*医保数据*.zip!参保AC02*.DBF", "青禾医保数据_202012.zip!参保AC02.DBF", true},
        {"*医保数据*.zip!参保AC02*.DBF", "青禾医保数据_202012.zip!子目录/参保AC02.DBF", false},
        {"*", "a.zip!b.csv", false},
        {"*!*", "a.zip!b.csv", true},
        {"*!*", "a.zip!b.zip!c.csv", false},
        {"*!*!*", "a.zip!b.zip!c.csv", true},
        {"a.zip?b.csv", "a.zip!b.csv", false},
        {"*csv", "a!csv", false},
        {"a*b*c", "axxbyyc", true},
        {"a*b*c", "axxcyyb", false},
        {"js_{period}.txt", "js_202012.txt", true},
        {"js_{period}.txt", "js_.txt", false},
        {"js_{period}.txt", "js_2020x.txt", false},
        {"{other}", "{other}", true},
        {"{", "{", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect(spec_match(span_of(cases[i].pattern), span_of(cases[i].name), NULL) == cases[i].fits,
                  "%s with %s: expected %d", cases[i].pattern, cases[i].name, cases[i].fits);
}

Test(match, reads_the_rank) {
    static const struct {
        const char *pattern, *name, *period, *revision, *part;
    } cases[] = {
        {"js_{period}.txt", "js_202012.txt", "202012", "", ""},
        {"{period}年{period}月*.xls", "2020年1月结算.xls", "202001", "", ""},
        {"账_{period}.zip!单_{period}*.csv", "账_2020.zip!单_202003.csv", "2020", "", ""},
        {"{period}_{period}.txt", "202001_202003.txt", "202001", "", ""},
        {"{period}-{period}-{period}.txt", "2020-12-31.txt", "20201231", "", ""},
        {"{period}年{period}月v{revision}.txt", "2021年10月v3.txt", "202110", "3", ""},
        {"js_{period}_r{revision}_{part}.txt", "JS_2020_R2_07.TXT", "2020", "2", "07"},
        {"*{period}*.zip!*", "医保_202012_v3.zip!a.csv", "202012", "", ""},
        {"{period}{part}.csv", "2020121.csv", "202012", "", "1"},
        {"{period}2.csv", "20202.csv", "2020", "", ""},
        {"*-{period}.csv", "1-2-3.csv", "3", "", ""},
        {"a.csv", "a.csv", "", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct spec_rank rank = {SPAN("x"), SPAN("x"), SPAN("x"), ""};
        cr_assert(spec_match(span_of(cases[i].pattern), span_of(cases[i].name), &rank), "%s",
                  cases[i].pattern);
        cr_expect(span_equal(rank.period, span_of(cases[i].period)), "%s: period", cases[i].pattern);
        cr_expect(span_equal(rank.revision, span_of(cases[i].revision)), "%s: revision", cases[i].pattern);
        cr_expect(span_equal(rank.part, span_of(cases[i].part)), "%s: part", cases[i].pattern);
    }
    struct spec_rank rank = {SPAN("x"), SPAN("x"), SPAN("x"), ""};
    cr_expect(!spec_match(SPAN("{period}_*.txt"), SPAN("2020_x.csv"), &rank));
    cr_expect(!rank.period.size && !rank.revision.size && !rank.part.size,
              "nothing is read from a name that fits not");
}

/* Stars against a name that almost fits: exponential backtracking would take years. */
Test(match, takes_no_longer_for_hostile_patterns, .timeout = 600) {
    char name[2001], pattern[512];
    memset(name, 'a', 2000);
    name[2000] = '\0';
    size_t size = 0;
    for (int i = 0; i < 120; i++) memcpy(pattern + size, "*a", 2), size += 2;
    pattern[size++] = 'b';
    clock_t from = clock();
    cr_expect(!spec_match((struct span){pattern, size}, span_of(name), NULL));
    memset(name, '1', 2000);
    for (size = 0; size < 500; size += 10) memcpy(pattern + size, "{period}*1", 10);
    pattern[size++] = 'b';
    cr_expect(!spec_match((struct span){pattern, size}, span_of(name), NULL));
    double seconds = (double)(clock() - from) / CLOCKS_PER_SEC;
    cr_expect(seconds < 60, "took %.1f s", seconds);
}

Test(match, too_long_fits_nothing) {
    char *name = malloc(5000);
    memset(name, 'a', 5000);
    cr_expect(spec_match(SPAN("*"), (struct span){name, 2048}, NULL));
    cr_expect(!spec_match(SPAN("*"), (struct span){name, 2049}, NULL));
    cr_expect(!spec_match((struct span){name, 513}, (struct span){name, 513}, NULL));
    free(name);
}
