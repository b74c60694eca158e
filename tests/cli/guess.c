/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/guess.h"
#include "bench/city/city.h"
#include "cli/command.h"
#include "cli/specs.h"
#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

extern const struct command command_guess;

/* How many lines of a draft a person had to change, at most. */
enum { LINES_WRONG_MAX = 2 };

static struct arena arena;
static char sample[64], other[64];

static void make_city(char *directory, uint64_t seed, bool headers, bool names) {
    struct error error = {0};
    struct city_options options = {
        .directory = directory, .seed = seed, .size = 1, .headers = headers, .names = names};
    strcpy(directory, "/tmp/tongchou-guess-XXXXXX");
    cr_assert(mkdtemp(directory));
    cr_assert(city_make(&options, &error), "%s", error.message);
}

static int forget(const char *path, const struct stat *status, int flag, struct FTW *walk) {
    (void)status, (void)flag, (void)walk;
    return remove(path);
}

static void setup(void) {
    arena = (struct arena){0};
    make_city(sample, CITY_SEED, false, false);
    make_city(other, CITY_SEED, true, false);
}

static void teardown(void) {
    nftw(sample, forget, 16, FTW_DEPTH | FTW_PHYS);
    nftw(other, forget, 16, FTW_DEPTH | FTW_PHYS);
    arena_free(&arena);
}

TestSuite(guess, .init = setup, .fini = teardown);

static struct guess_draft *draft_of(const char *city, const char *file, const char *inside,
                                    const struct kind *kind) {
    struct error error = {0};
    struct guess_listing listing;
    const char *path = arena_print(&arena, "%s/deliveries/%s", city, file);
    cr_assert(guess_list(path, NULL, NULL, &arena, &listing, &error), "%s: %s", path, error.message);
    for (uint32_t i = 0; i < listing.count; i++) {
        const char *name = strchr(listing.sources[i].name, '!');
        if (listing.sources[i].hidden || (*inside && (!name || strcmp(name + 1, inside) != 0))) continue;
        cr_assert(guess_look(&listing.sources[i], &arena, &error), "%s: %s", listing.sources[i].name,
                  error.message);
        struct guess_draft *draft = ARENA_NEW(&arena, struct guess_draft, 1);
        guess_propose(&listing.sources[i], kind, &arena, draft);
        return draft;
    }
    cr_assert_fail("%s has no %s", file, inside);
    return NULL;
}

static const struct {
    const char *county, *spec, *file, *inside, *kind; /* kind NULL: the guess must find it itself */
} cases[] = {
    {"qinghe", "person", "qinghe/青禾县医保数据_20201231.zip", "人员AC01.DBF", NULL},
    {"qinghe", "enrollment", "qinghe/青禾县医保数据_20201231.zip", "参保AC02.DBF", NULL},
    {"qinghe", "contribution", "qinghe/青禾县医保数据_20201231.zip", "职工缴费AC43.DBF", NULL},
    {"qinghe", "settlement", "qinghe/青禾县医保数据_20201231.zip", "结算KC24.DBF", NULL},
    {"qinghe", "employer", "qinghe/青禾县医保数据_20201231.zip", "单位AB01.DBF", NULL},
    {"qinghe", "institution", "qinghe/青禾县医保数据_20201231.zip", "机构KB01.DBF", NULL},
    {"linzhu", "person", "linzhu/ry_20201231.txt", "", NULL},
    {"linzhu", "enrollment", "linzhu/cb_20201231.txt", "", NULL},
    {"linzhu", "contribution", "linzhu/jf_20201231.txt", "", NULL},
    {"linzhu", "settlement", "linzhu/js_20201231.txt", "", NULL},
    {"linzhu", "fund", "linzhu/jjzf_20201231.dat", "", NULL},
    {"shiliu", "person", "shiliu/石榴县城乡居民医保台账(最终版).xlsx", "参保登记", NULL},
    {"shiliu", "enrollment", "shiliu/石榴县城乡居民医保台账(最终版).xlsx", "参保登记", "psn_insu_d"},
    {"shiliu", "contribution", "shiliu/石榴县城乡居民医保台账(最终版).xlsx", "缴费台账", NULL},
    {"shiliu", "inpatient", "shiliu/石榴县城乡居民医保台账(最终版).xlsx", "住院补偿", NULL},
    {"shiliu", "outpatient", "shiliu/石榴县城乡居民医保台账(最终版).xlsx", "门诊补偿", NULL},
};

