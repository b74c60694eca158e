/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/spec.h"
#include "core/charset.h"
#include "core/decimal.h"
#include "core/drift.h"
#include "core/inside.h"
#include "core/language.h"
#include "core/setting.h"

/* The words of a spec; the offsets are not used, only the names and their help. */
const struct setting spec_words[] = {
    {"match", SETTING_TEXT, 0, NULL, "文件名样式，压缩包成员和工作表用 ! 隔开",
     "file name pattern, ! before a member or sheet"},
    {"kind", SETTING_TEXT, 0, NULL, "数据类别，如 setl_d", "the kind, such as setl_d"},
    {"delivery", SETTING_TEXT, 0, NULL, "full 全量 或 delta 增量", "full (a snapshot) or delta"},
    {"profile", SETTING_TEXT, 0, NULL, "来源系统，如 sample-jinbao.AC01",
     "source system, such as sample-jinbao.AC01"},
    {"read", SETTING_NODE, 0, NULL, "怎样读: format、encoding 等", "how to read: format, encoding, ..."},
    {"key", SETTING_NODE, 0, NULL, "县内主键的源列，或规格给了常数的目标列",
     "the source columns of the county's key, or target columns with a constant"},
    {"columns", SETTING_NODE, 0, NULL, "目标列: {from: 源列, as: …, map: …}",
     "target: {from: source, as: ..., map: ...}"},
    {"where", SETTING_NODE, 0, NULL, "只取这些行，其余列为非数据行", "only these rows; others are explained"},
    {"withdraw", SETTING_NODE, 0, NULL, "删除标记: {from: 列, when: 值}",
     "delete marker: {from: column, when: value}"},
    {"county_column", SETTING_TEXT, 0, NULL, "统筹区所在的源列", "source column of the division"},
    {"foreign", SETTING_TEXT, 0, NULL, "reject 或 keep 他县的行", "reject or keep rows of another division"},
    {"conflict", SETTING_TEXT, 0, NULL, "reject 或 last 主键冲突", "reject or last for key conflicts"},
    {"rank", SETTING_TEXT, 0, NULL, "period 或 arrival", "period or arrival"},
    {"unmapped", SETTING_TEXT, 0, NULL, "reject 或 keep 未映射代码", "reject or keep unmapped codes"},
    {"unit", SETTING_TEXT, 0, NULL, "金额单位 fen、yuan、wanyuan", "unit of money: fen, yuan, wanyuan"},
    {"control", SETTING_NODE, 0, NULL, "slip、none 或 {rows: n, 金额列: n, unit: yuan}",
     "slip, none or {rows: n, column: n, unit: yuan}"},
    {"inside", SETTING_NODE, 0, NULL, "哪些金额已含在另一列里: {acct_pay: yes|no, …}",
     "which amounts another column contains already: {acct_pay: yes|no, ...}"},
    {"header", SETTING_NODE, 0, NULL, "规格记住的表头: {fingerprint: …, columns: [列: 类型]}",
     "the header that the spec remembers: {fingerprint: ..., columns: [column: type]}"},
    {"drift", SETTING_NODE, 0, NULL,
     "表头变了怎么办: {new, lost, renamed, retyped: accept|ignore|reject|stop}",
     "when the header changes: {new, lost, renamed, retyped: accept|ignore|reject|stop}"},
    {"ignore", SETTING_FLAG, 0, NULL, "yes: 不需要的文件", "yes: a file nobody needs"},
    {"note", SETTING_TEXT, 0, NULL, "说明", "a remark"},
    {0},
};
const struct setting spec_column_words[] = {
    {"from", SETTING_NODE, 0, NULL, "源列，或几个源列", "source column, or several"},
    {"as", SETTING_TEXT, 0, NULL,
     "文字怎样读: text code integer money ratio date month year period serial timestamp certno name bool",
     "how a cell is read: text code integer money ratio date month year period serial timestamp certno name "
     "bool"},
    {"map", SETTING_TEXT, 0, NULL, "映射表", "mapping table"},
    {"unit", SETTING_TEXT, 0, NULL, "fen、yuan、wanyuan", "fen, yuan, wanyuan"},
    {"open", SETTING_TEXT, 0, NULL, "表示未终止的日期", "the date that means open"},
    {"value", SETTING_TEXT, 0, NULL, "固定值", "a constant"},
    {"join", SETTING_TEXT, 0, NULL, "几列相连时的间隔", "what joins several columns"},
    {"sum", SETTING_FLAG, 0, NULL, "几列相加", "several columns added"},
    {"max", SETTING_COUNT, 0, NULL, "文字最多几个字，0 为不限", "characters that a text may have; 0: any"},
    {"when", SETTING_NODE, 0, NULL, "只在此条件下: {列: 值}", "only when: {column: value}"},
    {0},
};

