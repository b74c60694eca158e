/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_LINK_LINK_H
#define TRANSFORM_LINK_LINK_H
#include "core/spill.h"
#include "transform/link/model.h"
#include "transform/link/rules.h"

/* Candidate pairs are found from this many members at a time; the first of a block carries the mark. */
enum { LINK_BLOCK_MARK = INT32_MIN };
/* A pattern takes the low 27 bits of an edge's `look`, the rule that found it the high 5. */
enum { LINK_PATTERN_BITS = LINK_FIELDS * LINK_LEVEL_BITS, LINK_PATTERN_MASK = (1 << LINK_PATTERN_BITS) - 1 };

enum { LINK_SINKS = 32 };

/* What became of a pair. */
enum link_band {
    LINK_AUTOMATIC, /* above the automatic threshold: one person */
    LINK_REVIEW,    /* for a person to judge */
    LINK_CONFLICT,  /* above the threshold, but the two persons contradict each other */
    LINK_DECIDED,   /* somebody said so */
    LINK_FOLLOWS,   /* waits for no answer of its own: a surer pair asks about the same two persons */
    LINK_BANDS
};

struct link_edge {
    uint32_t a, b; /* records, a < b */
    float weight;  /* bits: log2 of the odds that both are one person */
    uint32_t look; /* rule << 27 | pattern */
};

/* What somebody decided about two records; stands above any score. */
enum link_verdict { LINK_SAME, LINK_DIFFERENT, LINK_KIN };
struct link_decision {
    uint32_t a, b;
    enum link_verdict verdict;
};

/* A candidate pair as it is remembered, whatever it weighs; `look` as that of an edge. */
struct link_pair {
    uint32_t a, b, look;
};

/* What an earlier linking knew, its records in the same order; owned by the caller.  Only records that are
   not `kept` are read and compared again. */
struct link_base {
    uint32_t count;
    const uint64_t *ids, *versions;
    const unsigned char *rows; /* [count][row_size] as they came, before hot values went */
    const uint64_t *name_at;   /* [count] where in `texts` the identifier begins */
    const char *texts;
    const uint8_t *hot_marks;  /* [count] as below */
    const uint64_t *key_marks; /* [count] as below */
    uint64_t pair_count;
    const struct link_pair *pairs; /* every candidate */
    const uint8_t *kept;           /* [count] 1: the record is still there, as it was */
};

/* Two records of one name. */
struct link_namesakes {
    uint32_t a, b;
};

/* What one blocking rule cost and brought. */
struct link_yield {
    uint32_t blocks, refined, left_out; /* blocks of two or more; blocks and records above the cap */
    uint64_t pairs, fresh;              /* in its blocks; first found by this rule */
    double matches;                     /* expected among the fresh ones */
    int64_t cpu_us;
};

/* The members of one rule's blocks of two or more, block after block. */
struct link_members {
    uint32_t count;
    uint32_t *records; /* the first of each block carries LINK_BLOCK_MARK */
    struct arena arena;
};

/* Comparing pairs, in parts whose cut and outcome depend on the records and rules alone: another process with
   the same records may do some of them. */
struct link_pairing;
struct link_share {
    void *context;
    /* Sees to it that each part was judged or unpacked; false: failed, which the context knows. */
    bool (*run)(void *context, struct link_pairing *pairing, uint32_t part_count);
};
void link_part_judge(struct link_pairing *pairing, uint32_t part);
/* What judging the part found, as bytes for a machine of the same kind; in `arena`. */
struct span link_part_pack(const struct link_pairing *pairing, uint32_t part, struct arena *arena);
/* False when the bytes are none of link_part_pack's. */
bool link_part_unpack(struct link_pairing *pairing, uint32_t part, struct span bytes);

/* Records in memory and what is found out about them.  Records stand in the order of their identifiers'
   hashes, so nothing depends on the order in which they came, nor on the number of threads. */
struct link {
    const struct link_rules *rules;
    struct spill *spill; /* link_spill; NULL: everything stays in memory */
    unsigned threads;
    uint32_t count;
    unsigned char *rows;          /* [count][rules->row_size] */
    const char **names;           /* [count] identifiers: "690102/P0001" */
    uint64_t *ids;                /* [count] their hashes */
    uint64_t *versions;           /* [count] what the sinks said of each */
    uint32_t *keys;               /* [count][rules->block_count]; 0: none */
    uint8_t *hot_marks;           /* [count] a bit for each of the rules' hots that was dropped */
    uint64_t *key_marks;          /* [count] hash of the keys */
    const struct link_base *base; /* NULL: nothing is known */
    uint32_t *was;                /* [count] the record's place in base; UINT32_MAX: new or changed */
    struct link_members members[LINK_BLOCKS];
    struct link_yield yields[LINK_BLOCKS];
    uint32_t hot_values[LINK_HOTS], hot_records[LINK_HOTS];
    uint32_t namesake_count;
    struct link_namesakes *namesakes; /* a sample, to learn from */
    struct link_model model;
    struct link_scorer scorer;
    uint32_t edge_count;
    struct link_edge *edges;        /* by falling weight */
    uint8_t *bands;                 /* [edge_count] enum link_band */
    const struct link_share *share; /* NULL: this process does every part on its threads */
    bool shared_failed;             /* out: link->share->run failed, there are no pairs */
    bool remember;                  /* in: keep faint pairs; out: all of them were kept */
    uint32_t faint_count;
    struct link_pair *faint; /* candidates below the rules' review_bits */
    double automatic_bits;   /* pairs from here on are merged */
    double expected_wrong;   /* among them */
    uint32_t decision_count;
    const struct link_decision *decisions;
    const uint32_t *wanted; /* link_recall: the records that are asked about; NULL: all */
    uint32_t wanted_count;
    uint32_t *persons;                         /* [count] the first record of each one's person */
    uint32_t conflicts;                        /* pairs not merged because persons contradict each other */
    struct arena arena, key_arena, edge_arena; /* rows and all; keys; edges */
    struct arena texts[LINK_SINKS];            /* identifiers and words */
};

