/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_POLICY_ASSIGN_H
#define TRANSFORM_POLICY_ASSIGN_H
#include "transform/policy/plan.h"

/* Which plan a county goes by, and which of the city's takes its place: mappings/policies/plans.csv of a
   city, columns county, insutype, plan, city_plan, valid_from, valid_until. */
struct policy_assignment {
    struct span county, insutype, plan, city_plan; /* county: division code; insutype empty: every one */
    int32_t since, until;
    const char *path;
    uint32_t line;
};
enum assign_column {
    ASSIGN_COUNTY,
    ASSIGN_INSUTYPE,
    ASSIGN_PLAN,
    ASSIGN_CITY_PLAN,
    ASSIGN_SINCE,
    ASSIGN_UNTIL
};
enum { ASSIGN_COLUMNS = 6, ASSIGNMENTS_MAX = 4096 };
extern const char *const assign_columns[ASSIGN_COLUMNS];

struct policy_assignments {
    uint32_t count;
    struct policy_assignment *list;
    uint32_t columns[ASSIGN_COLUMNS]; /* where they stand in the file, from 1 */
};

/* Reads the table.  A row without plan or city_plan is taken: it is the lint's, as it is one county's.
   Fails: TROUBLE_USAGE with path, row and column: header, empty county, a date that is none, two rows that
   speak of one county and insurance on one day (both lines). */
bool assign_read(struct span text, const char *path, struct arena *arena,
                 struct policy_assignments *assignments, struct error *error);
/* The row for a county, an insurance and a day: one that names the insurance goes before one that does not.
 */
const struct policy_assignment *assign_find(const struct policy_assignments *assignments, struct span county,
                                            struct span insutype, int32_t day);
#endif
