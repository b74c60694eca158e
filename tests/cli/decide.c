/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The sample's people, decided by a person: from the list of pairs to wait for, over a filled-in workbook, to
   taking every decision back. */
#include "cli/city.h"
#include "cli/person/paper.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <xlsxwriter.h>

enum { LINES_MAX = 16, TEXT_BYTES = 64, SQL_BYTES = 1024 };
/* Persons with their numbers, and pairs with their bands. */
#define STATE                                                                                                \
    "SELECT md5((SELECT string_agg(county || src_psn_no || psn_no, ',' ORDER BY record_no) FROM "            \
    "identity.xref) || (SELECT string_agg(concat_ws(' ', a, b, bits, band), ',' ORDER BY a, b) FROM "        \
    "identity.link))"

static struct journey journey;
static void setup(void) { journey_begin_at(&journey, JOURNEY_PUBLISHED); }
static void teardown(void) { journey_end(&journey); }
TestSuite(decide, .init = setup, .fini = teardown, .timeout = 600);

static void expect(const char *sql, const char *wanted) {
    const char *found = journey_ask(&journey, sql);
    cr_expect_str_eq(found, wanted, "%s: %s, not %s", sql, found, wanted);
}

static bool together(const char *a, const char *b) {
    char sql[SQL_BYTES];
    snprintf(
        sql, sizeof sql,
        "SELECT count(DISTINCT psn_no) FROM identity.xref WHERE county || '/' || src_psn_no IN ('%s', '%s')",
        a, b);
    return strcmp(journey_ask(&journey, sql), "1") == 0;
}

/* The number by which a paper names two records. */
static const char *pair_of(const char *a, const char *b) {
    char sql[SQL_BYTES];
    snprintf(
        sql, sizeof sql,
        "SELECT 'P' || a.record_no || '-' || b.record_no || '-' || identity.version(a.record_no, b.record_no,"
        " a.row_hash, b.row_hash) FROM identity.record a, identity.record b WHERE a.record_no < b.record_no "
        "AND"
        " a.county || '/' || a.src_psn_no IN ('%s', '%s') AND b.county || '/' || b.src_psn_no IN ('%s', "
        "'%s')",
        a, b, a, b);
    return journey_ask(&journey, sql);
}

struct line {
    const char *pair, *verdict, *reason, *by, *on;
};

static void write_list(const char *name, const struct line *lines, size_t count) {
    const char *text = "配对编号,结论,理由,经办人,日期\r\n";
    for (size_t i = 0; i < count; i++)
        text = arena_print(&journey.arena, "%s%s,%s,%s,%s,%s\r\n", text, lines[i].pair, lines[i].verdict,
                           lines[i].reason, lines[i].by, lines[i].on);
    journey_write(&journey, name, (struct span){text, strlen(text)});
}

/* What a steward knows of each pair that waits. */
static const char *verdict_for(const struct span *cells, uint32_t count) {
    static const struct {
        const char *record, *verdict;
    } known[] = {{"690102/102900000010", "同一人"}, /* a character that the other county could not write */
                 {"690102/102900000021", "同一人"}, /* a number lost to a spreadsheet */
                 {"690102/102900000012", "不同人"}, /* one number of two people */
                 {"690102/102900000014", "亲属"},   /* father and son of one name */
                 {"690181/181900000009", "亲属"}};  /* a newborn on the mother's number */
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        for (uint32_t c = 0; c < count; c++)
            if (cells[c].size &&
                memmem(cells[c].bytes, cells[c].size, known[k].record, strlen(known[k].record)))
                return known[k].verdict;
    return NULL;
}

/* The workbook as it comes back: lines from last to first, columns from right to left with one hidden, a note
   above the header, dates as days that are shown in another way. */
