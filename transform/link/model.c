/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/link/model.h"
#include <math.h>
#include <stdlib.h>

enum { ROUNDS_MAX = 80, RANDOM = LINK_BLOCKS, NAMESAKES, SOURCES };
/* What is known of all strangers counts as so many chance agreements of namesakes. */
static const double CHANCES = 5;
static const double CONVERGED = 1e-5, NEVER = 1e-4, TRACE = 0.2, MIX_LEAST = 1e-7;

struct seen {
    uint32_t pattern, count;
};

/* One rule's histogram in the order of patterns: sums of doubles must not depend on a hash. */
struct source {
    struct seen *seen;
    uint32_t count, mask;
    bool training;
    double pairs;
};

struct learning {
    struct link_model *model;
    const struct link_rules *rules;
    struct source sources[SOURCES];
    double mix[SOURCES][LINK_CLASSES];
    double sums[LINK_CLASSES][LINK_FIELDS][LINK_LEVELS];
    double kin_sums[LINK_FIELDS][LINK_LEVELS][LINK_LEVELS];
    double namesake_sums[LINK_FIELDS][LINK_LEVELS];
    double together[LINK_FIELDS][LINK_LEVELS]; /* of relatives that are told without the training key */
    double carried;
    int classes[LINK_CLASSES], class_count;
    struct arena arena;
};

static int by_pattern(const void *a, const void *b) {
    uint32_t left = ((const struct seen *)a)->pattern, right = ((const struct seen *)b)->pattern;
    return (left > right) - (left < right);
}

/* Masked fields are taken out, so that patterns fall together. */
static void read_source(struct learning *at, uint32_t index, const struct link_histogram *histogram,
                        uint32_t mask) {
    struct source *source = &at->sources[index];
    uint32_t keep = 0, count = 0;
    for (uint32_t f = 0; f < at->rules->field_count; f++)
        if (!(mask >> f & 1)) keep |= (uint32_t)LINK_LEVEL_MASK << (f * LINK_LEVEL_BITS);
    struct seen *seen = ARENA_NEW(&at->arena, struct seen, histogram->count + 1);
    uint32_t name = link_frequency_field(at->rules);
    for (uint32_t i = 0; i < histogram->capacity; i++)
        if (histogram->patterns[i] &&
            (index != NAMESAKES || link_level_of(histogram->patterns[i] - 1, name) == 1))
            seen[count++] = (struct seen){(histogram->patterns[i] - 1) & keep, histogram->counts[i]};
    qsort(seen, count, sizeof *seen, by_pattern);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (kept && seen[kept - 1].pattern == seen[i].pattern) seen[kept - 1].count += seen[i].count;
        else seen[kept++] = seen[i];
    }
    *source = (struct source){seen, kept, mask, false, (double)histogram->pairs};
}

static void start(struct learning *at) {
    const struct link_rules *rules = at->rules;
    for (int c = 0; c < LINK_CLASSES; c++)
        for (uint32_t f = 0; f < rules->field_count; f++)
            memcpy(at->model->shares[c][f], rules->fields[f].start[c], sizeof at->model->shares[c][f]);
    for (uint32_t f = 0; f < rules->field_count; f++) {
        const struct link_field *field = &rules->fields[f];
        memcpy(at->model->namesakes[f], field->start[LINK_STRANGER], sizeof at->model->namesakes[f]);
        memcpy(at->together[f], field->start[LINK_RELATIVE], sizeof at->together[f]);
        for (int kin = 0; kin < LINK_LEVELS; kin++)
            memcpy(at->model->kin[f][kin], field->start[LINK_RELATIVE], sizeof at->model->kin[f][kin]);
    }
    at->classes[at->class_count++] = LINK_MATCH;
    if (rules->relatives) at->classes[at->class_count++] = LINK_RELATIVE;
    at->classes[at->class_count++] = LINK_STRANGER;
    for (uint32_t r = 0; r < rules->block_count; r++) {
        bool training = rules->blocks[r].training;
        at->mix[r][LINK_MATCH] = training ? 0.1 : 0.3;
        at->mix[r][LINK_RELATIVE] = rules->relatives ? training ? 0.88 : 0.2 : 0;
        at->mix[r][LINK_STRANGER] = 1 - at->mix[r][LINK_MATCH] - at->mix[r][LINK_RELATIVE];
    }
    at->mix[RANDOM][LINK_MATCH] = 1e-6;
    at->mix[RANDOM][LINK_RELATIVE] = rules->relatives ? 1e-6 : 0;
    at->mix[RANDOM][LINK_STRANGER] = 1;
    at->mix[NAMESAKES][LINK_MATCH] = 0.2;
    at->mix[NAMESAKES][LINK_RELATIVE] = rules->relatives ? 0.01 : 0;
    at->mix[NAMESAKES][LINK_STRANGER] = 0.8 - at->mix[NAMESAKES][LINK_RELATIVE];
}

