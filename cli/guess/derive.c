/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/content.h"
#include "core/language.h"

/* What a person would add after reading all columns: each rule is one function and says why. */

enum { SUM_MAX = 16, NON_MEDICAL_MAX = 16 };

struct deriving {
    struct guess_draft *draft;
    struct arena *arena;
};

void guess_remark(struct guess_draft *draft, const char *remark) {
    if (draft->remark_count < GUESS_REMARKS) draft->remarks[draft->remark_count++] = remark;
}

static const char *source_name(const struct deriving *at, const struct guess_line *line) {
    return guess_scalar(at->arena, at->draft->source->columns.names[line->source]);
}

static bool is_kind(const struct deriving *at, const char *name) {
    return strcmp(at->draft->kind->name, name) == 0;
}

static bool has_target(const struct deriving *at, const char *name) {
    return model_column(at->draft->kind, (struct span){name, strlen(name)}) >= 0;
}

/* Whether the file's name, sheet or titles hold the word. */
static bool says(const struct deriving *at, const char *word) {
    const struct guess_source *source = at->draft->source;
    return strstr(source->name, word) ||
           (source->titles.size && memmem(source->titles.bytes, source->titles.size, word, strlen(word)));
}

static bool holds_value(const struct profile_column *profile, const char *const *values, const char **which) {
    for (uint32_t i = 0; i < profile->value_count; i++)
        for (const char *const *value = values; *value; value++)
            if (span_equal(profile_text(&profile->values[i]), (struct span){*value, strlen(*value)}))
                return *which = *value, true;
    return false;
}

/* 大病 of a file that holds both schemes: an employee's is 大额, a resident's is 大病. */
static void split_big_sum(const struct deriving *at) {
    static const char *const staff[] = {"310", "职工", "城镇职工", "职工医保", "1", NULL};
    static const char *const residents[] = {"390", "居民", "城乡居民", "居民医保", "2", NULL};
    const struct guess_line *big = guess_line_of(at->draft, "hifmi_pay"),
                            *insutype = guess_line_of(at->draft, "insutype");
    const char *one, *other;
    if (!big) big = guess_line_of(at->draft, "hifob_pay");
    if (!is_kind(at, "setl_d") || !big || big->source < 0 || !insutype || insutype->source < 0) return;
    if (guess_line_of(at->draft, "hifmi_pay") && guess_line_of(at->draft, "hifob_pay")) return;
    const struct profile_column *profile = &at->draft->source->profiles[insutype->source];
    if (!holds_value(profile, staff, &one) || !holds_value(profile, residents, &other)) return;
    struct guess_line *line = &at->draft->lines[big - at->draft->lines];
    const char *from = source_name(at, line), *when = source_name(at, insutype);
    const char *value = guess_scalar(at->arena, (struct span){other, strlen(other)});
    int source = line->source;
    line->target = (uint32_t)model_column(at->draft->kind, SPAN("hifmi_pay"));
    line->text = arena_print(at->arena, "{from: %s, when: {%s: %s}}", from, when, value);
    line->comment = TEXT("一列两用：居民是大病", "one column for two funds: serious illness of residents");
    line->basis = GUESS_BY_RULE;
    line = guess_add(at->draft, "hifob_pay",
                     arena_print(at->arena, "{from: %s, when: {%s: {not: %s}}}", from, when, value),
                     line->score, GUESS_BY_RULE,
                     TEXT("一列两用：职工是大额", "one column for two funds: large sums of employees"));
    if (line) line->source = source;
}

/* A total that the file does not carry is the sum of its parts, each column once, in the file's order. */
static void add_sum(const struct deriving *at, const char *total, const char *const *parts,
                    const char *comment) {
    bool *part = ARENA_NEW(at->arena, bool, at->draft->source->columns.count + 1);
    const char *text = "";
    uint32_t count = 0;
    if (guess_line_of(at->draft, total) || !has_target(at, total)) return;
    for (; *parts; parts++) {
        const struct guess_line *line = guess_line_of(at->draft, *parts);
        if (line && line->source >= 0) part[line->source] = true;
    }
    for (uint32_t i = 0; i < at->draft->source->columns.count && count < SUM_MAX; i++)
        if (part[i])
            text = arena_print(at->arena, "%s%s%s", text, count++ ? ", " : "",
                               guess_scalar(at->arena, at->draft->source->columns.names[i]));
    if (count > 1)
        guess_add(at->draft, total, arena_print(at->arena, "{from: [%s], sum: yes}", text), 900,
                  GUESS_BY_RULE, comment);
}