static bool unknown(const struct node *key, const struct setting *known, const char *path,
                    struct error *error) {
    const char *near = setting_nearest(known, key->text);
    return near ? node_error(key, path, error,
                             TEXT("不认识「%s」，是不是「%s」？", "unknown \"%s\"; did you mean \"%s\"?"),
                             key->text.bytes, near)
                : node_error(key, path, error, TEXT("不认识「%s」", "unknown \"%s\""), key->text.bytes);
}

static bool check_words(const struct node *map, const struct setting *known, const char *path,
                        struct error *error) {
    if (map->kind != NODE_MAP)
        return node_error(map, path, error, "%s", TEXT("这里应是「键: 值」", "\"key: value\" expected here"));
    for (uint32_t i = 0; i < map->count; i++) {
        const struct setting *word = known;
        while (word->name && strcmp(word->name, map->keys[i].text.bytes) != 0) word++;
        if (!word->name) return unknown(&map->keys[i], known, path, error);
        if (word->kind != SETTING_NODE && map->items[i].kind != NODE_SCALAR)
            return node_error(&map->items[i], path, error,
                              TEXT("「%s」应是一个值：%s", "\"%s\" takes one value: %s"), word->name,
                              language_get() == LANGUAGE_ZH ? word->help_zh : word->help_en);
        bool flag;
        if (word->kind == SETTING_FLAG && !setting_flag(map->items[i].text.bytes, &flag))
            return node_error(&map->items[i], path, error,
                              TEXT("「%s」只能是 yes 或 no", "\"%s\" is yes or no"), word->name);
    }
    return true;
}

static const struct setting units[] = {{.name = "fen"}, {.name = "yuan"}, {.name = "wanyuan"}, {0}};

/* `node`, when there, is one of the known words. */
static bool check_word(const struct node *node, const struct setting *known, const char *path,
                       struct error *error) {
    for (const struct setting *word = known; node && word->name; word++)
        if (node_is(node, word->name)) return true;
    if (!node || node->kind == NODE_SCALAR) return !node || unknown(node, known, path, error);
    return node_error(node, path, error, "%s", TEXT("这里应是一个词", "one word expected here"));
}

static struct span text_of(const struct node *map, const char *key) {
    const struct node *node = node_get(map, key);
    return node && node->kind == NODE_SCALAR ? node->text : (struct span){0};
}

/* One of two words; `*second` says whether it was the second. */
static bool choose(const struct node *map, const char *key, const char *first, const char *second,
                   bool *is_second, const char *path, struct error *error) {
    const struct node *node = node_get(map, key);
    *is_second = node_is(node, second);
    if (!node || *is_second || node_is(node, first)) return true;
    return node_error(node, path, error, TEXT("「%s」只能是 %s 或 %s", "\"%s\" is %s or %s"), key, first,
                      second);
}

static bool read_list(const struct node *node, struct span *list, uint32_t *count, const char *path,
                      struct error *error) {
    const struct node *items = node->kind == NODE_LIST ? node->items : node;
    uint32_t many = node->kind == NODE_LIST ? node->count : 1;
    if (node->kind == NODE_MAP || many == 0 || many > SPEC_FROM_MAX)
        return node_error(node, path, error, TEXT("这里应是 1 到 %d 个列名", "1 to %d column names expected"),
                          SPEC_FROM_MAX);
    for (uint32_t i = 0; i < many; i++) {
        if (items[i].kind != NODE_SCALAR)
            return node_error(&items[i], path, error, "%s", TEXT("这里应是列名", "a column name expected"));
        list[i] = items[i].text;
    }
    *count = many;
    return true;
}

