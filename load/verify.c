/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/verify.h"
#include "load/finding.h"
#include "load/lane.h"

struct verification {
    struct registry *registry;
    struct arena arena;
    int64_t *compared, *broken;
};

/* "county, measure, what must be there, what is there" of one kind; a county that only one side knows counts
   0 on the other. */
static const char *kind_sql(struct arena *arena, const struct kind *kind) {
    const char *values = "('', c.n)", *sums = "count(*)::numeric AS n";
    for (uint32_t m = 0; m < kind->measure_count; m++) {
        const struct kind_column *column = &kind->columns[kind->measures[m]];
        sums = lane_format(arena, "%s, coalesce(sum(%s), 0) AS m%u", sums, column->field, m);
        values = lane_format(arena, "%s, ('%s', c.m%u)", values, column->name, m);
    }
    return lane_format(
        arena,
        "SELECT county, measure, coalesce(t.amount, 0), coalesce(f.amount, 0)"
        " FROM (SELECT county, measure, amount FROM intake.total WHERE kind = '%s') t FULL JOIN"
        " (SELECT c.county, v.measure, v.amount FROM (SELECT county, %s FROM %s GROUP BY county) c,"
        " LATERAL (VALUES %s) v (measure, amount)) f USING (county, measure) ORDER BY county, measure",
        kind->name, sums, kind->table, values);
}

static bool verify_kind(struct verification *verification, const struct kind *kind, struct error *error) {
    PGresult *result =
        session_ask(&verification->registry->session, kind_sql(&verification->arena, kind), 0, NULL, error);
    if (!result) return false;
    bool ok = true;
    for (int i = 0; ok && i < PQntuples(result); i++) {
        struct finding finding = {.code = "verify.total",
                                  .county = PQgetvalue(result, i, 0),
                                  .kind = kind->name,
                                  .detail = "",
                                  .subject = PQgetvalue(result, i, 1),
                                  .left = count_fen(PQgetvalue(result, i, 2)),
                                  .right = count_fen(PQgetvalue(result, i, 3))};
        bool same = finding.left == finding.right;
        finding.state = same ? "held" : "broken";
        ++*verification->compared;
        *verification->broken += !same;
        ok = !verification->registry->run || registry_finding(verification->registry, &finding, error);
    }
    PQclear(result);
    return ok;
}

/* Rows and totals are read under one snapshot, so a delivery stands on both sides or on none.  It is taken
   before the partitions are looked up: one that is attached in between is empty under it, while a snapshot
   taken afterwards would know its total and lack its rows.  Only TRUNCATE knows no snapshot: whoever does it
   is waited for before it is taken (LOCK takes none), with nothing in the hand that he may wait for. */
static bool verify_locked(struct verification *verification, const struct kind *kind, struct error *error) {
    struct session *session = &verification->registry->session;
    bool ok =
        session_run(session,
                    lane_format(&verification->arena,
                                "BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE %s IN ACCESS SHARE MODE",
                                kind->table),
                    error) &&
        verify_kind(verification, kind, error) && session_run(session, "COMMIT", error);
    if (!ok) session_take_back(session);
    return ok;
}

bool verify_totals(struct registry *registry, int64_t *compared, int64_t *broken, struct error *error) {
    struct verification verification = {.registry = registry, .compared = compared, .broken = broken};
    bool ok = true;
    for (uint32_t k = 0; ok && k < model_kind_count; k++)
        ok = verify_locked(&verification, &model_kinds[k], error);
    arena_free(&verification.arena);
    return ok;
}
