/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The persons' records out of the database: two connections, one snapshot, each standardised as it comes. */
#include "cli/person/select.h"
#include "cli/person/stretch.h"
#include "core/language.h"
#include "core/parallel.h"
#include "load/encode.h"
#include "transform/link/radix.h"
#include <assert.h>
#include <stdlib.h>

struct reader {
    struct persons *persons;
    const struct selection *plan;
    const struct stretch *stretches;
    struct link_sink sinks[READERS];
    struct arena scratch[READERS];
    struct error errors[READERS];
    bool failed[READERS];
};

static void read_stretch(void *context, unsigned thread, uint32_t part) {
    struct reader *at = context;
    struct pg pg;
    enum flow flow = FLOW_FAILED;
    struct pg_limits limits = {.stop = at->persons->invocation->stop};
    char query[QUERY_BYTES];
    if (at->failed[thread]) return;
    snprintf(query, sizeof query, "SELECT %s FROM %s p WHERE %s", at->plan->columns,
             at->stretches[part].table, at->stretches[part].where);
    at->failed[thread] =
        !pg_open(&pg, at->persons->readers[thread].connection, query, &limits, &at->errors[thread]);
    if (at->failed[thread]) return;
    while ((flow = pg_next(&pg, &at->errors[thread])) == FLOW_MORE)
        select_take(at->plan, &pg, &at->sinks[thread], &at->scratch[thread]);
    pg_close(&pg);
    at->failed[thread] = flow != FLOW_END;
}

static bool read_records(struct persons *persons, struct error *error) {
    struct selection *plan = ARENA_NEW(&persons->arena, struct selection, 1);
    struct reader *at = ARENA_NEW(&persons->arena, struct reader, 1);
    struct stretch *stretches;
    uint32_t count;
    if (!stretch_list(&persons->readers[0], &persons->arena, &stretches, &count, error)) return false;
    select_make(&persons->rules, plan);
    *at = (struct reader){.persons = persons, .plan = plan, .stretches = stretches};
    for (int i = 0; i < READERS; i++) {
        at->sinks[i].rules = &persons->rules;
        at->sinks[i].spill = persons->link.spill;
    }
    parallel_run(READERS, count, read_stretch, at);
    bool ok = true;
    for (int i = 0; i < READERS && ok; i++)
        if (at->failed[i]) ok = false, *error = at->errors[i];
    ok = ok && link_gather(&persons->link, at->sinks, READERS, error);
    persons->reread = persons->link.count;
    for (int i = 0; i < READERS; i++) link_sink_free(&at->sinks[i]), arena_free(&at->scratch[i]);
    return ok;
}

/* Both sides in the order of their ids: looking up millions one by one would miss the cache each time.  The
   64 bits stand for the identifier; two among five million are alike once in a million cities. */
void persons_match(struct persons *persons, const struct known *known, uint32_t count) {
    struct arena scratch = {.spill = persons->link.spill};
    assert(known);
    struct link_order *entries = ARENA_NEW(&scratch, struct link_order, (size_t)count + 1);
    for (uint32_t i = 0; i < count; i++) {
        spill_step(persons->link.spill, i);
        entries[i] = (struct link_order){known[i].id, i};
    }
    link_order_sort(entries, ARENA_NEW(&scratch, struct link_order, (size_t)count + 1), count,
                    persons->link.spill);
    for (uint32_t record = 0, at = 0; record < persons->link.count && at < count;) {
        uint64_t id = persons->link.ids[record];
        spill_breathe(persons->link.spill);
        if (entries[at].id < id) {
            at++;
        } else if (entries[at].id > id) {
            record++;
        } else {
            persons->records[record] = known[entries[at].index].record;
            persons->before[record++] = known[entries[at++].index].person;
        }
    }
    arena_free(&scratch);
}

/* What each record's number and person were. */
/* No xref has more rows than this; asked of an index. */
static bool count_known(struct persons *persons, uint64_t *most, struct error *error) {
    PGresult *rows = session_ask(&persons->readers[0],
                                 "SELECT coalesce(max(record_no), 0) FROM identity.xref", 0, NULL, error);
    if (!rows) return false;
    *most = strtoull(PQgetvalue(rows, 0, 0), NULL, 10);
    PQclear(rows);
    return true;
}

