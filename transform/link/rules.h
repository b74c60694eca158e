/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_LINK_RULES_H
#define TRANSFORM_LINK_RULES_H
#include "core/arena.h"
#include "core/error.h"

/* Levels of agreement are three bits, so a compared pair is one integer of at most 27 bits. */
enum { LINK_FIELDS = 9, LINK_LEVELS = 8, LINK_LEVEL_BITS = 3, LINK_LEVEL_MASK = 7 };
enum { LINK_SLOT_MAX = 64, LINK_ROW_MAX = LINK_FIELDS * LINK_SLOT_MAX }; /* bytes */
enum { LINK_BLOCKS = 24, LINK_PARTS = 6, LINK_INPUTS = 6, LINK_GUARDS = 16, LINK_HOTS = 8 };

/* Who two records may be: the same person, relatives, strangers. */
enum link_class { LINK_MATCH, LINK_RELATIVE, LINK_STRANGER, LINK_CLASSES };

struct link_field;
struct regions;

/* One way to keep and compare a value.  A slot is what is left of the value in a record's row; all
   bytes 0 means that there is none. */
struct link_kind {
    const char *name;
    uint32_t size;   /* of the slot in bytes */
    bool keeps_text; /* the slot points into the arena it was given */
    /* [0..7] names of the levels; [0] is "missing", NULL ends them.  [1] is full agreement. */
    const char *levels[LINK_LEVELS];
    const char *parts[LINK_LEVELS]; /* what a key may be made of: "name.sound"; [0] is the value; NULL ends */
    void (*standardize)(const struct link_field *field, const struct span *inputs, void *slot,
                        struct arena *arena);
    unsigned (*compare)(const void *left, const void *right); /* the level */
    uint64_t (*part)(const void *slot, unsigned part);        /* 0: there is none */
    void (*drop)(void *slot, unsigned part); /* takes a part out; NULL: the whole slot is cleared */
    void (*mark)(void *slot); /* the value is a common one: agreement on it is a level of its own; or NULL */
};

struct link_field {
    const char *name;
    const struct link_kind *kind;
    uint32_t input_count;
    const char *inputs[LINK_INPUTS]; /* the source's columns */
    uint32_t offset;                 /* of the slot in a row */
    bool frequency;                  /* agreement on a rare value weighs more */
    int alternate;                   /* field that the value may stand in instead; -1: none */
    const struct regions *regions;   /* of a certno: which division was when; NULL: not judged */
    int birth, sex;                  /* of a certno: fields that it is held against; -1: none */
    uint32_t settles[LINK_LEVELS];   /* fields whose agreement adds nothing at that level (bits) */
    bool never[LINK_LEVELS];         /* levels that no person shows beside himself (twins' numbers) */
    bool given[LINK_LEVELS];         /* strangers' shares that stay as assumed: too rare to be learnt */
    bool together;   /* relatives share it: learnt from the first training rule, with its key taken out */
    int relative_by; /* field on whose level the relatives' distribution depends: siblings; -1: none */
    bool namesakes;  /* strangers of one name are no usual strangers in it: learnt from such pairs */
    uint32_t relative_levels;                /* at which of its levels (bits) */
    double start[LINK_CLASSES][LINK_LEVELS]; /* what is assumed before any data; each sums to 1 */
    double strength[LINK_CLASSES];           /* pairs that the assumption counts for */
};

/* A value or a part of it. */
struct link_part {
    uint32_t field, part;
};

/* Records that agree on every part of the key are candidates. */
struct link_block {
    const char *name;
    uint32_t part_count, refine_count;
    struct link_part parts[LINK_PARTS], refine[LINK_PARTS]; /* refine: added one by one above the cap */
    uint32_t cap;   /* records with one key; more: refined, then reported and left out */
    bool unordered; /* the parts agree in any order: given name and surname swapped */
    bool training;  /* finds relatives to learn from; makes no candidates */
    uint32_t mask;  /* fields that the key makes agree: the model learns nothing about them here */
};

/* A pair of this look never weighs more: what statistics alone would get wrong. */
struct link_guard {
    const char *name;
    uint32_t field_count;
    struct {
        uint32_t field, levels; /* levels: bits */
    } when[LINK_FIELDS];
    bool review; /* at most a little below the automatic threshold */
    double bits; /* else: at most so many */
};

/* A value that too many share is no evidence. */
struct link_hot {
    struct link_part value;
    int among;      /* counted in distinct values of this field; -1: in records */
    uint32_t count; /* from this many on; 0: off */
    uint32_t share; /* or from this many in a million records on (1,000 records at least); 0: off */
    uint32_t times; /* instead: from this many times as many records on as a value has on average the value is
                       marked as common and stays; 0: off */
};

struct link_rules {
    const char *name;
    uint32_t identifier_count;
    const char *identifier[2]; /* columns that name a record: one, or county and number */
    uint32_t field_count;
    struct link_field fields[LINK_FIELDS];
    uint32_t row_size; /* bytes of all slots, a multiple of 8, at most LINK_ROW_MAX */
    uint32_t block_count;
    struct link_block blocks[LINK_BLOCKS];
    uint32_t guard_count;
    struct link_guard guards[LINK_GUARDS];
    uint32_t hot_count;
    struct link_hot hots[LINK_HOTS];
    bool relatives;         /* three classes */
    uint32_t wrong_in;      /* at most one wrong automatic merge in so many */
    double automatic_floor; /* bits below which nothing is automatic, whatever is predicted */
    double review_bits;     /* a pair is shown from here on */
    double contradiction;   /* evidence in bits below which two records of one person contradict */
    double found;           /* share of all matches that the best rule finds */
    uint32_t size_max;      /* records of one person; more is for people to judge */
    int lender;             /* certno that birth dates are taken from where there are none; -1: none */
    uint32_t anchor;        /* field whose verified values must not differ; LINK_FIELDS: none */
};

extern const struct link_kind link_certno, link_hanzi, link_birth, link_code, link_phone, link_place,
    link_word, link_digits;

/* Reads a rules file (mappings/link/NAME.yaml).  Fails with TROUBLE_USAGE at its line. */
bool link_rules_read(struct span text, const char *name, struct arena *arena, struct link_rules *rules,
                     struct error *error);
/* The number of the kind's level, -1 when it has none of that name. */
int link_level(const struct link_kind *kind, struct span name);

/* The field whose agreement is weighed by how common the value is; LINK_FIELDS: none. */
uint32_t link_frequency_field(const struct link_rules *rules);

/* XXH3 of bytes; mixes two numbers; both never 0 unless said. */
uint64_t link_hash(const void *bytes, size_t size);
static inline uint64_t link_mix(uint64_t a, uint64_t b) {
    uint64_t value = (a + 0x9E3779B97F4A7C15u) ^ (b * 0xBF58476D1CE4E5B9u);
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
    value = (value ^ value >> 27) * 0x94D049BB133111EBu;
    return value ^ value >> 31;
}

static inline unsigned link_level_of(uint32_t pattern, uint32_t field) {
    return pattern >> (field * LINK_LEVEL_BITS) & LINK_LEVEL_MASK;
}
#endif
