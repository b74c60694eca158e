/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_CLOSING_H
#define CLI_CLOSING_H
#include "cli/work.h"

/* The end of a run: the checks across rows, its exit code in the book, its papers; and the papers that an
   earlier run owes, because it was killed or its disk was full.  A run that only looked again at what was
   there writes papers, too: new doubts go to their counties.  `papers` is false when the papers failed: then
   everything else is done. */
bool closing_books(struct work *work, bool *papers, struct error *error);
#endif
