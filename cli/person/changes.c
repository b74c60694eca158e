/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What is not as the last linking knew it: every row of the table is asked for its version alone, and only
   rows whose version is new are read. */
#include "cli/person/select.h"
#include "core/parallel.h"
#include "load/encode.h"
#include <assert.h>
#include <sys/stat.h>

enum { KEYS_AT_ONCE = 1000, KEY_BYTES = 16, KEY_TEXT = 37, COLUMNS_BYTES = 4096 };

struct change_reader {
    struct persons *persons;
    struct selection plan;
    struct link_base base;
    uint8_t *kept;
    struct encoder keys[READERS];  /* key_hash of each row that is to be read */
    struct encoder known[READERS]; /* struct known of each that xref knows */
    struct link_sink sinks[READERS];
    struct error errors[READERS];
    bool failed[READERS];
};

static void keep_bytes(struct encoder *list, const void *bytes, size_t size) {
    encode_reserve(list, size);
    memcpy(list->bytes + list->size, bytes, size);
    list->size += size;
}

static void look_at(struct change_reader *at, uint32_t part, const struct pg *pg) {
    char identifier[IDENTIFIER_BYTES];
    struct span name = select_identifier(pg, identifier);
    uint64_t id = link_hash(name.bytes, name.size);
    uint32_t place = link_place_of(at->base.ids, at->base.count, id);
    if (place < at->base.count && at->base.ids[place] == id &&
        at->base.versions[place] == (uint64_t)pg_integer(pg->fields[2]))
        at->kept[place] = 1;
    else keep_bytes(&at->keys[part], pg->fields[3].bytes, KEY_BYTES);
}

static void scan_part(void *context, unsigned thread, uint32_t part) {
    struct change_reader *at = context;
    struct pg pg;
    enum flow flow = FLOW_FAILED;
    struct pg_limits limits = {.stop = at->persons->invocation->stop};
    char query[QUERY_BYTES];
    (void)thread;
    snprintf(query, sizeof query,
             "SELECT county, src_psn_no, " SELECT_VERSION ", key_hash FROM record.psn_info_b p"
             " WHERE source_row %% %d = %u",
             READERS, part);
    at->failed[part] =
        !pg_open(&pg, at->persons->readers[part].connection, query, &limits, &at->errors[part]);
    if (at->failed[part]) return;
    while ((flow = pg_next(&pg, &at->errors[part])) == FLOW_MORE) look_at(at, part, &pg);
    pg_close(&pg);
    at->failed[part] = flow != FLOW_END;
}

static bool fetch_some(struct change_reader *at, uint32_t part, const unsigned char *keys, size_t count,
                       struct arena *arena) {
    struct pg pg;
    enum flow flow = FLOW_FAILED;
    struct pg_limits limits = {.stop = at->persons->invocation->stop};
    size_t room = QUERY_BYTES + count * KEY_TEXT, size;
    char *query = ARENA_NEW(arena, char, room);
    size = (size_t)snprintf(query, room,
                            "SELECT %s, x.record_no, x.psn_no FROM record.psn_info_b p LEFT JOIN"
                            " identity.xref x USING (county, src_psn_no) WHERE p.key_hash = ANY ('{",
                            at->plan.columns);
    for (size_t i = 0; i < count * KEY_BYTES; i++) {
        if (i && i % KEY_BYTES == 0) query[size++] = ',';
        size += (size_t)snprintf(query + size, room - size, "%02x", keys[i]);
    }
    snprintf(query + size, room - size, "}'::uuid[])");
    if (!pg_open(&pg, at->persons->readers[part].connection, query, &limits, &at->errors[part])) return false;
    struct arena scratch = {0};
    while ((flow = pg_next(&pg, &at->errors[part])) == FLOW_MORE) {
        select_take(&at->plan, &pg, &at->sinks[part], &scratch);
        if (pg_null(pg.fields[at->plan.column_count])) continue;
        struct known known = select_known(&pg, at->plan.column_count);
        keep_bytes(&at->known[part], &known, sizeof known);
    }
    pg_close(&pg);
    arena_free(&scratch);
    return flow == FLOW_END;
}

