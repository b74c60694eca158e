/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/extract.h"
#include <criterion/criterion.h>

/* An array that is cut is refused by its syntax; of lines nobody can tell. */
Test(json, only_an_array_says_where_it_ends) {
    static const struct {
        struct span head;
        bool ends;
    } cases[] = {
        {{"[{\"a\":1}]", 9}, true},
        {{"{\"a\":1}\n", 8}, false},
        {{"\xef\xbb\xbf \r\n[", 7}, true},
        {{"\xef\xbb\xbf{", 4}, false},
        {{"\xff\xfe[\0", 4}, true},
        {{"\xfe\xff\0[", 4}, true},
        {{"\xfe\xff\0{", 4}, false},
        {{"", 0}, false},
        {{" \n", 2}, false},
    };
    const struct extractor *json = extract_find(SPAN("json"));
    cr_assert(json && json->endless && json->ends);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(json->ends(cases[i].head), cases[i].ends, "%zu", i);
    cr_expect(!extract_find(SPAN("csv"))->ends);
}
