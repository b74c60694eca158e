/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/guess.h"
#include "core/spec.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* How counties name columns: the unit behind the name, a group's header before it, a comment in the script,
   and where nothing names them, what all lines of a fixed text have. */

static void in_fen(FILE *out, unsigned i) {
    fprintf(out, "S%07u,P%05u,2020.%02u.%02u,%u,%u\n", i, i, i % 12 + 1, i % 28 + 1, i * 37 + 1000,
            i * 11 + 100);
}
static void in_sql(FILE *out, unsigned i) {
    fprintf(out, ",('S%u','P%u','2020-%02u-%02u',%u.25,%u.75)\n", i, i, i % 12 + 1, i % 28 + 1, i * 37 + 1000,
            i * 11 + 100);
}
static void entry(FILE *out, unsigned i) {
    fprintf(out, "%u,%u,2020-%02u-%02u,%u.10,%u.20\n", i, i, i % 12 + 1, i % 28 + 1, i * 37 + 1000,
            i * 11 + 100);
}
static void fixed(FILE *out, unsigned i) {
    fprintf(out, "S%07u%08u2020%02u%02u%9u.25%9u.75\r\n", i, i, i % 12 + 1, i % 28 + 1, i * 37 + 1000,
            i * 11 + 100);
}

static const struct guess_draft *draft_of(const char *ending, const char *head, void (*put)(FILE *, unsigned),
                                          const char *kind, struct arena *arena) {
    struct guess_listing listing;
    struct guess_group group;
    struct error error = {0};
    char path[64];
    snprintf(path, sizeof path, "/tmp/tongchou-names-XXXXXX%s", ending);
    int file = mkstemps(path, (int)strlen(ending));
    cr_assert(file >= 0);
    FILE *out = fdopen(file, "w");
    fputs(head, out);
    for (unsigned i = 0; i < 60; i++) put(out, i);
    fputs(strcmp(ending, ".sql") == 0 ? ";\n" : "", out);
    fclose(out);
    cr_assert(guess_list(path, "names", NULL, arena, &listing, &error), "%s", error.message);
    cr_assert(guess_look(listing.sources, arena, &error), "%s", error.message);
    unlink(path);
    const struct guess_source *sources[] = {listing.sources};
    cr_assert(guess_groups(sources, 1, model_find((struct span){kind, strlen(kind)}), arena, &group) == 1);
    return group.draft;
}

static void check(const struct guess_draft *draft, const char *const (*lines)[2]) {
    for (; (*lines)[0]; lines++) {
        const struct guess_line *line = guess_line_of(draft, (*lines)[0]);
        cr_expect(line && line->score >= GUESS_CERTAIN && strstr(line->text, (*lines)[1]), "%s: %s",
                  (*lines)[0], line ? line->text : "no line");
    }
}

Test(guess_names, units_groups_and_comments_are_no_part_of_a_name) {
    struct arena arena = {0};
    static const char *const units[][2] = {
        {"setl_id", "结算编号"}, {"medfee_sumamt", "总金额(分)"}, {"hifp_pay", "统筹支付(分)"}, {NULL, NULL}};
    const struct guess_draft *draft =
        draft_of(".csv", "结算编号,电脑号,结算日,总金额(分),统筹支付(分)\n", in_fen, "setl_d", &arena);
    check(draft, units);
    cr_expect(strcmp(draft->unit, "fen") == 0 && !draft->unit_doubt, "the headers say fen");
    static const char *const comments[][2] = {{"setl_id", "a"},     {"src_psn_no", "b"},
                                              {"setl_time", "c"},   {"medfee_sumamt", "d"},
                                              {"cash_payamt", "e"}, {NULL, NULL}};
    static const char script[] =
        "CREATE TABLE `t` (\n `a` varchar(9) COMMENT '结算编号',\n `b` varchar(9) COMMENT '人员编号',\n"
        " `c` date COMMENT '结算日期',\n `d` decimal(9,2) COMMENT '总费用',\n"
        " `e` decimal(9,2) COMMENT '现金支付'\n);\nINSERT INTO `t` VALUES ('X','Y','2020-01-01',1.00,1.00)\n";
    check(draft_of(".sql", script, in_sql, "setl_d", &arena), comments);
    arena_free(&arena);
}

Test(guess_names, a_key_of_the_first_column_alone_is_said_to_be_a_guess) {
    struct arena arena = {0};
    const struct guess_draft *draft =
        draft_of(".csv", "凭证号,分录号,制单日期,借方金额,贷方金额\n", entry, "voucher_entry_d", &arena);
    cr_expect(strcmp(draft->key, "[凭证号, 分录号]") == 0, "%s", draft->key);
    bool said = false;
    for (uint32_t i = 0; i < draft->remark_count; i++) said |= strstr(draft->remarks[i], "acct_set") != NULL;
    cr_expect(said, "what the key lacks is said");
    arena_free(&arena);
}

