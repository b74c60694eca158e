/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tongchou person review: the pairs that wait for a person, as a workbook to fill in and a page to look at.
 */
#include "cli/person/pairs.h"
#include "cli/person/paper.h"
#include "cli/person/store.h"
#include "cli/person/words.h"
#include "cli/trace.h"
#include "core/language.h"
#include "report/output.h"
#include "report/xlsx.h"
#include <stdlib.h>

enum { COLUMN_PLACE, COLUMN_NUMBER, COLUMN_RECORDS, COLUMN_FIELDS };
/* Behind the fields. */
enum {
    AFTER_COVERS,
    AFTER_BITS,
    AFTER_CHANCE,
    AFTER_WHY,
    AFTER_VERDICT,
    AFTER_REASON,
    AFTER_BY,
    AFTER_ON,
    AFTERS
};
enum { COLUMNS_ROOM = COLUMN_FIELDS + LINK_FIELDS + AFTERS, HUNDRED = 100, LIMIT_MAX = 100000 };

/* Most certain first.  A pair is left out once its records are of one person, and once somebody keeps the two
   persons apart. */
static const char sql_waiting[] =
    "SELECT l.a, l.b, round(l.bits * 100)::int AS hundredths, l.pattern, l.rule, l.band, l.terms,"
    " row_number() OVER (ORDER BY l.bits DESC, l.a, l.b) AS place FROM identity.link l"
    " JOIN identity.xref x ON x.record_no = l.a JOIN identity.xref y ON y.record_no = l.b"
    " WHERE l.band IN ('review', 'conflict') AND x.psn_no <> y.psn_no AND NOT EXISTS ("
    " SELECT FROM identity.decision d JOIN identity.xref p ON p.record_no = d.a"
    " JOIN identity.xref q ON q.record_no = d.b WHERE d.undone_event IS NULL AND d.verdict <> 'same'"
    " AND ((p.psn_no = x.psn_no AND q.psn_no = y.psn_no) OR (p.psn_no = y.psn_no AND q.psn_no = x.psn_no)))"
    " ORDER BY place LIMIT $1::bigint";

static struct result_column column(const char *name, const char *zh, const char *en, int width,
                                   enum show show) {
    return (struct result_column){
        .name = trace_span(name), .zh = trace_span(zh), .en = trace_span(en), .width = width, .show = show};
}

/* Widths of the fields that are shown in a narrow or a wide cell. */
static int width_of(const struct link_field *field) {
    if (field->kind == &link_certno || field->kind == &link_place) return 25;
    return field->kind == &link_code ? 9 : 15;
}

static uint32_t make_columns(const struct link_rules *rules, struct result_column columns[COLUMNS_ROOM]) {
    uint32_t count = 0;
    columns[count++] = column("place", "序号", "No.", 6, SHOW_TEXT);
    columns[count++] = column("pair", "配对编号", "Pair", 16, SHOW_TEXT);
    columns[count++] = column("records", "记录（甲／乙）", "Records (A / B)", 23, SHOW_TEXT);
    for (uint32_t f = 0; f < rules->field_count; f++)
        columns[count++] = column(rules->fields[f].name, words_field(rules->fields[f].name),
                                  rules->fields[f].name, width_of(&rules->fields[f]), SHOW_TEXT);
    columns[count++] = column("covers", "参保期间", "Covers", 27, SHOW_TEXT);
    columns[count++] = column("bits", "合计比特", "Bits", 9, SHOW_TEXT);
    columns[count++] = column("chance", "同一人的可能", "One person", 12, SHOW_TEXT);
    columns[count++] = column("why", "为什么待审", "Why", 26, SHOW_TEXT);
    columns[count] = column("verdict", "结论", "Decision", 10, SHOW_CHOICE);
    columns[count++].choices = SPAN("同一人,不同人,亲属");
    columns[count++] = column("reason", "理由", "Reason", 22, SHOW_FILL);
    columns[count++] = column("by", "经办人", "By", 10, SHOW_FILL);
    columns[count++] = column("on", "日期", "Date", 12, SHOW_FILL);
    return count;
}

static struct span bits_of(int hundredths, struct arena *arena) {
    return result_format(arena, "%c%d.%02d", hundredths < 0 ? '-' : '+', abs(hundredths) / HUNDRED,
                         abs(hundredths) % HUNDRED);
}

/* Both values and what the comparison says, one below the other; "≠" where they differ. */
static struct span field_cell(const struct pair_term *term, struct arena *arena) {
    struct span bits = bits_of(term->hundredths, arena), none = SPAN("—");
    struct span a = term->a.size ? term->a : none, b = term->b.size ? term->b : none;
    return result_format(arena, "%.*s\n%.*s\n%s%.*s %.*s", (int)a.size, a.bytes, (int)b.size, b.bytes,
                         term->marked ? "≠ " : "", (int)term->level.size, term->level.bytes, (int)bits.size,
                         bits.bytes);
}

