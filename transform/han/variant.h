/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_HAN_VARIANT_H
#define TRANSFORM_HAN_VARIANT_H
#include "core/arena.h"
#include <stdint.h>

/* Traditional to simplified, character by character, and compatibility ideographs to the unified ones.
   A character that may itself be meant in simplified text (乾, 藉, 瀋) stays as it is where Unihan lists it
   among its own simplified forms; of several simplified forms the first counts.
   Source: kSimplifiedVariant, kCompatibilityVariant of Unihan 15.0.0 (Debian's unicode-data 15.0.0-1). */

uint32_t variant_simplified(uint32_t point); /* the point itself when there is no other form */
#endif
