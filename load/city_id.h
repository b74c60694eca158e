/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_CITY_ID_H
#define LOAD_CITY_ID_H
#include "core/error.h"

enum { CITY_ID_BYTES = 17 };

/* The city's own id, 16 hexadecimal digits: it survives a move of the folder, and two cities never share a
   cluster.  Whoever comes first makes it; those who come at the same time get the same one. */
bool city_id(const char *city, char id[CITY_ID_BYTES], struct error *error);
#endif
