/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/spec.h"
#include "core/batch.h"
#include <criterion/criterion.h>
#include <stdio.h>

static struct span span_of(const char *text) { return (struct span){text, strlen(text)}; }

static bool is(struct span text, const char *word) { return span_equal(text, span_of(word)); }

static const struct spec_column *column_of(const struct spec *spec, const char *target, uint32_t nth) {
    for (uint32_t i = 0; i < spec->column_count; i++)
        if (strcmp(spec->kind->columns[spec->columns[i].target].name, target) == 0 && nth-- == 0)
            return &spec->columns[i];
    cr_assert(false, "no column %s", target);
    return NULL;
}

static const char whole[] = "match: \"*结算_{period}*.zip!js*.csv\"\n"
                            "kind: setl_d\n"
                            "delivery: full\n"
                            "read: {format: csv, encoding: GB18030, header: {row: 2, rows: 2, join: \"-\"}}\n"
                            "key: [JSBH, 序号]\n"
                            "unit: fen\n"
                            "note: 样例\n"
                            "columns:\n"
                            "  setl_id:       JSBH\n"
                            "  src_psn_no:    {from: [户号, 序号], join: \"-\"}\n"
                            "  insutype:      {value: \"390\"}\n"
                            "  med_type:      {from: YLLB, map: med_type}\n"
                            "  setl_time:     {from: JSSJ, as: date, open: \"99991231\"}\n"
                            "  medfee_sumamt: {from: [A, B], sum: true}\n"
                            "  acct_pay:      {from: C, unit: wanyuan}\n"
                            "  hifob_pay:     {from: AKE029, when: {insutype: \"310\"}}\n"
                            "  hifmi_pay:\n"
                            "    - {from: AKE029, when: {insutype: [\"390\", \"392\"]}}\n"
                            "    - {from: D, when: {YLLB: {not: 住院}}}\n"
                            "where: {有效标志: [\"1\", \"2\"], 类别: {not: 测试}}\n"
                            "withdraw: {from: 删除标志, when: \"1\"}\n"
                            "county_column: 统筹区\n"
                            "foreign: keep\n"
                            "conflict: last\n"
                            "rank: arrival\n"
                            "unmapped: keep\n"
                            "inside: {acct_pay: no, ownpay_hosp_part: yes}\n"
                            "control: {rows: 1460, medfee_sumamt: 512233.90, unit: yuan}\n";

Test(spec, the_whole_language) {
    struct arena arena = {0};
    struct error error = {0};
    struct spec spec;
    cr_assert(spec_read(SPAN(whole), "s.yaml", NULL, &arena, &spec, &error), "line %ju: %s",
              (uintmax_t)error.at.row, error.message);
    cr_expect(strcmp(spec.kind->name, "setl_d") == 0 && spec.full && !spec.ignore);
    cr_expect(is(spec.match, "*结算_{period}*.zip!js*.csv") && is(spec.format, "csv") &&
              is(spec.encoding, "GB18030"));
    cr_expect(node_is(node_get(node_get(spec.read, "header"), "rows"), "2"));
    cr_expect(spec.key_count == 2 && is(spec.key[0], "JSBH") && is(spec.key[1], "序号"));
    cr_expect(spec.foreign_keep && spec.conflict_last && spec.rank_arrival && spec.unmapped_keep);
    cr_expect(is(spec.inside, "ownpay_hosp_part=yes;acct_pay=no"));
    cr_expect(is(spec.county_column, "统筹区") && node_is(node_get(spec.control, "rows"), "1460"));
    const struct spec_column *id = column_of(&spec, "setl_id", 0),
                             *person = column_of(&spec, "src_psn_no", 0),
                             *type = column_of(&spec, "insutype", 0),
                             *fee = column_of(&spec, "medfee_sumamt", 0),
                             *account = column_of(&spec, "acct_pay", 0),
                             *time = column_of(&spec, "setl_time", 0);
    cr_expect(id->from_count == 1 && is(id->from[0], "JSBH") && id->line == 9 && !id->unit.size);
    cr_expect(person->from_count == 2 && is(person->from[1], "序号") && is(person->join, "-") &&
              !person->sum);
    cr_expect(type->has_value && is(type->value, "390") && type->from_count == 0);
    cr_expect(is(column_of(&spec, "med_type", 0)->map, "med_type"));
    cr_expect(is(time->as, "date") && is(time->open, "99991231") && !time->unit.size);
    cr_expect(fee->sum && fee->from_count == 2 && is(fee->unit, "fen"),
              "the spec's unit holds for its money");
    cr_expect(is(account->unit, "wanyuan"), "a column's own unit goes before the spec's");
    const struct spec_condition *when = &column_of(&spec, "hifob_pay", 0)->when;
    cr_expect(when->target && is(when->column, "insutype") && when->value_count == 1 &&
              is(when->values[0], "310"));
    when = &column_of(&spec, "hifmi_pay", 0)->when;
    cr_expect(when->target && when->value_count == 2 && is(when->values[1], "392") && !when->negative);
    when = &column_of(&spec, "hifmi_pay", 1)->when;
    cr_expect(!when->target && when->negative && is(when->column, "YLLB") && is(when->values[0], "住院"));
    cr_expect(spec.where_count == 2 && spec.where[0].value_count == 2 && spec.where[1].negative);
    cr_expect(is(spec.withdraw.column, "删除标志") && is(spec.withdraw.values[0], "1"));
    arena_free(&arena);
}

