/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PERSON_STORE_H
#define CLI_PERSON_STORE_H
#include "cli/person/cache.h"
#include "cli/person/person.h"
#include "core/spill.h"
#include "load/database.h"

enum { STATE_BYTES = 128, READERS = 2 };

/* All persons of a city in memory, and what the database knew of them before. */
struct persons {
    struct invocation *invocation;
    struct database *database;
    struct link_rules rules;
    const char *rules_path;
    struct span rules_text;
    struct link link;
    struct link_decision *decisions;
    int64_t *records;               /* [link.count] record numbers; 0: new */
    int64_t *before, *now;          /* [link.count] person numbers; before 0: new */
    uint32_t *order;                /* [fresh] new records by county and number */
    int64_t record_next;            /* the next record number */
    bool first;                     /* identity.xref was empty */
    int64_t known;                  /* rows of identity.xref, also of records that are gone */
    int run, model, link_run;       /* intake.run (0: by itself); identity's own */
    uint32_t fresh;                 /* new records */
    uint64_t moved;                 /* records whose person changed */
    char state[STATE_BYTES];        /* of deliveries, decisions and rules */
    bool anew;                      /* nothing that is remembered is used */
    struct cache cache;             /* of the last linking */
    struct cache next;              /* of this one */
    struct cache_stamp last, stamp; /* the database's last linking; this one */
    uint32_t horizon;               /* of this snapshot: transactions before it had ended */
    uint32_t reread;                /* records that were read; the others stand as they did */
    bool shares;                    /* the readers' snapshot stands until the pairs are found */
    int job;                        /* identity.job while it does */
    struct link_share share;
    struct error share_error;
    struct spill spill; /* open when a bound was set */
    struct arena arena;
    struct session main, readers[READERS];
};

/* Opens the sessions and takes the lock of linking until persons_close; one snapshot for all of them.
   `same`: nothing has changed since the last linking. */
bool persons_open(struct persons *persons, struct invocation *invocation, struct database *database, int run,
                  bool *same, struct error *error);
/* What xref says of a record. */
struct known {
    uint64_t id; /* hash of county/number */
    int64_t record, person;
};
/* Gives records of the same id their numbers. */
void persons_match(struct persons *persons, const struct known *known, uint32_t count);
/* Reads only what is not as the cache knows it (changes.c).  `read` false: that would not pay, or there is no
   cache. */
bool persons_read_changes(struct persons *persons, bool *read, struct error *error);
/* Streams the persons' records out of record.psn_info_b into persons->link, and what xref and the decisions
   say: of all, or of those that are not as the cache knows them. */
bool persons_read(struct persons *persons, struct error *error);
/* Standing decisions about records that are still there. */
bool persons_read_decisions(struct persons *persons, struct error *error);
/* Opens what the last linking remembers; false: there is nothing that fits. */
bool persons_remember(struct persons *persons);
/* recall.c: everything as the last linking left it, without reading the records; only where nothing has
   changed since.  `recalled` false: not known, read and link instead, after persons_close. */
bool persons_recall(struct persons *persons, bool *recalled, struct error *error);
/* Then of two records: their keys, how common their names are, their pair, and the same of their persons. */
bool persons_recall_pair(struct persons *persons, uint32_t a, uint32_t b, bool *recalled,
                         struct error *error);
/* Gives new records their numbers and every record its person, out of link.persons. */
void persons_number(struct persons *persons);
/* Adds the pairs of each band and the persons that the records come to. */
void persons_count(const struct persons *persons, uint64_t bands[LINK_BANDS], uint64_t *people);
/* Writes xref, links, model and events in one transaction; only what differs of xref. */
bool persons_write(struct persons *persons, int64_t cpu_ms, struct error *error);
void persons_close(struct persons *persons);

/* share.c: lets other processes help from here on, starts `workers` of them, and ends it. */
bool persons_share(struct persons *persons, int64_t workers, struct error *error);
bool persons_share_end(struct persons *persons, struct error *error);

/* The model and its shares; found again by content. */
bool persons_write_model(struct persons *persons, struct error *error);
bool persons_write_links(struct persons *persons, struct error *error);
bool persons_write_events(struct persons *persons, struct error *error);

/* How to link. */
struct persons_how {
    bool always;     /* also when nothing has changed */
    bool quiet;      /* says nothing of what came of it */
    bool anew;       /* reads and compares everything */
    int64_t workers; /* processes that help with comparing pairs; then everything is read anew */
    int64_t memory;  /* MiB above which records go to disk; 0: no bound.  Then everything is read anew. */
};
bool persons_link_by(struct invocation *invocation, struct database *database, int run,
                     const struct persons_how *how, struct error *error);
/* Links the city's persons; what `person link` and `run` do.  Says what came of it unless quiet. */
bool persons_link(struct invocation *invocation, struct database *database, int run, bool always, bool quiet,
                  struct error *error);
extern const char *const person_bands[LINK_BANDS];
/* The sum of a pair in hundredths of a bit, as identity.link keeps it: prior, each field, frequency, kinship,
   guard.  Returns their number. */
enum { PERSON_TERMS_MAX = LINK_FIELDS + 4 };
int persons_terms(const struct link_rules *rules, const struct link_evidence *evidence,
                  int terms[PERSON_TERMS_MAX]);
#endif
