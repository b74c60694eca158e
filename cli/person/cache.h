/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PERSON_CACHE_H
#define CLI_PERSON_CACHE_H
#include "transform/link/link.h"

/* What the last linking knew of every record: CITY/.tongchou/link.cache, readable by its owner alone, for
   it holds names and numbers.  The database stays the truth: a cache of another program, other rules, another
   linking than the database's last one, or with a single bit changed is no cache, and everything is read. */
struct cache {
    const char *path;
    const unsigned char *bytes; /* mapped; NULL: none */
    size_t size;
    struct link_base base;            /* without `kept` */
    const int64_t *records, *persons; /* [base.count] numbers */
    uint32_t horizon;                 /* of the linking that left it */
    /* The next one, while it is being written: */
    int out; /* -1: none is */
    const char *out_path;
    struct cache_writer *writer;
};

/* Which linking of the database: its number, and when. */
struct cache_stamp {
    int64_t link_run, at; /* microseconds since 1970 */
    uint32_t
        horizon; /* transactions before it had ended when the records were read; tells no linking apart */
};

/* False when there is none that fits. */
bool cache_open(struct cache *cache, const char *path, const struct link_rules *rules, uint64_t rules_hash,
                struct cache_stamp stamp);
/* Gives memory back once the rows are merged; identifiers and pairs stay. */
void cache_forget_rows(struct cache *cache);
/* Begins the next one: rows as they came, so before link_run.  Whatever fails here leaves no cache. */
void cache_begin(struct cache *cache, const char *path, const struct link *link, struct arena *arena);
/* Ends it, after everything was committed; `records` and `persons` are [link->count]. */
void cache_end(struct cache *cache, const struct link *link, uint64_t rules_hash, struct cache_stamp stamp,
               const int64_t *records, const int64_t *persons);
void cache_close(struct cache *cache); /* also what was begun and not ended */
#endif