/* The least that a spec says, and what then holds. */
#define LEAST(extra)                                                                                         \
    "match: a.csv\nkind: psn_insu_d\nread: {format: csv}\nkey: A\n" extra                                    \
    "columns:\n  src_psn_no: A\n  insutype: B\n  crt_insu_date: C\n"

Test(spec, what_holds_when_nothing_is_said) {
    struct arena arena = {0};
    struct error error = {0};
    struct spec spec;
    cr_assert(spec_read(SPAN(LEAST("")), "s.yaml", NULL, &arena, &spec, &error), "%s", error.message);
    cr_expect(!spec.full && !spec.foreign_keep && !spec.conflict_last && !spec.rank_arrival &&
              !spec.unmapped_keep);
    cr_expect(!spec.control && spec.key_count == 1 && !spec.where_count && !spec.withdraw.value_count);
    cr_assert(spec_read(SPAN("match: '*.bak'\nignore: yes\n"), "s.yaml", NULL, &arena, &spec, &error));
    cr_expect(spec.ignore && is(spec.match, "*.bak"));
    arena_free(&arena);
}

struct refusal {
    const char *yaml;
    uint64_t line;
    uint32_t column; /* 0: not looked at */
    const char *word;
};

static void check_refusal(const struct refusal *c, const struct node *profile, struct arena *arena) {
    struct error error = {0};
    struct spec spec;
    cr_assert(!spec_read(span_of(c->yaml), "s.yaml", profile, arena, &spec, &error), "accepted:\n%s",
              c->yaml);
    cr_expect(error.trouble == TROUBLE_USAGE, "trouble %d:\n%s", error.trouble, c->yaml);
    cr_expect(error.at.source != NULL, "no source:\n%s", c->yaml);
    cr_expect(error.at.row == c->line && (!c->column || error.at.column == c->column),
              "at %ju:%u, expected %ju:%u:\n%s", (uintmax_t)error.at.row, error.at.column, (uintmax_t)c->line,
              c->column, c->yaml);
    cr_expect(strstr(error.message, c->word), "\"%s\" without \"%s\":\n%s", error.message, c->word, c->yaml);
}

