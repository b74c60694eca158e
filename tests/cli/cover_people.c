/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/cli/journey.h"
#include "cli/city.h"
#include "cli/table.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <xlsxwriter.h>

/* The planted people P1 to P10, from the deliveries to the decision and back: linked by the linker itself,
   found, proposed, decided in the very workbook that the program wrote, undone. */

static struct journey journey;
static void setup(void) { journey_begin_at(&journey, JOURNEY_EMPTY); }
static void teardown(void) { journey_end(&journey); }
TestSuite(cover_people, .init = setup, .fini = teardown, .timeout = JOURNEY_SECONDS);

static void expect(const char *sql, const char *wanted) {
    const char *got = journey_ask(&journey, sql);
    cr_expect_str_eq(got, wanted, "%s: %s, not %s", sql, got, wanted);
}

/* Every line of truth.json about who is who that did not come out as stated. */
static const char *wrong_persons(void) {
    struct span truth = journey_file(&journey, "truth.json");
    return journey_ask(
        &journey,
        arena_print(
            &journey.arena,
            "WITH said AS (SELECT i->>'id' AS id, i->>'must' AS must, i->'numbers'->>0 AS a, "
            "i->'numbers'->>1 AS b"
            " FROM jsonb_array_elements(($truth$%.*s$truth$::jsonb)->'identity') i),"
            " person AS (SELECT county || '/' || src_psn_no AS number, psn_no, record_no FROM identity.xref),"
            " met AS (SELECT s.*, p.psn_no = q.psn_no AS same, EXISTS (SELECT FROM identity.link l WHERE "
            "l.band ="
            " 'review' AND l.a = least(p.record_no, q.record_no) AND l.b = greatest(p.record_no, "
            "q.record_no)) AS"
            " asked FROM said s JOIN person p ON p.number = s.a JOIN person q ON q.number = s.b)"
            " SELECT coalesce(string_agg(id || ' ' || must, ', ' ORDER BY id), 'as stated') FROM met WHERE"
            " CASE must WHEN 'linked' THEN NOT same WHEN 'distinct' THEN same WHEN 'review' THEN same OR NOT "
            "asked"
            " ELSE false END",
            (int)truth.size, truth.bytes));
}

/* The workbook of the program, filled in as a county does: all agree, and where it is asked which relation
   stays it is this county's. */
static void fill_in(const char *from, const char *to) {
    struct node key = {.kind = NODE_SCALAR, .text = SPAN("header")},
                no = {.kind = NODE_SCALAR, .text = SPAN("no")};
    struct node read = {.kind = NODE_MAP, .count = 1, .keys = &key, .items = &no};
    struct table table;
    struct error error = {0};
    cr_assert(table_read(from, NULL, "清理明细", &read, NULL, &journey.arena, &table, &error), "%s",
              error.message);
    lxw_workbook *book = workbook_new(arena_print(&journey.arena, "%s/%s", journey.city, to));
    lxw_worksheet *sheet = workbook_add_worksheet(book, "清理明细");
    int answer = -1, keep = -1, handler = -1, advice = -1;
    for (uint32_t r = 0; r < table.row_count; r++) {
        bool data = answer >= 0 && table.cells[r][0].size > 0;
        for (uint32_t c = 0; c < table.column_count; c++) {
            struct span cell = table.cells[r][c];
            const char *text =
                arena_print(&journey.arena, "%.*s", (int)cell.size, cell.bytes ? cell.bytes : "");
            if (answer < 0 || (int)c == answer || !data) {
                if (strcmp(text, "本人选定保留") == 0) keep = (int)c;
                if (strcmp(text, "经办人") == 0) handler = (int)c;
                if (strcmp(text, "建议") == 0) advice = (int)c;
            }
            if (data && (int)c == answer) text = "同意";
            if (data && (int)c == handler) text = "王经办";
            if (data && (int)c == keep && span_equal(table.cells[r][advice], SPAN("请核定保留哪一个")))
                text = "本县";
            worksheet_write_string(sheet, r, (lxw_col_t)c, text, NULL);
        }
        for (uint32_t c = 0; answer < 0 && c < table.column_count; c++)
            if (span_equal(table.cells[r][c], SPAN("核定意见"))) answer = (int)c;
    }
    cr_assert(answer > 0 && keep > 0 && handler > 0 && advice > 0);
    cr_assert(workbook_close(book) == LXW_NO_ERROR);
}

static const char ask_state[] =
    "SELECT md5(string_agg(duplicate || keep || effect || state || coalesce((SELECT sum(amount_fen)::text "
    "FROM"
    " cover.charge c WHERE c.duplicate = d.duplicate), ''), ',' ORDER BY duplicate)) FROM cover.duplicate d";

