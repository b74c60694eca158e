/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_COVER_EXPRESSION_H
#define TRANSFORM_COVER_EXPRESSION_H
#include "core/arena.h"
#include "core/error.h"

/* Conditions that an accountant writes in a table and that become SQL over a fixed set of facts:
     employee_months >= 12 and not flexible
     kind = 'cross_scheme' and county_a in ('690102', '690181')
   Words: and or not in ( ) = <> < <= > >=, numbers, 'texts', and the names of facts.  Nothing else gets
   through: no function, no subquery, no column that is not listed. */

enum fact_type { FACT_NUMBER, FACT_TEXT, FACT_YES_NO };

struct fact {
    const char *name;
    enum fact_type type;
    const char *zh; /* as the manual and the drill-down say it */
};

enum { EXPRESSION_BYTES_MAX = 2000, EXPRESSION_DEPTH_MAX = 16, FACTS_MAX = 64 };

/* `sql` gets a condition over the columns of a row called f, in `arena`; an empty text is always true.
   Fails: TROUBLE_USAGE, error->at.column the character (from 1) where it went wrong, the nearest known fact
   in the message; row and source are the caller's. */
bool expression_compile(struct span text, const struct fact *facts, uint32_t fact_count, struct arena *arena,
                        const char **sql, struct error *error);
#endif
