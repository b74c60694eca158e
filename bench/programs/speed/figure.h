/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_SPEED_FIGURE_H
#define BENCH_SPEED_FIGURE_H
#include <stdbool.h>
#include <stdint.h>

enum { FIGURES_MAX = 512, FIGURE_ROUNDS = 32, FIGURE_NAME = 64, MICRO = 1000000 };

enum bound { BOUND_NONE, BOUND_AT_MOST, BOUND_AT_LEAST };

/* One thing measured, in millionths of its unit.  Every round adds a value; the median stands for all. */
struct figure {
    char name[FIGURE_NAME];
    const char *unit;
    int64_t values[FIGURE_ROUNDS]; /* [count] */
    unsigned count;                /* 0: not measured */
    enum bound bound;
    int64_t goal;
    bool reach; /* what a goal's own floor gives: told, and judges nothing */
};

struct figures {
    struct figure list[FIGURES_MAX];
    unsigned count;
};

/* The figure of that name, made when it is new.  Asserts that there is room. */
struct figure *figure_named(struct figures *figures, const char *unit, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void figure_add(struct figure *figure, int64_t micro);
/* left / right; rounded up for BOUND_AT_MOST, down otherwise: never in our favour. */
void figure_ratio(struct figure *figure, int64_t left, int64_t right);
void figure_goal(struct figure *figure, enum bound bound, int64_t goal);

/* Sorts; then the median.  Of an even number the one that is worse for us. */
int64_t figure_median(struct figure *figure);
bool figure_held(struct figure *figure);

/* The table on standard output; false when a goal is not held. */
bool figures_print(struct figures *figures);
/* The array in `path`; false when it cannot be written. */
bool figures_write(struct figures *figures, const char *path);
#endif
