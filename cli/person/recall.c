/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What the last linking found out about two records, without linking again: rows, hot values and persons from
   what it remembers (link.cache), model, threshold and the pair from the database; only keys and how common
   names are is worked out, and of the records asked about alone. */
#include "cli/person/select.h"
#include <stdlib.h>

static uint32_t class_of(const char *name) {
    return *name == 'm' ? LINK_MATCH : *name == 'r' ? LINK_RELATIVE : LINK_STRANGER;
}

/* Floats come with as many digits as read back exactly. */
static bool read_model(struct persons *persons, bool *found, struct error *error) {
    struct link *link = &persons->link;
    struct link_model *model = &link->model;
    PGresult *rows = session_ask(
        &persons->main,
        "SELECT l.automatic_bits, l.expected_wrong, m.prior_match, m.prior_relative, m.records_log2, s.class,"
        " s.field, s.level, s.share FROM (SELECT * FROM identity.link_run ORDER BY link_run DESC LIMIT 1) l"
        " JOIN identity.model m USING (model) JOIN identity.model_share s USING (model)",
        0, NULL, error);
    if (!rows) return false;
    for (int i = 0; i < PQntuples(rows); i++) {
        uint32_t level = (uint32_t)strtoul(PQgetvalue(rows, i, 7), NULL, 10), by = level / LINK_LEVELS;
        double share = strtod(PQgetvalue(rows, i, 8), NULL);
        level %= LINK_LEVELS;
        for (uint32_t f = 0; f < persons->rules.field_count && by < LINK_LEVELS; f++) {
            if (strcmp(persons->rules.fields[f].name, PQgetvalue(rows, i, 6)) != 0) continue;
            uint32_t class = class_of(PQgetvalue(rows, i, 5));
            if (!by) model->shares[class][f][level] = share;
            else if (class == LINK_STRANGER) model->namesakes[f][level] = share;
            else model->kin[f][by][level] = share;
        }
    }
    *found = PQntuples(rows) > 0;
    if (*found) {
        link->automatic_bits = strtod(PQgetvalue(rows, 0, 0), NULL);
        link->expected_wrong = strtod(PQgetvalue(rows, 0, 1), NULL);
        model->prior[LINK_MATCH] = strtod(PQgetvalue(rows, 0, 2), NULL);
        model->prior[LINK_RELATIVE] = strtod(PQgetvalue(rows, 0, 3), NULL);
        model->prior[LINK_STRANGER] = 1 - model->prior[LINK_MATCH] - model->prior[LINK_RELATIVE];
        model->records_log2 = strtod(PQgetvalue(rows, 0, 4), NULL);
    }
    PQclear(rows);
    return true;
}

/* The first record of each one's person, out of the persons' numbers. */
static bool find_persons(struct persons *persons) {
    struct link *link = &persons->link;
    int64_t most = 0;
    for (uint32_t i = 0; i < link->count; i++) most = persons->now[i] > most ? persons->now[i] : most;
    if (most > UINT32_MAX) return false;
    uint32_t *firsts = ARENA_NEW(&persons->arena, uint32_t, (size_t)most + 1);
    link->persons = ARENA_NEW(&persons->arena, uint32_t, link->count + 1);
    for (uint32_t i = link->count; i-- > 0;) firsts[persons->now[i]] = i;
    for (uint32_t i = 0; i < link->count; i++) link->persons[i] = firsts[persons->now[i]];
    return true;
}

bool persons_recall(struct persons *persons, bool *recalled, struct error *error) {
    struct link *link = &persons->link;
    *recalled = false;
    if (!persons_remember(persons)) return true;
    struct link_base *base = &persons->cache.base;
    uint8_t *kept = ARENA_NEW(&persons->arena, uint8_t, (size_t)base->count + 1);
    memset(kept, 1, base->count);
    base->kept = kept;
    if (!link_merge(link, base, NULL, 0, error)) return false;
    persons->records = ARENA_NEW(&persons->arena, int64_t, (size_t)link->count + 1);
    persons->now = ARENA_NEW(&persons->arena, int64_t, (size_t)link->count + 1);
    memcpy(persons->records, persons->cache.records, link->count * sizeof *persons->records);
    memcpy(persons->now, persons->cache.persons, link->count * sizeof *persons->now);
    bool found = false;
    if (!find_persons(persons)) return true;
    if (!persons_read_decisions(persons, error) || !read_model(persons, &found, error)) return false;
    link_scorer_open(&link->scorer, &persons->rules, &link->model);
    *recalled = found;
    return true;
}

