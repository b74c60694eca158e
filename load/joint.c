/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "load/lane.h"
#include "load/reject.h"

/* The one transaction that makes a delivery visible, or several of them, or none. */

enum { PUBLISH_ATTEMPTS = 3 };

static struct session *session_of(struct intake *intake) { return &intake->registry->session; }

static void forget_buckets(struct intake *intake) {
    for (uint32_t i = 0; i < intake->file_count; i++)
        memset(intake->files[i]->buckets, 0, sizeof intake->files[i]->buckets);
}

bool kind_lock(struct session *session, struct arena *arena, const struct kind *kind, const char *county,
               struct error *error) {
    return session_run(
        session,
        lane_format(arena, "SELECT pg_advisory_xact_lock(hashtextextended('tongchou:record:%s:%s', 0))",
                    county, kind->name),
        error);
}

/* In the order of kind names everywhere, so that no two runs wait for each other in a ring. */
static bool lock_kinds(struct intake *intake, struct error *error) {
    bool ok = true;
    for (uint32_t k = 0; ok && k < model_kind_count; k++) {
        bool used = false;
        for (uint32_t i = 0; i < intake->file_count; i++)
            used |= intake->files[i]->source.kind == &model_kinds[k];
        if (used)
            ok =
                kind_lock(session_of(intake), intake->arena, &model_kinds[k], intake->delivery.county, error);
    }
    return ok;
}

static bool publish_all(struct intake *intake, struct error *error) {
    bool ok = lock_kinds(intake, error) && count_side(intake, error) && limits_check(intake, error) &&
              book_delivery(intake, "published", NULL, error);
    for (uint32_t k = 0; ok && k < model_kind_count; k++) {
        bool used = false;
        for (uint32_t i = 0; i < intake->file_count; i++)
            used |= intake->files[i]->source.kind == &model_kinds[k];
        if (used) ok = publish_kind(intake, &model_kinds[k], error);
    }
    return ok && count_check(intake, error) && book_laws(intake, true, error) &&
           book_rejects(intake, true, error) &&
           (strcmp(intake->delivery.source, "again") != 0 ||
            reject_keep_waivers(session_of(intake), intake->root, intake->number, error));
}

static bool rollback(struct session *session) {
    struct error ignored = {0};
    return !session_lost(session) && session_run(session, "ROLLBACK", &ignored);
}

static bool record_verdict(struct intake *intake, const char *state, const struct error *why,
                           struct error *error) {
    return book_delivery(intake, state, why, error) && book_laws(intake, false, error) &&
           book_rejects(intake, false, error);
}

static bool count_rest(struct intake *intake, struct intake_file *file, struct error *error) {
    PGresult *result =
        session_ask(session_of(intake),
                    lane_format(intake->arena, "SELECT %s FROM %s f WHERE file = %d",
                                count_sums(intake->arena, file->source.kind, "f"), file->rest, file->number),
                    0, NULL, error);
    if (!result) return false;
    count_add(&file->buckets[BUCKET_UNPUBLISHED], result, 0, 0, file->source.kind->measure_count);
    PQclear(result);
    return true;
}

/* The good rows that stay outside. */
static bool count_unpublished(struct intake *intake, struct error *error) {
    for (uint32_t i = 0; i < intake->file_count; i++) {
        struct intake_file *file = intake->files[i];
        const struct kind *kind = file->source.kind;
        PGresult *result =
            session_ask(session_of(intake),
                        lane_format(intake->arena, "SELECT %s FROM %s f WHERE file = %d",
                                    count_sums(intake->arena, kind, "f"), file->fresh, file->number),
                        0, NULL, error);
        if (!result) return false;
        count_add(&file->buckets[BUCKET_UNPUBLISHED], result, 0, 0, kind->measure_count);
        PQclear(result);
        count_merge(&file->buckets[BUCKET_UNPUBLISHED], &file->said);
        if (file->rest && !count_rest(intake, file, error)) return false;
        /* A delete marker is a good row, too; it ended nothing. */
        count_merge(&file->buckets[BUCKET_UNPUBLISHED], &file->buckets[BUCKET_WITHDRAWN]);
        file->buckets[BUCKET_WITHDRAWN] = (struct intake_bucket){0};
        if (!file->read) memset(file->buckets, 0, sizeof file->buckets);
    }
    return true;
}

