/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What is not as the last linking knew it: the server says the version of every row, a stretch at a time, and
   only rows whose version is new are read.  A record whose version no row has is gone.  Where they stand it
   says of rows by transactions that the last linking may not have seen: to find them again by their versions
   would mean to look at every row once more. */
#include "cli/person/select.h"
#include "cli/person/stretch.h"
#include "core/parallel.h"
#include "load/encode.h"
#include "transform/link/radix.h"
#include <assert.h>
#include <sys/stat.h>

/* So many rows of a stretch are asked for by their versions; of more the whole stretch is read. */
enum { ASKED_MOST = 2000, ASKED_TEXT = 32, START_VERSIONS = 8, AHEAD = 16 };
/* Versions are put into order in parts that begin alike. */
enum { PART_BITS = 4, PARTS = 1 << PART_BITS };

/* A row whose version no record of the base has. */
struct fresh {
    uint64_t version;
    uint32_t page; /* and item: its ctid, when the stretch is `placed` */
    uint32_t item;
};

/* What the server says of a stretch, in network order. */
struct listed {
    const char *versions, *late; /* of each row; of each by a late transaction: page, item, version */
    size_t count, late_count, late_at;
};
enum {
    VERSION_BYTES = 8,
    PAGE_BYTES = 4,
    ITEM_BYTES = 2,
    LATE_BYTES = PAGE_BYTES + ITEM_BYTES + VERSION_BYTES
};

struct change_reader {
    struct persons *persons;
    struct selection plan;
    struct stretch *stretches;
    uint32_t stretch_count;
    uint64_t *versions; /* [base.count] rising */
    uint32_t *places;   /* [base.count] whose they are */
    uint32_t *starts;   /* [2^start_bits + 1] the first version of each beginning: a few have the same */
    unsigned start_bits;
    uint8_t *kept;
    uint32_t part_starts[PARTS + 1];
    struct link_order *entries, *spare; /* [base.count] while versions are put into order */
    bool alike;                         /* two records have one version */
    struct encoder *fresh;              /* [stretch_count] struct fresh of each row that is new */
    bool *placed;                       /* [stretch_count] all of them say where they are */
    struct encoder known[READERS];      /* struct known of each that xref knows */
    uint64_t found[READERS];
    struct link_sink sinks[READERS];
    struct error errors[READERS];
    bool failed[READERS];
};

static void keep_bytes(struct encoder *list, const void *bytes, size_t size) {
    encode_reserve(list, size);
    memcpy(list->bytes + list->size, bytes, size);
    list->size += size;
}

static unsigned part_of(uint64_t version) { return (unsigned)(version >> (64 - PART_BITS)); }

static void order_part(void *context, unsigned thread, uint32_t part) {
    struct change_reader *at = context;
    const struct link_base *base = &at->persons->cache.base;
    uint32_t from = at->part_starts[part], until = at->part_starts[part + 1], count = 0;
    struct link_order *entries = at->entries + from;
    (void)thread;
    for (uint32_t i = 0; i < base->count; i++)
        if (part_of(base->versions[i]) == part) entries[count++] = (struct link_order){base->versions[i], i};
    link_order_sort(entries, at->spare + from, count, NULL);
    for (uint32_t i = from; i < until; i++) {
        uint64_t version = at->entries[i].id;
        at->versions[i] = version;
        at->places[i] = at->entries[i].index;
        at->starts[(version >> (64 - at->start_bits)) + 1] = i + 1;
        if (i > from && version == at->entries[i - 1].id)
            __atomic_store_n(&at->alike, true, __ATOMIC_RELAXED);
    }
}

/* By rising version; false when two records have the same, and could not be told apart. */
static bool order_versions(struct change_reader *at) {
    const struct link_base *base = &at->persons->cache.base;
    struct arena scratch = {0};
    at->entries = ARENA_NEW(&scratch, struct link_order, (size_t)base->count + 1);
    at->spare = ARENA_NEW(&scratch, struct link_order, (size_t)base->count + 1);
    at->versions = ARENA_NEW(&at->persons->arena, uint64_t, (size_t)base->count + 1);
    at->places = ARENA_NEW(&at->persons->arena, uint32_t, (size_t)base->count + 1);
    for (at->start_bits = PART_BITS; base->count >> at->start_bits > START_VERSIONS;) at->start_bits++;
    at->starts = ARENA_NEW(&at->persons->arena, uint32_t, ((size_t)1 << at->start_bits) + 1);
    for (uint32_t i = 0; i < base->count; i++) at->part_starts[part_of(base->versions[i]) + 1]++;
    for (uint32_t i = 0; i < PARTS; i++) at->part_starts[i + 1] += at->part_starts[i];
    parallel_run(at->persons->link.threads, PARTS, order_part, at);
    for (size_t i = 1; i <= (size_t)1 << at->start_bits; i++)
        if (at->starts[i] < at->starts[i - 1]) at->starts[i] = at->starts[i - 1];
    arena_free(&scratch);
    return !at->alike;
}

