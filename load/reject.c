/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/reject.h"
#include "load/lane.h"
#include <stdio.h>

static const char *open_sql(const struct reject_closer *closer) {
    return lane_format(
        closer->arena,
        "r.state = 'open' AND r.file IN (SELECT o.file FROM intake.file o JOIN intake.delivery d"
        " USING (delivery) WHERE d.county = '%s' AND o.kind = '%s' AND d.delivery < %d)",
        closer->county, closer->kind->name, closer->delivery);
}

static bool any_open(const struct reject_closer *closer, const char *open, bool *any, struct error *error) {
    PGresult *result =
        session_ask(closer->session,
                    lane_format(closer->arena, "SELECT EXISTS (SELECT FROM intake.reject r WHERE %s)", open),
                    0, NULL, error);
    if (!result) return false;
    *any = PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    return true;
}

/* A newer snapshot says anew what is wrong: the rejects of the one that it replaces, read by the same spec,
   are not still open beside its own. */
static const char *replaced_snapshot(const struct reject_closer *closer) {
    return lane_format(closer->arena,
                       "r.file IN (SELECT o.file FROM intake.file o JOIN intake.delivery d USING (delivery)"
                       " JOIN intake.file s ON s.kind = o.kind AND s.spec_path = o.spec_path AND s.snapshot"
                       " JOIN intake.delivery n ON n.delivery = s.delivery"
                       " WHERE s.delivery = %d AND o.kind = '%s' AND d.delivery <> n.delivery"
                       " AND d.county = n.county AND d.rank <= n.rank)",
                       closer->delivery, closer->kind->name);
}

/* What is read again has its rejects with the newer reading: those of the readings before are not open, too.
 */
static const char *earlier_reading(const struct reject_closer *closer) {
    return lane_format(closer->arena,
                       "r.file IN (SELECT o.file FROM intake.file o JOIN intake.delivery d USING (delivery)"
                       " JOIN intake.file s ON s.kind = o.kind AND s.spec_path = o.spec_path AND s.member ="
                       " o.member JOIN intake.delivery n ON n.delivery = s.delivery WHERE s.delivery = %d AND"
                       " o.kind = '%s' AND d.delivery < n.delivery AND n.parent IN (d.delivery, d.parent))",
                       closer->delivery, closer->kind->name);
}

/* An old delivery that comes late does not settle what a newer one was sent back, as it does not speak for
   the key against that one either. */
static const char *not_newer(const struct reject_closer *closer) {
    return lane_format(closer->arena,
                       "r.file IN (SELECT o.file FROM intake.file o JOIN intake.delivery d USING (delivery)"
                       " JOIN intake.delivery n ON n.delivery = %d AND n.county = d.county AND d.rank <="
                       " n.rank WHERE o.kind = '%s')",
                       closer->delivery, closer->kind->name);
}

/* By their keys: rows that the delivery brought, and those of a full one that stay under an older lineage,
   since they were published as it says them again. */
static bool close_by_key(const struct reject_closer *closer, const char *closing, const char *open,
                         const char *mine, struct error *error) {
    struct arena *arena = closer->arena;
    const char *settled = lane_format(arena, "%s AND %s", open, not_newer(closer));
    return session_run(closer->session,
                       lane_format(arena, "%s FROM %s p WHERE %s AND r.key_hash = p.key_hash AND %s", closing,
                                   closer->rows, settled, mine),
                       error) &&
           session_run(closer->session,
                       lane_format(arena,
                                   "%s FROM %s p JOIN record.repeated s ON s.county = '%s' AND s.same_file ="
                                   " p.file AND p.source_row >= s.same_row AND p.source_row < s.same_row +"
                                   " s.rows JOIN intake.file f ON f.file = s.file AND f.delivery = %d"
                                   " WHERE %s AND r.key_hash = p.key_hash",
                                   closing, closer->rows, closer->county, closer->delivery, settled),
                       error);
}

/* The first statement goes from the open rejects to the index of the partition, which may be large. */
bool reject_close(const struct reject_closer *closer, struct error *error) {
    struct arena *arena = closer->arena;
    bool mapping = strcmp(closer->source, "mapping") == 0, retry = strcmp(closer->source, "retry") == 0;
    const char *closing =
        lane_format(arena,
                    "UPDATE intake.reject r SET state = 'closed', closed_by = '%s', closed_run = %d,"
                    " closed_delivery = %d",
                    mapping ? "mapping"
                    : retry ? "retry"
                            : "delivery",
                    closer->run, closer->delivery);
    const char *mine =
        lane_format(arena, "p.file IN (SELECT file FROM intake.file WHERE delivery = %d)", closer->delivery);
    const char *open = open_sql(closer);
    bool any = false;
    if (!any_open(closer, open, &any, error)) return false;
    if (!any) return true;
    return close_by_key(closer, closing, open, mine, error) &&
           session_run(closer->session,
                       lane_format(arena, "%s WHERE %s AND %s", closing, open, replaced_snapshot(closer)),
                       error) &&
           (strcmp(closer->source, "again") != 0 ||
            session_run(closer->session,
                        lane_format(arena, "%s WHERE %s AND %s", closing, open, earlier_reading(closer)),
                        error)) &&
           (!closer->parented ||
            session_run(closer->session,
                        lane_format(arena,
                                    "%s FROM %s p JOIN intake.file f USING (file) WHERE %s AND"
                                    " r.file = f.parent_file AND r.source_row = p.source_row AND %s",
                                    closing, closer->rows, open, mine),
                        error));
}

bool reject_keep_waivers(struct session *session, int root, int again, struct error *error) {
    char numbers[2][16];
    snprintf(numbers[0], sizeof numbers[0], "%d", root);
    snprintf(numbers[1], sizeof numbers[1], "%d", again);
    const char *arguments[] = {numbers[0], numbers[1]};
    return session_tell(
        session,
        "UPDATE intake.reject n SET state = 'closed', closed_by = 'waiver', closed_run = o.closed_run,"
        " waiver_reason = o.waiver_reason, waiver_name = o.waiver_name, waiver_date = o.waiver_date"
        " FROM intake.reject o JOIN intake.file b ON b.file = o.file"
        " JOIN intake.delivery d ON d.delivery = b.delivery"
        " JOIN intake.file a ON a.member = b.member AND a.spec_path = b.spec_path AND a.kind = b.kind"
        " WHERE a.delivery = $2::int AND $1::int IN (d.delivery, d.parent) AND d.delivery <> $2::int"
        " AND n.file = a.file AND n.source_row = o.source_row AND o.closed_by = 'waiver'"
        " AND n.bucket = 'rejected' AND n.state = 'open'",
        2, arguments, NULL, error);
}
