/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/ledger_lint.h"
#include "cli/map/file.h"
#include "cli/reference.h"
#include "core/language.h"
#include "core/shipped.h"
#include "transform/row/csv.h"
#include "transform/row/date.h"

enum { FAULTS_MAX = 200, KEYS = 4, WORDS = 5 };

/* What a table's rows are known by beside their first day, and the columns that take certain words only. */
struct sort {
    const char *name, *keys[KEYS];
    struct {
        const char *column, *words; /* "|a|b|": one of these; "||" in it: or nothing */
    } words[WORDS];
};

static const struct sort sorts[] = {
    {"chart_of_accounts",
     {"chart_set", "code"},
     {{"class", "|资产|负债|净资产|收入|支出|"},
      {"normal_balance", "|借|贷|"},
      {"close_rule", "||full|by_detail|by_ratio|"}}},
    {"settlement_routing",
     {"fund_column", "insutype", "condition_values"},
     {{"fund_column",
       "|acct_mulaid_pay|acct_pay|cvlserv_pay|hifdm_pay|hifes_pay|hifmi_pay|hifob_pay|hifp_pay|"
       "maf_pay|othfund_pay|"},
      {"condition_column", "||med_type|fund_pay_type|"}}},
    {"account_split", {"chart_set", "code"}, {{"basis", "|settlement|"}}},
    {"statement_lines",
     {"form", "chart_set", "line"},
     {{"sign", "||+|-|"},
      {"measure", "|income|expense|debit_balance|credit_balance|credit_opening|months|"}}},
    {"check_windows",
     {"check_code", "part"},
     {{"check_code", "|e8|e9|e9_transfer|"}, {"part", "|last_days|pair|transit|"}}},
};
enum { SORTS = sizeof sorts / sizeof *sorts };
const char *const ledger_tables[] = {"chart_of_accounts", "settlement_routing", "account_split",
                                     "statement_lines",   "check_windows",      NULL};

struct line {
    const char *path;
    uint32_t number;
    bool own, replaced;
    int32_t from, until; /* half-open; until: also where the next row of the same key begins */
    struct span *cells;  /* [columns of the table] */
    struct span key;
    uint8_t *places; /* [columns of the table] where the file has them, from 1 */
};

struct table {
    const struct sort *sort;
    uint32_t column_count, count, capacity;
    struct span columns[CSV_CELLS];
    struct line *lines; /* [count] */
};

struct linting {
    const struct city *city;
    struct arena *arena;
    struct ledger_faults *faults;
    struct error *list;
    struct table tables[SORTS];
};

static struct error *fault(struct linting *at) {
    return at->faults->count < FAULTS_MAX ? &at->list[at->faults->count++] : NULL;
}

static int column_of(const struct table *table, const char *name) {
    for (uint32_t i = 0; name && i < table->column_count; i++)
        if (table->columns[i].size == strlen(name) &&
            memcmp(table->columns[i].bytes, name, strlen(name)) == 0)
            return (int)i;
    return -1;
}

static struct span cell(const struct table *table, const struct line *line, const char *name) {
    int column = column_of(table, name);
    return column < 0 ? (struct span){"", 0} : line->cells[column];
}

static void tell(struct linting *at, const struct table *table, const struct line *line, const char *name,
                 const char *sentence) {
    struct error *error = fault(at);
    int column = column_of(table, name);
    if (!error) return;
    error->at = (struct place){
        .source = line->path, .row = line->number, .column = column < 0 ? 0 : line->places[column]};
    error_code(error, TROUBLE_REFUSED, "mapping.ledger",
               TEXT("%s 第 %u 行 %s 列：%s", "%s line %u column %s: %s"), line->path, line->number, name,
               sentence);
}

/* ---- reading ---- */