static void add_value(const struct deriving *at, const char *target, const char *value, uint32_t score,
                      const char *comment) {
    if (has_target(at, target) && !guess_line_of(at->draft, target))
        guess_add(at->draft, target, arena_print(at->arena, "{value: \"%s\"}", value), score, GUESS_BY_RULE,
                  comment);
}

/* "2020年度" in a title; 0: none. */
static unsigned year_said(const struct deriving *at) {
    struct span titles = at->draft->source->titles;
    for (size_t i = 0; i + 4 + strlen("年") <= titles.size; i++) {
        unsigned year = 0;
        size_t digits = 0;
        while (digits < 4 && titles.bytes[i + digits] >= '0' && titles.bytes[i + digits] <= '9')
            year = year * 10 + (unsigned)(titles.bytes[i + digits++] - '0');
        if (digits == 4 && year > 1990 && year < 2100 &&
            memcmp(titles.bytes + i + 4, "年", strlen("年")) == 0)
            return year;
    }
    return 0;
}

/* Which roster it is, by the words of its name and title. */
static void add_roster(const struct deriving *at) {
    static const struct {
        const char *word, *type;
    } types[] = {{"死亡", "死亡"}, {"火化", "死亡"}, {"殡葬", "死亡"}, {"服刑", "服刑"}, {"监狱", "服刑"},
                 {"转出", "转出"}, {"迁出", "转出"}, {"学生", "在校"}, {"学籍", "在校"}, {"低保", "贫困"},
                 {"贫困", "贫困"}, {"特困", "贫困"}, {"困难", "贫困"}, {"资助", "贫困"}};
    if (!is_kind(at, "psn_roster_d")) return;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (says(at, types[i].word)) {
            add_value(at, "roster_type", types[i].type, 850,
                      TEXT("名单的名称这样写", "the roster's name says so"));
            return;
        }
}

static void add_constants(const struct deriving *at) {
    bool residents = says(at, "居民") || says(at, "新农合") || says(at, "参合"), staff = says(at, "职工");
    for (uint32_t i = 0; i < at->draft->source->columns.count && !residents; i++)
        residents = guess_is_household(at->draft->source->columns.names[i]);
    if (residents && !staff)
        add_value(at, "insutype", "390", 850, TEXT("文件只有居民一种险种", "the file holds residents only"));
    if (staff && !residents)
        add_value(at, "insutype", "310", 850, TEXT("文件只有职工一种险种", "the file holds employees only"));
    if (is_kind(at, "setl_d") && says(at, "住院"))
        add_value(at, "med_type", "21", 850, TEXT("表名写的是住院", "the name says inpatient"));
    if (is_kind(at, "setl_d") && says(at, "门诊"))
        add_value(at, "med_type", "11", 850, TEXT("表名写的是门诊", "the name says outpatient"));
    if (is_kind(at, "psn_insu_d"))
        add_value(
            at, "psn_insu_stas", "1", 500,
            TEXT("没有状态列：在册即参保，请核对", "no status column: listed means enrolled, please check"));
    if (is_kind(at, "psn_info_b") && guess_line_of(at->draft, "certno"))
        add_value(at, "psn_cert_type", "01", 850,
                  TEXT("没有证件类型列，号码是居民身份证", "no type column; the numbers are citizen IDs"));
    unsigned year = year_said(at);
    if (!year || is_kind(at, "psn_insu_d") || !has_target(at, "accrym_begn")) return;
    const char *why = TEXT("标题写的年度", "the year in the title");
    add_value(at, "accrym_begn", arena_print(at->arena, "%u01", year), 850, why);
    add_value(at, "accrym_end", arena_print(at->arena, "%u12", year), 850, why);
}

