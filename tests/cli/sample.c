/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/city.h"
#include "core/reason.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdlib.h>

/* The sample city's five minutes, as the README promises them. */

static struct journey journey;
static void teardown(void) { journey_end(&journey); }
TestSuite(sample, .fini = teardown, .timeout = JOURNEY_SECONDS);

#define expect_run(...) journey_expect(&journey, __VA_ARGS__)

/* The open reject of a row, by what is wrong with it; the first when there are several. */
static const char *reject_of(const char *member, const char *code) {
    return journey_ask(
        &journey,
        arena_print(
            &journey.arena,
            "SELECT j.reject FROM intake.reject j JOIN intake.file f USING (file) JOIN intake.delivery d "
            "USING (delivery)"
            " JOIN intake.reason r USING (file, source_row) WHERE f.member = '%s' AND r.code = '%s' AND "
            "j.bucket = 'rejected'"
            " AND d.source = 'file' AND d.state = 'published' ORDER BY j.state = 'open' DESC, 1 LIMIT 1",
            member, code));
}

/* The table as Excel saves it: a mark, CRLF. */
static void save_as_excel(const char *path) {
    struct span text = journey_file(&journey, path);
    char *bytes = ARENA_NEW(&journey.arena, char, 2 * text.size + 3);
    size_t size = 3;
    memcpy(bytes, "\xef\xbb\xbf", 3);
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] == '\n') bytes[size++] = '\r';
        bytes[size++] = text.bytes[i];
    }
    journey_write(&journey, path, (struct span){bytes, size});
}

static const char *const tables[] = {"mappings/qinghe/insutype.csv", "mappings/qinghe/med_type.csv",
                                     "mappings/qinghe/psn_type.csv"};

/* What a second person does in WPS: status, and who looked. */
static void review(const char *path) {
    struct span text = journey_file(&journey, path);
    const char *draft = memmem(text.bytes, text.size, ",draft,", 7);
    cr_assert(draft, "%s has no draft", path);
    const char *behind = text.bytes + text.size;
    const char *empty =
        memmem(draft, (size_t)(behind - draft), ",,,", 3); /* reviewer, review_date; then the note */
    cr_assert(empty, "%s: the draft has a reviewer", path);
    const char *changed = arena_print(&journey.arena, "%.*s,reviewed,%.*s,样例-市复核,2021-01-06,%.*s",
                                      (int)(draft - text.bytes), text.bytes, (int)(empty - draft - 7),
                                      draft + 7, (int)(behind - empty - 3), empty + 3);
    journey_write(&journey, path, (struct span){changed, strlen(changed)});
}

static void suggest_and_review(void) {
    struct span before[3];
    save_as_excel(tables[1]);
    for (int i = 0; i < 3; i++) before[i] = journey_file(&journey, tables[i]);
    expect_run("map suggest qinghe --dry-run", 0, "没有写");
    cr_assert(span_equal(before[0], journey_file(&journey, tables[0])), "a dry run wrote");
    expect_run("map suggest qinghe", 0, "12,883.20");
    for (int i = 0; i < 3; i++) {
        struct span after = journey_file(&journey, tables[i]);
        cr_assert(after.size > before[i].size && memcmp(after.bytes, before[i].bytes, before[i].size) == 0,
                  "%s: old rows changed", tables[i]);
        struct span added = {after.bytes + before[i].size, after.size - before[i].size};
        cr_assert(memmem(added.bytes, added.size, ",draft,", 7) &&
                      !memmem(added.bytes, added.size, "reviewed", 8),
                  "%s: %.*s", tables[i], (int)added.size, added.bytes);
        cr_assert_eq(memchr(added.bytes, '\r', added.size) != NULL, i == 1, "%s: other line ends", tables[i]);
    }
    struct span once = journey_file(&journey, tables[0]);
    expect_run("map suggest qinghe", 0, "等审核");
    cr_assert(span_equal(once, journey_file(&journey, tables[0])), "a second suggestion wrote again");
    expect_run("run -q", 2, "退回 34 行"); /* drafts map nothing */
    for (int i = 0; i < 3; i++) review(tables[i]);
    expect_run("map lint", 0, NULL);
    expect_run("map impact", 0, "下次 tongchou run 自动补入");
}

static int delivery_of(const char *path) {
    return atoi(journey_ask(
        &journey,
        arena_print(&journey.arena,
                    "SELECT max(delivery) FROM intake.delivery WHERE path = '%s' AND state = 'published'",
                    path)));
}

static const char *reload(void) {
    return arena_print(&journey.arena, "run -q --again %d", delivery_of("青禾县医保数据_20201231.zip"));
}