static void add_line(struct table *table, const struct line *line, struct arena *arena) {
    if (table->count == table->capacity) {
        uint32_t capacity = table->capacity ? table->capacity * 2 : 256;
        struct line *lines = ARENA_NEW(arena, struct line, capacity);
        if (table->count) memcpy(lines, table->lines, table->count * sizeof *lines);
        table->lines = lines;
        table->capacity = capacity;
    }
    table->lines[table->count++] = *line;
}

static struct span key_of(const struct table *table, const struct line *line, struct arena *arena) {
    const char *key = "";
    for (int k = 0; k < KEYS && table->sort->keys[k]; k++) {
        struct span one = cell(table, line, table->sort->keys[k]);
        key = arena_print(arena, "%s\t%.*s", key, (int)one.size, one.bytes);
    }
    return (struct span){key, strlen(key)};
}

/* `text` was read before: by reference_clean, or it is shipped. */
static void read_lines(struct linting *at, struct table *table, struct span text, const char *path,
                       bool own) {
    struct csv csv = {.text = text};
    struct span cells[CSV_CELLS];
    uint8_t *places = ARENA_NEW(at->arena, uint8_t, CSV_CELLS);
    uint32_t count = csv_next(&csv, cells, at->arena);
    if (!own) memcpy(table->columns, cells, (table->column_count = count) * sizeof *cells);
    for (uint32_t i = 0; i < table->column_count; i++)
        for (uint32_t c = count; c > 0; c--)
            if (span_equal(cells[c - 1], table->columns[i])) places[i] = (uint8_t)c;
    while ((count = csv_next(&csv, cells, at->arena)) > 0) {
        struct line line = {.path = path,
                            .number = csv.line,
                            .own = own,
                            .places = places,
                            .from = INT32_MIN,
                            .until = INT32_MAX};
        line.cells = ARENA_NEW(at->arena, struct span, table->column_count);
        for (uint32_t i = 0; i < table->column_count; i++)
            line.cells[i] = places[i] && places[i] <= count ? cells[places[i] - 1] : (struct span){"", 0};
        struct span from = cell(table, &line, "valid_from"), until = cell(table, &line, "valid_until");
        if (from.size) date_read(from, at->arena, &line.from);
        if (until.size) date_read(until, at->arena, &line.until);
        line.key = key_of(table, &line, at->arena);
        add_line(table, &line, at->arena);
    }
}

static void read_table(struct linting *at, struct table *table) {
    const char *stem = arena_print(at->arena, "mappings/ledger/%s", table->sort->name);
    const char *path = arena_print(at->arena, "%s.csv", stem);
    struct span shipped = {"", 0}, clean;
    struct sourced own = {.path = stem};
    struct error why = {0};
    bool found = false;
    shipped_find(path, &shipped);
    read_lines(at, table, shipped, arena_print(at->arena, "shipped:%s", path), false);
    if (!at->city) return;
    if (!map_file_read(at->city->directory, stem, at->arena, &own, &found, &why) ||
        (found && !reference_clean(own.bytes, own.path, shipped, at->arena, &clean, &why))) {
        struct error *error = fault(at);
        if (error) *error = why;
    } else if (found) read_lines(at, table, own.bytes, own.path, true);
}

/* ---- what is in force ---- */

/* As the views of the database have it: the city's row takes the place of the shipped one of that day, and a
   later row ends the one before. */
static void settle(struct linting *at, struct table *table) {
    for (uint32_t i = 0; i < table->count; i++)
        for (uint32_t j = 0; j < table->count; j++) {
            struct line *one = &table->lines[i], *two = &table->lines[j];
            if (i == j || !span_equal(one->key, two->key)) continue;
            if (two->from > one->from && two->from < one->until) one->until = two->from;
            if (two->from != one->from) continue;
            if (two->own && !one->own) one->replaced = true;
            else if (two->own == one->own && j < i)
                tell(at, table, one, table->sort->keys[0],
                     arena_print(at->arena,
                                 TEXT("同一天起的同一件事，%s 第 %u 行已经写过",
                                      "%s line %u says the same thing from the same day on"),
                                 two->path, two->number));
        }
}