/* Account sets: the kind must be found, and most of what a person wrote; the lists of funds and accounts are
   the county's own. */
static const struct {
    const char *inside, *spec;
} ledgers[] = {{"账套.csv", "ledger_sets"},
               {"凭证.csv", "ledger_vouchers"},
               {"余额.csv", "ledger_balances"},
               {"对账单_202001.csv", "ledger_statements"}};

/* The draft, read back as a spec of the county, in place of the one that people wrote. */
static const struct spec *read_spec(const char *directory, const char *county, const char *name) {
    static struct spec_set set;
    struct error error = {0};
    struct city city = {.directory = directory};
    struct county own = {.folder = county};
    cr_assert(specs_read(&city, &own, &arena, &set, &error), "%s: %s", county, error.message);
    const char *path = arena_print(&arena, "mappings/%s/%s.yaml", county, name);
    for (uint32_t i = 0; i < set.count; i++)
        if (strcmp(set.specs[i].path, path) == 0) return &set.specs[i];
    cr_assert_fail("no spec %s", path);
    return NULL;
}

static const struct spec *read_draft(const struct guess_draft *draft, const char *county) {
    struct span yaml = guess_yaml(draft, &arena);
    const char *folder = arena_print(&arena, "%s/mappings", sample),
               *own = arena_print(&arena, "%s/%s", folder, county);
    const char *path = arena_print(&arena, "%s/draft.yaml", own);
    mkdir(folder, 0755);
    mkdir(own, 0755);
    FILE *file = fopen(path, "w");
    cr_assert(file && fwrite(yaml.bytes, 1, yaml.size, file) == yaml.size && fclose(file) == 0);
    const struct spec *spec = ARENA_NEW(&arena, struct spec, 1);
    struct spec *copy = ARENA_NEW(&arena, struct spec, 1);
    *copy = *read_spec(sample, county, "draft");
    spec = copy;
    unlink(path);
    return spec;
}

static const char *text_of(struct span text) {
    return arena_print(&arena, "%.*s", (int)text.size, text.bytes ? text.bytes : "");
}

/* Names of a city that says other words, and what the sample calls the columns at the same places. */
static const struct columns *told, *meant;

static struct span translated(struct span name) {
    for (uint32_t i = 0; told && i < told->count && i < meant->count; i++)
        if (span_equal(told->names[i], name)) return meant->names[i];
    return name;
}

/* A column of a fixed layout has no name of its own: its place stands for it. */
static const char *source_of(const struct spec *spec, struct span name) {
    const struct node *fields = node_get(spec->read, "fields");
    for (uint32_t i = 0; fields && i < fields->count; i++) {
        const struct node *field = &fields->items[i];
        if (span_equal(node_get(field, "name")->text, name))
            return arena_print(&arena, "%s-%s", node_get(field, "from")->text.bytes,
                               node_get(field, "to")->text.bytes);
    }
    return text_of(translated(name));
}

