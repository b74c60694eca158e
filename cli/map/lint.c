/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Everything that is wrong with the tables, at once, and what the data that came say about them. */
#include "cli/ledger_lint.h"
#include "cli/map/map.h"
#include "core/language.h"
#include "report/write.h"
#include "transform/row/date.h"
#include "transform/row/mapping.h"
#include <stdlib.h>

/* A code of one county that standing rows went through, or were rejected for its date, and when. */
struct used {
    const char *table, *code;
    int64_t rows;
    int32_t first, last;
    bool dated;
};

struct linting {
    const struct city *city;
    struct county everybody; /* whose the city's own tables are */
    struct arena *arena;
    struct session *session; /* NULL: no database, only the tables */
    struct map said;         /* a fault of a table that several counties share is told once */
    bool json, begun;
    uint32_t problems, notices;
};

static void say(struct linting *at, const struct county *county, bool problem, struct place place,
                const char *what) {
    const char *path = place.source ? place.source : "";
    const char *once = arena_print(at->arena, "%s\t%ju\t%s", path, (uintmax_t)place.row, what);
    void **seen = map_put(&at->said, (struct span){once, strlen(once)});
    if (*seen) return;
    *seen = at;
    if (problem) at->problems++;
    else at->notices++;
    if (!at->json) {
        /* A sentence that begins with its place says it already. */
        bool placed = *path && strncmp(what, path, strlen(path)) == 0;
        const char *mark = problem ? TEXT("要改", "mend") : TEXT("留意", "note");
        if (placed || !*path) printf("%s  %s  %s\n", county->name, mark, what);
        else if (place.row)
            printf(TEXT("%s  %s  %s 第 %ju 行第 %u 列：%s\n", "%s  %s  %s line %ju column %u: %s\n"),
                   county->name, mark, path, (uintmax_t)place.row, place.column, what);
        else printf("%s  %s  %s: %s\n", county->name, mark, path, what);
        return;
    }
    printf("%s{\"county\": \"%s\", \"weight\": \"%s\", \"path\": ", at->begun ? ",\n" : "", county->admdvs,
           problem ? "problem" : "notice");
    write_json_text((struct span){path, strlen(path)}, stdout);
    printf(", \"line\": %ju, \"column\": %u, \"problem\": ", (uintmax_t)place.row, place.column);
    write_json_text((struct span){what, strlen(what)}, stdout);
    printf("}");
    at->begun = true;
}

static struct place place_of(const struct mapping_row *row, enum mapping_field field) {
    return (struct place){.source = row->file->path, .row = row->line, .column = row->file->columns[field]};
}

static bool read_used(struct linting *at, const struct county *county, struct used **list, uint32_t *count,
                      struct error *error) {
    PGresult *result = session_ask(
        at->session,
        "WITH standing AS (SELECT f.file FROM intake.file f JOIN intake.delivery d USING (delivery)"
        " WHERE d.county = $1 AND d.state = 'published'), met AS ("
        "SELECT u.table_name, u.source_code, u.rows, u.first_day, u.last_day FROM mapping.use u JOIN standing"
        " USING (file) WHERE u.status = 'reviewed' UNION ALL"
        " SELECT substring(r.detail FROM 'table=([^;]*)'), r.value, 1, x.day, x.day FROM intake.reason r JOIN"
        " standing USING (file), LATERAL (SELECT nullif(substring(r.detail FROM 'date=([0-9-]{10})'), "
        "'')::date"
        " AS day) x WHERE r.code = 'code.not_valid_on_date')"
        " SELECT table_name, source_code, sum(rows), min(first_day) - date '2000-01-01', max(last_day) - date"
        " '2000-01-01' FROM met WHERE table_name IS NOT NULL AND source_code IS NOT NULL GROUP BY 1, 2",
        1, (const char *const[]){county->admdvs}, error);
    if (!result) return false;
    *count = (uint32_t)PQntuples(result);
    *list = ARENA_NEW(at->arena, struct used, *count + 1);
    for (int i = 0; i < (int)*count; i++)
        (*list)[i] = (struct used){.table = arena_print(at->arena, "%s", PQgetvalue(result, i, 0)),
                                   .code = arena_print(at->arena, "%s", PQgetvalue(result, i, 1)),
                                   .rows = strtoll(PQgetvalue(result, i, 2), NULL, 10),
                                   .dated = !PQgetisnull(result, i, 3),
                                   .first = atoi(PQgetvalue(result, i, 3)),
                                   .last = atoi(PQgetvalue(result, i, 4))};
    PQclear(result);
    return true;
}

