/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Same(A,B), same(B,C) and different(A,C) cannot all be true: found before anything is written down, so that
   what stands never contradicts itself and the order of decisions never shows. */
#include "cli/person/decision.h"
#include <assert.h>
#include <stdlib.h>

/* Records as places 0, 1, ..., each with the decisions that join it to others. */
struct web {
    const struct decision *decisions;
    uint32_t count, place_count;
    int64_t *places;        /* [place_count] record numbers, ascending */
    uint32_t *first, *next; /* first: [place_count]; next: [2 * count]; decision * 2 + side, + 1; 0 ends */
};

static int by_number(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static uint32_t place_of(const struct web *web, int64_t number) {
    const int64_t *found = bsearch(&number, web->places, web->place_count, sizeof number, by_number);
    assert(found);
    return (uint32_t)(found - web->places);
}

static void make_web(struct web *web, struct arena *arena) {
    web->places = ARENA_NEW(arena, int64_t, (size_t)web->count * 2 + 1);
    for (uint32_t i = 0; i < web->count; i++)
        web->places[2 * i] = web->decisions[i].a, web->places[2 * i + 1] = web->decisions[i].b;
    qsort(web->places, (size_t)web->count * 2, sizeof *web->places, by_number);
    for (uint32_t i = 0; i < web->count * 2; i++)
        if (!web->place_count || web->places[web->place_count - 1] != web->places[i])
            web->places[web->place_count++] = web->places[i];
    web->first = ARENA_NEW(arena, uint32_t, web->place_count + 1);
    web->next = ARENA_NEW(arena, uint32_t, (size_t)web->count * 2 + 1);
    for (uint32_t i = 0; i < web->count * 2; i++) {
        const struct decision *decision = &web->decisions[i / 2];
        if (decision->verdict != VERDICT_SAME) continue;
        uint32_t place = place_of(web, i % 2 ? decision->b : decision->a);
        web->next[i] = web->first[place];
        web->first[place] = i + 1;
    }
}

/* Who is one person with whom, by the lowest place. */
static uint32_t root_of(uint32_t *parents, uint32_t place) {
    while (parents[place] != place) place = parents[place] = parents[parents[place]];
    return place;
}

/* The shortest way from one place to another over decisions that join; they are in one set. */
static void find_path(const struct web *web, uint32_t from, uint32_t to, struct arena *arena,
                      struct clash *clash) {
    uint32_t *queue = ARENA_NEW(arena, uint32_t, web->place_count), head = 0, tail = 0;
    uint32_t *came = ARENA_NEW(arena, uint32_t, web->place_count); /* decision + 1 that led here */
    queue[tail++] = to;
    while (head < tail && !came[from]) {
        uint32_t place = queue[head++];
        for (uint32_t at = web->first[place]; at; at = web->next[at - 1]) {
            const struct decision *decision = &web->decisions[(at - 1) / 2];
            uint32_t other = place_of(web, (at - 1) % 2 ? decision->a : decision->b);
            if (other == to || came[other]) continue;
            came[other] = (at - 1) / 2 + 1;
            queue[tail++] = other;
        }
    }
    uint32_t *path = ARENA_NEW(arena, uint32_t, web->place_count);
    for (uint32_t place = from; place != to;) {
        const struct decision *decision = &web->decisions[came[place] - 1];
        path[clash->path_count++] = came[place] - 1;
        uint32_t a = place_of(web, decision->a), b = place_of(web, decision->b);
        place = a == place ? b : a;
    }
    clash->paths = path;
}

uint32_t decision_clashes(const struct decision *decisions, uint32_t count, struct arena *arena,
                          struct clash **clashes) {
    struct web web = {.decisions = decisions, .count = count};
    uint32_t found = 0;
    *clashes = ARENA_NEW(arena, struct clash, count + 1);
    if (!count) return 0;
    make_web(&web, arena);
    uint32_t *parents = ARENA_NEW(arena, uint32_t, web.place_count);
    for (uint32_t i = 0; i < web.place_count; i++) parents[i] = i;
    for (uint32_t i = 0; i < count; i++) {
        if (decisions[i].verdict != VERDICT_SAME) continue;
        uint32_t a = root_of(parents, place_of(&web, decisions[i].a)),
                 b = root_of(parents, place_of(&web, decisions[i].b));
        parents[a > b ? a : b] = a > b ? b : a;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (decisions[i].verdict == VERDICT_SAME) continue;
        uint32_t a = place_of(&web, decisions[i].a), b = place_of(&web, decisions[i].b);
        if (root_of(parents, a) != root_of(parents, b)) continue;
        struct clash *clash = &(*clashes)[found++];
        clash->apart = i;
        find_path(&web, a, b, arena, clash);
    }
    return found;
}
