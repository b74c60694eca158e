/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/sheet_name.h"
#include "core/language.h"
#include "extract/footer.h"
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { EXPRESSION_MAX = 256, MATCH_STEPS = 100000 };

static bool expression(const char *wanted, struct span *inside) {
    size_t size = strlen(wanted);
    if (size < 3 || size > EXPRESSION_MAX || wanted[0] != '/' || wanted[size - 1] != '/') return false;
    *inside = (struct span){wanted + 1, size - 2};
    return true;
}

static pcre2_code *compile(struct span inside, size_t *offset) {
    int number;
    return pcre2_compile((PCRE2_SPTR)inside.bytes, inside.size, PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &number,
                         offset, NULL);
}

bool sheet_name_check(const char *wanted, struct error *error) {
    struct span inside;
    size_t offset = 0;
    if (!expression(wanted, &inside)) return true;
    pcre2_code *code = compile(inside, &offset);
    pcre2_code_free(code);
    return code || error_code(error, TROUBLE_USAGE, NULL,
                              TEXT("sheet 的表达式 %s 在第 %zu 个字节有误",
                                   "sheet's expression %s is wrong at byte %zu"),
                              wanted, offset + 1);
}

static bool matches(const pcre2_code *code, const char *name) {
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    bool fits = false;
    if (data && context) {
        pcre2_set_match_limit(context, MATCH_STEPS);
        fits = pcre2_match(code, (PCRE2_SPTR)name, strlen(name), 0, 0, data, context) >= 0;
    }
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
    return fits;
}

bool sheet_name_fits(const char *wanted, const char *name) {
    struct span inside;
    size_t offset;
    if (strcmp(wanted, name) == 0) return true;
    if (!expression(wanted, &inside))
        return footer_match((struct span){wanted, strlen(wanted)}, (struct span){name, strlen(name)});
    pcre2_code *code = compile(inside, &offset);
    bool fits = code && matches(code, name);
    pcre2_code_free(code);
    return fits;
}