unsigned link_kin(const struct link_rules *rules, uint32_t pattern, uint32_t f) {
    int by = rules->fields[f].relative_by;
    unsigned level = by < 0 ? 0 : link_level_of(pattern, (uint32_t)by);
    return rules->fields[f].relative_levels >> level & 1 ? level : 0;
}

bool link_namesakes(const struct link_rules *rules, uint32_t pattern) {
    uint32_t name = link_frequency_field(rules);
    return name < LINK_FIELDS && link_level_of(pattern, name) == 1;
}

static double share_of(const struct learning *at, uint32_t index, int class, uint32_t pattern, uint32_t f) {
    unsigned level = link_level_of(pattern, f), kin = 0;
    if (class == LINK_STRANGER && (index == NAMESAKES || link_namesakes(at->rules, pattern)) &&
        at->rules->fields[f].namesakes)
        return at->model->namesakes[f][level];
    if (class != LINK_RELATIVE) return at->model->shares[class][f][level];
    if (at->sources[index].training && at->rules->fields[f].together) return at->together[f][level];
    kin = link_kin(at->rules, pattern, f);
    return kin ? at->model->kin[f][kin][level] : at->model->shares[class][f][level];
}

static void add_part(struct learning *at, uint32_t index, int class, uint32_t pattern, double part) {
    for (uint32_t f = 0; f < at->rules->field_count; f++) {
        unsigned level = link_level_of(pattern, f);
        if (index == NAMESAKES) at->namesake_sums[f][level] += part;
        else if (class != LINK_RELATIVE) at->sums[class][f][level] += part;
        else if (!at->rules->fields[f].together || at->sources[index].training) {
            at->sums[class][f][level] += part;
            at->kin_sums[f][link_kin(at->rules, pattern, f)][level] += part;
        }
    }
}

/* Shares each pattern among the classes and adds it to their sums.  Products of at most eight shares of
   1e-9 stay far inside a double, so no logarithms are needed. */
static void expect(struct learning *at, uint32_t index, double found[LINK_CLASSES]) {
    const struct source *source = &at->sources[index];
    for (uint32_t i = 0; i < source->count; i++) {
        double weights[LINK_CLASSES] = {0}, total = 0;
        uint32_t pattern = source->seen[i].pattern;
        for (int c = 0; c < at->class_count; c++) {
            int class = at->classes[c];
            weights[class] = at->mix[index][class];
            for (uint32_t f = 0; f < at->rules->field_count; f++) {
                if (link_level_of(pattern, f)) weights[class] *= share_of(at, index, class, pattern, f);
            }
            total += weights[class];
        }
        if (!(total > 0)) continue;
        for (int c = 0; c < at->class_count; c++) {
            int class = at->classes[c];
            double part = weights[class] / total * source->seen[i].count;
            found[class] += part;
            /* What strangers look like is learnt from random pairs and namesakes, all else from the rules'.
             */
            if ((class == LINK_STRANGER) != (index >= RANDOM)) continue;
            if (class == LINK_RELATIVE && !source->training) continue;
            add_part(at, index, class, pattern, part);
        }
    }
}

/* New shares of one class and field; returns how far they moved. */
static double maximize(struct learning *at, int class, uint32_t f) {
    const struct link_field *field = &at->rules->fields[f];
    double *shares = at->model->shares[class][f], sum = 0, moved = 0, fresh[LINK_LEVELS] = {0};
    if (class == LINK_RELATIVE && field->together) return 0;
    for (int l = 1; l < LINK_LEVELS && field->kind->levels[l]; l++) {
        fresh[l] = at->sums[class][f][l] + TRACE + field->strength[class] * field->start[class][l];
        sum += fresh[l];
    }
    for (int l = 1; l < LINK_LEVELS && field->kind->levels[l]; l++) {
        double share = fresh[l] / sum;
        if (class == LINK_MATCH && field->never[l] && share > NEVER) share = NEVER;
        if (class == LINK_STRANGER && field->given[l]) share = field->start[class][l];
        moved = fmax(moved, fabs(share - shares[l]));
        shares[l] = share;
    }
    return moved;
}

