/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_SHEET_NAME_H
#define EXTRACT_SHEET_NAME_H
#include "core/error.h"

/* How a spec's `sheet` means a sheet: by its name, by globs ("2020*"), or as /expression/ of PCRE, which may
   match anywhere in the name ("/^(一|二)季度$/").  The name itself always wins. */

/* TROUBLE_USAGE when it is an expression that cannot be compiled. */
bool sheet_name_check(const char *wanted, struct error *error);
/* One that cannot be compiled, or would take too many steps, fits nothing. */
bool sheet_name_fits(const char *wanted, const char *name);
#endif
