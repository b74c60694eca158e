/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_ACCURACY_ACCURACY_H
#define BENCH_ACCURACY_ACCURACY_H
#include "bench/population/population.h"
#include "core/map.h"

/* Who is who in truth; read before the linker's answer, which never sees it. */
struct truth {
    struct map records; /* record to struct known */
    struct arena arena;
    uint64_t pairs; /* of records of one person */
    uint32_t record_count;
};
struct known {
    uint32_t person;
    enum population_trap trap;
};

/* The columns of a CSV without quotes that hold record and person; FEBRL's person is inside its record. */
struct truth_form {
    const char *record, *person; /* person NULL: the number between the first two '-' of the record */
};
bool truth_read(struct truth *truth, const char *path, const struct truth_form *form);
void truth_free(struct truth *truth);

/* One column of the clusters against the truth. */
struct outcome {
    uint64_t merged, right; /* pairs of records in one cluster; those of one person */
    double precision, recall, f1;
    uint64_t wrong_by_trap[TRAP_COUNT]; /* wrong pairs that a trap's record stands in */
};
bool outcome_read(const struct truth *truth, const char *clusters, const char *column,
                  struct outcome *outcome);

/* The pairs against the truth: how many are for review, how far predictions are off. */
enum { BANDS_MAX = 64, BAND_PAIRS_LEAST = 1000 };
struct judged {
    uint64_t review, guarded, guarded_right; /* guarded: held down by a rule */
    double off;      /* the largest difference of predicted and actual share in a band of one bit */
    double off_bits; /* where */
    uint64_t counts[BANDS_MAX], right[BANDS_MAX];
    double predicted[BANDS_MAX];
};
bool judged_read(const struct truth *truth, const char *pairs, struct judged *judged);
#endif
