/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/template/template.h"
#include "core/language.h"
#include "core/shipped.h"
#include "report/output.h"
#include "report/xlsx.h"
#include "transform/row/csv.h"
#include <stdio.h>

enum { CODES_SHOWN = 12, LISTS_MAX = 256 };

static struct span span_of(const char *text) { return (struct span){text, text ? strlen(text) : 0}; }

static bool is_month(const char *name) {
    size_t size = strlen(name);
    return strncmp(name, "accrym", 6) == 0 || strcmp(name, "cashym") == 0 ||
           (size > 3 && strcmp(name + size - 3, "_ym") == 0);
}

const char *template_type(const struct kind_column *column) {
    if (strcmp(column->name, "certno") == 0)
        return TEXT("文本，18 位，末位 X 大写", "text, 18 characters, X in upper case");
    if (is_month(column->name)) return TEXT("年月 yyyyMM", "month yyyyMM");
    switch (column->type) {
    case TYPE_TEXT:
        return column->dict ? TEXT("代码(文本，保留前导 0)", "code (text, leading zeros kept)")
                            : TEXT("文本", "text");
    case TYPE_INTEGER: return TEXT("整数", "whole number");
    case TYPE_MONEY: return TEXT("金额，元，两位小数", "yuan, two decimals");
    case TYPE_RATIO: return TEXT("比例，如 0.85", "ratio such as 0.85");
    case TYPE_DATE: return TEXT("日期 yyyyMMdd", "date yyyyMMdd");
    case TYPE_TIMESTAMP: return TEXT("日期时间 yyyy-MM-dd HH:mm:ss", "date and time yyyy-MM-dd HH:mm:ss");
    case TYPE_BOOL: return TEXT("是/否", "yes/no");
    }
    return "";
}

/* The first code of a list, as an example; out of mappings/codes. */
static const char *first_code(const char *dict) {
    static const struct {
        const char *dict, *code;
    } common[] = {{"insutype", "310"},
                  {"gend", "1"},
                  {"naty", "01"},
                  {"psn_cert_type", "01"},
                  {"psn_type", "11"},
                  {"psn_insu_stas", "1"},
                  {"med_type", "21"},
                  {"hosp_lv", "05"},
                  {"region", "690102"},
                  {"clct_flag", "1"},
                  {"fund_pay_type", "310100"},
                  {"refd_setl_flag", "0"},
                  {"account", "1002"},
                  {"fund_set", "职工"},
                  {"sub_fund", "统筹"},
                  {"stock_flow", "增量"},
                  {"pooling_mode", "上解制"},
                  {"bal_type", "期初"},
                  {"recon_type", "应付未付"},
                  {"roster_type", "死亡"}};
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (strcmp(common[i].dict, dict) == 0) return common[i].code;
    return "";
}

const char *template_example(const struct kind_column *column) {
    static const struct {
        const char *name, *text;
    } known[] = {{"src_psn_no", "690102000001"},
                 {"roster_no", "000001"},
                 {"psn_name", "样例甲"},
                 {"certno", "69010219800101001X"},
                 {"emp_no", "690102000046"},
                 {"emp_name", "样例单位001"},
                 {"fixmedins_code", "H69010200001"},
                 {"fixmedins_name", "样例第一医院"},
                 {"setl_id", "S20200000001"},
                 {"mdtrt_id", "JZ20200000001"},
                 {"live_addr", "云川市样例路1号"},
                 {"mob", "10000000001"},
                 {"tel", "10000000001"},
                 {"year", "2020"},
                 {"acct_year", "2020"},
                 {"acct_month", "01"},
                 {"acct_set", "01"},
                 {"src_acct_code", "1002"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, column->name) == 0) return known[i].text;
    if (column->dict) return first_code(column->dict);
    if (is_month(column->name)) return "202001";
    if (column->type == TYPE_MONEY) return "1234.50";
    if (column->type == TYPE_DATE) return "20200131";
    if (column->type == TYPE_TIMESTAMP) return "2020-01-31 08:30:00";
    if (column->type == TYPE_RATIO) return "0.85";
    if (column->type == TYPE_INTEGER) return "12";
    return column->tags & (TAG_KEY | TAG_REQUIRED) ? "690102202000001" : "";
}

static bool list_of(const char *dict, struct arena *arena, struct span *bytes) {
    return shipped_find(arena_print(arena, "mappings/codes/%s.csv", dict), bytes);
}

