/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_LINK_BIRTH_H
#define TRANSFORM_LINK_BIRTH_H
#include "transform/link/rules.h"

struct birth_slot {
    uint32_t date : 31;  /* yyyymmdd; 0: none */
    uint32_t common : 1; /* many times as many records have it as a usual date; set by the engine */
};
#endif
