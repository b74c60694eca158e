/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/charset.h"
#include <criterion/criterion.h>
#include <string.h>

Test(charset, names) {
    static const struct {
        const char *name, *near; /* near NULL: known */
    } cases[] = {
        {"GB18030", NULL},    {"gb18030", NULL},      {"utf-8", NULL}, {"UTF8", NULL},
        {"Big5", NULL},       {"utf_16le", NULL},     {"HZ", NULL},    {"UTF-32", NULL},
        {"ISO-8859-1", NULL}, {"GB19030", "GB18030"}, {"GBX", "GBK"},  {"UTF-9", "UTF-8"},
        {"BIG6", "Big5"},     {"quite another", ""},  {"", "HZ"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_eq(charset_known(cases[i].name), !cases[i].near, "%s", cases[i].name);
        const char *near = charset_nearest(cases[i].name);
        if (cases[i].near) cr_expect_str_eq(near ? near : "", cases[i].near, "%s", cases[i].name);
    }
}
