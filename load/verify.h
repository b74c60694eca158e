/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_VERIFY_H
#define LOAD_VERIFY_H
#include "load/registry.h"

/* Counts everything that is published and compares rows and every measure, per county and kind, with
   what the laws say must be there (intake.total).  Each comparison becomes a finding verify.total of the
   registry's run when it has one.  `compared` and `broken` (may not be NULL) are counted up. */
bool verify_totals(struct registry *registry, int64_t *compared, int64_t *broken, struct error *error);
#endif
