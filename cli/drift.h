/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_DRIFT_H
#define CLI_DRIFT_H
#include "core/drift.h"
#include "extract/extract.h"
#include <stdio.h>

/* Whether a source still has the header and the contents that its spec was written for. */
struct drifted {
    struct drift drift;
    struct columns named; /* the columns as spec_resolve should see them */
    bool reject;          /* every row is to be rejected */
    bool unread;          /* a changed column is not read */
    struct span says;     /* the difference in words; empty: none */
    struct span detail;   /* the same for the reason of a row: "difference=…" */
    const char *page;     /* both headers side by side and the command to run next; NULL: no difference */
};

/* Compares `columns` with what the spec remembers, and the first rows with the types when `input` is given
   (it is opened once more; NULL: names only).  False: header.changed, to be refused; `drifted->page` says
   what to show.  `spec` is a copy: columns that are not to be read leave it. */
bool drift_check(struct spec *spec, const struct input *input, const struct columns *columns,
                 struct arena *arena, struct drifted *drifted, struct error *error);
/* Prints the page and what to do next, or one line when the spec lets the change pass. */
void drift_print(FILE *out, const struct drifted *drifted, const char *name, const char *spec_path,
                 const char *file_path, bool passed);
#endif
