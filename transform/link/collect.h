/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_LINK_COLLECT_H
#define TRANSFORM_LINK_COLLECT_H
#include "core/stage.h"
#include "transform/link/link.h"

/* The last stage of a chain that ends in a link: takes the cells that the rules name.  One state per
   worker; the caller fills `sink` before open.  A column that the source lacks is missing in all records,
   but an identifier's must be there. */
struct link_collect {
    struct link_sink *sink;
    uint32_t columns[LINK_FIELDS * LINK_INPUTS]; /* of the source, + 1; 0: none */
    uint32_t identifiers[2];
    uint32_t input_count;
};
extern const struct stage_kind transform_link_collect;
#endif
