/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What the tables of today would change in what is published, and mend of what is rejected.  A row is counted
   when the mapping rows of its code are not what they were in its run; whether its own value changes is only
   known when it is read again, so the figures are upper bounds. */
#include "cli/map/map.h"
#include "core/language.h"
#include "report/write.h"
#include "transform/row/mapping.h"
#include <stdlib.h>

enum { RUNS_MAX = 4096 };

/* The tables of each run that published something, read once. */
struct past {
    int run;
    struct rules *rules; /* NULL: cannot be read any more */
};

struct impact {
    struct arena *arena;
    struct session *session;
    const struct city *city;
    const struct county *county;
    struct spec_set specs;
    struct rules rules;
    uint32_t past_count;
    struct past *past; /* [RUNS_MAX] */
    struct impacted *list;
    uint32_t count, room;
};

static bool same(struct span a, const char *b) {
    return a.size == strlen(b) && memcmp(a.bytes, b, a.size) == 0;
}

static bool same_condition(const struct mapping_row *a, const struct mapping_row *b) {
    return !a->when || !b->when
               ? a->when == b->when
               : span_equal(a->when->column, b->when->column) && span_equal(a->when->value, b->when->value);
}

static bool equal_rows(const struct mapping_row *a, const struct mapping_row *b) {
    return span_equal(a->code, b->code) && same_condition(a, b) && span_equal(a->target, b->target) &&
           a->from == b->from && a->until == b->until && a->reviewed == b->reviewed &&
           span_equal(a->file->table->name, b->file->table->name) &&
           span_equal(mapping_system(a->file->table->set, a), mapping_system(b->file->table->set, b));
}

/* Rows in force for a code of a system in a table. */
static uint32_t rows_of(const struct rules *rules, const struct mapping_row *like,
                        const struct mapping_row **first, bool *kept) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < rules->mappings->row_count; i++) {
        const struct mapping_row *row = rules->mappings->rows[i];
        if (row->replaced || !row->reviewed || !span_equal(row->file->table->name, like->file->table->name) ||
            !span_equal(row->code, like->code) ||
            !span_equal(mapping_system(rules->mappings, row), mapping_system(like->file->table->set, like)))
            continue;
        if (!count++) *first = row;
        *kept |= equal_rows(row, like);
    }
    return count;
}

/* Whether today's tables say the same about the code that `then` mapped; `now` is what they say first. */
static bool unchanged(const struct impact *at, const struct rules *rules, const struct mapping_row *then,
                      const struct mapping_row **now) {
    const struct mapping_row *ignored = NULL;
    bool kept = false, itself = false;
    *now = NULL;
    uint32_t today = rows_of(&at->rules, then, now, &kept), before = rows_of(rules, then, &ignored, &itself);
    return kept && today == before;
}

static bool past_rules(struct impact *at, int run, const struct rules **rules, struct error *error) {
    for (uint32_t i = 0; i < at->past_count; i++)
        if (at->past[i].run == run) return *rules = at->past[i].rules, true;
    struct rules *read = ARENA_NEW(at->arena, struct rules, 1);
    const char *said = NULL;
    if (!map_then(at->session, at->county, run, &at->specs, at->arena, read, &said, error)) return false;
    *rules = said ? NULL : read;
    if (at->past_count < RUNS_MAX) at->past[at->past_count++] = (struct past){run, said ? NULL : read};
    return true;
}

static void add(struct impact *at, struct impacted impacted) {
    if (at->count == at->room) {
        uint32_t room = at->room ? at->room * 2 : 64;
        struct impacted *list = ARENA_NEW(at->arena, struct impacted, room);
        if (at->count) memcpy(list, at->list, at->count * sizeof *list);
        at->list = list;
        at->room = room;
    }
    at->list[at->count++] = impacted;
}

static const struct mapping_row *row_at(const struct rules *rules, const char *path, uint32_t line) {
    for (uint32_t i = 0; i < rules->mappings->row_count; i++)
        if (rules->mappings->rows[i]->line == line && strcmp(rules->mappings->rows[i]->file->path, path) == 0)
            return rules->mappings->rows[i];
    return NULL;
}

