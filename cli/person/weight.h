/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PERSON_WEIGHT_H
#define CLI_PERSON_WEIGHT_H
#include "core/arena.h"
#include <stdint.h>

/* What a pair's weight follows from under one model: the levels of its fields, and how common the name is. */
struct pair_weight {
    uint32_t pattern;
    double frequency; /* link_frequency */
};

/* The weights that some pairs have, each once; in `arena`, which is the caller's to free. */
struct weights {
    struct arena arena;
    uint32_t count;
    struct pair_weight *list; /* [count] in the order in which they were first met */
    uint32_t capacity;        /* of the list; there are twice as many slots */
    uint32_t *slots;          /* places in the list + 1; 0: free */
};

/* Its place in the list, where it is put if it is new. */
uint32_t weight_place(struct weights *weights, uint32_t pattern, double frequency);
#endif
