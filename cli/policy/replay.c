/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/policy/replay.h"
#include "cli/policy/source.h"
#include "core/parallel.h"
#include "load/impact.h"
#include "transform/row/date.h"
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { WORKERS_WANTED = 8, WORD_BYTES = 32 };

/* What one part needs; `error` is its own. */
struct worker {
    struct arena arena;
    struct impact_writer writer;
    struct session session;
    struct policy_source source;
    struct replay replay;
    struct error error;
    bool good;
};

struct working {
    struct registry *registry;
    const struct policy_book *book;
    int32_t cutover;
    uint32_t parts;
    struct worker workers[WORKERS_WANTED];
};

/* A word that COPY takes as C text. */
static const char *word_of(struct span text, char word[WORD_BYTES]) {
    size_t size = text.size < WORD_BYTES - 1 ? text.size : WORD_BYTES - 1;
    if (size) memcpy(word, text.bytes, size);
    word[size] = '\0';
    return word;
}

static bool write_row(struct worker *worker, const struct replay_row *row, const struct policy_line *line) {
    const struct policy_result *old = &row->results[SIDE_COUNTY], *new = &row->results[SIDE_CITY];
    const struct policy_claim *claim = &row->claim;
    char county[WORD_BYTES], insutype[WORD_BYTES];
    int year, month, day;
    date_civil(claim->day, &year, &month, &day);
    struct impact_row out = {.county = word_of(line->county, county),
                             .insutype = word_of(line->insutype, insutype),
                             .level = claim_level_word(line->level),
                             .person_type = claim_person_word(claim),
                             .care = claim_kind_word(claim->kind),
                             .old_verdict = claim_verdict_word(old->verdict),
                             .new_verdict = claim_verdict_word(new->verdict),
                             .plan = line->plan,
                             .city_plan = line->city_plan,
                             .key = {line->key[0], line->key[1]},
                             .person = (int64_t)XXH3_64bits(line->person.bytes, line->person.size),
                             .year = year,
                             .refund = row->refund};
    const int64_t fen[IMPACT_FEN] = {
        claim->fee,      line->stored_dedc, claim->base, claim->big, line->stored_fund, line->stored_person,
        old->deductible, old->base,         old->big,    old->fund,  old->person,       new->deductible,
        new->base,       new->big,          new->fund,   new->person};
    memcpy(out.fen, fen, sizeof fen);
    return impact_put(&worker->writer, &out, &worker->error);
}

static bool work_rows(struct worker *worker) {
    char last[256] = "";
    size_t last_size = SIZE_MAX;
    enum flow flow;
    while ((flow = policy_source_next(&worker->source, &worker->error)) == FLOW_MORE) {
        struct policy_line line;
        struct span person = policy_source_person(&worker->source);
        size_t size = person.size < sizeof last ? person.size : sizeof last;
        if (size != last_size || memcmp(last, person.bytes, size) != 0) replay_person(&worker->replay);
        memcpy(last, person.bytes, last_size = size);
        if (replay_full(&worker->replay)) replay_drain(&worker->replay);
        struct replay_row *row = replay_next(&worker->replay);
        policy_source_fill(&worker->source, row, &line);
        replay_take(&worker->replay, NULL);
        if (!write_row(worker, row, &line)) return false;
    }
    return flow == FLOW_END;
}

static void work_part(void *context, unsigned thread, uint32_t part) {
    struct working *working = context;
    struct worker *worker = &working->workers[part];
    (void)thread;
    worker->source.plans = &working->book->plans;
    worker->source.assignments = &working->book->assignments;
    worker->source.cutover = working->cutover;
    replay_open(&worker->replay);
    bool written = impact_open(&worker->writer, working->registry, &worker->error);
    bool session = written && session_open(&worker->session, working->registry->database, "tongchou replay",
                                           &worker->error);
    bool reading =
        session && policy_source_open(&worker->source, worker->session.connection, part, working->parts, NULL,
                                      working->registry->database->stop, &worker->arena, &worker->error);
    worker->good = reading && work_rows(worker) && impact_finish(&worker->writer, &worker->error);
    if (reading) policy_source_close(&worker->source);
    if (session) session_close(&worker->session);
    impact_close(&worker->writer);
    replay_close(&worker->replay);
    arena_free(&worker->arena);
}