/* Files that stand, and the mapping rows that each used. */
#define STANDING                                                                                             \
    " FROM intake.file f JOIN intake.delivery d USING (delivery) JOIN mapping.use u USING (file) WHERE "     \
    "d.county = $1"                                                                                          \
    " AND d.state = 'published' AND u.status = 'reviewed' AND u.rows > 0 AND NOT EXISTS (SELECT FROM "       \
    "intake.delivery a"                                                                                      \
    " WHERE a.source = 'again' AND a.state = 'published' AND a.delivery > d.delivery AND a.parent IN "       \
    "(d.delivery, d.parent))"

static bool find_changed(struct impact *at, struct error *error) {
    const char *arguments[] = {at->county->admdvs, at->rules.sha256};
    PGresult *result =
        session_ask(at->session,
                    "SELECT coalesce(d.parent, d.delivery), d.run, u.table_name, u.source_code, "
                    "coalesce(u.target_code, ''), u.path, u.line, sum(u.rows), sum(u.fen)" STANDING
                    " AND f.mapping_sha256 <> $2 GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 8 DESC, 3, 4",
                    2, arguments, error);
    if (!result) return false;
    bool ok = true;
    for (int i = 0; ok && i < PQntuples(result); i++) {
        const struct rules *rules = NULL;
        const struct mapping_row *now = NULL;
        ok = past_rules(at, atoi(PQgetvalue(result, i, 1)), &rules, error);
        const struct mapping_row *then =
            ok && rules ? row_at(rules, PQgetvalue(result, i, 5), (uint32_t)atoi(PQgetvalue(result, i, 6)))
                        : NULL;
        if (!ok || !then || unchanged(at, rules, then, &now)) continue;
        struct arena *arena = at->arena;
        add(at, (struct impacted){.county = at->county,
                                  .delivery = atoi(PQgetvalue(result, i, 0)),
                                  .table = arena_print(arena, "%s", PQgetvalue(result, i, 2)),
                                  .code = arena_print(arena, "%s", PQgetvalue(result, i, 3)),
                                  .before = arena_print(arena, "%s", PQgetvalue(result, i, 4)),
                                  .after = now ? now->target : SPAN("?"),
                                  .rows = strtoll(PQgetvalue(result, i, 7), NULL, 10),
                                  .fen = strtoll(PQgetvalue(result, i, 8), NULL, 10)});
    }
    PQclear(result);
    return ok;
}

/* Codes of open rejects that today's tables have a reviewed row for: the next run mends them by itself. */
static bool find_mended(struct impact *at, struct error *error) {
    struct unmapped *codes;
    uint32_t count = 0;
    if (!map_unmapped(at->session, at->county->admdvs, at->arena, &codes, &count, error)) return false;
    map_systems(&at->specs, codes, count);
    for (uint32_t c = 0; c < count; c++)
        for (uint32_t i = 0; i < at->rules.mappings->row_count; i++) {
            const struct mapping_row *row = at->rules.mappings->rows[i];
            struct span of = mapping_system(at->rules.mappings, row);
            bool system = !of.size || span_equal(of, codes[c].system) || same(of, at->county->folder);
            if (row->replaced || !row->reviewed || !system || row->pattern ||
                !same(row->code, codes[c].code) || !span_equal(row->file->table->name, codes[c].table))
                continue;
            add(at, (struct impacted){.county = at->county,
                                      .table = arena_print(at->arena, "%.*s", (int)codes[c].table.size,
                                                           codes[c].table.bytes),
                                      .code = codes[c].code,
                                      .before = "",
                                      .after = row->target,
                                      .rows = codes[c].rows,
                                      .fen = codes[c].fen});
            break;
        }
    return true;
}

