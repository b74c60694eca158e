/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_GUESS_OVERVIEW_H
#define CLI_GUESS_OVERVIEW_H
#include "cli/guess/guess.h"
#include <stdio.h>

/* The drafts of a folder or an archive on one page. */
struct overview_line {
    const struct guess_draft *draft;
    uint32_t file_count;
    const char *spec; /* where the draft was written; NULL: printed */
};

struct overview_locked {
    struct guess_locked locked;
    struct span yaml;
    const char *spec; /* where it was written; NULL: printed */
};

struct overview {
    uint64_t files;  /* looked at */
    uint64_t copies; /* the same bytes as another file, left out */
    uint32_t shapes; /* groups of files */
    uint32_t count;
    struct overview_line *lines; /* [count] */
    uint32_t locked_count;
    struct overview_locked *locked; /* [locked_count] archives that wait for a person */
};

/* What is unsure, then a table of all. */
void overview_print(const struct overview *overview, FILE *out, struct arena *arena);
#endif
