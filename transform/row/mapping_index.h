/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_ROW_MAPPING_INDEX_H
#define TRANSFORM_ROW_MAPPING_INDEX_H
#include "transform/row/mapping.h"

/* Rows by system and code: a pointer a slot, so that half a million codes take 8 MiB (core/map.h: 40). */

/* The number of a system, made when it is new; false when there are too many. */
bool mapping_index_system(struct mapping_set *set, struct span name, uint16_t *number);
int mapping_index_find_system(const struct mapping_set *set, struct span name); /* -1: none */
/* Room for so many more rows. */
void mapping_index_reserve(struct mapping_table *table, uint32_t rows);
/* False when a code has more than MAPPING_SAME_CODE_MAX rows. */
bool mapping_index_put(struct mapping_table *table, struct mapping_row *row);
struct mapping_row *mapping_index_get(const struct mapping_table *table, uint16_t system, struct span code);
#endif