static void fill_in(const char *from, const char *to) {
    struct form form;
    struct error error = {0};
    const struct form_head heads[] = {{"配对编号", NULL, true},
                                      {"结论", NULL, true},
                                      {"理由", NULL, true},
                                      {"经办人", NULL, true},
                                      {"日期", NULL, true}};
    const char *path = arena_print(&journey.arena, "%s/%s", journey.city, from);
    cr_assert(form_read(&form, path, PAPER_SHEET, heads, 5, &journey.arena, &error), "%s", error.message);
    uint32_t columns = form.table.column_count, rows = form.table.row_count;
    lxw_workbook *book = workbook_new(arena_print(&journey.arena, "%s/%s", journey.city, to));
    lxw_worksheet *sheet = workbook_add_worksheet(book, PAPER_SHEET);
    lxw_format *day = workbook_add_format(book);
    lxw_row_col_options hidden = {.hidden = 1};
    format_set_num_format(day, "d/m/yy");
    worksheet_set_column_opt(sheet, 2, 2, 8, NULL, &hidden);
    worksheet_write_string(sheet, 0, 3, "我处已核", NULL);
    for (uint32_t r = form.first - 1, at = 2; r < rows; r++, at++) {
        bool head = r == form.first - 1;
        struct span *cells = form.table.cells[head ? r : rows - 1 - (r - form.first)];
        const char *verdict = head ? NULL : verdict_for(cells, columns);
        for (uint32_t c = 0; c < columns; c++) {
            const char *text = arena_print(&journey.arena, "%.*s", (int)cells[c].size, cells[c].bytes);
            if (verdict && (int)c == form.columns[1]) text = verdict;
            if (verdict && (int)c == form.columns[2]) text = "档案相符";
            if (verdict && (int)c == form.columns[3]) text = "王审";
            if (*text) worksheet_write_string(sheet, at, (lxw_col_t)(columns - 1 - c), text, NULL);
        }
        if (verdict)
            worksheet_write_number(sheet, at, (lxw_col_t)(columns - 1 - (uint32_t)form.columns[4]), 46347,
                                   day);
    }
    cr_assert(workbook_close(book) == LXW_NO_ERROR);
}

static void undo(const char *where) {
    char sql[SQL_BYTES], command[SQL_BYTES];
    snprintf(sql, sizeof sql,
             "SELECT event FROM identity.decision WHERE undone_event IS NULL AND %s ORDER BY event LIMIT 1",
             where);
    snprintf(command, sizeof command, "person undo %s --reason 误判 -q", journey_ask(&journey, sql));
    journey_expect(&journey, command, 0, NULL);
    journey_expect(&journey, command, 3, "已撤回过");
}

/* P1 to P10: what the machine merged, what it left to people, what people said, and all of it taken back. */
Test(decide, the_samples_people_from_a_filled_workbook) {
    const char *start = journey_ask(&journey, STATE);
    journey_expect(&journey, "person review --out review.xlsx", 0, "5 对待审");
    struct span page = journey_file(&journey, "review.html");
    const char *name = journey_ask(
                   &journey, "SELECT psn_name FROM record.psn_info_b WHERE src_psn_no = '102900000010'"),
               *number = journey_ask(
                   &journey, "SELECT certno FROM record.psn_info_b WHERE src_psn_no = '102900000010'");
    cr_expect(!memmem(page.bytes, page.size, name, strlen(name)) &&
              !memmem(page.bytes, page.size, number, 18));
    cr_expect(memmem(page.bytes, page.size, "<svg", 4) && !memmem(page.bytes, page.size, "<script", 7));
    fill_in("review.xlsx", "filled.xlsx");
    journey_expect(&journey, "person decide filled.xlsx --dry-run", 0, "只看，未记录");
    expect("SELECT count(*) FROM identity.event", "0");
    journey_expect(&journey, "person decide filled.xlsx", 0, "同一人 2 对，不同人 1 对，亲属 2 对");
    expect("SELECT string_agg(DISTINCT decided_on || decided_by, ' ') FROM identity.decision",
           "2026-11-21王审");
    cr_expect(together("690102/102900000010", "690181/181900000007"), "a character lost");
    cr_expect(together("690102/102900000021", "690123/12390000009-1"), "a number lost");
    cr_expect(!together("690102/102900000011", "690102/102900000012"), "one number of two people");
    cr_expect(!together("690181/181900000008", "690181/181900000009"), "newborn");
    journey_expect(&journey, "person review --out again.xlsx", 0, "0 对待审");
    /* Read once more: nothing is new. */
    const char *events = journey_ask(&journey, "SELECT count(*) FROM identity.event");
    journey_expect(&journey, "person decide filled.xlsx", 0, "原已作出 5 对");
    expect("SELECT count(*) FROM identity.event", events);
    journey_expect(&journey, "person explain 690102/102900000010 690181/181900000007", 0, "人工结论：同一人");
    journey_expect(&journey, "person why-not 690102/102900000011 690102/102900000012", 0, "人工结论：不同人");
    /* The covers of who is one person now: the eight that were planted. */
    journey_expect(&journey, "cover find -q", 0, NULL);
    expect("SELECT count(*) FROM cover.duplicate WHERE months = 10 AND kind = 'cross_scheme'", "6");
    undo("verdict = 'different'");
    undo("verdict = 'same'");
    cr_expect_str_neq(journey_ask(&journey, STATE), start, "two decisions still stand");
    undo("verdict = 'relative'");
    undo("verdict = 'relative'");
    undo("verdict = 'same'");
    expect(STATE, start);
    journey_expect(&journey, "person history", 0, "撤回）");
    journey_expect(&journey, "person history 690102/102900000010", 0, "同一人");
    cr_expect(!strstr(journey.output, "102900000021"), "another's history");
}

