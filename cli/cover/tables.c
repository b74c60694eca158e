/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The three tables that say how cover is judged, into the transaction that judges it. */
#include "cli/cover/cover.h"
#include "core/decimal.h"
#include "core/language.h"
#include "core/shipped.h"
#include "transform/cover/expression.h"
#include "transform/row/csv.h"
#include <stdio.h>
#include <unistd.h>

enum { TABLE_BYTES_MAX = 4 << 20, KEEP_RULES_MAX = 500, CHOOSE_BYTES = 1 << 20 };

static const struct fact facts[] = {
    {"kind", FACT_TEXT, "重复类型"},
    {"family", FACT_TEXT, "甲方险种大类"},
    {"insutype_a", FACT_TEXT, "甲方险种"},
    {"insutype_b", FACT_TEXT, "乙方险种"},
    {"county_a", FACT_TEXT, "甲方县"},
    {"county_b", FACT_TEXT, "乙方县"},
    {"work", FACT_TEXT, "两边单位所在的县"},
    {"employee_months", FACT_NUMBER, "职工连续参保月数"},
    {"overlap_months", FACT_NUMBER, "重叠月数"},
    {"student", FACT_YES_NO, "学生"},
    {"flexible", FACT_YES_NO, "灵活就业"},
    {"retired", FACT_YES_NO, "退休"},
    {"subsidised", FACT_YES_NO, "资助参保"},
    {"subsidised_a", FACT_YES_NO, "甲方按资助缴费"},
    {"subsidised_b", FACT_YES_NO, "乙方按资助缴费"},
    {"deceased", FACT_YES_NO, "已死亡"},
    {"imprisoned", FACT_YES_NO, "重叠期内服刑"},
    {"moved_out", FACT_YES_NO, "重叠期内已转出"},
    {"claims_a", FACT_NUMBER, "甲方重叠期内待遇笔数"},
    {"claims_b", FACT_NUMBER, "乙方重叠期内待遇笔数"},
};
const struct fact *const cover_facts = facts;
const uint32_t cover_fact_count = sizeof facts / sizeof *facts;

bool cover_table(const struct city *city, const char *name, struct arena *arena, struct cover_table *table,
                 struct error *error) {
    if (!city_or_shipped(city->directory, arena_print(arena, "mappings/cover/%s.csv", name), TABLE_BYTES_MAX,
                         arena, &table->path, &table->text, error))
        return false;
    sha256_text(table->text, table->sha256);
    return true;
}

/* A table being read: its header says where each wanted column is. */
struct reader {
    struct csv csv;
    const struct cover_table *table;
    struct arena *arena;
    uint32_t wanted;
    uint32_t places[CSV_CELLS];
    struct span cells[CSV_CELLS];
    uint32_t cell_count;
    struct error *error;
};

static bool wrong(struct reader *reader, uint32_t column, const char *sentence) {
    reader->error->at = (struct place){
        .source = reader->table->path, .row = reader->csv.line, .column = reader->places[column] + 1};
    return error_code(reader->error, TROUBLE_USAGE, NULL, "%s", sentence);
}

/* The first `required` of the columns must be there. */
static bool reader_open(struct reader *reader, const char *const *columns, uint32_t count,
                        uint32_t required) {
    reader->csv = (struct csv){.text = reader->table->text};
    reader->wanted = count;
    reader->cell_count = csv_next(&reader->csv, reader->cells, reader->arena);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = 0;
        while (at < reader->cell_count &&
               !(reader->cells[at].size == strlen(columns[i]) &&
                 memcmp(reader->cells[at].bytes, columns[i], reader->cells[at].size) == 0))
            at++;
        reader->places[i] = at;
        if (at < reader->cell_count) continue;
        if (i >= required) reader->places[i] = UINT32_MAX;
        if (i >= required) continue;
        reader->error->at = (struct place){.source = reader->table->path, .row = 1};
        return error_code(reader->error, TROUBLE_USAGE, NULL, TEXT("缺少列 %s", "no column %s"), columns[i]);
    }
    return true;
}

