/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What others make of a code.  Equal codes of other systems mean other things often enough (14 is a pharmacy
   in one county, chronic disease nationally), so a proposal says what it rests on and is never more than a
   draft. */
#include "cli/map/map.h"
#include "core/language.h"
#include "core/shipped.h"
#include "transform/row/csv.h"
#include "transform/row/mapping.h"

enum { ALIKE_MIN = 50, CODES_BYTES_MAX = 8 << 20, NEARBY_MIN = 2 };

/* The best evidence so far; `weight` orders kinds of evidence. */
struct best {
    int weight;
    struct proposal *proposal;
    struct arena *arena;
};

enum {
    WEIGHT_SAME_SYSTEM = 90,
    WEIGHT_SAME_LABEL = 80,
    WEIGHT_ALIKE = 10,
    WEIGHT_NEARBY = 9,
    WEIGHT_SAME_CODE = 5
};

static void offer(struct best *best, int weight, const struct mapping_row *row, struct span target,
                  struct span target_label, const char *why) {
    if (weight <= best->weight || !target.size) return;
    best->weight = weight;
    best->proposal->target = target;
    best->proposal->target_label = target_label;
    best->proposal->label = row ? row->label : (struct span){"", 0};
    best->proposal->why = why;
}

static bool is_word(struct span text) {
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.bytes[i] >= 0x80) return true;
    return false;
}

/* The table without its folder: a row's path as people know it, and its line. */
static const char *place_of(struct arena *arena, const struct mapping_row *row) {
    return arena_print(arena, "%s:%u", row->file->path, row->line);
}

/* Rows of one county's rules: the same system, the same label, an equal code elsewhere. */
static void ask_rules(struct best *best, const struct rules *rules, bool own, const struct unmapped *code) {
    struct span word = {code->code, strlen(code->code)};
    struct arena *arena = best->arena;
    for (uint32_t i = 0; i < rules->mappings->row_count; i++) {
        const struct mapping_row *row = rules->mappings->rows[i];
        if (!span_equal(row->file->table->name, code->table) || row->pattern || !row->target.size) continue;
        bool same = span_equal(row->code, word);
        struct span of = mapping_system(rules->mappings, row);
        bool system = of.size ? span_equal(of, code->system) : own;
        const char *where = place_of(arena, row);
        best->proposal->known |= same || span_equal(row->label, word);
        if (same && system)
            offer(best, WEIGHT_SAME_SYSTEM, row, row->target, row->target_label,
                  arena_print(arena, TEXT("同一系统的草稿 %s", "a draft of the same system, %s"), where));
        else if (is_word(word) && span_equal(row->label, word))
            offer(best, WEIGHT_SAME_LABEL + row->reviewed, row, row->target, row->target_label,
                  arena_print(arena, TEXT("别处同名 %s", "the same label in %s"), where));
        else if (same)
            offer(best, WEIGHT_SAME_CODE - (row->file->level == MAPPING_SHIPPED) + row->reviewed, NULL,
                  row->target, row->target_label,
                  arena_print(arena,
                              TEXT("只是别处同码(%.*s，%s)，同码常不同义",
                                   "only an equal code elsewhere (%.*s, %s); it may mean something else"),
                              (int)row->label.size, row->label.bytes, where));
    }
}

/* Codes that differ in the last character only, when all of them go to one target. */
static void ask_neighbours(struct best *best, const struct rules *rules, const struct unmapped *code) {
    size_t size = strlen(code->code);
    const struct mapping_row *first = NULL;
    uint32_t count = 0;
    const char *names = "";
    for (uint32_t i = 0; i < rules->mappings->row_count; i++) {
        const struct mapping_row *row = rules->mappings->rows[i];
        bool near = span_equal(row->file->table->name, code->table) && row->file->level == MAPPING_COUNTY &&
                    row->reviewed && !row->pattern && size > 1 && row->code.size == size &&
                    memcmp(row->code.bytes, code->code, size - 1) == 0;
        if (!near) continue;
        if (first && !span_equal(first->target, row->target)) return;
        first = first ? first : row;
        names = arena_print(best->arena, "%s%s%.*s", names, count ? "、" : "", (int)row->code.size,
                            row->code.bytes);
        count++;
    }
    if (!first || !first->target.size) return;
    offer(best, WEIGHT_NEARBY - (count < NEARBY_MIN), NULL, first->target, first->target_label,
          arena_print(best->arena,
                      TEXT("本县相邻代码 %s 都对到它", "the county's neighbouring codes %s go there"),
                      names));
}

/* Labels of the code list: code, name_zh. */
static void ask_list(struct best *best, struct span text, const struct unmapped *code) {
    struct csv csv = {.text = text};
    struct span cells[CSV_CELLS], word = {code->code, strlen(code->code)};
    csv_next(&csv, cells, best->arena);
    for (uint32_t count; (count = csv_next(&csv, cells, best->arena)) > 1;) {
        int alike = is_word(word) ? map_alike(word, cells[1]) : 0;
        if (count > 3 && span_equal(cells[3], SPAN("local"))) continue; /* no target, docs/mappings.md */
        if (alike >= ALIKE_MIN)
            offer(best, WEIGHT_ALIKE + alike / 2, NULL, cells[0], cells[1],
                  arena_print(best->arena, TEXT("名称相近 %d%%：%.*s", "label alike by %d%%: %.*s"), alike,
                              (int)cells[1].size, cells[1].bytes));
        if (span_equal(word, cells[0]))
            offer(best, WEIGHT_SAME_CODE - 2, NULL, cells[0], cells[1],
                  arena_print(best->arena,
                              TEXT("只是与国家代码同码(%.*s)，同码常不同义",
                                   "only equal to a national code (%.*s); it may mean something else"),
                              (int)cells[1].size, cells[1].bytes));
    }
}

void map_propose(const struct proposing *at, const struct unmapped *code, struct proposal *proposal) {
    struct best best = {0, proposal, at->arena};
    struct span bytes;
    *proposal =
        (struct proposal){.why = TEXT("没有可参照的，请向县里问明", "nothing to go by: ask the county"),
                          .target = {"", 0},
                          .target_label = {"", 0},
                          .label = {"", 0},
                          .path = arena_print(at->arena, "mappings/%s/%.*s.csv", at->county->folder,
                                              (int)code->table.size, code->table.bytes)};
    for (uint32_t i = 0; i < at->rules_count; i++)
        if (at->rules[i]) ask_rules(&best, at->rules[i], i == 0, code);
    if (at->rules[0]) ask_neighbours(&best, at->rules[0], code);
    const char *list =
        arena_print(at->arena, "mappings/codes/%.*s.csv", (int)code->table.size, code->table.bytes);
    if (shipped_find(list, &bytes)) ask_list(&best, bytes, code);
    if (file_read(arena_print(at->arena, "%s/%s", at->city->directory, list), CODES_BYTES_MAX, at->arena,
                  &bytes, &(struct error){0}))
        ask_list(&best, bytes, code);
    if (file_read(arena_print(at->arena, "%s/%s", at->city->directory, proposal->path), CODES_BYTES_MAX,
                  at->arena, &bytes, &(struct error){0}))
        proposal->written = map_mentions(bytes, (struct span){code->code, strlen(code->code)}, at->arena);
    if (!proposal->label.size && is_word((struct span){code->code, strlen(code->code)}))
        proposal->label = (struct span){code->code, strlen(code->code)};
}
