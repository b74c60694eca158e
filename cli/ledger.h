/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_LEDGER_H
#define CLI_LEDGER_H
#include "cli/work.h"

/* Puts the tables of mappings/ledger into the database, the shipped ones and the city's own over them, and
   keeps their bytes with the run.  A fault in the city's own is told and stands in work->ledger. */
bool ledger_references(struct work *work, struct error *error);
/* False, and why in `error`, for a delivery with books while those tables have a fault. */
bool ledger_sound(const struct work *work, const struct plan *plan, struct error *error);
#endif
