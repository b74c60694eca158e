/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tongchou cover find: looks for overlaps in one transaction, which a dry run takes back. */
#include "cli/cover/cover.h"
#include "cli/operator.h"
#include "core/language.h"
#include "core/shipped.h"
#include "load/set.h"
#include "report/write.h"
#include "transform/cover/expression.h"
#include <stdio.h>
#include <stdlib.h>

static bool run_step(struct covering *at, const char *name, const char *county, struct error *error) {
    struct span text;
    if (!shipped_find(arena_print(at->arena, "transform/cover/%s.sql", name), &text)) abort();
    return session_run(at->session, set_sql(at->arena, text, county), error);
}

static bool run_steps(struct covering *at, const char *const *names, struct error *error) {
    for (; *names; names++)
        if (!run_step(at, *names, "", error)) return false;
    return true;
}

static bool set(struct covering *at, const char *name, const char *value, struct error *error) {
    const char *arguments[] = {name, value};
    return session_tell(at->session, "SELECT set_config($1, $2, true)", 2, arguments, NULL, error);
}

/* The cutover, unless the user says another day. */
static bool set_until(struct covering *at, const char **until, struct error *error) {
    *until = at->options->until;
    if (!*until && at->city.cutover == INT32_MIN)
        return error_code(error, TROUBLE_USAGE, NULL, "%s",
                          TEXT("city.yaml 没有 cutover：请写 --until 2021-01-01",
                               "city.yaml has no cutover: say --until 2021-01-01"));
    if (!*until) {
        const char *days = arena_print(at->arena, "%d", at->city.cutover);
        PGresult *result =
            session_ask(at->session, "SELECT ('2000-01-01'::date + $1::int)::text", 1, &days, error);
        if (!result) return false;
        *until = arena_print(at->arena, "%s", PQgetvalue(result, 0, 0));
        PQclear(result);
    }
    unsigned year, month, day;
    char tail;
    if (strlen(*until) != 10 || sscanf(*until, "%4u-%2u-%2u%c", &year, &month, &day, &tail) != 3)
        return error_code(error, TROUBLE_USAGE, NULL,
                          TEXT("「%s」不是日期；写作 2021-01-01", "\"%s\" is no date; write 2021-01-01"),
                          *until);
    return set(at, "tongchou.until", *until, error);
}

/* Open and unpaid relations: only of counties that changed since somebody looked. */
static bool look_for_silent(struct covering *at, struct error *error) {
    const char *list = "";
    for (uint32_t i = 0; i < at->city.county_count; i++)
        list = arena_print(at->arena, "%s%s%s", list, i ? "|" : "", at->city.counties[i].admdvs);
    if (!set(at, "tongchou.counties", list, error)) return false;
    PGresult *stale = session_ask(
        at->session,
        "SELECT c FROM unnest(string_to_array($1, '|')) c WHERE NOT EXISTS (SELECT FROM cover.unpaid_seen u"
        " WHERE u.county = c AND u.state = cover.unpaid_state(c, current_setting('tongchou.until')::date,"
        " current_setting('tongchou.idle_days')::int))",
        1, &list, error);
    if (!stale) return false;
    bool ok = true;
    for (int i = 0; ok && i < PQntuples(stale); i++)
        ok = run_step(at, "07_silent", PQgetvalue(stale, i, 0), error);
    PQclear(stale);
    return ok;
}

static bool keep_bytes(struct covering *at, const struct cover_table *table, struct error *error) {
    int status;
    unsigned char *escaped;
    size_t size;
    escaped = PQescapeByteaConn(at->session->connection, (const unsigned char *)table->text.bytes,
                                table->text.size, &size);
    if (!escaped) return error_set(error, "%s", table->path);
    const char *arguments[] = {table->sha256, table->path, (const char *)escaped};
    status = session_tell(at->session,
                          "INSERT INTO mapping.content VALUES ($1, $2, $3::bytea) ON CONFLICT DO NOTHING", 3,
                          arguments, NULL, error);
    PQfreemem(escaped);
    return status;
}

/* The facts that the rules looked at, as the duplicate keeps them. */
static const char *facts_json(struct arena *arena) {
    const char *list = "";
    for (uint32_t i = 0; i < cover_fact_count; i++)
        list = arena_print(arena, "%s%s'%s', f.%s", list, i ? ", " : "", cover_facts[i].name,
                           cover_facts[i].name);
    return list;
}