static void correct_and_waive(void) {
    const char *amount = reject_of("职工缴费AC43.DBF", "amount.not_a_number"),
               *undecodable = reject_of("人员AC01.DBF", "text.undecodable");
    const struct journey_line wrong[] = {{amount, "AAE019", "34x.60", "改正", NULL, "样例-青禾经办"}},
                              unsaid[] = {{undecodable, "AAC003", NULL, "不移交", NULL, "样例-青禾经办"}};
    const struct journey_line right[] = {
        {amount, "AAE019", "345.60", "改正", NULL, "样例-青禾经办"},
        {reject_of("职工缴费AC43.DBF", "month.not_a_month"), "AAE003", "202012", "改正", NULL,
         "样例-青禾经办"},
        {reject_of("职工缴费AC43.DBF", "key.empty"), "AAZ223", "J9000000999", NULL, NULL, "样例-青禾经办"},
        {reject_of("参保AC02.DBF", "enroll.end_before_start"), "AAE031", "20250101", "改正", NULL,
         "样例-青禾经办"},
        {reject_of("结算KC24.DBF", "date.not_a_date"), "AAE040", "20200615", "改正", NULL, "样例-青禾经办"},
        {undecodable, "AAC003", NULL, "不移交", "重复建档", "样例-青禾经办"},
    };
    journey_book(&journey, "wrong.xlsx", wrong, 1);
    journey_book(&journey, "unsaid.xlsx", unsaid, 1);
    journey_book(&journey, "right.xlsx", right, 6);
    expect_run("retry -q unsaid.xlsx", 3, "处理说明");
    expect_run("retry -q wrong.xlsx", 2, "仍退回 1 行");
    expect_run("retry -q right.xlsx", 2, "补入 5 行，不移交 1 行；退回 26 → 20");
    const char *mended = journey_content(&journey);
    expect_run("retry -q right.xlsx", 2, "已关闭的 6 条未动");
    cr_assert_str_eq(journey_content(&journey), mended, "a list read twice changed what is published");
    cr_assert_str_eq(journey_ask(&journey, "SELECT medfee_sumamt_fen FROM record.setl_d t JOIN intake.file f "
                                           "USING (file) JOIN intake.delivery d USING (delivery)"
                                           " WHERE d.source = 'retry'"),
                     "86000", "the corrected settlement has another amount");
    cr_assert_str_eq(journey_ask(&journey, "SELECT closed_by || ' ' || waiver_name || ' ' || waiver_reason "
                                           "FROM intake.reject WHERE closed_by = 'waiver'"),
                     "waiver 样例-青禾经办 重复建档");
    /* Reading the bytes again would lose the corrections. */
    expect_run(reload(), 3, "改正");
    cr_assert_str_eq(journey_content(&journey), mended, "a refused reload changed what is published");
}

/* Two rows of one key: the county says which one it is by not handing over the other. */
static void settle_conflict(void) {
    const char *before = journey_ask(&journey, "SELECT count(*) FROM record.psn_info_b");
    const struct journey_line line[] = {{reject_of("人员AC01.DBF", "key.conflict"), NULL, NULL, "不移交",
                                         "以第 1046 行为准", "样例-青禾经办"}};
    journey_book(&journey, "conflict.xlsx", line, 1);
    expect_run("retry -q conflict.xlsx", 2, "补入 1 行，不移交 1 行；退回 20 → 18");
    cr_assert_eq(atoi(journey_ask(&journey, "SELECT count(*) FROM record.psn_info_b")), atoi(before) + 1);
    cr_assert_str_eq(
        journey_ask(&journey, "SELECT source_row FROM record.psn_info_b WHERE src_key = '102900000071'"),
        "1046");
}

static unsigned question_marks(const char *text) {
    unsigned count = 0;
    for (; *text; text++) count += *text == '?';
    return count;
}

/* What a reason's sentence needs stands in the detail beside it: no reader meets a "?" that is not its own.
 */
static void every_reason_says_its_particulars(void) {
    const char *listed = journey_ask(&journey, "SELECT string_agg(DISTINCT code || E'\\t' || detail, E'\\n')"
                                               " FROM intake.reason");
    unsigned seen = 0;
    for (const char *line = listed; *line; seen++) {
        size_t size = strcspn(line, "\n"), code = strcspn(line, "\t");
        const char *name = arena_print(&journey.arena, "%.*s", (int)code, line);
        const struct reason_kind *kind = reason_find(name);
        char said[1024];
        cr_assert(kind, "%s is not in the catalogue", name);
        reason_sentence(name, (struct span){line + code + 1, size - code - 1}, said, sizeof said);
        cr_expect(*said && question_marks(said) == question_marks(kind->zh), "%.*s: %s", (int)size, line,
                  said);
        line += size + (line[size] == '\n');
    }
    cr_expect(seen > 20, "only %u reasons", seen);
}

/* The rows and the money of a kind in the undo's words are those of its history. */
static void says_what_went(void) {
    const char *said = journey_ask(
        &journey,
        "SELECT '撤走 ' || to_char(r.went, 'FM999,999') || ' 行 ' || to_char(f.went / 100,"
        " 'FM999,999,990.00') || ' 元；恢复以前的 0 行 0.00 元；现有 ' || to_char(r.after, 'FM999,990')"
        " FROM intake.movement r JOIN intake.movement f USING (delivery, run, kind) WHERE r.undone AND "
        "f.undone"
        " AND r.measure = '' AND f.measure = 'clct_sumamt' AND r.went > 0 ORDER BY run DESC LIMIT 1");
    cr_expect(strstr(journey.output, said), "%s\n%s", said, journey.output);
}