/* A list by hand knows persons by their ID numbers alone. */
static void add_person(const struct deriving *at) {
    const struct guess_line *certno = guess_line_of(at->draft, "certno");
    if (!has_target(at, "src_psn_no") || guess_line_of(at->draft, "src_psn_no") || !certno ||
        certno->source < 0 || is_kind(at, "psn_roster_d"))
        return;
    guess_add(at->draft, "src_psn_no", source_name(at, certno), 700, GUESS_BY_RULE,
              TEXT("没有县人员编号列：用证件号码认人，请确认各表都这样",
                   "no person number: persons go by their ID number; make sure that all files do"));
}

/* One row, one month: the end is the beginning. */
static void add_month_end(const struct deriving *at) {
    const struct guess_line *begin = guess_line_of(at->draft, "accrym_begn");
    if (!begin || begin->source < 0 || guess_line_of(at->draft, "accrym_end")) return;
    struct guess_line *end = guess_add(at->draft, "accrym_end", begin->text, begin->score, GUESS_BY_RULE,
                                       TEXT("一行一个月，止同起", "one row is one month"));
    if (end) end->source = begin->source;
}

/* "+" and "-" in a column of their own, behind the amount that they belong to. */
static void add_sign(const struct deriving *at) {
    struct guess_draft *draft = at->draft;
    for (uint32_t i = 0; i < draft->line_count; i++) {
        struct guess_line *line = &draft->lines[i];
        uint32_t sign = (uint32_t)(line->source + 1);
        if (line->source < 0 || draft->kind->columns[line->target].type != TYPE_MONEY ||
            sign >= draft->source->columns.count)
            continue;
        const struct profile_column *profile = &draft->source->profiles[sign];
        bool signs = profile->filled > 0 && !profile->other;
        for (uint32_t v = 0; signs && v < profile->value_count; v++)
            signs = span_equal(profile_text(&profile->values[v]), SPAN("+")) ||
                    span_equal(profile_text(&profile->values[v]), SPAN("-"));
        if (!signs || draft->used[sign]) continue;
        draft->used[sign] = true;
        line->text =
            arena_print(at->arena, "{from: [%s, %s], join: \"\"}",
                        guess_scalar(at->arena, draft->source->columns.names[sign]), source_name(at, line));
        line->comment = arena_print(
            at->arena, TEXT("%s；符号在金额后一列", "%s; the sign stands behind the amount"), line->comment);
    }
}

/* What stands inside the brackets of a line's `from`. */
static const char *from_of(const struct deriving *at, const struct guess_line *line) {
    if (!line) return NULL;
    if (line->source >= 0) return source_name(at, line);
    const char *open = strchr(line->text, '['), *close = open ? strchr(open, ']') : NULL;
    return close ? arena_print(at->arena, "%.*s", (int)(close - open - 1), open + 1) : NULL;
}

static const char *together(const struct deriving *at, const char *const *targets) {
    const char *text = "";
    for (; *targets; targets++) {
        const char *from = from_of(at, guess_line_of(at->draft, *targets));
        if (from) text = arena_print(at->arena, "%s%s%s", text, *text ? ", " : "", from);
    }
    return *text ? text : NULL;
}

/* Ledgers say the fund by the account set and the city's account by the county's: one column read twice. */
static void add_ledger(const struct deriving *at) {
    static const struct {
        const char *target, *other, *map;
    } twice[] = {{"fund_set", "acct_set", "fund_set"}, {"acct_code", "src_acct_code", "account"}};
    for (size_t i = 0; i < sizeof twice / sizeof *twice; i++) {
        const struct guess_line *other = guess_line_of(at->draft, twice[i].other);
        if (!other || other->source < 0 || !has_target(at, twice[i].target)) continue;
        if (guess_line_of(at->draft, twice[i].target)) continue;
        struct guess_line *line = guess_add(
            at->draft, twice[i].target,
            arena_print(at->arena, "{from: %s, map: %s}", source_name(at, other), twice[i].map), 850,
            GUESS_BY_RULE, TEXT("同一列，按映射表转", "the same column, by the mapping table"));
        if (line) line->source = other->source;
    }
}