static void fetch_part(void *context, unsigned thread, uint32_t part) {
    struct change_reader *at = context;
    size_t count = at->keys[part].size / KEY_BYTES;
    struct arena arena = {0};
    (void)thread;
    /* A few rows by their keys: never the whole table. */
    at->failed[part] =
        count && !session_run(&at->persons->readers[part],
                              "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off;"
                              " SET LOCAL enable_mergejoin = off",
                              &at->errors[part]);
    for (size_t from = 0; !at->failed[part] && from < count; from += KEYS_AT_ONCE) {
        size_t some = count - from < KEYS_AT_ONCE ? count - from : KEYS_AT_ONCE;
        arena_reset(&arena);
        at->failed[part] = !fetch_some(
            at, part, (const unsigned char *)at->keys[part].bytes + from * KEY_BYTES, some, &arena);
    }
    arena_free(&arena);
}

static bool run_parts(struct change_reader *at, void (*work)(void *context, unsigned thread, uint32_t part),
                      struct error *error) {
    parallel_run(READERS, READERS, work, at);
    for (int i = 0; i < READERS; i++)
        if (at->failed[i]) {
            *error = at->errors[i];
            return false;
        }
    return true;
}

/* Kept records have the numbers they had; of the others xref was asked. */
static bool number_records(struct change_reader *at, struct error *error) {
    struct persons *persons = at->persons;
    struct link *link = &persons->link;
    persons->records = ARENA_NEW(&persons->arena, int64_t, link->count + 1);
    persons->before = ARENA_NEW(&persons->arena, int64_t, link->count + 1);
    for (uint32_t i = 0; i < link->count; i++) {
        if (link->was[i] == UINT32_MAX) continue;
        persons->records[i] = persons->cache.records[link->was[i]];
        persons->before[i] = persons->cache.persons[link->was[i]];
    }
    for (int i = 0; i < READERS; i++)
        if (at->known[i].size)
            persons_match(persons, (const struct known *)(const void *)at->known[i].bytes,
                          (uint32_t)(at->known[i].size / sizeof(struct known)));
    PGresult *rows = session_ask(&persons->readers[0],
                                 "SELECT coalesce(max(record_no), 0) + 1 FROM identity.xref", 0, NULL, error);
    if (!rows) return false;
    persons->record_next = strtoll(PQgetvalue(rows, 0, 0), NULL, 10);
    PQclear(rows);
    persons->known = persons->record_next - 1;
    return true;
}

static bool read_changes(struct change_reader *at, bool *read, struct error *error) {
    struct persons *persons = at->persons;
    if (!run_parts(at, scan_part, error)) return false;
    size_t changed = 0;
    for (int i = 0; i < READERS; i++) changed += at->keys[i].size / KEY_BYTES;
    if (changed > at->base.count / 2) return true; /* reading everything in its order is faster */
    *read = true;
    if (!run_parts(at, fetch_part, error)) return false;
    for (int i = 0; i < READERS; i++) persons->reread += at->sinks[i].count;
    if (!link_merge(&persons->link, &persons->cache.base, at->sinks, READERS, error)) return false;
    cache_forget_rows(&persons->cache);
    return number_records(at, error);
}

bool persons_read_changes(struct persons *persons, bool *read, struct error *error) {
    const char *path = arena_print(&persons->arena, "%s/.tongchou/link.cache", persons->invocation->city);
    uint64_t rules = link_hash(persons->rules_text.bytes, persons->rules_text.size);
    *read = false;
    if (persons->anew || !cache_open(&persons->cache, path, &persons->rules, rules, persons->last))
        return true;
    struct change_reader *at = ARENA_NEW(&persons->arena, struct change_reader, 1);
    *at = (struct change_reader){.persons = persons, .base = persons->cache.base};
    at->kept = ARENA_NEW(&persons->arena, uint8_t, at->base.count + 1);
    persons->cache.base.kept = at->kept;
    select_make(&persons->rules, &at->plan);
    for (int i = 0; i < READERS; i++) {
        at->sinks[i].rules = &persons->rules;
        at->sinks[i].spill = persons->link.spill;
    }
    bool ok = read_changes(at, read, error);
    for (int i = 0; i < READERS; i++) {
        link_sink_free(&at->sinks[i]);
        encode_free(&at->keys[i]);
        encode_free(&at->known[i]);
    }
    return ok;
}