Test(sample, five_minutes) {
    journey_begin(&journey);
    expect_run("run -q", 2, "未映射代码 3 种，8 行，12,883.20 元  →  tongchou map suggest qinghe");
    every_reason_says_its_particulars();
    cr_assert(strstr(journey.output, "退回 34 行"), "%s", journey.output);
    cr_assert(strstr(journey.output, "规格写明、没有收到的数据 1 项"), "%s", journey.output);
    const char *first = journey_content(&journey);
    expect_run("run -q", 0, "跳过");
    journey_hold(&journey);
    cr_assert_str_eq(journey_content(&journey), first, "the second run changed what is published");
    suggest_and_review();
    cr_assert_str_eq(journey_content(&journey), first, "drafts changed what is published");
    expect_run("run -q", 2, "补入 8 行；退回 34 → 26");
    const char *mapped = journey_content(&journey);
    cr_assert_eq(atoi(mapped), atoi(first) + 8);
    expect_run("run -q", 0, NULL);
    /* By the same rules the same content, whatever way it takes. */
    expect_run(reload(), 2, "退回 26 行");
    cr_assert_str_eq(journey_content(&journey), mapped,
                     "a reload by the same rules changed what is published");
    expect_run(arena_print(&journey.arena, "undo %d --reason 试", delivery_of("青禾县医保数据_20201231.zip")),
               0, "撤走 0 行 0.00 元；恢复以前的 0 行 0.00 元；现有");
    cr_assert_str_eq(journey_content(&journey), mapped, "undoing the reload changed what is published");
    correct_and_waive();
    settle_conflict();
    const char *mended = journey_content(&journey);
    expect_run(arena_print(&journey.arena, "undo %d --reason 县里重新导出",
                           delivery_of("石榴县城乡居民医保台账(最终版).xlsx")),
               0, "已撤回"); /* its ledger now pays for settlements that nobody has: no matter of the code */
    cr_assert(strstr(journey.output, "不符") && !strstr(journey.output, "不符 0"), "%s", journey.output);
    says_what_went();
    cr_assert_str_neq(journey_content(&journey), mended, "nothing was undone");
    expect_run("run -q", 2, "退回 18 行");
    cr_assert_str_eq(journey_content(&journey), mended, "undo and run again differ");
}

Test(sample, trial_publishes_nothing) {
    journey_begin_at(&journey, JOURNEY_EMPTY);
    expect_run("run -q --trial", 2, "未映射代码 3 种，8 行，12,883.20 元");
    cr_assert(strstr(journey.output, "退回 34 行") && strstr(journey.output, "试算，未入库"), "%s",
              journey.output);
    cr_assert_str_eq(journey_content(&journey), "0 nothing", "a trial published");
    cr_assert_str_eq(
        journey_ask(&journey, "SELECT count(*) FILTER (WHERE state <> 'trial') FROM intake.delivery"), "0");
    cr_assert_str_eq(
        journey_ask(&journey, "SELECT count(*) FROM pg_class WHERE relnamespace = 'fresh'::regnamespace"),
        "0");
}

Test(sample, trace) {
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    expect_run("trace setl_d 690102/S20200000123", 0, "结算KC24.DBF");
    static const char *const said[] = {"已按当时的规格和映射重读",
                                       "记录号       124",
                                       "25,323.18",
                                       "mappings/qinghe/med_type.csv 第 6 行",
                                       "样例-市复核",
                                       "对账总表"};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        cr_assert(strstr(journey.output, said[i]), "trace does not say %s\n%s", said[i], journey.output);
    const char *name = journey_ask(
        &journey,
        "SELECT psn_name FROM record.psn_info_b WHERE county = '690123' AND src_key = '12300000001/1'");
    const char *citizen = journey_ask(
        &journey,
        "SELECT certno FROM record.psn_info_b WHERE county = '690123' AND src_key = '12300000001/1'");
    expect_run("trace psn_info_b shiliu/12300000001/1", 0, "参保登记");
    cr_assert(!strstr(journey.output, name) && !strstr(journey.output, citizen), "trace shows a person:\n%s",
              journey.output);
    expect_run("trace psn_info_b shiliu/12300000001/1 --unmask", 0, name);
    cr_assert_str_eq(
        journey_ask(&journey,
                    "SELECT count(*) || ' ' || min(detail) FROM intake.audit WHERE action = 'unmask'"),
        "1 trace psn_info_b 690123/12300000001/1");
    expect_run(
        arena_print(&journey.arena, "trace reject %s", reject_of("职工缴费AC43.DBF", "amount.not_a_number")),
        0, "12,3x");
    expect_run("trace setl_d 690102/none", 64, "没有这个主键");
    expect_run("trace setl 690102/S20200000123", 64, NULL);
    /* Without the bytes it says so and shows what the database has. */
    cr_assert(system(arena_print(&journey.arena, "rm %s/deliveries/qinghe/*.zip", journey.city)) == 0);
    expect_run("trace setl_d 690102/S20200000123", 0, "已不在");
    cr_assert(strstr(journey.output, "25,323.18"), "%s", journey.output);
    expect_run("run -q --again 1", 3, "已不在");
}