/* Whether rows of that system are looked up for any of the county's specs (transform/row/map.c). */
static bool looked_up(const struct spec_set *specs, const struct rules *rules, struct span system) {
    if (!system.size || span_equal(system, rules->mappings->county)) return true;
    for (uint32_t s = 0; s < specs->count; s++) {
        struct span profile = specs->specs[s].profile;
        if (profile.size < system.size || memcmp(profile.bytes, system.bytes, system.size) != 0) continue;
        if (profile.size == system.size || profile.bytes[system.size] == '.') return true;
    }
    return false;
}

/* The reviewed row without a condition that begins first after `day`, or covers it. */
static const struct mapping_row *next_row(const struct spec_set *specs, const struct rules *rules,
                                          const struct used *used, int32_t day, bool covering) {
    const struct mapping_row *best = NULL;
    for (uint32_t i = 0; i < rules->mappings->row_count; i++) {
        const struct mapping_row *row = rules->mappings->rows[i];
        bool good = row->reviewed && !row->replaced && !row->when && !row->pattern &&
                    looked_up(specs, rules, mapping_system(rules->mappings, row)) &&
                    row->code.size == strlen(used->code) &&
                    memcmp(row->code.bytes, used->code, row->code.size) == 0 &&
                    row->file->table->name.size == strlen(used->table) &&
                    memcmp(row->file->table->name.bytes, used->table, row->file->table->name.size) == 0;
        if (!good || (covering ? row->from > day || row->until <= day : row->from <= day)) continue;
        if (!best || (covering ? row->until > best->until : row->from < best->from)) best = row;
    }
    return best;
}

/* Days on which the code was met and that no row covers; with the rows on both sides. */
static void check_gap(struct linting *at, const struct county *county, const struct spec_set *specs,
                      const struct rules *rules, const struct used *used) {
    char from[16] = "", until[16] = "", first[16] = "", last[16] = "";
    const struct mapping_row *before = NULL;
    int32_t day = used->first;
    for (const struct mapping_row *row; day <= used->last && (row = next_row(specs, rules, used, day, true));
         before = row)
        if (row->until == INT32_MAX) return;
        else day = row->until;
    const struct mapping_row *after = next_row(specs, rules, used, day, false);
    if (day > used->last || (!before && !after)) return; /* without any row it is simply unmapped */
    int32_t end = after && after->from <= used->last ? after->from : used->last + 1;
    date_write(day, from);
    date_write(end, until);
    date_write(used->first, first);
    date_write(used->last, last);
    const struct mapping_row *row = before ? before : after;
    say(at, county, before && after, place_of(row, before ? FIELD_UNTIL : FIELD_FROM),
        arena_print(
            at->arena,
            TEXT("代码 %s 在 [%s, %s) 没有有效的行(%s%s%s)，而数据用到 %s 至 %s",
                 "code %s has no row for [%s, %s) (%s%s%s), and the data use it from %s to %s"),
            used->code, from, until,
            before ? arena_print(at->arena, TEXT("第 %u 行止于此", "line %u ends there"), before->line) : "",
            before && after ? TEXT("，", ", ") : "",
            after ? arena_print(at->arena, TEXT("%s 第 %u 行才开始", "%s line %u begins later"),
                                after->file->path, after->line)
                  : "",
            first, last));
}