/* Everything that decides what a column holds, in one line. */
static const char *line_of(const struct spec *spec, const struct spec_column *column) {
    const struct kind_column *target = &spec->kind->columns[column->target];
    const char *text = arena_print(&arena, "%s:", target->name);
    for (uint32_t i = 0; i < column->from_count; i++)
        text = arena_print(&arena, "%s %s", text, source_of(spec, column->from[i]));
    if (column->has_value) text = arena_print(&arena, "%s value=%s", text, text_of(column->value));
    if (column->from_count > 1)
        text = arena_print(&arena, "%s join=%s sum=%d", text, text_of(column->join), column->sum);
    if (column->as.size) text = arena_print(&arena, "%s as=%s", text, text_of(column->as));
    if (column->map.size) text = arena_print(&arena, "%s map=%s", text, text_of(column->map));
    if (column->open.size) text = arena_print(&arena, "%s open=%s", text, text_of(column->open));
    if (target->type == TYPE_MONEY)
        text = arena_print(&arena, "%s unit=%s", text, column->unit.size ? text_of(column->unit) : "yuan");
    for (uint32_t i = 0; i < column->when.value_count; i++)
        text = arena_print(&arena, "%s when=%s%s%s", text, text_of(translated(column->when.column)),
                           column->when.negative ? "!=" : "=", text_of(column->when.values[i]));
    return text;
}

static bool has_line(const struct spec *spec, const char *line) {
    for (uint32_t i = 0; i < spec->column_count; i++)
        if (strcmp(line_of(spec, &spec->columns[i]), line) == 0) return true;
    return false;
}

static const char *key_of(const struct spec *spec) {
    const char *text = "key:";
    for (uint32_t i = 0; i < spec->key_count; i++)
        text = arena_print(&arena, "%s %s", text, source_of(spec, spec->key[i]));
    return text;
}

static const char *read_of(const struct spec *spec) {
    const struct node *header = node_get(spec->read, "header"), *row = node_get(header, "row"),
                      *rows = node_get(header, "rows");
    const struct node *delimiter = node_get(spec->read, "delimiter");
    return arena_print(&arena, "read: %s %s %s %s %s", text_of(spec->format), text_of(spec->encoding),
                       delimiter                               ? delimiter->text.bytes
                       : span_equal(spec->format, SPAN("csv")) ? ","
                                                               : "",
                       row ? row->text.bytes : "", rows ? rows->text.bytes : "");
}

static unsigned different(const char *ours, const char *theirs) {
    if (strcmp(ours, theirs) == 0) return 0;
    printf("    guessed %s\n    shipped %s\n", ours, theirs);
    return 1;
}

/* Lines that a person would have to write, change or strike out. */
static unsigned difference(const struct spec *ours, const struct spec *theirs) {
    if (ours->kind != theirs->kind) return 99;
    unsigned lines = different(key_of(ours), key_of(theirs)) + different(read_of(ours), read_of(theirs));
    lines += different(text_of(translated(ours->county_column)), text_of(theirs->county_column));
    for (uint32_t i = 0; i < theirs->column_count; i++) {
        const char *line = line_of(theirs, &theirs->columns[i]);
        if (has_line(ours, line)) continue;
        printf("    shipped %s\n", line);
        lines++;
    }
    for (uint32_t i = 0; i < ours->column_count; i++) {
        const char *line = line_of(ours, &ours->columns[i]);
        bool changed = has_line(theirs, line);
        for (uint32_t j = 0; j < theirs->column_count && !changed; j++)
            changed = theirs->columns[j].target == ours->columns[i].target;
        if (changed) continue; /* counted above */
        printf("    guessed %s\n", line);
        lines++;
    }
    return lines;
}

Test(guess, drafts_are_nearly_the_specs_that_people_wrote) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct kind *kind =
            cases[i].kind ? model_find((struct span){cases[i].kind, strlen(cases[i].kind)}) : NULL;
        struct guess_draft *draft = draft_of(sample, cases[i].file, cases[i].inside, kind);
        if (kind) guess_drop(draft, "certno"); /* as the command does for the second draft of a sheet */
        const struct spec *ours = read_draft(draft, cases[i].county);
        struct spec_rank rank;
        const char *name = draft->source->name; /* what it was drafted from must fit it */
        cr_expect(spec_match(ours->match, (struct span){name, strlen(name)}, &rank), "%s does not fit %s",
                  text_of(ours->match), name);
        bool dated = strstr(name, "20201231") != NULL;
        cr_expect_eq(rank.period.size, dated ? 8 : 0, "%s of %s", text_of(ours->match), name);
        const struct spec *theirs = read_spec("examples/yunchuan", cases[i].county, cases[i].spec);
        unsigned lines = difference(ours, theirs);
        printf("  %s/%s.yaml: %u lines differ\n", cases[i].county, cases[i].spec, lines);
        cr_expect(lines <= LINES_WRONG_MAX, "%s/%s: %u lines differ", cases[i].county, cases[i].spec, lines);
    }
}

