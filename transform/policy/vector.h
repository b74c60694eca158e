/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_POLICY_VECTOR_H
#define TRANSFORM_POLICY_VECTOR_H
#include "transform/policy/contribution.h"

/* Known cases with their answers (mappings/vectors/settlement.csv), worked out by the rules alone. */

enum vector_figure {
    FIGURE_AMOUNT,
    FIGURE_DEDUCTIBLE,
    FIGURE_BASE,
    FIGURE_BURDEN,
    FIGURE_SERIOUS,
    FIGURE_FUND,
    FIGURE_ACCOUNT,
    FIGURE_MUTUAL,
    FIGURE_PERSON,
    FIGURE_CASH,
    FIGURE_COUNT
};
extern const char *const vector_figures[FIGURE_COUNT]; /* exp_amount_fen ... */

enum { VECTOR_COLUMNS = 28 };
struct policy_vector {
    struct span cells[VECTOR_COLUMNS];
    struct span id, plan, kind, source, note;
    bool asserted[FIGURE_COUNT];
    int64_t expected[FIGURE_COUNT], got[FIGURE_COUNT]; /* fen */
};

/* Finds the vector by its name.  Fails: TROUBLE_USAGE, no such vector, a bad file. */
bool vector_find(struct span text, const char *path, struct span id, struct arena *arena,
                 struct policy_vector *vector, struct error *error);
/* Every vector of a file; `*at` starts at 0; false at the end or on a bad file (then `error` says so). */
bool vector_next(struct span text, const char *path, size_t *at, struct arena *arena,
                 struct policy_vector *vector, struct error *error);
/* Works it out with the engine, on the first day of its plan.  Fails: the plan lacks a rule. */
bool vector_run(struct policy_vector *vector, const struct policy_rules *rules,
                const struct policy_plans *plans, struct policy_steps *steps, struct error *error);
/* Every asserted figure is as expected. */
bool vector_held(const struct policy_vector *vector);
#endif
