/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/link/rules.h"
#include "core/decimal.h"
#include "core/language.h"
#include "core/setting.h"
#include "core/yaml.h"
#include <assert.h>

enum { DECIMALS = 9, UNIT = 1000000000 };

/* What is being read, and where complaints go. */
struct reading {
    struct link_rules *rules;
    const char *name;
    struct arena *arena;
    struct error *error;
};

static const struct link_kind *const kinds[] = {&link_certno, &link_hanzi, &link_birth, &link_code,
                                                &link_phone,  &link_place, &link_word,  &link_digits};

int link_level(const struct link_kind *kind, struct span name) {
    for (int i = 1; i < LINK_LEVELS && kind->levels[i]; i++)
        if (span_equal(name, (struct span){kind->levels[i], strlen(kind->levels[i])})) return i;
    return -1;
}

static bool wrong(const struct reading *at, const struct node *node, const char *what) {
    return node_error(node, at->name, at->error, TEXT("%s: 看不懂 %.*s", "%s: cannot read %.*s"), what,
                      (int)node->text.size, node->text.bytes ? node->text.bytes : "");
}

static bool read_number(const struct reading *at, const struct node *map, const char *key, double initial,
                        double *value) {
    const struct node *node = map ? node_get(map, key) : NULL;
    int64_t number;
    *value = initial;
    if (!node) return true;
    if (node->kind != NODE_SCALAR || decimal_read(node->text, DECIMALS, &number) != DECIMAL_OK)
        return wrong(at, node, key);
    *value = (double)number / UNIT;
    return true;
}

static bool read_count(const struct reading *at, const struct node *map, const char *key, uint32_t initial,
                       uint32_t *value) {
    double number;
    if (!read_number(at, map, key, initial, &number)) return false;
    if (number < 0 || number > UINT32_MAX) return wrong(at, node_get(map, key), key);
    *value = (uint32_t)number;
    return true;
}

static bool read_flag(const struct node *map, const char *key) {
    bool flag = false;
    const struct node *node = node_get(map, key);
    return node && node->kind == NODE_SCALAR && setting_flag(node->text.bytes, &flag) && flag;
}

static int find_field(const struct link_rules *rules, struct span name) {
    for (uint32_t i = 0; i < rules->field_count; i++)
        if (span_equal(name, (struct span){rules->fields[i].name, strlen(rules->fields[i].name)}))
            return (int)i;
    return -1;
}

uint32_t link_frequency_field(const struct link_rules *rules) {
    uint32_t field = rules->field_count;
    while (field-- > 0)
        if (rules->fields[field].frequency) return field;
    return LINK_FIELDS;
}

static bool read_field_name(const struct reading *at, const struct node *node, int *field) {
    *field = -1;
    if (!node) return true;
    *field = node->kind == NODE_SCALAR ? find_field(at->rules, node->text) : -1;
    return *field >= 0 || wrong(at, node, TEXT("没有这个字段", "no such field"));
}

/* "name.sound" */
static bool read_part(const struct reading *at, const struct node *node, struct link_part *part) {
    if (node->kind != NODE_SCALAR) return wrong(at, node, "key");
    const char *dot = memchr(node->text.bytes, '.', node->text.size);
    size_t size = dot ? (size_t)(dot - node->text.bytes) : node->text.size;
    int field = find_field(at->rules, (struct span){node->text.bytes, size});
    if (field < 0) return wrong(at, node, TEXT("没有这个字段", "no such field"));
    *part = (struct link_part){.field = (uint32_t)field};
    if (!dot) return true;
    struct span name = {dot + 1, node->text.size - size - 1};
    const struct link_kind *kind = at->rules->fields[field].kind;
    for (uint32_t i = 1; i < LINK_LEVELS && kind->parts[i]; i++) {
        if (!span_equal(name, (struct span){kind->parts[i], strlen(kind->parts[i])})) continue;
        part->part = i;
        return true;
    }
    return wrong(at, node, TEXT("字段没有这个部分", "the field has no such part"));
}

