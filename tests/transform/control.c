/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/control.h"
#include "tests/transform/fixture.h"
#include <criterion/criterion.h>
#include <stdio.h>

static const char yaml[] =
    "match: a\nkind: setl_d\nread: {format: csv}\nkey: 号\nunit: yuan\ncontrol: none\ncolumns:\n"
    "  setl_id: 号\n  setl_time: {value: \"20201231\"}\n  medfee_sumamt: 额\n";

/* A source in short: "小计=3" is a total row, a number is a data row, "|" ends a batch, "/4" filters a row,
   "@4" is one of what is not handed over, "!5" rejects one, "#" is a footer, "?" a line whose cells stand
   nowhere.  What disagrees: "row:said/found" in yuan. */
static const struct {
    const char *name, *rows, *breaches;
    uint64_t compared;
} cases[] = {
    {"one level below", "1 2 小计=3 4 小计=4", "", 2},
    {"one level below, wrong", "1 2 小计=3 4 小计=5", "5:5/4", 2},
    {"over batches", "1 | 2 小计=3 | 4 | | 小计=4", "", 2},
    {"subtotals and a grand total", "1 2 小计=3 4 小计=4 合计=7", "", 3},
    {"three levels of bare words", "1 2 小计=3 4 小计=4 合计=7 5 小计=5 合计=5 总计=12", "", 6},
    {"village, town, county", "1 2 杨村小计=3 4 李村小计=4 东乡小计=7 8 王村小计=8 城关镇小计=8 全县合计=15",
     "", 6},
    {"only the town is wrong", "1 2 杨村小计=3 4 李村小计=4 东乡小计=9 8 王村小计=8 城关镇小计=8 全县合计=15",
     "6:9/7", 6},
    {"above its rows", "合计=10 小计=3 1 2 小计=7 3 4", "", 3},
    {"above, wrong", "合计=10 小计=3 1 2 小计=8 3 4", "5:8/7", 3},
    {"above at every level", "全县合计=15 东乡小计=7 杨村小计=3 1 2 李村小计=4 4 城关镇小计=8 王村小计=8 8",
     "", 6},
    {"above at every level, county wrong",
     "全县合计=16 东乡小计=7 杨村小计=3 1 2 李村小计=4 4 城关镇小计=8 王村小计=8 8", "1:16/15", 6},
    {"town above, villages below", "东乡小计=7 1 2 杨村小计=3 4 李村小计=4 西乡小计=8 8 王村小计=8", "", 5},
    {"grand total above, subtotals below", "合计=7 1 2 小计=3 4 小计=4", "", 3},
    {"grand total above and below", "合计=7 1 2 小计=3 4 小计=4 合计=7", "", 4},
    {"grand total above and below, one wrong", "合计=7 1 2 小计=3 4 小计=4 合计=8", "7:8/7", 4},
    {"first group empty", "小计=0 1 2 小计=3", "", 2},
    {"blanks in the words", "1 2 小　计=3 4 小 计=4 合　计=7", "", 3},
    {"a community is no district", "1 和平社区小计=1 2 新华社区小计=2 城关街道小计=3 河东区小计=3", "", 4},
    {"rejected and filtered rows are covered", "1 !2 /4 小计=7", "", 1},
    {"so are those that are not handed over", "1 @2 小计=3 @4 小计=4 合计=8", "6:8/7", 3},
    {"no data at all", "小计=0 合计=0", "", 2},
    {"no totals", "1 2 3", "", 0},
    {"levels of the spec", "1 2 甲=3 3 甲=3 乙=6 4 甲=4 丙=10", "", 5},
    {"levels of the spec, wrong", "1 2 甲=3 3 甲=3 乙=7 4 甲=4 丙=10", "6:7/6", 5},
};

struct source {
    struct arena *arena;
    struct control_state states[2];
    uint32_t batches;
    uint64_t totals;
};

static uint8_t given_level(const char *label) {
    return strcmp(label, "甲") == 0 ? 1 : strcmp(label, "乙") == 0 ? 2 : strcmp(label, "丙") == 0 ? 3 : 0;
}

