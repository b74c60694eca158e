/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_LINK_CODE_H
#define TRANSFORM_LINK_CODE_H
#include "transform/link/rules.h"

struct code_slot {
    uint32_t value; /* a single digit as itself, else a hash; 0: none */
};
#endif
