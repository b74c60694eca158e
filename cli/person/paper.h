/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PERSON_PAPER_H
#define CLI_PERSON_PAPER_H
#include "cli/person/decision.h"
#include "cli/form.h"

/* The sheet that `person review` writes and `person decide` reads back. */
#define PAPER_SHEET "待审配对"
#define PAPER_SHEET_EN "Pairs"

enum { PAPER_FAULTS_MAX = 100 }; /* kept; a list with more is wrong as a whole */

/* A pair as the paper names it: "P12-345-a1b2c3d4e5", record numbers and the version of both records. */
enum { PAPER_VERSION = 11 };
struct paper_pair {
    int64_t a, b;
    char version[PAPER_VERSION];
};
bool paper_pair_read(struct span text, struct paper_pair *pair);

/* What a person filled in, line by line. */
struct filled {
    struct form form;
    uint32_t count, open; /* lines with a decision; without */
    struct decision *decisions;
    struct paper_pair *pairs;
    uint32_t *rows; /* of the form's table */
    uint32_t fault_count;
    struct error *faults; /* [fault_count] in the order of the lines */
};

/* Reads the paper.  What is wrong with a line is kept among its faults; false: no paper of ours at all. */
bool paper_read(const char *path, struct arena *arena, struct filled *filled, struct error *error);
enum { PAPER_PAIR, PAPER_VERDICT, PAPER_REASON, PAPER_BY, PAPER_ON, PAPER_HEADS };
/* Refuses a line of it by name. */
void paper_fault(struct filled *filled, uint32_t row, uint32_t head, const char *sentence);
#endif
