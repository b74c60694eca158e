/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_SHIPPED_H
#define CORE_SHIPPED_H
#include "core/span.h"
#include <stdint.h>

/* The files that the program carries inside itself (mappings, SQL, the sample city's specs), so that
   one binary is a whole installation.  They are a tar archive linked in by the build. */
struct shipped {
    struct span path; /* "mappings/insutype.csv" */
    struct span bytes;
};

/* Visits every file in order of its path; `*at` starts at 0; false at the end. */
bool shipped_next(uint64_t *at, struct shipped *file);
bool shipped_find(const char *path, struct span *bytes);
/* True when `path` begins with `prefix`. */
bool shipped_under(const struct shipped *file, const char *prefix);
#endif
