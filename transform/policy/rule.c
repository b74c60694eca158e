/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/rule.h"
#include "core/decimal.h"
#include "core/language.h"
#include "core/setting.h"
#include "transform/row/csv.h"
#include "transform/row/date.h"
#include <stdio.h>

const char *const rule_columns[RULE_COLUMNS] = {"plan",         "param",       "insutype", "hosp_lv_group",
                                                "person_class", "nth",         "basis",    "band_from_fen",
                                                "band_to_fen",  "mode",        "value",    "unit",
                                                "valid_from",   "valid_until", "evidence", "source"};

enum { WORDS_BYTES = 256, NTH_LIMIT = 8 };

/* One row while it is read: where its cells stand in the file, and what to say of a bad one. */
struct reading {
    struct policy_rules *rules;
    const char *path;
    uint32_t line;
    const uint32_t *places; /* [RULE_COLUMNS] position of each column in the file, from 1 */
    struct span cells[RULE_COLUMNS];
    struct error *error;
};

static bool wrong(const struct reading *at, enum rule_column column, const char *why) {
    at->error->at = (struct place){.source = at->path, .row = at->line, .column = at->places[column]};
    return error_code(at->error, TROUBLE_USAGE, NULL, TEXT("%s 列「%.*s」：%s", "%s \"%.*s\": %s"),
                      rule_columns[column], (int)at->cells[column].size, at->cells[column].bytes, why);
}

/* The header may have its columns in any order; all but source and evidence's neighbours are needed. */
static bool read_header(struct csv *csv, struct reading *at, uint32_t *places) {
    struct span cells[CSV_CELLS];
    uint32_t count = csv_next(csv, cells, at->rules->arena);
    for (uint32_t column = 0; column < RULE_COLUMNS; column++) {
        uint32_t place = 0;
        while (place < count &&
               !span_equal(cells[place], (struct span){rule_columns[column], strlen(rule_columns[column])}))
            place++;
        places[column] = place + 1;
        if (place < count) continue;
        at->error->at = (struct place){.source = at->path, .row = 1};
        return error_code(at->error, TROUBLE_USAGE, NULL,
                          TEXT("表头缺少「%s」列", "the header lacks the column \"%s\""),
                          rule_columns[column]);
    }
    return true;
}

static bool known_word(const char *words, struct span word) {
    char padded[WORDS_BYTES];
    if (!words || word.size + 3 > sizeof padded) return !words;
    snprintf(padded, sizeof padded, " %.*s ", (int)word.size, word.bytes);
    return strstr(words, padded) != NULL;
}

static const struct policy_param *find_param(struct span name) {
    for (const struct policy_param *param = policy_params; param->name; param++)
        if (span_equal(name, (struct span){param->name, strlen(param->name)})) return param;
    return NULL;
}

static bool unknown_param(const struct reading *at) {
    const char *near = NULL;
    unsigned nearest = 4;
    for (const struct policy_param *param = policy_params; param->name; param++) {
        unsigned distance =
            setting_distance(at->cells[RULE_PARAM], (struct span){param->name, strlen(param->name)}, nearest);
        if (distance < nearest) nearest = distance, near = param->name;
    }
    char why[WORDS_BYTES];
    snprintf(why, sizeof why, TEXT("没有这个参数%s%s", "no such parameter%s%s"),
             near ? TEXT("，是不是 ", "; did you mean ") : "", near ? near : "");
    return wrong(at, RULE_PARAM, why);
}