Test(guess_names, fixed_fields_are_cut_around_days_and_behind_decimals) {
    struct arena arena = {0};
    const struct guess_draft *draft = draft_of(".txt", "", fixed, "setl_d", &arena);
    static const char *const fields[] = {"from: 17, to: 24}", "from: 25, to: 36}", "from: 37, to: 48}"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        cr_expect(strstr(draft->source->read, fields[i]), "%s: %s", fields[i], draft->source->read);
    cr_expect(!strstr(draft->source->read, "total"), "a last row that is not there would refuse the file");
    arena_free(&arena);
}

static void whole(FILE *out, unsigned i) {
    fprintf(out, "S%07u,P%05u,2020.%02u.%02u,%u,%u\n", i, i, i % 12 + 1, i % 28 + 1, i * 37 + 1001,
            i * 11 + 101);
}

/* Whole amounts look like fen; what the headers say goes before that, also when they say two things or one of
   them nothing. */
Test(guess_names, the_unit_of_a_header_is_believed_column_by_column) {
    static const struct {
        const char *head, *unit, *lines[3][2];
        bool doubt;
    } cases[] = {
        {"总金额（元）,统筹支付（元）", "yuan", {{"medfee_sumamt", "总金额（元）"}}, false},
        {"总金额（元）,统筹支付", "yuan", {{"hifp_pay", "统筹支付"}}, true},
        {"总金额(万元),统筹支付(元)",
         "yuan",
         {{"medfee_sumamt", "{from: \"总金额(万元)\", unit: wanyuan}"}, {"hifp_pay", "\"统筹支付(元)\""}},
         false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        const char *head = arena_print(&arena, "结算编号,电脑号,结算日,%s\n", cases[i].head);
        const struct guess_draft *draft = draft_of(".csv", head, whole, "setl_d", &arena);
        cr_expect_str_eq(draft->unit, cases[i].unit, "%s", cases[i].head);
        cr_expect_eq(draft->unit_doubt, cases[i].doubt, "%s", cases[i].head);
        for (size_t l = 0; l < 3 && cases[i].lines[l][0]; l++) {
            const struct guess_line *line = guess_line_of(draft, cases[i].lines[l][0]);
            cr_expect(line && strcmp(line->text, cases[i].lines[l][1]) == 0, "%s: %s", cases[i].head,
                      line ? line->text : "no line");
        }
        arena_free(&arena);
    }
}

/* A name with a line end and an escape is no second line of a spec and no colour of a terminal, and the draft
   claims the file all the same. */
Test(guess_names, control_characters_of_a_name_stay_out_of_the_draft) {
    struct arena arena = {0};
    static const char name[] = "x/a\nignore: yes\n\033[31m.csv";
    struct guess_source source = {.path = name, .name = name + 2};
    const char *pattern = guess_pattern(&source, &arena);
    cr_expect_str_eq(pattern, "a*ignore: yes**[31m*.csv");
    struct spec_rank rank;
    cr_expect(
        spec_match((struct span){pattern, strlen(pattern)}, SPAN("a\nignore: yes\n\033[31m.csv"), &rank));
    struct guess_draft draft =
        *draft_of(".csv", "结算编号,电脑号,结算日,总金额,统筹支付\n", whole, "setl_d", &arena);
    guess_remark(&draft, name);
    struct span yaml = guess_yaml(&draft, &arena);
    cr_expect(!memmem(yaml.bytes, yaml.size, "\nignore", 7) && !memchr(yaml.bytes, '\033', yaml.size));
    cr_expect(memmem(yaml.bytes, yaml.size, "?ignore: yes?", 13), "the remark is there");
    arena_free(&arena);
}

static void person(FILE *out, unsigned i) {
    fprintf(out, "%u,69010200%04u,张三,%s,%u/%u/1,2010.1.1,正常参保,城乡居民\n", i, i, i % 2 ? "男" : "女",
            1950 + i, i % 12 + 1);
}

static void paid(FILE *out, unsigned i) {
    fprintf(out, "JF%u,69010200%04u,2020,202001,202012,280,550,830,2019-12-%02u\n", i, i, i % 28 + 1);
}

/* The register of a county is no department's list, though its name ends like one; contributions towards
   which the budget pays are residents'. */
Test(guess_names, registers_and_contributions_of_residents_are_known) {
    static const struct {
        const char *name, *head, *kind;
        void (*put)(FILE *, unsigned);
    } cases[] = {
        {"花名册", "序号,医保编号,姓名,性别,出生日期,参保日期,参保状态,险种\n", "psn_info_b", person},
        {"缴费",
         "缴费流水号,医保编号,缴费年度,费款所属期起,费款所属期止,个人缴费（元）,财政补助（元）,合计（元）,"
         "到账日期\n",
         "rsdt_psn_clct_detl_d", paid},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct arena arena = {0};
        struct guess_listing listing;
        struct guess_group group;
        struct error error = {0};
        char path[] = "/tmp/tongchou-names-XXXXXX.csv";
        FILE *out = fdopen(mkstemps(path, 4), "w");
        cr_assert(out);
        fputs(cases[c].head, out);
        for (unsigned i = 0; i < 60; i++) cases[c].put(out, i);
        fclose(out);
        cr_assert(guess_list(path, cases[c].name, NULL, &arena, &listing, &error), "%s", error.message);
        cr_assert(guess_look(listing.sources, &arena, &error), "%s", error.message);
        unlink(path);
        const struct guess_source *sources[] = {listing.sources};
        cr_assert(guess_groups(sources, 1, NULL, &arena, &group) == 1);
        cr_expect_str_eq(group.draft->kind->name, cases[c].kind, "%s", cases[c].name);
        arena_free(&arena);
    }
}