static bool read_values(const struct node *node, struct arena *arena, struct spec_condition *condition,
                        const char *path, struct error *error) {
    if (node->kind == NODE_MAP) {
        const struct node *others = node_get(node, "not");
        if (!others || node->count != 1 || others->kind == NODE_MAP)
            return node_error(node, path, error, "%s",
                              TEXT("条件应是 值、[值, 值] 或 {not: 值}",
                                   "a condition is a value, [values] or {not: values}"));
        condition->negative = true;
        node = others;
    }
    const struct node *items = node->kind == NODE_LIST ? node->items : node;
    condition->value_count = node->kind == NODE_LIST ? node->count : 1;
    if (!condition->value_count)
        return node_error(node, path, error, "%s", TEXT("条件至少要一个值", "a condition needs a value"));
    struct span *values = ARENA_NEW(arena, struct span, condition->value_count);
    for (uint32_t i = 0; i < condition->value_count; i++) {
        if (items[i].kind != NODE_SCALAR)
            return node_error(&items[i], path, error, "%s", TEXT("这里应是一个值", "a value expected here"));
        values[i] = items[i].text;
    }
    condition->values = values;
    condition->index = -1;
    return true;
}

static bool read_when(const struct node *node, const struct kind *kind, struct arena *arena,
                      struct spec_condition *when, const char *path, struct error *error) {
    if (node->kind != NODE_MAP || node->count != 1)
        return node_error(node, path, error, "%s", TEXT("when 应是 {列: 值}", "when is {column: value}"));
    when->column = node->keys[0].text;
    if (!read_values(&node->items[0], arena, when, path, error)) return false;
    int target = model_column(kind, when->column);
    when->target = target >= 0;
    when->index = target;
    return true;
}

/* What `as` may say, and the types that can be read so. */
static const struct setting readings[] = {
    {.name = "text"}, {.name = "code"},   {.name = "certno"},    {.name = "name"},  {.name = "month"},
    {.name = "year"}, {.name = "period"}, {.name = "integer"},   {.name = "money"}, {.name = "ratio"},
    {.name = "date"}, {.name = "serial"}, {.name = "timestamp"}, {.name = "bool"},  {0},
};
static const unsigned reading_types[] = {
    1u << TYPE_TEXT,
    1u << TYPE_TEXT,
    1u << TYPE_TEXT,
    1u << TYPE_TEXT,
    1u << TYPE_TEXT,
    1u << TYPE_TEXT,
    1u << TYPE_TEXT,
    1u << TYPE_INTEGER | 1u << TYPE_TEXT,
    1u << TYPE_MONEY,
    1u << TYPE_RATIO,
    1u << TYPE_DATE | 1u << TYPE_TIMESTAMP,
    1u << TYPE_DATE,
    1u << TYPE_TIMESTAMP | 1u << TYPE_DATE,
    1u << TYPE_BOOL | 1u << TYPE_TEXT,
};

static bool check_as(const struct spec_column *column, const struct node *node, const struct kind *kind,
                     const char *path, struct error *error) {
    const struct kind_column *target = &kind->columns[column->target];
    const struct node *as = node_get(node, "as");
    if (!check_word(as, readings, path, error)) return false;
    for (size_t i = 0; as && readings[i].name; i++)
        if (node_is(as, readings[i].name) && !(reading_types[i] & 1u << target->type))
            return node_error(as, path, error,
                              TEXT("列 %s(%s) 不能按 %s 读", "column %s (%s) cannot be read as %s"),
                              target->name, target->label, readings[i].name);
    bool number = target->type == TYPE_MONEY || target->type == TYPE_INTEGER;
    if (column->sum && !number)
        return node_error(node_get(node, "sum"), path, error,
                          TEXT("列 %s(%s) 不是数，不能相加", "column %s (%s) is no number to add up"),
                          target->name, target->label);
    if (number && column->from_count > 1 && !column->sum && !node_get(node, "join"))
        return node_error(node_get(node, "from"), path, error,
                          TEXT("列 %s(%s) 有几个来源：要写 sum: yes 或 join",
                               "column %s (%s) has several sources: say sum: yes or join"),
                          target->name, target->label);
    return true;
}

/* max: how many characters a text may have. */
static bool read_max(const struct node *node, const struct spec *spec, struct spec_column *column,
                     struct error *error) {
    if (!node) return true;
    bool text = spec->kind->columns[column->target].type == TYPE_TEXT;
    bool number = node->kind == NODE_SCALAR && decimal_read(node->text, 0, &column->max) == DECIMAL_OK &&
                  column->max >= 0;
    return (text && number) || node_error(node, spec->path, error, "%s",
                                          TEXT("max 是文字列最多的字数，0 为不限",
                                               "max: characters of a text column, 0 for any"));
}

