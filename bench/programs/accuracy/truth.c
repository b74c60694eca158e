/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/programs/accuracy/accuracy.h"
#include <stdlib.h>

enum { CELLS = 32, LINE_BYTES = 8192 };

struct table {
    FILE *file;
    char line[LINE_BYTES];
    char *cells[CELLS];
    unsigned count;
};

static bool next_line(struct table *table) {
    if (!fgets(table->line, LINE_BYTES, table->file)) return false;
    table->line[strcspn(table->line, "\r\n")] = '\0';
    table->count = 0;
    for (char *at = table->line; at && table->count < CELLS;) {
        while (*at == ' ') at++;
        table->cells[table->count++] = at;
        at = strchr(at, ',');
        if (at) *at++ = '\0';
    }
    return true;
}

static bool open_table(struct table *table, const char *path) {
    table->file = fopen(path, "r");
    if (table->file && next_line(table)) return true;
    fprintf(stderr, "accuracy: cannot read %s\n", path);
    return false;
}

static unsigned column_of(const struct table *table, const char *name) {
    for (unsigned i = 0; i < table->count; i++)
        if (strcmp(table->cells[i], name) == 0) return i;
    return CELLS;
}

static struct span text_span(const char *text) { return (struct span){text, strlen(text)}; }

static int by_value(const void *a, const void *b) {
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* Pairs within runs of equal values under `mask` of sorted numbers. */
static uint64_t count_pairs(const uint64_t *values, uint32_t count, uint64_t mask) {
    uint64_t pairs = 0, run = 0;
    for (uint32_t i = 0; i < count; i++) {
        run = i && (values[i] & mask) == (values[i - 1] & mask) ? run + 1 : 0;
        pairs += run;
    }
    return pairs;
}

/* Names to small numbers. */
static uint32_t number_of(struct map *numbers, struct arena *arena, const char *text) {
    struct span key = text_span(text);
    uintptr_t known = (uintptr_t)map_get(numbers, key);
    if (known) return (uint32_t)known;
    *map_put(numbers, arena_copy(arena, key)) = (void *)(uintptr_t)(numbers->count + 1);
    return (uint32_t)(uintptr_t)map_get(numbers, key);
}

static enum population_trap trap_of(const char *name) {
    for (int t = 1; t < TRAP_COUNT; t++)
        if (strcmp(name, population_traps[t]) == 0) return (enum population_trap)t;
    return TRAP_NONE;
}

bool truth_read(struct truth *truth, const char *path, const struct truth_form *form) {
    struct table *table = malloc(sizeof *table);
    struct map numbers = {.arena = &truth->arena};
    truth->records.arena = &truth->arena;
    bool ok = table && open_table(table, path);
    if (ok) {
        unsigned record = column_of(table, form->record), trap = column_of(table, "trap");
        unsigned person = form->person ? column_of(table, form->person) : record;
        while (record < CELLS && person < CELLS && next_line(table)) {
            struct known *known = ARENA_NEW(&truth->arena, struct known, 1);
            if (record >= table->count || person >= table->count) continue;
            *map_put(&truth->records, arena_copy(&truth->arena, text_span(table->cells[record]))) = known;
            truth->record_count++;
            if (trap < table->count) known->trap = trap_of(table->cells[trap]);
            char *name = table->cells[person];
            if (!form->person && (name = strchr(name, '-')) != NULL) *strchrnul(++name, '-') = '\0';
            known->person = number_of(&numbers, &truth->arena, name ? name : "");
        }
        uint64_t *persons = calloc(truth->record_count + 1, sizeof *persons);
        uint32_t at = 0, count = 0;
        void *value;
        for (struct span key; map_next(&truth->records, &at, &key, &value);)
            persons[count++] = ((const struct known *)value)->person;
        qsort(persons, count, sizeof *persons, by_value);
        truth->pairs = count_pairs(persons, count, UINT64_MAX);
        free(persons);
    }
    if (table && table->file) fclose(table->file);
    free(table);
    return ok && truth->record_count > 0;
}

void truth_free(struct truth *truth) {
    arena_free(&truth->arena);
    *truth = (struct truth){0};
}

/* Wrong pairs by trap, within one cluster; clusters are small. */
static void blame(struct outcome *outcome, const uint64_t *values, const uint8_t *traps, uint32_t from,
                  uint32_t until) {
    for (uint32_t i = from; i < until; i++)
        for (uint32_t j = i + 1; j < until; j++) {
            if (values[i] == values[j]) continue;
            outcome->wrong_by_trap[traps[(uint32_t)values[i]]]++;
            if (traps[(uint32_t)values[j]] != traps[(uint32_t)values[i]])
                outcome->wrong_by_trap[traps[(uint32_t)values[j]]]++;
        }
}

static void weigh(const struct truth *truth, struct outcome *outcome, uint64_t *values, uint32_t count,
                  const uint8_t *traps) {
    qsort(values, count, sizeof *values, by_value);
    outcome->merged = count_pairs(values, count, UINT64_MAX << 32);
    outcome->right = count_pairs(values, count, UINT64_MAX);
    for (uint32_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && values[end] >> 32 == values[i] >> 32; end++) continue;
        blame(outcome, values, traps, i, end);
    }
    outcome->precision = outcome->merged ? (double)outcome->right / (double)outcome->merged : 1;
    outcome->recall = truth->pairs ? (double)outcome->right / (double)truth->pairs : 1;
    double sum = outcome->precision + outcome->recall;
    outcome->f1 = sum > 0 ? 2 * outcome->precision * outcome->recall / sum : 0;
}

