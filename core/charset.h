/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_CHARSET_H
#define CORE_CHARSET_H
#include <stdbool.h>

/* The names of character encodings that a spec may use. */

/* Whether the readers or iconv know it, whatever its case and hyphens. */
bool charset_known(const char *name);
/* The name nearest to it by edit distance, of those that occur; NULL: none is near. */
const char *charset_nearest(const char *name);
#endif
