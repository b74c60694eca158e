/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What candidates and random pairs look like, and the model that follows. */
#include "core/parallel.h"
#include "core/spill.h"
#include "transform/link/fetch.h"
#include "transform/link/link.h"
#include <math.h>

/* More pairs than these teach nothing new. */
enum {
    BLOCK_PAIRS = 400000,
    RANDOM_PAIRS = 1200000,
    RANDOM_LEAST = 200000,
    RANDOM_EACH = 64,
    RANDOM_PARTS = 32,
    AHEAD = 16, /* a power of two */
    IDS_AHEAD = 32
};
/* Share of households whose number or house is known. */
static const double HOUSEHOLDS_KNOWN = 0.6;

struct sampling {
    const struct link *link;
    struct link_histogram by_block[LINK_BLOCKS], random[RANDOM_PARTS], namesakes;
};

/* Pairs whose rows were asked for early, for nearly all lie out of the cache; compared in the order in which
   they came. */
struct waiting {
    const struct link *link;
    struct link_histogram *histogram;
    const struct link_block *training; /* its key is taken out of what relatives share; NULL: none */
    unsigned char *bare[2];            /* room for two rows */
    uint32_t from, until;
    struct {
        const unsigned char *left, *right;
    } pairs[AHEAD];
    struct link_fetch fetch; /* instead of them when rows lie on disk */
    struct arena room;
};

static const unsigned char *strip(const struct waiting *waiting, const unsigned char *row,
                                  unsigned char *bare) {
    const struct link_rules *rules = waiting->link->rules;
    memcpy(bare, row, rules->row_size);
    for (uint32_t p = 0; p < waiting->training->part_count; p++) {
        const struct link_part *part = &waiting->training->parts[p];
        const struct link_field *field = &rules->fields[part->field];
        if (!(waiting->training->mask >> part->field & 1) && field->together && field->kind->drop)
            field->kind->drop(bare + field->offset, part->part);
    }
    return bare;
}

static void compare(struct waiting *waiting, const unsigned char *left, const unsigned char *right) {
    if (waiting->training)
        left = strip(waiting, left, waiting->bare[0]), right = strip(waiting, right, waiting->bare[1]);
    link_histogram_add(waiting->histogram, link_compare(waiting->link->rules, left, right), 1);
}

static void compare_first(struct waiting *waiting) {
    uint32_t at = waiting->from++ % AHEAD;
    compare(waiting, waiting->pairs[at].left, waiting->pairs[at].right);
}

static void compare_fetched(struct waiting *waiting) {
    struct link_fetch *fetch = &waiting->fetch;
    link_fetch_rows(fetch);
    for (uint32_t i = 0; i < fetch->count; i++)
        compare(waiting, link_fetched(fetch, i, 0), link_fetched(fetch, i, 1));
    fetch->count = 0;
}

static void fetch_pair(struct waiting *waiting, uint32_t left, uint32_t right) {
    if (!waiting->fetch.room) link_fetch_open(&waiting->fetch, waiting->link, &waiting->room);
    if (link_fetch_add(&waiting->fetch, left, right)) compare_fetched(waiting);
}

static void add_pair(struct waiting *waiting, uint32_t left, uint32_t right) {
    if (waiting->link->spill) {
        fetch_pair(waiting, left, right);
        return;
    }
    if (waiting->until - waiting->from == AHEAD) compare_first(waiting);
    uint32_t at = waiting->until++ % AHEAD;
    waiting->pairs[at].left = link_row(waiting->link, left);
    waiting->pairs[at].right = link_row(waiting->link, right);
    __builtin_prefetch(waiting->pairs[at].left);
    __builtin_prefetch(waiting->pairs[at].left + 64);
    __builtin_prefetch(waiting->pairs[at].right);
    __builtin_prefetch(waiting->pairs[at].right + 64);
}

static void compare_rest(struct waiting *waiting) {
    while (waiting->from != waiting->until) compare_first(waiting);
    if (waiting->fetch.count) compare_fetched(waiting);
    arena_free(&waiting->room);
}

static uint32_t block_end(const struct link_members *members, uint32_t from) {
    uint32_t end = from + 1;
    while (end < members->count && !(members->records[end] & (uint32_t)LINK_BLOCK_MARK)) end++;
    return end;
}

