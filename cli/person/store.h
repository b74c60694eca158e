/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PERSON_STORE_H
#define CLI_PERSON_STORE_H
#include "cli/person/person.h"
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
    int64_t *records;         /* [link.count] record numbers; 0: new */
    int64_t *before, *now;    /* [link.count] person numbers; before 0: new */
    uint32_t *order;          /* [fresh] new records by county and number */
    int64_t record_next;      /* the next record number */
    bool first;               /* identity.xref was empty */
    int64_t known;            /* rows of identity.xref, also of records that are gone */
    int run, model, link_run; /* intake.run (0: by itself); identity's own */
    uint32_t fresh;           /* new records */
    uint64_t moved;           /* records whose person changed */
    char state[STATE_BYTES];  /* of deliveries, decisions and rules */
    struct arena arena;
    struct session main, readers[READERS];
};

/* Opens the sessions and takes the lock of linking until persons_close; one snapshot for all of them.
   `same`: nothing has changed since the last linking. */
bool persons_open(struct persons *persons, struct invocation *invocation, struct database *database, int run,
                  bool *same, struct error *error);
/* Streams every person's record out of record.psn_info_b into persons->link, and what xref and the
   decisions say. */
bool persons_read(struct persons *persons, struct error *error);
/* Gives new records their numbers and every record its person, out of link.persons. */
void persons_number(struct persons *persons);
/* Writes xref, links, model and events in one transaction; only what differs of xref. */
bool persons_write(struct persons *persons, int64_t cpu_ms, struct error *error);
void persons_close(struct persons *persons);

/* The model and its shares; found again by content. */
bool persons_write_model(struct persons *persons, struct error *error);
bool persons_write_links(struct persons *persons, struct error *error);
bool persons_write_events(struct persons *persons, struct error *error);

/* Links the city's persons; what `person link` and `run` do.  Says what came of it unless quiet. */
bool persons_link(struct invocation *invocation, struct database *database, int run, bool always, bool quiet,
                  struct error *error);
extern const char *const person_bands[LINK_BANDS];
#endif