/* A reviewed row in force that speaks of the code, on whatever day; NULL: none. */
static const struct mapping_row *row_of(const struct spec_set *specs, const struct rules *rules,
                                        const struct used *used, struct span code, const void *match) {
    const struct mapping_table *table =
        mapping_find(rules->mappings, (struct span){used->table, strlen(used->table)});
    for (uint32_t i = 0; table && i < rules->mappings->row_count; i++) {
        const struct mapping_row *row = rules->mappings->rows[i];
        if (row->file->table == table && row->reviewed && !row->replaced &&
            (span_equal(row->code, code) || /* a pattern is known to have been used as it is written */
             (row->pattern && mapping_matches(row->pattern->code, code, match))) &&
            looked_up(specs, rules, mapping_system(rules->mappings, row)))
            return row;
    }
    return NULL;
}

/* A code of published rows that the tables have lost since; by its zeros, when a spreadsheet had the table.
 */
static void check_lost(struct linting *at, const struct county *county, const struct spec_set *specs,
                       const struct rules *rules, const struct used *used) {
    struct span code = {used->code, strlen(used->code)}, bare = code;
    const struct mapping_row *eaten = NULL;
    void *match = mapping_match_new();
    bool lost = !row_of(specs, rules, used, code, match);
    while (bare.size > 1 && bare.bytes[0] == '0') bare.bytes++, bare.size--;
    if (lost && bare.size < code.size) eaten = row_of(specs, rules, used, bare, match);
    mapping_match_free(match);
    if (eaten)
        say(at, county, true, place_of(eaten, FIELD_CODE),
            arena_print(at->arena,
                        TEXT("代码 %.*s 的前导零被表格软件吃掉了：入库的 %jd 行是 %s",
                             "a spreadsheet has eaten the leading zeros of code %.*s: %jd published rows "
                             "have %s"),
                        (int)bare.size, bare.bytes, (intmax_t)used->rows, used->code));
    else if (lost)
        say(at, county, false,
            (struct place){.source =
                               arena_print(at->arena, "mappings/%s/%s.csv", county->folder, used->table)},
            arena_print(at->arena,
                        TEXT("入库的 %jd 行用到代码 %s，现在的表里没有它的行",
                             "%jd published rows have code %s, and the tables have no row for it now"),
                        (intmax_t)used->rows, used->code));
}

static bool is_used(const struct mapping_row *row, const struct used *list, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (row->code.size == strlen(list[i].code) &&
            memcmp(row->code.bytes, list[i].code, row->code.size) == 0 &&
            row->file->table->name.size == strlen(list[i].table) &&
            memcmp(row->file->table->name.bytes, list[i].table, row->file->table->name.size) == 0)
            return true;
    return false;
}

/* Codes of the county's own tables that no published row has; one line a table. */
static void note_unused(struct linting *at, const struct county *county, const struct rules *rules,
                        const struct used *list, uint32_t count) {
    enum { SHOWN = 8 };
    const struct mapping_set *set = rules->mappings;
    for (uint32_t from = 0, until; from < set->row_count; from = until) {
        const struct mapping_file *file = set->rows[from]->file;
        const char *names = "";
        uint32_t unused = 0;
        for (until = from; until < set->row_count && set->rows[until]->file == file; until++) {
            const struct mapping_row *row = set->rows[until];
            if (file->level != MAPPING_COUNTY || !row->reviewed || row->pattern || is_used(row, list, count))
                continue;
            if (unused++ < SHOWN)
                names = arena_print(at->arena, TEXT("%s%s%.*s(第 %u 行)", "%s%s%.*s (line %u)"), names,
                                    unused > 1 ? TEXT("、", ", ") : "", (int)row->code.size, row->code.bytes,
                                    row->line);
        }
        if (unused)
            say(at, county, false, (struct place){.source = file->path},
                arena_print(at->arena,
                            TEXT("%u 个代码有映射，入库的数据里没有用到：%s%s",
                                 "%u codes are mapped and in no published row: %s%s"),
                            unused, names, unused > SHOWN ? TEXT("…", "...") : ""));
    }
}

