/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/setting.h"
#include "core/language.h"

enum { WORD_MAX = 63 };

unsigned setting_distance(struct span a, struct span b, unsigned limit) {
    unsigned row[WORD_MAX + 1];
    if (a.size > WORD_MAX || b.size > WORD_MAX) return limit + 1;
    for (unsigned j = 0; j <= b.size; j++) row[j] = j;
    for (unsigned i = 1; i <= a.size; i++) {
        unsigned diagonal = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= b.size; j++) {
            unsigned change = diagonal + (a.bytes[i - 1] != b.bytes[j - 1]);
            diagonal = row[j];
            unsigned add = row[j - 1] + 1, drop = row[j] + 1;
            row[j] = change < add ? change : add;
            if (drop < row[j]) row[j] = drop;
        }
    }
    return row[b.size] > limit ? limit + 1 : row[b.size];
}

const char *setting_nearest(const struct setting *settings, struct span text) {
    const char *best = NULL;
    unsigned nearest = (unsigned)text.size / 3 + 2;
    for (; settings && settings->name; settings++) {
        struct span name = {settings->name, strlen(settings->name)};
        unsigned distance = setting_distance(text, name, nearest);
        if (distance >= nearest) continue;
        nearest = distance;
        best = settings->name;
    }
    return best;
}

static const struct setting *find(const struct setting *settings, struct span name) {
    for (; settings && settings->name; settings++)
        if (strlen(settings->name) == name.size && memcmp(settings->name, name.bytes, name.size) == 0)
            return settings;
    return NULL;
}

static bool read_count(const char *text, int64_t *count) {
    *count = 0;
    if (!*text) return false;
    for (; *text >= '0' && *text <= '9'; text++)
        if (__builtin_mul_overflow(*count, 10, count) || __builtin_add_overflow(*count, *text - '0', count))
            return false;
    return *text == '\0';
}

bool setting_flag(const char *text, bool *flag) {
    static const char *const yes[] = {"yes", "true", "on", "是"}, *const no[] = {"no", "false", "off", "否"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (strcmp(text, yes[i]) == 0) return *flag = true, true;
        if (strcmp(text, no[i]) == 0) return *flag = false, true;
    }
    return false;
}

static bool store(const struct setting *setting, void *state, const char *text) {
    char *field = (char *)state + setting->offset;
    switch (setting->kind) {
    case SETTING_TEXT: *(const char **)(void *)field = text; return true;
    case SETTING_COUNT: return read_count(text, (int64_t *)(void *)field);
    case SETTING_FLAG: return setting_flag(text, (bool *)(void *)field);
    case SETTING_NODE: return true;
    }
    return false;
}

static bool fill_one(const struct setting *settings, void *state, const struct node *key,
                     const struct node *item, struct error *error) {
    const struct setting *setting = find(settings, key->text);
    if (!setting) {
        const char *near = setting_nearest(settings, key->text);
        return near ? node_error(key, NULL, error,
                                 TEXT("不认识的设置「%s」，是不是「%s」？",
                                      "unknown setting \"%s\"; did you mean \"%s\"?"),
                                 key->text.bytes, near)
                    : node_error(key, NULL, error, TEXT("不认识的设置「%s」", "unknown setting \"%s\""),
                                 key->text.bytes);
    }
    if (setting->kind == SETTING_NODE) {
        *(const struct node **)(void *)((char *)state + setting->offset) = item;
        return true;
    }
    if (item->kind != NODE_SCALAR || !store(setting, state, item->text.bytes))
        return node_error(item, NULL, error, TEXT("「%s」的值不对：%s", "bad value for \"%s\": %s"),
                          setting->name, language_get() == LANGUAGE_ZH ? setting->help_zh : setting->help_en);
    return true;
}

bool setting_fill(const struct setting *settings, void *state, const struct node *map, struct arena *arena,
                  struct error *error) {
    (void)arena;
    for (const struct setting *s = settings; s && s->name; s++)
        if (s->initial && !store(s, state, s->initial))
            return error_set(error, "%s: %s", s->name, s->initial);
    if (!map) return true;
    if (map->kind != NODE_MAP)
        return node_error(map, NULL, error, "%s", TEXT("这里应是「键: 值」", "\"key: value\" expected here"));
    for (uint32_t i = 0; i < map->count; i++)
        if (!fill_one(settings, state, &map->keys[i], &map->items[i], error)) return false;
    return true;
}