/* Other counties say other words for the same columns: SEED=n tries one more city of such words. */
Test(guess, drafts_of_other_words_are_nearly_the_same) {
    const char *wanted = getenv("SEED");
    uint64_t seeds[] = {1, 2, 3, 4, wanted ? strtoull(wanted, NULL, 10) : 5};
    unsigned wrong = 0, all = 0, lines_all = 0;
    for (size_t s = 0; s < sizeof seeds / sizeof *seeds; s++) {
        char words[64];
        make_city(words, seeds[s], false, true);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            const struct kind *kind =
                cases[i].kind ? model_find((struct span){cases[i].kind, strlen(cases[i].kind)}) : NULL;
            struct guess_draft *draft = draft_of(words, cases[i].file, cases[i].inside, kind);
            if (kind) guess_drop(draft, "certno");
            meant = &draft_of(sample, cases[i].file, cases[i].inside, kind)->source->columns;
            told = &draft->source->columns;
            const struct spec *ours = read_draft(draft, cases[i].county);
            unsigned lines = difference(ours, read_spec("examples/yunchuan", cases[i].county, cases[i].spec));
            told = meant = NULL;
            printf("  seed %ju %s/%s.yaml: %u lines differ\n", (uintmax_t)seeds[s], cases[i].county,
                   cases[i].spec, lines);
            all++;
            lines_all += lines;
            wrong += lines > LINES_WRONG_MAX;
        }
        nftw(words, forget, 16, FTW_DEPTH | FTW_PHYS);
    }
    printf("  other words: %u of %u drafts within %d lines, %u lines in all\n", all - wrong, all,
           LINES_WRONG_MAX, lines_all);
    cr_expect_eq(wrong, 0, "%u of %u drafts differ in more than %d lines", wrong, all, LINES_WRONG_MAX);
}

Test(guess, ledgers_are_recognised) {
    for (size_t i = 0; i < sizeof ledgers / sizeof *ledgers; i++) {
        struct guess_draft *draft = draft_of(sample, "qinghe/青禾区基金账_2020.zip", ledgers[i].inside, NULL);
        const struct spec *ours = read_draft(draft, "qinghe");
        const struct spec *theirs = read_spec("examples/yunchuan", "qinghe", ledgers[i].spec);
        unsigned lines = difference(ours, theirs);
        printf("  qinghe/%s.yaml: %u lines differ\n", ledgers[i].spec, lines);
        cr_expect(lines <= LINES_WRONG_MAX, "%s: %u lines differ", ledgers[i].spec, lines);
    }
}

/* A roster of another office is one by its name: which one, and what its days mean, follows. */
Test(guess, rosters_are_recognised) {
    static const struct {
        const char *county, *file, *inside, *spec;
    } rosters[] = {{"shiji", "shiji/死亡名单_20201231.xlsx", "死亡名单", "roster_dead"},
                   {"shiji", "shiji/服刑名单_20201231.xlsx", "服刑名单", "roster_prison"},
                   {"shiji", "shiji/转出名单_20201231.xlsx", "转出名单", "roster_moved"},
                   {"shiliu", "shiliu/资助对象名单_20201231.xlsx", "资助对象", "roster_aided"},
                   {"shiliu", "shiliu/在校学生名单_20201231.xlsx", "在校学生", "roster_students"}};
    for (size_t i = 0; i < sizeof rosters / sizeof *rosters; i++) {
        struct guess_draft *draft = draft_of(sample, rosters[i].file, rosters[i].inside, NULL);
        const struct spec *ours = read_draft(draft, rosters[i].county);
        const struct spec *theirs = read_spec("examples/yunchuan", rosters[i].county, rosters[i].spec);
        unsigned lines = difference(ours, theirs);
        cr_expect_str_eq(ours->kind->name, "psn_roster_d");
        cr_expect(lines <= LINES_WRONG_MAX, "%s: %u lines differ", rosters[i].spec, lines);
    }
}