/* The code was reviewed since it was met: the next run takes its rows in. */
static bool mapped_since(const struct rules *rules, const struct unmapped *code) {
    const struct mapping_set *set = rules->mappings;
    for (uint32_t i = 0; i < set->row_count; i++) {
        const struct mapping_row *row = set->rows[i];
        if (row->file->level != MAPPING_SHIPPED && row->reviewed && !row->pattern &&
            span_equal(row->code, (struct span){code->code, strlen(code->code)}) &&
            span_equal(row->file->table->name, code->table))
            return true;
    }
    return false;
}

static bool lint_data(struct linting *at, const struct county *county, const struct spec_set *specs,
                      const struct rules *rules, struct error *error) {
    struct used *used;
    struct unmapped *codes;
    uint32_t used_count = 0, code_count = 0;
    if (!read_used(at, county, &used, &used_count, error) ||
        !map_unmapped(at->session, county->admdvs, at->arena, &codes, &code_count, error))
        return false;
    for (uint32_t i = 0; i < used_count; i++) check_lost(at, county, specs, rules, &used[i]);
    for (uint32_t i = 0; i < used_count; i++)
        if (used[i].dated) check_gap(at, county, specs, rules, &used[i]);
    for (uint32_t i = 0; i < code_count; i++) {
        char fen[FEN_TEXT];
        say(at, county, false,
            (struct place){.source = arena_print(at->arena, "mappings/%s/%.*s.csv", county->folder,
                                                 (int)codes[i].table.size, codes[i].table.bytes)},
            arena_print(at->arena, TEXT("代码 %s 用到 %jd 行、%s 元，%s", "code %s: %jd rows, %s yuan, %s"),
                        codes[i].code, (intmax_t)codes[i].rows, fen_text(codes[i].fen, fen),
                        mapped_since(rules, &codes[i])
                            ? TEXT("已补映射，下次 run 补入", "mapped since: the next run takes them in")
                        : codes[i].draft ? TEXT("只有草稿", "only a draft")
                                         : TEXT("没有映射", "not mapped")));
    }
    if (used_count) note_unused(at, county, rules, used, used_count);
    return true;
}

/* Rows of the city's and the county's tables that count as drafts. */
static void lint_drafts(struct linting *at, const struct county *county, const struct rules *rules) {
    for (uint32_t i = 0; i < rules->mappings->row_count; i++) {
        const struct mapping_row *row = rules->mappings->rows[i];
        if (row->file->level == MAPPING_SHIPPED || row->reviewed) continue;
        bool problem = row->status == MAPPING_SELF_REVIEWED;
        say(at, county, problem, place_of(row, problem ? FIELD_REVIEWER : FIELD_STATUS),
            arena_print(
                at->arena, TEXT("代码 %.*s ：%s", "code %.*s: %s"), (int)row->code.size, row->code.bytes,
                problem ? TEXT("起草人和审核人相同或缺一个，按草稿处理",
                               "author and reviewer are the same or one is missing: a draft")
                        : TEXT("草稿，还没审核，不会用", "a draft, not in use until it is reviewed")));
    }
}

static bool lint_county(struct linting *at, const struct county *county, struct error *error) {
    struct spec_set specs;
    struct rules rules;
    struct error why = {0};
    const struct rules_wish wish = {.gather = true};
    if (!specs_read(at->city, county, at->arena, &specs, &why) ||
        !rules_read_as(at->city, county, &specs, &wish, at->arena, &rules, &why)) {
        say(at, county, true, why.at, why.message);
        return true;
    }
    mapping_lint(rules.mappings);
    for (uint32_t i = 0; i < rules.mappings->fault_count; i++)
        say(at, county, true, rules.mappings->faults[i].at, rules.mappings->faults[i].message);
    lint_drafts(at, county, &rules);
    return !at->session || lint_data(at, county, &specs, &rules, error);
}

/* The tables of the books are the city's: every county goes by them. */
static void lint_ledger(struct linting *at) {
    struct ledger_faults faults;
    ledger_lint(at->city, at->arena, &faults);
    for (uint32_t i = 0; i < faults.count; i++)
        say(at, &at->everybody, true, faults.list[i].at, faults.list[i].message);
}