/* The rows as they are now: somebody may have changed one by hand. */
static bool same_versions(struct persons *persons, const uint32_t *wanted, uint32_t count, bool *same,
                          struct error *error) {
    const struct link *link = &persons->link;
    *same = true;
    for (uint32_t w = 0; w < count && *same; w++) {
        const char *name = link->names[wanted[w]], *slash = strchr(name, '/');
        const char *arguments[] = {arena_print(&persons->arena, "%.*s", (int)(slash - name), name),
                                   slash + 1};
        PGresult *rows = session_ask(&persons->main,
                                     "SELECT " SELECT_VERSION " FROM record.psn_info_b p WHERE county = $1"
                                     " AND src_psn_no = $2",
                                     2, arguments, error);
        if (!rows) return false;
        *same = PQntuples(rows) == 1 &&
                (uint64_t)strtoll(PQgetvalue(rows, 0, 0), NULL, 10) == link->versions[wanted[w]];
        PQclear(rows);
    }
    return true;
}

/* The pair as it was found, if it was. */
static bool read_edge(struct persons *persons, uint32_t a, uint32_t b, struct error *error) {
    struct link *link = &persons->link;
    int64_t left = persons->records[a], right = persons->records[b];
    const char *arguments[] = {arena_print(&persons->arena, "%jd", (intmax_t)(left < right ? left : right)),
                               arena_print(&persons->arena, "%jd", (intmax_t)(left < right ? right : left))};
    PGresult *rows = session_ask(
        &persons->main, "SELECT bits, pattern, rule, band FROM identity.link WHERE a = $1 AND b = $2", 2,
        arguments, error);
    if (!rows) return false;
    link->edges = ARENA_NEW(&persons->arena, struct link_edge, 1);
    link->bands = ARENA_NEW(&persons->arena, uint8_t, 1);
    if (PQntuples(rows)) {
        uint32_t pattern = (uint32_t)strtoul(PQgetvalue(rows, 0, 1), NULL, 10);
        uint32_t rule = (uint32_t)strtoul(PQgetvalue(rows, 0, 2), NULL, 10);
        link->edge_count = 1;
        link->edges[0] =
            (struct link_edge){a < b ? a : b, a < b ? b : a, strtof(PQgetvalue(rows, 0, 0), NULL),
                               rule << LINK_PATTERN_BITS | pattern};
        while (link->bands[0] < LINK_BANDS - 1 &&
               strcmp(person_bands[link->bands[0]], PQgetvalue(rows, 0, 3)) != 0)
            link->bands[0]++;
    }
    PQclear(rows);
    return true;
}

bool persons_recall_pair(struct persons *persons, uint32_t a, uint32_t b, bool *recalled,
                         struct error *error) {
    struct link *link = &persons->link;
    uint32_t *wanted = ARENA_NEW(&persons->arena, uint32_t, LINK_WANTED), count = 0;
    wanted[count++] = a;
    if (b != a) wanted[count++] = b;
    for (uint32_t i = 0; i < link->count && count < LINK_WANTED; i++)
        if (i != a && i != b &&
            (link->persons[i] == link->persons[a] || link->persons[i] == link->persons[b]))
            wanted[count++] = i;
    *recalled = false;
    if (count == LINK_WANTED) return true;
    if (!same_versions(persons, wanted, count, recalled, error)) return false;
    if (!*recalled) return true;
    link_recall(link, wanted, count);
    return read_edge(persons, a, b, error);
}
