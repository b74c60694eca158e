/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_REFERENCE_H
#define CLI_REFERENCE_H
#include "core/arena.h"
#include "core/error.h"

/* A city's own mappings/ledger/NAME.csv, made to be edited by hand, as the database takes it: the columns of
   the shipped table in its order, dates yyyy-mm-dd, no blank lines.  `own` may have its columns in any order
   and more of them.
   Fails: TROUBLE_USAGE with path, line and column: a column that is missing, a row without valid_from, what
   is no date, an end that is not after its beginning, a quote that is never closed. */
bool reference_clean(struct span own, const char *path, struct span shipped, struct arena *arena,
                     struct span *clean, struct error *error);
#endif