static bool read_column(const struct node *node, struct span unit, const struct spec *spec,
                        struct arena *arena, struct spec_column *column, struct error *error) {
    column->line = node->line;
    column->max = -1;
    if (node_is(node, ""))
        return node_error(node, spec->path, error, "%s", TEXT("这里应是列名", "a column name expected"));
    if (node->kind == NODE_SCALAR) {
        column->from[0] = node->text;
        column->from_count = 1;
    } else {
        if (!check_words(node, spec_column_words, spec->path, error)) return false;
        const struct node *from = node_get(node, "from"), *when = node_get(node, "when"),
                          *sum = node_get(node, "sum");
        if (from && !read_list(from, column->from, &column->from_count, spec->path, error)) return false;
        if (when && !read_when(when, spec->kind, arena, &column->when, spec->path, error)) return false;
        column->as = text_of(node, "as");
        column->map = text_of(node, "map");
        column->open = text_of(node, "open");
        column->value = text_of(node, "value");
        column->has_value = node_get(node, "value") != NULL;
        column->join = text_of(node, "join");
        column->unit = text_of(node, "unit");
        if (sum) setting_flag(sum->text.bytes, &column->sum);
        if (!read_max(node_get(node, "max"), spec, column, error)) return false;
        if (!check_word(node_get(node, "unit"), units, spec->path, error)) return false;
        if ((column->from_count > 0) == column->has_value)
            return node_error(node, spec->path, error, "%s",
                              TEXT("要有 from 或 value，二者之一", "needs from or value, one of them"));
    }
    const struct kind_column *target = &spec->kind->columns[column->target];
    if (target->type == TYPE_MONEY && !column->unit.size) column->unit = unit;
    for (uint32_t i = 0; i < SPEC_FROM_MAX; i++) column->index[i] = -1;
    return check_as(column, node, spec->kind, spec->path, error);
}

static bool no_column(const struct node *key, const struct kind *kind, const char *path,
                      struct error *error) {
    const char *near = NULL;
    unsigned nearest = (unsigned)key->text.size / 3 + 2;
    for (uint32_t i = 0; i < kind->column_count; i++) {
        struct span name = {kind->columns[i].name, strlen(kind->columns[i].name)};
        unsigned distance = setting_distance(key->text, name, nearest);
        if (distance < nearest) nearest = distance, near = kind->columns[i].name;
    }
    return node_error(key, path, error,
                      TEXT("%s 没有列「%s」，相近的是「%s」", "%s has no column \"%s\"; nearest is \"%s\""),
                      kind->name, key->text.bytes, near ? near : "-");
}

/* One target column, fed by one entry or, under different conditions, by several. */
static bool read_target(const struct node *key, const struct node *item, struct span unit,
                        struct arena *arena, struct spec *spec, struct error *error) {
    int target = model_column(spec->kind, key->text);
    if (target < 0) return no_column(key, spec->kind, spec->path, error);
    uint32_t many = item->kind == NODE_LIST ? item->count : 1;
    const struct node *each = item->kind == NODE_LIST ? item->items : item;
    for (uint32_t j = 0; j < many; j++) {
        struct spec_column *column = &spec->columns[spec->column_count++];
        column->target = (uint32_t)target;
        if (!read_column(&each[j], unit, spec, arena, column, error)) return false;
    }
    return true;
}

/* The spec's columns and, for targets it does not name, the profile's. */
static bool read_columns(const struct node *own, const struct node *inherited, struct span unit,
                         struct arena *arena, struct spec *spec, struct error *error) {
    const struct node *sources[] = {own, inherited};
    uint32_t most = 0;
    for (int s = 0; s < 2; s++)
        for (uint32_t i = 0; sources[s] && i < sources[s]->count; i++)
            most += sources[s]->items[i].kind == NODE_LIST ? sources[s]->items[i].count : 1;
    spec->columns = ARENA_NEW(arena, struct spec_column, most + 1);
    for (int s = 0; s < 2; s++) {
        if (sources[s] && sources[s]->kind != NODE_MAP)
            return node_error(sources[s], spec->path, error, "%s",
                              TEXT("columns 应是「目标列: 源列」", "columns is \"target: source\""));
        for (uint32_t i = 0; sources[s] && i < sources[s]->count; i++) {
            const struct node *key = &sources[s]->keys[i], *item = &sources[s]->items[i];
            if (s == 1 && (node_is(item, "") || node_get(own, key->text.bytes))) continue;
            if (node_is(item, "none")) continue; /* the spec takes back what its profile gives */
            if (read_target(key, item, unit, arena, spec, error)) continue;
            /* The line is the profile's then. */
            if (s == 1 && spec->profile.size) error->at.source = spec->profile.bytes;
            return false;
        }
    }
    return true;
}

