/* SPDX-License-Identifier: MulanPSL-2.0 */
/* `policy explain SETTLEMENT`: one settlement, step by step, under both plans, after everything else the
   person had in the year. */
#include "cli/policy/source.h"
#include "cli/policy/policy.h"
#include "core/language.h"
#include "load/registry.h"
#include "report/write.h"

struct explaining {
    struct city city;
    struct policy_book book;
    struct database database;
    struct registry registry;
    const char *person, *county, *setl_id;
    struct policy_steps steps[REPLAY_SIDES];
    struct replay_row row; /* as it came out */
    struct policy_line line;
    uint32_t before; /* settlements of the person before it */
    bool found;
};

static bool find_settlement(struct explaining *at, const char *name, struct arena *arena,
                            struct error *error) {
    const char *slash = strchr(name, '/');
    const char *arguments[] = {slash ? arena_print(arena, "%.*s", (int)(slash - name), name) : NULL,
                               slash ? slash + 1 : name};
    PGresult *result = session_ask(
        &at->registry.session,
        "SELECT coalesce(x.psn_no, t.county || '/' || coalesce(t.src_psn_no, t.setl_id)), t.county,"
        " t.setl_id FROM record.setl_d t LEFT JOIN identity.xref x ON x.county = t.county AND"
        " x.src_psn_no = t.src_psn_no WHERE t.setl_id = $2 AND ($1::text IS NULL OR t.county = $1)",
        2, arguments, error);
    if (!result) return false;
    int count = PQntuples(result);
    if (count == 1) {
        at->person = arena_print(arena, "%s", PQgetvalue(result, 0, 0));
        at->county = arena_print(arena, "%s", PQgetvalue(result, 0, 1));
        at->setl_id = arena_print(arena, "%s", PQgetvalue(result, 0, 2));
    }
    PQclear(result);
    if (count == 1) return true;
    return error_code(error, TROUBLE_USAGE, NULL,
                      count ? TEXT("几个县都有结算「%s」，请写成 县代码/结算编号",
                                   "several counties have the settlement \"%s\"; write COUNTY/ID")
                            : TEXT("没有结算「%s」", "no settlement \"%s\""),
                      name);
}

/* The person's settlements up to the one that is asked for. */
static bool run_person(struct explaining *at, struct arena *arena, struct error *error) {
    struct policy_source source = {
        .plans = &at->book.plans, .assignments = &at->book.assignments, .cutover = at->city.cutover};
    struct policy_steps *const steps[REPLAY_SIDES] = {&at->steps[0], &at->steps[1]};
    struct replay replay;
    enum flow flow;
    if (!policy_source_open(&source, at->registry.session.connection, 0, 1, at->person, NULL, arena, error))
        return false;
    replay_open(&replay);
    while ((flow = policy_source_next(&source, error)) == FLOW_MORE && !at->found) {
        if (replay_full(&replay)) replay_drain(&replay);
        struct replay_row *row = replay_next(&replay);
        policy_source_fill(&source, row, &at->line);
        at->found = span_equal(at->line.setl_id, (struct span){at->setl_id, strlen(at->setl_id)}) &&
                    span_equal(at->line.county, (struct span){at->county, strlen(at->county)});
        replay_take(&replay, at->found ? steps : NULL);
        at->before += !at->found;
        at->row = *row;
    }
    replay_close(&replay);
    at->line.plan = arena_copy(arena, at->line.plan);
    at->line.city_plan = arena_copy(arena, at->line.city_plan);
    policy_source_close(&source);
    return at->found || flow != FLOW_FAILED;
}

static void print_side(const struct explaining *at, enum replay_side side, struct arena *arena) {
    const struct policy_result *result = &at->row.results[side];
    struct span plan = side == SIDE_COUNTY ? at->line.plan : at->line.city_plan;
    printf(side == SIDE_COUNTY ? TEXT("\n县规则（方案 %.*s）\n", "\nThe county's rule (plan %.*s)\n")
                               : TEXT("\n市方案（方案 %.*s）\n", "\nThe city's plan (%.*s)\n"),
           (int)plan.size, plan.bytes);
    if (at->row.refund && verdict_worked(result->verdict))
        printf(
            TEXT("退费：按原结算重算的数额冲回\n", "A refund: what its settlement came to is taken back\n"));
    policy_print_steps(&at->steps[side], arena);
    if (!verdict_worked(result->verdict))
        printf(TEXT("未重算：%s；按县里所付计\n", "not worked out: %s; it counts as it was paid\n"),
               policy_verdict(result->verdict));
}

