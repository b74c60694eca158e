/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What others make of a code.  Equal codes of other systems mean other things often enough (14 is a pharmacy
   in one county, chronic disease nationally), so a proposal says what it rests on and is never more than a
   draft. */
#include "cli/map/file.h"
#include "cli/map/map.h"
#include "core/language.h"
#include "core/shipped.h"
#include "transform/row/csv.h"
#include "transform/row/mapping.h"

enum { ALIKE_MIN = 50, SOUNDS_MIN = 75, NEARBY_MIN = 2 };

/* How much a kind of evidence is worth.  Names beat codes; an equal code alone is nearly nothing. */
enum {
    SCORE_SAME_SYSTEM = 92, /* a draft of the same system */
    SCORE_FORMAT = 88,      /* the code has the national format */
    SCORE_SAME_LABEL = 84,  /* another county calls it the same */
    SCORE_LABEL = 80,       /* at most, for a label like one of the list */
    SCORE_SOUND = 70,       /* at most, for one that sounds like it */
    SCORE_INITIALS = 55,    /* PTMZ: 普通门诊 */
    SCORE_NEARBY = 45,      /* codes with the same beginning go there */
    SCORE_PREFIX = 25,      /* the code begins with a national one */
    SCORE_SAME_CODE = 20,
    SCORE_LISTED = 15
};

struct asking {
    const struct proposing *at;
    const struct unmapped *code;
    struct span word; /* the code */
    struct span name; /* what the county calls it; empty: not known */
    struct proposal *proposal;
};

static const struct candidate *held(const struct proposal *proposal, struct span target) {
    for (uint32_t i = 0; i < proposal->count; i++)
        if (span_equal(proposal->candidates[i].target, target)) return &proposal->candidates[i];
    return NULL;
}

