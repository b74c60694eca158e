/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/link/model.h"
#include <math.h>

/* 2^18 patterns of six fields fit the second-level cache; more are summed anew for each pair. */
enum { TABLE_BITS = 18, FAR_APART = 24 };
/* Who stands under a relative's number has the number's birth date and sex too, once in so many; assumed, for
   the few who do cannot be told from matches. */
enum { TAKEN_FROM_NUMBER = 8 };

/* Agreement that is contained in what agrees elsewhere adds nothing; disagreement counts. */
static uint32_t settled_fields(const struct link_rules *rules, uint32_t pattern) {
    uint32_t settled = 0;
    for (uint32_t f = 0; f < rules->field_count; f++)
        settled |= rules->fields[f].settles[link_level_of(pattern, f)];
    return settled;
}

/* log2 of prior and shares of each class, without the frequency. */
static void sum_classes(const struct link_scorer *scorer, uint32_t pattern, double sums[LINK_CLASSES],
                        double fields[LINK_FIELDS]) {
    const struct link_rules *rules = scorer->rules;
    uint32_t settled = settled_fields(rules, pattern);
    bool namesakes = link_namesakes(rules, pattern);
    memcpy(sums, scorer->prior, sizeof scorer->prior);
    for (uint32_t f = 0; f < rules->field_count; f++) {
        unsigned level = link_level_of(pattern, f);
        fields[f] = 0;
        if (!level) continue;
        double match = scorer->bits[LINK_MATCH][f][level], stranger = scorer->bits[LINK_STRANGER][f][level];
        if (namesakes && rules->fields[f].namesakes) stranger = scorer->namesakes[f][level];
        unsigned kin = link_kin(rules, pattern, f);
        double relative = kin ? scorer->kin[f][kin][level] : scorer->bits[LINK_RELATIVE][f][level];
        if (settled >> f & 1) {
            if (match > stranger) stranger = match;
            if (match > relative) relative += log2(1 + (exp2(match - relative) - 1) / TAKEN_FROM_NUMBER);
        }
        sums[LINK_MATCH] += match;
        sums[LINK_STRANGER] += stranger;
        sums[LINK_RELATIVE] += relative;
        fields[f] = match - stranger;
    }
}

/* log2(2^-a + 2^-b), negated: the odds against two alternatives at once. */
static double against_both(double stranger, double relative) {
    double low = fmin(stranger, relative), apart = fabs(stranger - relative);
    return apart > FAR_APART ? low : low - log2(1 + exp2(-apart));
}

static int guard_of(const struct link_rules *rules, uint32_t pattern, bool review) {
    for (uint32_t i = 0; i < rules->guard_count; i++) {
        const struct link_guard *guard = &rules->guards[i];
        bool meets = guard->review == review;
        for (uint32_t j = 0; meets && j < guard->field_count; j++)
            meets = guard->when[j].levels >> link_level_of(pattern, guard->when[j].field) & 1;
        if (meets) return (int)i;
    }
    return -1;
}

bool link_for_review(const struct link_rules *rules, uint32_t pattern) {
    return guard_of(rules, pattern, true) >= 0;
}

double link_probability(double bits) { return 1 / (1 + exp2(-bits)); }

/* A rare value agreed on says more than the average agreement, a common one less. */
static double frequency_bits(const struct link_scorer *scorer, uint32_t pattern, double frequency) {
    if (scorer->frequency_field < 0 || frequency < 0) return 0;
    uint32_t field = (uint32_t)scorer->frequency_field;
    if (link_level_of(pattern, field) != 1) return 0;
    return scorer->bits[LINK_STRANGER][field][1] - (frequency - scorer->model->records_log2);
}

