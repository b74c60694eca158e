/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_TRANSFORM_POLICY_BOOK_H
#define TESTS_TRANSFORM_POLICY_BOOK_H
#include "transform/policy/settle.h"

/* The shipped rules, and rows written for one test; everything in `arena`. */
void book_shipped(struct policy_rules *rules, struct arena *arena);
/* "P,inp.ratio,390,L1,,,per_stay,,,set,8500,bp,2020-01-01,,S,test" after another, one a line. */
void book_rows(struct policy_rules *rules, const char *rows, struct arena *arena);
struct policy_plans book_plans(const struct policy_rules *rules, struct arena *arena);
#endif