/* Each line is wrong in one way, is named, and nothing of the list counts. */
Test(decide, what_is_wrong_is_named_and_nothing_counts) {
    const char *a = "690102/102900000010", *b = "690181/181900000007";
    const char *good = pair_of(a, b);
    char changed[TEXT_BYTES], unknown[TEXT_BYTES];
    snprintf(changed, sizeof changed, "%s", good);
    char *last = &changed[strlen(changed) - 1];
    *last = *last == '0' ? '1' : '0';
    snprintf(unknown, sizeof unknown, "P9999998-9999999-%s", strrchr(good, '-') + 1);
    const struct {
        struct line line;
        const char *said;
    } cases[] = {{{good, "同一个", "相符", "王审", "2026-11-22"}, "结论只能是"},
                 {{good, "同一人", "", "王审", "2026-11-22"}, "要写理由"},
                 {{good, "同一人", "相符", "", "2026-11-22"}, "要写经办人"},
                 {{good, "同一人", "相符", "王审", "22.11"}, "日期要写成"},
                 {{changed, "同一人", "相符", "王审", "2026-11-22"}, "记录变了"},
                 {{unknown, "同一人", "相符", "王审", "2026-11-22"}, "没有这一对"},
                 {{"1160-2672", "同一人", "相符", "王审", "2026-11-22"}, "请勿改动这一列"}};
    const struct line right = {pair_of("690181/181900000008", "690181/181900000009"), "亲属", "新生儿",
                               "王审", "2026/11/22"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct line lines[] = {right, cases[i].line};
        write_list("bad.csv", lines, 2);
        journey_expect(&journey, "person decide bad.csv", 3, cases[i].said);
        cr_expect(strstr(journey.output, "第 3 行"), "%s\n%s", cases[i].said, journey.output);
    }
    expect("SELECT count(*) FROM identity.event", "0");
    /* A record that changed since the list was written. */
    write_list("late.csv", &(struct line){good, "同一人", "相符", "王审", "20261122"}, 1);
    journey_ask(&journey, "WITH u AS (UPDATE record.psn_info_b SET row_hash = row_hash + 1 WHERE src_psn_no ="
                          " '102900000010' RETURNING 1) SELECT count(*) FROM u");
    journey_expect(&journey, "person decide late.csv", 3, "记录变了");
    expect("SELECT count(*) FROM identity.event", "0");
}