/* LEAST's columns begin in line 6 when one line stands before them. */
Test(spec, refusals_have_line_and_nearest_word) {
    static const struct refusal cases[] = {
        {"", 1, 1, "match"},
        {"- a\n", 1, 1, "键"},
        {"kind: setl_d\n", 1, 1, "match"},
        {"match: a\n", 1, 1, "kind"},
        {"match: [a, b]\n", 1, 8, "match"},
        {"match: a\nignore: maybe\n", 2, 9, "ignore"},
        {"match: a\nkind: setl\nread: {format: csv}\n", 2, 7, "setl_d"},
        {"match: a\nkind: [setl_d]\n", 2, 7, "kind"},
        {"match: a\nkind: setl_d\n", 1, 1, "format"},
        {"match: a\nkind: setl_d\nread: {encoding: UTF-8}\n", 1, 1, "format"},
        {"match: a\nkind: setl_d\nread: {format: csv}\n", 1, 1, "key"},
        {LEAST("colums: x\n"), 5, 1, "columns"},
        {LEAST("delivry: full\n"), 5, 1, "delivery"},
        {LEAST("delivery: ful\n"), 5, 11, "full"},
        {LEAST("delivery: [full]\n"), 5, 11, "delivery"},
        {LEAST("foreign: no\n"), 5, 10, "keep"},
        {LEAST("conflict: first\n"), 5, 11, "last"},
        {LEAST("rank: revision\n"), 5, 7, "arrival"},
        {LEAST("unmapped: ignore\n"), 5, 11, "reject"},
        {LEAST("unit: yaun\n"), 5, 7, "yuan"},
        {LEAST("inside: {acct_pay: maybe}\n"), 5, 20, "yes"},
        {LEAST("inside: {hifp_pay: no}\n"), 5, 10, "ownpay_hosp_part"},
        {LEAST("inside: yes\n"), 5, 9, "inside"},
        {LEAST("control: silp\n"), 5, 10, "slip"},
        {LEAST("control: {rows: many}\n"), 5, 17, "数字"},
        {LEAST("control: {rows: 1.5}\n"), 5, 17, "数字"},
        {LEAST("control: {row: 1}\n"), 5, 11, "row"},
        {LEAST("control: {psn_type: 1}\n"), 5, 11, "psn_type"},
        {LEAST("control: {rows: 1, unit: yaun}\n"), 5, 26, "yuan"},
        {LEAST("where: A\n"), 5, 8, "where"},
        {LEAST("where: {A: {nto: 1}}\n"), 5, 12, "not"},
        {LEAST("where: {A: {not: 1, or: 2}}\n"), 5, 12, "not"},
        {LEAST("where: {A: {not: {b: 1}}}\n"), 5, 12, "not"},
        {LEAST("where: {A: []}\n"), 5, 12, "值"},
        {LEAST("where: {A: [[1]]}\n"), 5, 13, "值"},
        {LEAST("withdraw: {from: A}\n"), 5, 11, "withdraw"},
        {LEAST("withdraw: {from: A, when: []}\n"), 5, 27, "值"},
        {LEAST("note: 1\nnote: 2\n"), 6, 1, "note"},
        {"match: a\nkind: psn_insu_d\nread: {format: csv}\nkey: {a: b}\n", 4, 6, "列名"},
        {"match: a\nkind: psn_insu_d\nread: {format: csv}\nkey: []\n", 4, 6, "列名"},
        {"match: a\nkind: psn_insu_d\nread: {format: csv}\nkey: [[a]]\n", 4, 7, "列名"},
        {"match: a\nkind: psn_insu_d\nread: {format: csv}\nkey: A\ncolumns: [a]\n", 5, 10, "columns"},
        {"match: a\nkind: psn_insu_d\nread: {format: csv}\nkey: A\n", 1, 1, "src_psn_no"},
        {"match: a\nkind: psn_insu_d\nread: {format: csv}\nkey: A\ncolumns: {src_psn_no: A, insutype: B}\n",
         1, 1, "crt_insu_date"},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_refusal(&cases[i], NULL, &arena);
    arena_free(&arena);
}

/* What is wrong in one column; each stands in line 6. */
Test(spec, refusals_in_a_column) {
    static const struct refusal cases[] = {
        {"medfee_sumamnt: A", 6, 3, "medfee_sumamt"},
        {"setl_id: {form: A}", 6, 13, "from"},
        {"setl_id: {from: A, zz_unknown: 1}", 6, 22, "zz_unknown"},
        {"setl_id: {from: {a: 1}}", 6, 19, "列名"},
        {"setl_id: {from: []}", 6, 19, "列名"},
        {"setl_id: {from: [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}", 6, 19, "16"},
        {"setl_id:", 6, 0, "列名"},
        {"setl_id: {as: text}", 6, 12, "from"},
        {"setl_id: {from: A, value: x}", 6, 12, "value"},
        {"setl_id: {from: A, as: [text]}", 6, 26, "as"},
        {"setl_id: {from: A, as: txt}", 6, 26, "text"},
        {"setl_id: {from: A, as: date}", 6, 26, "setl_id"},
        {"begndate: {from: A, as: dat}", 6, 27, "date"},
        {"begndate: {from: A, as: money}", 6, 27, "begndate"},
        {"acct_pay: {from: A, as: text}", 6, 27, "acct_pay"},
        {"acct_pay: {from: A, as: integer}", 6, 27, "acct_pay"},
        {"acct_pay: {from: A, unit: yaun}", 6, 29, "yuan"},
        {"acct_pay: {from: A, as: money, unit: 元}", 6, 40, "元"},
        {"acct_pay: {from: [A, B]}", 6, 20, "sum"},
        {"acct_pay: {from: [A, B], sum: ja}", 6, 33, "sum"},
        {"setl_id: {from: [A, B], sum: yes}", 6, 32, "setl_id"},
        {"setl_id: {from: A, max: -1}", 6, 27, "max"},
        {"setl_id: {from: A, max: ten}", 6, 27, "max"},
        {"acct_pay: {from: A, max: 5}", 6, 28, "max"},
        {"setl_id: {from: A, when: x}", 6, 28, "when"},
        {"setl_id: {from: A, when: {a: 1, b: 2}}", 6, 28, "when"},
        {"setl_id: {from: A, when: {a: []}}", 6, 32, "值"},
        {"setl_id: {from: A, when: {a: [{b: 1}]}}", 6, 33, "值"},
        {"setl_id: [A, {form: B}]", 6, 17, "from"},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml, "match: a\nkind: setl_d\nread: {format: csv}\nkey: A\ncolumns:\n  %s\n",
                 cases[i].yaml);
        struct refusal refusal = cases[i];
        refusal.yaml = yaml;
        check_refusal(&refusal, NULL, &arena);
    }
    arena_free(&arena);
}