/* "1 男、2 女", or how many there are when they are too many for a cell. */
static struct span codes_text(const char *dict, struct arena *arena) {
    struct span bytes, cells[CSV_CELLS];
    const char *text = "";
    uint32_t count = 0;
    enum { NAME = 1, SCOPE = 3 };
    if (!list_of(dict, arena, &bytes)) return (struct span){0};
    struct csv csv = {.text = bytes};
    csv_next(&csv, cells, arena);
    for (uint32_t width; (width = csv_next(&csv, cells, arena)) > NAME;) {
        /* Local codes are no targets, and a code whose meaning nobody found is none to ask for. */
        if (width > SCOPE && span_equal(cells[SCOPE], SPAN("local"))) continue;
        if (cells[NAME].size && cells[NAME].bytes[0] == '(') continue;
        count++;
        if (count <= CODES_SHOWN)
            text = arena_print(arena, "%s%s%.*s %.*s", text, count > 1 ? "、" : "", (int)cells[0].size,
                               cells[0].bytes, (int)cells[1].size, cells[1].bytes);
    }
    if (count > CODES_SHOWN)
        text = arena_print(arena, TEXT("%s……共 %u 个，见代码表", "%s ... %u codes, see the code lists"), text,
                           count);
    return span_of(text);
}

static const char *meaning(const struct kind_column *column, struct arena *arena) {
    const char *text = "";
    static const struct {
        unsigned tag;
        const char *zh, *en;
    } tags[] = {
        {TAG_KEY, "主键的一部分，不可为空、不可重复", "part of the key: never empty, never twice"},
        {TAG_EVENT, "业务发生日，政策和代码按它取", "the day it happened: policies and codes go by it"},
        {TAG_MAIN, "主要金额，与交接单合计核对", "the main amount, compared with the slip"},
        {TAG_STOCK, "时点数，不相加", "a balance or standard, never added up"}};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (column->tags & tags[i].tag)
            text = arena_print(arena, "%s%s%s", text, *text ? "；" : "", TEXT(tags[i].zh, tags[i].en));
    if (strcmp(column->name, "src_psn_no") == 0)
        text = arena_print(arena, "%s%s%s", text, *text ? "；" : "",
                           TEXT("县系统里的人员编号，同一人不变", "the county's number of the person"));
    if (column->pii != PII_NONE)
        text = arena_print(arena, "%s%s%s", text, *text ? "；" : "",
                           TEXT("个人信息，按文本存，勿用数字格式", "personal: stored as text"));
    return text;
}

static void add_kind(struct result *result, const struct kind *kind, struct arena *arena) {
    const struct result_column columns[] = {
        {SPAN("column"), SPAN("列名"), SPAN("Column"), SHOW_TEXT, 24, {0}},
        {SPAN("label"), SPAN("中文名"), SPAN("Label"), SHOW_TEXT, 22, {0}},
        {SPAN("meaning"), SPAN("含义"), SPAN("Meaning"), SHOW_TEXT, 36, {0}},
        {SPAN("type"), SPAN("类型"), SPAN("Type"), SHOW_TEXT, 22, {0}},
        {SPAN("required"), SPAN("必填"), SPAN("Required"), SHOW_TEXT, 7, {0}},
        {SPAN("codes"), SPAN("代码表"), SPAN("Codes"), SHOW_TEXT, 44, {0}},
        {SPAN("example"), SPAN("示例"), SPAN("Example"), SHOW_TEXT, 20, {0}}};
    result_begin(result, arena, span_of(kind->label), span_of(kind->name), columns,
                 sizeof columns / sizeof *columns);
    result->note = result_format(
        arena,
        TEXT(
            "文件或工作表名写“%s”或 %s，首行写列名或中文名；没有的列可以不给，必填列不可缺。",
            "Name the file or sheet \"%s\" or %s; columns that you lack may be left out, required ones not."),
        kind->label, kind->name);
    for (uint32_t i = 0; i < kind->column_count; i++) {
        const struct kind_column *column = &kind->columns[i];
        if (strcmp(column->name, "crte_time") == 0 || strcmp(column->name, "updt_time") == 0) continue;
        struct span *cells = result_add(result);
        cells[0] = span_of(column->name);
        cells[1] = span_of(column->label);
        cells[2] = span_of(meaning(column, arena));
        cells[3] = span_of(template_type(column));
        cells[4] = column->tags & TAG_REQUIRED ? span_of(TEXT("是", "yes")) : span_of("");
        if (column->dict)
            cells[5] = strcmp(column->dict, "region") == 0
                           ? span_of(TEXT("六位行政区划代码", "six-digit division code"))
                           : codes_text(column->dict, arena);
        cells[6] = span_of(template_example(column));
    }
}

