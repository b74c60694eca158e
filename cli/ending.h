/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_ENDING_H
#define CLI_ENDING_H
#include "cli/work.h"

/* The last lines of a run: every problem, and the command or the paper that deals with it.  `directory` is
   the run's folder under out/.  The counts are those of its papers. */
bool ending_print(struct work *work, const char *directory, struct error *error);
/* What an undo took away and what came back in its place, rows and money by kind: in words, or as JSON.  Of a
   trial it is told from inside its transaction. */
bool ending_undone(struct work *work, struct error *error);
#endif