static const char profile_text[] = "kind: psn_insu_d\n"
                                   "read: {format: dbf, encoding: GBK}\n"
                                   "key: [AAC001, AAE140]\n"
                                   "unit: fen\n"
                                   "columns:\n"
                                   "  src_psn_no: AAC001\n"
                                   "  insutype: {from: AAE140, map: insutype}\n"
                                   "  psn_type: AKC021\n"
                                   "  certno: {from: AAC002, as: certno}\n"
                                   "  memo:\n";

Test(spec, inherits_from_its_profile) {
    struct arena arena = {0};
    struct error error = {0};
    struct node profile;
    struct spec spec;
    cr_assert(yaml_read(SPAN(profile_text), "p.yaml", &arena, &profile, &error));
    cr_assert(
        spec_read(
            SPAN("match: '*.DBF'\nprofile: yinhai.AC02\nread: {encoding: GB18030}\ncolumns:\n"
                 "  crt_insu_date: {from: AAC030, as: date}\n  psn_type: {from: AKC999, map: psn_type}\n"
                 "  certno: none\n"),
            "s.yaml", &profile, &arena, &spec, &error),
        "%s", error.message);
    cr_expect(strcmp(spec.kind->name, "psn_insu_d") == 0 && is(spec.profile, "yinhai.AC02"));
    cr_expect(is(spec.format, "dbf") && is(spec.encoding, "GB18030"),
              "the spec's own word goes before the profile's");
    cr_expect(spec.key_count == 2 && is(spec.key[1], "AAE140") && spec.column_count == 4);
    cr_expect(is(column_of(&spec, "psn_type", 0)->from[0], "AKC999"));
    cr_expect(is(column_of(&spec, "insutype", 0)->map, "insutype"));
    for (uint32_t i = 0; i < spec.column_count; i++)
        cr_expect(strcmp(spec.kind->columns[spec.columns[i].target].name, "certno") != 0,
                  "taken back by the spec");
    check_refusal(&(struct refusal){"match: a\n", 1, 1, "crt_insu_date"}, &profile, &arena);
    arena_free(&arena);
}

Test(spec, a_fault_in_the_profile_names_the_profile) {
    struct arena arena = {0};
    struct error error = {0};
    struct node profile;
    struct spec spec;
    static const char text[] = "columns:\n  src_psn_no: A\n  insutyp: B\n";
    static const char yaml[] =
        "match: a\nkind: psn_insu_d\nprofile: yinhai.AC02\nread: {format: csv}\nkey: A\n";
    cr_assert(yaml_read(SPAN(text), "p.yaml", &arena, &profile, &error));
    cr_assert(!spec_read(SPAN(yaml), "s.yaml", &profile, &arena, &spec, &error));
    cr_expect(strcmp(error.at.source, "yinhai.AC02") == 0 && error.at.row == 3 &&
              strstr(error.message, "insutype"));
    arena_free(&arena);
}