static bool open_search(struct covering *at, const struct cover_rules *rules, const char *until,
                        const char *tolerance, const char *state, struct error *error) {
    const char *arguments[] = {operator_name(at->arena),
                               until,
                               tolerance,
                               rules->schemes.sha256,
                               rules->keep.sha256,
                               rules->rates.sha256,
                               rules->exempt.sha256,
                               state};
    PGresult *result =
        session_ask(at->session,
                    "INSERT INTO cover.search (operator, until, tolerance_days, scheme_sha256, keep_sha256, "
                    "rate_sha256, exempt_sha256, relations,"
                    " persons, duplicates, idle, state) SELECT $1, $2::date, $3::int, $4, $5, $6, $7, "
                    "count(*), count(DISTINCT psn_no),"
                    " (SELECT count(*) FROM pg_temp.pair), 0, $8 FROM pg_temp.relation RETURNING search",
                    8, arguments, error);
    if (!result) return false;
    const char *search = arena_print(at->arena, "%s", PQgetvalue(result, 0, 0));
    PQclear(result);
    return set(at, "tongchou.search", search, error);
}

static bool look(struct covering *at, struct error *error) {
    static const char *const first[] = {"03_asked", "05_roster", "06_candidate", NULL};
    static const char *const second[] = {"08_crossing", "09_payment", "10_relation", "11_unpaid",
                                         "15_pair",     "20_fact",    NULL};
    static const char *const last[] = {"40_record", "50_money", "60_roster", NULL};
    struct cover_rules rules;
    const char *until, *state, *before,
        *tolerance = arena_print(at->arena, "%jd", (intmax_t)at->options->tolerance_days),
        *idle = arena_print(at->arena, "%jd", (intmax_t)at->options->idle_days);
    bool ok = cover_state(at, &state, &before, error) && cover_rules(at, &rules, error) &&
              set_until(at, &until, error) && set(at, "tongchou.tolerance", tolerance, error) &&
              set(at, "tongchou.idle_days", idle, error) && keep_bytes(at, &rules.schemes, error) &&
              keep_bytes(at, &rules.exempt, error) && keep_bytes(at, &rules.keep, error) &&
              keep_bytes(at, &rules.rates, error) && run_steps(at, first, error) &&
              look_for_silent(at, error) && run_steps(at, second, error);
    ok = ok &&
         session_run(
             at->session,
             arena_print(
                 at->arena,
                 "CREATE TEMP TABLE ruled ON COMMIT DROP AS SELECT f.*, jsonb_build_object(%s) AS facts,"
                 " %s AS rule_number FROM pg_temp.fact f",
                 facts_json(at->arena), rules.choose),
             error) &&
         run_steps(at, (const char *const[]){"30_decide", NULL}, error) &&
         open_search(at, &rules, until, tolerance, state, error) && run_steps(at, last, error);
    return ok && session_run(at->session,
                             "UPDATE cover.search SET idle = (SELECT count(*) FROM cover.idle)"
                             " WHERE search = current_setting('tongchou.search')::int",
                             error);
}

static bool begin(struct covering *at, struct error *error) {
    return session_run(at->session,
                       "BEGIN; SET LOCAL work_mem = '256MB'; SET LOCAL lock_timeout = '60s';"
                       "SET LOCAL enable_mergejoin = off; SET LOCAL parallel_tuple_cost = 0;"
                       "SET LOCAL tongchou.keep = 'yes';" /* cover.gather() keeps what it met */
                       /* In memory, unless this session had temporary tables: then it is too late to say. */
                       "SELECT set_config('temp_buffers', '256MB', true) WHERE pg_my_temp_schema() = 0;"
                       "SELECT pg_advisory_xact_lock(hashtextextended('tongchou:cover', 0))",
                       error);
}

/* "690102 690181" as 青禾区 × 石榴县; one county twice is said once. */
static const char *counties_named(struct covering *at, const char *pair) {
    const char *space = strchr(pair, ' '), *names[2];
    if (!space) return pair;
    const char *codes[] = {arena_print(at->arena, "%.*s", (int)(space - pair), pair), space + 1};
    for (int i = 0; i < 2; i++) names[i] = at->invocation->json ? codes[i] : cover_county(at, codes[i]);
    return strcmp(codes[0], codes[1]) == 0 ? names[0] : arena_print(at->arena, "%s × %s", names[0], names[1]);
}