/* Kept apart is kept apart: against the bits, through a third record, and against later decisions. */
Test(decide, different_is_never_overridden) {
    const char *a = "690102/102900000001", *b = "690181/181900000001", *c = "690102/102900000002";
    cr_assert(together(a, b) && !together(a, c));
    const struct line apart[] = {{pair_of(b, c), "不同人", "两个人", "王审", "2026-11-22"},
                                 {pair_of(a, c), "同一人", "换过号", "王审", "2026-11-22"}};
    write_list("apart.csv", apart, 2);
    journey_expect(&journey, "person decide apart.csv -q", 0, NULL);
    cr_expect(together(a, c) && !together(b, c) && !together(a, b),
              "the third record does not lead around it");
    const struct line clash = {pair_of(a, b), "同一人", "同一证件号", "王审", "2026-11-22"};
    write_list("clash.csv", &clash, 1);
    journey_expect(&journey, "person decide clash.csv", 3, "互相矛盾");
    const struct line other = {pair_of(b, c), "同一人", "改主意", "李审", "2026-11-22"};
    write_list("other.csv", &other, 1);
    journey_expect(&journey, "person decide other.csv", 3, "已有相反的结论");
    const struct line three[] = {
        {pair_of("690123/12390000001-1", "690123/12390000004-1"), "同一人", "x", "y", "2026-11-22"},
        {pair_of("690123/12390000004-1", "690123/12390000004-2"), "同一人", "x", "y", "2026-11-22"},
        {pair_of("690123/12390000001-1", "690123/12390000004-2"), "亲属", "x", "y", "2026-11-22"}};
    write_list("three.csv", three, 3);
    journey_expect(&journey, "person decide three.csv", 3, "第 4 行(亲属)");
    expect("SELECT count(*) FROM identity.decision", "2");
    journey_expect(&journey, "person link --anew", 0, NULL);
    cr_expect(together(a, c) && !together(b, c) && !together(a, b), "nor does linking anew");
    undo("verdict = 'same'");
    cr_expect(together(a, b) && !together(a, c) && !together(b, c));
}

/* Every value of a person comes from a record that has it, by a rule that says so. */
Test(decide, a_person_shown_once_with_its_sources) {
    expect("SELECT count(*) FROM identity.golden g JOIN identity.record r USING (record_no) WHERE g.field = "
           "'certno'"
           " AND g.value <> upper(r.certno)",
           "0");
    expect("SELECT count(*) FROM (SELECT psn_no, field FROM identity.golden GROUP BY 1, 2 HAVING count(*) > "
           "1) x",
           "0");
    /* A number that a spreadsheet lost in one county: the valid one counts, once they are one person. */
    const struct line same = {pair_of("690102/102900000021", "690123/12390000009-1"), "同一人", "同户同电话",
                              "王审", "2026-11-22"};
    write_list("same.csv", &same, 1);
    journey_expect(&journey, "person decide same.csv -q", 0, NULL);
    expect("SELECT char_length(value) || criterion || others || county FROM identity.golden g WHERE field = "
           "'certno' AND"
           " psn_no = (SELECT psn_no FROM identity.xref WHERE src_psn_no = '102900000021')",
           "18valid1690102");
    const char *person =
        journey_ask(&journey, "SELECT psn_no FROM identity.xref WHERE src_psn_no = '102900000021'");
    const char *name =
        journey_ask(&journey, "SELECT psn_name FROM record.psn_info_b WHERE src_psn_no = '102900000021'");
    journey_expect(&journey, arena_print(&journey.arena, "person show %s", person), 0, "值本身有效");
    cr_expect(!strstr(journey.output, name), "masked");
    journey_expect(&journey, arena_print(&journey.arena, "person show %s --unmask", person), 0, name);
    expect("SELECT count(*) FROM intake.audit WHERE action = 'unmask' AND detail = 'person show'", "1");
    journey_expect(&journey, "person show 999999999999", 64, "没有这个市人员编号");
    /* The city's own rules may trust a county whatever it holds. */
    const char *rules = "field,place,criterion,argument,note\ncertno,1,county,690123,先取石榴\n";
    cr_assert(system(arena_print(&journey.arena, "mkdir -p %s/mappings/person", journey.city)) == 0);
    journey_write(&journey, "mappings/person/golden.csv", (struct span){rules, strlen(rules)});
    journey_expect(&journey, arena_print(&journey.arena, "person show %s", person), 0, "最可信的县");
    journey_write(&journey, "mappings/person/golden.csv",
                  SPAN("field,place,criterion,argument,note\ncertno,1,best,,\n"));
    journey_expect(&journey, arena_print(&journey.arena, "person show %s", person), 64, "准则只能是");
}
