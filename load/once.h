/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_ONCE_H
#define LOAD_ONCE_H
#include "core/error.h"
#include <stddef.h>

/* Makes a file that is not there, readable by its owner alone: written aside and then given its name, which
   only the first of several gets.  So nobody reads half of it, a crash leaves none, and whoever reads it
   afterwards reads what the first one wrote.  True when somebody made it. */
bool once_write(const char *path, const void *bytes, size_t size, struct error *error);
#endif