/* Books that give each voucher a day and no period: both are the day's. */
static void add_period(const struct deriving *at) {
    static const char *const parts[][2] = {{"acct_year", "year"}, {"acct_month", "period"}};
    const struct guess_line *day = guess_line_of(at->draft, "voucher_date");
    if (!is_kind(at, "voucher_entry_d") || !day || day->source < 0) return;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (guess_line_of(at->draft, parts[i][0])) continue;
        guess_add(
            at->draft, parts[i][0],
            arena_print(at->arena, "{from: %s, as: %s}", source_name(at, day), parts[i][1]), 700,
            GUESS_BY_RULE,
            TEXT("没有年度、期间列：取自凭证日期，请核对跨期的凭证",
                 "no such column: taken from the voucher's day; look at vouchers booked across periods"));
    }
}

/* The columns that the kind's own key names, when all of them are read. */
static const char *national_key(const struct deriving *at) {
    const char *text = "", *lacks = "";
    for (uint32_t i = 0; i < at->draft->kind->column_count; i++) {
        const struct kind_column *column = &at->draft->kind->columns[i];
        if (!(column->tags & TAG_KEY)) continue;
        const struct guess_line *line = guess_line_of(at->draft, column->name);
        const char *from = line ? from_of(at, line) : NULL;
        if (!from && line && strstr(line->text, "value:")) continue; /* a constant tells no rows apart */
        if (!from) { /* a person will write what the file lacks, often a constant */
            lacks = arena_print(at->arena, "%s%s%s", lacks, *lacks ? TEXT("、", ", ") : "", column->name);
            continue;
        }
        text = arena_print(at->arena, "%s%s%s", text, *text ? ", " : "", from);
    }
    if (*text && *lacks)
        guess_remark(
            at->draft,
            arena_print(at->arena,
                        TEXT("主键 [%s] 还缺 %s：有这样的列就加进去，没有也要确认不重复",
                             "the key [%s] lacks %s: add such columns, or make sure that it is unique"),
                        text, lacks));
    return *text ? arena_print(at->arena, "[%s]", text) : NULL;
}

/* One person may stand on several rosters: which one it is belongs to the key. */
static const char *roster_key(const struct deriving *at) {
    const struct guess_line *type = guess_line_of(at->draft, "roster_type");
    if (!is_kind(at, "psn_roster_d") || !type) return "";
    const char *from = from_of(at, type);
    return arena_print(at->arena, "%s, ", from ? from : "roster_type");
}

static void add_key(const struct deriving *at) {
    static const struct {
        const char *kind, *own;
        const char *else_of[4];
    } keys[] = {{"psn_info_b", "src_psn_no", {"certno"}},
                {"psn_insu_d", "psn_insu_rlts_id", {"src_psn_no", "insutype"}},
                {"setl_d", "setl_id", {"src_psn_no", "setl_time", "fixmedins_code"}},
                {"rsdt_psn_clct_detl_d", "rsdt_clct_detl_id", {"src_psn_no", "clct_time"}},
                {"staf_psn_clct_detl_d", "staf_clct_detl_id", {"src_psn_no", "insutype", "accrym_begn"}},
                {"emp_clct_detl_d", "emp_clct_detl_id", {"emp_no", "arvl_date"}},
                {"fixmedins_b", "fixmedins_code", {0}},
                {"insu_emp_info_b", "emp_no", {0}},
                {"psn_roster_d", "certno", {"roster_no"}},
                {"setl_fund_pay_d", "fund_pay_type", {0}}};
    struct guess_draft *draft = at->draft;
    if (draft->key) return;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!is_kind(at, keys[i].kind)) continue;
        const char *key = from_of(at, guess_line_of(draft, keys[i].own));
        if (is_kind(at, "setl_fund_pay_d"))
            key = together(at, (const char *const[]){"setl_id", "fund_pay_type", NULL});
        const struct guess_line *insutype = guess_line_of(draft, "insutype");
        if (!key && is_kind(at, "psn_insu_d") && insutype && insutype->source >= 0)
            key = together(at, (const char *const[]){"src_psn_no", "insutype", "crt_insu_date", NULL});
        if (!key) key = together(at, keys[i].else_of);
        if (key) draft->key = arena_print(at->arena, "[%s%s]", roster_key(at), key);
        bool required =
            model_find((struct span){keys[i].kind, strlen(keys[i].kind)})->columns[0].tags & TAG_REQUIRED;
        if (key && required && !guess_line_of(draft, keys[i].own) && strchr(key, ','))
            guess_add(draft, keys[i].own, arena_print(at->arena, "{from: [%s], join: \"-\"}", key), 700,
                      GUESS_BY_RULE,
                      TEXT("没有流水号，用这几列拼成；请确认拼起来不重复",
                           "no number of its own: these columns joined; check that they are unique"));
    }
    if (!draft->key) draft->key = national_key(at);
}