static const char *day_text(struct arena *arena, int32_t day) {
    char text[16];
    return arena_print(arena, "%s", rule_day(day, text));
}

/* The rules in force and the assignments, as the database keeps them. */
static bool keep_rules(struct registry *registry, const struct policy_book *book, struct arena *arena,
                       struct error *error) {
    struct impact_rules kept = {.sha256 = book->sha256};
    struct impact_rule *rules = ARENA_NEW(arena, struct impact_rule, book->rules.row_count + 1);
    struct impact_assignment *map = ARENA_NEW(arena, struct impact_assignment, book->assignments.count + 1);
    for (uint32_t i = 0; i < book->rules.row_count; i++) {
        const struct policy_rule *rule = book->rules.rows[i];
        struct span name = {rule->param->name, strlen(rule->param->name)};
        if (rule->replaced) continue;
        rules[kept.rule_count++] = (struct impact_rule){rule->plan,
                                                        name,
                                                        rule->insutype,
                                                        rule->level,
                                                        rule->person_class,
                                                        rule->basis,
                                                        rule->mode,
                                                        rule->evidence,
                                                        rule->source,
                                                        (int)rule->nth,
                                                        day_text(arena, rule->since),
                                                        day_text(arena, rule->until),
                                                        rule->band,
                                                        rule->to == INT64_MAX,
                                                        rule->has_value,
                                                        rule->from,
                                                        rule->to,
                                                        rule->value,
                                                        rule->path,
                                                        rule->line};
    }
    for (uint32_t i = 0; i < book->assignments.count; i++) {
        const struct policy_assignment *row = &book->assignments.list[i];
        map[kept.assignment_count++] = (struct impact_assignment){row->county,
                                                                  row->insutype,
                                                                  row->plan,
                                                                  row->city_plan,
                                                                  day_text(arena, row->since),
                                                                  day_text(arena, row->until),
                                                                  row->path,
                                                                  row->line};
    }
    kept.rules = rules;
    kept.assignments = map;
    return impact_keep(registry, &kept, error);
}

/* Every file of rules as it was, beside specs and mapping tables. */
static bool keep_files(struct registry *registry, const struct policy_book *book, struct error *error) {
    for (uint32_t i = 0; i < book->file_count; i++)
        if (!registry_content(registry, book->files[i].path, book->files[i].sha256, book->files[i].bytes,
                              error))
            return false;
    return true;
}

bool policy_keep(struct registry *registry, const struct city *city, struct arena *arena,
                 struct error *error) {
    struct policy_book *book = ARENA_NEW(arena, struct policy_book, 1);
    const char *sha256 = book->sha256;
    if (!policy_open(city, arena, book, error)) return false;
    if (!book->assignments.count)
        return session_run(&registry->session, "DELETE FROM fund.setting WHERE name = 'policy'", error);
    return keep_files(registry, book, error) && keep_rules(registry, book, arena, error) &&
           session_tell(
               &registry->session,
               "INSERT INTO fund.setting VALUES ('policy', $1) ON CONFLICT (name) DO UPDATE SET value = $1",
               1, &sha256, NULL, error);
}

bool policy_replay(struct registry *registry, const struct city *city, struct arena *arena, bool always,
                   bool *done, struct error *error) {
    struct policy_book *book = ARENA_NEW(arena, struct policy_book, 1);
    *done = false;
    if (!policy_open(city, arena, book, error)) return false;
    if (!book->assignments.count) return true;
    const struct impact_basis basis = {book->sha256, city->cutover};
    bool same = false;
    if (!keep_files(registry, book, error) || !keep_rules(registry, book, arena, error) ||
        !impact_begin(registry, &basis, always ? NULL : &same, error))
        return false;
    *done = true;
    if (same) return true;
    struct working *working = ARENA_NEW(arena, struct working, 1);
    unsigned threads = parallel_threads();
    *working = (struct working){.registry = registry,
                                .book = book,
                                .cutover = city->cutover,
                                .parts = threads < WORKERS_WANTED ? threads : WORKERS_WANTED};
    parallel_run(working->parts, working->parts, work_part, working);
    int64_t rows = 0;
    for (uint32_t i = 0; i < working->parts; i++) {
        if (!working->workers[i].good) {
            *error = working->workers[i].error;
            return false;
        }
        rows += working->workers[i].writer.count;
    }
    return impact_end(registry, rows, error);
}