static const struct node *merge(const struct node *own, const struct node *inherited, struct arena *arena) {
    if (!own || own->kind != NODE_MAP) return own ? own : inherited;
    if (!inherited || inherited->kind != NODE_MAP) return own;
    struct node *both = ARENA_NEW(arena, struct node, 1);
    *both = *own;
    both->keys = ARENA_NEW(arena, struct node, own->count + inherited->count + 1);
    both->items = ARENA_NEW(arena, struct node, own->count + inherited->count + 1);
    memcpy(both->keys, own->keys, own->count * sizeof *own->keys);
    memcpy(both->items, own->items, own->count * sizeof *own->items);
    for (uint32_t i = 0; i < inherited->count; i++) {
        if (node_get(own, inherited->keys[i].text.bytes)) continue;
        both->keys[both->count] = inherited->keys[i];
        both->items[both->count++] = inherited->items[i];
    }
    return both;
}

static bool read_conditions(const struct node *root, struct arena *arena, struct spec *spec,
                            struct error *error) {
    const struct node *where = node_get(root, "where"), *withdraw = node_get(root, "withdraw");
    if (where) {
        if (where->kind != NODE_MAP)
            return node_error(where, spec->path, error, "%s",
                              TEXT("where 应是 {源列: 值}", "where is {source column: value}"));
        spec->where = ARENA_NEW(arena, struct spec_condition, where->count + 1);
        for (uint32_t i = 0; i < where->count; i++) {
            spec->where[i].column = where->keys[i].text;
            if (!read_values(&where->items[i], arena, &spec->where[i], spec->path, error)) return false;
        }
        spec->where_count = where->count;
    }
    if (!withdraw) return true;
    const struct node *when = node_get(withdraw, "when");
    spec->withdraw.column = text_of(withdraw, "from");
    if (!spec->withdraw.column.size || !when)
        return node_error(
            withdraw, spec->path, error, "%s",
            TEXT("withdraw 应是 {from: 源列, when: 值}", "withdraw is {from: column, when: value}"));
    return read_values(when, arena, &spec->withdraw, spec->path, error);
}

static bool require(const struct spec *spec, struct error *error) {
    for (uint32_t i = 0; i < spec->kind->column_count; i++) {
        if (!(spec->kind->columns[i].tags & TAG_REQUIRED)) continue;
        bool fed = false;
        for (uint32_t c = 0; c < spec->column_count; c++) fed |= spec->columns[c].target == i;
        if (!fed)
            return node_error(
                spec->root, spec->path, error,
                TEXT("%s 的必填列 %s(%s) 没有来源", "%s: required column %s (%s) has no source"),
                spec->kind->name, spec->kind->columns[i].name, spec->kind->columns[i].label);
    }
    return true;
}

static bool read_kind(const struct node *root, const struct node *profile, struct spec *spec,
                      struct error *error) {
    const struct node *kind = node_get(root, "kind");
    if (!kind) kind = node_get(profile, "kind");
    if (!kind || kind->kind != NODE_SCALAR)
        return node_error(root, spec->path, error, "%s", TEXT("缺少 kind", "kind is missing"));
    spec->kind = model_find(kind->text);
    if (spec->kind) return true;
    const char *near = NULL;
    unsigned nearest = (unsigned)kind->text.size / 3 + 2;
    for (uint32_t i = 0; i < model_kind_count; i++) {
        struct span name = {model_kinds[i].name, strlen(model_kinds[i].name)};
        unsigned distance = setting_distance(kind->text, name, nearest);
        if (distance < nearest) nearest = distance, near = model_kinds[i].name;
    }
    return node_error(kind, spec->path, error,
                      TEXT("没有数据类别「%s」，相近的是「%s」", "no kind \"%s\"; nearest is \"%s\""),
                      kind->text.bytes, near ? near : "-");
}