static bool read_parts(const struct reading *at, const struct node *list, struct link_part *parts,
                       uint32_t *count) {
    *count = 0;
    if (!list) return true;
    if (list->kind != NODE_LIST || list->count > LINK_PARTS) return wrong(at, list, "key");
    for (uint32_t i = 0; i < list->count; i++)
        if (!read_part(at, &list->items[i], &parts[(*count)++])) return false;
    return true;
}

/* A map of levels to shares, made to sum to 1; what is not named gets a trace. */
static bool read_distribution(const struct reading *at, struct link_field *field, const struct node *map,
                              enum link_class class) {
    double sum = 0, *shares = field->start[class];
    uint32_t levels = 1;
    while (levels < LINK_LEVELS && field->kind->levels[levels]) levels++;
    for (uint32_t i = 1; i < levels; i++)
        shares[i] = map ? 1e-7 : class == LINK_MATCH ? (i == 1 ? 0.9 : 0.1 / (levels - 2)) : 1.0;
    for (uint32_t i = 0; map && i < map->count; i++) {
        int level = link_level(field->kind, map->keys[i].text);
        int64_t number;
        if (level < 0 || map->items[i].kind != NODE_SCALAR ||
            decimal_read(map->items[i].text, DECIMALS, &number) != DECIMAL_OK || number <= 0)
            return wrong(at, &map->keys[i], field->name);
        shares[level] = (double)number / UNIT;
    }
    for (uint32_t i = 1; i < levels; i++) sum += shares[i];
    for (uint32_t i = 1; i < levels; i++) shares[i] /= sum;
    return true;
}

static bool read_levels(const struct reading *at, const struct link_kind *kind, const struct node *list,
                        bool levels[LINK_LEVELS]) {
    for (uint32_t i = 0; list && i < list->count; i++) {
        int level = link_level(kind, list->items[i].text);
        if (level < 0) return wrong(at, &list->items[i], kind->name);
        levels[level] = true;
    }
    return true;
}

static bool read_model(const struct reading *at, struct link_field *field, const struct node *map) {
    static const char *const classes[] = {"match", "relative", "stranger"};
    const struct node *strength = node_get(map, "strength");
    for (int c = 0; c < LINK_CLASSES; c++) {
        const struct node *shares = node_get(map, classes[c]);
        if (!read_distribution(at, field, shares, (enum link_class)c) ||
            !read_number(at, strength, classes[c], shares ? 50 : 1, &field->strength[c]))
            return false;
    }
    if (!read_levels(at, field->kind, node_get(map, "never"), field->never) ||
        !read_levels(at, field->kind, node_get(map, "stranger_given"), field->given))
        return false;
    field->together = read_flag(map, "together");
    field->namesakes = read_flag(map, "namesakes");
    return true;
}

static bool read_inputs(const struct reading *at, struct link_field *field, const struct node *map) {
    const struct node *from = node_get(map, "from");
    if (!from) {
        field->inputs[field->input_count++] = field->name;
        return true;
    }
    if (from->kind == NODE_SCALAR) {
        field->inputs[field->input_count++] = from->text.bytes;
        return true;
    }
    if (from->kind != NODE_LIST || from->count > LINK_INPUTS) return wrong(at, from, "from");
    for (uint32_t i = 0; i < from->count; i++)
        field->inputs[field->input_count++] = from->items[i].text.bytes;
    return true;
}

static bool read_field(const struct reading *at, const struct node *key, const struct node *map) {
    struct link_rules *rules = at->rules;
    if (rules->field_count == LINK_FIELDS) return wrong(at, key, TEXT("字段太多", "too many fields"));
    struct link_field *field = &rules->fields[rules->field_count];
    const struct node *kind = node_get(map, "kind");
    *field = (struct link_field){
        .name = key->text.bytes, .alternate = -1, .birth = -1, .sex = -1, .relative_by = -1};
    for (size_t i = 0; kind && i < sizeof kinds / sizeof *kinds; i++)
        if (node_is(kind, kinds[i]->name)) field->kind = kinds[i];
    if (!field->kind) return wrong(at, kind ? kind : key, "kind");
    assert(field->kind->size <= LINK_SLOT_MAX);
    field->offset = rules->row_size;
    rules->row_size += (field->kind->size + 7) & ~7U;
    field->frequency = read_flag(map, "frequency");
    rules->field_count++;
    return read_inputs(at, field, map) && read_model(at, field, map);
}