/* The record of that version in the base; UINT32_MAX: it is new. */
static uint32_t place_of(const struct change_reader *at, uint64_t version) {
    uint64_t start = version >> (64 - at->start_bits);
    for (uint32_t i = at->starts[start]; i < at->starts[start + 1]; i++)
        if (at->versions[i] == version) return at->places[i];
    return UINT32_MAX;
}

static uint64_t read_number(const char *bytes, size_t size) {
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) value = value << 8 | (unsigned char)bytes[i];
    return value;
}

/* Keeps a row that is new, and where it stands: both lists come in the order of the pages. */
static void keep_fresh(struct change_reader *at, uint32_t part, struct listed *listed, uint64_t version) {
    struct fresh fresh = {.version = version};
    const char *late = NULL;
    while (listed->late_at < listed->late_count) {
        late = listed->late + listed->late_at++ * LATE_BYTES;
        if (read_number(late + PAGE_BYTES + ITEM_BYTES, VERSION_BYTES) == version) break;
        late = NULL;
    }
    if (late) {
        fresh.page = (uint32_t)read_number(late, PAGE_BYTES);
        fresh.item = (uint32_t)read_number(late + PAGE_BYTES, ITEM_BYTES);
    }
    at->placed[part] = at->placed[part] && late;
    keep_bytes(&at->fresh[part], &fresh, sizeof fresh);
}

/* Which of a stretch's versions are known; where they stand is asked for ahead, for it is all over memory. */
static void mark_known(struct change_reader *at, unsigned thread, uint32_t part, struct listed *listed) {
    unsigned shift = 64 - at->start_bits;
    struct arena arena = {0};
    uint64_t *versions = ARENA_NEW(&arena, uint64_t, listed->count + 1);
    for (size_t i = 0; i < listed->count; i++)
        versions[i] = read_number(listed->versions + i * VERSION_BYTES, VERSION_BYTES);
    at->placed[part] = true;
    for (size_t i = 0; i < listed->count; i++) {
        if (i + 2 * AHEAD < listed->count) __builtin_prefetch(&at->starts[versions[i + 2 * AHEAD] >> shift]);
        if (i + AHEAD < listed->count)
            __builtin_prefetch(&at->versions[at->starts[versions[i + AHEAD] >> shift]]);
        uint32_t place = place_of(at, versions[i]);
        if (place == UINT32_MAX) keep_fresh(at, part, listed, versions[i]);
        else __atomic_store_n(&at->kept[place], 1, __ATOMIC_RELAXED), at->found[thread]++;
    }
    arena_free(&arena);
}

static void list_stretch(void *context, unsigned thread, uint32_t part) {
    struct change_reader *at = context;
    const struct stretch *stretch = &at->stretches[part];
    char query[QUERY_BYTES];
    if (at->failed[thread]) return;
    snprintf(query, sizeof query,
             "SELECT string_agg(int8send(" SELECT_VERSION "), ''), string_agg(tidsend(p.ctid) ||"
             " int8send(" SELECT_VERSION "), '') FILTER (WHERE age(p.xmin) <= age('%u'::xid)) FROM %s p"
             " WHERE %s",
             at->persons->cache.horizon, stretch->table, stretch->where);
    PGresult *rows = session_ask_binary(&at->persons->readers[thread], query, 0, NULL, &at->errors[thread]);
    at->failed[thread] = !rows;
    if (!rows) return;
    struct listed listed = {.versions = PQgetvalue(rows, 0, 0), .late = PQgetvalue(rows, 0, 1)};
    listed.count = (size_t)PQgetlength(rows, 0, 0) / VERSION_BYTES;
    listed.late_count = (size_t)PQgetlength(rows, 0, 1) / LATE_BYTES;
    mark_known(at, thread, part, &listed);
    PQclear(rows);
}

/* Reads what is new in a stretch, with what xref says of it. */
static bool fetch_rows(struct change_reader *at, unsigned thread, const char *query) {
    struct pg pg;
    struct arena scratch = {0};
    enum flow flow = FLOW_FAILED;
    struct pg_limits limits = {.stop = at->persons->invocation->stop};
    if (!pg_open(&pg, at->persons->readers[thread].connection, query, &limits, &at->errors[thread]))
        return false;
    while ((flow = pg_next(&pg, &at->errors[thread])) == FLOW_MORE) {
        if (place_of(at, select_version(&pg)) != UINT32_MAX) continue;
        select_take(&at->plan, &pg, &at->sinks[thread], &scratch);
        if (pg_null(pg.fields[at->plan.column_count])) continue;
        struct known known = select_known(&pg, at->plan.column_count);
        keep_bytes(&at->known[thread], &known, sizeof known);
    }
    pg_close(&pg);
    arena_free(&scratch);
    return flow == FLOW_END;
}

