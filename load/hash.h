/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_HASH_H
#define LOAD_HASH_H
#include "load/registry.h"

enum { HASH_TEXT = 65 };

/* The content of record as one SHA-256: per kind and county the number of rows, the sum of every
   measure and the order-free sum of the rows' hashes; without run and file numbers, so the same
   content has the same hash however it came.  `county` NULL: the whole city. */
bool hash_content(struct registry *registry, const char *county, char hash[HASH_TEXT], struct error *error);
#endif