/* fen, yuan, bp and % are two ways to write the same; everything else is a plain whole number. */
static bool read_value(const struct reading *at, struct policy_rule *rule) {
    struct span unit = at->cells[RULE_UNIT], value = at->cells[RULE_VALUE];
    bool yuan = span_equal(unit, SPAN("yuan")) || span_equal(unit, SPAN("元"));
    bool percent = span_equal(unit, SPAN("%"));
    struct span plain = yuan ? SPAN("fen") : percent ? SPAN("bp") : unit;
    if (value.size == 0) {
        if (unit.size) return wrong(at, RULE_VALUE, TEXT("写了单位，没有数", "a unit without a value"));
        return known_word(rule->param->units, (struct span){"", 0}) || rule->mode.size ||
               wrong(at, RULE_VALUE, TEXT("这个参数要有数", "this parameter needs a value"));
    }
    if (!known_word(rule->param->units, plain) || plain.size == 0)
        return wrong(at, RULE_UNIT, TEXT("这个参数不用这个单位", "not a unit of this parameter"));
    if (decimal_read(value, yuan || percent ? 2 : 0, &rule->value) != DECIMAL_OK)
        return wrong(at, RULE_VALUE,
                     yuan || percent ? TEXT("不是最多两位小数的数", "not a number of at most two decimals")
                                     : TEXT("不是整数", "not a whole number"));
    if (rule->value < 0) return wrong(at, RULE_VALUE, TEXT("不能是负数", "must not be negative"));
    rule->money = span_equal(plain, SPAN("fen"));
    rule->has_value = true;
    return true;
}

static bool read_band(const struct reading *at, struct policy_rule *rule) {
    struct span from = at->cells[RULE_BAND_FROM], to = at->cells[RULE_BAND_TO];
    rule->band = from.size > 0 || to.size > 0;
    if (!rule->band) return true;
    rule->to = INT64_MAX;
    if (decimal_read(from, 0, &rule->from) != DECIMAL_OK || rule->from < 0)
        return wrong(at, RULE_BAND_FROM,
                     TEXT("段的下限要是不小于 0 的整数(分)", "a band begins at whole fen, 0 or more"));
    if (to.size && (decimal_read(to, 0, &rule->to) != DECIMAL_OK || rule->to <= rule->from))
        return wrong(at, RULE_BAND_TO,
                     TEXT("段的上限要是大于下限的整数(分)，空表示不封顶",
                          "a band ends above where it begins, in whole fen; empty: no end"));
    return true;
}

static bool read_day(const struct reading *at, enum rule_column column, int32_t none, int32_t *day) {
    *day = none;
    if (at->cells[column].size == 0) return true;
    return date_read(at->cells[column], at->rules->arena, day) == DATE_OK ||
           wrong(at, column, TEXT("不是日期(年-月-日)", "not a date (yyyy-mm-dd)"));
}

static bool read_rest(const struct reading *at, struct policy_rule *rule) {
    int64_t nth = 0;
    static const char bases[] = "  per_stay per_year per_visit per_month per_day ";
    if (!known_word(bases, rule->basis))
        return wrong(at, RULE_BASIS,
                     TEXT("只能是 per_stay per_year per_visit per_month per_day 或空",
                          "is per_stay, per_year, per_visit, per_month, per_day or empty"));
    if (!known_word(rule->param->modes, rule->mode))
        return wrong(at, RULE_MODE, TEXT("这个参数没有这种算法", "not a mode of this parameter"));
    if (at->cells[RULE_NTH].size &&
        (decimal_read(at->cells[RULE_NTH], 0, &nth) != DECIMAL_OK || nth < 1 || nth > NTH_LIMIT))
        return wrong(at, RULE_NTH, TEXT("是 1 到 8 的整数或空", "is a whole number from 1 to 8, or empty"));
    rule->nth = (uint32_t)nth;
    if (!read_value(at, rule) || !read_band(at, rule) || !read_day(at, RULE_FROM, INT32_MIN, &rule->since) ||
        !read_day(at, RULE_UNTIL, INT32_MAX, &rule->until))
        return false;
    return rule->since < rule->until ||
           wrong(at, RULE_UNTIL, TEXT("止日要晚于起日", "valid_until must be after valid_from"));
}