/* Every list that the chosen kinds name, but the divisions, which are thousands. */
static void add_codes(struct result *result, const struct kind *const *kinds, uint32_t count,
                      struct arena *arena) {
    const struct result_column columns[] = {
        {SPAN("dict"), SPAN("代码表"), SPAN("List"), SHOW_TEXT, 22, {0}},
        {SPAN("label"), SPAN("用于"), SPAN("Used for"), SHOW_TEXT, 24, {0}},
        {SPAN("code"), SPAN("代码"), SPAN("Code"), SHOW_TEXT, 12, {0}},
        {SPAN("name"), SPAN("名称"), SPAN("Name"), SHOW_TEXT, 48, {0}}};
    const char *done[LISTS_MAX] = {0};
    uint32_t done_count = 0;
    result_begin(result, arena, SPAN("代码表"), SPAN("Code lists"), columns, 4);
    for (uint32_t k = 0; k < count; k++)
        for (uint32_t c = 0; c < kinds[k]->column_count; c++) {
            const char *dict = kinds[k]->columns[c].dict;
            struct span bytes, cells[CSV_CELLS];
            bool known = !dict || strcmp(dict, "region") == 0 || done_count == LISTS_MAX ||
                         !list_of(dict, arena, &bytes);
            for (uint32_t i = 0; i < done_count && !known; i++) known = strcmp(done[i], dict) == 0;
            if (known) continue;
            done[done_count++] = dict;
            struct csv csv = {.text = bytes};
            csv_next(&csv, cells, arena);
            while (csv_next(&csv, cells, arena) > 1) {
                struct span *row = result_add(result);
                row[0] = span_of(dict);
                row[1] = span_of(kinds[k]->columns[c].label);
                row[2] = arena_copy(arena, cells[0]);
                row[3] = arena_copy(arena, cells[1]);
            }
        }
}

static void add_rules(struct result *result, struct arena *arena) {
    static const struct {
        const char *zh, *en;
    } sentences[] = {
        {"每个工作表说明一类数据。按它导出的文件，不需要另写源规格就能读。",
         "Each sheet describes one kind; a file that follows it needs no spec."},
        {"一类数据一个文件或一个工作表，名称用类别的中文名或英文名，如 结算_202012.csv。",
         "One file or sheet a kind, named as the kind: setl_d_202012.csv."},
        {"首行是列名，可用国家平台字段名，也可用中文名；数据从第二行起，不要合计行、标题行。",
         "The first row names the columns, by standard names or labels; data from the second row on."},
        {"优先 CSV(UTF-8)或 XLSX；身份证号、编号、代码一律按文本存放，不可变成科学计数法。",
         "CSV (UTF-8) or XLSX; numbers of persons and codes as text."},
        {"金额以元为单位，两位小数；冲销、退费写负数并有自己的编号。",
         "Amounts in yuan with two decimals; reversals are negative and have numbers of their own."},
        {"交付前请运行 tongchou preview 文件 --full --rejects 自查.xlsx，改好再交，并填写 交接单.xlsx。",
         "Run tongchou preview FILE --full --rejects before you deliver, and fill in the slip."}};
    const struct result_column columns[] = {{SPAN("number"), SPAN("序号"), SPAN("No."), SHOW_TEXT, 8, {0}},
                                            {SPAN("text"), SPAN("说明"), SPAN("Text"), SHOW_TEXT, 110, {0}}};
    result_begin(result, arena, SPAN("说明"), SPAN("Read me"), columns, 2);
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        struct span *cells = result_add(result);
        cells[0] = result_format(arena, "%zu", i + 1);
        cells[1] = span_of(TEXT(sentences[i].zh, sentences[i].en));
    }
}

bool template_book(const char *directory, const struct kind *const *kinds, uint32_t count,
                   struct arena *arena, struct error *error) {
    struct result *results = ARENA_NEW(arena, struct result, count + 2);
    struct output book;
    add_rules(&results[0], arena);
    for (uint32_t i = 0; i < count; i++) add_kind(&results[i + 1], kinds[i], arena);
    add_codes(&results[count + 1], kinds, count, arena);
    struct paper paper = {.name = SPAN("数据采集要求"),
                          .title = SPAN("数据采集要求"),
                          .footer = SPAN("数据采集要求"),
                          .result_count = count + 2,
                          .results = results};
    if (!output_place(&book, directory, SPAN("数据采集要求.xlsx"), error)) return false;
    if (write_xlsx(&paper, book.temporary, error)) return output_close(&book, error);
    output_abandon(&book);
    return false;
}