/* Every n-th block, chosen by a hash of its first record: the same ones whoever does the work. */
static void sample_block(void *context, unsigned thread, uint32_t rule) {
    struct sampling *at = context;
    const struct link *link = at->link;
    const struct link_members *members = &link->members[rule];
    struct waiting waiting = {.link = link, .histogram = &at->by_block[rule]};
    uint64_t stride = link->yields[rule].pairs / BLOCK_PAIRS + 1;
    struct arena scratch = {0};
    (void)thread;
    if (link->rules->blocks[rule].training) {
        waiting.training = &link->rules->blocks[rule];
        for (int i = 0; i < 2; i++)
            waiting.bare[i] = ARENA_NEW(&scratch, unsigned char, link->rules->row_size);
    }
    for (uint32_t i = 0, end; i < members->count; i = end) {
        end = block_end(members, i);
        uint32_t first = members->records[i] & INT32_MAX;
        spill_breathe(link->spill);
        if (i + IDS_AHEAD < members->count)
            __builtin_prefetch(&link->ids[members->records[i + IDS_AHEAD] & INT32_MAX]);
        if (stride > 1 && link_mix(link->ids[first], rule) % stride) continue;
        for (uint32_t a = i; a < end; a++)
            for (uint32_t b = a + 1; b < end; b++)
                add_pair(&waiting, members->records[a] & INT32_MAX, members->records[b] & INT32_MAX);
    }
    compare_rest(&waiting);
    arena_free(&scratch);
}

static uint32_t drawn(const struct link *link, uint32_t part, uint32_t index) {
    return (uint32_t)((link_mix(part + 1, index) >> 32) * link->count >> 32);
}

static void sample_namesakes(struct sampling *at) {
    const struct link *link = at->link;
    struct waiting waiting = {.link = link, .histogram = &at->namesakes};
    for (uint32_t i = 0; i < link->namesake_count; i++)
        add_pair(&waiting, link->namesakes[i].a, link->namesakes[i].b);
    compare_rest(&waiting);
}

/* The last part is the namesakes. */
static void sample_random(void *context, unsigned thread, uint32_t part) {
    struct sampling *at = context;
    const struct link *link = at->link;
    struct waiting waiting = {.link = link, .histogram = &at->random[part % RANDOM_PARTS]};
    uint64_t pairs = (uint64_t)link->count * RANDOM_EACH;
    (void)thread;
    if (part == RANDOM_PARTS) sample_namesakes(at);
    if (link->count < 2 || part == RANDOM_PARTS) return;
    if (pairs < RANDOM_LEAST) pairs = RANDOM_LEAST;
    if (pairs > RANDOM_PAIRS) pairs = RANDOM_PAIRS;
    for (uint32_t i = 0; i < pairs / RANDOM_PARTS; i++) {
        uint32_t a = drawn(link, part, 2 * i), b = drawn(link, part, 2 * i + 1);
        if (a != b) add_pair(&waiting, a, b);
    }
    compare_rest(&waiting);
}

/* Share of records that carry the training rule's key. */
static double carried(const struct link *link) {
    uint32_t rules = link->rules->block_count, rule = 0, count = 0;
    while (rule < rules && !link->rules->blocks[rule].training) rule++;
    for (uint32_t i = 0; rule < rules && i < link->count; i++) {
        spill_breathe(link->spill);
        count += link->keys[(size_t)i * rules + rule] != 0;
    }
    return link->count ? (double)count / link->count : 0;
}

/* Matches among all pairs: the rule that finds most of them, divided by the share it finds. */
static void set_prior(struct link *link) {
    struct link_model *model = &link->model;
    double most = 1, relatives = 1, all = (double)link->count * (link->count - 1.0) / 2;
    for (uint32_t r = 0; r < link->rules->block_count; r++) {
        double pairs = (double)link->yields[r].pairs;
        if (!link->rules->blocks[r].training) most = fmax(most, pairs * model->mix[r][LINK_MATCH]);
        else relatives = fmax(relatives, pairs * model->mix[r][LINK_RELATIVE]);
    }
    if (all < 1) all = 1;
    model->records_log2 = log2(link->count ? link->count : 1);
    model->prior[LINK_MATCH] = fmin(0.5, most / link->rules->found / all);
    model->prior[LINK_RELATIVE] = link->rules->relatives ? fmin(0.4, relatives / HOUSEHOLDS_KNOWN / all) : 0;
    model->prior[LINK_STRANGER] = 1 - model->prior[LINK_MATCH] - model->prior[LINK_RELATIVE];
}

void link_learn(struct link *link) {
    struct arena scratch = {0};
    struct sampling *at = ARENA_NEW(&scratch, struct sampling, 1);
    at->link = link;
    parallel_run(link->threads, link->rules->block_count, sample_block, at);
    parallel_run(link->threads, RANDOM_PARTS + 1, sample_random, at);
    for (uint32_t i = 1; i < RANDOM_PARTS; i++) link_histogram_merge(&at->random[0], &at->random[i]);
    struct link_seen seen = {at->by_block, &at->random[0], &at->namesakes};
    link_model_learn(&link->model, link->rules, &seen, carried(link));
    set_prior(link);
    for (uint32_t i = 0; i < RANDOM_PARTS; i++) link_histogram_free(&at->random[i]);
    for (uint32_t i = 0; i < LINK_BLOCKS; i++) link_histogram_free(&at->by_block[i]);
    link_histogram_free(&at->namesakes);
    arena_free(&scratch);
}
