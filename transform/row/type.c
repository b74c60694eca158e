/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/profile.h"

/* A column's type, coarse enough to be the same next month: what nearly all of its cells are.  A column of
   dates fits numbers, since 20201231 is one; an empty column fits everything. */

enum { NEARLY_ALL = 950, MOST = 800, HALF = 500, CELLS_MIN = 5, TELLING_MIN = 20 };

static uint64_t cells_of(const struct profile_column *column, const char *type) {
    if (strcmp(type, "citizen") == 0) return column->shapes[SHAPE_CITIZEN];
    if (strcmp(type, "name") == 0) return column->shapes[SHAPE_NAME];
    if (strcmp(type, "month") == 0) return column->shapes[SHAPE_MONTH];
    if (strcmp(type, "number") == 0) return column->shapes[SHAPE_AMOUNT];
    if (strcmp(type, "date") != 0) return column->filled;
    uint64_t open = 0; /* "not ended" is written as a date that is none of ours */
    for (uint32_t i = 0; i < column->value_count; i++)
        if (span_equal(profile_text(&column->values[i]), SPAN("99991231"))) open = column->values[i].count;
    return column->shapes[SHAPE_DATE] + open;
}

const char *profile_type(const struct profile_column *column) {
    static const struct {
        const char *type;
        uint64_t least; /* of 1000 filled cells */
    } types[] = {{"citizen", MOST},
                 {"date", NEARLY_ALL},
                 {"month", NEARLY_ALL},
                 {"number", NEARLY_ALL},
                 {"name", MOST}};
    if (!column->filled) return "empty";
    bool codes = column->distinct <= PROFILE_VALUES; /* 职工, 居民: words of a list, nobody's names */
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (cells_of(column, types[i].type) * 1000 >= column->filled * types[i].least &&
            !(codes && strcmp(types[i].type, "name") == 0))
            return types[i].type;
    return "text";
}

bool profile_fits(const struct profile_column *column, struct span type) {
    char name[16];
    if (column->filled < CELLS_MIN || type.size >= sizeof name) return true;
    memcpy(name, type.bytes, type.size);
    name[type.size] = '\0';
    if (strcmp(name, "empty") == 0) return true;
    if (strcmp(name, "text") == 0) { /* anything is text, but a text is not suddenly all dates */
        const char *now = profile_type(column);
        return column->filled < TELLING_MIN ||
               (strcmp(now, "date") != 0 && strcmp(now, "month") != 0 && strcmp(now, "citizen") != 0);
    }
    return cells_of(column, name) * 1000 >= column->filled * HALF;
}