bool map_impacted(struct session *session, const struct city *city, const struct county *county,
                  struct arena *arena, struct impacted **list, uint32_t *count, struct error *error) {
    struct impact *at = ARENA_NEW(arena, struct impact, 1);
    *at = (struct impact){.arena = arena,
                          .session = session,
                          .city = city,
                          .county = county,
                          .past = ARENA_NEW(arena, struct past, RUNS_MAX)};
    if (!specs_read(city, county, arena, &at->specs, error) ||
        !rules_read(city, county, &at->specs, arena, &at->rules, error) || !find_changed(at, error) ||
        !find_mended(at, error))
        return false;
    *list = at->list;
    *count = at->count;
    return true;
}

static const struct result_column columns[] = {
    {.name = {"county", 6}, .zh = {"县", 3}, .en = {"County", 6}},
    {.name = {"state", 5}, .zh = {"现在", 6}, .en = {"Now", 3}},
    {.name = {"table", 5}, .zh = {"映射表", 9}, .en = {"Table", 5}},
    {.name = {"code", 4}, .zh = {"代码", 6}, .en = {"Code", 4}},
    {.name = {"before", 6}, .zh = {"当时目标", 12}, .en = {"Target then", 11}},
    {.name = {"after", 5}, .zh = {"现在目标", 12}, .en = {"Target today", 12}},
    {.name = {"rows", 4}, .zh = {"至多行数", 12}, .en = {"Rows at most", 12}, .show = SHOW_COUNT},
    {.name = {"money_fen", 9}, .zh = {"金额(元)", 11}, .en = {"Amount", 6}, .show = SHOW_FEN},
    {.name = {"how", 3}, .zh = {"怎么办", 9}, .en = {"What to do", 10}},
};

static void put(struct result *result, const struct impacted *one, struct arena *arena) {
    struct span *cells = result_add(result);
    const char *state = one->delivery ? TEXT("已入库", "published") : TEXT("退回", "rejected");
    cells[0] = (struct span){one->county->name, strlen(one->county->name)};
    cells[1] = (struct span){state, strlen(state)};
    cells[2] = (struct span){one->table, strlen(one->table)};
    cells[3] = (struct span){one->code, strlen(one->code)};
    cells[4] = (struct span){one->before, strlen(one->before)};
    cells[5] = one->after.size ? one->after : result_format(arena, "%s", TEXT("不移交", "not handed over"));
    cells[6] = result_format(arena, "%jd", (intmax_t)one->rows);
    cells[7] = result_format(arena, "%jd", (intmax_t)one->fen);
    cells[8] = one->delivery
                   ? result_format(arena, "tongchou run --again %d", one->delivery)
                   : result_format(arena, "%s",
                                   TEXT("下次 tongchou run 自动补入", "the next tongchou run mends it"));
}

static bool show(struct invocation *invocation, struct session *session, const struct city *city,
                 const struct county *only, struct error *error) {
    struct result result;
    result_begin(&result, invocation->arena, SPAN("映射改动的影响"), SPAN("Impact of changed mappings"),
                 columns, sizeof columns / sizeof *columns);
    result.empty = result_label(SPAN("现在的映射不会改变任何已入库或退回的行"),
                                SPAN("today's tables change no published or rejected row"));
    for (uint32_t c = 0; c < city->county_count; c++) {
        struct impacted *list = NULL;
        uint32_t count = 0;
        if (only && only != &city->counties[c]) continue;
        if (!map_impacted(session, city, &city->counties[c], invocation->arena, &list, &count, error))
            return false;
        for (uint32_t i = 0; i < count; i++) put(&result, &list[i], invocation->arena);
    }
    if (invocation->json) write_json_result(&result, stdout);
    else write_text_result(&result, stdout);
    return true;
}

enum exit_code map_impact(struct invocation *invocation, const char *name, struct error *error) {
    struct city *city = ARENA_NEW(invocation->arena, struct city, 1);
    const struct county *county = NULL;
    struct database database;
    struct session session = {0};
    if (!city_read(invocation->city, invocation->arena, city, error) ||
        !map_county(city, name, &county, error) ||
        !database_open(&database, city->database, city->directory, error))
        return exit_of(error);
    bool ok = session_open(&session, &database, "map", error);
    if (ok) {
        ok = show(invocation, &session, city, county, error);
        session_close(&session);
    }
    database_close(&database);
    return ok ? EXIT_HELD : exit_of(error);
}