/* Keeps the best few; a target that is there already keeps its better reason. */
static void offer(struct asking *ask, int score, struct span target, struct span label, const char *why) {
    struct proposal *proposal = ask->proposal;
    const struct candidate *same = held(proposal, target);
    if (!target.size || score < 1 || (same && same->score >= score)) return;
    uint32_t place = same ? (uint32_t)(same - proposal->candidates) : proposal->count;
    if (place == CANDIDATES_MAX && proposal->candidates[--place].score >= score) return;
    if (!same && proposal->count < CANDIDATES_MAX) proposal->count++;
    for (; place > 0 && proposal->candidates[place - 1].score < score; place--)
        proposal->candidates[place] = proposal->candidates[place - 1];
    proposal->candidates[place] = (struct candidate){target, label, score, why};
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
static void ask_rules(struct asking *ask, const struct rules *rules, bool own) {
    struct arena *arena = ask->at->arena;
    for (uint32_t i = 0; i < rules->mappings->row_count; i++) {
        const struct mapping_row *row = rules->mappings->rows[i];
        if (!span_equal(row->file->table->name, ask->code->table) || row->pattern || !row->target.size)
            continue;
        bool same = span_equal(row->code, ask->word),
             named = ask->name.size && span_equal(row->label, ask->name);
        struct span of = mapping_system(rules->mappings, row);
        bool system = of.size ? span_equal(of, ask->code->system) : own;
        ask->proposal->known |= same || span_equal(row->label, ask->word);
        if (!same && !named) continue;
        const char *where = place_of(arena, row);
        if (same && system) {
            if (!ask->proposal->label.size) ask->proposal->label = row->label;
            offer(ask, SCORE_SAME_SYSTEM, row->target, row->target_label,
                  arena_print(arena, TEXT("同一系统的草稿 %s", "a draft of the same system, %s"), where));
        } else if (named) {
            offer(ask, SCORE_SAME_LABEL + row->reviewed + (same ? 4 : 0), row->target, row->target_label,
                  arena_print(arena, TEXT("别处同名%s %s", "the same label%s in %s"),
                              same ? TEXT("同码", " and code") : "", where));
        } else {
            offer(ask, SCORE_SAME_CODE - (row->file->level == MAPPING_SHIPPED) + row->reviewed, row->target,
                  row->target_label,
                  arena_print(arena,
                              TEXT("只是别处同码(%.*s，%s)，同码常不同义",
                                   "only an equal code elsewhere (%.*s, %s); it may mean something else"),
                              (int)row->label.size, row->label.bytes, where));
        }
    }
}

/* Reviewed codes of the county that begin alike, when all of them go to one target: the longest beginning. */
static bool nearby(struct asking *ask, const struct rules *rules, size_t prefix) {
    const struct mapping_row *first = NULL;
    const char *names = "";
    uint32_t count = 0;
    for (uint32_t i = 0; i < rules->mappings->row_count; i++) {
        const struct mapping_row *row = rules->mappings->rows[i];
        bool near = span_equal(row->file->table->name, ask->code->table) &&
                    row->file->level == MAPPING_COUNTY && row->reviewed && !row->pattern &&
                    row->code.size == ask->word.size && memcmp(row->code.bytes, ask->word.bytes, prefix) == 0;
        if (!near) continue;
        if (first && !span_equal(first->target, row->target)) return true;
        first = first ? first : row;
        if (count++ < 4)
            names = arena_print(ask->at->arena, "%s%s%.*s", names, count > 1 ? "、" : "", (int)row->code.size,
                                row->code.bytes);
    }
    if (first && first->target.size)
        offer(ask, SCORE_NEARBY - (count < NEARBY_MIN ? 10 : 0) - 5 * (int)(ask->word.size - prefix - 1),
              first->target, first->target_label,
              arena_print(ask->at->arena,
                          TEXT("本县前 %zu 位相同的代码 %s 都对到它",
                               "the county's codes with the same first %zu, %s, go there"),
                          prefix, names));
    return count > 0;
}

static void ask_neighbours(struct asking *ask, const struct rules *rules) {
    for (size_t prefix = ask->word.size; prefix-- > 1 && ask->word.size - prefix <= 3;)
        if (nearby(ask, rules, prefix)) return;
}

static void compare_labels(struct asking *ask, struct span code, struct span label) {
    struct arena *arena = ask->at->arena;
    int alike = ask->name.size ? map_alike(ask->name, label) : 0,
        sounds = ask->name.size ? map_sounds(ask->name, label) : 0;
    if (alike >= ALIKE_MIN)
        offer(ask, SCORE_LABEL * alike / 100, code, label,
              arena_print(arena, TEXT("名称相近 %d%%：%.*s", "label alike by %d%%: %.*s"), alike,
                          (int)label.size, label.bytes));
    if (sounds >= SOUNDS_MIN && sounds > alike)
        offer(ask, SCORE_SOUND * sounds / 100, code, label,
              arena_print(arena, TEXT("读音相近 %d%%：%.*s", "sounds alike by %d%%: %.*s"), sounds,
                          (int)label.size, label.bytes));
    if (map_initials(ask->word, label))
        offer(ask, SCORE_INITIALS, code, label,
              arena_print(arena, TEXT("是名称的拼音首字母：%.*s", "the initials of its label: %.*s"),
                          (int)label.size, label.bytes));
}

/* A code list: code, name_zh. */
static void ask_list(struct asking *ask, struct span text) {
    struct arena *arena = ask->at->arena;
    struct csv csv = {.text = text};
    struct span cells[CSV_CELLS];
    csv_next(&csv, cells, arena);
    for (uint32_t count; (count = csv_next(&csv, cells, arena)) > 1;) {
        ask->proposal->known |= span_equal(ask->word, cells[0]) || span_equal(ask->word, cells[1]);
        if (count > 3 && span_equal(cells[3], SPAN("local"))) continue; /* no target, docs/mappings.md */
        compare_labels(ask, cells[0], cells[1]);
        bool begins = cells[0].size > 1 && cells[0].size < ask->word.size &&
                      memcmp(cells[0].bytes, ask->word.bytes, cells[0].size) == 0;
        if (begins)
            offer(ask, SCORE_PREFIX + (int)cells[0].size, cells[0], cells[1],
                  arena_print(arena,
                              TEXT("前 %zu 位是国家代码(%.*s)", "its first %zu are a national code (%.*s)"),
                              cells[0].size, (int)cells[1].size, cells[1].bytes));
        if (span_equal(ask->word, cells[0]))
            offer(ask, SCORE_LISTED, cells[0], cells[1],
                  arena_print(arena,
                              TEXT("只是与国家代码同码(%.*s)，同码常不同义",
                                   "only equal to a national code (%.*s); it may mean something else"),
                              (int)cells[1].size, cells[1].bytes));
    }
}

/* A code in the national format of its table most likely is a national code. */
static void ask_format(struct asking *ask, const struct mapping_table *table) {
    if (!table || !table->format || table->targets.count) return;
    void *match = mapping_match_new();
    if (mapping_matches(table->format, ask->word, match))
        offer(ask, SCORE_FORMAT, ask->word, ask->name,
              TEXT("符合国家代码的格式；是不是同一个，请对照目录",
                   "has the national format; hold it against the catalogue"));
    mapping_match_free(match);
}

/* What the county calls the code: its own list mappings/COUNTY/codes/x.csv, else the code when it is a word.
 */
static struct span name_of(const struct asking *ask) {
    struct sourced list;
    struct error ignored = {0};
    bool found = false;
    const char *stem = arena_print(ask->at->arena, "mappings/%s/codes/%.*s", ask->at->county->folder,
                                   (int)ask->code->table.size, ask->code->table.bytes);
    if (map_file_read(ask->at->city->directory, stem, ask->at->arena, &list, &found, &ignored) && found) {
        struct csv csv = {.text = list.bytes};
        struct span cells[CSV_CELLS];
        while (csv_next(&csv, cells, ask->at->arena) > 1)
            if (span_equal(cells[0], ask->word)) return cells[1];
    }
    return is_word(ask->word) ? ask->word : (struct span){"", 0};
}

void map_propose(const struct proposing *at, const struct unmapped *code, struct proposal *proposal) {
    struct span bytes;
    struct sourced file;
    struct error ignored = {0};
    bool found = false;
    struct asking ask = {at, code, {code->code, strlen(code->code)}, {0}, proposal};
    *proposal = (struct proposal){.stem = arena_print(at->arena, "mappings/%s/%.*s", at->county->folder,
                                                      (int)code->table.size, code->table.bytes)};
    ask.name = proposal->label = name_of(&ask);
    for (uint32_t i = 0; i < at->rules_count; i++)
        if (at->rules[i]) ask_rules(&ask, at->rules[i], i == 0);
    if (at->rules[0]) ask_neighbours(&ask, at->rules[0]);
    if (at->rules[0]) ask_format(&ask, mapping_find(at->rules[0]->mappings, code->table));
    const char *list =
        arena_print(at->arena, "mappings/codes/%.*s", (int)code->table.size, code->table.bytes);
    if (shipped_find(arena_print(at->arena, "%s.csv", list), &bytes)) ask_list(&ask, bytes);
    if (map_file_read(at->city->directory, list, at->arena, &file, &found, &ignored) && found)
        ask_list(&ask, file.bytes);
    if (map_file_read(at->city->directory, proposal->stem, at->arena, &file, &found, &ignored) && found)
        proposal->written = map_mentions(file.bytes, ask.word, at->arena);
}
