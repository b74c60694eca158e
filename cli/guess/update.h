/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_GUESS_UPDATE_H
#define CLI_GUESS_UPDATE_H
#include "cli/guess/guess.h"
#include <stdio.h>

/* A spec and a file whose header it no longer fits: what to change in the spec. */
struct update {
    const char *city, *spec_path, *file_path;
    struct span diff; /* unified, without context: only the changed lines; empty: none */
    uint32_t warning_count;
    const char *warnings[GUESS_REMARKS]; /* what no line can mend by itself */
};

/* Reads the file with the spec's own settings and compares.  Everything lives in `arena`.
   Fails: the spec or the file cannot be read, or the spec claims nothing of the file. */
bool guess_update(struct update *update, struct arena *arena, struct error *error);
#endif
