/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/han/variant.h"
#include "transform/han/table.h"
#include "transform/row/text.h"

uint32_t variant_simplified(uint32_t point) {
    uint32_t from = 0, until = han_pair_count;
    if (point < HAN_FIRST) return point;
    while (from < until) {
        uint32_t middle = from + (until - from) / 2;
        if (han_pairs[middle].from < point) from = middle + 1;
        else until = middle;
    }
    return from < han_pair_count && han_pairs[from].from == point ? han_pairs[from].to : point;
}