/* "|a|b|" as people read it: a、b. */
static const char *listed(const char *words, struct arena *arena) {
    const char *text = "";
    for (const char *at = words; at[1]; at++)
        if (*at != '|') text = arena_print(arena, "%s%c", text, *at);
        else if (*text) text = arena_print(arena, "%s%s", text, TEXT("、", ", "));
    return text;
}

static void check_words(struct linting *at, const struct table *table, const struct line *line) {
    for (int w = 0; w < WORDS && table->sort->words[w].column; w++) {
        struct span text = cell(table, line, table->sort->words[w].column);
        const char *words = table->sort->words[w].words;
        const char *wanted = arena_print(at->arena, "|%.*s|", (int)text.size, text.bytes);
        if (!memchr(text.bytes, '|', text.size) && strstr(words, wanted)) continue;
        tell(at, table, line, table->sort->words[w].column,
             arena_print(at->arena, TEXT("「%.*s」不认识，只能是 %s", "\"%.*s\" is unknown; it is one of %s"),
                         (int)text.size, text.bytes, listed(words, at->arena)));
    }
}

static bool share(struct span a, struct span b, struct arena *arena) {
    const char *all = arena_print(arena, "|%.*s|", (int)b.size, b.bytes);
    while (a.size) {
        const char *end = memchr(a.bytes, '|', a.size);
        size_t size = end ? (size_t)(end - a.bytes) : a.size;
        if (strstr(all, arena_print(arena, "|%.*s|", (int)size, a.bytes))) return true;
        a = end ? (struct span){end + 1, a.size - size - 1} : (struct span){"", 0};
    }
    return false;
}

/* Two rows that route one settlement's column on one day to two places: whose turn it is nobody could say. */
static void check_route(struct linting *at, const struct table *table, const struct line *line) {
    static const char *const same[] = {"fund_column", "insutype", "condition_column"};
    struct span values = cell(table, line, "condition_values");
    for (const struct line *other = table->lines; other < line; other++) {
        bool meets = !other->replaced && other->from < line->until && line->from < other->until;
        for (int k = 0; k < 3; k++)
            meets = meets && span_equal(cell(table, line, same[k]), cell(table, other, same[k]));
        struct span others = cell(table, other, "condition_values");
        if (meets && (values.size ? share(values, others, at->arena) : !others.size))
            tell(at, table, line, "condition_values",
                 arena_print(at->arena,
                             TEXT("与 %s 第 %u 行在同一天管同一种结算",
                                  "%s line %u takes the same settlements on the same day"),
                             other->path, other->number));
    }
}

/* ---- accounts ---- */

static bool starts(struct span text, struct span start) {
    return text.size >= start.size && memcmp(text.bytes, start.bytes, start.size) == 0;
}

/* An account of one chart; `set` empty: of any.  `below`: what begins with `code` will do. */
struct wanted {
    struct span set, code;
    bool below;
};

static bool fits(const struct table *chart, const struct line *line, const struct wanted *wanted) {
    struct span code = cell(chart, line, "code");
    return !line->replaced &&
           (!wanted->set.size || span_equal(cell(chart, line, "chart_set"), wanted->set)) &&
           (wanted->below ? starts(code, wanted->code) : span_equal(code, wanted->code));
}

/* The first day from `from` on that the chart lacks the account; INT32_MAX: none. */
static int32_t lacks(const struct table *chart, const struct wanted *wanted, int32_t from) {
    for (bool moved = true; moved && from < INT32_MAX;) {
        moved = false;
        for (uint32_t i = 0; i < chart->count && !moved; i++) {
            const struct line *line = &chart->lines[i];
            moved = line->from <= from && from < line->until && fits(chart, line, wanted);
            if (moved) from = line->until;
        }
    }
    return from;
}

