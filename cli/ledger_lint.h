/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_LEDGER_LINT_H
#define CLI_LEDGER_LINT_H
#include "cli/city.h"

/* The tables under mappings/ledger by their names; ends with NULL. */
extern const char *const ledger_tables[];

struct ledger_faults {
    uint32_t count;
    const struct error *list; /* [count] each with path, line and column */
};

/* Looks at the tables of mappings/ledger as the city uses them, its own rows over the shipped: whether they
   can be read; words that are none; the same thing said twice for one day; and accounts that the chart lacks
   on a day on which something closes into them, is routed to them, is split or reported.  The faults of a
   file that cannot be read have TROUBLE_USAGE, the others TROUBLE_REFUSED; messages name file, line and
   column. */
void ledger_lint(const struct city *city, struct arena *arena, struct ledger_faults *faults);
#endif