/* What every rule would do, county by county: the last lines before COMMIT or ROLLBACK. */
static bool show_effect(struct covering *at, struct error *error) {
    if (at->invocation->quiet && !at->invocation->json) return true; /* nobody would see it */
    const struct result_column columns[] = {
        {.name = SPAN("county"), .zh = SPAN("县"), .en = SPAN("County")},
        {.name = SPAN("kind"), .zh = SPAN("重复类型"), .en = SPAN("Kind")},
        {.name = SPAN("rule"), .zh = SPAN("规则"), .en = SPAN("Rule")},
        {.name = SPAN("keep"), .zh = SPAN("建议"), .en = SPAN("Proposal")},
        {.name = SPAN("cases"), .zh = SPAN("对数"), .en = SPAN("Pairs"), .show = SHOW_COUNT},
        {.name = SPAN("months"), .zh = SPAN("重叠月"), .en = SPAN("Months"), .show = SHOW_COUNT},
        {.name = SPAN("subsidy_fen"),
         .zh = SPAN("重复财政补助(元)"),
         .en = SPAN("Subsidy"),
         .show = SHOW_FEN},
        {.name = SPAN("premium_fen"), .zh = SPAN("重复缴费(元)"), .en = SPAN("Premium"), .show = SHOW_FEN},
        {.name = SPAN("claim_fen"), .zh = SPAN("重复支付(元)"), .en = SPAN("Paid twice"), .show = SHOW_FEN},
    };
    enum { COLUMNS = sizeof columns / sizeof *columns };
    PGresult *rows =
        session_ask(at->session,
                    "WITH m AS (SELECT duplicate, sum(amount_fen) FILTER (WHERE item = 'subsidy') AS subsidy,"
                    " sum(amount_fen) FILTER (WHERE item = 'premium') AS premium, sum(amount_fen) FILTER "
                    "(WHERE item = 'claim') AS claim"
                    " FROM cover.charge GROUP BY 1)"
                    " SELECT d.county_a || ' ' || d.county_b, d.kind, d.rule, d.keep || ' ' || d.effect,"
                    " count(*), sum(d.months), coalesce(sum(m.subsidy), 0), coalesce(sum(m.premium), 0),"
                    " coalesce(sum(m.claim), 0) FROM cover.duplicate d LEFT JOIN m USING (duplicate) WHERE "
                    "d.state <> 'gone'"
                    " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
                    0, NULL, error);
    if (!rows) return false;
    struct result result;
    result_begin(&result, at->arena, SPAN("重复参保"), SPAN("Duplicate enrollment"), columns, COLUMNS);
    const char *none = TEXT("没有重叠的参保关系", "no covers overlap");
    result.empty = (struct span){none, strlen(none)};
    for (int r = 0; r < PQntuples(rows); r++) {
        struct span *cells = result_add(&result);
        for (int c = 0; c < COLUMNS; c++) {
            const char *value = arena_print(at->arena, "%s", PQgetvalue(rows, r, c));
            if (c == 0) value = counties_named(at, value);
            else if (!at->invocation->json) value = cover_word(value);
            cells[c] = (struct span){value, strlen(value)};
        }
    }
    PQclear(rows);
    if (at->invocation->json) write_json_result(&result, stdout);
    else write_text_result(&result, stdout);
    return true;
}

bool cover_search(struct covering *at, bool dry_run, bool (*show)(struct covering *at, struct error *error),
                  struct error *error) {
    struct error ignored = {0};
    bool ok = begin(at, error) && look(at, error) && (!show || show(at, error));
    ok = ok && (dry_run || session_run(at->session, "COMMIT", error));
    if ((!ok || dry_run) && !session_lost(at->session)) session_run(at->session, "ROLLBACK", &ignored);
    return ok;
}

enum exit_code cover_find(struct covering *at, struct error *error) {
    bool dry_run = at->invocation->dry_run;
    if (!cover_search(at, dry_run, show_effect, error)) return exit_of(error);
    if (!at->invocation->json && !at->invocation->quiet)
        fputs(dry_run ? TEXT("试算：什么也没有写入\n", "dry run: nothing was written\n")
                      : TEXT("发给各县核定：tongchou cover write\n",
                             "for the counties to decide: tongchou cover write\n"),
              stdout);
    return EXIT_HELD;
}
