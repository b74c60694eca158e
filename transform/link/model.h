/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_LINK_MODEL_H
#define TRANSFORM_LINK_MODEL_H
#include "transform/link/rules.h"

/* How often a pattern was seen among compared pairs; counts are integers, so their sums are exact and
   do not depend on any order. */
struct link_histogram {
    uint32_t capacity, count; /* capacity is a power of two or 0 */
    uint32_t *patterns;       /* pattern + 1; 0: free */
    uint32_t *counts;
    uint64_t pairs;
    struct arena arena;
};
void link_histogram_add(struct link_histogram *histogram, uint32_t pattern, uint32_t count);
void link_histogram_merge(struct link_histogram *into, const struct link_histogram *from);
void link_histogram_free(struct link_histogram *histogram);

/* How matches, relatives and strangers look. */
struct link_model {
    double shares[LINK_CLASSES][LINK_FIELDS]
                 [LINK_LEVELS]; /* P(level | class), given that nothing is missing */
    /* The relatives' shares of a field with `relative_by`, by that field's level: spouses, parents and
       siblings are no one kind, and twins agree in birth date because they are siblings. */
    double kin[LINK_FIELDS][LINK_LEVELS][LINK_LEVELS];
    double namesakes[LINK_FIELDS][LINK_LEVELS]; /* strangers' shares where the name is the same */
    double mix[LINK_BLOCKS][LINK_CLASSES];      /* of the pairs that each rule finds */
    double prior[LINK_CLASSES];                 /* of any two records */
    double records_log2;                        /* log2 of the records */
    uint32_t rounds;
};

/* What is learnt from. */
struct link_seen {
    const struct link_histogram *by_block, *random; /* by_block: [block_count] */
    const struct link_histogram *namesakes;         /* pairs of one name; NULL: none */
};

/* Expectation and maximisation over histograms: one per blocking rule (without the fields that its key makes
   agree) and one of random pairs, which are nearly all strangers.  What the rules assume beforehand counts
   as so many pairs, so that few records still make a model.
   `carried` is the share of records that carry the training rule's key: two of them that live together agree
   in full in what relatives share, others as far as the rest of their records tells.
   Source: P. Winkler, Fellegi-Sunter with EM; a third class keeps relatives from passing as matches. */
void link_model_learn(struct link_model *model, const struct link_rules *rules, const struct link_seen *seen,
                      double carried);

/* The two have one name, so `namesakes` is how strangers look. */
bool link_namesakes(const struct link_rules *rules, uint32_t pattern);
/* On what the relatives' shares of field `f` depend, LINK_LEVELS; 0: on nothing. */
unsigned link_kin(const struct link_rules *rules, uint32_t pattern, uint32_t f);

/* The sum by which a pair is judged, term by term, in bits. */
struct link_evidence {
    double prior;               /* any two records */
    double fields[LINK_FIELDS]; /* what each field says against strangers */
    double frequency;           /* a rare value agreed on, or a common one */
    double kinship;             /* that they may be relatives instead; never positive */
    double guard;               /* taken away by a guard; never positive */
    double total;
    int guard_index; /* which one; -1: none */
};

/* The model as a table of weights by pattern. */
struct link_scorer {
    const struct link_rules *rules;
    const struct link_model *model;
    float *against_stranger, *against_relative, *limit;  /* [2^bits]; NULL when there are too many patterns */
    double bits[LINK_CLASSES][LINK_FIELDS][LINK_LEVELS]; /* log2 of the shares */
    double kin[LINK_FIELDS][LINK_LEVELS][LINK_LEVELS];   /* log2 of the model's */
    double namesakes[LINK_FIELDS][LINK_LEVELS];          /* log2 of the model's */
    double prior[LINK_CLASSES];
    int frequency_field; /* -1: none */
    struct arena arena;
};
void link_scorer_open(struct link_scorer *scorer, const struct link_rules *rules,
                      const struct link_model *model);
void link_scorer_close(struct link_scorer *scorer);
/* Bits for a pattern; `frequency` as link_frequency gives it. */
double link_weight(const struct link_scorer *scorer, uint32_t pattern, double frequency);
/* The same sum with its terms. */
void link_explain(const struct link_scorer *scorer, uint32_t pattern, double frequency,
                  struct link_evidence *evidence);
/* True when a guard keeps pairs of this look from being automatic. */
bool link_for_review(const struct link_rules *rules, uint32_t pattern);
double link_probability(double bits);
#endif