static void need(struct linting *at, const struct table *table, const struct line *line, const char *column,
                 const struct wanted *wanted) {
    char day[16] = "";
    int32_t from = lacks(&at->tables[0], wanted, line->from);
    if (!wanted->code.size || from >= line->until) return;
    struct span any = {TEXT("任何基金", "of any fund"), strlen(TEXT("任何基金", "of any fund"))},
                set = wanted->set.size ? wanted->set : any;
    date_write(from, day);
    tell(at, table, line, column,
         arena_print(at->arena,
                     TEXT("科目 %.*s%s 从 %s 起不在科目表里（%.*s）",
                          "account %.*s%s is from %s on not in the chart (%.*s)"),
                     (int)wanted->code.size, wanted->code.bytes, wanted->below ? "*" : "", day, (int)set.size,
                     set.bytes));
}

/* Each of a list, separated by `by`. */
static void need_all(struct linting *at, const struct table *table, const struct line *line,
                     const char *column, char by, struct span set) {
    struct span left = cell(table, line, column);
    while (left.size) {
        const char *end = memchr(left.bytes, by, left.size);
        struct span one = {left.bytes, end ? (size_t)(end - left.bytes) : left.size};
        need(at, table, line, column, &(struct wanted){.set = set, .code = one});
        left = end ? (struct span){end + 1, left.size - one.size - 1} : (struct span){"", 0};
    }
}

/* Every fund has its 财政专户; a set without one lists accounts that a medical fund cannot have. */
static bool is_fund(const struct table *chart, struct span set) {
    return lacks(chart, &(struct wanted){.set = set, .code = SPAN("1003")}, INT32_MAX - 1) == INT32_MAX;
}

static void check_accounts(struct linting *at, const struct table *table, const struct line *line) {
    const char *name = table->sort->name;
    struct span set = cell(table, line, "chart_set");
    if (strcmp(name, "chart_of_accounts") == 0) {
        bool rule = cell(table, line, "close_rule").size > 0, into = cell(table, line, "close_to").size > 0;
        if (rule != into)
            tell(at, table, line, rule ? "close_to" : "close_rule",
                 TEXT("close_rule 和 close_to 要么都写，要么都空",
                      "close_rule and close_to are both written or both empty"));
        if (is_fund(table, set)) need_all(at, table, line, "close_to", ';', set);
    } else if (strcmp(name, "settlement_routing") == 0) {
        need_all(at, table, line, "account", '\n', set);
        check_route(at, table, line);
    } else if (strcmp(name, "account_split") == 0) {
        need_all(at, table, line, "code", '\n', set);
        need(at, table, line, "part_prefix", &(struct wanted){set, cell(table, line, "part_prefix"), true});
    } else if (strcmp(name, "statement_lines") ==
               0) /* a form has lines of accounts that not every fund has */
        need_all(at, table, line, "accounts", '|', (struct span){"", 0});
}

void ledger_lint(const struct city *city, struct arena *arena, struct ledger_faults *faults) {
    struct linting at = {
        .city = city, .arena = arena, .faults = faults, .list = ARENA_NEW(arena, struct error, FAULTS_MAX)};
    *faults = (struct ledger_faults){.list = at.list};
    for (int t = 0; t < SORTS; t++) {
        at.tables[t].sort = &sorts[t];
        read_table(&at, &at.tables[t]);
        settle(&at, &at.tables[t]);
    }
    /* The city's own rows first: what they break of the shipped ones comes after them. */
    for (int t = 0; t < 2 * SORTS; t++) {
        const struct table *table = &at.tables[t % SORTS];
        for (uint32_t i = 0; i < table->count; i++) {
            if (table->lines[i].replaced || table->lines[i].own != (t < SORTS)) continue;
            check_words(&at, table, &table->lines[i]);
            check_accounts(&at, table, &table->lines[i]);
        }
    }
}