static bool read_row(struct reading *at) {
    struct policy_rules *rules = at->rules;
    struct policy_rule *rule = ARENA_NEW(rules->arena, struct policy_rule, 1);
    *rule = (struct policy_rule){.plan = at->cells[RULE_PLAN],
                                 .insutype = at->cells[RULE_INSUTYPE],
                                 .level = at->cells[RULE_LEVEL],
                                 .person_class = at->cells[RULE_CLASS],
                                 .basis = at->cells[RULE_BASIS],
                                 .mode = at->cells[RULE_MODE],
                                 .evidence = at->cells[RULE_EVIDENCE],
                                 .source = at->cells[RULE_SOURCE],
                                 .path = at->path,
                                 .line = at->line,
                                 .columns = at->places,
                                 .param = find_param(at->cells[RULE_PARAM])};
    if (!rule->plan.size) return wrong(at, RULE_PLAN, TEXT("要写明是哪个方案", "which plan?"));
    if (!rule->param) return unknown_param(at);
    if (!read_rest(at, rule)) return false;
    if (rules->row_count == RULES_MAX) return wrong(at, RULE_PLAN, TEXT("规则太多", "too many rules"));
    if (rules->row_count == rules->capacity) {
        uint32_t capacity = rules->capacity ? rules->capacity * 2 : 256;
        struct policy_rule **rows = ARENA_NEW(rules->arena, struct policy_rule *, capacity);
        if (rules->row_count) memcpy(rows, rules->rows, rules->row_count * sizeof(*rows));
        rules->rows = rows;
        rules->capacity = capacity;
    }
    rules->rows[rules->row_count++] = rule;
    return true;
}

bool rule_read(struct policy_rules *rules, struct span text, const char *path, enum rule_level where,
               struct error *error) {
    struct csv csv = {.text = text};
    struct span cells[CSV_CELLS];
    uint32_t *places = ARENA_NEW(rules->arena, uint32_t, RULE_COLUMNS), first = rules->row_count;
    struct reading at = {.rules = rules, .path = path, .places = places, .error = error};
    if (!read_header(&csv, &at, places)) return false;
    for (uint32_t count; (count = csv_next(&csv, cells, rules->arena)) > 0;) {
        at.line = csv.line;
        for (uint32_t column = 0; column < RULE_COLUMNS; column++)
            at.cells[column] = places[column] <= count ? cells[places[column] - 1] : (struct span){"", 0};
        if (!read_row(&at)) return false;
    }
    for (uint32_t i = first; i < rules->row_count; i++) rules->rows[i]->where = where;
    if (!csv.broken) return true;
    error->at = (struct place){.source = path, .row = csv.line};
    return error_code(error, TROUBLE_USAGE, NULL,
                      TEXT("引号没有收尾，或列数超过 %d", "a quote is never closed, or more than %d columns"),
                      CSV_CELLS);
}

/* About the same thing: the whole of it is replaced, since bands or turns of two authors do not mix. */
static bool same_thing(const struct policy_rule *a, const struct policy_rule *b) {
    return a->param == b->param && span_equal(a->plan, b->plan) && span_equal(a->insutype, b->insutype) &&
           span_equal(a->level, b->level) && span_equal(a->person_class, b->person_class) &&
           span_equal(a->basis, b->basis);
}

void rule_overlay(struct policy_rules *rules) {
    for (uint32_t i = 0; i < rules->row_count; i++) {
        struct policy_rule *rule = rules->rows[i];
        for (uint32_t j = 0; rule->where == RULE_SHIPPED && !rule->replaced && j < rules->row_count; j++)
            rule->replaced = rules->rows[j]->where == RULE_CITY && same_thing(rules->rows[j], rule);
    }
}

void rule_withdraw(struct policy_rules *rules, struct span plan) {
    for (uint32_t i = 0; i < rules->row_count; i++)
        rules->rows[i]->replaced |= span_equal(rules->rows[i]->plan, plan);
}

bool rule_is(const struct policy_rule *rule, const char *param) {
    return strcmp(rule->param->name, param) == 0;
}

bool rule_meets(const struct policy_rule *a, const struct policy_rule *b) {
    return a->since < b->until && b->since < a->until;
}

const char *rule_day(int32_t day, char text[16]) {
    if (day == INT32_MIN || day == INT32_MAX) return "";
    text[date_write(day, text)] = '\0';
    return text;
}
