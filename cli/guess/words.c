/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/words.h"
#include "core/map.h"
#include "core/shipped.h"
#include "transform/row/csv.h"
#include "transform/row/text.h"
#include <strings.h>

enum {
    LEGACY_MAX = 2048,
    EQUAL = 950,
    LEGACY = 900,
    LEGACY_OTHER_KIND = 820,
    LABEL = 930,
    PLAIN = 890,
    PLAIN_LABEL = 870,
    TAIL_LOSS = 60, /* the word under a group's header, without the group */
    INSIDE = 700
};

static const char *const households[] = {"参合证号", "合作医疗证号", "医疗证号", "参合号",
                                         "参合编号", "家庭账号",     "家庭编号"};
static const char *const members[] = {"成员序号", "家庭成员序号", "成员编号",
                                      "个人序号", "户内序号",     "成员号"};

static struct span span_of(const char *text) { return (struct span){text, strlen(text)}; }

static bool among(struct span header, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (span_equal(header, span_of(list[i]))) return true;
    return false;
}

int guess_household(struct span header) {
    for (size_t i = 0; i < sizeof households / sizeof *households; i++)
        if (span_equal(header, span_of(households[i]))) return (int)i;
    return -1;
}
bool guess_is_household(struct span header) { return guess_household(header) >= 0; }
bool guess_is_member(struct span header) { return among(header, members, sizeof members / sizeof *members); }

bool guess_named(struct span header) {
    if (!header.size || header.size > 5) return true;
    if (header.size <= 3 && header.bytes[0] >= 'A' && header.bytes[0] <= 'Z' && header.size == 1)
        return false;
    return !(header.bytes[0] == 'F' && text_is_digits((struct span){header.bytes + 1, header.size - 1}));
}

/* A dictionary is a map of its codes and their names; the value is never looked at. */
static void add_code(struct guess_words *words, struct span dict, struct span code) {
    if (!code.size || code.bytes[0] == '/') return;
    void **place = map_put(&words->dictionaries, dict);
    if (!*place) {
        struct map *map = ARENA_NEW(words->arena, struct map, 1);
        map->arena = words->arena;
        *place = map;
    }
    *map_put(*place, code) = words;
}

static void read_dictionary(struct guess_words *words, const struct shipped *file) {
    struct csv csv = {.text = file->bytes};
    struct span cells[CSV_CELLS], header[CSV_CELLS];
    const char *slash = memrchr(file->path.bytes, '/', file->path.size);
    struct span dict = {slash + 1, (size_t)(file->path.bytes + file->path.size - slash - 1) - strlen(".csv")};
    bool list = memmem(file->path.bytes, file->path.size, "/codes/", 7) != NULL;
    uint32_t columns = csv_next(&csv, header, words->arena);
    if (columns < 3 || (!list && !span_equal(header[0], SPAN("source_system")))) return;
    while (csv_next(&csv, cells, words->arena) > 2) {
        add_code(words, dict, cells[list ? 0 : 1]);
        add_code(words, dict, cells[list ? 1 : 2]);
    }
}

static void read_legacy(struct guess_words *words, struct span text) {
    struct csv csv = {.text = text};
    struct span cells[CSV_CELLS];
    words->legacy = ARENA_NEW(words->arena, struct guess_legacy, LEGACY_MAX);
    for (uint32_t count; (count = csv_next(&csv, cells, words->arena)) > 0;)
        if (count > 6 && csv.line > 1 && words->legacy_count < LEGACY_MAX)
            words->legacy[words->legacy_count++] =
                (struct guess_legacy){cells[0], cells[2], cells[5], cells[6]};
}