/* "relative_by: {name: [similar, surname]}" */
static bool read_relative_by(const struct reading *at, struct link_field *field, const struct node *map) {
    bool levels[LINK_LEVELS] = {false};
    if (!map) return true;
    if (map->kind != NODE_MAP || map->count != 1) return wrong(at, map, "relative_by");
    if (!read_field_name(at, &map->keys[0], &field->relative_by) ||
        !read_levels(at, at->rules->fields[field->relative_by].kind, &map->items[0], levels))
        return false;
    for (unsigned level = 1; level < LINK_LEVELS; level++)
        if (levels[level]) field->relative_levels |= 1U << level;
    return true;
}

/* What names other fields, once all are known. */
static bool read_relations(const struct reading *at, struct link_field *field, const struct node *map) {
    const struct node *against = node_get(map, "against"), *settles = node_get(map, "settles");
    if (field->namesakes && link_frequency_field(at->rules) == LINK_FIELDS)
        return wrong(at, node_get(map, "namesakes"),
                     TEXT("没有 frequency 的字段", "no field with frequency"));
    if (!read_field_name(at, node_get(map, "alternate"), &field->alternate) ||
        !read_relative_by(at, field, node_get(map, "relative_by")))
        return false;
    if (against && (!read_field_name(at, node_get(against, "birth"), &field->birth) ||
                    !read_field_name(at, node_get(against, "sex"), &field->sex)))
        return false;
    for (uint32_t i = 0; settles && i < settles->count; i++) {
        int level = link_level(field->kind, settles->keys[i].text), other;
        if (level < 0) return wrong(at, &settles->keys[i], "settles");
        for (uint32_t j = 0; j < settles->items[i].count; j++) {
            if (!read_field_name(at, &settles->items[i].items[j], &other)) return false;
            assert(other >= 0);
            field->settles[level] |= 1U << other;
        }
    }
    return true;
}

static bool read_fields(const struct reading *at, const struct node *map) {
    if (!map || map->kind != NODE_MAP)
        return error_code(at->error, TROUBLE_USAGE, NULL, TEXT("%s: 没有 fields", "%s: no fields"), at->name);
    for (uint32_t i = 0; i < map->count; i++)
        if (!read_field(at, &map->keys[i], &map->items[i])) return false;
    for (uint32_t i = 0; i < map->count; i++) {
        const struct link_field *field = &at->rules->fields[i];
        if (!read_relations(at, &at->rules->fields[i], &map->items[i])) return false;
        if (field->kind == &link_certno && field->birth >= 0) at->rules->lender = (int)i;
    }
    return true;
}

static bool read_block(const struct reading *at, const struct node *map) {
    struct link_rules *rules = at->rules;
    if (rules->block_count == LINK_BLOCKS) return wrong(at, map, TEXT("规则太多", "too many rules"));
    struct link_block *block = &rules->blocks[rules->block_count++];
    const struct node *name = node_get(map, "name"), *key = node_get(map, "key");
    *block = (struct link_block){.name = name && name->kind == NODE_SCALAR ? name->text.bytes : "?"};
    if (!key) return wrong(at, map, "key");
    if (!read_parts(at, key, block->parts, &block->part_count) ||
        !read_parts(at, node_get(map, "refine"), block->refine, &block->refine_count) ||
        !read_count(at, map, "cap", 300, &block->cap))
        return false;
    block->unordered = read_flag(map, "unordered");
    block->training = read_flag(map, "training");
    bool first = block->training;
    for (uint32_t r = 0; r + 1 < rules->block_count; r++) first = first && !rules->blocks[r].training;
    for (uint32_t i = 0; i < block->part_count; i++) {
        uint32_t field = block->parts[i].field;
        /* Learning takes the first training rule's key out of what relatives share, so what is left tells. */
        if (first && rules->fields[field].together) continue;
        block->mask |= 1U << field;
        /* A key of a part of the number makes agree what the whole number settles. */
        for (int level = 1; level < LINK_LEVELS; level++) block->mask |= rules->fields[field].settles[level];
    }
    return true;
}

