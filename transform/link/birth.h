/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_LINK_BIRTH_H
#define TRANSFORM_LINK_BIRTH_H
#include "transform/link/rules.h"

struct birth_slot {
    uint32_t date; /* yyyymmdd; 0: none */
};
#endif
