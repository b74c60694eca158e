/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_LOAD_FEED_H
#define TESTS_LOAD_FEED_H
#include "load/intake.h"
#include "tests/load/city.h"

/* Deliveries made of rows written in a test: resident contributions of one amount. */
enum feed_fate { FEED_LIVE, FEED_REJECT, FEED_EXPLAIN, FEED_WITHDRAW, FEED_DOUBT };
struct feed_row {
    const char *key;
    int64_t fen;
    enum feed_fate fate;
};

struct feed {
    const char *county, *period;
    int revision, parent, parent_file;
    const uint64_t *only;
    uint32_t only_count;
    bool snapshot, conflict_last, arrival;
    const char *source, *spec_path, *mapping, *member; /* NULL: file, spec.yaml, "", "" */
    const struct feed_row *rows;
    uint32_t row_count;
    const int64_t *hash_fen;     /* [row_count] content hashes are those of these amounts: collisions made on
                                    purpose; NULL: each of its own */
    uint32_t repeat;             /* > 0: instead of rows, this many made-up ones */
    uint32_t workers;            /* 0: 1 */
    uint64_t compare_bytes;      /* intake_delivery's */
    struct intake_limits limits; /* all zero: none */
    int64_t declared_rows;       /* 0: not declared */
    int64_t declared_fen;        /* with declared_rows; 0: not declared */
    struct intake_group *group;  /* load/group.h */
    struct feed *beside;         /* another file of the same delivery; NULL: none */
    struct intake *predecessor;  /* hands its connections over; NULL: none */
    void (*before_publish)(struct city *city, struct intake *intake); /* to break something */
    /* Filled by feed_run. */
    struct intake *intake;
    struct intake_bucket buckets[BUCKET_COUNT];
    int delivery, file;
};

#define FEED_ROWS(list) .rows = (list), .row_count = sizeof(list) / sizeof *(list)

/* True when published.  The error stays in city->error. */
bool feed_run(struct city *city, struct feed *feed);
/* The same in steps: read to its end; after it was published or refused. */
bool feed_read(struct city *city, struct feed *feed);
void feed_end(struct feed *feed);
/* "key=fen key=fen ..." of what is published for that county. */
const char *feed_content(struct city *city, const char *county);
#endif