static void put_pair(const struct pairs *pairs, const struct pair *pair, struct result *result) {
    struct arena *arena = pairs->desk->arena;
    struct span *cells = result_add(result);
    uint32_t after = COLUMN_FIELDS + pairs->rules->field_count, field = COLUMN_FIELDS;
    cells[COLUMN_PLACE] = result_format(arena, "%u", pair->place);
    cells[COLUMN_NUMBER] = pair->number;
    cells[COLUMN_RECORDS] =
        result_format(arena, "%.*s\n%.*s", (int)pair->sides[0].record.size, pair->sides[0].record.bytes,
                      (int)pair->sides[1].record.size, pair->sides[1].record.bytes);
    for (uint32_t t = 0; t < pair->term_count; t++)
        if (pair->terms[t].compared) cells[field++] = field_cell(&pair->terms[t], arena);
    const char *left = pairs_covers(&pair->sides[0], TEXT("甲 ", "A "), arena),
               *right = pairs_covers(&pair->sides[1], TEXT("乙 ", "B "), arena);
    cells[after + AFTER_COVERS] = result_format(arena, "%s%s%s", left, *left && *right ? "\n" : "", right);
    cells[after + AFTER_BITS] = bits_of(pair->hundredths, arena);
    cells[after + AFTER_CHANCE] = pair->chance;
    cells[after + AFTER_WHY] = pair->why;
    for (uint32_t c = AFTER_VERDICT; c < AFTERS; c++) cells[after + c] = SPAN("");
}

static void put_help(struct result *result, struct arena *arena) {
    static const char *const zh[] = {
        "每行是可能属于同一个人的两条记录，甲在上，乙在下，第三行是一致程度和这一栏的比特；“≠”表示两边不一样"
        "。旁边同名的网页里有图。",
        "比特：10 比特是一千比一，20 比特是一百万比一；各栏的比特加上“任意两条记录”的底数，就是合计。",
        "只填黄色四栏。“结论”选 同一人、不同人 或 "
        "亲属(也是两个人)；理由、经办人、日期都要写。没有填的行继续待审。",
        "“不同人”和“亲属”不会被机器推翻，也不会经由第三条记录绕过去。判断依据不足时不要填。",
        "请勿改动“配对编号”。可以排序、隐藏列，可以用 WPS 或 LibreOffice 保存。",
        "填好后由市里运行 tongchou person decide 本文件；有一行不对，整张不生效，并逐行说明。",
        "每个结论都是一个事件，任何时候、任何次序都能用 tongchou person undo 事件号 --reason 原因 撤回。"};
    static const char *const en[] = {
        "Each line is two records that may be one person: A above, B below, then how they agree and what "
        "that says "
        "in bits; ≠ marks a difference.  The page beside this workbook shows it as pictures.",
        "Bits: 10 are odds of a thousand to one, 20 of a million to one.",
        "Fill in the yellow columns only: 同一人 (the same), 不同人 (different) or 亲属 (relatives), with "
        "reason, name "
        "and date.  What is left open goes on waiting.",
        "Different and relatives are never overridden, also not through a third record.",
        "Leave the pair's number alone.  Sorting, hiding columns and saving with WPS or LibreOffice are "
        "fine.",
        "tongchou person decide FILE reads it back: one wrong line, and nothing of it takes effect.",
        "Every decision is an event and can be taken back at any time, in any order: tongchou person undo "
        "EVENT."};
    static const struct result_column columns[] = {
        {.name = {"number", 6}, .zh = {"序号", 6}, .en = {"No.", 3}, .width = 8},
        {.name = {"text", 4}, .zh = {"说明", 6}, .en = {"Text", 4}, .width = 120}};
    result_begin(result, arena, SPAN("填写说明"), SPAN("How to fill in"), columns, TRACE_COUNT(columns));
    for (uint32_t i = 0; i < TRACE_COUNT(zh); i++) {
        struct span *cells = result_add(result);
        cells[0] = result_format(arena, "%u", i + 1);
        cells[1] = trace_span(TEXT(zh[i], en[i]));
    }
}

