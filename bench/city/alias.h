/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_CITY_ALIAS_H
#define BENCH_CITY_ALIAS_H
#include "bench/city/build.h"

/* The column's name as another county would write it, chosen by the seed when the options say `names`; else
   as it is.  `table`: the kind that the file feeds. */
const char *city_alias(const struct build *build, const char *table, const char *column);
#endif