/* What the county declares: slip, none, or the rows and amounts themselves. */
static bool check_control(const struct node *control, const struct spec *spec, struct error *error) {
    static const struct setting known[] = {{.name = "slip"}, {.name = "none"}, {0}};
    if (!control || control->kind != NODE_MAP) return check_word(control, known, spec->path, error);
    for (uint32_t i = 0; i < control->count; i++) {
        const struct node *key = &control->keys[i], *item = &control->items[i];
        int target = model_column(spec->kind, key->text);
        bool rows = node_is(key, "rows"), money = target >= 0 && spec->kind->columns[target].measure >= 0;
        int64_t value;
        if (node_is(key, "unit")) {
            if (!check_word(item, units, spec->path, error)) return false;
        } else if (!rows && target >= 0 && !money) {
            return node_error(key, spec->path, error, TEXT("「%s」不是金额列", "\"%s\" is no amount"),
                              key->text.bytes);
        } else if (!rows && !money) {
            return no_column(key, spec->kind, spec->path, error);
        } else if (item->kind != NODE_SCALAR ||
                   decimal_read(item->text, rows ? 0 : 6, &value) != DECIMAL_OK) {
            return node_error(item, spec->path, error, "%s", TEXT("这里应是数字", "a number expected here"));
        }
    }
    return true;
}

static bool check_encoding(const struct node *node, const char *path, struct error *error) {
    if (!node || (node->kind == NODE_SCALAR && charset_known(node->text.bytes))) return true;
    const char *near = node->kind == NODE_SCALAR ? charset_nearest(node->text.bytes) : NULL;
    return node_error(node, path, error, TEXT("没有字符编码「%s」%s%s", "no encoding \"%s\"%s%s"),
                      node->kind == NODE_SCALAR ? node->text.bytes : "",
                      near ? TEXT("，相近的是 ", "; nearest is ") : "", near ? near : "");
}

bool spec_read(struct span text, const char *path, const struct node *profile, struct arena *arena,
               struct spec *spec, struct error *error) {
    struct node *root = ARENA_NEW(arena, struct node, 1);
    *spec = (struct spec){.path = path, .root = root, .county_index = -1};
    if (!yaml_read(text, path, arena, root, error) || !check_words(root, spec_words, path, error))
        return false;
    spec->match = text_of(root, "match");
    const struct node *ignore = node_get(root, "ignore");
    if (ignore) setting_flag(ignore->text.bytes, &spec->ignore);
    if (!spec->match.size) return node_error(root, path, error, "%s", TEXT("缺少 match", "match is missing"));
    spec->read = merge(node_get(root, "read"), node_get(profile, "read"), arena);
    spec->format = text_of(spec->read, "format");
    spec->encoding = text_of(spec->read, "encoding");
    if (spec->ignore) return true;
    if (!check_encoding(node_get(spec->read, "encoding"), path, error)) return false;
    if (!read_kind(root, profile, spec, error)) return false;
    spec->profile = text_of(root, "profile");
    if (!spec->format.size)
        return node_error(root, path, error, "%s", TEXT("read 里缺少 format", "read has no format"));
    bool delta;
    if (!choose(root, "delivery", "full", "delta", &delta, path, error) ||
        !choose(root, "foreign", "reject", "keep", &spec->foreign_keep, path, error) ||
        !choose(root, "conflict", "reject", "last", &spec->conflict_last, path, error) ||
        !choose(root, "rank", "period", "arrival", &spec->rank_arrival, path, error) ||
        !choose(root, "unmapped", "reject", "keep", &spec->unmapped_keep, path, error))
        return false;
    spec->full = !delta && node_get(root, "delivery") != NULL;
    spec->county_column = text_of(root, "county_column");
    spec->control = node_get(root, "control");
    const struct node *key = node_get(root, "key");
    if (!key) key = node_get(profile, "key");
    if (!key) return node_error(root, path, error, "%s", TEXT("缺少 key (县内主键)", "key is missing"));
    const struct node *unit = node_get(root, "unit");
    if (!unit) unit = node_get(profile, "unit");
    return check_word(unit, units, path, error) && check_control(spec->control, spec, error) &&
           read_list(key, spec->key, &spec->key_count, path, error) &&
           read_columns(node_get(root, "columns"), node_get(profile, "columns"),
                        unit ? unit->text : (struct span){0}, arena, spec, error) &&
           read_conditions(root, arena, spec, error) &&
           inside_read(root, profile, path, arena, &spec->inside, error) &&
           drift_read(root, path, arena, spec, error) && require(spec, error);
}