/* 280.00 is a whole number that says yuan. */
static bool writes_decimals(const struct profile_column *profile) {
    uint64_t with = 0, all = 0;
    for (uint32_t v = 0; v < profile->value_count; v++) {
        struct span text = profile_text(&profile->values[v]);
        all += profile->values[v].count;
        if (memchr(text.bytes, '.', text.size)) with += profile->values[v].count;
    }
    return all && with * 2 > all;
}

/* The unit that a header names behind its column, "总金额(分)", as an index into the units; -1: none. */
static const char *const units[] = {"fen", "yuan", "wanyuan"};

static int unit_named(struct span name) {
    static const char *const words[][2] = {{"(分)", "（分）"}, {"(元)", "（元）"}, {"(万元)", "（万元）"}};
    for (int unit = 0; unit < 3; unit++)
        for (int w = 0; w < 2; w++)
            if (memmem(name.bytes, name.size, words[unit][w], strlen(words[unit][w]))) return unit;
    return -1;
}

static int unit_of_line(const struct deriving *at, const struct guess_line *line) {
    bool money = at->draft->kind->columns[line->target].type == TYPE_MONEY && line->source >= 0;
    return money ? unit_named(at->draft->source->columns.names[line->source]) : -1;
}

/* What the headers of the amounts say: most of them for the file, others on their lines.  A column that says
   nothing beside some that do is what a person must look at. */
static bool head_unit(const struct deriving *at) {
    struct guess_draft *draft = at->draft;
    uint32_t says[3] = {0}, silent = 0;
    int unit = 0;
    for (uint32_t i = 0; i < draft->line_count; i++) {
        const struct guess_line *line = &draft->lines[i];
        int said = unit_of_line(at, line);
        if (said >= 0) says[said]++;
        else silent += draft->kind->columns[line->target].type == TYPE_MONEY && line->source >= 0;
    }
    for (int i = 1; i < 3; i++)
        if (says[i] > says[unit]) unit = i;
    if (!says[unit]) return false;
    draft->unit = units[unit];
    draft->unit_doubt = silent > 0;
    draft->unit_comment = silent ? TEXT("部分金额列的表头写明，其余没有写：请核对",
                                        "some headers say so, others say nothing: check")
                                 : TEXT("表头写明", "the headers say so");
    for (uint32_t i = 0; i < draft->line_count; i++) {
        struct guess_line *line = &draft->lines[i];
        int said = unit_of_line(at, line);
        if (said >= 0 && said != unit && line->text[0] != '{')
            line->text = arena_print(at->arena, "{from: %s, unit: %s}", line->text, units[said]);
    }
    return true;
}