static bool read_known(struct persons *persons, struct error *error) {
    struct pg pg;
    struct arena scratch = {.spill = persons->link.spill};
    uint64_t most;
    enum flow flow = FLOW_FAILED;
    struct pg_limits limits = {.stop = persons->invocation->stop};
    persons->records = ARENA_NEW(&persons->arena, int64_t, persons->link.count + 1);
    persons->before = ARENA_NEW(&persons->arena, int64_t, persons->link.count + 1);
    if (!count_known(persons, &most, error) ||
        !pg_open(
            &pg, persons->readers[0].connection,
            "SELECT county, src_psn_no, record_no, psn_no FROM identity.xref WHERE record_no IS NOT NULL",
            &limits, error))
        return false;
    struct known *list = ARENA_NEW(&scratch, struct known, most + 1);
    while ((uint64_t)persons->known < most && (flow = pg_next(&pg, error)) == FLOW_MORE) {
        struct known known = select_known(&pg, 2);
        spill_breathe(persons->link.spill);
        if (known.record >= persons->record_next) persons->record_next = known.record + 1;
        list[persons->known++] = known;
    }
    if ((uint64_t)persons->known == most) flow = pg_next(&pg, error);
    pg_close(&pg);
    persons->first = !persons->known;
    if (flow == FLOW_END && persons->known) persons_match(persons, list, (uint32_t)persons->known);
    arena_free(&scratch);
    return flow == FLOW_END;
}

struct numbered {
    int64_t number;
    uint32_t record;
};

static int by_number(const void *a, const void *b) {
    int64_t left = ((const struct numbered *)a)->number, right = ((const struct numbered *)b)->number;
    return (left > right) - (left < right);
}

/* The record of each number that is wanted; `list` is sorted and has each once. */
static void find_numbered(const struct persons *persons, struct numbered *list, uint32_t count) {
    for (uint32_t i = 0; i < persons->link.count; i++) {
        struct numbered key = {.number = persons->records[i]}, *found;
        spill_step(persons->link.spill, i);
        if (!key.number || key.number < list[0].number || key.number > list[count - 1].number) continue;
        found = bsearch(&key, list, count, sizeof *list, by_number);
        if (found) found->record = i;
    }
}

static uint32_t record_of(const struct numbered *list, uint32_t count, const char *number) {
    struct numbered key = {.number = strtoll(number, NULL, 10)};
    const struct numbered *found = bsearch(&key, list, count, sizeof *list, by_number);
    return found ? found->record : UINT32_MAX;
}

static void take_decisions(struct persons *persons, PGresult *rows, uint32_t count) {
    struct numbered *list = ARENA_NEW(&persons->arena, struct numbered, (size_t)count * 2);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count * 2; i++)
        list[i] = (struct numbered){strtoll(PQgetvalue(rows, (int)(i / 2), i % 2), NULL, 10), UINT32_MAX};
    qsort(list, (size_t)count * 2, sizeof *list, by_number);
    for (uint32_t i = 0; i < count * 2; i++)
        if (!kept || list[kept - 1].number != list[i].number) list[kept++] = list[i];
    find_numbered(persons, list, kept);
    persons->decisions = ARENA_NEW(&persons->arena, struct link_decision, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t a = record_of(list, kept, PQgetvalue(rows, (int)i, 0));
        uint32_t b = record_of(list, kept, PQgetvalue(rows, (int)i, 1));
        const char *verdict = PQgetvalue(rows, (int)i, 2);
        if (a == UINT32_MAX || b == UINT32_MAX) continue;
        persons->decisions[persons->link.decision_count++] =
            (struct link_decision){a, b,
                                   *verdict == 's'   ? LINK_SAME
                                   : *verdict == 'd' ? LINK_DIFFERENT
                                                     : LINK_KIN};
    }
}

/* Standing decisions about records that are still there. */
bool persons_read_decisions(struct persons *persons, struct error *error) {
    PGresult *rows =
        session_ask(&persons->readers[0],
                    "SELECT a, b, verdict FROM identity.decision WHERE undone_event IS NULL ORDER BY a, b", 0,
                    NULL, error);
    if (!rows) return false;
    if (PQntuples(rows)) take_decisions(persons, rows, (uint32_t)PQntuples(rows));
    PQclear(rows);
    persons->link.decisions = persons->decisions;
    return true;
}

