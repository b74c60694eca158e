/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_POLICY_LINT_H
#define TRANSFORM_POLICY_LINT_H
#include "transform/policy/assign.h"

/* One thing that is wrong, or (warning) unusual, with the lines that make it so. */
struct policy_problem {
    bool warning;
    const char *path, *other_path; /* other_path NULL: one line is enough to see it */
    uint32_t line, other_line, column;
    struct span plan, county; /* whose it is: all that go by a plan, or one county; the other is empty */
    char message[256];
};
struct policy_listener {
    void (*take)(void *context, const struct policy_problem *problem);
    void *context;
};

/* Looks at the rules in force: every one dated, none said twice, bands and dates without gap or overlap,
   caps above deductibles, ratio and bonus together at most 100 %, a large-sum cap with its ratio, levels in
   order (warning), plans that counties go by and do not exist.  `counties` (division codes, or NULL) must
   each have a plan.  Returns the number of problems that are no warnings. */
uint32_t policy_lint(const struct policy_rules *rules, const struct policy_assignments *assignments,
                     const struct span *counties, uint32_t county_count, struct policy_listener listener);
#endif