static bool write_book(const struct pairs *pairs, const char *path, uint32_t left, struct error *error) {
    struct arena *arena = pairs->desk->arena;
    struct result_column columns[COLUMNS_ROOM];
    struct paper paper = {.name = SPAN("review"), .result_count = 2};
    paper.title =
        result_format(arena, TEXT("%s 人员归并待审表", "%s: pairs for review"), pairs->desk->city.name);
    paper.lines[paper.line_count++] = result_format(
        arena, TEXT("%s · 本表 %u 对，另有 %u 对未列 · 程序 %s", "%s · %u pairs, %u more wait · program %s"),
        pairs->desk->options.date, pairs->count, left, pairs->desk->options.program);
    paper.footer = paper.title;
    paper.results = ARENA_NEW(arena, struct result, 2);
    uint32_t count = make_columns(pairs->rules, columns);
    result_begin(&paper.results[0], arena, SPAN(PAPER_SHEET), SPAN(PAPER_SHEET_EN), columns, count);
    paper.results[0].page = COLUMN_FIELDS + pairs->rules->field_count;
    paper.results[0].repeated = COLUMN_FIELDS;
    paper.results[0].empty = result_label(SPAN("没有待审的配对"), SPAN("no pair waits"));
    for (uint32_t i = 0; i < pairs->count; i++) put_pair(pairs, &pairs->pairs[i], &paper.results[0]);
    put_help(&paper.results[1], arena);
    struct output output;
    if (!desk_output(&output, path, false, error)) return false;
    if (write_xlsx(&paper, output.temporary, error)) return output_close(&output, error);
    output_abandon(&output);
    return false;
}

static bool write_page(const struct pairs *pairs, const char *path, uint32_t left, struct error *error) {
    struct arena *arena = pairs->desk->arena;
    struct output output;
    if (!desk_output(&output, path, true, error)) return false;
    FILE *stream = output.stream;
    struct span title =
        result_format(arena, TEXT("%s 人员归并待审", "%s: pairs for review"), pairs->desk->city.name);
    write_html_begin(title, title, stream);
    fprintf(stream, "<p class=\"verdict\">");
    fprintf(stream,
            TEXT("%u 对记录等人判断%s。结论填在同名的工作簿里，再运行 tongchou person decide。",
                 "%u pairs wait for a person%s. Fill in the workbook of the same name, then tongchou person "
                 "decide."),
            pairs->count,
            left ? arena_print(arena, TEXT("，另有 %u 对未列", ", %u more are not listed"), left) : "");
    fputs("</p>\n", stream);
    for (uint32_t i = 0; i < pairs->count; i++) write_html_pair(&pairs->pairs[i], pairs->threshold, stream);
    write_html_end(stream);
    return output_close(&output, error);
}

static bool review(struct pairs *pairs, int64_t limit, const char *path, struct error *error) {
    struct arena *arena = pairs->desk->arena;
    const char *most = arena_print(arena, "%jd", (intmax_t)limit), *all = arena_print(arena, "%d", INT32_MAX);
    PGresult *rows = session_ask(
        pairs->desk->session, arena_print(arena, "SELECT count(*) FROM (%s) w", sql_waiting), 1, &all, error);
    if (!rows) return false;
    uint32_t waiting = (uint32_t)strtoul(PQgetvalue(rows, 0, 0), NULL, 10);
    PQclear(rows);
    if (!pairs_read(pairs, sql_waiting, 1, &most, error)) return false;
    uint32_t left = waiting > pairs->count ? waiting - pairs->count : 0;
    if (pairs->desk->invocation->json)
        return printf("{\"pairs\": %u, \"left\": %u}\n", pairs->count, left) > 0;
    if (!write_book(pairs, path, left, error) || !write_page(pairs, desk_page(path, arena), left, error))
        return false;
    if (!pairs->desk->invocation->quiet)
        printf(TEXT("%u 对待审%s  →  %s，看图 %s   填好后 tongchou person decide %s\n",
                    "%u pairs for review%s  →  %s, pictures in %s   filled in: tongchou person decide %s\n"),
               pairs->count, left ? arena_print(arena, TEXT("(另有 %u 对未列)", " (%u more)"), left) : "",
               path, desk_page(path, arena), path);
    return true;
}

static enum exit_code run_review(struct invocation *invocation, const struct person_options *options,
                                 struct error *error) {
    struct desk *desk = ARENA_NEW(invocation->arena, struct desk, 1);
    struct link_rules *rules = ARENA_NEW(invocation->arena, struct link_rules, 1);
    struct pairs pairs = {.desk = desk, .rules = rules};
    const char *path;
    struct span text;
    int64_t limit = options->limit < LIMIT_MAX ? options->limit : LIMIT_MAX;
    /* Linked first when anything changed: levels are then those of the rules that are read here. */
    bool ok = desk_open(desk, invocation, "person review", error) &&
              persons_link(invocation, &desk->database, 0, false, true, error) &&
              person_rules(invocation, NULL, rules, &path, &text, error) &&
              review(&pairs, limit, options->out ? options->out : TEXT("待审.xlsx", "review.xlsx"), error);
    desk_close(desk);
    return ok ? EXIT_HELD : exit_of(error);
}

const struct person_verb person_review = {"review", "--out FILE.xlsx", 0, 0, run_review};