/* With names F1..Fn only what the cells are can tell. */
static const struct {
    const char *file, *inside, *kind, *lines[12];
} contents[] = {
    {"linzhu/ry_20201231.txt",
     "",
     "psn_info_b",
     {"certno: F3", "psn_name: F4", "gend: F5", "naty: F6", "brdy: F7", "mob: F8", "src_psn_no: F1"}},
    {"linzhu/cb_20201231.txt",
     "",
     "psn_insu_d",
     {"src_psn_no: F2", "insutype: F3", "psn_type: F4", "crt_insu_date: F6", "psn_insu_stas: F8"}},
    {"linzhu/jf_20201231.txt",
     "",
     "rsdt_psn_clct_detl_d",
     {"accrym_begn: F4", "accrym_end: F5", "psn_clct_amt: F6", "clct_sumamt: F9", "clct_time: F12"}},
    {"linzhu/js_20201231.txt",
     "",
     "setl_d",
     {"setl_id: F1", "insutype: F4", "med_type: F5", "begndate: F8", "setl_time: F10", "medfee_sumamt: F11"}},
    {"qinghe/青禾县医保数据_20201231.zip",
     "人员AC01.DBF",
     "psn_info_b",
     {"certno: F2", "psn_name: F3", "gend: F4", "brdy: F6"}},
    {"qinghe/青禾县医保数据_20201231.zip",
     "参保AC02.DBF",
     "psn_insu_d",
     {"src_psn_no: F1", "insutype: F2", "crt_insu_date: F4", "paus_insu_date: F5"}},
    {"qinghe/青禾县医保数据_20201231.zip",
     "结算KC24.DBF",
     "setl_d",
     {"setl_id: F1", "insutype: F4", "med_type: F5", "medfee_sumamt: F10", "setl_time: F9"}},
};

Test(guess, columns_without_names_are_told_by_their_cells) {
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        const struct guess_draft *draft = draft_of(other, contents[i].file, contents[i].inside, NULL);
        cr_expect_str_eq(draft->kind->name, contents[i].kind, "%s", contents[i].file);
        for (size_t l = 0; l < 12 && contents[i].lines[l]; l++) {
            const char *colon = strchr(contents[i].lines[l], ':');
            const char *target =
                arena_print(&arena, "%.*s", (int)(colon - contents[i].lines[l]), contents[i].lines[l]);
            const struct guess_line *line = guess_line_of(draft, target);
            const char *found =
                line && line->source >= 0 ? text_of(draft->source->columns.names[line->source]) : "nothing";
            cr_expect_str_eq(found, colon + 2, "%s %s: %s", contents[i].inside, contents[i].file, target);
        }
    }
}

/* Whatever is missing, the draft can be read as a spec; a person then mends it. */
Test(guess, every_draft_is_a_spec) {
    static const char *const inner[] = {"人员AC01.DBF", "参保AC02.DBF", "职工缴费AC43.DBF",
                                        "结算KC24.DBF", "单位AB01.DBF", "机构KB01.DBF"};
    static const char *const sheets[] = {"参保登记", "缴费台账", "住院补偿", "门诊补偿"};
    static const char *const files[] = {"ry_20201231.txt", "cb_20201231.txt", "jf_20201231.txt",
                                        "js_20201231.txt", "jjzf_20201231.dat"};
    for (uint32_t k = 0; k < model_kind_count; k++) {
        for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
            read_draft(draft_of(other, "qinghe/青禾县医保数据_20201231.zip", inner[i], &model_kinds[k]), "x");
        for (size_t i = 0; i < sizeof sheets / sizeof *sheets; i++)
            read_draft(
                draft_of(other, "shiliu/石榴县城乡居民医保台账(最终版).xlsx", sheets[i], &model_kinds[k]),
                "x");
        for (size_t i = 0; i < sizeof files / sizeof *files; i++)
            read_draft(draft_of(other, arena_print(&arena, "linzhu/%s", files[i]), "", &model_kinds[k]), "x");
    }
}