/* Feeds one batch, as the pipeline would: to whichever worker is free. */
static void feed(struct source *source, char *words, uint64_t *number) {
    char table[4096] = "号|额\n";
    char *rest = NULL, marks[64] = "", labels[64][48];
    size_t count = 0;
    for (char *word = strtok_r(words, "~", &rest); word; word = strtok_r(NULL, "~", &rest), count++) {
        char *said = strchr(word, '=');
        marks[count] = said ? '=' : *word;
        snprintf(labels[count], sizeof *labels, "%.*s", said ? (int)(said - word) : 4, said ? word : "行");
        snprintf(table + strlen(table), sizeof table - strlen(table), "%s|%s\n", said ? labels[count] : "行",
                 said                  ? said + 1
                 : strchr("#?", *word) ? "0"
                                       : word + (strchr("!/@", *word) != NULL));
    }
    struct fixture fixture;
    fixture_open(&fixture, yaml, table);
    fixture_decode(&fixture);
    fixture.batch.totals_before = source->totals;
    for (uint32_t row = 0; row < fixture.batch.row_count; row++) {
        fixture.batch.rows[row].number = ++*number;
        if (marks[row] == '=') {
            fixture.batch.rows[row].total = true;
            source->totals++;
            fixture.batch.rows[row].total_level = given_level(labels[row]);
            batch_explain(&fixture.batch, row, (struct reason){.code = "row.subtotal"});
        }
        if (marks[row] == '#') batch_explain(&fixture.batch, row, (struct reason){.code = "row.footer"});
        if (marks[row] == '?') {
            fixture.batch.rows[row].shifted = true;
            batch_reject(&fixture.batch, row, (struct reason){.code = "row.too_few_columns"});
        }
        if (marks[row] == '!') batch_reject(&fixture.batch, row, (struct reason){.code = "key.empty"});
        if (marks[row] == '/') batch_explain(&fixture.batch, row, (struct reason){.code = "row.filtered"});
        if (marks[row] == '@')
            batch_explain(&fixture.batch, row, (struct reason){.code = "scope.mapped_to_none"});
    }
    struct control_state *state = &source->states[source->batches++ % 2];
    struct stage stage = {.kind = &transform_control, .state = state};
    state->kind = fixture.spec.kind;
    state->arena = source->arena;
    cr_assert(transform_control.run(&stage, &fixture.batch, &fixture.error) == FLOW_MORE);
    fixture_close(&fixture);
}

/* Blanks part rows, but those inside a label: they stand before '=' and after a Chinese character. */
static void feed_all(struct source *source, const char *text, uint64_t *number) {
    char batch[2048] = "";
    size_t size = 0;
    for (const char *at = text;; at++) {
        if (!*at || *at == '|') {
            batch[size] = '\0';
            feed(source, batch, number);
            size = 0;
            if (!*at) return;
            continue;
        }
        bool inside = *at == ' ' && at > text && (unsigned char)at[-1] > 0x7f && (unsigned char)at[1] > 0x7f;
        batch[size++] = *at == ' ' && !inside ? '~' : *at;
    }
}

Test(control, each_total_covers_exactly_its_rows) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct source source = {.arena = &arena};
        struct control_breach breaches[8];
        uint64_t count = 0, number = 0;
        char text[256] = "";
        source.states[1].kind = source.states[0].kind = model_find(SPAN("setl_d"));
        feed_all(&source, cases[i].rows, &number);
        uint64_t compared = control_check(source.states, 2, &arena, breaches, 8, &count);
        for (uint64_t b = 0; b < count; b++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%llu:%lld/%lld", b ? " " : "",
                     (unsigned long long)breaches[b].row, (long long)(breaches[b].said / 100),
                     (long long)(breaches[b].found / 100));
        cr_expect_str_eq(text, cases[i].breaches, "%s: %s instead of %s", cases[i].name, text,
                         cases[i].breaches);
        cr_expect(compared == cases[i].compared, "%s: %llu compared", cases[i].name,
                  (unsigned long long)compared);
        arena_free(&arena);
    }
}

Test(control, a_source_that_was_cut_has_no_closing_row) {
    static const struct {
        const char *name, *rows;
        bool closed;
    } ends[] = {
        {"cut", "1 2 3", false},
        {"empty", "", false},
        {"footer", "1 2 #", true},
        {"footer of another batch", "1 2 | 3 | #", true},
        {"cut in the second page", "1 2 # | 3 4", false},
        {"total", "1 2 合计=3", true},
        {"total on top", "合计=3 1 2", true},
        {"a rejected row below the footer is data", "1 # | !2", false},
        {"a line below the footer that is no row", "1 # ?", true},
        {"lines that are no rows, alone in a batch", "1 # | ? ?", true},
    };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct arena arena = {0};
        struct source source = {.arena = &arena};
        uint64_t number = 0;
        feed_all(&source, ends[i].rows, &number);
        cr_expect(control_closed(source.states, 2) == ends[i].closed, "%s", ends[i].name);
        arena_free(&arena);
    }
}

/* A million rows leave as many notes as there are totals, not as there are batches. */
Test(control, notes_grow_with_the_totals_only) {
    struct arena arena = {0};
    struct source source = {.arena = &arena};
    uint64_t number = 0;
    for (int i = 0; i < 200; i++) feed_all(&source, "1 2 3", &number);
    feed_all(&source, "小计=1800", &number);
    for (int i = 0; i < 200; i++) feed_all(&source, "4 5 6", &number);
    cr_expect(source.states[0].count + source.states[1].count == 4, "%llu notes",
              (unsigned long long)(source.states[0].count + source.states[1].count));
    struct control_breach breaches[8];
    uint64_t count = 0;
    cr_expect_eq(control_check(source.states, 2, &arena, breaches, 8, &count), 1);
    cr_expect(count == 1 && breaches[0].found == 120000, "%llu breaches", (unsigned long long)count);
    arena_free(&arena);
}
