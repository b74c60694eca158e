/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_LINK_RADIX_H
#define TRANSFORM_LINK_RADIX_H
#include <stdint.h>

struct spill;

/* Sorts by the upper 32 bits; equal ones keep their order.  `spare` is as long as `entries`.  With a spill in
   runs that fit into its bound and are merged from one end to the other: the same outcome. */
void link_radix_sort(uint64_t *entries, uint64_t *spare, uint32_t count, struct spill *spill);

struct link_order {
    uint64_t id;
    uint32_t index;
};
/* Sorts by all 64 bits of id, the same way. */
void link_order_sort(struct link_order *entries, struct link_order *spare, uint32_t count,
                     struct spill *spill);
/* Names lie all over memory: a loop that goes through them in an order asks for those to come, first for
   their pointers.  `order` NULL: the names are their own. */
enum { NAMES_AHEAD = 16 };
static inline void link_names_ahead(const char *const *names, const uint32_t *order, uint32_t at,
                                    uint32_t count) {
    uint32_t near = at + NAMES_AHEAD, far = near + NAMES_AHEAD;
    if (order && far < count) __builtin_prefetch(&names[order[far]]);
    if (near < count) __builtin_prefetch(names[order ? order[near] : near]);
}

/* The places of `names` in the order of their first 32 bytes, in `order`; `count` each.  For names of
   greater length the order beyond is by chance: it is meant for building indexes faster. */
void link_name_order(const char *const *names, uint32_t *order, uint32_t count, struct spill *spill);
#endif