bool outcome_read(const struct truth *truth, const char *clusters, const char *column,
                  struct outcome *outcome) {
    struct table *table = malloc(sizeof *table);
    struct arena arena = {0};
    struct map numbers = {.arena = &arena};
    uint64_t *values = calloc(truth->record_count + 1, sizeof *values);
    uint8_t *traps = calloc(truth->record_count + 2, 1);
    uint32_t count = 0;
    *outcome = (struct outcome){0};
    bool ok = table && values && traps && open_table(table, clusters);
    if (ok) {
        unsigned cluster = column_of(table, column);
        while (cluster < CELLS && next_line(table) && count < truth->record_count) {
            const struct known *known = map_get(&truth->records, text_span(table->cells[0]));
            if (!known || cluster >= table->count) continue;
            traps[known->person] = (uint8_t)known->trap;
            values[count++] =
                (uint64_t)number_of(&numbers, &arena, table->cells[cluster]) << 32 | known->person;
        }
        weigh(truth, outcome, values, count, traps);
    }
    if (table && table->file) fclose(table->file);
    free(table);
    free(values);
    free(traps);
    arena_free(&arena);
    return ok && count == truth->record_count;
}

static void take_pair(const struct truth *truth, const struct table *table, struct judged *judged) {
    const struct known *a = map_get(&truth->records, text_span(table->cells[0]));
    const struct known *b = map_get(&truth->records, text_span(table->cells[1]));
    int band = (int)strtol(table->cells[2], NULL, 10);
    judged->review += strcmp(table->cells[4], "review") == 0 || strcmp(table->cells[4], "conflict") == 0;
    if (!a || !b || band < 0) return;
    /* What a guard says is a rule's word, no prediction; it is counted by itself. */
    if (table->cells[6][0]) {
        judged->guarded++;
        judged->guarded_right += a->person == b->person;
        return;
    }
    if (band >= BANDS_MAX) band = BANDS_MAX - 1;
    judged->counts[band]++;
    judged->right[band] += a->person == b->person;
    judged->predicted[band] += strtod(table->cells[3], NULL);
}

bool judged_read(const struct truth *truth, const char *pairs, struct judged *judged) {
    struct table *table = malloc(sizeof *table);
    *judged = (struct judged){0};
    bool ok = table && open_table(table, pairs);
    while (ok && next_line(table))
        if (table->count > 6) take_pair(truth, table, judged);
    for (int band = 0; band < BANDS_MAX; band++) {
        double count = (double)judged->counts[band];
        if (judged->counts[band] < BAND_PAIRS_LEAST) continue;
        double off = (judged->predicted[band] - (double)judged->right[band]) / count;
        if (off < 0) off = -off;
        if (off > judged->off) judged->off = off, judged->off_bits = band;
    }
    if (table && table->file) fclose(table->file);
    free(table);
    return ok;
}
