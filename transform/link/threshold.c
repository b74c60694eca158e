/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/link/link.h"
#include "core/spill.h"

/* Predictions are checked, not trusted: half of the wanted error is planned for. */
static const double SAFETY = 2;

/* The lowest weight from which on the expected share of wrong merges stays below what is wanted. */
void link_threshold(struct link *link) {
    const struct link_rules *rules = link->rules;
    double wrong = 0, wanted = 1 / (SAFETY * (rules->wrong_in ? rules->wrong_in : 1)), merges = 0;
    link->automatic_bits = rules->automatic_floor;
    for (uint32_t i = 0; i < link->edge_count; i++) {
        double bits = (double)link->edges[i].weight;
        spill_step(link->spill, i);
        if (bits < rules->automatic_floor) break;
        if (link_for_review(rules, link->edges[i].look & LINK_PATTERN_MASK)) continue;
        merges++;
        if (wrong + 1 - link_probability(bits) > wanted * merges && merges > 1) {
            link->automatic_bits = bits;
            break;
        }
        wrong += 1 - link_probability(bits);
    }
    link->expected_wrong = wrong;
}
