/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_ROW_COMPOSE_H
#define TRANSFORM_ROW_COMPOSE_H
#include "core/arena.h"

/* The text in Unicode NFC: the same span when it is so already (or is no UTF-8), else a copy in `arena`.
   Compatibility ideographs such as U+F92C become the ideograph that they stand for.
   Source: UAX #15; the tables are those of utf8proc. */
struct span text_composed(struct span text, struct arena *arena);
#endif