static void decide_and_take_back(void) {
    const char *start = journey_ask(&journey, ask_state);
    journey_expect(&journey, "cover write -q --out lists", 0, NULL);
    const char *date = journey_ask(&journey, "SELECT to_char(current_date, 'YYYY-MM-DD')");
    fill_in(arena_print(&journey.arena, "%s/lists/临渚市_重复参保清理表_%s.xlsx", journey.city, date),
            "filled.xlsx");
    journey_expect(&journey, "cover read filled.xlsx", 0,
                   "同意 8 对，不同意 0 对，此前已是这样核定的 0 对，未填 0 对");
    expect("SELECT string_agg(DISTINCT state, '') FROM cover.duplicate", "agreed");
    /* P8: 临渚市 stays, so the other county's payments count, and the stay was paid there once too often. */
    expect("SELECT keep || string_agg(DISTINCT c.county || c.side, '') FROM cover.duplicate d JOIN "
           "cover.charge c"
           " USING (duplicate) WHERE kind = 'same_scheme_other_county' GROUP BY keep",
           "b690123a");
    const char *large = journey_ask(
        &journey, "SELECT duplicate FROM cover.duplicate WHERE kind = 'same_scheme_other_county'");
    journey_expect(&journey, arena_print(&journey.arena, "cover finish %s --by 李复核", large), 3,
                   "第二人批准");
    journey_expect(&journey, arena_print(&journey.arena, "cover approve %s --by 王经办", large), 3, "本人");
    journey_expect(&journey, arena_print(&journey.arena, "cover approve %s --by 李复核", large), 0, NULL);
    journey_expect(&journey, arena_print(&journey.arena, "cover finish %s --by 李复核", large), 0, NULL);
    for (int events = 10; events > 0; events--) {
        const char *last = journey_ask(
            &journey,
            "SELECT max(event) FROM cover.event e WHERE action <> 'undo' AND NOT EXISTS (SELECT FROM"
            " cover.event u WHERE u.undoes = e.event)");
        journey_expect(&journey, arena_print(&journey.arena, "cover undo %s --reason 演练", last), 0,
                       "已撤回");
    }
    expect(ask_state, start);
    expect("SELECT string_agg(DISTINCT state, '') FROM cover.duplicate", "proposed");
}

/* Takes back one delivery; how many searches and how many replays of the policies that made. */
static void made_by_undoing(const char *county, const char *path, int searches, int replays) {
    static const char made[] = "SELECT (SELECT count(*) FROM cover.search) || ' ' || (SELECT count(*) FROM"
                               " fund.replay_run WHERE same_as IS NULL) || ' ' || (SELECT count(*) FROM"
                               " fund.replay_run WHERE rows IS NOT NULL)";
    int before[3] = {0}, after[3] = {0};
    const char *delivery = journey_ask(
        &journey, arena_print(&journey.arena,
                              "SELECT min(delivery) FROM intake.delivery WHERE state = 'published'"
                              " AND county = '%s' AND path LIKE '%%%s%%'",
                              county, path));
    cr_assert_eq(sscanf(journey_ask(&journey, made), "%d %d %d", &before[0], &before[1], &before[2]), 3);
    journey_expect(&journey, arena_print(&journey.arena, "undo %s --reason 演练", delivery), 0, NULL);
    cr_assert_eq(sscanf(journey_ask(&journey, made), "%d %d %d", &after[0], &after[1], &after[2]), 3);
    cr_expect_eq(after[0] - before[0], searches, "%s: %d searches", path, after[0] - before[0]);
    cr_expect_eq(after[1] - before[1], replays, "%s: %d replays", path, after[1] - before[1]);
    cr_expect_eq(after[2] - before[2], 1, "%s: what policies would pay is said of every run", path);
    cr_expect_eq(
        system(arena_print(&journey.arena, "ls '%s'/out/%04ld_*/政策影响测算.html > /dev/null", journey.city,
                           strtol(journey_ask(&journey, "SELECT max(run) FROM intake.run"), NULL, 10))),
        0, "%s: the paper is missing", path);
}

Test(cover_people, come_out_as_stated) {
    /* city.yaml says so: the run looks for covers by itself and its page shows them. */
    struct span yaml = journey_file(&journey, "city.yaml");
    const char *more = arena_print(&journey.arena, "%.*s\ncover: yes\n", (int)yaml.size, yaml.bytes);
    journey_write(&journey, "city.yaml", (struct span){more, strlen(more)});
    journey_expect(&journey, "run -q", 2, NULL);
    cr_expect_str_eq(wrong_persons(), "as stated");
    journey_expect(&journey, "compare truth.json", 0, NULL);
    const char *page =
        journey_ask(&journey, "SELECT 'out/0001_' || to_char(started, 'YYYYMMDD') || '/index.html'"
                              " FROM intake.run WHERE run = 1");
    struct span html = journey_file(&journey, page);
    cr_expect(memmem(html.bytes, html.size, "重复财政补助", strlen("重复财政补助")),
              "%s says nothing of covers", page);
    /* P1, P10 and P8; P5 moved end to end and P6 paid nothing: no duplicates. */
    expect(
        "SELECT string_agg(kind || rule || n, ' ' ORDER BY rule) FROM (SELECT kind, rule, count(*) AS n FROM"
        " cover.duplicate GROUP BY 1, 2) x",
        "cross_schemeemployee-short6 same_scheme_other_countyresident-twice1 cross_schemeretired1");
    expect("SELECT count(*) || ' ' || count(DISTINCT county || insutype) FROM cover.idle", "2 1");
    expect("SELECT string_agg(code || n || ' ' || coalesce(fen, 0), ', ' ORDER BY code) FROM (SELECT code, "
           "count(*) AS n,"
           " sum(fen) AS fen FROM intake.reason WHERE code IN ('enroll.after_death', 'enroll.unpaid',"
           " 'enroll.overlap') GROUP BY 1) x",
           "enroll.after_death3 31800, enroll.overlap16 0, enroll.unpaid2 0");
    decide_and_take_back();
    /* A roster that is taken back takes its doubts with it, in every county. */
    const char *roster =
        journey_ask(&journey, "SELECT min(delivery) FROM intake.delivery WHERE path LIKE '%死亡名单%'");
    journey_expect(&journey, arena_print(&journey.arena, "undo %s --reason 名单有误", roster), 0, NULL);
    expect("SELECT count(*) FROM intake.reason WHERE code = 'enroll.after_death'", "0");
    /* A ledger says nothing of covers, nor of what policies would pay; who paid says something of covers. */
    made_by_undoing("690123", "基金账", 0, 0);
    made_by_undoing("690181", "jf_", 1, 0);
    made_by_undoing("690181", "js_", 1, 1);
}