static bool reader_next(struct reader *reader, bool *more) {
    reader->cell_count = csv_next(&reader->csv, reader->cells, reader->arena);
    *more = reader->cell_count > 0;
    if (reader->csv.broken)
        return wrong(reader, 0,
                     TEXT("引号没有闭合，或列太多", "a quote is never closed, or too many columns"));
    return true;
}

static struct span cell(const struct reader *reader, uint32_t column) {
    uint32_t at = reader->places[column];
    return at < reader->cell_count ? reader->cells[at] : (struct span){"", 0};
}
static const char *text(const struct reader *reader, uint32_t column) {
    struct span span = cell(reader, column);
    return arena_print(reader->arena, "%.*s", (int)span.size, span.bytes);
}
static bool one_of(const char *value, const char *const *words) {
    for (size_t i = 0; words[i]; i++)
        if (strcmp(value, words[i]) == 0) return true;
    return false;
}

static bool read_schemes(struct covering *at, struct reader *reader) {
    static const char *const columns[] = {"insutype", "family", "unit", "statuses", "exempt", "newborn"};
    static const char *const families[] = {"employee", "resident", NULL},
                             *const units[] = {"month", "year", NULL},
                             *const exempt[] = {"", "retired", NULL}, *const newborn[] = {"", "birth", NULL};
    if (!session_run(at->session, "DELETE FROM cover.scheme", reader->error) ||
        !reader_open(reader, columns, 6, 6))
        return false;
    for (bool more = true;;) {
        if (!reader_next(reader, &more)) return false;
        if (!more) return true;
        const char *arguments[6];
        for (uint32_t i = 0; i < 6; i++) arguments[i] = text(reader, i);
        if (!one_of(arguments[1], families))
            return wrong(reader, 1,
                         TEXT("family 应是 employee 或 resident", "family is employee or resident"));
        if (!one_of(arguments[2], units))
            return wrong(reader, 2, TEXT("unit 应是 month 或 year", "unit is month or year"));
        if (!*arguments[3])
            return wrong(reader, 3, TEXT("要写明哪些状态算数", "which states count must be said"));
        if (!one_of(arguments[4], exempt))
            return wrong(reader, 4, TEXT("exempt 应空着或写 retired", "exempt is empty or retired"));
        if (!one_of(arguments[5], newborn))
            return wrong(reader, 5, TEXT("newborn 应空着或写 birth", "newborn is empty or birth"));
        int64_t rows = 0;
        if (!session_tell(at->session,
                          "INSERT INTO cover.scheme VALUES ($1, $2, $3, string_to_array($4, '|'), $5, $6)"
                          " ON CONFLICT DO NOTHING",
                          6, arguments, &rows, reader->error))
            return false;
        if (!rows) return wrong(reader, 0, TEXT("险种写了两次", "the scheme stands twice"));
    }
}

/* Both ends of validity, `first` being the column of the beginning; an empty day is none. */
static bool check_days(struct reader *reader, uint32_t first) {
    for (uint32_t i = first; i < first + 2; i++) {
        unsigned year, month, day;
        char tail;
        const char *days = text(reader, i);
        if (*days && (strlen(days) != 10 || sscanf(days, "%4u-%2u-%2u%c", &year, &month, &day, &tail) != 3))
            return wrong(reader, i, TEXT("日期应写作 2021-01-01", "the date is written 2021-01-01"));
    }
    return true;
}

static bool check_county(struct reader *reader, uint32_t column) {
    for (const char *c = text(reader, column); *c; c++)
        if (*c < '0' || *c > '9')
            return wrong(reader, column, TEXT("县应写六位区划代码", "the county is its six-digit code"));
    return true;
}