/* Few rows by where they stand, or by their versions; many by reading the whole stretch. */
static void ask_for(const struct change_reader *at, uint32_t part, char *query, size_t room) {
    const struct fresh *fresh = (const void *)at->fresh[part].bytes;
    size_t count = at->fresh[part].size / sizeof *fresh, size = 0;
    bool placed = at->placed[part];
    if (count > ASKED_MOST) return;
    size += (size_t)snprintf(query, room, " AND %s = ANY ('{", placed ? "p.ctid" : SELECT_VERSION);
    for (size_t i = 0; i < count; i++) {
        const char *comma = i ? "," : "";
        if (placed)
            size += (size_t)snprintf(query + size, room - size, "%s\"(%u,%u)\"", comma, fresh[i].page,
                                     fresh[i].item);
        else size += (size_t)snprintf(query + size, room - size, "%s%jd", comma, (intmax_t)fresh[i].version);
    }
    snprintf(query + size, room - size, "}'::%s[])", placed ? "tid" : "bigint");
}

static void fetch_stretch(void *context, unsigned thread, uint32_t part) {
    struct change_reader *at = context;
    const struct stretch *stretch = &at->stretches[part];
    struct arena arena = {0};
    if (at->failed[thread] || !at->fresh[part].size) return;
    size_t room = QUERY_BYTES + ASKED_MOST * ASKED_TEXT;
    char *query = ARENA_NEW(&arena, char, room);
    size_t size = (size_t)snprintf(query, room,
                                   "SELECT %s, x.record_no, x.psn_no FROM %s p LEFT JOIN identity.xref x"
                                   " USING (county, src_psn_no) WHERE %s",
                                   at->plan.columns, stretch->table, stretch->where);
    ask_for(at, part, query + size, room - size);
    at->failed[thread] = !fetch_rows(at, thread, query);
    arena_free(&arena);
}

static bool run_parts(struct change_reader *at, void (*work)(void *context, unsigned thread, uint32_t part),
                      struct error *error) {
    parallel_run(READERS, at->stretch_count, work, at);
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

/* True when it pays and can be told what has changed. */
static bool worthwhile(const struct change_reader *at) {
    const struct link_base *base = &at->persons->cache.base;
    uint64_t found = 0, kept = 0, changed = 0;
    for (int i = 0; i < READERS; i++) found += at->found[i];
    for (uint32_t i = 0; i < base->count; i++) kept += at->kept[i];
    for (uint32_t i = 0; i < at->stretch_count; i++) changed += at->fresh[i].size / sizeof(struct fresh);
    return found == kept && changed <= base->count / 2;
}

/* xref is asked for single records: the planner cannot know how few rows are new. */
static bool plan_few(struct persons *persons, struct error *error) {
    for (int i = 0; i < READERS; i++)
        if (!session_run(&persons->readers[i],
                         "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off;"
                         " SET LOCAL enable_mergejoin = off",
                         error))
            return false;
    return true;
}

static bool read_changes(struct change_reader *at, bool *read, struct error *error) {
    struct persons *persons = at->persons;
    if (!order_versions(at)) return true;
    if (!run_parts(at, list_stretch, error)) return false;
    if (!worthwhile(at)) return true;
    *read = true;
    if (!plan_few(persons, error) || !run_parts(at, fetch_stretch, error)) return false;
    for (int i = 0; i < READERS; i++) persons->reread += at->sinks[i].count;
    if (!link_merge(&persons->link, &persons->cache.base, at->sinks, READERS, error)) return false;
    cache_forget_rows(&persons->cache);
    return number_records(at, error);
}

bool persons_remember(struct persons *persons) {
    const char *path = arena_print(&persons->arena, "%s/.tongchou/link.cache", persons->invocation->city);
    uint64_t rules = link_hash(persons->rules_text.bytes, persons->rules_text.size);
    return !persons->anew && cache_open(&persons->cache, path, &persons->rules, rules, persons->last);
}

bool persons_read_changes(struct persons *persons, bool *read, struct error *error) {
    *read = false;
    if (!persons_remember(persons)) return true;
    struct change_reader *at = ARENA_NEW(&persons->arena, struct change_reader, 1);
    *at = (struct change_reader){.persons = persons};
    at->kept = ARENA_NEW(&persons->arena, uint8_t, persons->cache.base.count + 1);
    persons->cache.base.kept = at->kept;
    if (!stretch_list(&persons->readers[0], &persons->arena, &at->stretches, &at->stretch_count, error))
        return false;
    at->fresh = ARENA_NEW(&persons->arena, struct encoder, at->stretch_count + 1);
    at->placed = ARENA_NEW(&persons->arena, bool, at->stretch_count + 1);
    select_make(&persons->rules, &at->plan);
    for (int i = 0; i < READERS; i++) {
        at->sinks[i].rules = &persons->rules;
        at->sinks[i].spill = persons->link.spill;
    }
    bool ok = read_changes(at, read, error);
    for (uint32_t i = 0; i < at->stretch_count; i++) encode_free(&at->fresh[i]);
    for (int i = 0; i < READERS; i++) {
        link_sink_free(&at->sinks[i]);
        encode_free(&at->known[i]);
    }
    return ok;
}