bool persons_read(struct persons *persons, struct error *error) {
    bool read = false, ok = persons_read_changes(persons, &read, error);
    if (ok && !read) ok = read_records(persons, error) && read_known(persons, error);
    ok = ok && persons_read_decisions(persons, error);
    /* Their locks would stand in the way of writing xref anew. */
    for (int i = 0; ok && !persons->shares && i < READERS; i++)
        ok = session_run(&persons->readers[i], "COMMIT", error);
    return ok;
}

/* Deliveries that stand, decisions that stand, and the rules: the whole input of a linking. */
static bool read_state(struct persons *persons, bool *same, struct error *error) {
    PGresult *rows =
        session_ask(&persons->main,
                    "SELECT md5(coalesce((SELECT string_agg(delivery || state, ',' ORDER BY delivery) FROM "
                    "intake.delivery"
                    " WHERE state IN ('published', 'undone')), '') || '/' || coalesce((SELECT "
                    "string_agg(decision || verdict, ','"
                    " ORDER BY decision) FROM identity.decision WHERE undone_event IS NULL), '')),"
                    " l.input, l.link_run, (extract(epoch FROM l.at) * 1000000)::bigint FROM (SELECT 1) one"
                    " LEFT JOIN LATERAL (SELECT * FROM identity.link_run ORDER BY link_run DESC LIMIT 1) l"
                    " ON true",
                    0, NULL, error);
    if (!rows) return false;
    persons->last = (struct cache_stamp){strtoll(PQgetvalue(rows, 0, 2), NULL, 10),
                                         strtoll(PQgetvalue(rows, 0, 3), NULL, 10), 0};
    snprintf(persons->state, sizeof persons->state, "%s/%016jx", PQgetvalue(rows, 0, 0),
             (uintmax_t)link_hash(persons->rules_text.bytes, persons->rules_text.size));
    *same = strcmp(persons->state, PQgetvalue(rows, 0, 1)) == 0;
    PQclear(rows);
    return true;
}

/* One snapshot: a publication in between must not be seen by half. */
static bool share_snapshot(struct persons *persons, struct error *error) {
    char set[128];
    if (!session_run(&persons->readers[0], "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error))
        return false;
    PGresult *rows = session_ask(&persons->readers[0],
                                 "SELECT pg_export_snapshot(), pg_snapshot_xmin(pg_current_snapshot())::xid",
                                 0, NULL, error);
    if (!rows) return false;
    snprintf(set, sizeof set, "SET TRANSACTION SNAPSHOT '%s'", PQgetvalue(rows, 0, 0));
    persons->horizon = (uint32_t)strtoul(PQgetvalue(rows, 0, 1), NULL, 10);
    PQclear(rows);
    for (int i = 1; i < READERS; i++)
        if (!session_run(&persons->readers[i], "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error) ||
            !session_run(&persons->readers[i], set, error))
            return false;
    return true;
}

bool persons_open(struct persons *persons, struct invocation *invocation, struct database *database, int run,
                  bool *same, struct error *error) {
    *persons = (struct persons){.invocation = invocation, .database = database, .run = run, .record_next = 1};
    persons->cache.out = persons->next.out = persons->spill.file = -1;
    persons->link.rules = &persons->rules;
    persons->link.threads = parallel_threads();
    *same = false;
    if (!person_rules(invocation, NULL, &persons->rules, &persons->rules_path, &persons->rules_text, error))
        return false;
    if (!session_open(&persons->main, database, "tongchou person", error)) return false;
    for (int i = 0; i < READERS; i++)
        if (!session_open(&persons->readers[i], database, "tongchou person", error)) return false;
    /* Waits for another linking; the lock goes with the session. */
    return session_run(&persons->main, "SELECT pg_advisory_lock(hashtext('tongchou.identity'))", error) &&
           read_state(persons, same, error) && share_snapshot(persons, error);
}

void persons_close(struct persons *persons) {
    for (int i = 0; i < READERS; i++)
        if (persons->readers[i].connection) session_close(&persons->readers[i]);
    if (persons->main.connection) session_close(&persons->main);
    link_free(&persons->link);
    cache_close(&persons->next);
    cache_close(&persons->cache);
    arena_free(&persons->arena);
    spill_close(&persons->spill);
}