/* The same of what relatives share: two records that carry the key agree in it. */
static double maximize_together(struct learning *at, uint32_t f) {
    const struct link_field *field = &at->rules->fields[f];
    double sum = 0, moved = 0, both = at->carried * at->carried,
           *shares = at->model->shares[LINK_RELATIVE][f];
    double fresh[LINK_LEVELS] = {0};
    for (int l = 1; l < LINK_LEVELS && field->kind->levels[l]; l++)
        sum += fresh[l] = at->sums[LINK_RELATIVE][f][l] + TRACE +
                          field->strength[LINK_RELATIVE] * field->start[LINK_RELATIVE][l];
    for (int l = 1; l < LINK_LEVELS && field->kind->levels[l]; l++) {
        at->together[f][l] = fresh[l] / sum;
        double share = (1 - both) * fresh[l] / sum + (l == 1 ? both : 0);
        moved = fmax(moved, fabs(share - shares[l]));
        shares[l] = share;
    }
    return moved;
}

/* Shares under a condition; few pairs lean on what is known without it. */
static double lean(const struct link_field *field, const double *sums, const double *known, double strength,
                   double *shares) {
    double sum = 0, moved = 0, fresh[LINK_LEVELS] = {0};
    for (int l = 1; l < LINK_LEVELS && field->kind->levels[l]; l++)
        sum += fresh[l] = sums[l] + strength * known[l];
    for (int l = 1; l < LINK_LEVELS && field->kind->levels[l]; l++) {
        double share = fresh[l] / sum;
        moved = fmax(moved, fabs(share - shares[l]));
        shares[l] = share;
    }
    return moved;
}

/* Relatives by the level of another field; strangers by whether they have one name. */
static double maximize_conditions(struct learning *at) {
    struct link_model *model = at->model;
    double moved = 0;
    for (uint32_t f = 0; f < at->rules->field_count; f++) {
        const struct link_field *field = &at->rules->fields[f];
        /* Chance agreement is rare in dates, not in sex: as many pairs as bring so many of it. */
        double chance = CHANCES / model->shares[LINK_STRANGER][f][1];
        moved = fmax(moved, lean(field, at->namesake_sums[f], model->shares[LINK_STRANGER][f], chance,
                                 model->namesakes[f]));
        if (!at->rules->relatives) continue;
        if (field->together) moved = fmax(moved, maximize_together(at, f));
        for (unsigned kin = 1; kin < LINK_LEVELS; kin++)
            moved = fmax(moved, lean(field, at->kin_sums[f][kin], model->shares[LINK_RELATIVE][f],
                                     field->strength[LINK_RELATIVE], model->kin[f][kin]));
    }
    return moved;
}

static double round_once(struct learning *at) {
    double moved = 0;
    memset(at->sums, 0, sizeof at->sums);
    memset(at->kin_sums, 0, sizeof at->kin_sums);
    memset(at->namesake_sums, 0, sizeof at->namesake_sums);
    for (uint32_t s = 0; s < SOURCES; s++) {
        double found[LINK_CLASSES] = {0};
        if (!at->sources[s].count) continue;
        expect(at, s, found);
        for (int c = 0; c < at->class_count; c++)
            at->mix[s][at->classes[c]] = fmax(found[at->classes[c]] / at->sources[s].pairs, MIX_LEAST);
    }
    for (int c = 0; c < at->class_count; c++)
        for (uint32_t f = 0; f < at->rules->field_count; f++)
            moved = fmax(moved, maximize(at, at->classes[c], f));
    return fmax(moved, maximize_conditions(at));
}

void link_model_learn(struct link_model *model, const struct link_rules *rules, const struct link_seen *seen,
                      double carried) {
    struct learning at = {.model = model, .rules = rules, .carried = carried};
    start(&at);
    for (uint32_t r = 0; r < rules->block_count; r++)
        read_source(&at, r, &seen->by_block[r], rules->blocks[r].mask),
            at.sources[r].training = rules->blocks[r].training;
    read_source(&at, RANDOM, seen->random, 0);
    uint32_t name = link_frequency_field(rules);
    if (seen->namesakes && name < LINK_FIELDS) read_source(&at, NAMESAKES, seen->namesakes, 1U << name);
    for (model->rounds = 0; model->rounds < ROUNDS_MAX;) {
        model->rounds++;
        if (round_once(&at) < CONVERGED) break;
    }
    memcpy(model->mix, at.mix, sizeof model->mix);
    arena_free(&at.arena);
}
