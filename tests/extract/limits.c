/* SPDX-License-Identifier: MulanPSL-2.0 */
/* docs/limits.md against the source: every value is the source's, and no limit is missing there. */
#include "tests/extract/print.h"
#include <criterion/criterion.h>
#include <ctype.h>
#include <glob.h>
#include <stdlib.h>

enum { LINE_BYTES = 1024 };

/* A number as the table has it: 1,048,576 | 64 GiB | 64 Mi; -1: none. */
static double table_value(const char *text) {
    static const struct {
        const char *unit;
        double factor;
    } units[] = {{"KiB", 1024.}, {"MiB", 1048576.}, {"GiB", 1073741824.}, {"Mi", 1048576.}};
    char digits[32];
    size_t size = 0;
    while (*text == ' ') text++;
    for (; isdigit((unsigned char)*text) || *text == ','; text++)
        if (*text != ',' && size + 1 < sizeof digits) digits[size++] = *text;
    digits[size] = '\0';
    while (*text == ' ') text++;
    double value = size ? strtod(digits, NULL) : -1;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strncmp(text, units[i].unit, strlen(units[i].unit)) == 0) return value * units[i].factor;
    return value;
}

/* What stands behind `NAME =`: a number, perhaps in UINT64_C(), perhaps shifted; -1: none. */
static double source_value(const char *text) {
    while (*text == ' ' || *text == '\n') text++;
    if (strncmp(text, "UINT64_C(", 9) == 0) text += 9;
    char *end;
    double value = strtod(text, &end);
    if (end == text) return -1;
    while (*end == ' ' || *end == ')') end++;
    if (strncmp(end, "<<", 2) == 0)
        for (long bits = strtol(end + 2, NULL, 10); bits > 0; bits--) value *= 2;
    return value;
}

/* Where `name =` is in the source, as a word of its own; NULL: nowhere. */
static const char *definition(const char *source, const char *name) {
    size_t size = strlen(name);
    for (const char *at = source; (at = strstr(at, name)); at += size) {
        const char *behind = at + size;
        bool word = at == source || !(isalnum((unsigned char)at[-1]) || at[-1] == '_');
        while (*behind == ' ') behind++;
        if (word && *behind == '=' && behind[1] != '=') return behind + 1;
    }
    return NULL;
}

Test(limits, are_those_of_the_source) {
    struct arena arena = {0};
    char line[LINE_BYTES];
    unsigned rows = 0;
    FILE *file = fopen("docs/limits.md", "r");
    cr_assert(file, "docs/limits.md: not where the test runs");
    while (fgets(line, sizeof line, file)) {
        char *fields[5] = {0}, *at = line;
        for (int i = 0; i < 5 && at; i++) fields[i] = strsep(&at, "|");
        if (!fields[4] || fields[3][0] != ' ' || fields[3][1] != '`') continue;
        char *name = fields[3] + 2, *path = fields[4] + 1;
        name[strcspn(name, "`")] = '\0';
        path[strcspn(path, " \n")] = '\0';
        struct span source = print_file(path, &arena);
        const char *value = source.bytes ? definition(source.bytes, name) : NULL;
        cr_expect(value, "%s is not in %s", name, path);
        if (value)
            cr_expect(table_value(fields[2]) - source_value(value) < 0.5 &&
                          source_value(value) - table_value(fields[2]) < 0.5,
                      "%s: the table says%s, %s %.0f", name, fields[2], path, source_value(value));
        rows++;
    }
    fclose(file);
    cr_expect(rows > 50, "only %u limits were compared", rows);
    arena_free(&arena);
}

/* Every NAME_MAX of the readers and of core stands in the document: as a limit, or as none. */
Test(limits, none_is_missing) {
    static const char *const patterns[] = {"extract/*.[ch]", "extract/*/*.[ch]", "core/*.[ch]"};
    struct arena arena = {0};
    struct span document = print_file("docs/limits.md", &arena);
    unsigned seen = 0;
    cr_assert(document.bytes, "docs/limits.md: not where the test runs");
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        glob_t found = {0};
        glob(patterns[i], 0, NULL, &found);
        for (size_t k = 0; k < found.gl_pathc; k++) {
            struct span source = print_file(found.gl_pathv[k], &arena);
            for (const char *at = source.bytes; at && (at = strstr(at, "_MAX =")); at++) {
                const char *from = at;
                while (from > source.bytes && (isupper((unsigned char)from[-1]) ||
                                               isdigit((unsigned char)from[-1]) || from[-1] == '_'))
                    from--;
                char name[80];
                snprintf(name, sizeof name, "`%.*s_MAX`", (int)(at - from), from);
                cr_expect(strstr(document.bytes, name), "%s of %s is not in docs/limits.md", name,
                          found.gl_pathv[k]);
                seen++;
            }
        }
        globfree(&found);
    }
    cr_expect(seen > 60, "only %u limits were found", seen);
    arena_free(&arena);
}