/* What one worker takes in. */
struct link_sink {
    const struct link_rules *rules;
    struct spill *spill; /* NULL: everything stays in memory */
    struct link_chunk *first, *last;
    uint32_t count;
    uint64_t version;   /* of the record that is taken next; the caller's own */
    struct arena arena; /* identifiers and words; goes over to the link */
    struct arena scratch;
};

/* Above the spill's bound everything that grows with the records goes to disk.  Before anything else. */
void link_spill(struct link *link, struct spill *spill);
/* Takes one record: `identifier` names it in the whole input, `cells` are the rules' inputs, field after
   field in their order; empty spans are missing. */
void link_sink_take(struct link_sink *sink, struct span identifier, const struct span *cells);
void link_sink_free(struct link_sink *sink);

/* Puts what `sink_count` workers took in into order.  Fails when two records have one identifier. */
bool link_gather(struct link *link, struct link_sink *sinks, uint32_t sink_count, struct error *error);
/* The same where an earlier linking is known: its kept records and what the workers took in.  What follows
   is what gathering all of them anew would give; only pairs that a change touches are compared. */
bool link_merge(struct link *link, const struct link_base *base, struct link_sink *sinks, uint32_t sink_count,
                struct error *error);
/* Everything: hot values, keys, blocks, model, pairs, thresholds, persons.  `decisions` may be empty. */
void link_run(struct link *link);
/* Its two halves: up to candidates, whose keys may then be looked at; the rest, which lets go of them. */
void link_candidates(struct link *link);
void link_judge(struct link *link);
/* Of what link_candidates finds only what concerns `wanted` (at most LINK_WANTED): their values without the
   hot ones, how common their names are, their keys; the same as if all had been looked at.  Of a link that
   link_merge made of a base which is kept in full and of nothing else. */
enum { LINK_WANTED = 256 };
void link_recall(struct link *link, const uint32_t *wanted, uint32_t count);
void link_free(struct link *link);

/* The steps of link_run, each its own file. */
void link_hot(struct link *link);       /* hot.c: drops values that too many share; counts names */
void link_hot_again(struct link *link); /* hot.c: of the wanted records, by the base's marks */
void link_keys(struct link *link);      /* key.c */
void link_blocks(struct link *link);    /* block.c */
void link_marks(struct link *link);     /* base.c: key_marks */
void link_learn(struct link *link);     /* learn.c: histograms, then the model */
void link_pairs(struct link *link);     /* pair.c: edges */
void link_threshold(struct link *link); /* threshold.c */
/* cluster.c: persons out of the edges of at least `bits`; `bands` may be NULL.  Returns the conflicts. */
uint32_t link_cluster(const struct link *link, double bits, bool guarded, uint32_t *persons, uint8_t *bands);

/* base.c: which records' pairs must be compared again, [count]; and where those of the base are now,
   [base->count], UINT32_MAX: gone or to be compared again. */
void link_touched(const struct link *link, uint8_t *touched, uint32_t *now);

/* The levels of two records, field by field. */
uint32_t link_compare(const struct link_rules *rules, const unsigned char *left, const unsigned char *right);
/* The first of `count` rising ids that is not below `id`; `count`: there is none. */
uint32_t link_place_of(const uint64_t *ids, uint32_t count, uint64_t id);
/* The record of that identifier; UINT32_MAX: there is none. */
uint32_t link_find(const struct link *link, struct span identifier);

/* Room for a row. */
struct link_room {
    alignas(uint64_t) unsigned char bytes[LINK_ROW_MAX];
};
static inline unsigned char *link_row(const struct link *link, uint32_t record) {
    return link->rows + (size_t)record * link->rules->row_size;
}
/* The same for one look at any record: in `room` when it lies on disk. */
static inline const unsigned char *link_look(const struct link *link, uint32_t record,
                                             struct link_room *room) {
    return spill_peek(link->spill, link_row(link, record), link->rules->row_size, room->bytes);
}
/* log2 of the records that share the value on which the two agree; negative: no such field or no agreement.
 */
double link_frequency(const struct link *link, uint32_t record, uint32_t pattern);
/* The same of a record's row, which need not be the link's own copy. */
double link_row_frequency(const struct link *link, const unsigned char *row, uint32_t pattern);
#endif
