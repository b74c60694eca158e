/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/programs/speed/figure.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DECIMAL = 32 };

struct figure *figure_named(struct figures *figures, const char *unit, const char *format, ...) {
    char name[FIGURE_NAME];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    for (unsigned i = 0; i < figures->count; i++)
        if (strcmp(figures->list[i].name, name) == 0) return &figures->list[i];
    assert(figures->count < FIGURES_MAX);
    struct figure *figure = &figures->list[figures->count++];
    memcpy(figure->name, name, sizeof name);
    figure->unit = unit;
    return figure;
}

void figure_add(struct figure *figure, int64_t micro) {
    assert(figure->count < FIGURE_ROUNDS);
    figure->values[figure->count++] = micro;
}

void figure_ratio(struct figure *figure, int64_t left, int64_t right) {
    if (right <= 0) return;
    int64_t up = figure->bound == BOUND_AT_MOST ? right - 1 : 0;
    figure_add(figure, (left * MICRO + up) / right);
}

void figure_goal(struct figure *figure, enum bound bound, int64_t goal) {
    figure->bound = bound;
    figure->goal = goal;
}

static int by_size(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

int64_t figure_median(struct figure *figure) {
    if (!figure->count) return 0;
    qsort(figure->values, figure->count, sizeof *figure->values, by_size);
    return figure->values[figure->bound == BOUND_AT_LEAST ? (figure->count - 1) / 2 : figure->count / 2];
}

bool figure_held(struct figure *figure) {
    int64_t median = figure_median(figure);
    if (!figure->count || figure->bound == BOUND_NONE) return true;
    return figure->bound == BOUND_AT_MOST ? median <= figure->goal : median >= figure->goal;
}

/* Three decimals for people, six for programs; what is cut off counts against us. */
static const char *decimal(int64_t micro, bool up, unsigned decimals, char text[DECIMAL]) {
    int64_t scale = decimals == 3 ? 1000 : 1;
    int64_t units = micro / scale + (up && micro % scale ? 1 : 0), whole = MICRO / scale;
    snprintf(text, DECIMAL, "%jd.%0*jd", (intmax_t)(units / whole), (int)decimals, (intmax_t)(units % whole));
    return text;
}

static void print_line(struct figure *figure) {
    char value[DECIMAL] = "-", min[DECIMAL] = "-", max[DECIMAL] = "-", goal[DECIMAL] = "";
    bool up = figure->bound != BOUND_AT_LEAST;
    if (figure->count) {
        decimal(figure_median(figure), up, 3, value);
        decimal(figure->values[0], up, 3, min);
        decimal(figure->values[figure->count - 1], up, 3, max);
    }
    if (figure->bound) decimal(figure->goal, false, 3, goal);
    const char *sign = figure->bound == BOUND_AT_MOST ? "<=" : figure->bound == BOUND_AT_LEAST ? ">=" : "";
    const char *held = !figure->count        ? "not measured"
                       : !figure->bound      ? ""
                       : figure->reach       ? (figure_held(figure) ? "in reach" : "OUT OF REACH")
                       : figure_held(figure) ? "held"
                                             : "NOT HELD";
    printf("%-44s %12s %12s %12s %-5s %2s %8s %s\n", figure->name, value, min, max, figure->unit, sign, goal,
           held);
}

static void write_entry(FILE *file, struct figure *figure, bool last) {
    char value[DECIMAL] = "null", min[DECIMAL] = "null", max[DECIMAL] = "null", goal[DECIMAL] = "null";
    if (figure->count) {
        decimal(figure_median(figure), false, 6, value);
        decimal(figure->values[0], false, 6, min);
        decimal(figure->values[figure->count - 1], false, 6, max);
    }
    if (figure->bound) decimal(figure->goal, false, 6, goal);
    const char *held = !figure->count || !figure->bound ? "null" : figure_held(figure) ? "true" : "false";
    fprintf(file,
            " {\"name\": \"%s\", \"value\": %s, \"min\": %s, \"max\": %s, \"unit\": \"%s\", \"goal\": %s, "
            "\"held\": %s}%s\n",
            figure->name, value, min, max, figure->unit, goal, held, last ? "" : ",");
}

bool figures_print(struct figures *figures) {
    bool held = true;
    printf("\n%-44s %12s %12s %12s\n", "", "median", "min", "max");
    for (unsigned i = 0; i < figures->count; i++) {
        print_line(&figures->list[i]);
        held = (figure_held(&figures->list[i]) || figures->list[i].reach) && held;
    }
    return held;
}

bool figures_write(struct figures *figures, const char *path) {
    FILE *file = fopen(path, "we");
    if (!file) return perror(path), false;
    fprintf(file, "[\n");
    for (unsigned i = 0; i < figures->count; i++)
        write_entry(file, &figures->list[i], i + 1 == figures->count);
    fprintf(file, "]\n");
    if (fclose(file) != 0) return perror(path), false;
    return true;
}