/* How counties spell codes of their own; the lists hold the national ones. */
static const struct {
    const char *dict, *code;
} spellings[] = {{"gend", "M"},
                 {"gend", "F"},
                 {"gend", "男"},
                 {"gend", "女"},
                 {"insutype", "职工"},
                 {"insutype", "居民"},
                 {"insutype", "城镇职工"},
                 {"insutype", "城乡居民"},
                 {"insutype", "公务员"},
                 {"insutype", "职工医保"},
                 {"insutype", "居民医保"},
                 {"psn_type", "在职"},
                 {"psn_type", "退休"},
                 {"psn_type", "离休"},
                 {"psn_type", "成年居民"},
                 {"psn_type", "学生儿童"},
                 {"hosp_lv", "一级"},
                 {"hosp_lv", "二级"},
                 {"hosp_lv", "三级"},
                 {"hosp_lv", "乡级"},
                 {"hosp_lv", "县级"},
                 {"hosp_lv", "村级"},
                 {"sp_psn_type", "一般"},
                 {"sp_psn_type", "低保"},
                 {"sp_psn_type", "五保"},
                 {"sp_psn_type", "特困"},
                 {"sp_psn_type", "学生"},
                 {"psn_idet_type", "低保"},
                 {"psn_idet_type", "特困"},
                 {"psn_idet_type", "五保"},
                 {"revs_flag", "Z"},
                 {"revs_flag", "+"},
                 {"revs_flag", "-"},
                 {"psn_insu_stas", "正常参保"},
                 {"psn_insu_stas", "停保"}};

void guess_words_read(struct guess_words *words, struct arena *arena) {
    *words = (struct guess_words){.arena = arena, .dictionaries = {.arena = arena}};
    uint64_t at = 0;
    for (struct shipped file; shipped_next(&at, &file);) {
        bool csv = file.path.size > 4 && memcmp(file.path.bytes + file.path.size - 4, ".csv", 4) == 0;
        bool table = shipped_under(&file, "mappings/");
        if (csv && table && !shipped_under(&file, "mappings/legacy") &&
            !shipped_under(&file, "mappings/region"))
            read_dictionary(words, &file);
    }
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        add_code(words, span_of(spellings[i].dict), span_of(spellings[i].code));
    words->plain = ARENA_NEW(arena, struct span, guess_vocabulary_count);
    for (uint32_t i = 0; i < guess_vocabulary_count; i++) {
        char text[GUESS_PLAIN];
        words->plain[i] = arena_copy(arena, guess_plain(span_of(guess_vocabulary[i].word), text));
    }
    words->labels = ARENA_NEW(arena, struct span *, model_kind_count);
    for (uint32_t k = 0; k < model_kind_count; k++) {
        words->labels[k] = ARENA_NEW(arena, struct span, model_kinds[k].column_count);
        for (uint32_t c = 0; c < model_kinds[k].column_count; c++) {
            char text[GUESS_PLAIN];
            struct span label = guess_plain(span_of(model_kinds[k].columns[c].label), text);
            words->labels[k][c] = arena_copy(arena, label);
        }
    }
    struct span legacy;
    if (shipped_find("mappings/legacy_fields.csv", &legacy)) read_legacy(words, legacy);
}

struct span guess_meaning(const struct guess_words *words, struct span header) {
    for (uint32_t i = 0; i < words->legacy_count; i++)
        if (span_equal(words->legacy[i].field, header)) return words->legacy[i].meaning;
    return (struct span){0};
}

/* "缴费/个人" as 缴费个人, and as 个人缴费. */
static struct span flat(struct span header, bool turned, char text[256]) {
    const char *slash = memchr(header.bytes, '/', header.size);
    if (!slash || header.size > 200) return header;
    size_t left = (size_t)(slash - header.bytes), right = header.size - left - 1;
    memcpy(text, turned ? slash + 1 : header.bytes, turned ? right : left);
    memcpy(text + (turned ? right : left), turned ? header.bytes : slash + 1, turned ? left : right);
    return (struct span){text, left + right};
}

/* What the name is to the column when both are made plain. */
static uint32_t plain_fit(const struct guess_words *words, const struct kind *kind,
                          const struct kind_column *target, struct span name) {
    char own[GUESS_PLAIN];
    uint32_t best = 0;
    if (text_is_ascii(name)) return 0;
    struct span plain = guess_plain(name, own);
    if (!plain.size) return 0;
    if (span_equal(plain, words->labels[kind - model_kinds][target - kind->columns])) best = PLAIN_LABEL;
    for (uint32_t i = 0; i < guess_vocabulary_count; i++) {
        if (strcmp(guess_vocabulary[i].column, target->name) != 0 || !span_equal(plain, words->plain[i]))
            continue;
        bool own_kind = guess_vocabulary[i].kind && strcmp(guess_vocabulary[i].kind, kind->name) == 0;
        if (!guess_vocabulary[i].kind || own_kind) return PLAIN + (own_kind ? 20 : 0);
    }
    return best;
}