bool intake_refuse(struct intake *intake, const struct error *why, struct error *error) {
    if (intake->recorded) return true;
    forget_buckets(intake);
    const char *state = why->trouble == TROUBLE_REFUSED ? "refused" : "failed";
    bool ok = session_run(session_of(intake), "BEGIN", error) && count_side(intake, error) &&
              count_unpublished(intake, error) && record_verdict(intake, state, why, error) &&
              registry_commit(intake->registry, error);
    if (!ok) rollback(session_of(intake));
    else fresh_analyze_aside(intake);
    intake->recorded = ok;
    return ok;
}

/* A trial goes the whole way, keeps the numbers and takes everything else back. */
static bool end_trial(const struct intake_joint *joint, struct error *error) {
    struct session *session = &joint->registry->session;
    if (!rollback(session)) return false;
    bool ok = session_run(session, "BEGIN", error);
    for (uint32_t i = 0; ok && i < joint->count; i++)
        ok = record_verdict(joint->intakes[i], "trial", NULL, error);
    ok = ok && session_run(session, "COMMIT", error);
    if (!ok) rollback(session);
    return ok;
}

/* Locked by another, or a deadlock or serialization that the server ended: the fresh tables are as they
   were, so the same transaction may be tried again. */
static bool try_again(const struct session *session) {
    return strcmp(session->state, "55P03") == 0 || strncmp(session->state, "40", 2) == 0;
}

/* `at`: the delivery whose turn it was when something failed; joint->count: none's. */
static bool publish_once(const struct intake_joint *joint, uint32_t *at, struct error *error) {
    struct session *session = &joint->registry->session;
    *error = (struct error){.at = error->at};
    *at = joint->count;
    /* With 32 MB of memory the joins of a large full delivery go through files.  To find 10,000 keys in a
       million rows the planner would read them all at its usual cost of a page, 4: 2.4 s against 0.5. */
    if (!session_run(session,
                     "BEGIN; SET LOCAL lock_timeout = '5s'; SET LOCAL work_mem = '256MB';"
                     "SET LOCAL random_page_cost = 1.1",
                     error) ||
        (joint->first && !joint->first(joint->context, error)))
        return false;
    for (*at = 0; *at < joint->count; ++*at) {
        forget_buckets(joint->intakes[*at]);
        if (!publish_all(joint->intakes[*at], error)) return false;
    }
    if (joint->last && !joint->last(joint->context, error)) return false;
    if (joint->registry->trial) return end_trial(joint, error);
    return registry_commit(joint->registry, error);
}

bool joint_publish(const struct intake_joint *joint, uint32_t *culprit, struct error *error) {
    struct session *session = &joint->registry->session;
    for (int attempt = 1;; attempt++) {
        if (publish_once(joint, culprit, error)) {
            struct intake *any = joint->count ? joint->intakes[0] : NULL;
            if (any && !joint->registry->trial) fresh_analyze(session, any->arena, any->delivery.county);
            for (uint32_t i = 0; i < joint->count; i++) fresh_analyze_aside(joint->intakes[i]);
            return true;
        }
        bool again = attempt < PUBLISH_ATTEMPTS && try_again(session);
        if (!rollback(session) || !again) break;
    }
    struct error ignored = {0};
    if (error->trouble == TROUBLE_REFUSED && *culprit < joint->count)
        intake_refuse(joint->intakes[*culprit], error, &ignored);
    return false;
}

bool intake_publish_together(const struct intake_joint *joint, uint32_t *culprit, struct error *error) {
    struct error ignored = {0};
    for (*culprit = 0; *culprit < joint->count; ++*culprit) {
        struct intake *intake = joint->intakes[*culprit];
        if (repeat_end(intake, error) && unify_keys(intake, error) && unit_check(intake, error)) continue;
        if (error->trouble == TROUBLE_REFUSED) intake_refuse(intake, error, &ignored);
        return false;
    }
    return joint_publish(joint, culprit, error);
}

bool intake_publish(struct intake *intake, struct error *error) {
    uint32_t culprit;
    const struct intake_joint alone = {.registry = intake->registry, .intakes = &intake, .count = 1};
    return intake_publish_together(&alone, &culprit, error);
}
