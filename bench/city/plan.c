/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/build.h"
#include <assert.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b) {
    const uint64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

void plan_open(struct plan *plan, const struct build *build, unsigned salt, uint64_t clean, unsigned count) {
    assert(count <= PLAN_MAX);
    *plan = (struct plan){.total = clean + count, .count = count};
    for (unsigned i = 0; i < count; i++) {
        plan->at[i] = (2 * (uint64_t)i + 1) * plan->total / (2 * (uint64_t)count);
        if (build->options->vary) plan->at[i] = person_mix(build->seed, salt, i) % plan->total;
    }
    qsort(plan->at, count, sizeof *plan->at, by_value);
    for (unsigned i = 1; i < count; i++) /* two at one place: the later one moves on */
        if (plan->at[i] <= plan->at[i - 1]) plan->at[i] = plan->at[i - 1] + 1;
    for (unsigned i = count; i-- > 0;) { /* and back from the end */
        uint64_t last = plan->total - (count - i);
        if (plan->at[i] > last) plan->at[i] = last;
    }
}

bool plan_next(struct plan *plan, bool *planted, uint64_t *index) {
    if (plan->position == plan->total) return false;
    *planted = plan->planted < plan->count && plan->at[plan->planted] == plan->position;
    *index = *planted ? plan->planted++ : plan->clean++;
    plan->position++;
    return true;
}