static bool check_exempt(struct reader *reader) {
    static const char *const who[] = {"roster", "identity", NULL};
    if (!*text(reader, 0)) return wrong(reader, 0, TEXT("要写明险种", "which scheme must be said"));
    if (!one_of(text(reader, 1), who))
        return wrong(reader, 1,
                     TEXT("who 应是 roster(资助名单)或 identity(参保身份)",
                          "who is roster (of the aided) or identity (insu_idet)"));
    if (!*text(reader, 2) && strcmp(text(reader, 1), "identity") == 0)
        return wrong(reader, 2, TEXT("要写明哪些参保身份", "which identities must be said"));
    if (!*text(reader, 3)) return wrong(reader, 3, TEXT("要写明从哪天起", "from which day on must be said"));
    return check_days(reader, 3) && check_county(reader, 5);
}

static bool read_exempt(struct covering *at, struct reader *reader) {
    static const char *const columns[] = {"insutype",    "who",    "class", "valid_from",
                                          "valid_until", "county", "basis"};
    if (!session_run(at->session, "DELETE FROM cover.exempt", reader->error) ||
        !reader_open(reader, columns, 7, 7))
        return false;
    for (bool more = true;;) {
        if (!reader_next(reader, &more)) return false;
        if (!more) return true;
        if (!check_exempt(reader)) return false;
        const char *arguments[7] = {arena_print(at->arena, "%u", reader->csv.line)};
        for (uint32_t i = 0; i < 6; i++) arguments[i + 1] = text(reader, i);
        if (!session_tell(at->session,
                          "INSERT INTO cover.exempt VALUES ($1::int, $2, $3, CASE $4 WHEN '' THEN '{}' ELSE"
                          " string_to_array($4, '|') END, $5::date, nullif($6, '')::date, $7)",
                          7, arguments, NULL, reader->error))
            return false;
    }
}

static bool read_rates(struct covering *at, struct reader *reader) {
    static const char *const columns[] = {"insutype", "year", "county",   "central",
                                          "province", "city", "district", "proration"};
    static const char *const prorations[] = {"", "year", "month", NULL};
    if (!session_run(
            at->session,
            "CREATE TEMP TABLE rate (insutype text, year int, county text, central bigint, province bigint,"
            " city bigint, district bigint, whole bigint GENERATED ALWAYS AS (central + province + city +"
            " district) STORED, proration text, line text, PRIMARY KEY (insutype, year, county)) ON COMMIT "
            "DROP",
            reader->error) ||
        !reader_open(reader, columns, 8, 7))
        return false;
    for (bool more = true;;) {
        if (!reader_next(reader, &more)) return false;
        if (!more) return true;
        const char *arguments[9];
        for (uint32_t i = 0; i < 7; i++) {
            int64_t number = 0;
            arguments[i] = text(reader, i);
            bool number_column = i == 1 || i >= 3;
            if (number_column && decimal_read(cell(reader, i), 0, &number) != DECIMAL_OK)
                return wrong(reader, i,
                             i == 1 ? TEXT("年份应是四位数字", "the year is four digits")
                                    : TEXT("金额应是整数，单位分", "the amount is a whole number of fen"));
        }
        arguments[7] = text(reader, 7);
        if (!one_of(arguments[7], prorations))
            return wrong(reader, 7,
                         TEXT("proration 应是 year(按年整笔)或 month(按月折算)",
                              "proration is year (whole) or month (by month)"));
        arguments[8] = arena_print(at->arena, "%s:%u", reader->table->path, reader->csv.line);
        int64_t rows = 0;
        if (!session_tell(
                at->session,
                "INSERT INTO pg_temp.rate VALUES ($1, $2::int, $3, $4::bigint, $5::bigint, $6::bigint,"
                " $7::bigint, DEFAULT, $8, $9) ON CONFLICT DO NOTHING",
                9, arguments, &rows, reader->error))
            return false;
        if (!rows)
            return wrong(reader, 0,
                         TEXT("同一险种、年份和县写了两次", "this scheme, year and county stand twice"));
    }
}