void link_explain(const struct link_scorer *scorer, uint32_t pattern, double frequency,
                  struct link_evidence *evidence) {
    double sums[LINK_CLASSES];
    sum_classes(scorer, pattern, sums, evidence->fields);
    evidence->prior = scorer->prior[LINK_MATCH] - scorer->prior[LINK_STRANGER];
    evidence->frequency = frequency_bits(scorer, pattern, frequency);
    double stranger = sums[LINK_MATCH] - sums[LINK_STRANGER] + evidence->frequency;
    double both =
        scorer->rules->relatives ? against_both(stranger, sums[LINK_MATCH] - sums[LINK_RELATIVE]) : stranger;
    evidence->kinship = both - stranger;
    evidence->guard_index = guard_of(scorer->rules, pattern, false);
    evidence->guard = 0;
    if (evidence->guard_index >= 0)
        evidence->guard = fmin(0, scorer->rules->guards[evidence->guard_index].bits - both);
    evidence->total = both + evidence->guard;
}

double link_weight(const struct link_scorer *scorer, uint32_t pattern, double frequency) {
    if (!scorer->limit) {
        struct link_evidence evidence;
        link_explain(scorer, pattern, frequency, &evidence);
        return evidence.total;
    }
    double stranger = scorer->against_stranger[pattern] + frequency_bits(scorer, pattern, frequency);
    /* Nearly all pairs are far below anything that is kept; spare them the logarithm. */
    if (stranger < -FAR_APART || !scorer->rules->relatives) return fmin(stranger, scorer->limit[pattern]);
    return fmin(against_both(stranger, scorer->against_relative[pattern]), scorer->limit[pattern]);
}

static void fill_table(struct link_scorer *scorer, uint32_t patterns) {
    scorer->against_stranger = ARENA_NEW(&scorer->arena, float, patterns);
    scorer->against_relative = ARENA_NEW(&scorer->arena, float, patterns);
    scorer->limit = ARENA_NEW(&scorer->arena, float, patterns);
    for (uint32_t pattern = 0; pattern < patterns; pattern++) {
        double sums[LINK_CLASSES], fields[LINK_FIELDS];
        sum_classes(scorer, pattern, sums, fields);
        scorer->against_stranger[pattern] = (float)(sums[LINK_MATCH] - sums[LINK_STRANGER]);
        scorer->against_relative[pattern] = (float)(sums[LINK_MATCH] - sums[LINK_RELATIVE]);
        int guard = guard_of(scorer->rules, pattern, false);
        scorer->limit[pattern] = guard < 0 ? INFINITY : (float)scorer->rules->guards[guard].bits;
    }
}

void link_scorer_open(struct link_scorer *scorer, const struct link_rules *rules,
                      const struct link_model *model) {
    *scorer = (struct link_scorer){.rules = rules, .model = model, .frequency_field = -1};
    for (int c = 0; c < LINK_CLASSES; c++) {
        scorer->prior[c] = model->prior[c] > 0 ? log2(model->prior[c]) : -1000;
        for (uint32_t f = 0; f < rules->field_count; f++)
            for (int l = 1; l < LINK_LEVELS && rules->fields[f].kind->levels[l]; l++)
                scorer->bits[c][f][l] = log2(model->shares[c][f][l]);
    }
    for (uint32_t f = 0; f < rules->field_count; f++)
        for (unsigned kin = 1; kin < LINK_LEVELS; kin++)
            for (int l = 1; l < LINK_LEVELS && rules->fields[f].kind->levels[l]; l++)
                scorer->kin[f][kin][l] = log2(model->kin[f][kin][l]);
    for (uint32_t f = 0; f < rules->field_count; f++)
        for (int l = 1; l < LINK_LEVELS && rules->fields[f].kind->levels[l]; l++)
            scorer->namesakes[f][l] = log2(model->namesakes[f][l]);
    if (link_frequency_field(rules) < LINK_FIELDS) scorer->frequency_field = (int)link_frequency_field(rules);
    uint32_t bits = rules->field_count * LINK_LEVEL_BITS;
    if (bits <= TABLE_BITS) fill_table(scorer, 1U << bits);
}

void link_scorer_close(struct link_scorer *scorer) { arena_free(&scorer->arena); }