Test(guess, a_five_in_one_export_is_recognised) {
    const struct guess_draft *draft =
        draft_of(sample, "qinghe/青禾县医保数据_20201231.zip", "参保AC02.DBF", NULL);
    bool said = false;
    for (uint32_t i = 0; i < draft->remark_count; i++)
        said |= strstr(draft->remarks[i], "AAE140 有 110/210/410") != NULL;
    cr_expect(said);
}

/* Nobody's number, name, phone or address may stand in a draft or a report. */
Test(guess, personal_values_stay_hidden) {
    const struct guess_draft *draft = draft_of(sample, "linzhu/ry_20201231.txt", "", NULL);
    struct span texts[] = {guess_yaml(draft, &arena), guess_report(draft, &arena)};
    uint32_t tried = 0;
    for (uint32_t c = 0; c < draft->source->columns.count; c++) {
        const struct profile_column *profile = &draft->source->profiles[c];
        if (profile->distinct <= PROFILE_VALUES) continue; /* codes may be shown */
        for (uint32_t v = 0; v < profile->value_count; v++)
            for (int t = 0; t < 2; t++, tried++)
                cr_expect(
                    !memmem(texts[t].bytes, texts[t].size, profile->values[v].bytes, profile->values[v].size),
                    "column %u", c + 1);
    }
    cr_expect(tried > 100);
}

static const struct {
    const char *name, *text, *encoding, *read;
} small[] = {
    {"utf8.csv", "姓名,金额\n张一,1.00\n李二,2.00\n王三,3.00\n", "UTF-8", "delimiter: \",\""},
    {"tab.txt", "a\tb\n1\t2\n3\t4\n5\t6\n", "GB18030", "delimiter: \"tab\""},
    {"one.sql",
     "CREATE TABLE ry (xm varchar(20), je decimal(12,2));\nINSERT INTO ry VALUES ('样例甲', 1.00);\nINSERT "
     "INTO ry VALUES ('样例乙', 2.00);\n",
     "UTF-8", "{format: sqldump, encoding: UTF-8}"},
    {"noheader.csv", "1,20200101,3\n2,20200102,4\n3,20200103,5\n", "GB18030", "header: no"},
    {"ascii.jsonl", "{\"a\":1}\n{\"a\":2}\n", "UTF-8", "{format: json, encoding: UTF-8}"},
    {"children.xml", "<D><R a='1' b='2'/><R a='3' b='4'/></D>", "UTF-8", "{format: xml, encoding: UTF-8}"},
    {"deeper.xml", "<D><H n='1'/><S><R a='1' b='2'><c><d>x</d></c></R><R a='3' b='4'/></S></D>", "UTF-8",
     "{format: xml, encoding: UTF-8, row: D/S/R}"},
    {"lists.xml", "<D><H>1</H><B><n>1</n><i><j><k>1</k></j><j><k>2</k></j></i></B><B><n>2</n></B></D>",
     "UTF-8", "{format: xml, encoding: UTF-8, row: D/B}"},
    {"mysqldump.xml",
     "<mysqldump><database name='his'><table_structure><field F='id' T='int'/><key T='a' N='0'/>"
     "</table_structure><table_data name='t'><row><field name='id'>1</field><field name='n'>a</field></row>"
     "<row><field name='id'>2</field><field name='n' xsi:nil='true'/></row><row><field name='id'>3</field>"
     "<field name='n'>c</field></row></table_data></database></mysqldump>",
     "UTF-8", "{format: xml, encoding: UTF-8, row: mysqldump/database/table_data/row}"},
    {"merged.html",
     "<html><table><tr><th rowspan=2>村名</th><th colspan=2>金额</th></tr><tr><th>自付</th><th>统筹</th></tr>"
     "<tr><td>a</td><td>1.00</td><td>2.00</td></tr><tr><td>b</td><td>3</td><td>4</td></tr></table></html>",
     "UTF-8", "header: {row: 1, rows: 2"},
};