/* What no spec asks for yet is read all the same: a list is best mended before it decides. */
static void lint_alone(struct linting *at, const char *path) {
    const struct county *county = &at->city->counties[0];
    struct rules rules;
    struct error why = {0};
    const char *name = strrchr(path, '/') + 1;
    const struct rules_wish wish = {.gather = true, .table = {name, strcspn(name, ".")}};
    for (uint32_t i = 0; i < at->city->county_count; i++) {
        const char *folder = arena_print(at->arena, "mappings/%s/", at->city->counties[i].folder);
        if (strncmp(path, folder, strlen(folder)) == 0) county = &at->city->counties[i];
    }
    if (!rules_read_as(at->city, county, &(struct spec_set){0}, &wish, at->arena, &rules, &why)) {
        if (why.at.source && strcmp(why.at.source, path) == 0)
            say(at, &at->everybody, true, why.at, why.message);
        return; /* else it is the table that nobody knows */
    }
    mapping_lint(rules.mappings);
    for (uint32_t i = 0; i < rules.mappings->fault_count; i++) {
        const struct mapping_fault *fault = &rules.mappings->faults[i];
        if (fault->at.source && strcmp(fault->at.source, path) == 0)
            say(at, &at->everybody, true, fault->at, fault->message);
    }
}

static void note_file(void *context, const char *path) {
    struct linting *at = context;
    say(at, &at->everybody, false, (struct place){.source = path},
        TEXT("没有一份规格用到这张表(map: 表名)，不起作用；文件名写对了吗",
             "no spec asks for this table (map: NAME), so it does nothing; is its name right?"));
    lint_alone(at, path);
}

static void lint_unused(struct linting *at) {
    struct spec_set *specs = ARENA_NEW(at->arena, struct spec_set, at->city->county_count);
    for (uint32_t i = 0; i < at->city->county_count; i++) /* what cannot be read was said */
        if (!specs_read(at->city, &at->city->counties[i], at->arena, &specs[i], &(struct error){0})) return;
    map_unused(&(struct map_unused){at->city, specs, at->arena, note_file, at});
}

static void tell_end(const struct linting *at) {
    if (at->json) printf("]\n");
    else if (!at->problems && !at->notices)
        printf(TEXT("映射表没有错\n", "the mapping tables have no fault\n"));
    else
        printf(TEXT("%u 处要改，%u 处留意%s\n", "%u to mend, %u to note%s\n"), at->problems, at->notices,
               at->session ? ""
                           : TEXT("；数据库未开，没有和数据对照",
                                  "; no database, so nothing was held against the data"));
}

/* A city without a database yet has tables to look at all the same. */
static bool open_session(const struct city *city, struct database *database, struct session *session) {
    struct error ignored = {0};
    if (!database_open(database, city->database, city->directory, &ignored)) return false;
    if (session_open(session, database, "map", &ignored)) return true;
    database_close(database);
    return false;
}

enum exit_code map_lint(struct invocation *invocation, const char *name, struct error *error) {
    struct city *city = ARENA_NEW(invocation->arena, struct city, 1);
    const struct county *county;
    struct database database;
    struct session session = {0};
    if (!city_read(invocation->city, invocation->arena, city, error) ||
        !map_county(city, name, &county, error))
        return exit_of(error);
    bool open = open_session(city, &database, &session), ok = true;
    struct linting at = {.city = city,
                         .everybody = {.folder = "", .name = city->name, .admdvs = city->admdvs},
                         .arena = invocation->arena,
                         .session = open ? &session : NULL,
                         .said = {.arena = invocation->arena},
                         .json = invocation->json};
    if (at.json) printf("[");
    lint_ledger(&at);
    for (uint32_t i = 0; ok && i < city->county_count; i++)
        if (!county || county == &city->counties[i]) ok = lint_county(&at, &city->counties[i], error);
    if (ok && !county) lint_unused(&at);
    tell_end(&at);
    if (open) session_close(&session);
    if (open) database_close(&database);
    return !ok ? exit_of(error) : at.problems ? EXIT_USAGE : EXIT_HELD;
}
