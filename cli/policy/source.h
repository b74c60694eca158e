/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_POLICY_SOURCE_H
#define CLI_POLICY_SOURCE_H
#include "extract/pg.h"
#include "transform/policy/assign.h"
#include "transform/policy/replay.h"

/* Settlements of the city database, person by person, in the order of their days: what replay reads. */
struct policy_source {
    const struct policy_plans *plans;
    const struct policy_assignments *assignments;
    int32_t cutover; /* claims before it are worked out under the city's plan of that day */
    struct pg pg;
};

/* What a row says besides its claim.  Spans are valid until the next row. */
struct policy_line {
    struct span person, county, setl_id, insutype;
    uint64_t key[2]; /* of the record: high, low */
    struct span plan, city_plan;
    int64_t stored_dedc, stored_fund, stored_person, scope;
    enum policy_level level; /* as results are grouped: X1..X3 when away */
};

/* Opens the query for part `part` of `parts` (persons by hash), or for the one person (not NULL). */
bool policy_source_open(struct policy_source *source, PGconn *connection, uint32_t part, uint32_t parts,
                        const char *person, const _Atomic bool *stop, struct arena *arena,
                        struct error *error);
enum flow policy_source_next(struct policy_source *source, struct error *error);
/* The row at hand: fills all of `row` that replay_take does not. */
void policy_source_fill(const struct policy_source *source, struct replay_row *row, struct policy_line *line);
void policy_source_close(struct policy_source *source);
/* The person of the row at hand, before it is filled. */
struct span policy_source_person(const struct policy_source *source);
#endif