Test(spec, a_profiles_unit_holds) {
    struct arena arena = {0};
    struct error error = {0};
    struct node profile;
    struct spec spec;
    static const char text[] = "unit: fen\ncolumns: {medfee_sumamt: F}\n";
    static const char yaml[] = "match: a\nkind: setl_d\nread: {format: csv}\nkey: A\n"
                               "columns: {setl_id: A, setl_time: B, acct_pay: {from: C, unit: yuan}}\n";
    cr_assert(yaml_read(SPAN(text), "p.yaml", &arena, &profile, &error));
    cr_assert(spec_read(SPAN(yaml), "s.yaml", &profile, &arena, &spec, &error), "%s", error.message);
    cr_expect(is(column_of(&spec, "medfee_sumamt", 0)->unit, "fen"));
    cr_expect(is(column_of(&spec, "acct_pay", 0)->unit, "yuan"));
    arena_free(&arena);
}

/* What the file is about, when no column of it says so: a constant of the spec is part of the key. */
Test(spec, a_key_takes_a_constant_of_the_spec) {
    static const char yaml[] =
        "match: \"a.xlsx\"\nkind: psn_roster_d\ndelivery: full\nkey: [roster_type, 号]\n"
        "read: {format: xlsx}\n"
        "columns:\n  roster_type: {value: 死亡}\n  roster_no: 号\n"
        "  begn_date: {from: 日, as: date}\n";
    static const struct span header[] = {{"日", 3}, {"号", 3}, {"roster_type", 11}};
    struct arena arena = {0};
    struct error error = {0};
    struct spec spec;
    for (uint32_t count = 1; count <= 3; count++) {
        struct columns columns = {count, header};
        cr_assert(spec_read(SPAN(yaml), "s.yaml", NULL, &arena, &spec, &error), "%s", error.message);
        cr_assert_eq(spec_resolve(&spec, &columns, &error), count > 1, "%u columns: %s", count,
                     error.message);
        if (count == 1) continue;
        cr_expect(spec.key_index[1] == 1);
        /* A column of the file by that name comes first. */
        cr_expect_eq(spec.key_index[0], count == 3 ? 2 : -1);
        cr_expect(count == 3 || span_equal(spec.key_value[0], SPAN("死亡")));
    }
    arena_free(&arena);
}

Test(spec, finds_its_columns_in_a_header) {
    static const struct span header[] = {{"序号", 6},      {"JSBH", 4},  {"户号", 6},      {"YLLB", 4},
                                         {"JSSJ", 4},      {"A", 1},     {"B", 1},         {"C", 1},
                                         {"AKE029", 6},    {"D", 1},     {"有效标志", 12}, {"类别", 6},
                                         {"删除标志", 12}, {"统筹区", 9}};
    enum { COUNT = sizeof header / sizeof *header };
    struct arena arena = {0};
    struct error error = {0};
    struct spec spec;
    cr_assert(spec_read(SPAN(whole), "s.yaml", NULL, &arena, &spec, &error));
    struct columns columns = {COUNT, header};
    cr_assert(spec_resolve(&spec, &columns, &error), "%s", error.message);
    cr_expect(spec.key_index[0] == 1 && spec.key_index[1] == 0 && spec.county_index == 13);
    cr_expect(column_of(&spec, "medfee_sumamt", 0)->index[1] == 6 && spec.where[1].index == 11);
    cr_expect(column_of(&spec, "hifmi_pay", 1)->when.index == 3 && spec.withdraw.index == 12);
    /* Every one of them is needed, and once. */
    for (uint32_t i = 0; i < COUNT; i++)
        for (int twice = 0; twice < 2; twice++) {
            struct span changed[COUNT + 1];
            memcpy(changed, header, sizeof header);
            if (twice) changed[COUNT] = header[i];
            else changed[i] = SPAN("other");
            columns = (struct columns){COUNT + (uint32_t)twice, changed};
            error = (struct error){0};
            cr_assert(!spec_resolve(&spec, &columns, &error), "column %u, twice %d", i, twice);
            cr_expect(error.trouble == TROUBLE_REFUSED && error.code, "column %u: trouble %d", i,
                      error.trouble);
            cr_expect(strcmp(error.code, twice ? "header.ambiguous_column" : "header.missing_column") == 0);
            char name[32];
            snprintf(name, sizeof name, "%.*s", (int)header[i].size, header[i].bytes);
            cr_expect(strstr(error.message, name), "%s is not in: %s", name, error.message);
        }
    arena_free(&arena);
}