/* Money without decimals and not in round yuan is in fen; a title may say the unit. */
static void add_unit(const struct deriving *at) {
    struct guess_draft *draft = at->draft;
    uint32_t columns = 0, whole = 0, odd = 0;
    int64_t most = 0;
    for (uint32_t i = 0; i < draft->line_count; i++) {
        const struct guess_line *line = &draft->lines[i];
        if (draft->kind->columns[line->target].type != TYPE_MONEY || line->source < 0) continue;
        const struct profile_column *profile = &draft->source->profiles[line->source];
        /* a fault or two may have decimals */
        bool integers = content_share(profile, SHAPE_INTEGER) >= 990 && !writes_decimals(profile);
        columns++;
        whole += integers;
        if (profile->shapes[SHAPE_AMOUNT] && profile->most > most) most = profile->most;
        for (uint32_t v = 0; integers && v < profile->value_count && !odd; v++) {
            struct span text = profile_text(&profile->values[v]);
            odd += text.size > 2 && memcmp(text.bytes + text.size - 2, "00", 2) != 0;
        }
    }
    if (!columns) return;
    bool large = most >= (int64_t)20000 * 1000000; /* 20,000 in the written unit */
    draft->unit = "yuan";
    draft->unit_comment = TEXT("带小数，按元", "decimals: yuan");
    if (head_unit(at)) return;
    if (says(at, "单位：万元") || says(at, "单位:万元"))
        draft->unit = "wanyuan",
        draft->unit_comment = TEXT("标题写明万元", "the title says ten thousand yuan");
    else if (says(at, "单位：元") || says(at, "单位:元"))
        draft->unit_comment = TEXT("标题写明元", "the title says yuan");
    else if (says(at, "单位：分") || (whole == columns && (odd || large)))
        draft->unit = "fen", draft->unit_doubt = true,
        draft->unit_comment =
            TEXT("全是整数，按分；单位错了两边合计都会平，请对照交接单",
                 "all whole numbers: fen; check against the slip, a wrong unit passes every sum");
    else if (whole == columns)
        draft->unit_doubt = true, draft->unit_comment = TEXT("全是整数，元还是分请核对",
                                                             "all whole numbers: yuan or fen, please check");
}

/* 110 and its kin are other insurances in a five-in-one export. */
static void see_insutype(const struct deriving *at) {
    static const char *const other[] = {"110", "120", "130",  "150",  "160",  "170",
                                        "210", "410", "养老", "失业", "工伤", NULL};
    const struct guess_line *line = guess_line_of(at->draft, "insutype");
    const char *found = "";
    if (!line || line->source < 0) return;
    const struct profile_column *profile = &at->draft->source->profiles[line->source];
    for (const char *const *code = other; *code; code++)
        for (uint32_t i = 0; i < profile->value_count; i++)
            if (span_equal(profile_text(&profile->values[i]), (struct span){*code, strlen(*code)}))
                found = arena_print(at->arena, "%s%s%s", found, *found ? "/" : "", *code);
    if (*found) {
        guess_remark(
            at->draft,
            arena_print(at->arena,
                        TEXT("%s 有 %s：非医保险种，已建议不移交(insutype.csv 里写空的目标代码)",
                             "%s holds %s: no medical insurance, proposed as not handed over (an empty "
                             "target in insutype.csv)"),
                        source_name(at, line), found));
        /* source_code, target_code empty, status, justification: a second person reviews it */
        const char *slash = strchr(found, '/');
        guess_remark(
            at->draft,
            arena_print(
                at->arena,
                TEXT("insutype.csv 每个代码一行，审核后生效，如  ,%.*s,,,,,,,,draft,非医保险种，不移交,,,,",
                     "a line for each in insutype.csv, to be reviewed:  ,%.*s,,,,,,,,draft,not medical: not "
                     "handed over,,,,"),
                slash ? (int)(slash - found) : (int)strlen(found), found));
    }
}

