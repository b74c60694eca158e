/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/link/link.h"

void link_spill(struct link *link, struct spill *spill) {
    link->spill = spill;
    link->arena.spill = link->key_arena.spill = link->edge_arena.spill = spill;
    for (uint32_t r = 0; r < LINK_BLOCKS; r++) link->members[r].arena.spill = spill;
}

void link_candidates(struct link *link) {
    link_hot(link);
    link_keys(link);
    link_blocks(link);
    link_marks(link);
}

void link_judge(struct link *link) {
    link_learn(link);
    link_scorer_open(&link->scorer, link->rules, &link->model);
    link_pairs(link);
    for (uint32_t r = 0; r < link->rules->block_count; r++) arena_free(&link->members[r].arena);
    arena_free(&link->key_arena);
    link_threshold(link);
    link->persons = ARENA_NEW(&link->edge_arena, uint32_t, link->count + 1);
    link->bands = ARENA_NEW(&link->edge_arena, uint8_t, link->edge_count + 1);
    link->conflicts = link_cluster(link, link->automatic_bits, true, link->persons, link->bands);
}

void link_recall(struct link *link, const uint32_t *wanted, uint32_t count) {
    link->wanted = wanted;
    link->wanted_count = count;
    link_hot_again(link);
    link_keys(link);
    link_blocks(link);
}

void link_run(struct link *link) {
    link_candidates(link);
    link_judge(link);
}

void link_free(struct link *link) {
    link_scorer_close(&link->scorer);
    for (uint32_t r = 0; r < LINK_BLOCKS; r++) arena_free(&link->members[r].arena);
    for (uint32_t s = 0; s < LINK_SINKS; s++) arena_free(&link->texts[s]);
    arena_free(&link->arena);
    arena_free(&link->key_arena);
    arena_free(&link->edge_arena);
}
