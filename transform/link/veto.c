/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What cluster.c asks on the way, and asks once more between two finished persons to name what stands between
   them. */
#include "transform/link/veto.h"
#include "transform/link/certno.h"

bool veto_verified(const struct link_rules *rules, const unsigned char *row) {
    return rules->anchor < LINK_FIELDS &&
           certno_verified((const void *)(row + rules->fields[rules->anchor].offset));
}

bool veto_numbers(const struct link *link, uint32_t left, uint32_t right) {
    struct link_room rooms[2];
    const unsigned char *row = link_look(link, left, &rooms[0]), *other = link_look(link, right, &rooms[1]);
    if (!veto_verified(link->rules, row) || !veto_verified(link->rules, other)) return false;
    const struct link_field *field = &link->rules->fields[link->rules->anchor];
    unsigned level = field->kind->compare(row + field->offset, other + field->offset);
    return level == (unsigned)link_level(field->kind, SPAN("twin")) ||
           level == (unsigned)link_level(field->kind, SPAN("different"));
}

double veto_bits(const struct link *link, uint32_t left, uint32_t right) {
    struct link_evidence evidence;
    struct link_room rooms[2];
    const unsigned char *row = link_look(link, left, &rooms[0]);
    uint32_t pattern = link_compare(link->rules, row, link_look(link, right, &rooms[1]));
    link_explain(&link->scorer, pattern, link_row_frequency(link, row, pattern), &evidence);
    return evidence.total - evidence.prior;
}

/* Two records, one of each person; true when they tell the persons apart. */
static bool apart(const struct link *link, uint32_t left, uint32_t right, struct link_veto *veto) {
    *veto = (struct link_veto){VETO_NONE, left, right, veto_bits(link, left, right)};
    if (veto_numbers(link, left, right)) veto->veto = VETO_NUMBERS;
    else if (veto->bits < link->rules->contradiction) veto->veto = VETO_CONTRADICTION;
    return veto->veto != VETO_NONE;
}

static bool decided(const struct link *link, uint32_t a, uint32_t b, struct link_veto *veto) {
    for (uint32_t d = 0; d < link->decision_count; d++) {
        const struct link_decision *decision = &link->decisions[d];
        uint32_t left = link->persons[decision->a], right = link->persons[decision->b];
        if (decision->verdict == LINK_SAME || !((left == a && right == b) || (left == b && right == a)))
            continue;
        *veto = (struct link_veto){VETO_DECIDED, left == a ? decision->a : decision->b,
                                   left == a ? decision->b : decision->a, 0};
        return true;
    }
    return false;
}

struct link_veto link_veto(const struct link *link, uint32_t a, uint32_t b) {
    struct link_veto veto = {VETO_NONE, a, b, 0};
    uint32_t first = link->persons[a], second = link->persons[b], count = 0;
    if (first == second || decided(link, first, second, &veto)) return veto;
    for (uint32_t left = 0; left < link->count; left++) {
        if (link->persons[left] != first && link->persons[left] != second) continue;
        count++;
        for (uint32_t right = 0; link->persons[left] == first && right < link->count; right++)
            if (link->persons[right] == second && apart(link, left, right, &veto)) return veto;
    }
    return (struct link_veto){count > link->rules->size_max ? VETO_SIZE : VETO_NONE, a, b, 0};
}