enum keep_column {
    KEEP_RULE,
    KEEP_WHEN,
    KEEP_KEEP,
    KEEP_EFFECT,
    KEEP_ASK,
    KEEP_DOCUMENT,
    KEEP_REFUND,
    KEEP_OVER,
    KEEP_FROM,
    KEEP_UNTIL,
    KEEP_COUNTY,
    KEEP_BASIS,
    KEEP_COLUMNS
};

/* The rule's whole condition: in force on the first day of the overlap, for this county, and what it says. */
static bool rule_condition(struct reader *reader, const char **condition) {
    const char *own, *from = text(reader, KEEP_FROM), *until = text(reader, KEEP_UNTIL);
    struct error *error = reader->error;
    if (!expression_compile(cell(reader, KEEP_WHEN), facts, cover_fact_count, reader->arena, &own, error)) {
        uint32_t byte = error->at.column;
        error->at = (struct place){.source = reader->table->path,
                                   .row = reader->csv.line,
                                   .column = reader->places[KEEP_WHEN] + 1,
                                   .byte = byte};
        return false;
    }
    const char *county = text(reader, KEEP_COUNTY);
    if (!check_county(reader, KEEP_COUNTY) || !check_days(reader, KEEP_FROM)) return false;
    *condition =
        arena_print(reader->arena, "(%s)%s%s%s%s%s%s%s%s%s", own,
                    *from ? " AND lower(range_merge(f.overlap)) >= '" : "", from, *from ? "'::date" : "",
                    *until ? " AND lower(range_merge(f.overlap)) < '" : "", until, *until ? "'::date" : "",
                    *county ? " AND '" : "", county, *county ? "' IN (f.county_a, f.county_b)" : "");
    return true;
}

static bool check_rule(struct reader *reader) {
    static const char *const keeps[] = {"a",      "b",    "employee", "resident", "latest_paid", "residence",
                                        "school", "work", "none",     "review",   NULL},
                             *const effects[] = {"suspend", "stop", "review", NULL},
                             *const yes_no[] = {"yes", "no", NULL},
                             *const refunds[] = {"none", "unused", NULL};
    int64_t yuan;
    if (!*text(reader, KEEP_RULE))
        return wrong(reader, KEEP_RULE, TEXT("规则要有名字", "the rule needs a name"));
    if (!one_of(text(reader, KEEP_KEEP), keeps))
        return wrong(
            reader, KEEP_KEEP,
            TEXT("keep 应是 employee、resident、latest_paid、residence、school、work、a、b、none 或 review",
                 "keep is employee, resident, latest_paid, residence, school, work, a, b, none or review"));
    if (!one_of(text(reader, KEEP_EFFECT), effects))
        return wrong(reader, KEEP_EFFECT,
                     TEXT("effect 应是 suspend、stop 或 review", "effect is suspend, stop or review"));
    if (!one_of(text(reader, KEEP_ASK), yes_no))
        return wrong(reader, KEEP_ASK, TEXT("应写 yes 或 no", "yes or no"));
    if (!one_of(text(reader, KEEP_DOCUMENT), yes_no))
        return wrong(reader, KEEP_DOCUMENT, TEXT("应写 yes 或 no", "yes or no"));
    if (!one_of(text(reader, KEEP_REFUND), refunds))
        return wrong(reader, KEEP_REFUND, TEXT("refund 应是 none 或 unused", "refund is none or unused"));
    if (decimal_read(cell(reader, KEEP_OVER), 2, &yuan) != DECIMAL_OK)
        return wrong(reader, KEEP_OVER,
                     TEXT("超过多少元要第二人批准：应是数字",
                          "over how many yuan a second person approves: a number"));
    return true;
}