static void see_unused(const struct deriving *at) {
    struct guess_draft *draft = at->draft;
    const char *names = "", *missing = "";
    for (uint32_t i = 0; i < draft->source->columns.count; i++)
        if (!draft->used[i])
            names = arena_print(at->arena, "%s%s%s", names, *names ? TEXT("、", ", ") : "",
                                guess_scalar(at->arena, draft->source->columns.names[i]));
    for (uint32_t i = 0; i < draft->kind->column_count; i++) {
        const struct kind_column *column = &draft->kind->columns[i];
        if (!(column->tags & TAG_REQUIRED) || guess_line_of(draft, column->name)) continue;
        missing = arena_print(at->arena, "%s%s%s", missing, *missing ? TEXT("、", ", ") : "", column->name);
        const char *sum = column->tags & TAG_MAIN
                              ? TEXT("；是几列之和的写 {from: [甲, 乙], sum: true}",
                                     "; where it is a sum, write {from: [A, B], sum: true}")
                              : "";
        guess_add(draft, column->name, "{value: \"\"}", 0, GUESS_BY_RULE,
                  arena_print(at->arena,
                              TEXT("%s；必填，文件里没有找到：不改每行都会退回%s",
                                   "%s; required and not found: every row would be rejected%s"),
                              column->label, sum));
    }
    if (!draft->key && draft->source->columns.count) {
        draft->key = arena_print(at->arena, "[%s]", guess_scalar(at->arena, draft->source->columns.names[0]));
        guess_remark(draft,
                     arena_print(at->arena,
                                 TEXT("主键 %s 只是第一列：请写能认出每一行的列",
                                      "the key %s is only the first column: write what tells rows apart"),
                                 draft->key));
    }
    bool certain = draft->profile != NULL;
    for (uint32_t i = 0; i < draft->line_count; i++)
        certain |= draft->lines[i].source >= 0 && draft->lines[i].score >= GUESS_CERTAIN;
    if (!certain)
        guess_remark(
            draft, TEXT("没有一列有把握，数据类别也可能不对；知道的话用 --kind 指明",
                        "not one column is certain and the kind may be wrong; say --kind when you know it"));
    if (*missing)
        guess_remark(
            draft,
            arena_print(at->arena, TEXT("缺必填列：%s，补上才能用", "required and not found: %s"), missing));
    if (is_kind(at, "setl_d") && !guess_line_of(draft, "insutype"))
        guess_remark(
            draft,
            TEXT("没有险种列：全是一种的写 insutype: {value: \"390\"}；没有险种的结算分不到基金",
                 "no insurance: where all are of one, write insutype: {value: \"390\"}; settlements without "
                 "one reach no fund"));
    if (*names)
        guess_remark(
            draft,
            arena_print(at->arena,
                        TEXT("没有用到的源列：%s；这份文件另外还装着别的数据(如人员和参保在一张表里)时，"
                             "用 --kind 再起草一份",
                             "source columns not used: %s; where the file holds another kind of data beside "
                             "this one (persons and their enrollment), --kind drafts a second spec"),
                        names));
}

void guess_derive(struct guess_draft *draft, struct arena *arena) {
    struct deriving at = {draft, arena};
    static const char *const funds[] = {"hifp_pay",    "hifmi_pay", "hifob_pay",   "maf_pay",
                                        "cvlserv_pay", "hifes_pay", "othfund_pay", NULL};
    static const char *const persons[] = {"acct_pay", "acct_mulaid_pay", "cash_payamt", NULL};
    static const char *const employees[] = {"emp_clct_amt", "psn_clct_amt", NULL};
    static const char *const residents[] = {"psn_clct_amt", "finsubs_amt", "oth_clct_amt", NULL};
    draft->match = draft->source->match ? draft->source->match : guess_pattern(draft->source, arena);
    if (!draft->profile) {
        split_big_sum(&at);
        add_sum(&at, "fund_pay_sumamt", funds, TEXT("各基金之和", "the sum of the funds"));
        add_sum(&at, "psn_pay", persons, TEXT("个人负担各项之和", "the sum of what the person paid"));
        add_sum(&at, "clct_sumamt", is_kind(&at, "rsdt_psn_clct_detl_d") ? residents : employees,
                TEXT("各部分缴费之和", "the sum of what was paid in"));
        add_constants(&at);
        add_roster(&at);
        add_person(&at);
        add_month_end(&at);
        add_sign(&at);
        add_ledger(&at);
        add_period(&at);
    }
    add_key(&at);
    add_unit(&at);
    const struct guess_line *division =
        is_kind(&at, "psn_insu_d") ? guess_line_of(draft, "insu_admdvs") : NULL;
    if (division && division->source >= 0) draft->county_column = source_name(&at, division);
    see_insutype(&at);
    see_unused(&at);
}