static bool read_hot(const struct reading *at, const struct node *map) {
    struct link_rules *rules = at->rules;
    if (rules->hot_count == LINK_HOTS) return wrong(at, map, "hot");
    struct link_hot *hot = &rules->hots[rules->hot_count++];
    const struct node *value = node_get(map, "value");
    if (!value) return wrong(at, map, "hot");
    if (!read_part(at, value, &hot->value) || !read_field_name(at, node_get(map, "among"), &hot->among) ||
        !read_count(at, map, "count", 0, &hot->count) || !read_count(at, map, "share", 0, &hot->share) ||
        !read_count(at, map, "times", 0, &hot->times))
        return false;
    return !hot->times || rules->fields[hot->value.field].kind->mark || wrong(at, value, "times");
}

static bool read_guard(const struct reading *at, const struct node *map) {
    struct link_rules *rules = at->rules;
    if (rules->guard_count == LINK_GUARDS) return wrong(at, map, "guards");
    struct link_guard *guard = &rules->guards[rules->guard_count++];
    const struct node *name = node_get(map, "name"), *when = node_get(map, "when");
    if (!when || when->kind != NODE_MAP || when->count > LINK_FIELDS) return wrong(at, map, "when");
    *guard = (struct link_guard){.name = name && name->kind == NODE_SCALAR ? name->text.bytes : "?"};
    for (uint32_t i = 0; i < when->count; i++) {
        int field;
        if (!read_field_name(at, &when->keys[i], &field)) return false;
        guard->when[guard->field_count].field = (uint32_t)field;
        for (uint32_t j = 0; j < when->items[i].count; j++) {
            struct span text = when->items[i].items[j].text;
            int level = link_level(rules->fields[field].kind, text);
            if (span_equal(text, SPAN("missing"))) level = 0;
            if (level < 0) return wrong(at, &when->items[i].items[j], guard->name);
            guard->when[guard->field_count].levels |= 1U << level;
        }
        guard->field_count++;
    }
    guard->review = read_flag(map, "review");
    return read_number(at, map, "bits", 0, &guard->bits);
}

static bool read_list(const struct reading *at, const struct node *root, const char *key,
                      bool (*read)(const struct reading *, const struct node *)) {
    const struct node *list = node_get(root, key);
    if (list && list->kind != NODE_LIST) return wrong(at, list, key);
    for (uint32_t i = 0; list && i < list->count; i++)
        if (!read(at, &list->items[i])) return false;
    return true;
}

static bool read_limits(const struct reading *at, const struct node *root) {
    struct link_rules *rules = at->rules;
    const struct node *identifier = node_get(root, "identifier"), *name = node_get(root, "name");
    int anchor;
    rules->name = name && name->kind == NODE_SCALAR ? name->text.bytes : at->name;
    if (!identifier || identifier->kind != NODE_LIST || !identifier->count || identifier->count > 2)
        return wrong(at, identifier ? identifier : root, "identifier");
    for (uint32_t i = 0; i < identifier->count; i++)
        rules->identifier[rules->identifier_count++] = identifier->items[i].text.bytes;
    rules->relatives = read_flag(root, "relatives");
    if (!read_field_name(at, node_get(root, "anchor"), &anchor)) return false;
    rules->anchor = anchor < 0 ? LINK_FIELDS : (uint32_t)anchor;
    return read_count(at, root, "wrong_in", 50000, &rules->wrong_in) &&
           read_count(at, root, "size_max", 40, &rules->size_max) &&
           read_number(at, root, "automatic_floor", 3, &rules->automatic_floor) &&
           read_number(at, root, "review", 0, &rules->review_bits) &&
           read_number(at, root, "contradiction", -3, &rules->contradiction) &&
           read_number(at, root, "found", 0.9, &rules->found);
}

bool link_rules_read(struct span text, const char *name, struct arena *arena, struct link_rules *rules,
                     struct error *error) {
    struct reading at = {rules, name, arena, error};
    struct node *root = ARENA_NEW(arena, struct node, 1);
    *rules = (struct link_rules){.lender = -1};
    return yaml_read(text, name, arena, root, error) && read_fields(&at, node_get(root, "fields")) &&
           read_limits(&at, root) && read_list(&at, root, "blocks", read_block) &&
           read_list(&at, root, "hot", read_hot) && read_list(&at, root, "guards", read_guard);
}