static bool read_keep(struct covering *at, struct reader *reader, const char **choose) {
    static const char *const columns[] = {"rule",       "when",        "keep",   "effect",
                                          "ask_person", "document",    "refund", "approve_over",
                                          "valid_from", "valid_until", "county", "basis"};
    if (!session_run(
            at->session,
            "CREATE TEMP TABLE keep (number int PRIMARY KEY, line int, rule text UNIQUE, keep text, effect "
            "text,"
            " ask_person boolean, document boolean, refund text, approve_over_fen bigint, basis text) ON "
            "COMMIT DROP",
            reader->error) ||
        !reader_open(reader, columns, KEEP_COLUMNS, KEEP_COLUMNS))
        return false;
    const char *all = "CASE";
    uint32_t number = 0;
    for (bool more = true;;) {
        const char *condition = NULL;
        if (!reader_next(reader, &more)) return false;
        if (!more) break;
        if (!check_rule(reader) || !rule_condition(reader, &condition)) return false;
        if (++number > KEEP_RULES_MAX || strlen(all) + strlen(condition) > CHOOSE_BYTES)
            return wrong(reader, KEEP_RULE, TEXT("规则太多", "too many rules"));
        all = arena_print(at->arena, "%s WHEN %s THEN %u", all, condition, number);
        int64_t over = 0;
        decimal_read(cell(reader, KEEP_OVER), 2, &over); /* checked above */
        const char *arguments[10] = {arena_print(at->arena, "%u", number),
                                     arena_print(at->arena, "%u", reader->csv.line),
                                     text(reader, KEEP_RULE),
                                     text(reader, KEEP_KEEP),
                                     text(reader, KEEP_EFFECT),
                                     text(reader, KEEP_ASK),
                                     text(reader, KEEP_DOCUMENT),
                                     text(reader, KEEP_REFUND),
                                     arena_print(at->arena, "%jd", (intmax_t)over),
                                     text(reader, KEEP_BASIS)};
        int64_t rows = 0;
        if (!session_tell(
                at->session,
                "INSERT INTO pg_temp.keep VALUES ($1::int, $2::int, $3, $4, $5, $6 = 'yes', $7 = 'yes', $8,"
                " $9::bigint, $10) ON CONFLICT DO NOTHING",
                10, arguments, &rows, reader->error))
            return false;
        if (!rows) return wrong(reader, KEEP_RULE, TEXT("规则名写了两次", "the rule's name stands twice"));
    }
    *choose = number ? arena_print(at->arena, "%s END", all) : "NULL::int";
    return true;
}

bool cover_rules(struct covering *at, struct cover_rules *rules, struct error *error) {
    if (!cover_table(&at->city, "schemes", at->arena, &rules->schemes, error) ||
        !cover_table(&at->city, "keep", at->arena, &rules->keep, error) ||
        !cover_table(&at->city, "rates", at->arena, &rules->rates, error) ||
        !cover_table(&at->city, "exempt", at->arena, &rules->exempt, error))
        return false;
    struct reader exempt = {.table = &rules->exempt, .arena = at->arena, .error = error};
    struct reader schemes = {.table = &rules->schemes, .arena = at->arena, .error = error},
                  rates = {.table = &rules->rates, .arena = at->arena, .error = error},
                  keep = {.table = &rules->keep, .arena = at->arena, .error = error};
    return read_schemes(at, &schemes) && read_exempt(at, &exempt) && read_rates(at, &rates) &&
           read_keep(at, &keep, &rules->choose);
}

bool cover_schemes(struct covering *at, struct error *error) {
    struct cover_table schemes, exempt;
    struct reader first = {.table = &schemes, .arena = at->arena, .error = error},
                  second = {.table = &exempt, .arena = at->arena, .error = error};
    return cover_table(&at->city, "schemes", at->arena, &schemes, error) && read_schemes(at, &first) &&
           cover_table(&at->city, "exempt", at->arena, &exempt, error) && read_exempt(at, &second);
}