Test(guess, each_table_of_a_script_is_looked_at) {
    struct error error = {0};
    const char *path = arena_print(&arena, "%s/two.sql", sample);
    FILE *file = fopen(path, "w");
    cr_assert(file);
    fputs("CREATE TABLE a (x int);\nINSERT INTO `a` VALUES (1);\nCREATE TABLE b (y int, z int);\nINSERT INTO "
          "his.\"b\" (y,z) VALUES (1,2);\n"
          "INSERT INTO a VALUES (2);\n",
          file);
    cr_assert(fclose(file) == 0);
    static const char *const tables[] = {"a", "b"};
    struct guess_listing listing;
    cr_assert(guess_list(path, NULL, NULL, &arena, &listing, &error), "%s", error.message);
    cr_assert_eq(listing.count, 2, "%u tables", listing.count);
    for (uint32_t i = 0; i < listing.count; i++) {
        cr_expect_str_eq(listing.sources[i].table, tables[i]);
        cr_assert(guess_look(&listing.sources[i], &arena, &error), "%s: %s", tables[i], error.message);
        cr_expect_eq(listing.sources[i].columns.count, i + 1);
        cr_expect_eq(listing.sources[i].profiles[0].rows, i ? 1 : 2);
    }
}

Test(guess, small_files) {
    for (size_t i = 0; i < sizeof small / sizeof *small; i++) {
        struct error error = {0};
        const char *path = arena_print(&arena, "%s/%s", sample, small[i].name);
        FILE *file = fopen(path, "w");
        cr_assert(file && fputs(small[i].text, file) >= 0 && fclose(file) == 0);
        struct guess_listing listing;
        cr_assert(guess_list(path, NULL, NULL, &arena, &listing, &error) && listing.count == 1, "%s: %s",
                  small[i].name, error.message);
        cr_assert(guess_look(listing.sources, &arena, &error), "%s: %s", small[i].name, error.message);
        cr_expect_str_eq(listing.sources->encoding, small[i].encoding, "%s", small[i].name);
        cr_expect(strstr(listing.sources->read, small[i].read), "%s: %s", small[i].name,
                  listing.sources->read);
    }
}

/* A title stands above the header, alone in its row: the table below is wider. */
Test(guess, tables_under_titles) {
    static const struct {
        const char *path, *header;
        uint32_t columns, sheets, hidden;
    } titled[] = {
        {"tests/cli/books/titles-above.xls", "header: {row: 3, rows: 2", 7, 4, 1},
        {"tests/extract/html/titles-above-no-header/input.xls", "header: {row: 2, rows: 1", 3, 1, 0},
    };
    for (size_t i = 0; i < sizeof titled / sizeof *titled; i++) {
        struct error error = {0};
        struct guess_listing listing;
        uint32_t hidden = 0;
        cr_assert(guess_list(titled[i].path, NULL, NULL, &arena, &listing, &error), "%s", error.message);
        for (uint32_t s = 0; s < listing.count; s++) hidden += listing.sources[s].hidden;
        cr_expect(listing.count == titled[i].sheets && hidden == titled[i].hidden, "%s: %u sheets, %u hidden",
                  titled[i].path, listing.count, hidden);
        cr_assert(guess_look(listing.sources, &arena, &error), "%s: %s", titled[i].path, error.message);
        cr_expect(strstr(listing.sources->read, titled[i].header), "%s: %s", titled[i].path,
                  listing.sources->read);
        cr_expect_eq(listing.sources->columns.count, titled[i].columns, "%s: %u columns", titled[i].path,
                     listing.sources->columns.count);
    }
}