/* Chinese as it is written; Latin letters, which tables name columns by, in either case. */
static bool same_word(struct span name, const char *word) {
    return name.size == strlen(word) && strncasecmp(name.bytes, word, name.size) == 0;
}

static uint32_t word_fit(const struct guess_words *words, const struct kind *kind,
                         const struct kind_column *target, struct span header) {
    char text[256];
    uint32_t best = 0;
    bool group = memchr(header.bytes, '/', header.size) != NULL;
    for (int turned = 0; turned < 1 + group; turned++) {
        struct span name = flat(header, turned, text);
        if (span_equal(name, span_of(target->label))) return LABEL;
        for (uint32_t i = 0; i < guess_vocabulary_count; i++) {
            if (strcmp(guess_vocabulary[i].column, target->name) != 0 ||
                !same_word(name, guess_vocabulary[i].word))
                continue;
            if (!guess_vocabulary[i].kind) return EQUAL;
            if (strcmp(guess_vocabulary[i].kind, kind->name) == 0) return EQUAL + 20;
        }
        uint32_t plain = plain_fit(words, kind, target, name);
        if (plain > best) best = plain;
    }
    const char *slash = group ? memrchr(header.bytes, '/', header.size) : NULL;
    struct span tail =
        slash ? (struct span){slash + 1, (size_t)(header.bytes + header.size - slash - 1)} : (struct span){0};
    uint32_t fit = tail.size ? word_fit(words, kind, target, tail) : 0;
    return fit > best + TAIL_LOSS ? fit - TAIL_LOSS : best;
}

/* A Chinese header inside the label or the other way round: 结算总费用 and 总费用. */
static uint32_t likeness(const struct kind_column *target, struct span header) {
    size_t label = strlen(target->label);
    if (header.size < 6 || label < 6 || text_is_ascii(header)) return 0;
    bool inside = memmem(target->label, label, header.bytes, header.size) ||
                  memmem(header.bytes, header.size, target->label, label);
    if (!inside) return 0;
    size_t small = label < header.size ? label : header.size,
           large = label < header.size ? header.size : label;
    return (uint32_t)(INSIDE * small / large);
}

uint32_t guess_word_fit(const struct guess_words *words, const struct kind *kind, uint32_t target,
                        struct span header, enum guess_basis *basis, const char **why) {
    const struct kind_column *column = &kind->columns[target];
    *why = "";
    *basis = GUESS_BY_WORD;
    if (!guess_named(header)) return 0;
    char lower[64];
    for (size_t i = 0; i < header.size && i < sizeof lower; i++)
        lower[i] =
            (char)(header.bytes[i] >= 'A' && header.bytes[i] <= 'Z' ? header.bytes[i] + 32 : header.bytes[i]);
    if (header.size < sizeof lower && span_equal((struct span){lower, header.size}, span_of(column->name)))
        return 1000;
    uint32_t best = word_fit(words, kind, column, header);
    for (uint32_t i = 0; i < words->legacy_count && best < LEGACY; i++) {
        const struct guess_legacy *legacy = &words->legacy[i];
        if (!span_equal(legacy->field, header) || !span_equal(legacy->column, span_of(column->name)))
            continue;
        bool own = span_equal(legacy->kind, span_of(kind->name));
        uint32_t fit = own ? LEGACY : LEGACY_OTHER_KIND;
        if (fit > best) best = fit, *basis = GUESS_BY_LEGACY;
    }
    if (best) return best;
    *basis = GUESS_BY_LIKENESS;
    return likeness(column, header);
}

uint32_t guess_code_fit(const struct guess_words *words, const char *dict,
                        const struct profile_column *profile) {
    const struct map *codes = dict ? map_get(&words->dictionaries, span_of(dict)) : NULL;
    uint64_t known = 0;
    if (!codes || !profile->filled) return 0;
    for (uint32_t i = 0; i < profile->value_count; i++)
        if (map_get(codes, profile_text(&profile->values[i]))) known += profile->values[i].count;
    return (uint32_t)(known * 1000 / profile->filled);
}

bool guess_known(const struct guess_words *words, struct span header) {
    enum guess_basis basis;
    const char *why;
    for (uint32_t k = 0; k < model_kind_count && guess_named(header); k++)
        for (uint32_t c = 0; c < model_kinds[k].column_count; c++)
            if (guess_word_fit(words, &model_kinds[k], c, header, &basis, &why) >= LEGACY_OTHER_KIND)
                return true;
    return false;
}