static struct span number_text(struct arena *arena, int64_t fen) {
    return result_format(arena, "%jd", (intmax_t)fen);
}

static void print_sums(const struct explaining *at, struct arena *arena) {
    const struct result_column columns[] = {
        {SPAN("item"), SPAN("项目"), SPAN("Item"), SHOW_TEXT, 0, {0}},
        {SPAN("stored_fen"), SPAN("县里所付"), SPAN("As paid"), SHOW_FEN, 0, {0}},
        {SPAN("old_fen"), SPAN("县规则"), SPAN("County's rule"), SHOW_FEN, 0, {0}},
        {SPAN("new_fen"), SPAN("市方案"), SPAN("City's plan"), SHOW_FEN, 0, {0}},
        {SPAN("note"), SPAN("县里所付与县规则"), SPAN("As paid, by rule"), SHOW_TEXT, 0, {0}}};
    const struct policy_result *old = &at->row.results[SIDE_COUNTY], *new = &at->row.results[SIDE_CITY];
    const struct policy_claim *claim = &at->row.claim;
    const struct {
        const char *zh, *en;
        int64_t stored, old, new;
    } lines[] = {{"起付线", "deductible", at->line.stored_dedc, old->deductible, new->deductible},
                 {"统筹支付", "base fund", claim->base, old->base, new->base},
                 {"大病、大额", "large sums", claim->big, old->big, new->big},
                 {"基金合计", "funds", at->line.stored_fund, old->fund, new->fund},
                 {"个人支付", "person", at->line.stored_person, old->person, new->person}};
    struct result result;
    result_begin(&result, arena, SPAN("合计"), SPAN("Sums"), columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct span *cells = result_add(&result);
        const char *name = language_get() == LANGUAGE_ZH ? lines[i].zh : lines[i].en;
        bool same = lines[i].stored == lines[i].old;
        cells[0] = (struct span){name, strlen(name)};
        cells[1] = number_text(arena, lines[i].stored);
        cells[2] = number_text(arena, lines[i].old);
        cells[3] = number_text(arena, lines[i].new);
        cells[4] =
            same ? result_label(SPAN("相同"), SPAN("same")) : result_label(SPAN("不同"), SPAN("differs"));
    }
    putchar('\n');
    write_text_result(&result, stdout);
}

static bool explain(struct explaining *at, const char *name, struct invocation *invocation,
                    struct error *error) {
    struct arena *arena = invocation->arena;
    if (!find_settlement(at, name, arena, error)) return false;
    const struct error *refused =
        policy_refused(&at->book.faults, (struct span){at->county, strlen(at->county)});
    if (refused) {
        *error = *refused;
        return false;
    }
    if (!run_person(at, arena, error)) return false;
    if (!at->found)
        return error_code(error, TROUBLE_FAILED, NULL,
                          TEXT("结算「%s」不在有效结算里", "\"%s\" is no valid settlement"), name);
    char day[16];
    const char *level = claim_level_word(at->line.level);
    printf(
        TEXT("结算 %s/%s · 结算日 %s · 险种 %s · 级别 %s · 此前本人已有 %u 笔结算\n",
             "settlement %s/%s, settled %s, insurance %s, level %s; the person had %u settlements before\n"),
        at->county, at->setl_id, rule_day(at->row.claim.day, day),
        at->row.claim.scheme == SCHEME_EMPLOYEE ? "310" : "390", *level ? level : "?", at->before);
    print_side(at, SIDE_COUNTY, arena);
    print_side(at, SIDE_CITY, arena);
    print_sums(at, arena);
    return true;
}

enum exit_code policy_explain_run(struct invocation *invocation, const char *name, struct error *error) {
    struct arena *arena = invocation->arena;
    struct explaining *at = ARENA_NEW(arena, struct explaining, 1);
    if (!city_read(invocation->city, arena, &at->city, error) ||
        !policy_open(&at->city, arena, &at->book, error) ||
        !database_open(&at->database, at->city.database, at->city.directory, error))
        return exit_of(error);
    bool open = registry_open(&at->registry, &at->database, error),
         ok = open && explain(at, name, invocation, error);
    if (open) registry_close(&at->registry);
    database_close(&at->database);
    return ok ? EXIT_HELD : exit_of(error);
}
